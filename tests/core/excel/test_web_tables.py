"""업무 시스템이 .xls라는 이름으로 내려 주는 웹 문서(HTML, MHTML)를 엑셀과 똑같이 읽는다."""

from __future__ import annotations

import base64
import html
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.excel.columns import Column
from core.excel.reader import FileRefused, list_sheets, read_table
from tests.core.excel.files import COLUMNS, xlsx

TITLES = ["부서명", "세부사업", "통계목", "예산액"]
LINES = [["총무과", "청사 관리", "01", "1,000"], ["예산과", "예산 편성", "02", "3,000"]]


def cells(line: list[str], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(text)}</{tag}>" for text in line) + "</tr>"


def web(path: Path, body: str, encoding: str = "utf-8", meta: str = "utf-8") -> Path:
    path.write_bytes(f"<html><head><meta charset='{meta}'></head><body>{body}</body></html>".encode(encoding))
    return path


def plain(lines: list[list[str]] = LINES) -> str:
    return f"<table border=1>{cells(TITLES, 'th')}{''.join(cells(line) for line in lines)}</table>"


def taken(path: Path, columns: tuple[Column, ...] = COLUMNS) -> list[dict[str, Any]]:
    with read_table(path, columns) as reading:
        rows = [row.values for row in reading.rows()]
        assert reading.errors == []
        return rows


def picked(path: Path, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in taken(path)]


@pytest.mark.parametrize(
    ("encoding", "meta"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp949", "euc-kr"), ("cp949", "utf-8"), ("utf-16", "utf-16")]
)
def test_any_text_encoding_is_read(tmp_path: Path, encoding: str, meta: str) -> None:
    path = web(tmp_path / "집행.xls", plain(), encoding, meta)
    assert picked(path, "department", "item", "budget") == [("총무과", "01", 1000), ("예산과", "02", 3000)]


def test_a_unit_written_outside_the_table_is_read(tmp_path: Path) -> None:
    path = web(tmp_path / "집행.xls", f"<h1>집행현황</h1><p>(단위: 천원)</p>{plain()}<p>끝.</p>")
    assert picked(path, "budget") == [(1_000_000,), (3_000_000,)]


def test_a_table_inside_a_layout_table_and_the_unit_before_it_are_read(tmp_path: Path) -> None:
    layout = f"<table><tr><td>집행현황</td></tr><tr><td>(단위: 천원)</td></tr><tr><td>{plain()}</td></tr><tr><td>끝.</td></tr></table>"
    assert picked(web(tmp_path / "집행.xls", layout), "budget") == [(1_000_000,), (3_000_000,)]


def test_a_table_inside_a_data_cell_is_the_text_of_that_cell(tmp_path: Path) -> None:
    inner = "<table><tr><td>청사 관리</td></tr></table>"
    body = f"<table>{cells(TITLES)}<tr><td>총무과</td><td>{inner}</td><td>01</td><td>1000</td></tr></table>"
    assert picked(web(tmp_path / "집행.xls", body), "department", "program", "budget") == [("총무과", "청사 관리", 1000)]


def test_merged_cells_are_the_same_as_in_excel(tmp_path: Path) -> None:
    body = (
        f"<table>{cells(TITLES)}<tr><td rowspan=2>총무과</td><td>청사 관리</td><td>01</td><td>1000</td></tr>"
        "<tr><td>직원 복지</td><td>02</td><td>2000</td></tr></table>"
    )
    path = web(tmp_path / "집행.xls", body)
    book = xlsx(
        tmp_path / "집행.xlsx",
        [TITLES, ["총무과", "청사 관리", "01", 1000], ["", "직원 복지", "02", 2000]],
        merges=[(1, 0, 2, 0, "총무과")],
    )
    assert taken(path) == taken(book)
    assert picked(path, "department", "item", "budget") == [("총무과", "01", 1000), ("총무과", "02", 2000)]


def test_zeros_of_a_code_and_a_percent_format_are_kept(tmp_path: Path) -> None:
    columns = (*COLUMNS[:2], Column("item", "통계목", "code"), *COLUMNS[3:])
    body = (
        "<table><tr><td>부서명</td><td>세부사업</td><td>통계목</td><td>예산액</td><td>집행률</td></tr>"
        "<tr><td>총무과</td><td>청사&nbsp;관리</td><td style=\"mso-number-format:'\\@'\">0012</td><td>1000</td>"
        "<td style=\"mso-number-format:'0%'\">0.5</td></tr></table>"
    )
    (row,) = taken(web(tmp_path / "집행.xls", body), columns)
    assert (row["item"], row["program"], row["rate"]) == ("0012", "청사 관리", 50)


def test_rows_that_are_not_shown_are_set_aside_as_hidden(tmp_path: Path) -> None:
    body = plain().replace("<tr><td>예산과", "<tr style='display:none'><td>예산과")
    assert picked(web(tmp_path / "집행.xls", body), "department") == [("총무과",)]


def test_scripts_and_outside_addresses_are_not_read_even_as_text(tmp_path: Path) -> None:
    body = "<script>document.write('<table>')</script><img src='http://192.0.2.1/a.png'>" + plain()
    assert picked(web(tmp_path / "집행.xls", body), "department") == [("총무과",), ("예산과",)]


def mhtml(path: Path, *pages: str) -> Path:
    parts = "".join(
        "--x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(page.encode()).decode()
        + "\r\n"
        for page in pages
    )
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"
    path.write_text(f"{head}{parts}--x--\r\n")
    return path


def test_every_sheet_of_an_mhtml_is_read(tmp_path: Path) -> None:
    path = mhtml(tmp_path / "집행.xls", "<html><frameset></frameset></html>", "<table><tr><td>표지</td></tr></table>", plain())
    assert [sheet.name for sheet in list_sheets(path)] == ["웹 문서 1", "웹 문서 2"]
    assert picked(path, "department", "budget") == [("총무과", 1000), ("예산과", 3000)]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (plain()[: -len("</td></tr></table>")], "끝까지 저장되지"),
        ("<table>" + "<tr><td><table>" * 50, "여러 겹"),
        (f"<table><tr><td colspan=60000>부서명</td></tr></table>{plain()}", "시트 범위가 너무 큽니다"),
        ("<p>세션이 끊어졌습니다</p>", "표가 없는"),
    ],
)
def test_an_unreadable_web_page_says_why(tmp_path: Path, body: str, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        taken(web(tmp_path / "집행.xls", body))


TEXT = st.text(st.sampled_from("가나다라 ab<>&'\""), min_size=1, max_size=8).map(lambda text: f"과{text}x")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXT, TEXT, st.integers(0, 99), st.integers(-(10**9), 10**12)), min_size=1, max_size=6))
def test_the_same_table_is_read_the_same_from_excel_and_from_the_web(tmp_path: Path, rows: list[tuple[str, str, int, int]]) -> None:
    lines = [[" ".join(a.split()), " ".join(b.split()), f"{code:02}", amount] for a, b, code, amount in rows]
    book = xlsx(tmp_path / "가.xlsx", [TITLES, *lines])
    page = web(tmp_path / "가.xls", plain([[*line[:3], f"{line[3]:,}"] for line in lines]))  # type: ignore[list-item]
    with read_table(book, COLUMNS) as one, read_table(page, COLUMNS) as two:
        assert [row.values for row in one.rows()] == [row.values for row in two.rows()]
        assert [item.reason for item in one.set_aside] == [item.reason for item in two.set_aside]


def one_row(budget: str, attributes: str = "", style: str = "") -> str:
    """예산액 칸 하나만 다른 웹 문서"""
    return (
        f"<style>{style}</style><table>{cells(TITLES)}"
        f"<tr><td>총무과</td><td>청사 관리</td><td>01</td><td {attributes}>{budget}</td></tr></table>"
    )


@pytest.mark.parametrize(
    ("budget", "attributes", "style", "reason"),
    [
        ("<s>1000</s>", "", "", "취소선"),
        ("<del>1000</del>", "", "", "취소선"),
        ("<strike>900</strike> 1000", "", "", "취소선"),
        ("1000", "style='text-decoration:line-through'", "", "취소선"),
        ("1000", "class=out", ".out {text-decoration: underline line-through}", "취소선"),
        ("<font color=white>1000</font>", "", "", "보이지 않는"),
        ("1000", "class=w", "td.w {color:#fff}", "보이지 않는"),
        ("10<span style='display:none'>00</span>", "", "", "보이지 않는"),
        ("1000", "style='visibility:hidden'", "", "보이지 않는"),
        ("<table><tr><td>10</td><td style='display:none'>00</td></tr></table>", "", "", "보이지 않는"),
        ("1000", "class=a", '.a {mso-number-format:"\\#\\,\\#\\#0\\0022천원\\0022";}', "서식"),
        ("1000", "class=a", '.a {mso-number-format:"\\0022△\\0022\\#\\,\\#\\#0";}', "서식"),
        ("1,000,000", "style='mso-number-format:\"#,##0,\"'".replace('\\"', "&quot;"), "", "서식"),
        ("1000", "class='a b'", ".b {visibility:visible} .a {visibility:hidden}", "보이지 않는"),
        ("1000", "class=a style='visibility:visible'", ".a {visibility:hidden !important}", "보이지 않는"),
        ("1,235", "x:num='1234.56'", "", "저장된 수"),
        ("", "x:num='1000'", "", "저장된 수"),
    ],
)
def test_cells_that_may_differ_from_what_is_shown_are_told_and_not_read(
    tmp_path: Path, budget: str, attributes: str, style: str, reason: str
) -> None:
    attributes = attributes.replace('"', "&quot;")
    with read_table(web(tmp_path / "집행.xls", one_row(budget, attributes, style)), COLUMNS) as reading:
        assert list(reading.rows()) == []
        assert [(error.letter, reason in error.reason) for error in reading.errors] == [("D", True)]


@pytest.mark.parametrize(
    ("budget", "attributes", "style"),
    [
        ("1,000", "x:num='1000'", ""),
        ("1,000", "x:num", ""),
        ("1,000", "class=a", '.a {mso-number-format:"\\#\\,\\#\\#0";}'),
        ("1000원", "class=a", '.a {mso-number-format:"0\\0022원\\0022";}'),
        ("1000", "bgcolor=#003366 style='color:white'", ""),
    ],
)
def test_cells_as_shown_are_read(tmp_path: Path, budget: str, attributes: str, style: str) -> None:
    assert picked(web(tmp_path / "집행.xls", one_row(budget, attributes, style)), "budget") == [(1000,)]


def test_a_percent_format_of_a_class_is_kept(tmp_path: Path) -> None:
    body = (
        "<style><!-- .xl65 {mso-number-format:'0%';} --></style><table>"
        "<tr><td>부서명</td><td>세부사업</td><td>예산액</td><td>집행률</td></tr>"
        "<tr><td>총무과</td><td>청사 관리</td><td>1000</td><td class=xl65>0.5</td></tr></table>"
    )
    assert picked(web(tmp_path / "집행.xls", body), "rate") == [(50,)]


def test_a_page_hidden_by_a_complex_selector_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="복잡해"):
        taken(web(tmp_path / "집행.xls", one_row("1000", "", "tr > td:nth-child(2) {display:none}")))


def test_a_unit_that_is_not_shown_is_told_and_not_followed(tmp_path: Path) -> None:
    path = web(tmp_path / "집행.xls", f"<p style='display:none'>(단위: 천원)</p>{plain()}")
    with read_table(path, COLUMNS) as reading:
        assert [row.values["budget"] for row in reading.rows()] == [1000, 3000]
        assert any("보이지 않거나" in warning for warning in reading.warnings)


CODES = ["General", "#,##0", "#,##0_-", "0%", '#,##0"천원"', '"△"#,##0', "#,##0,", "000", "#,##0;[Red]-#,##0", "#,##0;#,##0", ";;;"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(-(10**6), 10**9), min_size=1, max_size=3), st.sampled_from(CODES))
def test_the_same_table_written_three_ways_is_read_the_same_or_asked(tmp_path: Path, amounts: list[int], code: str) -> None:
    lines: list[list[Any]] = [["총무과", "청사 관리", "01", amount] for amount in amounts]
    escaped = html.escape(code)
    body = "".join(
        "<tr>" + "".join(f"<td>{text}</td>" for text in line[:3])
        + f"<td style='mso-number-format:&quot;{html.escape(code.replace(chr(34), chr(92) + '0022'))}&quot;'>{line[3]}</td></tr>"
        for line in lines
    )  # fmt: skip
    page = web(tmp_path / "가.xls", f"<table>{cells(TITLES)}{body}</table>")
    heads: list[tuple[list[Any], Any]] = [(TITLES, None), *((line[:3], line[3]) for line in lines)]
    sheet = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{text}</Data></Cell>' for text in line)
        + (f'<Cell ss:StyleID="a"><Data ss:Type="Number">{amount}</Data></Cell>' if amount is not None else "") + "</Row>"
        for line, amount in heads
    )  # fmt: skip
    old = tmp_path / "나.xls"
    old.write_text(
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="a">'
        f'<NumberFormat ss:Format="{escaped}"/></Style></Styles><Worksheet ss:Name="예산"><Table>{sheet}</Table></Worksheet></Workbook>'
    )
    book = xlsx(tmp_path / "가.xlsx", [TITLES, *lines], formats={3: code})
    with read_table(book, COLUMNS) as reading:
        right = {row.number: row.values for row in reading.rows()}
        wrong = {error.row for error in reading.errors}
    for path in (page, old):
        with read_table(path, COLUMNS) as reading:
            rows = {row.number: row.values for row in reading.rows()}
            told = {error.row for error in reading.errors} | {item.row for item in reading.set_aside}
        assert all(right.get(number, values) == values for number, values in rows.items())
        assert (set(right) | wrong) <= set(rows) | told
