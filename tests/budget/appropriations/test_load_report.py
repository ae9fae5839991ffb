"""보고서 싣기: 인쇄된 값이 빠짐없이 실리고, 두 번 실어도 같고, 사람이 고친 것을 덮어쓰지 않는다."""

from __future__ import annotations

import json
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from budget.appropriations.models import Account, BudgetVersion, FiscalYear, LayerTotal, ReportProgram, StatItem
from config.load_report import load_report, read_report
from config.report_values import printed_values
from core.access import Team
from core.figures.models import ReportedValue
from core.history.models import Change
from core.org.models import Department, Grade, Quota, Vehicle

pytestmark = pytest.mark.django_db


@pytest.fixture
def report() -> dict[str, Any]:
    return read_report()


def value(code: str) -> ReportedValue:
    return ReportedValue.objects.get(document="2023년 주요업무보고", code=code)


def test_loading_twice_changes_nothing(report: dict[str, Any]) -> None:
    first = load_report(report)
    history = Change.objects.count()
    second = load_report(report)
    assert first["created"] > 300
    assert second == {"created": 0, "changed": 0, "unchanged": first["created"] + first["unchanged"], "kept": 0}
    assert Change.objects.count() == history
    assert not Change.objects.filter(actor__isnull=False).exists()
    assert Change.objects.filter(model="core.reportedvalue").first().source == "보고서 2023 주요업무보고"


def test_codes_are_unique_and_named(report: dict[str, Any]) -> None:
    values = list(printed_values(report))
    assert len({one.code for one in values}) == len(values) == 197
    assert all(one.label and one.printed and one.unit and one.section for one in values)


@pytest.mark.parametrize(
    ("code", "amount", "printed", "unit", "section"),
    [
        ("execution.sound_finance.budget", 830_644_000, "830,644", "원", "Ⅰ-4"),
        ("execution.total.rate", "52.1", "52.1", "%", "Ⅰ-4"),
        ("section.2.rate", "36.1", "36.1", "%", "Ⅱ-2"),
        ("section.4.executed", 10_200_000, "10,200", "원", "Ⅱ-4"),
        ("supplementary.일반회계.supp_1", 156_892_000_000, "156,892", "원", "Ⅱ-2"),
        ("supplementary.특별회계.supp_2", None, "-", "원", "Ⅱ-2"),
        ("next_budget.2024.total", 893_542_000_000, "893,542", "원", "Ⅱ-2"),
        ("staffing.surplus.general.7", -2, "△2", "명", "Ⅰ-2"),
        ("staffing.current.special.6", 1, "1", "명", "Ⅰ-2"),
        ("staffing.quota.general.4", 0, "-", "명", "Ⅰ-2"),
        ("lawsuits.행정.won", 20, "20", "건", "Ⅱ-5"),
        ("lawsuits.민사.lost", 0, "0", "건", "Ⅱ-5"),
        ("lawsuits.계.win_rate", 89, "89", "%", "Ⅱ-5"),
        ("counselling.마을변호사", 466, "466", "건", "Ⅱ-5"),
        ("ordinances.action.개정", 79, "79", "건", "Ⅱ-5"),
        ("performance.major_projects", 151, "151", "개", "Ⅱ-3"),
        ("performance.indicators", 221, "221", "개", "Ⅱ-3"),
        ("joint_evaluation.indicators", 106, "106", "개", "Ⅱ-3"),
        ("performance.departments", 37, "37", "개", "Ⅱ-3"),
        ("planning.policy_checks", 68, "68", "회", "Ⅱ-1"),
        ("planning.named_policies", 30, "30", "건", "Ⅱ-1"),
        ("subsidies.committee_meetings", 8, "8", "회", "Ⅱ-2"),
        ("ordinance_council.meetings", 12, "12", "회", "Ⅱ-5"),
        ("plan.2024.2.budget", 582_453_000, "582,453", "원", "Ⅲ-2"),
        ("focus.2024.1.budget", 10_000_000, "10,000", "원", "Ⅳ-1"),
    ],
)
def test_printed_values(
    report: dict[str, Any], code: str, amount: int | str | None, printed: str, unit: str, section: str
) -> None:
    found = {one.code: one for one in printed_values(report)}[code]
    assert found.value == (None if amount is None else Decimal(amount))
    assert (found.printed, found.unit, found.section) == (printed, unit, section)


def test_base_dates_only_where_printed(report: dict[str, Any]) -> None:
    load_report(report)
    assert value("execution.total.budget").as_of_text == "10.31.기준"
    assert str(value("supplementary.계.total").as_of) == "2023-11-06"
    assert value("performance.indicators").as_of is None
    assert value("performance.indicators").as_of_text == "23. 10.기준"
    assert value("section.2.budget").as_of is None


def test_fifteen_rates(report: dict[str, Any]) -> None:
    rates = [one for one in printed_values(report) if one.unit == "%"]
    assert len(rates) == 15


def test_budget_part(report: dict[str, Any]) -> None:
    load_report(report)
    assert list(FiscalYear.objects.values_list("year", flat=True)) == [2024, 2023]
    assert Account.objects.filter(name="특별회계", kind=Account.Kind.SPECIAL).count() == 2
    assert StatItem.objects.get(fiscal_year__year=2023, code="201-01").expense_item.name == "일반운영비"
    assert not StatItem.objects.filter(fiscal_year__year=2024).exists()
    assert list(ReportProgram.objects.values_list("section", "unit_program_name", "team")) == [
        ("Ⅱ-1", "구정 운영 정책 조정 및 지원", Team.PLANNING),
        ("Ⅱ-2", "구민 중심의 건전하고 투명한 재정 운용", Team.BUDGET),
        ("Ⅱ-3", "구정의 성과관리", Team.EVALUATION),
        ("Ⅱ-4", "구정의 성과관리", Team.EVALUATION),
        ("Ⅱ-5", "신뢰받는 법무행정", Team.LEGAL),
    ]


def test_supplementary_table_is_rebuilt_from_the_layers(report: dict[str, Any]) -> None:
    load_report(report)
    assert BudgetVersion.objects.filter(status=BudgetVersion.Status.ANNOUNCED, is_sample=False).count() == 4
    assert "의결일은 보고서에 없음" in BudgetVersion.objects.get(seq=2).basis
    table = LayerTotal.objects.table(2023)
    printed = report["supplementary_budget"]["rows"]
    for row, expected in zip(table, printed, strict=True):
        assert row["account"] == expected["account"]
        for key in ("total", "original", "supp_sum", "supp_1", "deemed"):
            assert row[key] == expected[key] * 1_000_000, (row["account"], key)
    assert LayerTotal.objects.get(budget_version__seq=2, account__name="특별회계").amount is None


def test_organisation(report: dict[str, Any]) -> None:
    load_report(report)
    division = Department.objects.get(name="기획예산과")
    assert not division.is_sample
    assert Grade.objects.count() == 14
    assert sum(Quota.objects.filter(department=division).values_list("headcount", flat=True)) == 25
    assert Vehicle.objects.get().quantity is None


def test_rows_changed_by_people_are_kept(report: dict[str, Any]) -> None:
    load_report(report)
    vehicle = Vehicle.objects.get()
    vehicle.quantity = 1
    vehicle.save()
    printed = value("lawsuits.계.won")
    printed.printed = "58"
    printed.save()
    counts = load_report(report)
    vehicle.refresh_from_db()
    assert vehicle.quantity == 1
    assert value("lawsuits.계.won").printed == "57"
    assert (counts["kept"], counts["changed"]) == (1, 1)


def test_command(tmp_path: Any) -> None:
    out = StringIO()
    call_command("load_report", "--json", stdout=out)
    assert json.loads(out.getvalue())["changed"] == 0
    broken = tmp_path / "report.json"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(CommandError, match="JSON"):
        call_command("load_report", str(broken))
    broken.write_text("{}", encoding="utf-8")
    with pytest.raises(CommandError, match="없습니다"):
        call_command("load_report", str(broken))
