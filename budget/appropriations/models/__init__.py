"""예산편성·집행의 모델."""

from budget.appropriations.models.codes import (
    Account,
    DetailProgram,
    ExpenseItem,
    Field,
    FiscalYear,
    PolicyProgram,
    ReportProgram,
    Sector,
    StatItem,
    UnitProgram,
)
from budget.appropriations.models.execution import (
    EarlyExecutionTarget,
    ExecutionPointer,
    ExecutionReason,
    ExecutionRow,
    ExecutionSnapshot,
    ExecutionSummary,
    MonthlyPlan,
)
from budget.appropriations.models.versions import BudgetLine, BudgetVersion, CalcBasis, LayerTotal

__all__ = [
    "Account", "BudgetLine", "BudgetVersion", "CalcBasis", "DetailProgram", "EarlyExecutionTarget", "ExecutionPointer",
    "ExecutionReason", "ExecutionRow", "ExecutionSnapshot", "ExecutionSummary", "ExpenseItem", "Field", "FiscalYear", "LayerTotal",
    "MonthlyPlan", "PolicyProgram", "ReportProgram", "Sector", "StatItem", "UnitProgram",
]
