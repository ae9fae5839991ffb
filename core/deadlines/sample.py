"""표본 기한: 다음 회계연도의 예산 일정."""

from __future__ import annotations

from datetime import date

from core.access import Team
from core.deadlines.models import Deadline, DeadlineRule
from core.history.clearing import Clearing
from core.history.settle import Settling
from core.org.models import Staff

# (규칙, 무엇의 기한). 바탕은 다음 회계연도 시작일이다.
_BUDGET = (
    ("budget.submission", "{year} 회계연도"), ("fund.submission", "{year}년"),
    ("budget.midterm_ministry", "{year}년"), ("budget.vote", "{year} 회계연도"),
)  # fmt: skip


def load_deadlines(handler: Staff | None, today: date, settling: Settling) -> None:
    """다음 해 예산의 기한 넷. 두 번 실어도 같다."""
    start = date(today.year + 1, 1, 1)
    for code, title in _BUDGET:
        rule = DeadlineRule.objects.in_force(code, start)
        lookup = {"rule": rule, "title": title.format(year=start.year), "is_sample": True}
        row = settling.put(Deadline, lookup, {"trigger_on": start, "team": Team.BUDGET, "handler": handler})
        if handler and row.state == Deadline.State.OPEN and row.due_on < today:
            row.close(handler, "의회에 냄(표본)")


def clear_deadlines(clearing: Clearing) -> None:
    """표본 기한을 걷는다."""
    clearing.clear(Deadline.objects.filter(is_sample=True))
