"""자료를 엑셀로 올리고 내려받는 일: 부서 목록을 처음 싣는 사람, 고쳐 올리는 사람, 두 사람이 함께 고치는 때."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.access import Role
from core.excel.preview import CHANGED, CONFLICT, ERROR, MISSING, NEW, SAME, PreviewStale
from core.history.models import Change, UndoConflict, undo
from core.org.excel import (
    DepartmentResource,
    GradeResource,
    PostResource,
    QuotaResource,
    StaffResource,
    VehicleResource,
)
from core.org.models import Department, Grade, Post, Quota, Staff, Vehicle
from tests.excel_tests import ExcelTests, admin, column_at, edit, export, preview, write

pytestmark = pytest.mark.django_db


def load(path: Path, user: Any = None, resource: Any = None) -> Any:
    """미리보고 모두 반영한다."""
    resource = resource or DepartmentResource()
    found = preview(resource, path, user)
    assert [str(issue) for issue in found.errors] == []
    return resource.apply(found, user, path.name)


class TestDepartmentExcel(ExcelTests):
    resource = DepartmentResource
    broken = ("valid_from", "2023-13-02")

    def make(self) -> list[Department]:
        bureau = Department.objects.create(code="3000", name="기획재정국", kind="bureau", order=1)
        return [
            bureau,
            Department.objects.create(code="0012", name="기획예산과", order=2, parent=bureau, short_name="기획"),
            Department.objects.create(code="3130", name="교통과", order=3, valid_to=date(2020, 12, 31)),
            Department.objects.create(code="3131", name="교통과", order=4, valid_from=date(2021, 1, 1), is_reporting=False),
        ]


class TestQuotaExcel(ExcelTests):
    resource = QuotaResource
    broken = ("headcount", "열 명쯤")

    def make(self) -> list[Quota]:
        where = Department.objects.create(code="1", name="기획예산과")
        grades = [Grade.objects.create(series="general", level=level, order=level) for level in (5, 6, 7)]
        return [Quota.objects.create(department=where, grade=grade, headcount=3, valid_from=date(2023, 1, 1)) for grade in grades]


class TestVehicleExcel(ExcelTests):
    resource = VehicleResource
    broken = ("department", "없는과")

    def make(self) -> list[Vehicle]:
        where = Department.objects.create(code="1", name="기획예산과")
        return [Vehicle.objects.create(department=where, name=f"승용차 {n}", quantity=None if n else 2) for n in range(3)]


class TestStaffExcel(ExcelTests):
    resource = StaffResource
    broken = ("role", "대장")

    def make(self) -> list[Staff]:
        where = Department.objects.create(code="1", name="기획예산과")
        grade = Grade.objects.create(series="general", level=7, order=1)
        return [
            admin(),
            Staff.objects.create(employee_number="00123", name="김하나", role=Role.DEPARTMENT, department=where, grade=grade),
            Staff.objects.create(employee_number="124", name="이둘", role=Role.TEAM, team="budget"),
        ]

    def test_new_accounts_cannot_log_in_until_a_password_is_given(self, tmp_path: Path) -> None:
        load(write(tmp_path / "a.xlsx", [["사번", "성명"], ["00777", "박셋"]]), resource=StaffResource())
        made = Staff.objects.get(employee_number="00777")
        assert made.role == Role.VIEWER
        assert not made.has_usable_password()

    def test_promoting_to_administrator_opens_the_admin_screen(self, tmp_path: Path) -> None:
        self.make()
        load(write(tmp_path / "a.xlsx", [["사번", "이름", "역할"], ["124", "이둘", "시스템관리자"]]), resource=StaffResource())
        assert Staff.objects.get(employee_number="124").is_superuser

    def test_no_secret_leaves_in_the_file(self, tmp_path: Path) -> None:
        self.make()
        book = openpyxl.load_workbook(export(StaffResource(), tmp_path / "a.xlsx"))
        text = " ".join(str(cell.value) for sheet in book for row in sheet for cell in row)
        assert "argon2" not in text
        assert "비밀번호" not in text


class TestPostExcel(ExcelTests):
    resource = PostResource
    broken = ("team", "없는팀")

    def make(self) -> list[Post]:
        where = Department.objects.create(code="1", name="기획예산과")
        return [Post.objects.create(department=where, title=f"자리 {n}", duties="일 하나\n일 둘") for n in range(3)]


class TestGradeExcel(ExcelTests):
    resource = GradeResource
    broken = ("series", "특수직")

    def make(self) -> list[Grade]:
        return [Grade.objects.create(series="general", level=level, order=level) for level in (5, 6, 7)]


# ── 부서를 처음 싣는 날 ───────────────────────────────────────────────


def test_a_list_with_only_names_becomes_departments_in_file_order(tmp_path: Path) -> None:
    path = write(tmp_path / "부서.xlsx", [["부서명"], ["기획예산과"], ["감사담당관"], ["총무과"]])
    applied = load(path)
    assert applied.created == 3
    assert list(Department.objects.values_list("name", "code", "order")) == [
        ("기획예산과", "임시-001", 1), ("감사담당관", "임시-002", 2), ("총무과", "임시-003", 3),
    ]  # fmt: skip


def test_loading_the_same_names_twice_adds_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [["부서명"], ["기획예산과"], ["총무과"]])
    load(path)
    assert preview(DepartmentResource(), path).counts[SAME] == 2


def test_real_codes_later_replace_provisional_ones(tmp_path: Path) -> None:
    load(write(tmp_path / "a.xlsx", [["부서명"], ["기획예산과"], ["총무과"]]))
    load(write(tmp_path / "b.xlsx", [["부서 코드", "부서명"], ["3000012", "기획예산과"], ["3000013", "총무과"]]))
    assert list(Department.objects.order_by("code").values_list("code", "name")) == [
        ("3000012", "기획예산과"), ("3000013", "총무과"),
    ]  # fmt: skip


def test_the_same_name_twice_is_an_error_and_not_two_departments(tmp_path: Path) -> None:
    found = preview(DepartmentResource(), write(tmp_path / "a.xlsx", [["부서명"], ["총무과"], ["총 무과"]]))
    assert (found.counts[NEW], found.counts[ERROR]) == (1, 1)


def test_a_parent_may_be_in_the_same_file_even_below_its_child(tmp_path: Path) -> None:
    load(write(tmp_path / "a.xlsx", [["부서명", "상위 부서", "구분"], ["기획예산과", "기획재정국", "과"], ["기획재정국", None, "국"]]))
    child = Department.objects.get(name="기획예산과")
    assert child.parent is not None
    assert child.parent.name == "기획재정국"
    assert Change.objects.filter(model="core.department", action="created").count() == 2


def test_a_child_of_a_broken_row_is_an_error_too(tmp_path: Path) -> None:
    rows = [["부서명", "상위 부서", "설치일"], ["가국", None, "2023-02-30"], ["나과", "가국", None]]
    found = preview(DepartmentResource(), write(tmp_path / "a.xlsx", rows))
    assert found.counts[NEW] == 0
    assert found.counts[ERROR] == 2


def test_an_unknown_name_is_answered_with_near_ones(tmp_path: Path) -> None:
    for code, name in (("1", "교통행정과"), ("2", "주차문화과"), ("3", "교통지도과")):
        Department.objects.create(code=code, name=name)
    path = write(tmp_path / "a.xlsx", [["부서", "명칭"], ["교통과", "승합차"]])
    issue = preview(VehicleResource(), path).errors[0]
    assert (issue.row, issue.letter, issue.column, issue.value) == (2, "A", "부서", "교통과")
    assert "교통행정과" in issue.remedy


def test_a_closed_department_gives_way_to_the_one_in_force(tmp_path: Path) -> None:
    Department.objects.create(code="old", name="교통과", valid_to=date(2020, 12, 31))
    new = Department.objects.create(code="new", name="교통과", valid_from=date(2021, 1, 1))
    load(write(tmp_path / "a.xlsx", [["부서", "명칭"], ["교통과", "승합차"]]), resource=VehicleResource())
    assert Vehicle.objects.get().department == new


# ── 고쳐 올리기 ───────────────────────────────────────────────────────


def two_departments() -> tuple[Department, Department]:
    return Department.objects.create(code="1", name="가과", order=1), Department.objects.create(code="2", name="나과", order=2)


def test_changes_are_shown_cell_by_cell_and_leave_history(tmp_path: Path) -> None:
    first, _ = two_departments()
    path = export(DepartmentResource(), tmp_path / "부서 정리.xlsx")

    def change(sheet: Any) -> None:
        sheet.cell(2, column_at(sheet, "부서명")).value = "가가과"
        sheet.cell(2, column_at(sheet, "자료 제출 부서")).value = "아니오"

    user = admin()
    found = preview(DepartmentResource(), edit(path, change), user)
    row = found.of(CHANGED)[0]
    assert [(cell.title, cell.old, cell.new) for cell in row.cells] == [
        ("부서명", "가과", "가가과"), ("자료 제출 부서", "예", "아니오"),
    ]  # fmt: skip
    applied = DepartmentResource().apply(found, user, path.name)
    change_row = Change.objects.get(batch=applied.batch)
    assert change_row.source == "엑셀 부서 정리.xlsx"
    assert change_row.actor == user
    assert change_row.values["name"] == ["가과", "가가과"]
    first.refresh_from_db()
    assert first.version == 1


def test_a_column_that_is_not_in_the_file_is_left_alone(tmp_path: Path) -> None:
    Department.objects.create(code="1", name="가과", order=7, short_name="가")
    load(write(tmp_path / "a.xlsx", [["부서 코드", "부서명"], ["1", "나과"]]))
    row = Department.objects.get()
    assert (row.name, row.order, row.short_name) == ("나과", 7, "가")


def test_an_empty_cell_clears_the_value(tmp_path: Path) -> None:
    Department.objects.create(code="1", name="가과", short_name="가")
    load(write(tmp_path / "a.xlsx", [["부서 코드", "부서명", "줄인 이름"], ["1", "가과", None]]))
    assert Department.objects.get().short_name == ""


def test_someone_elses_later_edit_is_a_conflict_and_is_not_overwritten(tmp_path: Path) -> None:
    first, _ = two_departments()
    path = export(DepartmentResource(), tmp_path / "a.xlsx")
    first.short_name = "먼저"
    first.save()
    edit(path, lambda sheet: setattr(sheet.cell(2, column_at(sheet, "부서명")), "value", "늦은과"))
    found = preview(DepartmentResource(), path)
    assert found.counts[CONFLICT] == 1
    assert found.of(CONFLICT)[0].note
    assert found.to_apply() == []


def test_an_edit_between_preview_and_apply_stops_everything(tmp_path: Path) -> None:
    first, second = two_departments()
    path = write(tmp_path / "a.xlsx", [["부서 코드", "부서명"], ["1", "가1과"], ["2", "나1과"]])
    found = preview(DepartmentResource(), path)
    second.short_name = "나"
    second.save()
    with pytest.raises(PreviewStale):
        DepartmentResource().apply(found, None, "a.xlsx")
    first.refresh_from_db()
    assert first.name == "가과"


def test_only_the_chosen_rows_are_applied_and_undone_together(tmp_path: Path) -> None:
    first, second = two_departments()
    path = write(tmp_path / "a.xlsx", [["부서 코드", "부서명"], ["1", "가1과"], ["2", "나1과"], ["3", "다과"]])
    found = preview(DepartmentResource(), path)
    chosen = {row.id for row in found.to_apply() if row.label != "나과"}
    applied = DepartmentResource().apply(found, None, "a.xlsx", chosen)
    second.refresh_from_db()
    assert (applied.created, applied.changed, second.name) == (1, 1, "나과")
    assert undo(applied.batch, Department) == 2
    first.refresh_from_db()
    assert first.name == "가과"
    assert not Department.objects.filter(code="3").exists()


def test_a_later_edit_forbids_the_undo(tmp_path: Path) -> None:
    first, _ = two_departments()
    applied = load(write(tmp_path / "a.xlsx", [["부서 코드", "부서명"], ["1", "가1과"]]))
    first.refresh_from_db()
    first.order = 9
    first.save()
    with pytest.raises(UndoConflict) as caught:
        undo(applied.batch, Department)
    assert caught.value.changes[0].values == {"order": [1, 9]}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([["부서 코드", "부서명"], ["9" * 21, "가과"]], "20자를 넘습니다"),
        ([["부서 코드", "부서명", "설치일", "폐지일"], ["1", "가과", "2023-01-01", "2022-01-01"]], "폐지일이 설치일보다 앞섭니다"),
        ([["부서 코드", "부서명", "구분"], ["1", "가과", "본부"]], "고를 수 있는 말이 아닙니다"),
        ([["부서 코드", "부서명", "직제순"], ["1", "가과", -1]], "0보다 작은 값입니다"),
        ([["부서 코드", "부서명"], ["1", "가과"], ["1", "나과"]], "2행과 3행의 부서 코드가 같습니다"),
        ([["부서 코드", "부서명", "행 번호(그대로 두세요)"], ["1", "가과", 999]], "행 번호 999인 자료가 없습니다"),
    ],
)  # fmt: skip
def test_each_mistake_names_its_cell_and_its_cure(tmp_path: Path, rows: list[list[Any]], reason: str) -> None:
    found = preview(DepartmentResource(), write(tmp_path / "a.xlsx", rows))
    assert len(found.errors) == 1
    assert reason in found.errors[0].reason
    assert found.errors[0].remedy
    assert found.counts["file_rows"] == len(rows) - 1


def test_a_file_with_sample_rows_says_so_and_still_comes_back(tmp_path: Path) -> None:
    Department.objects.create(code="1", name="가과", is_sample=True)
    path = export(DepartmentResource(), tmp_path / "a.xlsx")
    assert openpyxl.load_workbook(path).worksheets[0]["A1"].value == "표본 자료 1건이 들어 있습니다. 실제 자료가 아닙니다."
    assert preview(DepartmentResource(), path).counts[SAME] == 1


# ── 권한 ──────────────────────────────────────────────────────────────


def test_rows_a_person_may_not_change_are_errors_naming_the_owner(tmp_path: Path) -> None:
    two_departments()
    viewer = Staff.objects.create(employee_number="v", name="열람", role=Role.VIEWER)
    found = preview(DepartmentResource(), write(tmp_path / "a.xlsx", [["부서 코드", "부서명"], ["1", "가1과"], ["9", "새과"]]), viewer)
    assert found.to_apply() == []
    assert found.counts[ERROR] == 2
    assert all("시스템관리자" in issue.remedy for issue in found.errors)


def test_queries_do_not_grow_with_rows(tmp_path: Path, django_assert_max_num_queries: Any) -> None:
    user = admin()
    rows = [["부서 코드", "부서명", "상위 부서"], *[[f"C{n}", f"{n}과", "0과" if n else None] for n in range(120)]]
    path = write(tmp_path / "a.xlsx", rows)
    with django_assert_max_num_queries(5):
        found = preview(DepartmentResource(), path, user)
    assert found.counts[NEW] == 120
    with django_assert_max_num_queries(25):
        DepartmentResource().apply(found, user, "a.xlsx")
    edit(path, lambda sheet: [setattr(sheet.cell(n, 2), "value", f"고친 {n}과") for n in range(3, 100)])
    with django_assert_max_num_queries(5):
        found = preview(DepartmentResource(), path, user)
    assert found.counts[CHANGED] == 97
    with django_assert_max_num_queries(25):
        DepartmentResource().apply(found, user, "a.xlsx")


# ── 어떤 글자도 그대로 돌아온다 ───────────────────────────────────────

letters = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="\ufffd") | st.sampled_from(" =+-@'\"△"),
    max_size=30,
)


@settings(max_examples=12)
@given(names=st.lists(letters.filter(str.strip), min_size=1, max_size=8), notes=st.lists(letters, min_size=8, max_size=8))
def test_any_text_survives_the_round_trip(tmp_path: Path, names: list[str], notes: list[str]) -> None:
    Department.objects.all().delete()
    for number, name in enumerate(names):
        Department.objects.create(code=f"D{number}", name=name, short_name=notes[number])
    for kind in ("xlsx", "csv"):
        path = tmp_path / f"{uuid.uuid4()}.{kind}"
        with path.open("wb") as stream:
            DepartmentResource().export(Department.objects.all(), None, stream, kind=kind)
        found = preview(DepartmentResource(), path)
        assert [str(issue) for issue in found.errors] == []
        assert found.counts[SAME] == len(names), [row.cells for row in found.of(CHANGED)]
        assert found.counts[MISSING] == 0


def test_a_ditto_mark_in_a_downloaded_row_is_asked_not_guessed(tmp_path: Path) -> None:
    """내려받은 행에 적은 〃는 윗 행의 값인지 그 글자인지 알 수 없다. 그 글자로 저장한 값은 그대로다."""
    for number, (name, short) in enumerate([("〃", "앞"), ('"', "뒤")]):
        Department.objects.create(code=f"D{number}", name=name, short_name=short)
    path = export(DepartmentResource(), tmp_path / "부서.xlsx")
    assert preview(DepartmentResource(), path).counts[SAME] == 2

    def change(sheet: Any) -> None:
        sheet.cell(3, column_at(sheet, "줄인 이름")).value = "〃"

    found = preview(DepartmentResource(), edit(path, change))
    assert ["새로 추가하는 행에서만" in str(issue) for issue in found.errors] == [True]


# ── 고칠 곳을 한 번에 모두 알린다 ─────────────────────────────────────


def places(found: Any) -> list[tuple[int, str]]:
    return [(issue.row, issue.letter) for issue in found.errors]


def test_every_wrong_cell_of_a_file_is_listed_at_once_in_reading_order(tmp_path: Path) -> None:
    """날짜를 읽지 못한 행도 나머지 칸의 말·길이·겹침까지 알린다. 고쳐 올릴 때마다 새 오류가 나오지 않는다."""
    rows = [
        ["부서 코드", "부서명", "구분", "직제순", "설치일", "상위 부서"],
        ["9" * 21, "가과", "본부", -1, "2023-13-02", None],
        ["31", "나과", None, "둘", None, None],
        ["31", None, None, None, None, None],
        ["33", "라과", None, None, "어제", "없는국"],
        ["34", "마과", None, None, None, None],
    ]
    found = preview(DepartmentResource(), write(tmp_path / "a.xlsx", rows))
    assert places(found) == [
        (2, "A"), (2, "C"), (2, "D"), (2, "E"), (3, "D"), (4, "A"), (4, "B"), (5, "E"), (5, "F"),
    ]  # fmt: skip
    assert "3행과 4행" in found.errors[5].reason
    assert (found.counts[ERROR], found.counts[NEW], found.counts["file_rows"]) == (4, 1, 5)
    assert found.error_numbers == [2, 3, 4, 5]


def test_two_unknown_names_in_one_row_are_both_listed(tmp_path: Path) -> None:
    rows = [["부서", "직급", "정원", "적용 시작일"], ["없는과", "없는급", "셋", "2023-01-01"]]
    title = [column.title for column in QuotaResource().columns()][:4]
    found = preview(QuotaResource(), write(tmp_path / "a.xlsx", [title, *rows[1:]]))
    assert [issue.row for issue in found.errors] == [2, 2, 2]
    assert found.counts["file_rows"] == found.counts[ERROR] == 1


def test_a_row_with_an_unreadable_cell_is_not_missing_from_the_file(tmp_path: Path) -> None:
    Department.objects.create(code="1", name="가과")
    Department.objects.create(code="2", name="나과")
    path = export(DepartmentResource(), tmp_path / "a.xlsx")
    edit(path, lambda sheet: setattr(sheet.cell(3, column_at(sheet, "설치일")), "value", "언젠가"))
    found = preview(DepartmentResource(), path)
    assert (found.counts[SAME], found.counts[ERROR], found.counts[MISSING]) == (1, 1, 0)


def test_an_unreadable_key_does_not_invent_other_errors(tmp_path: Path) -> None:
    """행 번호나 열쇠를 읽지 못하면 어느 자료인지 모르므로 겹친다는 말을 더하지 않는다."""
    Department.objects.create(code="1", name="가과")
    path = export(DepartmentResource(), tmp_path / "a.xlsx")
    edit(path, lambda sheet: setattr(sheet.cell(2, column_at(sheet, "부서 행 번호(그대로 두세요)")), "value", "일"))
    found = preview(DepartmentResource(), path)
    assert len(found.errors) == 1, list(map(str, found.errors))


def test_a_file_full_of_errors_still_adds_up(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["부서 코드", "부서명", "설치일", "직제순"]]
    rows += [[str(n), f"과{n}", "없음", "없음"] if n % 2 else [str(n), f"과{n}", None, -1] for n in range(1_500)]
    found = preview(DepartmentResource(), write(tmp_path / "a.xlsx", rows))
    assert found.counts["file_rows"] == found.counts[ERROR] == 1_500
    assert len(found.error_numbers) == 1_500


def test_a_code_that_lost_its_zeros_is_not_a_new_row(tmp_path: Path) -> None:
    """엑셀이 수로 바꿔 앞의 0을 지운 코드를 새 자료로 받으면 같은 부서가 둘이 된다."""
    Department.objects.create(code="00401", name="가과")
    found = preview(DepartmentResource(), write(tmp_path / "a.xlsx", [["부서 코드", "부서명"], [401, "가과"], ["402", "나과"]]))
    assert "‘00401’ 자료가 있습니다" in found.errors[0].reason
    assert places(found) == [(2, "A")]
    assert (found.counts[ERROR], found.counts[NEW]) == (1, 1)
