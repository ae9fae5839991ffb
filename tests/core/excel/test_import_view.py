"""가져오기 화면: 올리기, 열 맞추기, 미리보기, 골라 반영하기, 되돌리기. 남의 것은 열 수 없다."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from budget.appropriations.models import BudgetLine, BudgetVersion, DetailProgram, MonthlyPlan
from budget.appropriations.models.codes import ExpenseItem, FiscalYear, PolicyProgram, StatItem, UnitProgram
from core.access import Role
from core.documents.models import StoredFile
from core.excel.models import ImportBatch, RememberedMapping
from core.history.models import Change
from core.org.excel import DepartmentResource
from core.org.models import Department, Staff
from tests.excel_tests import admin, column_at, edit

pytestmark = pytest.mark.django_db

ROWS = [["부서 코드", "부서명", "설치일"], ["1", "가나과", None], ["2", "나과", None], ["3", "다과", "2023-13-02"]]


def workbook(rows: list[list[Any]], name: str = "부서 정비.xlsx") -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile(name, stream.getvalue())


def upload(desk: Client, here: str, rows: list[list[Any]] = ROWS) -> ImportBatch:
    response = desk.post(here, {"file": workbook(rows)})
    assert response.status_code == 302, response.content.decode()
    batch = ImportBatch.objects.latest("created_at")
    assert str(batch.pk) in response["Location"]
    return batch


def test_the_whole_walk_from_upload_to_undo(desk: Client, here: str) -> None:
    Department.objects.create(code="1", name="가과", order=1)
    batch = upload(desk, here)
    page = desk.get(f"{here}?batch={batch.pk}").content.decode()
    assert "오류 1행 빼고 2건 반영" in page
    assert "달이 13월로 적혀 있습니다" in page
    assert Department.objects.count() == 1
    response = desk.post(f"{here}?batch={batch.pk}", {"action": "apply"}, follow=True)
    assert "2건을 반영했습니다" in response.content.decode()
    assert set(Department.objects.values_list("name", flat=True)) == {"가나과", "나과"}
    assert set(Change.objects.filter(batch=batch.pk).values_list("source", flat=True)) == {"엑셀 부서 정비.xlsx"}
    response = desk.post(f"{here}?batch={batch.pk}", {"action": "undo"}, follow=True)
    assert "2건을 되돌렸습니다" in response.content.decode()
    assert list(Department.objects.values_list("name", flat=True)) == ["가과"]
    batch.refresh_from_db()
    assert batch.status == "undone"


WEB_EXPORT = "<html><body><table><tr><th>부서 코드</th><th>부서명</th></tr><tr><td>01</td><td>가나과</td></tr></table></body></html>"
XML_EXPORT = (
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
    ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="부서"><Table>'
    '<Row><Cell><Data ss:Type="String">부서 코드</Data></Cell><Cell><Data ss:Type="String">부서명</Data></Cell></Row>'
    '<Row><Cell><Data ss:Type="String">01</Data></Cell><Cell><Data ss:Type="String">가나과</Data></Cell></Row>'
    "</Table></Worksheet></Workbook>"
)


@pytest.mark.parametrize("text", [WEB_EXPORT, XML_EXPORT], ids=["HTML", "SpreadsheetML"])
def test_what_a_web_system_calls_xls_goes_through_to_the_apply(desk: Client, here: str, text: str) -> None:
    response = desk.post(here, {"file": SimpleUploadedFile("부서.xls", text.encode())})
    assert response.status_code == 302, response.content.decode()
    batch = ImportBatch.objects.latest("created_at")
    desk.post(f"{here}?batch={batch.pk}", {"action": "apply"}, follow=True)
    assert list(Department.objects.values_list("code", "name")) == [("01", "가나과")]


def test_an_unticked_row_is_left_out(desk: Client, here: str) -> None:
    batch = upload(desk, here, ROWS[:3])
    keys = sorted(batch.preview["marks"])
    page = desk.post(f"{here}?batch={batch.pk}&tab=new", {"action": "keep", "shown": keys, "pick": keys[1:]}).content.decode()
    assert "1건 반영" in page
    desk.post(f"{here}?batch={batch.pk}&tab=changed", {"action": "apply"})
    assert list(Department.objects.values_list("name", flat=True)) == ["나과"]


def test_a_cell_can_be_corrected_on_the_page(desk: Client, here: str) -> None:
    batch = upload(desk, here)
    desk.post(f"{here}?batch={batch.pk}", {"action": "fix", "fix_4_C": "2023-03-02"})
    desk.post(f"{here}?batch={batch.pk}", {"action": "apply"})
    assert str(Department.objects.get(code="3").valid_from) == "2023-03-02"


def test_error_rows_can_be_taken_corrected_and_brought_back(desk: Client, here: str) -> None:
    batch = upload(desk, here)
    response = desk.get(f"{here}?batch={batch.pk}&errors=1")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet]
    assert rows[0] == ["부서 코드", "부서명", "설치일", "고칠 곳"]
    assert rows[1][:3] == ["3", "다과", "2023-13-02"]
    assert rows[1][3].startswith("4행 설치일: 달이 13월로")
    rows[1][2] = "2023-03-02"
    again = upload(desk, here, rows)
    desk.post(f"{here}?batch={again.pk}", {"action": "map", "col_0": "code", "col_1": "name", "col_2": "valid_from"})
    desk.post(f"{here}?batch={again.pk}", {"action": "apply"})
    assert Department.objects.filter(code="3").exists()


def test_unknown_headings_are_asked_once_and_remembered(desk: Client, here: str) -> None:
    rows = [["과 번호", "과 이름", "전화"], ["1", "가과", "02-123"]]
    batch = upload(desk, here, rows)
    page = desk.get(f"{here}?batch={batch.pk}").content.decode()
    assert "찾지 못한 열이 있습니다" in page
    assert "02-123" in page
    refused = desk.post(f"{here}?batch={batch.pk}", {"action": "map", "col_0": "name", "col_1": "name"})
    assert refused.status_code == 422
    chosen = {"action": "map", "col_0": "code", "col_1": "name", "col_2": ""}
    unanswered = desk.post(f"{here}?batch={batch.pk}", chosen)
    assert unanswered.status_code == 422 and "첫 줄이 열 제목인지 자료인지" in unanswered.content.decode()
    desk.post(f"{here}?batch={batch.pk}", {**chosen, "heading": "row"})
    batch.refresh_from_db()
    assert batch.counts["new"] == 1
    assert RememberedMapping.objects.count() == 1
    again = upload(desk, here, rows)
    assert again.counts["new"] == 1


def test_only_its_owner_opens_an_import(desk: Client, here: str, client: Client) -> None:
    batch = upload(desk, here)
    other = Staff.objects.create(employee_number="adm2", name="다른 관리자", role=Role.ADMIN, must_change_password=False)
    stranger = Client()
    stranger.force_login(other)
    assert stranger.get(f"{here}?batch={batch.pk}").status_code == 404
    assert stranger.post(f"{here}?batch={batch.pk}", {"action": "apply"}).status_code == 404
    # 다른 자료의 주소로도 열리지 않는다.
    assert desk.get(f"{reverse('admin:core_vehicle_import')}?batch={batch.pk}").status_code == 404
    assert desk.get(f"{here}?batch=아무거나").status_code == 404


def test_a_file_name_typed_on_a_mac_is_kept_readable(desk: Client, here: str) -> None:
    """자모가 풀린 이름, 길이가 255바이트를 넘는 이름, 경로가 든 이름."""
    import unicodedata

    for name in (unicodedata.normalize("NFD", "부서 정비.xlsx"), f"../../{'가' * 120}😀.xlsx"):
        assert desk.post(here, {"file": workbook(ROWS[:2], name)}).status_code == 302
        kept = ImportBatch.objects.latest("created_at").file.name
        assert unicodedata.is_normalized("NFC", kept)
        assert "/" not in kept
        assert kept.endswith(".xlsx")


def test_the_second_person_with_the_same_file_is_told(desk: Client, here: str) -> None:
    """두 사람이 같은 파일을 함께 미리보아도 먼저 반영한 것만 남고, 둘째에게 알린다."""
    first = upload(desk, here, ROWS[:3])
    other = Client()
    other.force_login(Staff.objects.create(employee_number="adm3", name="둘째", role=Role.ADMIN, must_change_password=False))
    second = upload(other, here, ROWS[:3])
    desk.post(f"{here}?batch={first.pk}", {"action": "apply"})
    page = other.post(f"{here}?batch={second.pk}", {"action": "apply"}, follow=True).content.decode()
    assert "미리본 뒤에 자료가 바뀌어 반영하지 않았습니다" in page
    assert Department.objects.count() == 2
    second.refresh_from_db()
    assert (second.counts["same"], second.counts["new"]) == (2, 0)


def test_a_stored_file_that_changed_is_refused(desk: Client, here: str) -> None:
    batch = upload(desk, here)
    Path(batch.file.file.path).write_bytes(workbook([["부서명"], ["몰래과"]]).read())
    response = desk.post(f"{here}?batch={batch.pk}", {"action": "apply"}, follow=True)
    assert "올렸을 때와 다릅니다" in response.content.decode()
    assert not Department.objects.exists()


def test_a_change_after_the_preview_stops_the_apply(desk: Client, here: str) -> None:
    row = Department.objects.create(code="1", name="가과", order=1)
    batch = upload(desk, here)
    row.short_name = "가"
    row.save()
    response = desk.post(f"{here}?batch={batch.pk}", {"action": "apply"}, follow=True)
    assert "미리본 뒤에 자료가 바뀌어" in response.content.decode()
    assert Department.objects.count() == 1


def test_applying_twice_changes_nothing_more(desk: Client, here: str) -> None:
    batch = upload(desk, here)
    for _ in range(2):
        desk.post(f"{here}?batch={batch.pk}", {"action": "apply"})
    assert Change.objects.filter(batch=batch.pk).count() == 2


def test_a_later_edit_is_listed_instead_of_undone(desk: Client, here: str) -> None:
    batch = upload(desk, here)
    desk.post(f"{here}?batch={batch.pk}", {"action": "apply"})
    row = Department.objects.get(code="1")
    row.short_name = "가"
    row.save()
    response = desk.post(f"{here}?batch={batch.pk}", {"action": "undo"})
    assert response.status_code == 409
    assert "뒤에 고친 것이 있어" in response.content.decode()
    assert Department.objects.filter(code="1").exists()


def test_undo_ends_after_thirty_days(desk: Client, here: str) -> None:
    batch = upload(desk, here)
    desk.post(f"{here}?batch={batch.pk}", {"action": "apply"})
    ImportBatch.objects.filter(pk=batch.pk).update(applied_at=timezone.now() - timedelta(days=31))
    assert desk.post(f"{here}?batch={batch.pk}", {"action": "undo"}).status_code == 403
    assert Department.objects.count() == 2


def test_abandoned_previews_go_with_their_files(desk: Client, here: str) -> None:
    old = upload(desk, here)
    stored = old.file.file.path
    ImportBatch.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=2))
    upload(desk, here)
    assert not ImportBatch.objects.filter(pk=old.pk).exists()
    assert not Path(stored).exists()
    assert StoredFile.objects.count() == 1


def test_a_file_that_is_not_a_table_is_refused_in_words(desk: Client, here: str) -> None:
    response = desk.post(here, {"file": SimpleUploadedFile("a.xlsx", b"%PDF-1.7 ...")})
    assert response.status_code == 422
    assert "PDF 파일입니다" in response.content.decode()
    assert not StoredFile.objects.exists()
    assert "파일을 고르지 않았습니다" in desk.post(here).content.decode()


def test_the_template_can_be_filled_and_brought_back(desk: Client, here: str) -> None:
    response = desk.get(f"{here}?template=blank")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert book.sheetnames == ["부서", "작성 방법", "조건", "고르는 값"]
    sheet = book.worksheets[0]
    sheet.append(["11", "가과"])
    stream = io.BytesIO()
    book.save(stream)
    desk.post(here, {"file": SimpleUploadedFile("서식.xlsx", stream.getvalue())})
    # 우리 서식은 열을 묻지 않고 바로 미리보기로 간다.
    assert ImportBatch.objects.get().counts["new"] == 1


def test_get_never_changes_anything(desk: Client, here: str) -> None:
    batch = upload(desk, here)
    before = ImportBatch.objects.values().get(), Change.objects.count()
    for query in ("", "?template=rows", f"?batch={batch.pk}", f"?batch={batch.pk}&step=map", f"?batch={batch.pk}&errors=1"):
        assert desk.get(here + query).status_code == 200
    assert before == (ImportBatch.objects.values().get(), Change.objects.count())


# ── 부서 담당자 ───────────────────────────────────────────────────────


def program(name: str, department: Department) -> DetailProgram:
    year, _ = FiscalYear.objects.get_or_create(year=2023)
    policy, _ = PolicyProgram.objects.get_or_create(fiscal_year=year, name="구정 기획")
    unit, _ = UnitProgram.objects.get_or_create(fiscal_year=year, policy_program=policy, name="기획 운영")
    return DetailProgram.objects.create(fiscal_year=year, unit_program=unit, name=name, department=department)


def test_a_department_brings_only_its_own_rows(client: Client) -> None:
    ours, theirs = (Department.objects.create(code=name, name=name) for name in ("건축과", "교통과"))
    program("우리 사업", ours)
    program("남의 사업", theirs)
    officer = Staff.objects.create(
        employee_number="d1", name="담당", role=Role.DEPARTMENT, department=ours, must_change_password=False
    )
    client.force_login(officer)
    here = reverse("budget.monthlyplan-import")
    batch = upload(client, here, [["세부사업", "월", "계획 집행액(천원)"], ["우리 사업", 1, 1200], ["남의 사업", 1, 5]])
    assert batch.counts["new"] == 1
    assert batch.counts["error"] == 1
    client.post(f"{here}?batch={batch.pk}", {"action": "apply"})
    plan = MonthlyPlan.objects.get()
    assert (plan.detail_program.name, plan.amount) == ("우리 사업", 1_200_000)


def test_a_viewer_is_told_who_may_import(client: Client) -> None:
    viewer = Staff.objects.create(employee_number="v1", name="열람", role=Role.VIEWER, must_change_password=False)
    client.force_login(viewer)
    assert client.get(reverse("budget.budgetline-import")).status_code == 403


def test_budget_lines_find_codes_of_their_own_year(client: Client) -> None:
    where = Department.objects.create(code="1", name="기획예산과")
    detail = program("주요업무계획", where)
    for number in (2023, 2024):
        year, _ = FiscalYear.objects.get_or_create(year=number)
        item = ExpenseItem.objects.create(fiscal_year=year, code="201", name="일반운영비")
        StatItem.objects.create(fiscal_year=year, code="201-01", name="사무관리비", expense_item=item)
    BudgetVersion.objects.create(fiscal_year=detail.fiscal_year, kind="original", effective_on="2023-01-01")
    client.force_login(admin())
    here = reverse("budget.budgetline-import")
    rows = [["예산의 층", "세부사업", "통계목", "금액", "구비", "시비"],
            ["2023 본예산", "주요업무계획", "201-01", 3000, 1000, 2000], ["2023 본예산", "주요업무계획", "201-02", 1, 1, None]]  # fmt: skip
    batch = upload(client, here, rows)
    # 금액의 단위가 적혀 있지 않으면 묻는다.
    client.post(f"{here}?batch={batch.pk}", {
        "action": "map", "unit": "1000", "col_0": "budget_version", "col_1": "detail_program", "col_2": "stat_item",
        "col_3": "amount", "col_4": "own_amount", "col_5": "city_amount"})  # fmt: skip
    client.post(f"{here}?batch={batch.pk}", {"action": "apply"})
    line = BudgetLine.objects.get()
    assert (line.amount, line.own_amount, line.stat_item.fiscal_year.year) == (3_000_000, 1_000_000, 2023)


def budget_lines(tmp_path: Path) -> Path:
    """금액의 단위가 두 가지로 적힌 편성 자료"""
    detail = program("주요업무계획", Department.objects.create(code="1", name="기획예산과"))
    item = ExpenseItem.objects.create(fiscal_year=detail.fiscal_year, code="201", name="일반운영비")
    StatItem.objects.create(fiscal_year=detail.fiscal_year, code="201-01", name="사무관리비", expense_item=item)
    BudgetVersion.objects.create(fiscal_year=detail.fiscal_year, kind="original", effective_on="2023-01-01")
    path = tmp_path / "편성.xlsx"
    path.write_bytes(workbook([
        ["(단위: 천원, 백만원)"], ["예산의 층", "세부사업", "통계목", "금액", "구비"], ["2023 본예산", "주요업무계획", "201-01", 3, 3],
    ]).read())  # fmt: skip
    return path


def test_a_unit_written_twice_stops_the_preview_until_answered(client: Client, tmp_path: Path) -> None:
    path = budget_lines(tmp_path)
    client.force_login(admin())
    here = reverse("budget.budgetline-import")
    client.post(here, {"file": SimpleUploadedFile("편성.xlsx", path.read_bytes())})
    batch = ImportBatch.objects.get()
    answer = {"action": "map", "unit": "", "col_0": "budget_version", "col_1": "detail_program", "col_2": "stat_item",
              "col_3": "amount", "col_4": "own_amount"}  # fmt: skip
    client.post(f"{here}?batch={batch.pk}", answer)
    page = client.get(f"{here}?batch={batch.pk}").text
    assert "확인이 필요합니다" in page and "단위 다시 고르기" in page
    refused = client.post(f"{here}?batch={batch.pk}", {"action": "apply"}, follow=True)
    assert "답하지 않은 물음" in refused.text
    assert not BudgetLine.objects.exists()
    client.post(f"{here}?batch={batch.pk}", {**answer, "unit": "1000000"})
    assert "확인이 필요합니다" not in client.get(f"{here}?batch={batch.pk}").text
    client.post(f"{here}?batch={batch.pk}", {"action": "apply"})
    assert BudgetLine.objects.get().amount == 3_000_000


def test_a_confirmed_question_is_applied_as_read(client: Client, tmp_path: Path) -> None:
    path = budget_lines(tmp_path)
    client.force_login(admin())
    here = reverse("budget.budgetline-import")
    client.post(here, {"file": SimpleUploadedFile("편성.xlsx", path.read_bytes())})
    batch = ImportBatch.objects.get()
    client.post(f"{here}?batch={batch.pk}", {
        "action": "map", "unit": "", "col_0": "budget_version", "col_1": "detail_program", "col_2": "stat_item", "col_3": "amount",
        "col_4": "own_amount"})  # fmt: skip
    client.post(f"{here}?batch={batch.pk}", {"action": "apply", "confirm": "unit"})
    assert BudgetLine.objects.exists()


def test_the_command_stops_at_a_question(tmp_path: Path) -> None:
    path = budget_lines(tmp_path)
    with pytest.raises(CommandError, match="--confirm unit"):
        call_command("import_records", "budget.BudgetLine", str(path), stdout=io.StringIO())
    assert not BudgetLine.objects.exists()
    call_command("import_records", "budget.BudgetLine", str(path), "--unit", "천원", stdout=io.StringIO())
    assert BudgetLine.objects.get().amount == 3_000
    # 같은 자료의 금액이 1,000배가 되면 다시 묻는다.
    with pytest.raises(CommandError, match="--confirm unit"):
        call_command("import_records", "budget.BudgetLine", str(path), "--unit", "백만원", stdout=io.StringIO())
    call_command("import_records", "budget.BudgetLine", str(path), "--unit", "백만원", "--confirm", "unit", stdout=io.StringIO())
    assert BudgetLine.objects.get().amount == 3_000_000


def test_a_code_keeps_the_zeros_the_cell_shows(tmp_path: Path) -> None:
    """서식 0000000 으로 보이는 부서 코드는 앞의 0까지가 코드다."""
    book = openpyxl.Workbook()
    book.active.append(["부서 코드", "부서명", "설치일"])
    book.active.append([31234, "새부서", "2023-01-01"])
    book.active["A2"].number_format = "0000000"
    book.save(tmp_path / "부서.xlsx")
    call_command("import_records", "core.Department", str(tmp_path / "부서.xlsx"), stdout=io.StringIO())
    assert Department.objects.get().code == "0031234"


# ── 명령 ──────────────────────────────────────────────────────────────


def test_the_command_previews_then_applies_with_the_same_rules(tmp_path: Path) -> None:
    import json

    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(ROWS).read())
    out = io.StringIO()
    call_command("import_records", "core.Department", str(path), "--dry-run", "--json", stdout=out)
    assert json.loads(out.getvalue())["counts"]["new"] == 2
    assert not Department.objects.exists()
    with pytest.raises(CommandError, match="아무것도 반영하지 않았습니다"):
        call_command("import_records", "core.Department", str(path), stdout=out)
    assert not Department.objects.exists()
    call_command("import_records", "core.Department", str(path), "--skip-errors", stdout=out)
    assert Department.objects.count() == 2
    call_command("export_records", "core.department", str(tmp_path / "b.csv"), stdout=out)
    again = io.StringIO()
    call_command("import_records", "core.Department", str(tmp_path / "b.csv"), "--json", stdout=again)
    assert json.loads(again.getvalue())["counts"]["same"] == 2


def run(*args: Any) -> dict[str, Any]:
    import json

    out = io.StringIO()
    call_command(*map(str, args), "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_command_chooses_rows_and_conflicts_like_the_screen(tmp_path: Path) -> None:
    for code, name in (("1", "가과"), ("2", "나과"), ("3", "다과")):
        Department.objects.create(code=code, name=name)
    path = tmp_path / "a.xlsx"
    call_command("export_records", "core.Department", str(path), stdout=io.StringIO())
    edit(path, lambda sheet: [setattr(sheet.cell(row, column_at(sheet, "부서명")), "value", f"파일{row}") for row in (2, 3, 4)])
    Department.objects.filter(code__in=["1", "2"]).update(name="남과")
    asked = run("import_records", "core.Department", path, "--rows", "2")
    assert (asked["counts"]["conflict"], asked["applied"]) == (2, 0)
    assert asked["conflicts"][0] == {
        "row": 2, "label": "남과", "applied": False,
        "cells": [{"name": "name", "title": "부서명", "base": "가과", "now": "남과", "file": "파일2",
                   "who": asked["conflicts"][0]["cells"][0]["who"], "choice": ""}],
    }  # fmt: skip
    assert run("import_records", "core.Department", path, "--rows", "2,4", "--conflicts", "file")["applied"] == 2
    assert list(Department.objects.order_by("code").values_list("name", flat=True)) == ["파일2", "남과", "파일4"]
    assert run("import_records", "core.Department", path, "--conflicts", "keep")["applied"] == 0
    assert Department.objects.get(code="2").name == "남과"
    with pytest.raises(CommandError, match="2-40,52"):
        run("import_records", "core.Department", path, "--rows", "둘")


def test_an_error_outside_the_chosen_rows_does_not_stop_them(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(ROWS).read())
    assert run("import_records", "core.Department", path, "--rows", "2-3")["applied"] == 2
    with pytest.raises(CommandError, match="아무것도 반영하지 않았습니다"):
        run("import_records", "core.Department", path, "--rows", "4")


def test_a_date_without_a_year_is_in_the_year_of_the_import_or_an_error(tmp_path: Path, desk: Client, here: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook([["부서 코드", "부서명", "설치일"], ["1", "가과", "12/10"]]).read())
    refused = run("import_records", "core.Department", path, "--dry-run")
    assert refused["errors"][0]["reason"] == "연도가 적혀 있지 않습니다"
    run("import_records", "core.Department", path, "--year", "2023")
    assert str(Department.objects.get(code="1").valid_from) == "2023-12-10"
    Department.objects.all().delete()
    response = desk.post(here, {"file": SimpleUploadedFile("a.xlsx", path.read_bytes()), "fiscal_year": "2024"})
    desk.post(response["Location"], {"action": "apply"})
    assert str(Department.objects.get(code="1").valid_from) == "2024-12-10"


def test_the_export_command_narrows_like_a_list(tmp_path: Path) -> None:
    bureau = Department.objects.create(code="1", name="기획재정국", kind="bureau")
    Department.objects.create(code="2", name="가과", parent=bureau)
    Department.objects.create(code="3", name="나과", parent=bureau, is_reporting=False)
    found = run("export_records", "core.Department", tmp_path / "a.csv", "--filter", "상위 부서=기획재정국", "--filter", "is_reporting=예")
    assert (found["rows"], found["conditions"]) == (1, {"상위 부서": "기획재정국", "is_reporting": "예"})
    assert "가과" in (tmp_path / "a.csv").read_text("utf-8-sig")
    for wrong, reason in (("부서장=나", "항목이 없습니다"), ("parent=없는국", "이름이 없습니다"), ("나과", "항목=값")):
        with pytest.raises(CommandError, match=reason):
            run("export_records", "core.Department", tmp_path / "b.csv", "--filter", wrong)
    with pytest.raises(CommandError, match="회계연도가 없습니다"):
        run("export_records", "core.Department", tmp_path / "b.csv", "--year", "2023")
    for year in (2022, 2023):
        ExpenseItem.objects.create(fiscal_year=FiscalYear.objects.create(year=year), code="201", name="일반운영비")
    assert run("export_records", "budget.ExpenseItem", tmp_path / "c.xlsx", "--year", "2023")["rows"] == 1


def test_the_command_obeys_the_rights_of_the_named_person(tmp_path: Path) -> None:
    Staff.objects.create(employee_number="v2", name="열람", role=Role.VIEWER)
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(ROWS[:3]).read())
    with pytest.raises(CommandError):
        call_command("import_records", "core.Department", str(path), "--user", "v2", stdout=io.StringIO())
    assert not Department.objects.exists()
    with pytest.raises(CommandError, match="쓸 수 있는 자료"):
        call_command("import_records", "core.Change", str(path), stdout=io.StringIO())


def test_a_mapping_of_another_department_is_not_used(client: Client) -> None:
    """한 부서가 기억시킨 열과 단위가 다른 부서의 같은 모양 파일에 묻지 않고 쓰이지 않는다."""
    here = reverse("budget.monthlyplan-import")
    rows = [["세부사업", "달", "계획액", "남는 열"], ["가 사업", 3, 1_000, "가"]]
    for number, unit in (("8001", "1000000"), ("8002", "")):
        department = Department.objects.create(code=number, name=f"시험{number}과")
        client.force_login(Staff.objects.create_user(
            number, name="시험", role=Role.DEPARTMENT, department=department, must_change_password=False,
        ))  # fmt: skip
        batch = upload(client, here, rows)
        assert (batch.mapping, batch.unit) == ({}, None)
        picked = {"action": "map", "col_0": "detail_program", "col_1": "month", "col_2": "amount", "unit": unit}
        client.post(f"{here}?batch={batch.pk}", picked)
    assert RememberedMapping.objects.count() == 2


# ── 많은 행 ───────────────────────────────────────────────────────────


def many(count: int) -> list[list[Any]]:
    return [["부서 코드", "부서명", "설치일"], *([str(n), f"과{n:05}", None] for n in range(1, count + 1))]


def test_every_row_of_every_tab_can_be_reached_page_by_page(desk: Client, here: str) -> None:
    for n in range(1, 251):
        Department.objects.create(code=str(n), name=f"과{n:05}", order=n)
    rows = many(130)
    rows[1][1] = "바꾼과"
    rows += [[f"N{n}", f"새과{n:03}", None] for n in range(230)]
    batch = upload(desk, here, rows)
    seen: dict[str, set[str]] = {}
    for tab, pages in (("new", 3), ("same", 2), ("missing", 2), ("changed", 1)):
        text = ""
        for number in range(1, pages + 1):
            text += desk.get(f"{here}?batch={batch.pk}&tab={tab}&page={number}").content.decode()
        seen[tab] = {word for word in text.replace("<", ">").replace(" ", ">").split(">") if "과" in word}
    assert {f"새과{n:03}" for n in range(230)} <= seen["new"]
    assert {f"과{n:05}" for n in range(2, 131)} <= seen["same"]
    assert {f"과{n:05}" for n in range(131, 251)} <= seen["missing"]
    assert "바꾼과" in seen["changed"]


def test_a_row_left_out_on_the_third_page_stays_out(desk: Client, here: str) -> None:
    batch = upload(desk, here, many(250))
    page = desk.get(f"{here}?batch={batch.pk}&tab=new&page=3").content.decode()
    keys = [part.split('"')[0] for part in page.split('name="shown" value="')[1:]]
    assert len(keys) == 50
    page = desk.post(f"{here}?batch={batch.pk}&tab=new&page=3", {"action": "keep", "shown": keys, "pick": keys[1:]}).content.decode()
    assert "249건 반영" in page
    desk.post(f"{here}?batch={batch.pk}&tab=new&page=1", {"action": "apply", "shown": [], "pick": []})
    assert Department.objects.count() == 249
    assert not Department.objects.filter(name="과00201").exists()


def conflicted(desk: Client, here: str, count: int) -> ImportBatch:
    """내려받은 뒤 모든 행을 다른 사람이 고친 파일."""
    Department.objects.bulk_create([Department(code=str(n), name=f"과{n:05}", order=n) for n in range(1, count + 1)])
    title = DepartmentResource().row_key_title
    rows: list[list[Any]] = [["부서 코드", "부서명", "설치일", title, "판(그대로 두세요)"]]
    rows += [[row.code, f"파일{row.code}", None, row.pk, 0] for row in Department.objects.order_by("pk")]
    Department.objects.update(short_name="남", name="남과")
    return upload(desk, here, rows)


def test_conflicts_beyond_the_first_page_are_chosen_one_by_one_or_all_at_once(desk: Client, here: str) -> None:
    batch = conflicted(desk, here, 350)
    assert batch.counts["conflict"] == 350
    address = f"{here}?batch={batch.pk}&tab=conflict&page=4"
    page = desk.get(address).content.decode()
    assert page.count('name="shown"') == 50
    assert "350행 모두 지금 값" in page
    page = desk.post(address, {"row": "49:mine"}, follow=True).content.decode()
    assert "1건 반영" in page
    page = desk.post(address, {"row": "all:now"}, follow=True).content.decode()
    assert "반영할 행이 없습니다" in page
    page = desk.post(address, {"row": "all:mine"}, follow=True).content.decode()
    assert "350건 반영" in page
    desk.post(address, {"action": "apply"})
    assert Department.objects.filter(name__startswith="파일").count() == 350
    batch.refresh_from_db()
    assert not batch.pages.exists()


def test_every_error_can_be_reached_and_every_error_row_is_in_the_download(desk: Client, here: str) -> None:
    rows = many(1_200)
    for row in rows[1:]:
        row[2] = "언젠가"
    batch = upload(desk, here, rows)
    page = desk.get(f"{here}?batch={batch.pk}&fault=10").content.decode()
    assert 'name="fix_1001_C"' in page
    desk.post(f"{here}?batch={batch.pk}", {"action": "fix", "fix_1001_C": "2023-01-01"})
    batch.refresh_from_db()
    assert (batch.counts["error"], batch.counts["new"]) == (1_199, 1)
    response = desk.get(f"{here}?batch={batch.pk}&errors=1")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    assert sheet.max_row == 1_200


def test_a_page_of_five_thousand_rows_costs_as_little_as_a_page_of_fifty(
    desk: Client, here: str, django_assert_max_num_queries: Any
) -> None:
    batch = upload(desk, here, many(5_000))
    assert batch.counts["new"] == 5_000
    assert batch.pages.count() == 50
    with django_assert_max_num_queries(12) as found:
        page = desk.get(f"{here}?batch={batch.pk}&tab=new&page=50")
        cost = len(found)
    small = upload(desk, here, many(50))
    with django_assert_max_num_queries(cost):
        desk.get(f"{here}?batch={small.pk}&tab=new")
    assert "과05000" in page.content.decode()
    assert len(page.content) < 300_000
