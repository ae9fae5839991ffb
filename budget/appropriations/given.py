"""예산편성·집행이 내놓는 것."""

from __future__ import annotations

from budget.appropriations import excel
from budget.appropriations.figures import FIGURES
from budget.appropriations.load_report import load_report, load_stat_items
from budget.appropriations.matters import programmed_totals
from budget.appropriations.models import DetailProgram
from budget.appropriations.reports import EXECUTION
from budget.appropriations.sample import clear_budget, load_budget, load_execution
from budget.appropriations.search import SOURCES
from budget.appropriations.sections import budget
from budget.appropriations.services import LEDGER
from budget.appropriations.todos import TODOS
from core.given import Given, Sample
from core.history.settle import Settling
from core.org.open_items import OpenItems
from core.org.sample import budget_officer


def _load_sample(settling: Settling) -> None:
    """집행 자료를 예산팀의 사람이 올린 것으로 싣고, 그 위에 예산의 층을 싣는다."""
    settling.counts["snapshots"] = load_execution(budget_officer())
    load_budget(settling)


GIVEN = Given(
    figures=FIGURES,
    excel=(
        excel.AccountResource, excel.FieldResource, excel.SectorResource, excel.PolicyProgramResource, excel.UnitProgramResource,
        excel.DetailProgramResource, excel.ExpenseItemResource, excel.StatItemResource, excel.BudgetLineResource,
        excel.MonthlyPlanResource, excel.ExecutionReasonResource, excel.EarlyExecutionTargetResource,
    ),
    todos=TODOS,
    search=SOURCES,
    open_items=(
        OpenItems(
            "세부사업", lambda on: DetailProgram.objects.filter(fiscal_year__year__gte=on.year).order_by("fiscal_year__year", "name")
        ),
    ),
    kept={
        "budget.ExecutionRow.department": "e호조의 원장이다. 다음 자료가 새 부서로 온다",
        "budget.ExecutionSummary.department": "원장의 행을 더한 값이라 행과 같은 부서를 적는다",
    },
    sections=(budget,),
    matters=(programmed_totals,),
    reports=(EXECUTION,),
    ledgers=(LEDGER,),
    loads=(load_report, load_stat_items),
    sample=Sample(_load_sample, clear_budget),
    menu=(("우리 부서 집행 현황", "budget.execution"),),
    help=("execution",),
)  # fmt: skip
