"""위원회에 올릴 자료의 줄. 업무의 services.py 에 적은 Agenda 를 여기에 한 줄씩 더하면 회의 화면에서 고를 수 있다."""

from __future__ import annotations

from core.committees.agenda import Agenda
from core.committees.urls import committee_urls
from legal.ordinance_council.services import AGENDA as COUNCIL_BILLS

AGENDAS: list[Agenda] = [COUNCIL_BILLS]

urlpatterns = committee_urls(AGENDAS)
