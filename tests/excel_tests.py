"""엑셀의 약속. 업무의 시험이 물려받아 자원과 행만 적으면 다섯 가지를 검사한다.

    class TestQuotaExcel(ExcelTests):
        resource = QuotaResource

        def make(self) -> list[Quota]: ...          # 행 셋 이상을 만들어 준다
        broken = ("headcount", "열 명")              # (열, 읽지 못할 값)
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, ClassVar

import openpyxl
import pytest

from core.access import Role
from core.excel.preview import CHANGED, ERROR, MISSING, NEW, SAME, Preview
from core.excel.resource import ExcelResource
from core.history.models import Change
from core.org.models import Staff


def write(path: Path, rows: list[list[Any]]) -> Path:
    """사람이 만든 듯한 엑셀 파일."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def admin() -> Staff:
    """시스템관리자."""
    return Staff.objects.filter(employee_number="excel-admin").first() or Staff.objects.create(
        employee_number="excel-admin", name="관리자", role=Role.ADMIN, must_change_password=False
    )


def export(resource: ExcelResource, path: Path, rows: Any = None) -> Path:
    """지금 자료를 그대로 내려받은 파일."""
    with path.open("wb") as stream:
        resource.export(resource.model._default_manager.all() if rows is None else rows, None, stream)
    return path


def preview(resource: ExcelResource, path: Path, user: Any = None, **options: Any) -> Preview:
    """파일의 미리보기."""
    with resource.read(path, **options) as reading:
        assert not reading.match.missing_required, [column.title for column in reading.match.missing_required]
        return resource.preview(reading, user)


def edit(path: Path, change: Any) -> Path:
    """내려받은 파일의 첫 시트를 사람처럼 고쳐 저장한다."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    change(sheet)
    book.save(path)
    return path


def column_at(sheet: Any, title: str) -> int:
    """머리글이 title 인 열의 번호(1부터)."""
    return next(cell.column for cell in sheet[1] if cell.value == title)


@pytest.mark.django_db
class ExcelTests:
    """모든 자원이 지키는 약속."""

    resource: ClassVar[type[ExcelResource]]
    broken: ClassVar[tuple[str, str]]

    def make(self) -> list[Any]:
        raise NotImplementedError

    def test_round_trip_changes_nothing(self, tmp_path: Path) -> None:
        rows = self.make()
        found = preview(self.resource(), export(self.resource(), tmp_path / "a.xlsx"), admin())
        assert [str(issue) for issue in found.errors] == []
        assert (found.counts[SAME], found.counts[NEW], found.counts[CHANGED]) == (len(rows), 0, 0)

    def test_csv_round_trip_changes_nothing(self, tmp_path: Path) -> None:
        rows = self.make()
        path = tmp_path / "a.csv"
        with path.open("wb") as stream:
            self.resource().export(self.resource.model._default_manager.all(), None, stream, kind="csv")
        found = preview(self.resource(), path, admin())
        assert [str(issue) for issue in found.errors] == []
        assert found.counts[SAME] == len(rows)

    def test_preview_writes_nothing(self, tmp_path: Path) -> None:
        self.make()
        path = export(self.resource(), tmp_path / "a.xlsx")
        edit(path, self._break)
        user = admin()
        before = Change.objects.count(), list(self.resource.model._base_manager.order_by("pk").values())
        preview(self.resource(), path, user)
        assert before == (Change.objects.count(), list(self.resource.model._base_manager.order_by("pk").values()))

    def test_error_rows_are_listed_with_their_place(self, tmp_path: Path) -> None:
        rows = self.make()
        path = edit(export(self.resource(), tmp_path / "a.xlsx"), self._break)
        found = preview(self.resource(), path, admin())
        assert found.counts[ERROR] == 1
        issue = found.errors[0]
        assert issue.row == 2
        assert issue.letter
        assert issue.value == self.broken[1]
        assert issue.reason
        assert issue.remedy
        assert found.counts["file_rows"] == len(rows)

    def test_counts_add_up_and_missing_rows_stay(self, tmp_path: Path) -> None:
        rows = self.make()
        resource = self.resource()
        kept = resource.model._default_manager.filter(pk__in=[row.pk for row in rows[1:]])
        found = preview(resource, export(resource, tmp_path / "a.xlsx", kept), admin())
        resource.apply(found, admin(), "a.xlsx", batch=uuid.uuid4())
        assert found.counts["file_rows"] == len(rows) - 1
        assert found.counts[MISSING] in (0, 1)
        assert resource.model._default_manager.count() == len(rows)

    def _break(self, sheet: Any) -> None:
        name, value = self.broken
        sheet.cell(2, column_at(sheet, next(c.title for c in self.resource().columns() if c.name == name))).value = value
