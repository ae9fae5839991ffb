"""보고서의 예산 부분을 싣는다: 회계연도와 회계, 업무보고 사업, 추경 표의 층과 회계별 규모, 통계목."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from budget.appropriations.models import (
    Account,
    BudgetVersion,
    ExpenseItem,
    FiscalYear,
    LayerTotal,
    ReportProgram,
    StatItem,
    UnitProgram,
)
from core.access import Team
from core.history.context import acting_as
from core.history.settle import Settling, read_fixture

# 보고서 파일의 팀 이름표 → 팀
TEAMS = {
    "planning_coordination": Team.PLANNING,
    "budget": Team.BUDGET,
    "evaluation": Team.EVALUATION,
    "council_legal": Team.LEGAL,
}
ACCOUNTS = {"일반회계": Account.Kind.GENERAL, "특별회계": Account.Kind.SPECIAL}
MILLION = 1_000_000
_K = BudgetVersion.Kind
# 추경 표의 열 → (층의 종류, 차수)
LAYERS = {"original": (_K.ORIGINAL, 0), "supp_1": (_K.SUPPLEMENTARY, 1), "supp_2": (_K.SUPPLEMENTARY, 2), "deemed": (_K.DEEMED, 0)}


def history_source(data: dict[str, Any]) -> str:
    """이력에 남는 출처: 「보고서 2023 주요업무보고」"""
    return f"보고서 {data['meta']['report_year']} 주요업무보고"


@transaction.atomic
def load_report(data: dict[str, Any], settling: Settling | None = None) -> dict[str, int]:
    """보고서 파일(fixtures/report2023.json)의 예산 부분을 싣고 건수를 준다. 두 번 실어도 같다."""
    settling = settling or Settling()
    with acting_as(None, history_source(data)):
        year = data["meta"]["report_year"]
        years = {number: settling.put(FiscalYear, {"year": number}) for number in (year, year + 1)}
        for fiscal_year in years.values():
            for name, kind in ACCOUNTS.items():
                settling.put(Account, {"fiscal_year": fiscal_year, "name": name}, {"kind": kind})
        _report_programs(data, years[year], settling)
        _layers(data["supplementary_budget"], years[year], f"{year}년 주요업무보고 Ⅱ-2", settling)
        link_unit_teams(year)
    return settling.result()


def _report_programs(data: dict[str, Any], year: FiscalYear, settling: Settling) -> None:
    """Ⅱ장의 다섯 사업. 단위사업은 같은 팀의 것이다(보고서에 인쇄되지 않아 예산액으로 짐작한 것)."""
    units = {row["team"]: row["name"] for row in data["budget_by_unit_work"]["rows"] if row["team"]}
    for section in data["sections_2023"]:
        settling.put(
            ReportProgram,
            {"fiscal_year": year, "section": section["src"]},
            {"title": section["title"], "unit_program_name": units[section["team"]], "team": TEAMS[section["team"]]},
        )


def _layers(table: dict[str, Any], year: FiscalYear, source: str, settling: Settling) -> None:
    """추경 표의 네 층과 회계별 규모(백만원 → 원). 「-」로 인쇄된 칸은 값이 없다."""
    as_of = date.fromisoformat(table["base_date"])
    for key, (kind, seq) in LAYERS.items():
        original = kind == _K.ORIGINAL
        version = settling.put(
            BudgetVersion,
            {"fiscal_year": year, "kind": kind, "seq": seq, "is_sample": False},
            {
                "status": BudgetVersion.Status.ANNOUNCED,
                # 추경 의결일과 간주처리한 날은 인쇄되지 않았으므로 표의 기준일을 적용일로 둔다.
                "effective_on": date(year.year, 1, 1) if original else as_of,
                "basis": source if original else f"{source}. 의결일은 보고서에 없음(적용일은 표의 기준일)",
            },
        )
        for row in table["rows"]:
            if row["account"] not in ACCOUNTS:
                continue
            amount = None if row.get(f"{key}_printed") == "-" else row[key] * MILLION
            account = Account.objects.get(fiscal_year=year, name=row["account"])
            settling.put(
                LayerTotal,
                {"budget_version": version, "account": account},
                {"amount": amount, "as_of": as_of, "source": source},
            )


@transaction.atomic
def load_stat_items(report: dict[str, Any], settling: Settling) -> None:
    """보고서 해의 편성목·통계목(fixtures/stat_items_2023.json)을 싣는다."""
    data = read_fixture(f"stat_items_{report['meta']['report_year']}")
    if data is None:
        return
    with acting_as(None, f"통계목 {data['fiscal_year']} (2차 출처)"):
        year = settling.put(FiscalYear, {"year": data["fiscal_year"]})
        for item in data["items"]:
            expense = settling.put(ExpenseItem, {"fiscal_year": year, "code": item["code"]}, {"name": item["name"]})
            for stat in item["stat_items"]:
                settling.put(
                    StatItem, {"fiscal_year": year, "code": stat["code"]}, {"name": stat["name"], "expense_item": expense}
                )


def link_unit_teams(year: int) -> int:
    """업무보고 사업과 이름이 같은 단위사업에 담당 팀을 적고 건수를 준다. 이미 적힌 팀은 그대로 둔다."""
    teams = dict(ReportProgram.objects.filter(fiscal_year__year=year).values_list("unit_program_name", "team"))
    linked = 0
    for unit in UnitProgram.objects.filter(fiscal_year__year=year, name__in=teams, team=""):
        unit.team = teams[unit.name]
        unit.save()
        linked += 1
    return linked
