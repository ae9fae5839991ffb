"""할 일 한 줄의 모양. 무엇이 할 일인지는 업무의 todos.py 가 정하고, 홈은 모아서 기한 차례로 보인다."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

GROUPS = ("기한 지남", "오늘", "이번 주", "그 뒤", "기한 없음")


@dataclass(frozen=True)
class Todo:
    """할 일 하나: 언제까지, 무슨 업무, 무엇을, 근거 한 줄, 누가, 어디서."""

    due: date | None
    work: str
    text: str
    note: str
    owner: str
    url: str
    verb: str
    verb_url: str
    is_sample: bool = False

    def group(self, today: date) -> str:
        """기한 지남 · 오늘 · 이번 주 · 그 뒤 · 기한 없음."""
        if self.due is None:
            return "기한 없음"
        if self.due < today:
            return "기한 지남"
        if self.due == today:
            return "오늘"
        return "이번 주" if self.due <= today + timedelta(days=6 - today.weekday()) else "그 뒤"


def grouped(todos: Iterable[Todo], today: date) -> list[tuple[str, list[Todo]]]:
    """묶음마다 기한이 이른 것부터. 빈 묶음은 뺀다."""
    found: dict[str, list[Todo]] = {name: [] for name in GROUPS}
    for todo in sorted(todos, key=lambda one: one.due or date.max):
        found[todo.group(today)].append(todo)
    return [(name, rows) for name, rows in found.items() if rows]
