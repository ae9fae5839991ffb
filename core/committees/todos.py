"""위원회의 할 일."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse

from core.committees.models import AgendaItem, Committee, FollowUp, Meeting
from core.history.models import RecordQuerySet
from core.inbox.source import Inbox, Line, department, officers
from core.org.models import Department


def _follow_up_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """부서가 할 위원회 후속조치."""
    for one in rows.open().select_related("item", "department"):  # type: ignore[attr-defined]
        yield Line(
            one.pk, department(one.department_id), "위원회", one.text, reverse("core.followup-detail", args=[one.pk]), "결과 적기",
            f"{one.item} 의결에 따른 후속조치", one.due_on, str(one.department), reverse("core.followup-edit", args=[one.pk]),
            is_sample=one.is_sample,
        )  # fmt: skip


def _meeting_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """팀이 두 주 안에 열거나 아직 종결하지 않은 회의."""
    for one in rows.exclude(state=Meeting.State.CLOSED).select_related("committee").with_counts():  # type: ignore[attr-defined]
        yield Line(
            one.pk, officers(one.committee.team), "위원회", f"{one} {'종결' if one.state == Meeting.State.OPEN else '준비'}",
            reverse("core.meeting-detail", args=[one.pk]), "열기",
            f"{one.get_state_display()} · 안건 {one.item_count}건 중 {one.decided_count}건 의결", one.held_on,
            one.committee.get_team_display(), shows_from=one.held_on - timedelta(days=14), is_sample=one.is_sample,
        )  # fmt: skip


FOLLOW_UPS = Inbox("committees.follow_ups", FollowUp, _follow_up_lines, follows={AgendaItem: "item", Department: "department"})
MEETINGS = Inbox("committees.meetings", Meeting, _meeting_lines, follows={Committee: "committee", AgendaItem: "items"})
TODOS = (FOLLOW_UPS, MEETINGS)
