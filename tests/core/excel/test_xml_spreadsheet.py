"""엑셀 2003 XML 스프레드시트를 엑셀과 똑같이 읽는다."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.excel.reader import FileRefused, list_sheets, read_table
from tests.core.excel.files import COLUMNS

HEAD = '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
TITLES = "".join(f'<Cell><Data ss:Type="String">{text}</Data></Cell>' for text in ("부서명", "세부사업", "통계목", "예산액", "집행률", "기준일"))
FIRST = (
    '<Row><Cell ss:MergeDown="1"><Data ss:Type="String">총무과</Data></Cell><Cell><Data ss:Type="String">청사 관리</Data></Cell>'
    '<Cell ss:StyleID="code"><Data ss:Type="Number">1</Data></Cell><Cell><Data ss:Type="Number">1000</Data></Cell>'
    '<Cell ss:StyleID="rate"><Data ss:Type="Number">0.5</Data></Cell>'
    '<Cell><Data ss:Type="DateTime">2026-11-22T00:00:00.000</Data></Cell></Row>'
)
SECOND = (
    '<Row><Cell ss:Index="2"><Data ss:Type="String">직원 복지</Data></Cell>'
    '<Cell ss:Index="4"><Data ss:Type="Number">2000</Data></Cell></Row>'
)


def book(path: Path, rows: str = FIRST + SECOND, before: str = "", styles: str = "", columns: str = "") -> Path:
    path.write_text(
        f'{HEAD}{before}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        '<Styles><Style ss:ID="code"><NumberFormat ss:Format="00"/></Style>'
        '<Style ss:ID="rate"><NumberFormat ss:Format="Percent"/></Style>'
        f'{styles}</Styles>'
        '<Worksheet ss:Name="숨김"><Table/><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>'
        f'<Worksheet ss:Name="예산"><Table>{columns}<Row>{TITLES}</Row>{rows}</Table></Worksheet></Workbook>',
        encoding="utf-8",
    )
    return path


def test_zeros_of_codes_percents_and_merges_are_kept(tmp_path: Path) -> None:
    path = book(tmp_path / "집행.xls")
    with read_table(path, COLUMNS) as reading:
        rows = [row.values for row in reading.rows()]
        assert reading.errors == []
    names = ("department", "program", "item", "budget", "rate")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("총무과", "청사 관리", "01", 1000, 50),
        ("총무과", "직원 복지", rows[1]["item"], 2000, None),
    ]
    assert str(rows[0]["day"]) == "2026-11-22"
    assert rows[1]["item"] in ("", None)
    assert list_sheets(path) == [("숨김", True, 0), ("예산", False, 3)]


@pytest.mark.parametrize(
    ("rows", "before", "reason"),
    [
        (FIRST, '<!DOCTYPE a [<!ENTITY b "x">]>', "DOCTYPE"),
        (FIRST + "<Row>", "", "손상"),
        ('<Row><Cell ss:Index="60000"><Data ss:Type="String">가</Data></Cell></Row>', "", "너무 큽니다"),
        ('<Row ss:Index="1"><Cell><Data ss:Type="String">가</Data></Cell></Row>', "", "손상"),
        ('<Row><Cell><Data ss:Type="Number">가</Data></Cell></Row>', "", "손상"),
    ],
)
def test_crafted_and_cut_files_say_why(tmp_path: Path, rows: str, before: str, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        read_table(book(tmp_path / "집행.xls", rows, before), COLUMNS)


def line(budget: str, style: str = "", rate: str = "", of_row: str = "") -> str:
    """예산액 칸 하나만 다른 행"""
    return (
        f'<Row{of_row}><Cell><Data ss:Type="String">총무과</Data></Cell><Cell><Data ss:Type="String">청사 관리</Data></Cell>'
        f'<Cell><Data ss:Type="String">01</Data></Cell><Cell{style}>{budget}</Cell>{rate}</Row>'
    )


THOUSAND = '<Data ss:Type="Number">1000</Data>'
MINUS = '<Data ss:Type="Number">-1000</Data>'


@pytest.mark.parametrize(
    ("code", "data", "budget"),
    [
        ("#,##0&quot;천원&quot;", THOUSAND, None),
        ("&quot;△&quot;#,##0", THOUSAND, None),
        (";;;", THOUSAND, None),
        ("#,##0;#,##0", MINUS, None),
        ("[&gt;=1000]0,;0", THOUSAND, None),
        ("yyyy-mm-dd", THOUSAND, None),
        ("Short Date", THOUSAND, None),
        ("Yes/No", THOUSAND, None),
        ("#,##0;&quot;△&quot;#,##0", MINUS, -1000),
        ("#,##0_);(#,##0)", MINUS, -1000),
        ("#,##0;[Red]#,##0", MINUS, -1000),
        ("_-* #,##0_-;\\-* #,##0_-;_-* &quot;-&quot;_-;_-@_-", THOUSAND, 1000),
        ("Currency", THOUSAND, 1000),
        ("Standard", THOUSAND, 1000),
    ],
)
def test_a_format_unlike_the_stored_number_is_told_and_not_read(tmp_path: Path, code: str, data: str, budget: int | None) -> None:
    style = f'<Style ss:ID="a"><NumberFormat ss:Format="{code}"/></Style>'
    path = book(tmp_path / "집행.xls", line(data, ' ss:StyleID="a"'), styles=style)
    with read_table(path, COLUMNS) as reading:
        rows = [row.values["budget"] for row in reading.rows()]
        if budget is None:
            assert rows == []
            assert ["서식" in error.reason for error in reading.errors] == [True]
        else:
            assert (rows, reading.errors) == ([budget], [])


@pytest.mark.parametrize(
    ("styles", "data"),
    [
        ('<Style ss:ID="p"><Font ss:StrikeThrough="1"/></Style><Style ss:ID="a" ss:Parent="p"><Font ss:Bold="1"/></Style>', THOUSAND),
        ("", '<ss:Data xmlns="http://www.w3.org/TR/REC-html40" ss:Type="String"><S>1000</S></ss:Data>'),
    ],
)
def test_struck_cells_are_told_and_not_read(tmp_path: Path, styles: str, data: str) -> None:
    path = book(tmp_path / "집행.xls", line(data, ' ss:StyleID="a"'), styles=styles)
    with read_table(path, COLUMNS) as reading:
        assert list(reading.rows()) == []
        assert any(error.column == "예산액" and "취소선" in error.reason for error in reading.errors)


def test_styles_come_from_the_cell_the_row_and_the_column_and_are_inherited(tmp_path: Path) -> None:
    styles = (
        '<Style ss:ID="half" ss:Parent="rate"><Font ss:Bold="1"/></Style>'
        '<Style ss:ID="plain"><NumberFormat ss:Format="General"/></Style>'
    )
    half = '<Cell><Data ss:Type="Number">0.5</Data></Cell>'
    own = '<Cell ss:StyleID="plain"><Data ss:Type="Number">0.5</Data></Cell>'
    path = book(
        tmp_path / "집행.xls",
        line(THOUSAND, rate=half) + line(THOUSAND, rate=own) + line(THOUSAND, rate=half, of_row=' ss:StyleID="plain"'),
        styles=styles,
        columns='<Column ss:Index="5" ss:StyleID="half"/>',
    )
    with read_table(path, COLUMNS) as reading:
        assert [str(row.values["rate"]) for row in reading.rows()] == ["50", "0.5", "0.5"]


def test_hidden_columns_are_told(tmp_path: Path) -> None:
    path = book(tmp_path / "집행.xls", columns='<Column ss:Index="4" ss:Hidden="1"/>')
    with read_table(path, COLUMNS) as reading:
        list(reading.rows())
        assert any("예산액(D열)은 숨겨진 열" in warning for warning in reading.warnings)
