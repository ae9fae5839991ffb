"""현황판의 표 하나: 한 번 지어 화면, 엑셀, 보고서에 쓴다. 한글에는 화면의 표를 복사해 붙인다(copy_button).

    COLUMNS = (Column("구분", "name"), Column("예산액", "amount"), Column("집행률 (%)", "bar"), Column("상태", "state"))
    rows = [Row((line.label, Cell(line.budget, line.rows_url), Cell(line.rate, target=line.target), line.state)) for line in lines]
    table = BoardTable("execution", "단위사업별 예산액, 집행률, 상태", COLUMNS, rows)

    {{ table.html }}                  화면: 행의 링크, 막대, 상태, 계
    table.sheet("단위사업별")           엑셀: 원 단위의 진짜 수
    table.block("units", context)     보고서의 표. figure 를 적은 칸은 수치가 된다

열마다 어디에 보이는지(on)를 적을 수 있고, 칸은 열의 차례대로 모두 적는다.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Flag
from functools import cached_property
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.charts.rate import rate as rate_bar
from core.excel.writer import ColumnOut, HeadCell, SheetOut
from core.formats import MISSING, UNIT_NAMES, money, number, points, rate
from core.reports import document
from core.reports.document import Align, Run, Text, heading, plain
from core.reports.template import Context
from core.screens.templatetags.parts import sig, signed


class On(Flag):
    """열이나 윗줄 머리글을 어디에 보이는가."""

    SCREEN = 1
    EXCEL = 2
    REPORT = 4
    ALL = 7


# 갈래: (엑셀 열의 갈래, 화면 칸의 class, 보고서의 자리)
_KINDS: dict[str, tuple[str, str, Align]] = {
    "name": ("text", "stick", "left"), "text": ("text", "c nw", "center"), "state": ("text", "c", "center"),
    "integer": ("integer", "num", "center"), "amount": ("amount", "num", "right"), "rate": ("decimal", "num", "center"),
    "bar": ("decimal", "num", "center"), "points": ("decimal", "num", "center"), "signed": ("decimal", "num", "right"),
}  # fmt: skip
_HEADS = {"name": "stick", "bar": "w-rt"}


@dataclass(frozen=True)
class Column:
    """표의 열.

    kind    name(행의 이름) text state(상태 낱말) integer amount(원으로 받은 돈) rate bar(막대와 비율) points(%p) signed(늘면 +)
    small   머리글의 둘째 줄: "(A+B)"
    group   윗줄 머리글. 같은 것이 이어지면 합친다
    places  비율과 점수의 소수 자리
    excel   엑셀의 머리글. 비우면 title 과 small 을 잇고, 돈이면 (원)을 붙인다
    width   엑셀 열의 너비
    head    화면 머리글 칸의 class, css 는 칸의 class. 비우면 갈래에서 정한다
    align   보고서의 자리. 비우면 갈래에서 정한다
    """

    title: str
    kind: str = "integer"
    small: str = ""
    group: str = ""
    places: int = 1
    on: On = On.ALL
    is_bold: bool = False
    excel: str = ""
    width: float | None = None
    head: str = ""
    css: str = ""
    align: Align | None = None

    @property
    def out(self) -> ColumnOut:
        """엑셀의 열."""
        unit = "(원)" if self.kind == "amount" else ""
        return ColumnOut(self.excel or f"{self.title}{self.small}{unit}", _KINDS[self.kind][0], self.width)

    @property
    def cell_css(self) -> str:
        return self.css or _KINDS[self.kind][1]

    @property
    def place(self) -> Align:
        return self.align or _KINDS[self.kind][2]

    def write(self, value: Any, unit: int) -> str:
        """값을 사람이 읽는 글로. 없는 수는 「-」."""
        if self.kind in ("name", "text", "state"):
            # 상태의 말은 색을 지니므로 글자 그대로 넘긴다.
            return "" if value is None else value if isinstance(value, str) else str(value)
        if value is None:
            return MISSING
        match self.kind:
            case "integer":
                return number(value)
            case "amount":
                return money(value, unit)
            case "points":
                return points(value, self.places)
            case "signed":
                return signed(value, self.places)
        return rate(value, self.places)


@dataclass(frozen=True)
class Cell:
    """표의 칸.

    value   진짜 값(돈은 원). 모르면 None
    url     그 수를 이루는 행의 주소
    text    화면과 보고서에 값 대신 적을 글("-", 긴 글)
    lead    화면과 보고서에서 앞에 붙이는 작은 글, tail 은 화면에서 뒤에 붙이는 작은 글
    state   상태 표시의 갈래(done ok warn bad none subm). 상태 열이 아니어도 적으면 상태로 그린다
    target  막대의 눈금(%)
    figure  보고서에 적을 수치의 코드. 적으면 값은 수치에서 온다
    """

    value: Any = None
    url: str = ""
    text: str | None = None
    lead: str = ""
    tail: str = ""
    state: str = ""
    target: Decimal | None = None
    figure: str = ""
    is_weak: bool = False
    is_bold: bool = False


@dataclass(frozen=True)
class Row:
    """표의 줄. 칸은 열의 차례이고, 값만 적어도 된다. is_sum 은 계, level 은 아래에 딸린 줄이다."""

    cells: Sequence[Any]
    is_sum: bool = False
    level: int = 0


@dataclass(frozen=True)
class BoardTable:
    """현황판의 표.

    id       화면의 이름(복사 단추가 쓴다)
    caption  표의 이름. 화면낭독기가 읽는다
    unit     화면과 보고서에 돈을 적는 단위
    empty    줄이 없을 때 화면에 적는 말
    groups   윗줄 머리글을 어디에 적는가
    dash_zero  보고서에서 0 을 「-」로 적는가
    """

    id: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    unit: str = "천원"
    css: str = ""
    empty: str = ""
    groups: On = On.ALL
    dash_zero: bool = False

    @cached_property
    def _scale(self) -> int:
        return {name: won for won, name in UNIT_NAMES.items()}[self.unit]

    def _heads(self, on: On) -> list[list[tuple[Column | str, int, int]]]:
        """머리글의 줄마다 (열이나 윗줄의 글, 가로, 세로로 합친 칸 수)."""
        columns = [column for column in self.columns if on in column.on]
        if on not in self.groups or not any(column.group for column in columns):
            return [[(column, 1, 1) for column in columns]]
        first: list[tuple[Column | str, int, int]] = []
        for column in columns:
            if not column.group:
                first.append((column, 1, 2))
            elif first and first[-1][0] == column.group:
                first[-1] = (column.group, first[-1][1] + 1, 1)
            else:
                first.append((column.group, 1, 1))
        return [first, [(column, 1, 1) for column in columns if column.group]]

    def _lines(self, on: On) -> list[tuple[Row, list[tuple[Column, Cell]]]]:
        """줄마다 보이는 열과 칸."""
        return [
            (row, [(column, cell if isinstance(cell, Cell) else Cell(cell))
                   for column, cell in zip(self.columns, row.cells, strict=True) if on in column.on])
            for row in self.rows
        ]  # fmt: skip

    # ── 화면 ──────────────────────────────────────────────────────────

    @property
    def html(self) -> SafeString:
        """화면의 표. 넘치면 미는 틀(.tw)은 화면이 씌운다."""
        lines = self._lines(On.SCREEN)
        body = format_html_join("", "<tr{}>{}</tr>", ((_row_css(row), self._cells(cells)) for row, cells in lines))
        if not lines and self.empty:
            width = sum(On.SCREEN in column.on for column in self.columns)
            body = format_html('<tr><td colspan="{}">{}</td></tr>', width, self.empty)
        return format_html(
            '<table class="{}" id="{}"><caption class="sr">{}</caption><thead>{}</thead><tbody>{}</tbody></table>',
            f"tbl {self.css}".strip(), self.id, self.caption, self._thead(), body,
        )  # fmt: skip

    def _thead(self) -> SafeString:
        rows = []
        for depth, heads in enumerate(self._heads(On.SCREEN)):
            cells = []
            for at, (head, across, down) in enumerate(heads):
                if isinstance(head, str):
                    cells.append(format_html('<th scope="colgroup" colspan="{}">{}</th>', across, head))
                    continue
                css = head.head or _HEADS.get(head.kind, "") or ("bl" if depth and not at else "")
                cells.append(format_html(
                    '<th scope="col"{}{}>{}{}</th>', format_html(' rowspan="{}"', down) if down > 1 else "", _class(css), head.title,
                    format_html('<br><span class="cap sub">{}</span>', head.small) if head.small else "",
                ))  # fmt: skip
            rows.append((SafeString("".join(cells)),))
        return format_html_join("", "<tr>{}</tr>", rows)

    def _cells(self, cells: list[tuple[Column, Cell]]) -> SafeString:
        found = []
        for column, cell in cells:
            css, content = _class(column.cell_css), self._content(column, cell)
            if column.kind == "name":
                found.append(format_html('<th scope="row"{}>{}</th>', css, content))
            else:
                label = format_html(' data-l="{}"', column.title) if "cards" in self.css else ""
                found.append(format_html("<td{}{}>{}</td>", css, label, content))
        return SafeString("".join(found))

    def _content(self, column: Column, cell: Cell) -> str:
        text: str = column.write(cell.value, self._scale) if cell.text is None else cell.text
        if column.kind == "bar" and cell.text is None:
            text = rate_bar(cell.value, cell.target, column.places)
        elif text and (column.kind == "state" or cell.state):
            text = sig(text, cell.state)
        elif cell.is_weak:
            text = format_html('<span class="sub">{}</span>', text)
        elif column.is_bold and text != MISSING:
            text = format_html("<b>{}</b>", text)
        if cell.url and text != MISSING:
            text = format_html('<a class="v" href="{}">{}</a>', cell.url, text)
        if cell.lead:
            text = format_html('<span class="sub">{}</span> {}', cell.lead, text)
        return format_html('{} <span class="sub cap">{}</span>', text, cell.tail) if cell.tail else text

    # ── 엑셀 ──────────────────────────────────────────────────────────

    def sheet(self, name: str, title_lines: Sequence[str] = (), conditions: Sequence[tuple[str, Any]] = ()) -> SheetOut:
        """엑셀 시트. 딸린 줄의 이름은 들여 적는다."""
        heads = self._heads(On.EXCEL)
        rows = [
            ["  " * row.level + str(cell.value) if column.kind == "name" else cell.value for column, cell in cells]
            for row, cells in self._lines(On.EXCEL)
        ]
        return SheetOut(
            name, [column.out for column in self.columns if On.EXCEL in column.on], rows, title_lines=title_lines, conditions=conditions,
            heading_rows=[
                [HeadCell(head if isinstance(head, str) else head.out.title, across, down) for head, across, down in line] for line in heads
            ] if len(heads) > 1 else [],
        )  # fmt: skip

    # ── 보고서 ────────────────────────────────────────────────────────

    def block(
        self, key: str, context: Context | None = None, *, caption: str = "", widths: tuple[float, ...] = (), unit: str = "",
        spaced: Mapping[str, str] | None = None, unit_below: bool = False,
    ) -> document.Table:  # fmt: skip
        """보고서의 표. spaced 는 보고서에서 달리 적는 머리글({"구분": "구 분"}), context 는 수치의 값을 준다."""
        said = spaced or {}
        heads = self._heads(On.REPORT)
        rows = [tuple(_report_head(head, across, down, said) for head, across, down in line) for line in heads]
        rows += [
            tuple(self._report_cell(column, cell, row, context) for column, cell in cells) for row, cells in self._lines(On.REPORT)
        ]
        return document.Table(key, tuple(rows), len(heads), widths, caption or self.caption, unit, unit_below)

    def _report_cell(self, column: Column, cell: Cell, row: Row, context: Context | None) -> document.Cell:
        bold = row.is_sum or cell.is_bold
        if cell.figure:
            assert context is not None
            unit = self.unit if column.kind == "amount" else ""
            return context.cell(cell.figure, unit, bold=bold, dash_zero=self.dash_zero, align=column.place)
        text = column.write(cell.value, self._scale) if cell.text is None else cell.text
        words: Text = (Run(f"{cell.lead} {text}" if cell.lead else text, url=cell.url),)
        if _KINDS[column.kind][0] == "text":
            return document.Cell(words, align=column.place, bold=bold)
        value = cell.value // self._scale if column.kind == "amount" and cell.value is not None else cell.value
        return document.Cell(words, align=column.place, value=value)


def _class(css: str) -> SafeString | str:
    return format_html(' class="{}"', css) if css else ""


def _row_css(row: Row) -> SafeString | str:
    return _class("sum" if row.is_sum else "kid" if row.level else "")


def _report_head(head: Column | str, across: int, down: int, said: Mapping[str, str]) -> document.Cell:
    if isinstance(head, str):
        return heading(said.get(head, head), colspan=across, rowspan=down)
    title = said.get(head.title, head.title)
    lines = (plain(title), plain(head.small)) if head.small else ()
    return document.Cell(plain(title), across, down, "center", is_heading=True, lines=lines)
