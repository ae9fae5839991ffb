"""홈 화면: 오늘 할 일과 과의 주요 수치. 네 팀을 한 화면에 놓는다."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.views.generic import TemplateView

from config import home
from config.inbox import INBOX
from core.access import DIVISION_ROLES, signed_in
from core.deadlines.services import upcoming
from core.inbox.reading import todos as inbox_todos
from core.inbox.todo import Todo, grouped
from core.org.models import Staff
from core.remembering import remembering

_WEEKDAYS = "월화수목금토일"
_SHOWN = 7
# 다가오는 기한: 4주, 여섯 건까지
_AHEAD, _DEADLINES = 28, 6


class HomeView(TemplateView):
    """홈. 과 사람은 과의 수치를, 부서 담당자는 자기 부서의 집행과 적을 사유를 본다."""

    template_name = "home.html"

    @remembering()
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        today = timezone.localdate()
        in_division = user.role in DIVISION_ROLES
        execution, todo = home.execution_of(user), todos(user)
        groups = grouped(todo, today)
        context = super().get_context_data(**kwargs) | {
            "today_text": f"{today.month}월 {today.day}일 {_WEEKDAYS[today.weekday()]}요일",
            "in_division": in_division,
            "execution": execution,
            "deadlines": list(upcoming(user, today, _AHEAD)[:_DEADLINES]),
            "todo": first_rows(groups, _SHOWN), "todo_count": len(todo),
            "todo_counts": " · ".join(f"{name} {len(rows)}" for name, rows in groups),
        }  # fmt: skip
        if in_division:
            context |= {
                "strip": home.strip(execution), "rounds": home.running_rounds(), "changes": home.recent_changes(user),
            }  # fmt: skip
        return context


class TodoView(TemplateView):
    """내 할 일 전부."""

    template_name = "todo.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        found = todos(user)
        return super().get_context_data(**kwargs) | {"groups": grouped(found, timezone.localdate()), "count": len(found)}


def todos(user: Staff) -> list[Todo]:
    """user 의 오늘 할 일. 질의 하나."""
    return inbox_todos(INBOX, user, timezone.localdate())


def first_rows(groups: list[tuple[str, list[Todo]]], most: int) -> list[tuple[str, int, list[Todo]]]:
    """앞에서부터 most 줄만 보인다: (묶음, 건수, 보일 줄)."""
    shown = []
    for name, rows in groups:
        if most <= 0:
            break
        shown.append((name, len(rows), rows[:most]))
        most -= len(rows)
    return shown
