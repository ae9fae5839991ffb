"""엑셀: 첫 시트는 목차, 표마다 한 시트, 달라고 하면 끝에 수치의 목록. 수는 진짜 수이고 합친 칸과 머리글은 문서와 같다."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.excel.writer import sheet_names
from core.reports import style
from core.reports.characters import clean
from core.reports.document import Cell, Chapter, Document, ItemHeading, Section, Table, as_string
from core.reports.geometry import column_widths, heading_depth, placed, trimmed, wrapped_lines
from core.reports.outline import chapter_text

_FONT = style.FACES["table"][0]
_WHOLE = '#,##0;"△"#,##0;"-"'
_WHOLE_WITH_ZERO = '#,##0;"△"#,##0;0'
_CONTENTS = "목차"
_LONGEST_TEXT = 32_767
# 엑셀은 15자리까지만 정확히 저장한다.
_LARGEST = 10**15
_SHEET_WIDTH = 96.0
# 10점 글의 한 줄 높이와 칸의 위아래(점), 열 너비 한 칸에 드는 글자 수, 엑셀이 받는 가장 높은 행.
_LINE, _EDGE, _LETTERS, _HIGHEST = 13.5, 4.5, 0.52, 409.0


@dataclass(frozen=True)
class FigureRow:
    """수치의 목록 한 줄."""

    title: str
    value: int | Decimal | str | None
    unit: str
    definition: str
    source: str


def write_xlsx(document: Document, file: BinaryIO, figures: Sequence[FigureRow] | None = None) -> None:
    """문서의 표를 엑셀로 쓴다. figures 를 주면 마지막 시트에 수치마다 값, 뜻, 출처를 적는다."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": clean(document.title), "author": document.properties.get("author", "")})
        formats = _Formats(book)
        entries = _entries(document)
        wanted = [_CONTENTS, *(entry.name for entry in entries), *(["수치"] if figures is not None else [])]
        names = sheet_names(wanted)
        contents = book.add_worksheet(names[0])
        for entry, name in zip(entries, names[1:], strict=False):
            _write_table(book.add_worksheet(name), entry.table, entry.place, formats)
        _write_contents(contents, document, entries, names[1:], formats)
        if figures is not None:
            _write_figures(book.add_worksheet(names[-1]), figures, formats)


@dataclass(frozen=True)
class _Entry:
    table: Table
    place: str  # 표가 놓인 장·사업

    @property
    def name(self) -> str:
        return clean(self.table.caption).replace("\n", " ") or "표"


def _entries(document: Document) -> list[_Entry]:
    found = []
    chapter = heading = ""
    for block in document.blocks:
        if isinstance(block, Chapter):
            chapter, heading = chapter_text(block), ""
        elif isinstance(block, Section | ItemHeading):
            heading = f"{block.number} {block.title}".strip()
        elif isinstance(block, Table):
            found.append(_Entry(trimmed(block), clean(" – ".join(part for part in (chapter, heading) if part))))
    return found


class _Formats:
    """칸의 모양. 같은 모양은 한 번만 만든다."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **options: Any) -> Format:
        base = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"} | options
        key = tuple(sorted(base.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(base)
        return self.made[key]

    def of(self, cell: Cell, lines: int) -> Format:
        """표의 칸. lines 는 줄을 바꾼 뒤의 줄 수이다."""
        options: dict[str, Any] = {"border": 1, "text_wrap": True, "align": cell.align, "bold": cell.bold}
        if cell.is_heading:
            options |= {"align": "center", "bold": True, "bg_color": style.COLORS["shade"]}
        if cell.value is not None:
            options |= {"num_format": _number_format(cell.value, as_string(cell.text)), "text_wrap": False}
        elif style.is_top(lines):
            options["valign"] = "top"
        return self(**options)


def _number_format(value: int | Decimal, shown: str = "-") -> str:
    """소수 자리는 값이 가진 만큼 보인다. 0 은 문서에 적힌 대로 - 또는 0 으로 보인다."""
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    places = -exponent if isinstance(exponent, int) else 0
    if places <= 0:
        return _WHOLE if value or shown.strip() == "-" else _WHOLE_WITH_ZERO
    decimals = "#,##0." + "0" * places
    return f'{decimals};"△"{decimals};{decimals}'


def _write_table(page: Worksheet, table: Table, place: str, formats: _Formats) -> None:
    widths = [max(8.0, width * _SHEET_WIDTH) for width in column_widths(table)]
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    page.write_string(0, 0, _text(table.caption), formats(bold=True, font_size=14))
    page.write_string(1, 0, _text(place), formats())
    if table.unit:
        page.write_string(1, max(len(widths) - 1, 0), _text(table.unit), formats(align="right"))
    top = 2
    depth = heading_depth(table)
    heights = [_LINE + _EDGE] * len(table.rows)
    merged: set[int] = set()
    for row, column, cell in placed(table):
        letters = sum(widths[column : column + cell.colspan]) * _LETTERS
        lines = sum(wrapped_lines(as_string(text), letters) for text in cell.paragraphs) if cell.value is None else 1
        shape = formats.of(cell, lines)
        last = row + cell.rowspan - 1
        if cell.rowspan > 1 or cell.colspan > 1:
            merged.update(range(row, last + 1))
            page.merge_range(top + row, column, top + last, column + cell.colspan - 1, "", shape)
        # 여러 줄에 걸친 칸에 모자란 높이는 마지막 줄이 갖는다.
        missing = _LINE * lines + _EDGE - sum(heights[row : last + 1])
        heights[last] += max(missing, 0)
        _write_cell(page, top + row, column, cell, shape)
    # 합친 칸이 없는 행의 높이는 적지 않는다: 엑셀이 열 때 글에 맞춘다. 합친 칸에는 맞추지 않으므로 어림해 적는다.
    for row in sorted(merged):
        page.set_row(top + row, min(heights[row], _HIGHEST))
    if depth:
        page.freeze_panes(top + depth, 0)
    _set_paper(page, top, top + depth - 1, landscape=len(widths) > 7)


def _set_paper(page: Worksheet, first: int, last: int, landscape: bool = False) -> None:
    """A4 너비에 맞추고 머리글(first–last 행)을 쪽마다 되풀이한다."""
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    if first <= last:
        page.repeat_rows(first, last)
    if landscape:
        page.set_landscape()


def _write_cell(page: Worksheet, row: int, column: int, cell: Cell, shape: Format) -> None:
    text = "\n".join(clean(as_string(line)) for line in cell.paragraphs)
    if cell.value is not None and -_LARGEST < cell.value < _LARGEST:
        page.write_number(row, column, cell.value, shape)
    elif text:
        page.write_string(row, column, _text(text), shape)
    else:
        page.write_blank(row, column, None, shape)


def _write_contents(
    page: Worksheet, document: Document, entries: Sequence[_Entry], names: Sequence[str], formats: _Formats
) -> None:
    page.set_column(0, 0, 6)
    page.set_column(1, 1, 52)
    page.set_column(2, 3, 34)
    page.write_string(0, 0, _text(document.title), formats(bold=True, font_size=14))
    head = formats(bold=True, align="center", border=1, bg_color=style.COLORS["shade"])
    for column, title in enumerate(("연번", "놓인 곳", "표", "단위")):
        page.write_string(2, column, title, head)
    for row, (entry, name) in enumerate(zip(entries, names, strict=False), 3):
        page.write_number(row, 0, row - 2, formats(border=1, align="center"))
        page.write_string(row, 1, _text(entry.place), formats(border=1, text_wrap=True))
        quoted = name.replace("'", "''")
        page.write_url(row, 2, f"internal:'{quoted}'!A1", formats(border=1, font_color="#0b50d0", underline=1), name)
        page.write_string(row, 3, _text(entry.table.unit), formats(border=1))
    page.freeze_panes(3, 0)
    _set_paper(page, 2, 2)


def _write_figures(page: Worksheet, figures: Sequence[FigureRow], formats: _Formats) -> None:
    for column, (title, width) in enumerate((("수치", 30), ("값", 16), ("단위", 8), ("뜻", 60), ("출처", 44))):
        page.set_column(column, column, width)
        page.write_string(
            0, column, title, formats(bold=True, align="center", border=1, bg_color=style.COLORS["shade"])
        )
    wrapped = formats(border=1, text_wrap=True)
    for row, figure in enumerate(figures, 1):
        page.write_string(row, 0, _text(figure.title), wrapped)
        if isinstance(figure.value, int | Decimal) and -_LARGEST < figure.value < _LARGEST:
            page.write_number(row, 1, figure.value, formats(border=1, num_format=_number_format(figure.value)))
        else:
            shown = "-" if figure.value is None else str(figure.value)
            page.write_string(row, 1, _text(shown), formats(border=1, align="right"))
        for column, text in ((2, figure.unit), (3, figure.definition), (4, figure.source)):
            page.write_string(row, column, _text(text), wrapped)
    page.freeze_panes(1, 0)
    _set_paper(page, 0, 0, landscape=True)


def _text(text: str) -> str:
    shown = clean(text)
    return shown if len(shown) <= _LONGEST_TEXT else shown[: _LONGEST_TEXT - 1] + "…"
