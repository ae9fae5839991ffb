"""한글 문서(.hwp, .hwpx)의 표를 읽는다. 문서 하나가 시트 하나이고, 표는 사이에 빈 행을 두고 차례대로 놓는다.

표 바로 위의 글(제목, 단위, 기준일)은 표에 붙여 두어 사람이 인쇄물을 읽듯 읽히게 한다. 그림과 바깥의 것은 열지 않는다.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from core.excel.opening.looks import STRUCK
from core.excel.opening.refusal import Refused, check_size, chosen_sheet
from core.excel.opening.seen_number import unreadable
from core.excel.opening.sheet_facts import opening_note
from core.excel.opening.zip_checks import checked_archive

NAME = "한글 문서"
# 표 위에 붙여 두는 글의 줄 수. 그 위의 글은 표와 떨어진 본문이다.
_LEAD = 3
_DEEPEST = 20
_DAMAGED = "한글 문서를 끝까지 읽지 못했습니다"
_REMEDY = "한글에서 문서를 열어 다시 저장하거나, 표를 복사해 엑셀에 붙여 올려 주세요"
# 표의 글과 관계없는 것(그림, 차트, 글꼴로 짐작하는 제목)을 읽지 못했다는 말
_HARMLESS = re.compile(r"이미지 |WARN: .*(?:그림|이미지|BinData|chart|OCR|제목 문단)", re.I)


def _document(path: Path, limits: dict[str, Any]) -> Any:
    from dochan import Dochan

    if zipfile.is_zipfile(path):
        checked_archive(path, limits).close()
    # 변경 추적에서 지운 글은 읽지 않는다. 지웠는지 알 수 없으면 errors 에 적힌다.
    document = Dochan(str(path), revision_mode="final").doc
    wrong = [str(error) for error in document.errors if not _HARMLESS.match(str(error))]
    if any("암호" in error for error in wrong):
        raise Refused("암호가 걸려 있거나 배포용으로 잠근 한글 문서입니다", "한글에서 암호를 풀고 다시 저장해 올려 주세요")
    if any("revision" in error.lower() for error in wrong):
        raise Refused("변경 내용 추적이 남아 있는 한글 문서입니다", "한글에서 변경 내용을 모두 적용하고 다시 저장해 올려 주세요")
    if wrong:
        raise Refused(_DAMAGED, _REMEDY)
    return document


def _is_table(block: Any) -> bool:
    return hasattr(block, "rows")


def _is_text(block: Any) -> bool:
    return hasattr(block, "runs")


def _cells(table: Any) -> Iterator[tuple[int, int, Any]]:
    """다른 칸에 합쳐지지 않은 칸의 (행, 열, 칸). 자리는 0부터이다."""
    for row, cells in enumerate(table.rows):
        for column, cell in enumerate(cells):
            if not cell.is_merged_away:
                yield row, column, cell


def _is_frame(table: Any) -> bool:
    """자리를 잡으려고 쓴 표인가. 글이 든 칸이 행마다 하나뿐이고 그 안에 표가 있다."""
    holds = [(row, any(map(_is_table, cell.paragraphs))) for row, _column, cell in _cells(table) if cell.paragraphs]
    return len({row for row, _ in holds}) == len(holds) and any(inside for _, inside in holds)


def _unfolded(blocks: Iterable[Any], depth: int = 0) -> Iterator[Any]:
    """글과 자료의 표를 차례대로. 틀로 쓴 표는 풀고, 칸 안에 든 표는 그 표의 뒤에 낸다."""
    if depth > _DEEPEST:
        raise Refused("표 안에 표가 너무 깊이 들어 있습니다", _REMEDY)
    for block in blocks:
        if _is_text(block):
            yield block
        elif _is_table(block):
            inside = [part for _row, _column, cell in _cells(block) for part in cell.paragraphs]
            if _is_frame(block):
                yield from _unfolded(inside, depth + 1)
                continue
            yield block
            yield from _unfolded((part for part in inside if _is_table(part)), depth + 1)


def _line(paragraph: Any) -> str:
    return " ".join(paragraph.text.split())


def _value(cell: Any) -> Any:
    """칸에 보이는 글. 한 칸의 여러 문단은 줄을 바꾸어 잇는다."""
    paragraphs = [part for part in cell.paragraphs if _is_text(part)]
    text = "\n".join(line for line in map(_line, paragraphs) if line)
    struck = any(run.strikeout and run.text.strip() for part in paragraphs for run in part.runs)
    return unreadable(text, *STRUCK) if struck else text


def _grid(path: Path, limits: dict[str, Any]) -> tuple[list[list[Any]], list[list[int]]]:
    """행들과 합친 칸. 행은 1부터, 열은 0부터 센다."""
    rows: list[list[Any]] = []
    merged: list[list[int]] = []
    number = 0
    lead: list[str] = []
    count = 0

    def write(values: list[Any]) -> None:
        nonlocal number
        number += 1
        check_size(len(rows), len(values), number, limits)
        while values and values[-1] == "":
            values.pop()
        if values:
            rows.append([number, values, 0, 0])

    for section in _document(path, limits).sections:
        for block in _unfolded(section.elements):
            if _is_text(block):
                if line := _line(block):
                    lead.append(line)
                continue
            for line in lead[:-_LEAD]:
                write([line])
            number += bool(lead[:-_LEAD])
            for line in lead[-_LEAD:]:
                write([line])
            lead = []
            top, width = number + 1, max(map(len, block.rows), default=0)
            grid: list[list[Any]] = [[""] * width for _ in block.rows]
            for row, column, cell in _cells(block):
                grid[row][column] = _value(cell)
                bottom, right = min(row + cell.row_span, len(grid)) - 1, min(column + cell.col_span, width) - 1
                if bottom > row or right > column:
                    merged.append([top + row, column, top + bottom, right])
            for values in grid:
                write(values)
            number += 1
            count += 1
    for line in lead:
        write([line])
    if not count:
        raise Refused("표가 없는 한글 문서입니다", "표가 든 문서를 올려 주세요")
    return rows, merged


def hangul_rows(path: Path, wanted: str | None, limits: dict[str, Any]) -> tuple[dict[str, Any], Iterator[list[Any]]]:
    """한글 문서의 알림과 행들."""
    name = chosen_sheet(NAME if wanted in (None, NAME) else None, wanted)
    rows, merged = _grid(path, limits)
    return opening_note("hangul", name, [(NAME, False)]) | {"merged": merged}, iter([[], *rows])


def hangul_sheets(path: Path, limits: dict[str, Any]) -> list[list[Any]]:
    """시트의 [이름, 숨김, 내용이 있는 행 수]"""
    return [[NAME, False, len(_grid(path, limits)[0])]]
