"""calamine으로 행을 읽고 훑어서 알아낸 사실을 되살린다."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.excel.opening.seen_number import unreadable
from core.excel.opening.sheet_facts import SheetFacts


def workbook_rows(path: Path, note: dict[str, Any], facts: SheetFacts) -> Iterator[Any]:
    """calamine으로 행을 읽고, 훑어서 알아낸 오류 칸과 달리 보이는 칸을 되살린다."""
    import python_calamine

    # 시트를 여는 데까지를 먼저 해 두어야 합친 칸을 첫 줄에 알릴 수 있다.
    # 경로를 주면 라이브러리가 확장자를 믿으므로, 확장자가 틀린 파일도 내용대로 열도록 파일을 준다.
    with path.open("rb") as stream, python_calamine.CalamineWorkbook.from_filelike(stream) as workbook:
        sheet = workbook.get_sheet_by_name(note["sheet"])
        note["merged"] = [
            [top + 1, left, bottom + 1, right]
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
            if top != bottom or left != right
        ]
        yield []
        number = 0
        cells: list[Any]
        for number, cells in enumerate(sheet.iter_rows() if sheet.end is not None else (), 1):
            row = _patched(number, cells, facts)
            if row is not None:
                yield row
        # 계산되지 않은 수식만 있는 맨 아래 행은 라이브러리가 없는 것으로 본다.
        for below in sorted(row for row in facts.faults if row > number):
            yield _patched(below, [], facts)


def _patched(number: int, cells: list[Any], facts: SheetFacts) -> list[Any] | None:
    """한 행에 오류 칸과 달리 보이는 칸을 되살린 것. 내용이 없으면 None."""
    faults = facts.faults.get(number)
    if faults:
        cells.extend([""] * (max(faults) + 1 - len(cells)))
        for place, fault in faults.items():
            cells[place] = fault
    while cells and (cells[-1] == "" or (type(cells[-1]) is str and not cells[-1].strip())):
        cells.pop()
    if not cells:
        return None
    for place, shape in facts.shapes.get(number, ()):
        # 옛 xls 의 작은 정수는 int 로 온다.
        if place < len(cells) and type(cells[place]) in (int, float):
            cells[place] = shape.value(cells[place])
    for place, why in facts.unread.get(number, ()):
        if place < len(cells) and cells[place] != "" and not isinstance(cells[place], dict):
            cell = cells[place]
            cells[place] = unreadable(f"{cell:.15g}" if isinstance(cell, float) else str(cell), *why)
    return [number, cells, int(number in facts.hidden_rows), 0]
