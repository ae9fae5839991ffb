"""심의를 기다리는 의안을 한 번에 안건으로 올린다."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from core.committees.models import AgendaItem, Committee, Meeting
from core.committees.services import Proposal, put_on_agenda
from legal.ordinance_council.load_report import COUNCIL


def council() -> Committee | None:
    """조례·규칙심의회. 아직 싣지 않았으면 None."""
    found: Committee | None = Committee.objects.filter(code=COUNCIL).first()
    return found


def bill_model() -> Any:
    """의안의 모델. 자치법규 정비 업무가 없으면 None."""
    try:
        return apps.get_model("legal", "Bill")
    except LookupError:
        return None


def waiting_bills() -> QuerySet[Any] | None:
    """심의회 단계에 있고 아직 어느 회의에도 올리지 않은 의안. 자치법규 업무가 없으면 None."""
    model = bill_model()
    if model is None:
        return None
    kind = ContentType.objects.get_for_model(model)
    put = AgendaItem.objects.undecided().filter(content_type=kind)
    return model.objects.waiting_for_council().exclude(pk__in=put.values("object_id")).select_related("department").order_by("pk")


@transaction.atomic
def put_waiting(meeting: Meeting) -> int:
    """기다리는 의안을 모두 meeting 의 안건으로 올리고 건수를 준다."""
    rows = waiting_bills()
    bills = list(rows) if rows is not None else []
    if not bills:
        raise ValidationError("심의를 기다리는 의안이 없습니다.")
    if meeting.state not in (Meeting.State.PREPARING, Meeting.State.NOTIFIED):
        raise ValidationError("아직 열지 않은 회의에만 올립니다. 새 회의를 등록하거나 다음 회의를 고르세요.")
    return len(put_on_agenda(meeting, map(proposal, bills)))


def proposal(bill: Any) -> Proposal:
    """의안 하나를 안건으로. 제안 이유와 주요 내용을 옮겨 적는다."""
    summary = "\n\n".join(text for text in (bill.reason, bill.main_points) if text)
    return Proposal(bill.title, bill, bill.department_id, summary, original_text=bill.main_points)
