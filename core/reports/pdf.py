"""PDF: 글꼴을 심고, 제목을 책갈피로, 읽는 차례와 표의 머리글을 태그로 남긴다(PDF/UA-1, PDF/A-2a).

조판은 typst 가 하고 모양은 report.typ 에 있다. 글은 JSON 으로만 넘기므로 글이 명령으로 읽히지 않는다. 시계를 보지 않으므로 같은 문서는
늘 같은 바이트이다. 쪽 번호도 여기서 센다(page_numbers). 한글 문서의 차례가 그 번호를 쓴다.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import typst

from core.reports import style
from core.reports.characters import lines_of
from core.reports.document import (
    Approval,
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
    as_string,
)
from core.reports.geometry import column_widths, heading_depth, placed, trimmed
from core.reports.outline import chapter_text, contents_items, heading_levels, is_page_heading

_HERE = Path(__file__).parent
FONT_FOLDER = _HERE / "fonts"
_GENERATIONS = 11
# 이보다 긴 칸은 한 쪽에 들지 않을 수 있으므로 쪽을 넘겨 나눈다.
_LONG_CELL = 900


def write_pdf(document: Document, file: BinaryIO) -> None:
    """문서를 PDF 로 쓴다."""
    file.write(pdf_bytes(document))


def pdf_bytes(document: Document) -> bytes:
    """문서의 PDF. 규격을 지킬 수 없으면(심은 글꼴에 없는 글자 따위) 규격 표시만 빼고 낸다. 없는 글자는 네모로 보인다."""
    # 보존용 규격(PDF/A)은 문서의 날짜가 있어야 한다.
    standards: list[typst.PDFStandard] = ["a-2a", "ua-1"] if _date(document) else ["ua-1"]
    try:
        return _compiled(document, standards)
    except typst.TypstError:
        return _compiled(document, [])


def _compiled(document: Document, standards: list[typst.PDFStandard]) -> bytes:
    try:
        made = _compiler(document).compile(format="pdf", pdf_standards=standards)
    finally:
        _forget()
    if not isinstance(made, bytes):
        raise TypeError("조판한 PDF 를 한 파일로 받지 못했습니다")
    return made


def _forget() -> None:
    """typst 가 다음에 쓰려고 쌓아 둔 조판의 낱을 버린다.

    typst 는 조판을 열 번 하는 동안 쓰지 않은 것만 버려, 큰 문서를 잇달아 내면 프로세스가 1GB 를 넘는다. 빈 문서를 열 번 조판하면
    (모두 0.1초 안팎) 앞의 것이 모두 버려진다.
    """
    nothing = typst.Compiler(root=str(_HERE), font_paths=_fonts())
    for _ in range(_GENERATIONS):
        nothing.compile(b"", format="pdf")


def page_numbers(document: Document) -> dict[str, int]:
    """장, 절, 사업의 머리가 놓인 쪽 번호. 조각의 key 로 찾는다."""
    return {place["key"]: place["page"] for place in heading_places(document)}


def heading_places(document: Document) -> list[dict[str, Any]]:
    """장, 절, 사업의 머리가 놓인 자리: 조각의 key, 쪽 번호 page, 그 쪽의 첫머리인가 first."""
    if not any(is_page_heading(block) for block in document.blocks):
        return []
    try:
        found: list[dict[str, Any]] = json.loads(_compiler(document).query("<page-number>", field="value"))
    finally:
        _forget()
    return found


def _compiler(document: Document) -> typst.Compiler:
    return typst.Compiler(
        input=str(_HERE / "report.typ"),
        root=str(_HERE),
        font_paths=_fonts(),
        sys_inputs={"document": json.dumps(_document(document), ensure_ascii=False)},
    )


@cache
def _fonts() -> typst.Fonts:
    """심을 글꼴. 서버에 깔린 글꼴은 쓰지 않아 어느 기계에서나 같은 모양이다."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT_FOLDER)])


def _document(document: Document) -> dict[str, Any]:
    """report.typ 이 읽는 꼴."""
    properties = document.properties
    return {
        "title": " ".join(lines_of(document.title)).strip() or "보고서",
        "author": [properties["author"]] if properties.get("author") else [],
        "description": properties.get("subject", ""),
        "keywords": [word for word in properties.get("keywords", "").split(",") if word],
        "date": _date(document),
        "header": _runs_of(document.header),
        "first-page": document.first_page,
        "paper": asdict(style.paper(document)),
        "styles": {key: _style(value) for key, value in style.STYLES.items()},
        "colors": style.COLORS,
        "lines": style.LINES,
        "cell-padding": style.CELL_PADDING,
        "purpose-padding": style.PURPOSE_PADDING,
        "item-padding": style.ITEM_PADDING,
        "contents-padding": style.CONTENTS_PADDING,
        "item-widths": style.ITEM_WIDTHS,
        "contents-widths": style.CONTENTS_WIDTHS,
        "approval": style.APPROVAL_CELL,
        "approval-title": style.APPROVAL_TITLE,
        "title-padding": style.TITLE_PADDING,
        "page-number": style.PAGE_NUMBER,
        "blocks": list(_blocks(document)),
    }


def _date(document: Document) -> list[int] | None:
    """문서의 날짜(properties 의 date). 없으면 파일에 날짜를 적지 않는다. 만든 시각은 적지 않아 늘 같은 바이트이다."""
    text = document.properties.get("date", "")
    if not text:
        return None
    day = date.fromisoformat(text)
    return [day.year, day.month, day.day]


def _style(value: style.TextStyle) -> dict[str, Any]:
    return {
        "font": style.PDF_FACES[value.face],
        "size": value.size,
        "bold": value.bold,
        "align": value.align,
        "left": value.left,
        "hanging": value.hanging,
        "before": value.before,
        "after": value.after,
        "spacing": value.spacing,
        "keep": value.keep_with_next,
        "color": value.color,
    }


def _runs(text: Text) -> list[dict[str, Any]]:
    """글의 낱들. 줄바꿈은 break 로 적는다."""
    made = []
    for run in text:
        for number, line in enumerate(lines_of(run.text)):
            if line or number:
                made.append({"text": line, "bold": run.bold, "changed": run.changed, "break": number > 0})
    return made


def _runs_of(text: str) -> list[dict[str, Any]]:
    return _runs((Run(text),)) if text else []


def _blocks(document: Document) -> Any:
    levels = heading_levels(document)
    marks = {block.key: str(number) for number, block in enumerate(document.blocks)}
    for position, block in enumerate(document.blocks):
        made: dict[str, Any] = {"kind": type(block).__name__, "key": block.key, "mark-id": marks[block.key]}
        match block:
            case TitleBox():
                made |= {
                    "cover": block.is_cover,
                    "title": _runs_of(block.title),
                    "subtitle": _runs_of(block.subtitle),
                    "date": _runs_of(block.date_text),
                    "organisation": _runs_of(block.organisation),
                }
            case Approval():
                made["posts"] = [_runs_of(post) for post in block.posts]
            case Chapter():
                made |= {"level": levels.get(block.key, 0), "text": _runs_of(chapter_text(block))}
            case Contents():
                made |= {
                    "headings": [_runs_of(heading) for heading in block.headings],
                    "items": [
                        {"mark-id": marks[item.key], "number": _runs_of(item.number), "text": _runs_of(item.title)}
                        for item in contents_items(document, position)
                    ],
                }
            case Section():
                made |= _heading(block.number, block.title, levels.get(block.key, 0))
            case ItemHeading():
                made |= _heading(block.number, block.title, levels.get(block.key, 0)) | {"team": _runs_of(block.team)}
            case Purpose():
                made["text"] = _runs(block.text)
            case Line():
                made |= {
                    "mark": block.mark,
                    "text": _runs(block.text),
                    "right": _runs_of(block.right),
                    "level": levels.get(block.key, 0),
                }
            case Table():
                made |= _table(trimmed(block))
            case PageBreak():
                pass
            case _:
                raise TypeError(f"PDF 로 옮길 줄 모르는 조각입니다: {type(block).__name__}")
        yield made


def _heading(number: str, title: str, level: int) -> dict[str, Any]:
    return {"number": _runs_of(number), "text": _runs_of(title), "level": level}


def _table(table: Table) -> dict[str, Any]:
    depth = heading_depth(table)
    cells = []
    head_cells = 0
    for row, column, cell in placed(table):
        head_cells += row < depth
        cells.append(
            {
                "x": column,
                "y": row,
                "colspan": cell.colspan,
                "rowspan": cell.rowspan,
                "style": style.cell_style_key(cell),
                "heading": cell.is_heading,
                "bold": cell.bold,
                "lines": [_runs(text) for text in cell.paragraphs],
                "top": style.is_top(len(cell.paragraphs)),
                "long": sum(len(as_string(text)) for text in cell.paragraphs) > _LONG_CELL,
            }
        )
    return {
        "unit": _runs_of(table.unit),
        "unit-below": table.unit_below,
        "columns": column_widths(table),
        "rows": len(table.rows),
        "head-cells": head_cells,
        "cells": cells,
    }
