"""엑셀 2003 XML 스프레드시트(SpreadsheetML)를 읽는다."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from core.excel.opening.number_formats import QUOTED, scale_of
from core.excel.opening.refusal import DAMAGED, Refused, check_size, chosen_sheet
from core.excel.opening.sheet_facts import SheetFacts, opening_note

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_VISIBLE = "{urn:schemas-microsoft-com:office:excel}WorksheetOptions/{urn:schemas-microsoft-com:office:excel}Visible"
_LAST = 1 << 20


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


def _formats(root: Element) -> dict[str, str]:
    """{스타일 이름: 따옴표를 뺀 표시 형식}"""
    found = {}
    for style in root.iterfind(f"{_SS}Styles/{_SS}Style"):
        shape = style.find(f"{_SS}NumberFormat")
        code = shape.get(_SS + "Format", "") if shape is not None else ""
        code = "0%" if code == "Percent" else code
        found[style.get(_SS + "ID", "")] = QUOTED.sub("", code).split(";")[0]
    return found


def _value(cell: Element, code: str) -> Any:
    data = cell.find(f"{_SS}Data")
    text = "".join(data.itertext()) if data is not None else ""
    kind = data.get(_SS + "Type") if data is not None else None
    if not text and cell.get(_SS + "Formula"):
        return {"f": "="}
    try:
        if kind == "Number":
            number = float(text)
            if re.fullmatch("0{2,}", code) and number.is_integer():
                return f"{int(number):0{len(code)}}"
            return {"p": number} if "%" in code else number
        if kind == "DateTime":
            moment = datetime.fromisoformat(text)
            return moment if moment.time() != moment.min.time() else moment.date()
    except (ValueError, OverflowError):
        raise Refused(DAMAGED) from None
    if kind == "Boolean":
        return text == "1"
    return {"e": text} if kind == "Error" else text


def _grid(page: Element, formats: dict[str, str], limits: dict[str, Any]) -> tuple[list[Any], list[list[int]], SheetFacts]:
    facts = SheetFacts()
    rows: list[Any] = []
    merged: list[list[int]] = []
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
            code = formats.get(cell.get(_SS + "StyleID") or row.get(_SS + "StyleID") or "", "")
            if (scale := scale_of(code)) > 1:
                facts.scaled[place] = scale
            facts.formulas += cell.get(_SS + "Formula") is not None
            values.extend([""] * (place + 1 - len(values)))
            values[place] = _value(cell, code)
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
    formats = _formats(root)
    chosen = None
    rows: list[Any] = []
    merged: list[list[int]] = []
    facts = SheetFacts()
    for name, hidden, page in pages:
        if name == wanted or (wanted is None and not hidden):
            chosen = name
            rows, merged, facts = _grid(page, formats, limits)
            if rows or wanted is not None:
                break
    note = opening_note("xml", chosen_sheet(chosen, wanted), [(name, hidden) for name, hidden, _ in pages])
    note |= {"merged": merged, "scaled": list(facts.scaled.items()), "formulas": facts.formulas}
    return note, iter([[], *rows])


def xml_sheets(path: Path, limits: dict[str, Any]) -> list[list[Any]]:
    """시트의 [이름, 숨김, 내용이 있는 행 수]"""
    root = _root(path)
    return [[name, hidden, len(_grid(page, _formats(root), limits)[0])] for name, hidden, page in _pages(root)]


def _pages(root: Element) -> list[tuple[str, bool, Element]]:
    pages = []
    for page in root.iterfind(f"{_SS}Worksheet"):
        state = page.find(_VISIBLE)
        pages.append((page.get(_SS + "Name", ""), state is not None and (state.text or "").startswith("SheetHidden"), page))
    if not pages:
        raise Refused("시트가 하나도 없는 엑셀 2003 XML 스프레드시트입니다")
    return pages
