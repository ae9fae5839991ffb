"""예산의 할 일."""

from __future__ import annotations

from django.urls import reverse

from budget.appropriations.dashboard import own_execution, unexplained
from budget.appropriations.models import ExecutionReason
from core.formats import date_plain, money, rate
from core.org.models import Staff
from core.todo import Todo


def execution_reasons(user: Staff) -> list[Todo]:
    """집행이 부진한데 사유가 없는 세부사업, 잔액이 큰 것부터. 사유를 적을 수 있는 사람의 일이다."""
    execution = own_execution(user) if ExecutionReason.scope.may_add(ExecutionReason, user) else None
    if execution is None or not execution.pointer:
        return []
    add = reverse("budget.executionreason-add")
    return [
        Todo(
            None, "예산", f"{line.label} 집행 부진 사유",
            f"{date_plain(execution.as_of)} 기준 집행률 {rate(line.rate)}% · 잔액 {money(line.balance)}천원", line.owner, line.rows_url,
            "사유 적기",
            f"{add}?detail_program={line.filters['program']}&as_of={execution.as_of:%Y-%m-%d}",
            bool(execution.is_sample),
        )
        for line in unexplained(execution.detail_programs({}, ExecutionReason.objects.for_user(user)))
    ]  # fmt: skip
