"""주간·월중 보고의 할 일."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from core.access import Team, owns_team
from core.org.models import Staff
from core.todo import Todo
from planning.periodic_reports.dashboard import Board
from planning.periodic_reports.models import ReportEntry


def event_conflicts(user: Staff) -> list[Todo]:
    """기획조정팀이 살펴볼 겹침: 오늘부터 두 주 안의 구청장 일정·장소·같은 행사."""
    if not owns_team(user, Team.PLANNING):
        return []
    today = timezone.localdate()
    board = Board(ReportEntry.objects.for_user(user), today, today + timedelta(days=13))
    found = board.open_clashes
    if not found:
        return []
    due = min(max(one.first.starts_on, one.second.starts_on, today) for one in found)
    url = f"{reverse('planning.periodic-reports-conflicts')}?on={today.isoformat()}&span=two_weeks"
    note = " · ".join(f"{label} {sum(one.label == label for one in found)}" for label in dict.fromkeys(one.label for one in found))
    return [Todo(
        due, "주간·월중 보고", f"일정 겹침 {len(found)}건", note, str(Team.PLANNING.label), url, "살펴보기", url, board.is_sample,
    )]  # fmt: skip
