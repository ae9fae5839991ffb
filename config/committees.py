"""위원회에 올릴 자료의 줄. 업무의 given.py 에서 모은다."""

from __future__ import annotations

from config.functions import GIVEN
from core.committees.agenda import Agenda
from core.committees.urls import committee_urls

AGENDAS: list[Agenda] = [one for given in GIVEN for one in given.agenda]

urlpatterns = committee_urls(AGENDAS)
