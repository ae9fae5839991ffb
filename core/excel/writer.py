"""표를 엑셀과 CSV로 쓴다.

한 행씩 쓰므로 행이 많아도 메모리가 늘지 않는다. 글자는 언제나 글자로 쓰고 수식이나 링크로 만들지 않는다.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO, Protocol

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from .columns import KINDS, NUMBER_KINDS

_SHADE = "#eef2f7"
_LINE = "#c6ccd4"
_LONGEST_TEXT = 32_767
_ROWS_IN_SHEET = 1_048_576
# 엑셀은 15자리까지만 정확히 저장하므로 그보다 큰 수는 글자로 쓴다.
_LARGEST = 10**15

_FORMATS = {
    "amount": '#,##0;"△"#,##0;0',
    "integer": '#,##0;"△"#,##0;0',
    "decimal": '#,##0.0###;"△"#,##0.0###;0',
    "rate": '0.0##%;"△"0.0##%;0.0%',
    "date": "yyyy-mm-dd",
}
_WIDTHS = {"amount": 16, "integer": 10, "decimal": 12, "rate": 10, "date": 12, "bool": 8, "code": 12, "memo": 40, "text": 20}
_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


class _Writable(Protocol):
    def write(self, data: bytes, /) -> Any: ...


@dataclass(frozen=True)
class ColumnOut:
    """내보낼 열. kind는 columns.Column과 같고, width는 글자 수로 센 열 너비이다. hidden이면 숨긴다."""

    title: str
    kind: str = "text"
    width: float | None = None
    hidden: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"모르는 열 종류입니다: {self.kind}")


@dataclass(frozen=True)
class HeadCell:
    """여러 줄 머리글의 한 칸. colspan만큼 오른쪽으로, rowspan만큼 아래로 합친다."""

    text: str
    colspan: int = 1
    rowspan: int = 1


@dataclass
class SheetOut:
    """내보낼 시트. rows의 값은 columns의 차례와 같다.

    heading_rows를 주면 그대로 머리글을 만든다. HTML 표처럼 윗줄에서 내려온 칸이 차지한 자리는 건너뛴다.
    conditions는 '조건' 시트에 적을 (이름, 값)이다.
    """

    name: str
    columns: Sequence[ColumnOut]
    rows: Iterable[Sequence[Any]]
    title_lines: Sequence[str] = ()
    conditions: Sequence[tuple[str, Any]] = ()
    heading_rows: Sequence[Sequence[HeadCell | str]] = field(default_factory=list)


def write_xlsx(stream: BinaryIO, sheets: Sequence[SheetOut], *, missing: str = "-") -> None:
    """시트들을 xlsx로 stream에 쓴다. 값이 없는(None) 수 칸에는 missing을 적는다. 다시 올릴 파일이면 missing=""로 부른다.

    비율은 백분율 수(52.3)로 받아 백분율 서식(52.3%)으로 쓴다. 한 칸이 32,767자를 넘거나 행이 1,048,576개를 넘으면 ValueError.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_size(2400, 1600)
        base: dict[str, Any] = {"font_name": "맑은 고딕", "font_size": 10, "valign": "vcenter"}
        styles = {kind: book.add_format(base | _cell_style(kind)) for kind in KINDS}
        styles["missing"] = book.add_format(base | {"align": "right"})
        styles["title"] = book.add_format(base | {"bold": True, "font_size": 14})
        styles["line"] = book.add_format(base)
        styles["heading"] = book.add_format(
            base
            | {
                "bold": True,
                "bg_color": _SHADE,
                "border": 1,
                "border_color": _LINE,
                "align": "center",
                "text_wrap": True,
            }
        )
        names = sheet_names([sheet.name for sheet in sheets])
        for name, sheet in zip(names, sheets, strict=True):
            _write_sheet(book.add_worksheet(name), sheet, styles, missing)
        conditions = [pair for sheet in sheets for pair in _labelled(sheet, len(sheets) > 1)]
        if conditions:
            _write_conditions(book.add_worksheet(sheet_names([*names, "조건"])[-1]), conditions, styles)


def _cell_style(kind: str) -> dict[str, Any]:
    style: dict[str, Any] = {}
    if kind in _FORMATS:
        style["num_format"] = _FORMATS[kind]
    if kind == "memo":
        style["text_wrap"] = True
    if kind in ("date", "bool"):
        style["align"] = "center"
    if kind == "code":
        style["num_format"] = "@"
    return style


def _write_sheet(page: Worksheet, sheet: SheetOut, styles: dict[str, Format], missing: str) -> None:
    for index, column in enumerate(sheet.columns):
        width = column.width if column.width is not None else max(_WIDTHS[column.kind], _text_width(column.title) + 2)
        page.set_column(index, index, width, None, {"hidden": column.hidden})
    top = 0
    for line in sheet.title_lines:
        page.write_string(top, 0, _checked(line), styles["line" if top else "title"])
        top += 1
    top = _write_heading(page, top, sheet, styles["heading"])
    page.freeze_panes(top, 0)
    page.repeat_rows(0, top - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    writers = [_cell_writer(page, column.kind, styles, missing) for column in sheet.columns]
    number = top
    for number, row in enumerate(sheet.rows, top):
        if number >= _ROWS_IN_SHEET:
            raise ValueError(f"엑셀 시트에는 {_ROWS_IN_SHEET:,}행까지만 적을 수 있습니다")
        for index, (write, value) in enumerate(zip(writers, row, strict=True)):
            write(number, index, value)


def _write_heading(page: Worksheet, top: int, sheet: SheetOut, style: Format) -> int:
    """머리글을 쓰고 자료가 시작할 행을 돌려준다."""
    rows = sheet.heading_rows or [[column.title for column in sheet.columns]]
    width = len(sheet.columns)
    texts = [[""] * width for _ in rows]
    used = [[False] * width for _ in rows]
    merges = []
    for depth, cells in enumerate(rows):
        for cell in cells:
            head = HeadCell(cell) if isinstance(cell, str) else cell
            if False not in used[depth]:
                raise ValueError("머리글의 칸이 열보다 많습니다")
            left = used[depth].index(False)
            bottom, right = depth + head.rowspan - 1, left + head.colspan - 1
            if bottom >= len(rows) or right >= width:
                raise ValueError(f"머리글 칸 ‘{head.text}’이(가) 표를 벗어납니다")
            for taken in used[depth : bottom + 1]:
                taken[left : right + 1] = [True] * head.colspan
            texts[depth][left] = head.text
            if head.rowspan > 1 or head.colspan > 1:
                merges.append([top + depth, left, top + bottom, right])
    for depth, line in enumerate(texts):
        page.set_row(top + depth, 30 if len(texts) == 1 else 22)
        for index, text in enumerate(line):
            page.write_string(top + depth, index, _checked(text), style)
    # 한 행씩 내려쓰는 방식에서는 merge_range가 지나간 행에 쓰려다 그만두므로 합칠 범위만 더한다. 칸은 위에서 다 썼다.
    page.merge.extend(merges)
    return top + len(rows)


def _cell_writer(page: Worksheet, kind: str, styles: dict[str, Format], missing: str) -> Any:
    """열 하나의 칸을 쓰는 함수 (행, 열, 값)"""
    style = styles[kind]
    write_string, write_number, write_blank = page.write_string, page.write_number, page.write_blank

    def text(row: int, index: int, value: Any) -> None:
        if value is None or value == "":
            write_blank(row, index, None, style)
        else:
            write_string(row, index, _checked(shown(value)), style)

    def number(row: int, index: int, value: Any) -> None:
        if value is None or value == "":
            if missing:
                write_string(row, index, missing, styles["missing"])
            else:
                write_blank(row, index, None, style)
        elif isinstance(value, str):
            write_string(row, index, _checked(value), styles["missing"])
        elif -_LARGEST < value < _LARGEST:
            write_number(row, index, float(value) / 100 if kind == "rate" else value, style)
        else:
            write_string(row, index, shown(value), styles["missing"])

    def day(row: int, index: int, value: Any) -> None:
        if isinstance(value, date) and value.year >= 1900:
            plain = value if isinstance(value, datetime) else datetime.combine(value, time())
            page.write_datetime(row, index, plain.replace(tzinfo=None), style)
        else:
            text(row, index, value)

    if kind in NUMBER_KINDS:
        return number
    return day if kind == "date" else text


def shown(value: Any) -> str:
    """값을 사람이 읽는 글자로. 참·거짓은 예·아니오, 날짜는 2023-10-31, 없음은 빈 글자이다."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "예" if value else "아니오"
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def _checked(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"엑셀의 한 칸에는 {_LONGEST_TEXT:,}자까지만 적을 수 있습니다: {text[:30]}…")
    return text


def _text_width(text: str) -> int:
    """화면에서의 너비. 한글은 영문 두 글자만큼이다."""
    return max((sum(1 if char.isascii() else 2 for char in line) for line in text.split("\n")), default=0)


def sheet_names(names: Sequence[str]) -> list[str]:
    """엑셀이 받는 시트 이름(31자, 금지 문자 없음, 서로 다름)으로 고친다."""
    result: list[str] = []
    for name in names:
        clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip().strip("'")[:31] or "시트"
        unique, count = clean, 1
        while unique.lower() in {used.lower() for used in result}:
            count += 1
            unique = f"{clean[: 31 - len(str(count)) - 1]} {count}"
        result.append(unique)
    return result


def _labelled(sheet: SheetOut, many: bool) -> Iterator[tuple[str, Any]]:
    if many and sheet.conditions:
        yield "시트", sheet.name
    yield from sheet.conditions


def _write_conditions(page: Worksheet, conditions: Iterable[tuple[str, Any]], styles: dict[str, Format]) -> None:
    page.set_column(0, 0, 20)
    page.set_column(1, 1, 60)
    for number, (label, value) in enumerate(conditions):
        page.write_string(number, 0, _checked(label), styles["heading"])
        page.write_string(number, 1, _checked(shown(value)), styles["memo"])


# ── CSV ───────────────────────────────────────────────────────────────


def protect_text(text: str) -> str:
    """엑셀이 수식으로 읽을 수 있는 글자 앞에 작은따옴표를 붙인다. values.restore_text가 되돌린다."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def csv_lines(columns: Sequence[ColumnOut], rows: Iterable[Sequence[Any]], *, missing: str = "") -> Iterator[bytes]:
    """CSV를 몇백 행씩 바이트로 낸다. 첫 조각은 엑셀이 한글을 알아보게 하는 BOM으로 시작한다."""
    numeric = [column.kind in NUMBER_KINDS for column in columns]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([protect_text(column.title) for column in columns])
    yield b"\xef\xbb\xbf"
    for count, row in enumerate(rows, 1):
        writer.writerow(
            [
                (missing if value is None else shown(value))
                if is_number and not isinstance(value, str)
                else protect_text(shown(value))
                for is_number, value in zip(numeric, row, strict=True)
            ]
        )
        if not count % 500:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def write_csv(
    stream: _Writable, columns: Sequence[ColumnOut], rows: Iterable[Sequence[Any]], *, missing: str = ""
) -> None:
    """CSV(UTF-8, BOM, CRLF)를 바이트 stream에 쓴다. 글자 칸만 수식으로 읽히지 않게 하고, 수는 그대로 쓴다."""
    for piece in csv_lines(columns, rows, missing=missing):
        stream.write(piece)
