"""엑셀: 표마다 한 시트, 합친 머리글, 진짜 수와 △, 목차와 수치의 목록."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest

from core.reports.document import Cell, Document, Table, as_string, plain
from core.reports.xlsx import FigureRow, write_xlsx
from tests.core.reports.book import report2023
from tests.core.reports.readers import xlsx_tables

pytestmark = pytest.mark.draws("문서를 파일로 옮긴다. 자료는 읽지 않는다")


def made(document: Document, figures: list[FigureRow] | None = None) -> bytes:
    file = io.BytesIO()
    write_xlsx(document, file, figures)
    return file.getvalue()


def test_each_table_is_a_sheet_with_the_same_cells() -> None:
    document = report2023()
    sheets = xlsx_tables(made(document))
    assert list(sheets)[:5] == ["조직", "인력", "주요시설 및 장비", "예산 현황", "예산현황"]
    for read, table in zip(sheets.values(), document.tables(), strict=True):
        expected = [
            (
                row,
                column,
                cell.rowspan,
                cell.colspan,
                tuple(as_string(text) for text in cell.paragraphs) if cell.value is None else (str(cell.value),),
            )
            for row, column, cell in table.grid()
        ]
        assert read.places == expected


def test_numbers_are_numbers_shown_as_the_report_shows_them() -> None:
    book = openpyxl.load_workbook(io.BytesIO(made(report2023())))
    staff = book["인력"]
    values = {cell.value: cell for row in staff.iter_rows(min_row=5) for cell in row}
    assert values[-2].number_format == '#,##0;"△"#,##0;"-"'
    assert values["-"].data_type == "s"
    assert values[-2].alignment.horizontal == "right"
    money = book["추가경정예산 편성"]
    assert money["B5"].value == 1036722
    assert (money["G2"].value, money["A1"].value) == ("(단위: 백만원 / 23.11.06.기준)", "추가경정예산 편성")
    assert money.freeze_panes == "A5"
    rate = book["예산 현황"]["D5"]
    assert (rate.value, rate.number_format) == (67.9, '#,##0.0;"△"#,##0.0;#,##0.0')
    # 0 이라고 적힌 칸은 0, - 라고 적힌 칸은 - 로 보인다.
    zeros = Table("z", ((Cell(plain("0"), value=0), Cell(plain("-"), value=0), Cell(plain("=1+1"))),), heading_rows=0)
    sheet = openpyxl.load_workbook(io.BytesIO(made(Document("영", (zeros,)))))["표"]
    assert [cell.number_format for cell in sheet[3]][:2] == ['#,##0;"△"#,##0;0', '#,##0;"△"#,##0;"-"']
    assert (sheet["C3"].value, sheet["C3"].data_type) == ("=1+1", "s")


def test_contents_link_to_the_sheets_and_figures_come_last() -> None:
    figures = [
        FigureRow("소송 수행", 191, "건", "그해 수행한 소송의 수.", "소송 목록"),
        FigureRow("승소율", Decimal("89.06"), "%", "이긴 소송의 비율.", "소송 목록"),
        FigureRow("없음", None, "건", "아직 없다.", "-"),
    ]
    book = openpyxl.load_workbook(io.BytesIO(made(report2023(), figures)))
    first = book["목차"]
    assert [cell.value for cell in first[3]] == ["연번", "놓인 곳", "표", "단위"]
    row = next(row for row in first.iter_rows(min_row=4) if row[2].value == "소송 수행")
    assert row[1].value == "Ⅱ. 주요업무 추진실적 – 5 체계적 법률 지원을 통한 법치행정 선도"
    assert row[2].hyperlink.location == "'소송 수행'!A1"
    last = book.worksheets[-1]
    assert last.title == "수치"
    assert [[cell.value for cell in row][:3] for row in last.iter_rows(min_row=2)] == [
        ["소송 수행", 191, "건"],
        ["승소율", 89.06, "%"],
        ["없음", "-", "건"],
    ]
    assert "수치" not in openpyxl.load_workbook(io.BytesIO(made(report2023()))).sheetnames


def test_long_cells_are_shown_whole() -> None:
    """업무분장: 합친 칸이 없는 행은 엑셀이 글에 맞추고, 긴 글은 위에서부터 보인다."""
    sheet = openpyxl.load_workbook(io.BytesIO(made(report2023())))["조직"]
    assert sheet.row_dimensions[5].height is None
    assert {cell.alignment.vertical for cell in sheet[5]} == {"top"}
    # 합친 칸이 있는 행은 엑셀이 맞추지 않으므로 줄을 바꾼 뒤의 높이를 적는다.
    long = Cell(plain("낱말 " * 120), rowspan=2)
    rows = ((long, Cell(plain("가"))), (Cell(plain("나")),), (Cell(plain("다")), Cell(plain("라"))))
    page = openpyxl.load_workbook(io.BytesIO(made(Document("긴 글", (Table("t", rows, heading_rows=0),)))))["표"]
    assert page.row_dimensions[3].height + page.row_dimensions[4].height > 5 * 13
    assert page.row_dimensions[5].height is None
    assert page["A3"].alignment.vertical == "top" and page["B3"].alignment.vertical == "center"


def test_every_sheet_prints_on_a4_as_wide_as_the_page() -> None:
    book = openpyxl.load_workbook(io.BytesIO(made(report2023(), [FigureRow("소송", 1, "건", "뜻", "출처")])))
    for sheet in book.worksheets:
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert book["목차"].print_title_rows == "$3:$3" and book["수치"].print_title_rows == "$1:$1"
