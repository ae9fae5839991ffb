"""엑셀 2003 XML 스프레드시트(SpreadsheetML)를 읽는다."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from core.excel.opening.looks import STRUCK
from core.excel.opening.refusal import DAMAGED, Refused, check_size, chosen_sheet
from core.excel.opening.seen_number import as_shown, unreadable
from core.excel.opening.sheet_facts import SheetFacts, opening_note

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_VISIBLE = "{urn:schemas-microsoft-com:office:excel}WorksheetOptions/{urn:schemas-microsoft-com:office:excel}Visible"
_LAST = 1 << 20
# 이름으로 적은 표시 형식
_NAMED = {
    "General": "", "General Number": "", "Fixed": "0.00", "Standard": "#,##0.00", "Scientific": "0.00E+00", "Percent": "0.00%",
    "Currency": "₩#,##0.00;-₩#,##0.00", "Short Date": "yyyy-mm-dd", "Medium Date": "yyyy-mm-dd", "Long Date": "yyyy-mm-dd",
    "General Date": "yyyy-mm-dd hh:mm", "Short Time": "hh:mm", "Medium Time": "hh:mm", "Long Time": "hh:mm:ss",
}  # fmt: skip


def _root(path: Path) -> Element:
    from defusedxml import DefusedXmlException, ElementTree

    try:
        root: Element = ElementTree.fromstring(path.read_bytes().strip(), forbid_dtd=True)
    except DefusedXmlException:
        raise Refused("허용하지 않는 문서 형식 선언(DOCTYPE)이 들어 있습니다") from None
    except (ParseError, ValueError, LookupError):
        raise Refused("엑셀 2003 XML 스프레드시트가 끝까지 저장되지 않았거나 손상되었습니다") from None
    return root


def _number(node: Element, name: str) -> int:
    """행과 열의 자리나 합친 수. 없으면 0."""
    text = node.get(_SS + name, "0")
    if not re.fullmatch(r"[0-9]{1,7}", text):
        raise Refused(DAMAGED)
    return int(text)


@dataclass(frozen=True)
class _Style:
    code: str = ""
    struck: bool = False


def _styles(root: Element) -> dict[str, _Style]:
    """{스타일 이름: 물려받은 것까지 정한 모양}. 적지 않은 것은 ss:Parent, 그것도 없으면 Default의 것이다."""
    written = {style.get(_SS + "ID", ""): style for style in root.iterfind(f"{_SS}Styles/{_SS}Style")}

    def settled(name: str, below: tuple[str, ...]) -> _Style:
        if name in below or len(below) > 50:
            raise Refused(DAMAGED)
        if name not in written:
            return _Style()
        style = written[name]
        parent = style.get(_SS + "Parent") or ("Default" if name != "Default" else "")
        above = settled(parent, (*below, name))
        shape, font = style.find(f"{_SS}NumberFormat"), style.find(f"{_SS}Font")
        code = above.code if shape is None else shape.get(_SS + "Format", "")
        struck = font.get(_SS + "StrikeThrough") if font is not None else None
        return _Style(_NAMED.get(code, code), above.struck if struck is None else struck in ("1", "true"))

    return {name: settled(name, ()) for name in written}


def _value(cell: Element, style: _Style) -> Any:
    data = cell.find(f"{_SS}Data")
    text = "".join(data.itertext()) if data is not None else ""
    kind = data.get(_SS + "Type") if data is not None else None
    if not text and cell.get(_SS + "Formula"):
        return {"f": "="}
    part_struck = data is not None and any(part.tag.rpartition("}")[2].lower() in ("s", "del", "strike") for part in data.iter())
    if text.strip() and (style.struck or part_struck):
        return unreadable(text, *STRUCK)
    try:
        if kind == "Number":
            return as_shown(float(text), style.code)
        if kind == "DateTime":
            moment = datetime.fromisoformat(text)
            return moment if moment.time() != moment.min.time() else moment.date()
    except (ValueError, OverflowError):
        raise Refused(DAMAGED) from None
    if kind == "Boolean":
        return text == "1"
    return {"e": text} if kind == "Error" else text


def _columns(page: Element, limits: dict[str, Any]) -> tuple[dict[int, str], list[int]]:
    """{열: 그 열의 스타일}과 숨은 열. 열은 0부터 센다."""
    styles: dict[int, str] = {}
    hidden: list[int] = []
    place = 0
    for column in page.iterfind(f"{_SS}Table/{_SS}Column"):
        place = (_number(column, "Index") or place + 1) - 1
        places = range(place, min(place + _number(column, "Span") + 1, limits["columns"]))
        styles |= dict.fromkeys(places, column.get(_SS + "StyleID", ""))
        if column.get(_SS + "Hidden") == "1" or re.fullmatch(r"0(\.0*)?", column.get(_SS + "Width", "")):
            hidden += places
        place += _number(column, "Span") + 1
    return styles, hidden


def _grid(page: Element, styles: dict[str, _Style], limits: dict[str, Any]) -> tuple[list[Any], list[list[int]], SheetFacts]:
    facts = SheetFacts()
    rows: list[Any] = []
    merged: list[list[int]] = []
    column_styles, facts.hidden_columns = _columns(page, limits)
    table = page.find(f"{_SS}Table")
    usual = (table.get(_SS + "StyleID") if table is not None else None) or "Default"
    number = 0
    for row in page.iterfind(f"{_SS}Table/{_SS}Row"):
        place_before = number
        number = _number(row, "Index") or number + 1
        if number <= place_before:
            raise Refused(DAMAGED)
        values: list[Any] = []
        place = 0
        for cell in row.iterfind(f"{_SS}Cell"):
            start = _number(cell, "Index") - 1
            if 0 <= start < place:
                raise Refused(DAMAGED)
            place = max(place, start)
            across, down = _number(cell, "MergeAcross"), _number(cell, "MergeDown")
            check_size(len(rows), place + across + 1, number, limits)
            if across or down:
                merged.append([number, place, min(number + down, _LAST), place + across])
            name = cell.get(_SS + "StyleID") or row.get(_SS + "StyleID") or column_styles.get(place) or usual
            style = styles.get(name) or _Style()
            facts.formulas += cell.get(_SS + "Formula") is not None
            values.extend([""] * (place + 1 - len(values)))
            values[place] = _value(cell, style)
            place += across + 1
        while values and (values[-1] == "" or (isinstance(values[-1], str) and not values[-1].strip())):
            values.pop()
        if values:
            hidden = row.get(_SS + "Hidden") == "1" or row.get(_SS + "Height") == "0"
            rows.append([number, values, int(hidden), 0])
        number += _number(row, "Span")
    return rows, merged, facts


def xml_rows(path: Path, wanted: str | None, limits: dict[str, Any]) -> tuple[dict[str, Any], Iterator[list[Any]]]:
    """시트 하나의 알림과 행들."""
    root = _root(path)
    pages = _pages(root)
    styles = _styles(root)
    chosen = None
    rows: list[Any] = []
    merged: list[list[int]] = []
    facts = SheetFacts()
    for name, hidden, page in pages:
        if name == wanted or (wanted is None and not hidden):
            chosen = name
            rows, merged, facts = _grid(page, styles, limits)
            if rows or wanted is not None:
                break
    note = opening_note("xml", chosen_sheet(chosen, wanted), [(name, hidden) for name, hidden, _ in pages])
    note |= {"merged": merged, "formulas": facts.formulas}
    note["hidden_columns"] = facts.hidden_columns
    return note, iter([[], *rows])


def xml_sheets(path: Path, limits: dict[str, Any]) -> list[list[Any]]:
    """시트의 [이름, 숨김, 내용이 있는 행 수]"""
    root = _root(path)
    return [[name, hidden, len(_grid(page, _styles(root), limits)[0])] for name, hidden, page in _pages(root)]


def _pages(root: Element) -> list[tuple[str, bool, Element]]:
    pages = []
    for page in root.iterfind(f"{_SS}Worksheet"):
        state = page.find(_VISIBLE)
        pages.append((page.get(_SS + "Name", ""), state is not None and (state.text or "").startswith("SheetHidden"), page))
    if not pages:
        raise Refused("시트가 하나도 없는 엑셀 2003 XML 스프레드시트입니다")
    return pages
