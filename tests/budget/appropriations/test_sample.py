"""표본: 만든 파일이 보고서와 원까지 같고, 달마다 늘기만 하고, 걷으면 사람의 자료만 남는다."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db.models import Sum
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from budget.appropriations.models import (
    BudgetLine,
    DetailProgram,
    ExecutionPointer,
    ExecutionReason,
    ExecutionRow,
    ExecutionSnapshot,
    MonthlyPlan,
    ReportProgram,
    UnitProgram,
)
from budget.appropriations.sample import ledger, month_ends, write_execution_file
from budget.appropriations.services import bring_execution
from config import sample
from config.load_report import read_report
from core.access import Role
from core.history.context import acting_as
from core.history.models import Change
from core.org.models import Assignment, Department, Staff

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = date(2023, 9, 30), date(2023, 10, 31)
Counts = dict[str, int]
DIVISION = "기획예산과"
HEADINGS = (
    "회계연도", "회계", "분야", "부문", "정책사업", "단위사업", "세부사업", "세부사업코드", "편성목", "통계목", "부서", "예산액",
    "국비", "균특", "기금보조", "시비", "구비", "특별교부금", "지방채", "기타", "예산현액", "원인행위액", "지출액", "집행잔액",
)
SOURCES = HEADINGS[12:20]


def read(path: Path) -> list[dict[str, Any]]:
    """파일의 자료 줄과 계·소계 줄. 첫 다섯 줄은 제목과 머리글이다."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return [dict(zip(HEADINGS, row, strict=True)) for row in rows[5:]]


def is_line(row: dict[str, Any]) -> bool:
    return bool(row["세부사업코드"])


@pytest.fixture(scope="module")
def october(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("october") / "execution.xlsx"
    assert write_execution_file(path, OCTOBER) == 1_179
    return path


def test_headings_imitate_ehojo(october: Path) -> None:
    sheet = load_workbook(october).active
    assert sheet["A1"].value == "세부사업별 집행현황"
    assert "기준일: 2023-10-31" in sheet["A2"].value
    assert sheet.cell(3, len(HEADINGS)).value == "(단위: 원)"
    assert [sheet.cell(5, at).value or sheet.cell(4, at).value for at in range(1, len(HEADINGS) + 1)] == list(HEADINGS)
    assert "M4:T4" in {str(cells) for cells in sheet.merged_cells.ranges}


def test_october_equals_the_report_to_the_won(october: Path) -> None:
    report = read_report()
    budgets, spents, lines = Counter[str](), Counter[str](), 0
    for row in filter(is_line, read(october)):
        if row["부서"] == DIVISION:
            budgets[row["단위사업"]] += row["예산액"]
            spents[row["단위사업"]] += row["지출액"]
            lines += 1
    assert lines == 125
    for unit in report["budget_by_unit_work"]["rows"]:
        assert budgets[unit["name"]] == unit["budget"] * 1_000
        assert spents[unit["name"]] == unit["executed"] * 1_000
    total = report["budget_by_unit_work"]["total"]
    assert (budgets.total(), spents.total()) == (total["budget"] * 1_000, total["executed"] * 1_000)


def test_october_sections_equal_the_report() -> None:
    budgets, spents = Counter[str](), Counter[str]()
    for line in ledger():
        if line.section:
            budgets[line.section] += line.budget(OCTOBER)
            spents[line.section] += line.spent(OCTOBER)
    for section in read_report()["sections_2023"]:
        assert budgets[str(section["no"])] == section["budget"]["budget"] * 1_000
        assert spents[str(section["no"])] == section["budget"]["executed"] * 1_000


def test_every_line_holds_together(october: Path) -> None:
    for row in filter(is_line, read(october)):
        assert sum(row[source] for source in SOURCES) == row["예산액"]
        assert 0 <= row["지출액"] <= row["원인행위액"] <= row["예산현액"]
        assert row["집행잔액"] == row["예산현액"] - row["지출액"]
        assert all(row[name] == int(row[name]) for name in HEADINGS[11:])
        if row["부서"] == DIVISION:
            assert row["구비"] == row["예산액"]


def test_totals_are_the_sums(october: Path) -> None:
    rows = read(october)
    assert rows[0]["회계"] == "계"
    assert rows[0]["지출액"] == sum(row["지출액"] for row in rows if is_line(row))
    block = 0
    for row in rows[1:]:
        if is_line(row):
            block += row["지출액"]
        else:
            assert (row["세부사업"], row["지출액"]) == ("소계", block)
            block = 0
    assert block == 0


def test_changes_of_use_cancel_within_a_unit_and_item() -> None:
    moved: dict[tuple[str, str], int] = defaultdict(int)
    for line in ledger():
        moved[line.unit, line.expense_item] += line.layer("change_of_use")
    assert any(line.layer("change_of_use") for line in ledger())
    assert not any(moved.values())


def test_twelve_files_only_grow(tmp_path: Path) -> None:
    before: dict[tuple[str, str], dict[str, Any]] = {}
    rates = []
    for number, as_of in enumerate(month_ends()):
        path = tmp_path / f"{number}.xlsx"
        write_execution_file(path, as_of)
        rows = {(row["세부사업코드"], row["통계목"]): row for row in read(path) if is_line(row)}
        assert before.keys() <= rows.keys()
        for key, row in before.items():
            for column in ("예산액", "원인행위액", "지출액"):
                assert row[column] <= rows[key][column], (as_of, key, column)
        own = [row for row in rows.values() if row["부서"] == DIVISION]
        rates.append(sum(row["지출액"] for row in own) / sum(row["예산액"] for row in own))
        before = rows
    assert rates == sorted(rates)
    assert rates[-1] == pytest.approx(0.93, abs=0.02)


def test_same_seed_same_file(tmp_path: Path, october: Path) -> None:
    again, other = tmp_path / "again.xlsx", tmp_path / "other.xlsx"
    write_execution_file(again, OCTOBER)
    write_execution_file(other, OCTOBER, seed=7)
    assert again.read_bytes() == october.read_bytes() != other.read_bytes()
    total = sum(row["지출액"] for row in read(other) if is_line(row) and row["부서"] == DIVISION)
    assert total == 1_087_113_000


def test_only_2023(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2023"):
        write_execution_file(tmp_path / "x.xlsx", date(2024, 1, 31))


# --- 실은 표본 ---------------------------------------------------------------------------------------


@pytest.fixture
def person(db: None) -> Staff:
    return Staff.objects.create_user("1001", "비밀번호-1001", name="홍길동", role=Role.ADMIN)


def test_figures_of_the_report_come_from_the_rows(sample_database: Counts) -> None:
    rows = ExecutionRow.objects.filter(snapshot=ExecutionPointer.objects.get(as_of=OCTOBER).snapshot)
    report = read_report()
    for unit in report["budget_by_unit_work"]["rows"]:
        own = rows.filter(department__name=DIVISION, detail_program__unit_program__name=unit["name"]).totals()
        assert (own["budget_amount"], own["spent_amount"]) == (unit["budget"] * 1_000, unit["executed"] * 1_000)
    for section in report["sections_2023"]:
        own = rows.filter(detail_program__report_program__section=section["src"]).totals()
        expected = section["budget"]
        assert (own["budget_amount"], own["spent_amount"]) == (expected["budget"] * 1_000, expected["executed"] * 1_000)


def test_nothing_was_refused(sample_database: Counts) -> None:
    assert ExecutionSnapshot.objects.get(as_of=OCTOBER).row_count == 1_179
    for snapshot in ExecutionSnapshot.objects.all():
        assert snapshot.is_sample
        assert snapshot.row_count == snapshot.report["taken"] == snapshot.rows.count() > 1_100
        assert (snapshot.report["errors"], snapshot.report["warnings"]) == ([], [])
        assert all(check["difference"] == 0 for check in snapshot.report["checks"])


def test_everything_is_marked(sample_database: Counts) -> None:
    assert sample_database["snapshots"] == ExecutionSnapshot.objects.count() == 12
    assert not DetailProgram.objects.filter(is_sample=False).exists()
    assert list(Department.objects.filter(is_sample=False).values_list("name", flat=True)) == [DIVISION]
    assert Department.objects.filter(is_reporting=True).count() == 37
    assert all(one.name.endswith("(표본)") for one in Department.objects.filter(is_sample=True))
    teams = UnitProgram.objects.exclude(team="").values_list("team", flat=True)
    assert sorted(teams) == ["budget", "evaluation", "legal", "planning"]


def test_layers_add_up_to_the_current_budget(sample_database: Counts) -> None:
    layers = BudgetLine.objects.current_by_program(2023, OCTOBER)
    rows = ExecutionRow.objects.filter(snapshot__as_of=OCTOBER, department__name=DIVISION)
    current = dict(rows.order_by().values_list("detail_program").annotate(Sum("current_amount")))
    assert layers == current


def test_monthly_plans_add_up_to_the_budget(sample_database: Counts) -> None:
    rows = ExecutionRow.objects.filter(snapshot__as_of=OCTOBER)
    for program in DetailProgram.objects.filter(plans__isnull=False).distinct():
        planned = sum(program.plans.values_list("amount", flat=True))
        assert planned == rows.filter(detail_program=program).totals()["budget_amount"]
        assert min(program.plans.values_list("amount", flat=True)) >= 0


def test_headcount_by_grade_equals_the_report(sample_database: Counts) -> None:
    counts = Counter(
        Assignment.objects.on(OCTOBER).filter(post__department__name=DIVISION).values_list("grade__order", flat=True)
    )
    current = read_report()["staffing"]["current_현원"]
    assert [counts[order] for order in range(1, 15)] == current["by_grade"]
    assert counts.total() == current["total"]


def test_only_the_accounts_can_log_in(sample_database: Counts) -> None:
    opened = [one.employee_number for one in Staff.objects.all() if one.check_password(sample.PASSWORD)]
    assert sorted(opened) == [str(number) for number in (*range(9001, 9010), *range(9030, 9036))] == [one["number"] for one in sample.accounts()]
    others = Staff.objects.exclude(employee_number__in=opened)
    assert others.count() == 20
    assert not any(one.has_usable_password() for one in others)
    for one in Staff.objects.all():
        one.full_clean(exclude=["password"])


def test_loading_again_changes_nothing(sample_database: Counts) -> None:
    history = Change.objects.count()
    again = sample.load_sample()
    assert (again["created"], again["changed"], again["kept"], again["snapshots"]) == (0, 0, 0, 0)
    assert Change.objects.count() == history


def test_removing_leaves_nothing_of_the_sample(sample_database: Counts) -> None:
    lines = ExecutionRow.objects.count()
    out = StringIO()
    call_command("remove_sample", "--json", stdout=out)
    result = json.loads(out.getvalue())
    assert result["kept"] == []
    assert result["removed"]["집행 행"] == lines > 12 * 1_100
    for model in (DetailProgram, UnitProgram, ExecutionSnapshot, ExecutionPointer, MonthlyPlan, BudgetLine, Staff):
        assert not model.objects.exists(), model
    assert list(Department.objects.values_list("name", flat=True)) == [DIVISION]
    assert ReportProgram.objects.count() == 5
    assert sample.accounts() == []
    assert sample.remove_sample() == {"removed": {}, "kept": []}


def test_removing_keeps_what_a_person_wrote(sample_database: Counts, person: Staff) -> None:
    program = DetailProgram.objects.get(name="무료법률상담 운영")
    with acting_as(person, "화면 /budget/"):
        ExecutionReason(detail_program=program, as_of=OCTOBER, reason="까닭", measure="대책").save()
        team_mate = Staff.objects.create_user("1002", name="임꺽정", department=Department.objects.get(code="S002"))
    result = sample.remove_sample()
    kept = {(row["kind"], row["name"]) for row in result["kept"]}
    assert kept == {("세부사업", "무료법률상담 운영"), ("부서", "홍보담당관(표본)")}
    assert "까닭" not in str(result)
    assert "집행 부진 사유" in next(row["because"] for row in result["kept"] if row["kind"] == "세부사업")
    assert ExecutionReason.objects.get().detail_program == program
    assert UnitProgram.objects.get() == program.unit_program
    assert set(Staff.objects.all()) == {person, team_mate}


def test_an_account_used_by_a_person_is_closed_but_kept(sample_database: Counts) -> None:
    officer = Staff.objects.get(employee_number="9003")
    with acting_as(officer, "화면 /budget/"):
        plan = MonthlyPlan.objects.first()
        plan.amount += 1
        plan.save()
    result = sample.remove_sample()
    officer.refresh_from_db()
    assert not officer.is_active
    assert not officer.has_usable_password()
    assert {row["kind"] for row in result["kept"]} == {"부서", "세부사업", "직원"}
    assert MonthlyPlan.objects.get().amount == plan.amount


def test_a_file_of_a_person_becomes_current_again(sample_database: Counts, person: Staff) -> None:
    sample.remove_sample()
    with acting_as(person, "화면 /budget/"):
        own = bring(person, is_sample=False)
        own.apply()
        shown = bring(person, is_sample=True)
        shown.apply()
    result = sample.remove_sample()
    own.refresh_from_db()
    assert own.status == ExecutionSnapshot.Status.CURRENT
    assert ExecutionPointer.objects.get().snapshot == own
    assert own.rows.count() == 1_179
    assert result["kept"] == []
    with pytest.raises(ValidationError):
        own.apply()


def test_the_sample_never_replaces_a_file_of_a_person(sample_database: Counts, person: Staff) -> None:
    with acting_as(person, "화면 /budget/"):
        for day in (SEPTEMBER, OCTOBER):
            ExecutionPointer.objects.get(as_of=day).snapshot.take_back()
        own = bring(person, is_sample=False)
        own.apply()
    assert sample.load_sample()["snapshots"] == 1, "9월의 표본만 다시 싣는다"
    assert ExecutionPointer.objects.get(as_of=OCTOBER).snapshot == own


def test_the_sample_is_not_for_production(settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="운영"):
        call_command("load_sample")


def bring(person: Staff, is_sample: bool) -> ExecutionSnapshot:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "execution.xlsx"
        write_execution_file(path, OCTOBER)
        return bring_execution(path, fiscal_year=2023, as_of=OCTOBER, user=person, is_sample=is_sample)
