"""고쳐서 다시 올릴 서식: 드롭다운, 회색의 지난 값, 잠긴 머리글. 한 행씩 쓰므로 행이 많아도 메모리가 늘지 않는다."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.excel import writer
from core.excel.columns import KINDS, column_letter
from core.excel.writer import ColumnOut, SheetOut

# 새 행을 더할 자리까지 드롭다운을 걸어 두는 행 수
SPARE_ROWS = 2_000
LAST_COLUMN = 16_383
LISTS = "고르는 값"
GREY = {"font_color": "#6b7280", "bg_color": "#f3f4f6"}
# 암호 없이 잠근다. 머리글 말고는 모두 고치고, 행을 더하고 지우고, 정렬하고 거를 수 있다.
PROTECTION = dict.fromkeys(
    ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter"), True
)


@dataclass(frozen=True)
class FormColumn:
    """서식의 열. choices 가 있으면 드롭다운이고, strict 면 목록 밖의 값을 막는다. grey 는 고치지 않는 열이다."""

    out: ColumnOut
    choices: tuple[str, ...] = ()
    strict: bool = False
    grey: bool = False


def write_form(
    stream: BinaryIO, name: str, columns: Sequence[FormColumn], rows: Iterable[Sequence[Any]], title_lines: Sequence[str],
    guide: SheetOut, conditions: Sequence[tuple[str, Any]],
) -> None:  # fmt: skip
    """서식, 「작성 방법」, 「조건」, 숨긴 「고르는 값」 시트를 쓴다."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_size(2400, 1600)
        page, guide_page, condition_page = (
            book.add_worksheet(title) for title in writer.sheet_names([name, guide.name, "조건"])
        )
        styles = _styles(book, {"locked": False})
        top, end = _write_rows(page, columns, rows, title_lines, styles, _styles(book, {"locked": False, **GREY}))
        _add_lists(book, page, columns, top, end)
        page.set_column(len(columns), LAST_COLUMN, None, styles["line"])
        page.autofilter(top - 1, 0, max(end, top), len(columns) - 1)
        page.protect("", PROTECTION)
        writer._write_sheet(guide_page, guide, styles, "")
        writer._write_conditions(condition_page, conditions, styles)


def _styles(book: xlsxwriter.Workbook, extra: dict[str, Any]) -> dict[str, Format]:
    base: dict[str, Any] = {"font_name": "맑은 고딕", "font_size": 10, "valign": "vcenter"}
    styles = {kind: book.add_format({**base, **writer._cell_style(kind), **extra}) for kind in KINDS}
    styles["missing"] = book.add_format({**base, "align": "right", **extra})
    styles["line"] = book.add_format({**base, **extra})
    # 머리글과 표 위의 줄은 잠근다.
    styles["title"] = book.add_format({**base, "bold": True, "font_size": 14})
    styles["heading"] = book.add_format({
        **base, "bold": True, "bg_color": writer._SHADE, "border": 1, "border_color": writer._LINE, "align": "center",
        "text_wrap": True,
    })  # fmt: skip
    return styles


def _write_rows(
    page: Worksheet, columns: Sequence[FormColumn], rows: Iterable[Sequence[Any]], title_lines: Sequence[str],
    styles: dict[str, Format], grey: dict[str, Format],
) -> tuple[int, int]:  # fmt: skip
    """표를 쓰고 (자료의 첫 행, 끝 다음 행)을 준다."""
    outs = [column.out for column in columns]
    for index, (column, out) in enumerate(zip(columns, outs, strict=True)):
        width = out.width or max(writer._WIDTHS[out.kind], writer._text_width(out.title) + 4)
        page.set_column(index, index, width, (grey if column.grey else styles)[out.kind])
    for number, line in enumerate(title_lines):
        page.write_string(number, 0, line, styles["title"])
    top = writer._write_heading(page, len(title_lines), SheetOut("", outs, ()), styles["heading"])
    page.freeze_panes(top, 0)
    page.repeat_rows(0, top - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    # 다시 올릴 파일이라 없는 값은 빈 칸으로 둔다.
    writers = [
        writer._cell_writer(page, column.out.kind, grey if column.grey else styles, "") for column in columns
    ]  # fmt: skip
    number = top - 1
    for number, row in enumerate(rows, top):
        if number >= writer._ROWS_IN_SHEET:
            raise ValueError(f"엑셀 시트에는 {writer._ROWS_IN_SHEET:,}행까지만 적을 수 있습니다")
        for index, (write, value) in enumerate(zip(writers, row, strict=True)):
            write(number, index, value)
    return top, number + 1


def _add_lists(
    book: xlsxwriter.Workbook, page: Worksheet, columns: Sequence[FormColumn], top: int, end: int
) -> None:
    """드롭다운을 건다. 고를 값은 숨긴 시트에 한 열씩 적는다."""
    listed = [(index, column) for index, column in enumerate(columns) if column.choices]
    if not listed:
        return
    sheet = book.add_worksheet(LISTS)
    sheet.hide()
    for number, values in enumerate(zip_longest(*(column.choices for _index, column in listed), fillvalue="")):
        for place, value in enumerate(values):
            if value:
                sheet.write_string(number, place, value)
    for place, (index, column) in enumerate(listed):
        letter = column_letter(place)
        page.data_validation(top, index, min(end + SPARE_ROWS, writer._ROWS_IN_SHEET) - 1, index, {
            "validate": "list", "source": f"='{LISTS}'!${letter}$1:${letter}${len(column.choices)}",
            "error_type": "stop" if column.strict else "warning", "error_title": "목록에 없는 값",
            "error_message": "목록에서 골라 주세요." if column.strict else "목록에 없는 이름입니다. 그대로 두면 올릴 때 확인합니다.",
        })  # fmt: skip
