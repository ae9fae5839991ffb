"""취합 서식의 줄과 그 주소."""

from __future__ import annotations

from config.functions import GIVEN
from core.rounds.collection import Collection
from core.rounds.urls import round_urls

COLLECTIONS: list[Collection] = [collection for given in GIVEN for collection in given.rounds]

urlpatterns = round_urls(COLLECTIONS)
