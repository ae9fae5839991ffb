"""인수인계의 할 일."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.handover.models import Handover, HandoverItem
from core.history.models import RecordQuerySet
from core.inbox.source import Inbox, Line, staff
from core.org.models import Staff


def _received_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """받고 아직 확인하지 않은 일, 인수인계마다 한 줄."""
    url = reverse("core.handover-received")
    for one in rows.handed().unseen().select_related("handover__giver"):  # type: ignore[attr-defined]
        yield Line(
            one.pk, staff(one.handover.taker_id), "인수인계", f"{one.handover.giver.name} 님이 넘긴 업무 {{count}}건 확인", url, "확인",
            one.handover.reason, together=str(one.handover_id),
        )  # fmt: skip


TODOS = (Inbox("handover", HandoverItem, _received_lines, follows={Handover: "handover", Staff: "handover__giver"}),)
