"""취소선과 바탕색의 글: xlsx, 옛 xls, 웹 문서에서 읽지 않고 까닭을 말한다. 보이는 글은 그대로 읽는다."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color

from core.excel.columns import Column
from core.excel.opening.xls_looks import CONTINUE, FONT, PALETTE, SST, XF, LookRecords
from core.excel.reader import read_table
from tests.core.excel.files import package, parts, sheet_xml

COLUMNS = (Column("department", "부서명", required=True), Column("name", "세부사업", required=True), Column("budget", "예산액", "amount"))
H, A, B = ["부서명", "세부사업", "예산액"], ["건축과", "가", 1000], ["주택과", "나", 2000]
WHITE = "FFFFFFFF"


def outcome(path: Path) -> tuple[list[Any], list[str]]:
    with read_table(path, COLUMNS) as reading:
        return [row.values["budget"] for row in reading.rows()], [f"{e.row}{e.letter} {e.reason}" for e in reading.errors]


def painted(path: Path, paint: Callable[[Any], None]) -> Path:
    book = openpyxl.Workbook()
    for row in (H, A, B):
        book.active.append(row)
    paint(book.active)
    book.save(path)
    return path


def colour(place: str, shade: Any, back: str = "") -> Callable[[Any], None]:
    def paint(page: Any) -> None:
        page[place].font = Font(color=shade)
        if back:
            page[place].fill = PatternFill("solid", fgColor=back)

    return paint


@pytest.mark.parametrize(
    ("paint", "reason"),
    [
        (colour("C3", WHITE), "3C 화면에 보이지 않는"), (colour("B3", Color(theme=0)), "3B 화면에 보이지 않는"),
        (colour("C3", Color(indexed=9)), "3C 화면에 보이지 않는"), (colour("C3", "FF1F4E78", "FF1F4E78"), "3C 화면에 보이지 않는"),
        (colour("C3", "FFFDFDFD"), "3C 화면에 보이지 않는"),
        (lambda page: page.__setitem__("C3", CellRichText(TextBlock(InlineFont(strike=True), "1000"), "2000")), "3C 취소선"),
        (lambda page: page.__setitem__("B3", CellRichText("나", TextBlock(InlineFont(strike=True), "다"), "라")), "3B 취소선"),
        (lambda page: page.__setitem__("B3", CellRichText("나", TextBlock(InlineFont(color=WHITE), "다"))), "3B 화면에 보이지 않는"),
    ],
)  # fmt: skip
def test_what_a_reader_of_the_print_cannot_trust_is_not_taken(tmp_path: Path, paint: Callable[[Any], None], reason: str) -> None:
    taken, errors = outcome(painted(tmp_path / "a.xlsx", paint))
    assert taken == [1000]
    assert len(errors) == 1 and errors[0].startswith(reason)


@pytest.mark.parametrize(
    "paint",
    [
        colour("C3", WHITE, "FF1F4E78"), colour("C3", "FFFF0000"), colour("C3", Color(theme=1)), colour("C1", WHITE, "FF1F4E78"),
        lambda page: page.__setitem__("B3", CellRichText("나", TextBlock(InlineFont(color="FFFF0000", b=True), "다"))),
        lambda page: page.__setitem__("B3", CellRichText("나다", TextBlock(InlineFont(strike=True), " "))),
    ],
)  # fmt: skip
def test_what_can_be_seen_is_taken(tmp_path: Path, paint: Callable[[Any], None]) -> None:
    assert outcome(painted(tmp_path / "a.xlsx", paint)) == ([1000, 2000], [])


def test_a_part_struck_out_in_shared_text_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page, struck = book.add_worksheet(), book.add_format({"font_strikeout": True})
        for place, row in enumerate((H, A, B)):
            page.write_row(place, 0, row)
        page.write_rich_string(2, 1, "나", struck, "없앤 말", "다")
    taken, errors = outcome(path)
    assert taken == [1000] and errors[0].startswith("3B 취소선")


@pytest.mark.parametrize("height", ["0", "0.75"])
def test_a_row_without_height_is_hidden(tmp_path: Path, height: str) -> None:
    sheet = sheet_xml([H, A, B]).replace('<row r="3">', f'<row r="3" ht="{height}" customHeight="1">')
    assert outcome(package(tmp_path / "a.xlsx", parts(sheet))) == ([1000], [])


def test_the_unit_in_white_letters_is_not_followed(tmp_path: Path) -> None:
    def paint(page: Any) -> None:
        page.insert_rows(1)
        page["A1"] = "(단위: 천원)"
        page["A1"].font = Font(color=WHITE)

    assert outcome(painted(tmp_path / "a.xlsx", paint)) == ([1000, 2000], [])


@pytest.mark.parametrize("row", ["style='height:0pt'", "height=0", "style='mso-hide:all'"])
def test_web_rows_without_height_are_hidden(tmp_path: Path, row: str) -> None:
    lines = [f"<tr {row if line is B else ''}>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in (H, A, B)]
    path = tmp_path / "a.xls"
    path.write_text(f"<meta charset=utf-8><table>{''.join(lines)}</table>")
    taken, errors = outcome(path)
    assert 2000 not in taken and (taken == [1000] or errors)


# ── 옛 xls 의 레코드 ───────────────────────────────────────────────────


def style(font: int, pattern: int = 0, ground: int = 64) -> bytes:
    return struct.pack("<HH", font, 0) + bytes(10) + struct.pack("<IH", pattern << 26, ground)


def letters(flags: int, shade: int) -> bytes:
    return struct.pack("<4H", 200, flags, shade, 400)


def test_old_excel_fonts_and_grounds_tell_what_is_not_seen() -> None:
    """글꼴 4번은 없어서 5번은 다섯째 글꼴이다."""
    records = LookRecords()
    for body in (letters(0, 32767), letters(8, 32767), letters(0, 9), letters(0, 0x3F), letters(8, 8)):
        records.add(FONT, body)
    records.add(PALETTE, struct.pack("<H", 56) + bytes(4) + b"\xff\xff\xff\x00" + bytes(4 * 53) + b"\x1f\x4e\x78\x00")
    for body in (style(0), style(1), style(2), style(2, 1, 0x3F), style(3, 1, 0x3F), style(5)):
        records.add(XF, body)
    looks = records.looks()
    assert {number: why[0][:3] for number, why in looks.styles.items()} == {1: "취소선", 2: "화면에", 4: "화면에", 5: "취소선"}


def test_old_excel_text_struck_in_part_is_found_across_continued_records() -> None:
    def rich(text: str, runs: list[tuple[int, int]]) -> bytes:
        return struct.pack("<HBH", len(text), 0x09, len(runs)) + text.encode("utf-16-le") + b"".join(struct.pack("<HH", *run) for run in runs)

    records = LookRecords()
    records.add(FONT, letters(0, 32767))
    records.add(FONT, letters(8, 32767))
    plain = struct.pack("<HB", 2, 0) + b"ab"
    broken = rich("가나다라", [(2, 1)])
    # 글자의 가운데에서 다음 레코드로 넘어가면 글자 크기를 한 번 더 적는다.
    records.add(SST, struct.pack("<II", 3, 3) + plain + broken[:9])
    records.add(CONTINUE, b"\x01" + broken[9:] + rich("마바", [(1, 0)]))
    records.add(XF, style(0))
    assert {number: run.struck for number, run in records.looks().runs.items()} == {1: True}
