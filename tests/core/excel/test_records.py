"""여럿이 같은 파일을 고쳐 올리는 일: 서식, 충돌에서 고르기, 받지 않는 파일, 관리자가 더한 같은 말."""

from __future__ import annotations

import gc
import io
import tempfile
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q, QuerySet
from django.test import Client
from django.urls import reverse

from budget.appropriations.excel import (
    AccountResource,
    EarlyExecutionTargetResource,
    ExpenseItemResource,
    FieldResource,
    MonthlyPlanResource,
)
from budget.appropriations.models import DetailProgram, EarlyExecutionTarget, MonthlyPlan
from budget.appropriations.models.codes import ExpenseItem, FiscalYear, PolicyProgram, StatItem, UnitProgram
from budget.appropriations.services import bring_execution
from core.access import DepartmentScope, Role
from core.excel.importing import YEAR_IN_NAME
from core.excel.models import HeadingSynonym, ImportBatch
from core.excel.preview import CHANGED, CONFLICT, ERROR, NEW, SAME
from core.excel.reader import FileRefused
from core.history.models import Change, undo
from core.org.excel import DepartmentResource, QuotaResource, StaffResource, VehicleResource
from core.org.models import Department, DepartmentLineage, Grade, Quota, Staff, Vehicle
from tests.excel_tests import ExcelTests, admin, column_at, edit, export, preview, write

pytestmark = pytest.mark.django_db


def put(row: int, title: str, value: Any) -> Any:
    """내려받은 파일의 칸 하나를 고치는 일."""
    return lambda sheet: setattr(sheet.cell(row, column_at(sheet, title)), "value", value)


def departments(*names: str) -> list[Department]:
    return [Department.objects.create(code=str(n), name=name, order=n) for n, name in enumerate(names, 1)]


def staff(number: str, role: Role = Role.ADMIN, **fields: Any) -> Staff:
    return Staff.objects.create(employee_number=number, name=f"사람{number}", role=role, must_change_password=False, **fields)


def plan_of(year: int, month: int, amount: int, department: Department | None = None, name: str = "도서관 운영") -> MonthlyPlan:
    fiscal, _ = FiscalYear.objects.get_or_create(year=year)
    policy, _ = PolicyProgram.objects.get_or_create(fiscal_year=fiscal, name="교육")
    unit, _ = UnitProgram.objects.get_or_create(fiscal_year=fiscal, policy_program=policy, name="도서관")
    program, _ = DetailProgram.objects.get_or_create(
        fiscal_year=fiscal, unit_program=unit, name=name, defaults={"department": department}
    )
    return MonthlyPlan.objects.create(detail_program=program, month=month, amount=amount)


# ── 내려받은 파일이 서식이다 ──────────────────────────────────────────


def test_the_download_is_a_form_with_lists_locks_and_instructions(tmp_path: Path) -> None:
    departments("가과", "나과")
    path = tmp_path / "a.xlsx"
    with path.open("wb") as stream:
        StaffResource().export(Staff.objects.none(), admin(), stream, conditions=[("조건", "없음")])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert book.sheetnames == ["직원", "작성 방법", "조건", "고르는 값"]
    assert book["고르는 값"].sheet_state == "hidden"
    assert sheet.freeze_panes == "A2"
    # 머리글만 잠기고, 아래의 빈 칸까지 고칠 수 있고, 행을 더하고 지울 수 있다. 암호는 없다.
    assert sheet.protection.sheet
    assert not sheet.protection.password
    assert not sheet.protection.insertRows
    assert not sheet.protection.deleteRows
    assert sheet["A1"].protection.locked
    assert not sheet.column_dimensions["A"].protection.locked
    lists = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    offered = {}
    for place, rule in lists.items():
        title = sheet[f"{place[:-1]}1"].value
        column = rule.formula1.split("$")[1]
        offered[title] = [cell.value for cell in book["고르는 값"][column] if cell.value]
    assert offered["역할"] == [str(label) for label in Role.labels]
    assert offered["부서"] == ["가과", "나과"]
    assert offered["사용"] == ["예", "아니오"]
    assert any(row[0].value == "역할" for row in book["작성 방법"])
    assert {row[0].value for row in book["조건"]} >= {"자료", "조건", "기준일", "내려받은 때", "내려받은 사람"}


def test_rows_typed_below_the_form_are_new_rows(tmp_path: Path) -> None:
    departments("가과")

    def change(sheet: Any) -> None:
        sheet.append(["9", "새과"])

    found = preview(DepartmentResource(), edit(export(DepartmentResource(), tmp_path / "a.xlsx"), change), admin())
    assert (found.counts[SAME], found.counts[NEW]) == (1, 1)


def test_last_years_plan_stands_grey_beside_and_is_not_read(tmp_path: Path) -> None:
    plan_of(2022, 3, 5_000)
    plan_of(2023, 3, 7_000)
    path = export(MonthlyPlanResource(), tmp_path / "a.xlsx", MonthlyPlan.objects.filter(detail_program__fiscal_year__year=2023))
    sheet = openpyxl.load_workbook(path).worksheets[0]
    cell = sheet.cell(2, column_at(sheet, "지난해 계획 집행액(원)"))
    assert cell.value == 5_000
    assert cell.fill.fgColor.rgb == "FFF3F4F6"
    edit(path, put(2, "지난해 계획 집행액(원)", "아무 말"))
    assert preview(MonthlyPlanResource(), path, admin()).counts[SAME] == 1


def test_text_that_looks_like_a_formula_comes_back_as_written(tmp_path: Path) -> None:
    names = ["=1+1", "@sum", "+82", "-가과", "'작은따옴표", "＝전각"]
    departments(*names)
    for kind in ("xlsx", "csv"):
        path = tmp_path / f"a.{kind}"
        with path.open("wb") as stream:
            DepartmentResource().export(Department.objects.all(), None, stream, kind=kind)
        assert preview(DepartmentResource(), path, admin()).counts[SAME] == len(names)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert {sheet.cell(row, column_at(sheet, "부서명")).data_type for row in range(2, 8)} == {"s"}
    assert "'=1+1" in (tmp_path / "a.csv").read_text("utf-8-sig")


# ── 세 사람이 차례로 올린다 ───────────────────────────────────────────


def upload(who: Staff, path: Path, here: str) -> tuple[Client, ImportBatch]:
    desk = Client()
    desk.force_login(who)
    response = desk.post(here, {"file": SimpleUploadedFile(path.name, path.read_bytes())})
    assert response.status_code == 302, response.content.decode()
    return desk, ImportBatch.objects.get(owner=who)


def test_three_people_bring_the_same_sheet_one_after_another(tmp_path: Path) -> None:
    first, second, third = departments("가과", "나과", "다과")
    here = reverse("admin:core_department_import")
    files = [export(DepartmentResource(), tmp_path / f"{n}.xlsx") for n in range(3)]
    edit(files[0], put(2, "부서명", "가1과"))
    edit(files[1], lambda sheet: [put(2, "부서명", "가2과")(sheet), put(3, "줄인 이름", "나")(sheet)])
    edit(files[2], lambda sheet: [put(2, "줄인 이름", "가")(sheet), put(3, "줄인 이름", "엔")(sheet), put(4, "부서명", "다3과")(sheet)])

    desk, batch = upload(staff("1"), files[0], here)
    desk.post(f"{here}?batch={batch.pk}", {"action": "apply"})

    # 둘째: 같은 칸을 고친 1행은 충돌이고, 고르지 않으면 반영하지 않는다.
    desk, batch = upload(staff("2"), files[1], here)
    assert {name: batch.counts[name] for name in (CHANGED, SAME, CONFLICT, "file_rows")} == {
        CHANGED: 1, SAME: 1, CONFLICT: 1, "file_rows": 3,
    }  # fmt: skip
    page = desk.get(f"{here}?batch={batch.pk}&tab=conflict").content.decode()
    shown = ("가과", "가1과", "가2과", "지금 값 두기", "파일 값으로", "사○○ 고침", "1건 반영")
    assert [text for text in shown if text not in page] == []
    page = desk.post(f"{here}?batch={batch.pk}&tab=conflict", {"action": "keep", "c_0_name": "mine"}).content.decode()
    assert "2건 반영" in page
    desk.post(f"{here}?batch={batch.pk}", {"action": "apply"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.name, second.short_name) == ("가2과", "나")
    assert Change.objects.filter(batch=batch.pk).count() == 2

    # 셋째: 자기가 고치지 않은 부서명은 지금 값을 두고, 자기가 고친 칸은 합친다.
    desk, batch = upload(staff("3"), files[2], here)
    assert (batch.counts[CONFLICT], batch.counts[CHANGED], batch.counts["file_rows"]) == (2, 1, 3)
    page = desk.post(f"{here}?batch={batch.pk}&tab=conflict", {"row": "untouched"}, follow=True).content.decode()
    assert "고치지 않음" in page
    assert "충돌 1행은 아직 고르지 않아" in page
    page = desk.post(f"{here}?batch={batch.pk}&tab=conflict", {"row": "1:now"}, follow=True).content.decode()
    assert "2건 반영" in page
    desk.post(f"{here}?batch={batch.pk}", {"action": "apply"})
    for row in (first, second, third):
        row.refresh_from_db()
    assert [(row.name, row.short_name) for row in (first, second, third)] == [("가2과", "가"), ("나과", "나"), ("다3과", "")]

    # 첫 사람이 되돌리려 하면 뒤에 고친 것을 보여 주고 그만둔다.
    desk = Client()
    desk.force_login(Staff.objects.get(employee_number="1"))
    mine = ImportBatch.objects.get(owner__employee_number="1")
    response = desk.post(f"{here}?batch={mine.pk}", {"action": "undo"})
    assert response.status_code == 409
    assert "뒤에 고친 것이 있어" in response.content.decode()
    first.refresh_from_db()
    assert first.name == "가2과"


def test_an_edit_after_choosing_stops_the_apply(tmp_path: Path) -> None:
    first, _ = departments("가과", "나과")
    here = reverse("admin:core_department_import")
    path = edit(export(DepartmentResource(), tmp_path / "a.xlsx"), put(2, "부서명", "내과"))
    first.name = "남과"
    first.save()
    desk, batch = upload(staff("1"), path, here)
    desk.post(f"{here}?batch={batch.pk}&tab=conflict", {"action": "keep", "c_0_name": "mine"})
    first.name = "또남과"
    first.save()
    desk.post(f"{here}?batch={batch.pk}", {"action": "apply"})
    first.refresh_from_db()
    assert first.name == "또남과"


def test_an_edit_that_was_undone_is_no_conflict(tmp_path: Path) -> None:
    """다른 사람이 고쳤다가 되돌린 칸은 내려받을 때와 같으므로 묻지 않는다."""
    first, _ = departments("가과", "나과")
    path = edit(export(DepartmentResource(), tmp_path / "a.xlsx"), put(2, "부서명", "내과"))
    for name in ("남과", "가과"):
        first.name = name
        first.save()
    found = preview(DepartmentResource(), path, admin())
    assert (found.counts[CHANGED], found.counts[CONFLICT]) == (1, 0)


def test_both_making_the_same_edit_is_no_conflict(tmp_path: Path) -> None:
    first, _ = departments("가과", "나과")
    path = edit(export(DepartmentResource(), tmp_path / "a.xlsx"), put(2, "부서명", "새과"))
    first.name = "새과"
    first.save()
    assert preview(DepartmentResource(), path, admin()).counts[SAME] == 2


def test_when_history_cannot_say_which_cell_changed_every_difference_is_asked(tmp_path: Path) -> None:
    departments("가과")
    path = edit(export(DepartmentResource(), tmp_path / "a.xlsx"), put(2, "부서명", "나과"))
    QuerySet(Department).update(version=3)
    row = preview(DepartmentResource(), path, admin()).of(CONFLICT)[0]
    assert [(cell.base, cell.contested, cell.untouched) for cell in row.cells] == [("알 수 없음", True, False)]
    assert not row.writes


# ── 받지 않는 파일과 행 ───────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_form_of_another_record_is_refused_by_name(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    with path.open("wb") as stream:
        AccountResource().export([], None, stream, kind=kind)
    with pytest.raises(FileRefused, match="「회계」 서식입니다"):
        FieldResource().read(path)


def test_another_years_file_is_refused_and_mixed_rows_are_named(tmp_path: Path) -> None:
    for year in (2022, 2023):
        FiscalYear.objects.create(year=year)
    path = write(tmp_path / "a.xlsx", [["회계연도", "코드", "편성목"], [2022, "201", "일반운영비"], [2023, "202", "여비"]])
    with ExpenseItemResource().read(path) as reading:
        found = ExpenseItemResource().preview(reading, admin(), year=2023)
    assert (found.counts[NEW], found.counts[ERROR]) == (1, 1)
    assert (found.errors[0].row, found.errors[0].reason) == (2, "2022년 행입니다. 고른 회계연도는 2023년입니다")
    path = write(tmp_path / "b.xlsx", [["회계연도", "코드", "편성목"], [2022, "201", "일반운영비"]])
    with ExpenseItemResource().read(path) as reading, pytest.raises(FileRefused, match="2022년 자료입니다"):
        ExpenseItemResource().preview(reading, admin(), year=2023)


def test_the_chosen_year_holds_on_the_screen(tmp_path: Path, client: Client) -> None:
    FiscalYear.objects.create(year=2022)
    FiscalYear.objects.create(year=2023)
    client.force_login(admin())
    here = reverse("admin:budget_expenseitem_import")
    assert "회계연도" in client.get(here).content.decode()
    path = write(tmp_path / "편성목_2022.xlsx", [["회계연도", "코드", "편성목"], [2022, "201", "일반운영비"]])
    upload = SimpleUploadedFile(path.name, path.read_bytes())
    client.post(here, {"file": upload, "fiscal_year": "2023"})
    batch = ImportBatch.objects.get()
    page = client.post(f"{here}?batch={batch.pk}", {"action": "recheck"}, follow=True).content.decode()
    assert "2022년 자료입니다. 고른 회계연도는 2023년입니다" in page


def test_the_year_in_a_file_name() -> None:
    assert YEAR_IN_NAME.findall("집행현황(20231031).xlsx") == ["2023"]
    assert YEAR_IN_NAME.findall("2024년 예산.xlsx") == ["2024"]
    assert YEAR_IN_NAME.findall("문서 120231.xlsx") == []


def test_another_departments_row_inside_is_named(tmp_path: Path) -> None:
    ours, theirs = departments("우리과", "남의과")
    plan_of(2023, 1, 10, ours, "우리 사업")
    plan_of(2023, 1, 10, theirs, "남의 사업")
    path = export(MonthlyPlanResource(), tmp_path / "a.xlsx")
    edit(path, lambda sheet: [put(row, "계획 집행액(원)", 99)(sheet) for row in (2, 3)])
    officer = staff("d", Role.DEPARTMENT, department=ours)
    found = preview(MonthlyPlanResource(), path, officer)
    assert (found.counts[CHANGED], found.counts[ERROR]) == (1, 1)
    assert found.errors[0].row in (2, 3)


def test_closed_rows_and_locked_cells_are_refused_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = departments("우리과")[0]
    for month in (1, 2):
        plan_of(2023, month, 10, ours)
    scope = DepartmentScope("detail_program__department", open_when=Q(month__gt=1), team_only=("amount",))
    monkeypatch.setattr(MonthlyPlan, "scope", scope)
    path = export(MonthlyPlanResource(), tmp_path / "a.xlsx")
    edit(path, lambda sheet: [put(row, "계획 집행액(원)", 99)(sheet) for row in (2, 3)])
    found = preview(MonthlyPlanResource(), path, staff("d", Role.DEPARTMENT, department=ours))
    assert found.to_apply() == []
    assert "마감했거나 닫혀 있어" in found.errors[0].reason
    assert any("만 적는 칸입니다" in issue.reason for issue in found.errors if issue.row == 3)


def test_a_file_someone_already_applied_says_so(tmp_path: Path) -> None:
    departments("가과")
    here = reverse("admin:core_department_import")
    path = edit(export(DepartmentResource(), tmp_path / "a.xlsx"), put(2, "부서명", "가1과"))
    desk, batch = upload(staff("1"), path, here)
    desk.post(f"{here}?batch={batch.pk}", {"action": "apply"})
    desk, batch = upload(staff("2"), path, here)
    assert batch.counts[SAME] == 1
    assert "사○○ 님이 이미 반영한 파일입니다" in desk.get(f"{here}?batch={batch.pk}").content.decode()


@pytest.mark.parametrize("again", ["a1", "A1 ", "Ａ1"])
def test_a_key_equal_but_for_blanks_and_case_names_both_rows(tmp_path: Path, again: str) -> None:
    path = write(tmp_path / "a.xlsx", [["부서 코드", "부서명"], ["A1", "가과"], [again, "나과"]])
    found = preview(DepartmentResource(), path)
    assert found.counts[ERROR] == 1
    assert "2행과 3행" in found.errors[0].reason


def test_an_abolished_departments_name_is_answered_by_its_successor(tmp_path: Path) -> None:
    old, middle, new = departments("교통과", "교통행정과", "미래교통과")
    Department.objects.filter(pk=old.pk).update(valid_to=date(2020, 12, 31))
    Department.objects.filter(pk=middle.pk).update(valid_from=date(2021, 1, 1), valid_to=date(2022, 12, 31))
    Department.objects.filter(pk=new.pk).update(valid_from=date(2023, 1, 1))
    DepartmentLineage.objects.create(kind="renamed", on="2021-01-01", predecessor=old, successor=middle)
    DepartmentLineage.objects.create(kind="merged", on="2023-01-01", predecessor=middle, successor=new)
    path = write(tmp_path / "a.xlsx", [["부서", "명칭"], ["교통과", "승합차"]])
    issue = preview(VehicleResource(), path, admin()).errors[0]
    assert issue.reason == "2021-01-01 개칭된 부서입니다"
    assert "‘미래교통과’" in issue.remedy
    # 그날의 정원표이면 그날 있던 부서를 알려 준다.
    Grade.objects.create(series="general", level=7, order=1)
    rows = [["부서", "직급", "정원", "적용일"], ["교통과", "일반직 7급", 3, "2022-01-01"], ["교통과", "일반직 7급", 3, "2019-01-01"]]
    titles = {column.name: column.title for column in QuotaResource().columns()}
    rows[0] = [titles[name] for name in ("department", "grade", "headcount", "valid_from")]
    found = preview(QuotaResource(), write(tmp_path / "b.xlsx", rows), admin())
    assert found.counts[ERROR] == 1, [str(issue) for issue in found.errors]
    assert "‘교통행정과’" in found.errors[0].remedy
    assert not Quota.objects.exists()


def test_a_row_that_keeps_its_abolished_department_stays_the_same(tmp_path: Path) -> None:
    old = departments("교통과")[0]
    Vehicle.objects.create(department=old, name="승합차")
    Department.objects.filter(pk=old.pk).update(valid_to=date(2020, 12, 31))
    assert preview(VehicleResource(), export(VehicleResource(), tmp_path / "a.xlsx"), admin()).counts[SAME] == 1


# ── 관리자가 더한 같은 말 ─────────────────────────────────────────────


def test_a_synonym_added_in_the_admin_is_understood_and_keeps_history(tmp_path: Path, client: Client) -> None:
    path = write(tmp_path / "a.xlsx", [["조직 고유번호", "부서명"], ["7", "가과"]])
    with DepartmentResource().read(path) as reading:
        assert "code" not in reading.match.matched
    client.force_login(admin())
    add = reverse("admin:core_headingsynonym_add")
    client.post(add, {"model": "core.department", "field": "부서 코드", "text": "조직 고유번호"})
    assert HeadingSynonym.objects.get().text == "조직 고유번호"
    assert Change.objects.filter(model="core.headingsynonym", action="created").exists()
    with DepartmentResource().read(path) as reading:
        assert set(reading.match.matched) == {"code", "name"}
    # 한 머리글이 두 열을 뜻하게 할 수는 없다.
    response = client.post(add, {"model": "core.department", "field": "부서명", "text": "조직고유번호"})
    assert "이미 「부서 코드」의 같은 말입니다" in response.content.decode()


def test_the_execution_import_reads_the_same_synonyms(tmp_path: Path) -> None:
    rows = [["단위사업", "세부사업", "담당 실과", "예산액(원)", "지출액(원)"], ["기획", "주요업무", "가과", 100, 10]]
    path = write(tmp_path / "a.xlsx", rows)
    HeadingSynonym.objects.create(model="budget.executionrow", field="부서", text="담당 실과")
    snapshot = bring_execution(path, fiscal_year=2023, as_of=date(2023, 10, 31))
    assert (snapshot.row_count, snapshot.report["missing"]) == (1, [])


# ── 여러 개를 고르는 항목 ─────────────────────────────────────────────


def stat_items(*codes: str, year: int = 2023) -> list[StatItem]:
    fiscal, _ = FiscalYear.objects.get_or_create(year=year)
    expense, _ = ExpenseItem.objects.get_or_create(fiscal_year=fiscal, code="201", defaults={"name": "일반운영비"})
    return [StatItem.objects.create(fiscal_year=fiscal, code=code, name=f"통계목 {code}", expense_item=expense) for code in codes]


class TestEarlyExecutionTargetExcel(ExcelTests):
    resource = EarlyExecutionTargetResource
    broken = ("stat_items", "999-99")

    def make(self) -> list[EarlyExecutionTarget]:
        items = stat_items("201-01", "201-02", "401-01")
        stat_items("201-01", year=2024)
        made = []
        for number, period in enumerate(("H1", "Q1", "Q2"), 1):
            target = EarlyExecutionTarget.objects.create(fiscal_year=items[0].fiscal_year, period=period, target_rate=60)
            target.stat_items.set(items[:number])
            made.append(target)
        return made

    def test_items_are_added_and_changed_in_one_cell_with_history(self, tmp_path: Path) -> None:
        target = self.make()[0]
        path = export(self.resource(), tmp_path / "a.xlsx")
        sheet = openpyxl.load_workbook(path).worksheets[0]
        assert sheet.cell(4, column_at(sheet, "대상 통계목")).value == "201-01, 201-02, 401-01"

        def change(sheet: Any) -> None:
            put(2, "대상 통계목", "201-02, 401-01")(sheet)
            sheet.append([2023, "하반기", 90, "201-01、401-01"])

        resource = self.resource()
        found = preview(resource, edit(path, change), admin())
        assert [str(issue) for issue in found.errors] == []
        cell = found.of(CHANGED)[0].cells[0]
        assert (cell.old, cell.new) == ("201-01", "201-02, 401-01")
        applied = resource.apply(found, admin(), "a.xlsx")
        codes = target.stat_items.order_by("code").values_list("code", flat=True)
        assert list(codes) == ["201-02", "401-01"]
        added = EarlyExecutionTarget.objects.get(period="H2")
        assert added.stat_items.count() == 2
        logged = Change.objects.filter(batch=applied.batch, values__has_key="stat_items")
        assert set(logged.values_list("object_id", flat=True)) == {target.pk, added.pk}
        target.refresh_from_db()
        assert target.version == 1
        undo(applied.batch, EarlyExecutionTarget)
        assert list(target.stat_items.values_list("code", flat=True)) == ["201-01"]
        assert not EarlyExecutionTarget.objects.filter(period="H2").exists()

    def test_items_changed_on_a_screen_are_not_overwritten_by_an_older_file(self, tmp_path: Path) -> None:
        """통계목만 화면에서 고쳐도 판이 올라, 그 전에 내려받은 파일은 충돌로 보인다."""
        target = self.make()[0]
        path = edit(export(self.resource(), tmp_path / "a.xlsx"), put(2, "대상 통계목", "401-01"))
        desk = Client()
        desk.force_login(staff("1"))
        added = StatItem.objects.get(fiscal_year__year=2023, code="201-02")
        response = desk.post(
            reverse("budget.earlyexecutiontarget-edit", args=[target.pk]),
            {"fiscal_year": target.fiscal_year_id, "period": "H1", "target_rate": "60.0", "stat_items": [added.pk], "_version": "0"},
        )
        assert response.status_code == 302, response.content.decode()
        target.refresh_from_db()
        assert target.version == 1, [c.values for c in Change.objects.for_record(target)]
        found = preview(self.resource(), path, staff("2"))
        assert [(row.state, row.settled) for row in found.rows] == [(CONFLICT, False), (SAME, True), (SAME, True)]
        cell = found.of(CONFLICT)[0].cells[0]
        assert (cell.base, cell.old, cell.new) == ("201-01", "201-02", "401-01")
        assert "사○○ 고침" in cell.note
        self.resource().apply(found, staff("3"), "a.xlsx")
        assert list(target.stat_items.values_list("code", flat=True)) == ["201-02"]

    def test_no_item_at_all_is_an_error(self, tmp_path: Path) -> None:
        self.make()
        path = edit(export(self.resource(), tmp_path / "a.xlsx"), put(2, "대상 통계목", None))
        found = preview(self.resource(), path, admin())
        assert "비어 있습니다" in found.errors[0].reason


def test_the_account_form_still_works(tmp_path: Path) -> None:
    stream = io.BytesIO()
    AccountResource().export([], None, stream)
    assert openpyxl.load_workbook(stream).worksheets[0].freeze_panes == "A2"


# ── 목록 내려받기 ─────────────────────────────────────────────────────


def test_a_list_leaves_as_real_numbers_with_its_conditions(client: Client) -> None:
    plan_of(2023, 1, -5_000_000, departments("가과")[0])
    client.force_login(admin())
    response = client.get(reverse("budget.monthlyplan-export"))
    assert response.streaming
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    sheet = book.worksheets[0]
    title = next(cell.value for cell in sheet[1] if "원)" in str(cell.value))
    cell = sheet.cell(2, column_at(sheet, title))
    assert cell.value in (-5_000_000, -5_000)
    assert "△" in cell.number_format
    assert sheet.freeze_panes == "A2"
    assert {row[0].value for row in book["조건"]} >= {"조건", "건수", "기준일", "내려받은 사람", "내려받은 때"}


def test_memory_stays_flat_however_many_rows(client: Client) -> None:
    client.force_login(admin())
    where, peaks = departments("가과")[0], {}
    for count in (3_000, 12_000):
        made = [Vehicle(department=where, name=f"{n}호차") for n in range(Vehicle.objects.count(), count)]
        # 시험에 쓸 행이라 이력은 남기지 않는다.
        QuerySet(Vehicle).bulk_create(made, batch_size=2_000)
        del made
        for name, write_to in {
            "서식": lambda out: VehicleResource().export(Vehicle.objects.all(), None, out),
            "목록": lambda out: out.writelines(client.get(reverse("core.vehicle-export")).streaming_content),
        }.items():
            with tempfile.TemporaryFile() as out:
                gc.collect()
                tracemalloc.start()
                write_to(out)
                peaks[name, count] = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()
    for name in ("서식", "목록"):
        assert peaks[name, 12_000] < 1.5 * peaks[name, 3_000], peaks
