"""한 시트에 위아래로 놓인 여러 표를 가른다.

둘째 표는 빈 행이나 합계 행 다음에서 시작한다고 본다. 그 다음의 몇 줄 안에, 앞 표와 다른 머리글로 보이는 행이 있으면 새 표이다.
그 밖에 이어진 다른 머리글이나 머리글로 보이지 않는 행은 앞 표의 행으로 두어, 읽지 못하면 오류로 보이게 한다.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from core.excel.columns import Column, heading_key
from core.excel.tables.cells import is_number
from core.excel.totals import total_label
from core.excel.values import CellError, clean_text, parse_date, search_key

_LOOK_BELOW = 8
_MOST_TITLES = 4
_MOST_TABLES = 30
_LONGEST_HEADING = 40
_NOTE_MARKS = frozenset("※*＊☞")
_USUAL = re.compile(
    r"구분|비고|부서|과명|소속|항목|내용|사업|재원|금액|합계|계|건수|연번|순번|번호|성명|이름|직급|직위|회계|단위|정원|현원|인원|비율|기간|담당|일자"
    r"|.*(?:명|액|률|율|건수|일자|번호|코드|구분|연도|년도|인원|기간|금액|예산|현황|여부|내역|담당자|전화)"
)


class Table(NamedTuple):
    """시트의 표 하나. first는 제목 줄까지 넣은 첫 행, heading은 머리글로 보이는 행, offset은 first가 임시 파일에 있는 자리이다."""

    first: int
    heading: int
    offset: int
    texts: frozenset[tuple[int, str]]


def find_tables(
    gaps: Sequence[Sequence[int]], totals: Sequence[Sequence[int]], rows_at: Callable[[int, int], list[list[Any]]],
    columns: Sequence[Column],
) -> tuple[list[Table], frozenset[int]]:
    """시트의 표들(위에서부터)과, 되풀이된 머리글 위에 적힌 구역 제목의 행 번호.

    gaps는 빈 행 다음 행들의 (행 번호, 자리)이며 시트의 첫 행으로 시작한다. totals는 합계 행에 바로 이어진 행들이다.
    """
    known = {heading_key(text) for column in columns for text in (column.title, *column.synonyms)}
    tables: list[Table] = []
    sections: set[int] = set()
    waiting: list[int] = []
    start: tuple[int, int] | None = None
    starts = sorted([(row, at, True) for row, at in gaps] + [(row, at, False) for row, at in totals])
    for place, (number, offset, after_blank) in enumerate(starts):
        if len(tables) >= _MOST_TABLES:
            break
        rows = rows_at(offset, _LOOK_BELOW)
        if place + 1 < len(starts):
            rows = [row for row in rows if row[0] < starts[place + 1][0]]
        titles = 0
        while titles < len(rows) and titles <= _MOST_TITLES and _is_title(rows[titles][1]):
            titles += 1
        found = _heading(rows[titles:], known, after_blank and (titles > 0 or start is not None or not tables))
        if found is None and not after_blank:
            # 합계 행 다음의 제목이나 자료는 앞 표의 것이다.
            continue
        if found is None:
            # 제목 줄만 있고 빈 행이 이어지면 그 제목은 다음 표의 것이다.
            alone = titles == len(rows)
            start = start or (number, offset) if alone else None
            waiting = [*waiting, *(row[0] for row in rows)] if alone else []
            continue
        top, at = start or (number, offset)
        start = None
        if not tables or not same_heading(found, tables[-1].texts):
            tables.append(Table(top, rows[titles][0], at, found))
        else:
            sections.update(waiting, (row[0] for row in rows[:titles]))
        waiting = []
    return tables, frozenset(sections)


def _is_title(cells: Sequence[Any]) -> bool:
    filled = [cell for cell in cells if cell != ""]
    if len(filled) != 1 or not isinstance(filled[0], str) or filled[0].lstrip()[:1] in _NOTE_MARKS:
        return False
    return not is_number(filled[0], True) and not _is_total(filled[0])


def _is_total(text: str) -> bool:
    found = total_label(text)
    return bool(found and found[1])


def _heading(rows: Sequence[Sequence[Any]], known: set[str], expected: bool) -> frozenset[tuple[int, str]] | None:
    """첫 행이 머리글로 보이면 그 (열, 글자). expected는 바로 위에 제목이 있거나 시트의 첫 표인지이다."""
    if len(rows) < 2 or rows[1][0] != rows[0][0] + 1:
        return None
    cells = rows[0][1]
    filled = [(place, cell) for place, cell in enumerate(cells) if cell != ""]
    if len(filled) < 2 or any(not isinstance(cell, str) or _is_value(cell) for _, cell in filled):
        return None
    if _is_total(filled[0][1]):
        return None
    if any(place < len(row[1]) and row[1][place] == cell for row in rows[1:] for place, cell in filled):
        # 같은 글이 아래에도 있으면 이름표가 아니라 값이다.
        return None
    keys = [heading_key(cell) for _, cell in filled]
    usual = [key in known or bool(_USUAL.fullmatch(key)) for key in keys]
    numbers_below = sum(
        any(place < len(row[1]) and is_number(row[1][place], True) for row in rows[1:4]) for place, _ in filled
    )
    if sum(usual) * 2 >= len(keys) or (expected and numbers_below) or (usual[0] and numbers_below > 1):
        return frozenset((place, search_key(cell)) for place, cell in filled)
    return None


def _is_value(text: str) -> bool:
    """머리글이 아니라 값으로 보이는 글자인지"""
    if is_number(text, True) or len(text) > _LONGEST_HEADING:
        return True
    try:
        return parse_date(clean_text(text)) is not None
    except CellError:
        return False


def same_heading(one: frozenset[tuple[int, str]], other: frozenset[tuple[int, str]]) -> bool:
    """같은 표의 머리글이 되풀이된 것인지"""
    return len(one & other) * 10 >= max(len(one), len(other)) * 7
