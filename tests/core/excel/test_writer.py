"""엑셀과 CSV로 쓰기. 쓴 것을 다시 읽으면 같은 값이어야 한다."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.excel.reader import read_table
from core.excel.values import CellError, clean_text
from core.excel.writer import ColumnOut, HeadCell, SheetOut, csv_lines, protect_text, write_csv, write_xlsx
from tests.core.excel.files import COLUMNS

OUT = [ColumnOut(column.title, column.kind) for column in COLUMNS]
VALUES: list[list[Any]] = [
    ["총무과", "=cmd|' /C calc'!A0", "01", 1234, -5, Decimal("52.3"), date(2026, 11, 22), "첫 줄\n둘째 줄"],
    ["예산과", "+1", "02", 0, None, None, None, ""],
    ["http://a.go.kr", "@SUM(A1)", "", 999_999_999_999_999, 1, Decimal("-26.28"), date(1999, 1, 1), "'=x"],
]


def workbook(sheets: list[SheetOut], **options: Any) -> openpyxl.Workbook:
    stream = io.BytesIO()
    write_xlsx(stream, sheets, **options)
    stream.seek(0)
    return openpyxl.load_workbook(stream)


def as_written(rows: list[list[Any]]) -> list[dict[str, Any]]:
    names = [column.name for column in COLUMNS]
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_written_file_reads_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with path.open("wb") as stream:
        write_xlsx(stream, [SheetOut("예산", OUT, VALUES, ["2026년도 예산", "기준일 2026. 11. 22."], [("부서", "전체")])], missing="")
    reading = read_table(path, COLUMNS)
    assert [row.values for row in reading.rows()] == as_written(VALUES)
    assert reading.heading_rows == (3,)
    assert not reading.warnings


def test_written_csv_reads_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        write_csv(stream, OUT, VALUES)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf" + "부서명,".encode())
    assert b"'=cmd" in path.read_bytes()
    assert b",-5," in path.read_bytes()
    assert [row.values for row in read_table(path, COLUMNS).rows()] == as_written(VALUES)


@given(st.text())
def test_no_csv_text_starts_as_a_formula_and_the_prefix_comes_off(text: str) -> None:
    protected = protect_text(text)
    assert protected[:1] not in {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"} or not protected
    try:
        assert clean_text(protected, restore=True) == clean_text(text)
    except CellError:
        with pytest.raises(CellError):
            clean_text(text)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn"], exclude_characters="\ufffd"), max_size=30)
ROW = st.tuples(
    TEXT.map(lambda text: clean_text(f"과{text}")),
    TEXT.map(lambda text: clean_text(f"{text}업")),
    st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1),
    st.none() | st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1),
    st.none() | st.decimals(min_value=-999, max_value=999, places=2),
    st.none() | st.dates(min_value=date(1901, 1, 1), max_value=date(2099, 12, 31)),
)


@settings(max_examples=15)
@given(rows=st.lists(ROW, min_size=1, max_size=20), from_csv=st.booleans())
def test_money_dates_and_texts_survive_the_round_trip(tmp_path: Path, rows: list[tuple[Any, ...]], from_csv: bool) -> None:
    content = [[name, program, "01", *rest, "메모"] for name, program, *rest in rows]
    path = tmp_path / "a.bin"
    with path.open("wb") as stream:
        if from_csv:
            write_csv(stream, OUT, content)
        else:
            write_xlsx(stream, [SheetOut("예산", OUT, content)], missing="")
    reading = read_table(path, COLUMNS)
    assert [row.values for row in reading.rows()] == as_written(content)


def test_texts_are_never_formulas_or_links() -> None:
    page = workbook([SheetOut("예산", OUT, VALUES)])["예산"]
    assert page["B2"].data_type == "s"
    assert page["B4"].data_type == "s"
    assert page["A4"].hyperlink is None
    assert page["C2"].value == "01"


def test_numbers_and_dates_are_real_and_zero_is_not_missing() -> None:
    page = workbook([SheetOut("예산", OUT, VALUES)])["예산"]
    assert (page["D2"].value, page["D2"].number_format) == (1234, '#,##0;"△"#,##0;0')
    assert page["D3"].value == 0
    assert page["E3"].value == "-"
    assert page["F2"].value == 0.523
    assert page["F2"].number_format.startswith("0.0##%")
    assert page["G2"].is_date
    assert page["G3"].value is None
    blank = workbook([SheetOut("예산", OUT, VALUES)], missing="")["예산"]
    assert blank["E3"].value is None


def test_heading_is_frozen_shaded_and_titled() -> None:
    page = workbook([SheetOut("예산", OUT, VALUES, ["제목", "(단위: 원)"])])["예산"]
    assert page["A1"].value == "제목"
    assert page["A3"].value == "부서명"
    assert page["A3"].font.bold
    assert page["A3"].fill.fgColor.rgb == "FFEEF2F7"
    assert page.freeze_panes == "A4"
    assert page.column_dimensions["H"].width > page.column_dimensions["C"].width


def test_two_row_heading_with_spans(tmp_path: Path) -> None:
    heads: list[list[HeadCell | str]] = [[HeadCell("부서명", rowspan=2), HeadCell("예산액", colspan=2)], ["본예산", "추경"]]
    columns = [ColumnOut("부서명"), ColumnOut("본예산", "amount"), ColumnOut("추경", "amount")]
    page = workbook([SheetOut("예산", columns, [["총무과", 1, 2]], ["제목"], heading_rows=heads)])["예산"]
    assert {str(item) for item in page.merged_cells.ranges} == {"A2:A3", "B2:C2"}
    assert [page["A2"].value, page["B2"].value, page["B3"].value, page["C3"].value] == ["부서명", "예산액", "본예산", "추경"]
    assert page["A4"].value == "총무과"
    assert page.freeze_panes == "A4"


@pytest.mark.parametrize("heads", [[["a", "b", "c"]], [[HeadCell("a", colspan=3)]], [[HeadCell("a", rowspan=2), "b"]]])
def test_heading_that_does_not_fit_is_a_programming_error(heads: list[list[HeadCell | str]]) -> None:
    with pytest.raises(ValueError, match="머리글"):
        write_xlsx(io.BytesIO(), [SheetOut("예산", [ColumnOut("a"), ColumnOut("b")], [], heading_rows=heads)])


def test_conditions_are_on_their_own_sheet() -> None:
    book = workbook([SheetOut("예산", OUT, [], conditions=[("부서", "총무과"), ("기준일", date(2026, 11, 22))])])
    assert book.sheetnames == ["예산", "조건"]
    assert [[cell.value for cell in row] for row in book["조건"].iter_rows()] == [["부서", "총무과"], ["기준일", "2026-11-22"]]
    assert workbook([SheetOut("예산", OUT, [])]).sheetnames == ["예산"]


def test_sheet_names_are_made_valid_and_different() -> None:
    book = workbook([SheetOut(name, OUT, []) for name in ("예산/집행:[1]", "예산/집행:[1]", "가" * 40, "")])
    assert len(set(book.sheetnames)) == 4
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in book.sheetnames)


def test_limits_of_excel_are_errors_not_losses() -> None:
    with pytest.raises(ValueError, match="32,767"):
        write_xlsx(io.BytesIO(), [SheetOut("예산", [ColumnOut("비고", "memo")], [["가" * 32_768]])])
    page = workbook([SheetOut("예산", [ColumnOut("예산액", "amount")], [[10**15 + 1]])])["예산"]
    assert page["A2"].value == str(10**15 + 1)
    with pytest.raises(ValueError, match="모르는"):
        ColumnOut("a", "money")


def test_csv_comes_in_pieces() -> None:
    pieces = list(csv_lines([ColumnOut("번호", "integer")], ([i] for i in range(1200))))
    assert len(pieces) == 4
    assert b"".join(pieces).decode("utf-8-sig").split() == ["번호", *map(str, range(1200))]


def test_rows_are_streamed_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with path.open("wb") as stream:
        write_xlsx(stream, [SheetOut("예산", [ColumnOut("번호", "integer")], ([i] for i in range(3000)))])
    with zipfile.ZipFile(path) as archive:
        assert "xl/worksheets/sheet1.xml" in archive.namelist()
    assert len(list(read_table(path, [COLUMNS[0], *COLUMNS[3:4]], mapping={"budget": "번호"}).rows())) == 0
