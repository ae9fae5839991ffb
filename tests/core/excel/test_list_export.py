"""목록의 「엑셀 내려받기」는 보는 파일이면서 고쳐서 다시 올리는 파일이다."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import get_resolver

from core.access import Role
from core.excel.preview import CHANGED, CONFLICT, ERROR, NEW, SAME
from core.excel.writer import SheetOut, write_xlsx
from core.org.models import Department, Staff
from core.screens.binder import Screens
from tests.excel_tests import admin, edit, preview
from tests.factories import DepartmentFactory, StaffFactory


def _kinds(base: type[Any] = Screens) -> Iterator[type[Any]]:
    for one in base.__subclasses__():
        yield one
        yield from _kinds(one)


def importable() -> list[type[Any]]:
    """엑셀로 가져올 수 있는 화면 묶음 모두."""
    assert get_resolver().url_patterns
    return [one for one in _kinds() if getattr(one, "resource", None) and getattr(one, "model", None)]


def downloaded(screens: type[Any], user: Staff, path: Path, chosen: Any = ()) -> Path:
    """모든 행을 고른 열로 내려받은 파일."""
    table = screens.table(screens.rows(user), screens=screens, chosen=chosen)
    table.arrange([])
    columns, rows = table.excel(screens.resource())
    with path.open("wb") as stream:
        write_xlsx(stream, [SheetOut(screens.noun(), columns, rows)], missing="")
    return path


@pytest.mark.django_db
def test_every_list_comes_back_unchanged(sample_database: Any, tmp_path: Path) -> None:
    """처음에 보이는 열로도, 모든 열로도. 새 자료에 꼭 있어야 하는 열이 없어도 있는 자료를 고치는 데는 걸리지 않는다."""
    user = Staff.objects.get(employee_number="9001")
    wrong, seen = {}, 0
    for screens in importable():
        every = [name for name, column in screens.table.base_columns.items() if getattr(column, "visible", True)]
        for chosen in ((), every):
            path = downloaded(screens, user, tmp_path / f"{screens.__name__}.xlsx", chosen)
            found = preview(screens.resource(), path)
            told = {state: found.counts[state] for state in (NEW, CHANGED, CONFLICT, ERROR) if found.counts[state]}
            if told:
                wrong[screens.__name__, bool(chosen)] = told, [str(one) for one in found.errors[:2]]
            seen += found.counts[SAME]
            # 없는 값은 빈 칸이다. 「-」라는 글을 적어 둔 항목만 그대로 「-」다.
            sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
            heading, *lines = sheet.iter_rows(values_only=True)
            dashed = {title for row in lines for title, value in zip(heading, row, strict=True) if value == "-"}
            assert not [title for title in dashed if not screens.resource().knows(str(title))], screens
    assert wrong == {}
    assert seen > 5_000


def _departments() -> Any:
    return next(one for one in importable() if one.model is Department).resource()


@pytest.mark.django_db
def test_an_officer_downloads_the_list_edits_a_cell_and_brings_it_back(tmp_path: Path) -> None:
    DepartmentFactory(name="총무과", code="0030000")
    DepartmentFactory(name="감사과", code="0040000")
    client, path = Client(), tmp_path / "부서.xlsx"
    client.force_login(StaffFactory(role=Role.ADMIN, department=None))
    path.write_bytes(b"".join(client.get("/org/departments/export/?sort=code").streaming_content))  # type: ignore[arg-type]
    sheet = openpyxl.load_workbook(path).worksheets[0]
    heading = [cell.value for cell in sheet[1]]
    hidden = [title for title, column in zip(heading, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", strict=False) if sheet.column_dimensions[column].hidden]
    assert hidden == ["부서 행 번호(그대로 두세요)", "판(그대로 두세요)"]
    place = heading.index("부서명") + 1
    edit(path, lambda sheet: setattr(sheet.cell(2, place), "value", "총무행정과"))
    found = preview(_departments(), path, admin())
    assert (found.counts[CHANGED], found.counts[ERROR]) == (1, 0)
    assert "숨겨진 열" not in " ".join(found.warnings)
    # 행 번호가 빈 새 행은 새 자료다.
    edit(path, lambda sheet: sheet.append(["새과" if cell == "부서명" else 999 if cell == "직제순" else None for cell in heading]))
    found = preview(_departments(), path, admin())
    assert (found.counts[CHANGED], found.counts[NEW], found.counts[ERROR]) == (1, 1, 0)
