"""과목표, 예산서, 월별 집행계획, 부진 사유의 엑셀. 집행 자료(e호조)의 약속은 excel.py 에 있다."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from budget.appropriations.models import (
    Account,
    BudgetLine,
    DetailProgram,
    EarlyExecutionTarget,
    ExecutionReason,
    ExpenseItem,
    Field,
    MonthlyPlan,
    PolicyProgram,
    Sector,
    StatItem,
    UnitProgram,
)
from budget.appropriations.models.versions import SOURCES
from core.excel.lookups import Lookup
from core.excel.resource import ExcelResource


def _name(row: Any) -> str:
    return str(row.name)


def _code(row: Any) -> str:
    return str(row.code)


def _coded(row: Any) -> str:
    return f"{row.code} {row.name}".strip()


def _year(row: Any) -> str:
    return str(row.year)


def _dated(row: Any) -> str:
    return f"{row.fiscal_year.year} {row.name}"


def _under_unit(row: Any) -> str:
    return f"{row.unit_program.name} > {row.name}"


def _dated_under_unit(row: Any) -> str:
    return f"{row.fiscal_year.year} {row.unit_program.name} > {row.name}"


def _in_policy(row: Any) -> str:
    return f"{row.policy_program.name} > {row.name}"


def _in_sector_and_policy(row: Any) -> str:
    policy = row.policy_program
    return f"{policy.sector.name} > {policy.name} > {row.name}" if policy.sector else ""


def _in_sector(row: Any) -> str:
    return f"{row.sector.name} > {row.name}" if row.sector else ""


def _program_year(row: Any) -> tuple[date, date]:
    """사업의 회계연도 동안 있던 부서면 된다."""
    year = row.fiscal_year.year
    return date(year, 1, 1), date(year, 12, 31)


def _version(row: Any) -> str:
    return f"{row}(표본)" if row.is_sample else str(row)


YEAR = Lookup(names=(_year, str))
SAME_YEAR = ("fiscal_year_id", "fiscal_year_id")
VERSION_YEAR = ("fiscal_year_id", "budget_version.fiscal_year_id")
PROGRAM_NAMES = (_name, _code, _under_unit)


class YearlyResource(ExcelResource):
    """회계연도마다 따로 두는 과목. 「파일에 없음」은 파일에 나온 회계연도 안에서만 본다."""

    lookups: ClassVar = {"fiscal_year": YEAR}
    group = "fiscal_year_id"
    year_path = "fiscal_year.year"
    synonyms: ClassVar = {"fiscal_year": ("회계년도", "연도"), "code": ("과목코드",), "name": ("과목명", "명칭")}


class AccountResource(YearlyResource):
    model = Account
    key = ("fiscal_year", "name")
    synonyms: ClassVar = {**YearlyResource.synonyms, "name": ("회계", "회계명"), "kind": ("회계 구분",)}


class FieldResource(YearlyResource):
    model = Field
    key = ("fiscal_year", "name")
    synonyms: ClassVar = {**YearlyResource.synonyms, "name": ("분야", "분야명"), "code": ("분야코드",)}


class SectorResource(YearlyResource):
    model = Sector
    key = ("field", "name")
    required = ("fiscal_year", "field", "name")
    lookups: ClassVar = {"fiscal_year": YEAR, "field": Lookup(names=(_name, _code), within=SAME_YEAR)}
    synonyms: ClassVar = {**YearlyResource.synonyms, "name": ("부문", "부문명"), "code": ("부문코드",), "field": ("분야명",)}


class PolicyProgramResource(YearlyResource):
    model = PolicyProgram
    key = ("fiscal_year", "sector", "name")
    other_keys = (("fiscal_year", "name"),)
    required = ("fiscal_year", "name")
    lookups: ClassVar = {"fiscal_year": YEAR, "sector": Lookup(names=(_name, _code), within=SAME_YEAR)}
    synonyms: ClassVar = {**YearlyResource.synonyms, "name": ("정책사업", "정책사업명"), "sector": ("부문명",)}


class UnitProgramResource(YearlyResource):
    model = UnitProgram
    key = ("policy_program", "name")
    required = ("fiscal_year", "policy_program", "name")
    lookups: ClassVar = {
        "fiscal_year": YEAR,
        "policy_program": Lookup(names=(_name, _code, _in_sector), related=("sector",), within=SAME_YEAR),
    }
    synonyms: ClassVar = {**YearlyResource.synonyms, "name": ("단위사업", "단위사업명"), "policy_program": ("정책사업명",)}


class DetailProgramResource(YearlyResource):
    model = DetailProgram
    key = ("unit_program", "name", "code")
    other_keys = (("unit_program", "name"),)
    required = ("fiscal_year", "unit_program", "name")
    lookups: ClassVar = {
        "fiscal_year": YEAR,
        "unit_program": Lookup(
            names=(_name, _code, _in_policy, _in_sector_and_policy), related=("policy_program__sector",), within=SAME_YEAR
        ),
        "department": Lookup(period=_program_year),
        "report_program": Lookup(names=(str, lambda row: f"{row.section} {row.title}"), within=SAME_YEAR),
    }
    synonyms: ClassVar = {
        **YearlyResource.synonyms, "name": ("세부사업", "세부사업명"), "code": ("세부사업코드", "사업코드"),
        "unit_program": ("단위사업명",), "department": ("부서명", "소관부서"),
    }  # fmt: skip


class ExpenseItemResource(YearlyResource):
    model = ExpenseItem
    key = ("fiscal_year", "code")
    synonyms: ClassVar = {**YearlyResource.synonyms, "name": ("편성목", "편성목명"), "code": ("편성목코드",)}


class StatItemResource(YearlyResource):
    model = StatItem
    key = ("fiscal_year", "code")
    lookups: ClassVar = {"fiscal_year": YEAR, "expense_item": Lookup(names=(_coded, _code, _name), within=SAME_YEAR)}
    synonyms: ClassVar = {**YearlyResource.synonyms, "name": ("통계목", "통계목명"), "code": ("통계목코드",),
                          "expense_item": ("편성목명",)}  # fmt: skip


class BudgetLineResource(ExcelResource):
    """예산서의 줄. 같은 예산의 층 안에서만 견준다."""

    model = BudgetLine
    key = ("budget_version", "detail_program", "stat_item")
    fields = (*key, "amount", *(f"{source}_amount" for source in SOURCES))
    required = (*key, "amount")
    group = "budget_version_id"
    year_path = "budget_version.fiscal_year.year"
    lookups: ClassVar = {
        "budget_version": Lookup(names=(_version,), related=("fiscal_year",)),
        "detail_program": Lookup(names=PROGRAM_NAMES, related=("unit_program",), within=VERSION_YEAR),
        "stat_item": Lookup(names=(_coded, _code, _name), within=VERSION_YEAR),
    }
    synonyms: ClassVar = {"amount": ("예산액", "편성액"), "detail_program": ("세부사업명",), "stat_item": ("통계목명",)}
    notes: ClassVar = {"budget_version": "「2023 본예산」, 「2023 추경 1차」처럼 적습니다."}


PROGRAM = Lookup(
    names=(*PROGRAM_NAMES, _dated, _dated_under_unit), related=("fiscal_year", "unit_program", "department")
)


class MonthlyPlanResource(ExcelResource):
    """부서가 적는 월별 집행계획. 옆에 지난해 같은 사업, 같은 달의 계획을 적어 준다."""

    model = MonthlyPlan
    year_path = "detail_program.fiscal_year.year"
    previous: ClassVar = {"amount": "지난해 계획 집행액(원)"}
    key = ("detail_program", "month")
    group = "detail_program_id"
    lookups: ClassVar = {"detail_program": PROGRAM}
    synonyms: ClassVar = {"detail_program": ("세부사업명",), "amount": ("계획액", "집행계획"), "month": ("달",)}

    def previous_values(self, rows: list[Any]) -> dict[Any, dict[str, Any]]:
        programs = DetailProgram.objects.select_related("fiscal_year", "unit_program")
        known = programs.in_bulk({row.detail_program_id for row in rows})
        earlier: dict[tuple[Any, ...], int] = {}
        years = {program.fiscal_year.year - 1 for program in known.values()}
        plans = MonthlyPlan.objects.filter(
            detail_program__fiscal_year__year__in=years, detail_program__name__in={program.name for program in known.values()}
        )
        for plan in plans.select_related("detail_program__fiscal_year", "detail_program__unit_program"):
            earlier[_plan_key(plan.detail_program, plan.month, 0)] = plan.amount
        found = {row.pk: earlier.get(_plan_key(known[row.detail_program_id], row.month, -1)) for row in rows}
        return {key: {"amount": amount} for key, amount in found.items() if amount is not None}


def _plan_key(program: DetailProgram, month: int, step: int) -> tuple[Any, ...]:
    """해가 달라도 같은 사업의 같은 달인지 아는 열쇠."""
    return program.fiscal_year.year + step, program.unit_program.name, program.name, month


class ExecutionReasonResource(ExcelResource):
    """집행 부진 사유와 대책."""

    model = ExecutionReason
    key = ("detail_program", "as_of")
    lookups: ClassVar = {"detail_program": PROGRAM}
    synonyms: ClassVar = {"detail_program": ("세부사업명",), "reason": ("사유",), "measure": ("대책",)}


class EarlyExecutionTargetResource(ExcelResource):
    """신속집행 목표. 대상 통계목은 한 칸에 「201-01, 201-02」처럼 쉼표로 나누어 적는다."""

    model = EarlyExecutionTarget
    key = ("fiscal_year", "period")
    fields = ("fiscal_year", "period", "target_rate", "stat_items", "basis")
    lookups: ClassVar = {"fiscal_year": YEAR, "stat_items": Lookup(names=(_code, _coded, _name), within=SAME_YEAR)}
    synonyms: ClassVar = {"fiscal_year": ("연도",), "target_rate": ("목표율",), "stat_items": ("통계목",)}
    notes: ClassVar = {"stat_items": "통계목의 코드를 쉼표로 나누어 모두 적습니다. 적지 않은 통계목은 대상에서 빠집니다."}
    group = "fiscal_year_id"
    year_path = "fiscal_year.year"
