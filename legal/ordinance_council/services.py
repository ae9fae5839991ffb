"""심의를 기다리는 의안을 한 번에 안건으로 올린다."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from core.committees.agenda import Agenda
from core.committees.models import Committee, Meeting
from core.committees.services import Proposal
from core.history.revisions import kept_first
from legal.local_laws.models import Bill
from legal.ordinance_council.load_report import COUNCIL


def council() -> Committee | None:
    """조례·규칙심의회. 아직 싣지 않았으면 None."""
    found: Committee | None = kept_first(Committee.objects.filter(code=COUNCIL))
    return found


def _bills() -> QuerySet[Any]:
    """심의회 단계에 있는 의안."""
    rows: QuerySet[Any] = Bill.objects.at_council().select_related("department").order_by("pk")
    return rows


def proposal(bill: Bill) -> Proposal:
    """의안 하나를 안건으로. 제안 이유와 주요 내용을 옮겨 적는다."""
    summary = "\n\n".join(text for text in (bill.reason, bill.main_points) if text)
    return Proposal(bill.title, bill, bill.department_id, summary, original_text=bill.main_points)


AGENDA = Agenda(COUNCIL, _bills, proposal)


def put_waiting(meeting: Meeting) -> int:
    """기다리는 의안을 모두 meeting 의 안건으로 올리고 건수를 준다."""
    bills = list(AGENDA.rows())
    if not bills:
        raise ValidationError("심의를 기다리는 의안이 없습니다.")
    return len(AGENDA.put(bills, meeting))
