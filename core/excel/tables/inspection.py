"""파일에 무엇이 있는지 살펴본다."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.excel.columns import Column, column_letter
from core.excel.tables.cells import is_number
from core.excel.tables.child_process import FileRefused, Limits, list_sheets
from core.excel.tables.open_table import cell_parser, open_table
from core.excel.tables.reading import Field, Reading
from core.excel.tables.results import Heading
from core.excel.values import CellError, Percent, parse_decimal, search_key


def inspect(
    path: Path, columns: Sequence[Column] | None = None, limits: Limits | None = None, sheet: str | None = None
) -> dict[str, Any]:
    """파일에 무엇이 있는지 JSON으로 나타낼 수 있는 사전으로 돌려준다. 값을 저장하지 않고 구조만 볼 때 쓴다.

    보이는 시트(sheet를 주면 숨긴 시트라도 그 시트)의 표마다 머리글 행, 열(글자·단위·보기), 읽은 행과 따로 둔 행, 수 열의 합을
    담는다. columns가 없으면 머리글과 열 종류를 짐작한다. 읽을 수 없는 파일이면 FileRefused.
    """
    limits = limits or Limits()
    sheets = list_sheets(path, limits)
    if sheet is not None and sheet not in {info.name for info in sheets}:
        raise FileRefused(f"‘{sheet}’ 시트가 없습니다", "시트 이름을 확인하거나 다른 시트를 골라 주세요")
    return {
        "sheets": [info._asdict() for info in sheets],
        "tables": [
            found
            for info in sheets
            if info.rows and (info.name == sheet or (sheet is None and not info.hidden))
            for found in _inspect_sheet(path, info.name, columns, limits)
        ],
    }


def _inspect_sheet(path: Path, sheet: str, columns: Sequence[Column] | None, limits: Limits) -> Iterator[dict[str, Any]]:
    number, count = 1, 1
    while number <= count:
        reading = open_table(path, columns or (), limits, None, None, None, sheet, number)
        with reading:
            count = max(1, len(reading.tables))
            yield _inspect_table(reading, columns)
        number += 1


def _inspect_table(reading: Reading, columns: Sequence[Column] | None) -> dict[str, Any]:
    if columns is None:
        _guess_fields(reading)
    # 비율은 더해도 뜻이 없다.
    totals: dict[str, int | Decimal] = {
        item.name: 0 for item in reading.fields if item.column.numeric and item.column.kind != "rate"
    }
    for row in reading.rows():
        for name in totals:
            totals[name] += row.values[name] or 0
    kinds = {item.index: item.column.kind for item in reading.fields}
    return {
        "sheet": reading.sheet,
        "table": reading.table,
        "hidden": any(name == reading.sheet and hidden for name, hidden in reading.sheets),
        "heading_rows": list(reading.heading_rows),
        "columns": [
            {
                "letter": heading.letter,
                "text": heading.text,
                "unit": heading.unit,
                "kind": kinds.get(heading.index),
                "samples": reading.samples[heading.index],
            }
            for heading in reading.headings
        ],
        "matched": reading.match.matched,
        "missing": [column.title for column in reading.match.missing],
        "unit": reading.unit,
        "unit_found": reading.unit_found,
        "row_count": reading.row_count,
        "taken_count": reading.taken_count,
        "set_aside": dict(Counter(aside.kind for aside in reading.set_aside)),
        "set_aside_rows": [asdict(aside) for aside in reading.set_aside],
        "totals": {name: str(total) if isinstance(total, int) else f"{total:f}" for name, total in totals.items()},
        "total_checks": [asdict(check) for check in reading.total_checks],
        "error_count": reading.error_count,
        "error_row_count": reading.error_row_count,
        "errors": [asdict(issue) for issue in reading.errors[:50]],
        "unit_note": reading.unit_note,
        "questions": [asdict(item) for item in reading.questions],
        "warnings": reading.warnings,
        "notices": reading.notices,
    }


def _guess_fields(reading: Reading) -> None:
    """열 정의 없이 읽을 열을 머리글에서 만든다. 이름은 열 글자이고, 값이 거의 수인 열을 수로 본다."""
    from_csv = reading.note["format"] == "csv"
    last = reading.heading_rows[-1] if reading.heading_rows else 0
    factors = {
        heading.index: next((unit for unit in (heading.unit, reading.unit_found) if unit is not None), 1)
        for heading in reading.headings
    }
    numbers: Counter[int] = Counter()
    whole: Counter[int] = Counter()
    filled: Counter[int] = Counter()
    _, end = reading.span
    percents: set[int] = set()
    for seen, (number, cells, *_) in enumerate(reading.raw_rows()):
        if number <= last:
            continue
        if number > end:
            break
        if seen > 2_000:
            break
        for index, cell in enumerate(cells):
            if cell == "":
                continue
            filled[index] += 1
            if isinstance(cell, Percent):
                percents.add(index)
            if is_number(cell, True) and not _looks_like_code(cell):
                numbers[index] += 1
                whole[index] += _is_whole(cell, factors.get(index, 1))
    if not reading.headings:
        reading.headings = [Heading(i, column_letter(i), "", None) for i in sorted(filled)]
        reading.samples = {heading.index: [] for heading in reading.headings}
    for heading in reading.headings:
        index = heading.index
        count = filled[index]
        kind = "text"
        if count and numbers[index] >= count * 0.9 and not _ORDINAL.search(search_key(heading.text)):
            kind = "amount" if whole[index] == numbers[index] else "decimal"
        if (index in percents or _AVERAGE.search(search_key(heading.text))) and kind != "text":
            kind = "rate"
        column = Column(heading.letter, heading.text or heading.letter, kind)
        factor = factors.get(index, 1)
        if kind == "amount":
            reading.units[column.name] = factor
        reading.match.matched[column.name] = index
        reading.fields.append(Field(column.name, index, cell_parser(column, factor, from_csv, None), False, column))
    reading.unit = Counter(reading.units.values()).most_common(1)[0][0] if reading.units else 1


# 수로 적지만 더할 수 없는 열
_ORDINAL = re.compile(r"(?:년도|연도|연도별|연월|년|월|기간|연번|순번|번호|코드|순위|id|no\.?)$")


# 수이지만 더해도 뜻이 없는 열
_AVERAGE = re.compile(r"밀도|평균|비율|지수|(?:률|율|(?:인|명|세대|건)당[^·]*)(?:\([^)]*\))?$")


def _looks_like_code(cell: Any) -> bool:
    return isinstance(cell, str) and bool(re.match(r"0[0-9]|[0-9]{16,}", cell.strip()))


def _is_whole(cell: Any, factor: int) -> bool:
    try:
        number = parse_decimal(cell)
    except CellError:
        return False
    return number is None or number * factor == (number * factor).to_integral_value()
