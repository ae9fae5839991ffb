"""예산편성·집행의 주소 × 역할."""

from __future__ import annotations

from datetime import date
from typing import Any

from budget.appropriations.models import (
    BudgetLine,
    BudgetVersion,
    EarlyExecutionTarget,
    ExecutionReason,
    ExecutionSnapshot,
    MonthlyPlan,
)
from tests.access import (
    BUDGET_TEAM,
    DIVISION,
    POST_ONLY,
    SIGNED_IN,
    Make,
    Rows,
    Table,
    acts,
    attached,
    by_department,
    by_department_read,
    common,
    key,
    one,
    posted,
    read_own,
    screens,
    with_rows,
)
from tests.budget.appropriations import factories as make


def programs(rows: Rows) -> dict[str, Any]:
    return {
        whose: make.program(f"{department}의 사업", department=department) for whose, department in rows.departments.items()
    }


def snapshot(rows: Rows) -> ExecutionSnapshot:
    return make.snapshot()


def execution_rows(rows: Rows) -> dict[str, Any]:
    found = rows(snapshot)
    return {
        whose: make.row(found, number, program, 2, 1)
        for number, (whose, program) in enumerate(rows(programs).items(), start=2)
    }


reasons = attached(
    ExecutionReason.objects.create, "detail_program", programs, as_of=date(2023, 10, 31), reason="까닭", measure="대책"
)
plans = attached(MonthlyPlan.objects.create, "detail_program", programs, month=1, amount=1)


def version(rows: Rows) -> BudgetVersion:
    return BudgetVersion.objects.create(
        fiscal_year=make.fiscal_year(), kind=BudgetVersion.Kind.ORIGINAL, effective_on=date(2023, 1, 1)
    )


def line(rows: Rows) -> BudgetLine:
    return BudgetLine.objects.create(
        budget_version=rows(version), detail_program=rows(programs)["own"], stat_item=make.stat_item(), amount=1
    )


def early_target(rows: Rows) -> EarlyExecutionTarget:
    return EarlyExecutionTarget.objects.create(fiscal_year=make.fiscal_year(), period="H1", target_rate=60)


def ledger(route: str, of: Make) -> Table:
    """과 사람과 자기 부서가 보기만 하는 자료. 손으로 고치지 않으므로 이력이 없다."""
    table = screens(route, "", SIGNED_IN, {}, read_own(of), [])
    del table[f"{route}-history"]
    return table


ACCESS: Table = {
    "budget.execution": one(SIGNED_IN, with_rows(execution_rows)),
    "budget.execution-export": one(SIGNED_IN, with_rows(execution_rows)),
    "budget.execution-compare": one(SIGNED_IN, with_rows(execution_rows)),
    "budget.reconciliation": one(DIVISION),
    "budget.layers": one(DIVISION, with_rows(execution_rows)),
    "budget.budgetversion-advance": one(POST_ONLY, key(version)),
    "budget.snapshot-upload": one(BUDGET_TEAM),
    "budget.snapshot-columns": one(
        BUDGET_TEAM | dict.fromkeys(("시스템관리자", "예산팀"), 404), lambda rows: {"pk": rows(snapshot).file.pk}
    ),
    "budget.snapshot-preview": one(DIVISION, key(snapshot)),
    "budget.snapshot-file": one(DIVISION, key(snapshot)),
    **acts("budget.snapshot", "apply discard take_back", posted(BUDGET_TEAM), key(snapshot)),
    **ledger("budget.executionrow", execution_rows),
    **by_department("budget.executionreason", "form import", reasons, BUDGET_TEAM),
    **by_department("budget.monthlyplan", "form bulk import", plans, BUDGET_TEAM),
    **by_department_read("budget.detailprogram", "form bulk import", programs, BUDGET_TEAM),
    **common("budget.budgetversion", "form", version, DIVISION, BUDGET_TEAM),
    **common("budget.budgetline", "form import", line, DIVISION, BUDGET_TEAM),
    **common("budget.earlyexecutiontarget", "form import", early_target, DIVISION, BUDGET_TEAM),
}
