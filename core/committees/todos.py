"""위원회의 할 일."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from core.access import Role
from core.committees.models import FollowUp, Meeting
from core.org.models import Staff
from core.todo import Todo


def committee_work(user: Staff) -> list[Todo]:
    """부서가 할 위원회 후속조치와, 팀이 곧 열거나 아직 종결하지 않은 회의."""
    if user.role == Role.DEPARTMENT:
        rows = FollowUp.objects.for_user(user).open().select_related("item", "department")
        return [
            Todo(one.due_on, "위원회", one.text, f"{one.item} 의결에 따른 후속조치", str(one.department),
                 reverse("core.followup-detail", args=[one.pk]), "결과 적기", reverse("core.followup-edit", args=[one.pk]), one.is_sample)
            for one in rows
        ]  # fmt: skip
    if user.role != Role.TEAM:
        return []
    soon = timezone.localdate() + timedelta(days=14)
    meetings = Meeting.objects.changeable_by(user).filter(held_on__lte=soon).select_related("committee").with_counts()
    return [
        Todo(one.held_on, "위원회", f"{one} {'종결' if one.state == Meeting.State.OPEN else '준비'}",
             f"{one.get_state_display()} · 안건 {one.item_count}건 중 {one.decided_count}건 의결", one.committee.get_team_display(),
             reverse("core.meeting-detail", args=[one.pk]), "열기", reverse("core.meeting-detail", args=[one.pk]), one.is_sample)
        for one in meetings
    ]  # fmt: skip
