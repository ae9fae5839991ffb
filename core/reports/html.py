"""화면과 인쇄: 보고서를 HTML 조각으로. 제목은 h2–h4, 표는 이름과 머리글의 방향을 갖고, 수는 그 수를 이루는 행으로 이어진다.

모양은 static/css/report.css 에 있다(값은 style.py 와 같고 시험이 견준다). 쪽 나눔마다 종이 한 장이 되고, 차례의 쪽 번호는 PDF 와 같다.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.reports.characters import lines_of
from core.reports.document import (
    MARKS,
    Approval,
    Block,
    Cell,
    Chapter,
    Contents,
    Document,
    ItemHeading,
    Line,
    PageBreak,
    Purpose,
    Run,
    Section,
    Table,
    Text,
    TitleBox,
)
from core.reports.geometry import column_widths, heading_depth, placed, trimmed
from core.reports.outline import chapter_text, contents_items, heading_levels
from core.reports.pdf import page_numbers
from core.reports.style import is_top

_BREAK = SafeString("<br>")
_STYLESHEET = Path(__file__).parents[2] / "static/css/report.css"
# 화면의 h1 은 쪽의 제목이 쓰므로 보고서의 제목은 h2 부터다.
_TOP_LEVEL = 2
_CLASSES = {mark: f"rp-l{number}" for number, mark in enumerate(MARKS, 1)} | {"": "rp-l0"}


def render_html(
    document: Document, definitions: Mapping[str, str] | None = None, edit_urls: Mapping[str, str] | None = None
) -> SafeString:
    """문서의 HTML 조각.

    definitions  수치 코드마다의 뜻. 수에 마우스를 올리면 보인다.
    edit_urls    key 마다 글을 고치는 화면의 주소
    """
    return render_to_string("core/reports/document.html", _context(document, definitions or {}, edit_urls or {}))


def write_html(document: Document, file: BinaryIO) -> None:
    """혼자 서는 HTML 한 장. 모양을 안에 담아 서버 없이도 열고 인쇄할 수 있다. 행으로 가는 링크는 뺀다."""
    context = _context(document, {}, {}, linked=False)
    context["css"] = b64encode(_STYLESHEET.read_bytes()).decode()
    file.write(render_to_string("core/reports/page.html", context).encode())


def _context(
    document: Document, definitions: Mapping[str, str], edit_urls: Mapping[str, str], linked: bool = True
) -> dict[str, Any]:
    sheets: list[list[dict[str, Any]]] = [[]]
    builder = _Builder(document, definitions, linked)
    for position, block in enumerate(document.blocks):
        if isinstance(block, PageBreak):
            sheets.append([])
        else:
            sheets[-1].append({**builder.block(position, block), "edit": edit_urls.get(block.key, "")})
    return {
        "title": _string(document.title),
        "header": _string(document.header),
        "landscape": document.landscape,
        "sheets": [sheet for sheet in sheets if sheet],
    }


class _Builder:
    def __init__(self, document: Document, definitions: Mapping[str, str], linked: bool) -> None:
        self.document = document
        self.definitions = definitions
        self.linked = linked
        self.levels = heading_levels(document)
        self.pages = page_numbers(document) if any(isinstance(block, Contents) for block in document.blocks) else {}

    def block(self, position: int, block: Block) -> dict[str, Any]:
        """템플릿이 읽는 조각 하나."""
        made: dict[str, Any] = {"kind": type(block).__name__, "id": f"b-{block.key}", "h": "p"}
        if block.key in self.levels:
            made["h"] = f"h{min(self.levels[block.key] - 1 + _TOP_LEVEL, 6)}"
        match block:
            case TitleBox():
                made |= {
                    "cover": block.is_cover,
                    "title": _string(block.title),
                    "subtitle": _string(block.subtitle),
                    "organisation": _string(block.organisation),
                    "date": _string(block.date_text),
                }
            case Approval():
                made["posts"] = [_string(post) for post in block.posts]
            case Chapter():
                made["title"] = _string(chapter_text(block))
            case Contents():
                made |= {"headings": block.headings, "items": self._contents(position)}
            case Section():
                made |= {"number": _string(block.number), "title": _string(block.title)}
            case ItemHeading():
                made |= {
                    "number": _string(block.number),
                    "title": _string(block.title),
                    "team": _string(block.team),
                }
            case Purpose():
                made["text"] = self.text(block.text)
            case Line():
                made |= {
                    "mark": block.mark,
                    "class": _CLASSES[block.mark],
                    "text": self.text(block.text),
                    "right": _string(block.right),
                }
            case Table():
                made |= self._table(trimmed(block))
            case _:
                raise TypeError(f"화면으로 옮길 줄 모르는 조각입니다: {type(block).__name__}")
        return made

    def text(self, text: Text) -> SafeString:
        """글. 수치는 행으로 가는 링크, 지난 호와 다른 낱은 표시와 말을 함께 단다."""
        return format_html_join("", "{}", ((self._run(run),) for run in text))

    def _run(self, run: Run) -> SafeString:
        shown = _string(run.text)
        if not shown:
            return SafeString("")
        if run.bold:
            shown = format_html("<strong>{}</strong>", shown)
        if run.url and self.linked:
            title = self.definitions.get(run.figure, "")
            shown = format_html('<a href="{}" title="{}">{}</a>', run.url, title or "이 수를 이루는 행 보기", shown)
        if run.changed:
            shown = format_html('<mark><span class="sr">지난 호와 다름: </span>{}</mark>', shown)
        return shown

    def _contents(self, position: int) -> list[dict[str, Any]]:
        return [
            {
                "id": f"b-{item.key}",
                "number": _string(item.number),
                "title": _string(item.title),
                "page": self.pages.get(item.key, ""),
            }
            for item in contents_items(self.document, position)
        ]

    def _table(self, table: Table) -> dict[str, Any]:
        depth = heading_depth(table)
        rows: list[list[dict[str, Any]]] = [[] for _ in table.rows]
        for row, _column, cell in placed(table):
            rows[row].append(self._cell(cell, row < depth))
        return {
            "caption": _string(table.caption),
            "unit": _string(table.unit),
            "unit_below": table.unit_below,
            "columns": [f"{width:.2%}" for width in column_widths(table)],
            "head": rows[:depth],
            "body": rows[depth:],
        }

    def _cell(self, cell: Cell, in_head: bool) -> dict[str, Any]:
        scope = "row"
        if in_head:
            scope = "colgroup" if cell.colspan > 1 else "col"
        elif cell.rowspan > 1:
            scope = "rowgroup"
        return {
            # 빈 머리 칸은 th 로 적지 않는다: 읽을 말이 없는 머리글이 된다.
            "tag": "th" if cell.is_heading and any(run.text for text in cell.paragraphs for run in text) else "td",
            "scope": scope,
            "colspan": cell.colspan,
            "rowspan": cell.rowspan,
            "class": " ".join(_cell_classes(cell)),
            "text": format_html_join(_BREAK, "{}", ((self.text(text),) for text in cell.paragraphs)),
        }


def _cell_classes(cell: Cell) -> Iterator[str]:
    if cell.is_heading:
        yield "hd"
    elif cell.align != "left":
        yield cell.align[0]
    if cell.bold:
        yield "b"
    if is_top(len(cell.paragraphs)):
        yield "t"


def _string(text: str) -> SafeString:
    """글자를 HTML 로. 줄바꿈은 br 이다."""
    return format_html_join(_BREAK, "{}", ((line,) for line in lines_of(text)))
