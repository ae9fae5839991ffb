"""표의 짜임: 칸의 자리, 열 너비, 되풀이할 머리글. 네 꼴이 같은 짜임을 쓴다."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from core.reports.characters import lines_of
from core.reports.document import Cell, Table, as_string

_SPACE = 0.3


def trimmed(table: Table) -> Table:
    """위에서 내려온 칸에 다 덮여 제 칸이 없는 줄을 없앤 표. 한글은 칸 없는 줄이 있는 파일을 열지 못한다."""
    starts = {row for row, _column, _cell in placed(table)}
    if len(starts) == len(table.rows):
        return table
    kept: list[list[Cell]] = [[] for _ in table.rows]
    for row, _column, cell in placed(table):
        gone = sum(below not in starts for below in range(row, row + cell.rowspan))
        kept[row].append(replace(cell, rowspan=cell.rowspan - gone))
    return replace(
        table,
        rows=tuple(tuple(cells) for row, cells in enumerate(kept) if row in starts),
        heading_rows=sum(row in starts for row in range(table.heading_rows)),
    )


def placed(table: Table) -> Iterator[tuple[int, int, Cell]]:
    """(행, 열, 칸)을 빈자리 없이, 왼쪽 위부터. 표 밖으로 나가거나 남의 자리를 덮는 칸은 줄이고 모자란 자리는 빈 칸으로 채운다."""
    height, width = len(table.rows), table.column_count
    taken = [[False] * width for _ in range(height)]
    for row, cells in enumerate(table.rows):
        column = 0
        for cell in cells:
            while column < width and taken[row][column]:
                column += 1
            if column == width:
                raise ValueError(f"‘{table.caption or table.key}’ 표의 {row + 1}번째 줄에 칸이 {width}열보다 많습니다")
            across, down = 1, max(min(cell.rowspan, height - row), 1)
            while across < cell.colspan and column + across < width and not taken[row][column + across]:
                across += 1
            for line in taken[row : row + down]:
                line[column : column + across] = [True] * across
            if (across, down) != (cell.colspan, cell.rowspan):
                cell = replace(cell, colspan=across, rowspan=down)
            yield row, column, cell
            column += across
        for column in range(width):
            if not taken[row][column]:
                taken[row][column] = True
                yield row, column, Cell(is_heading=row < table.heading_rows)


def text_width(text: str) -> float:
    """글자 너비의 어림. 한글·한자와 전각 기호는 1, 나머지는 0.55 로 센다."""
    wide = sum(unicodedata.east_asian_width(char) in "WFA" for char in text)
    return wide + 0.55 * (len(text) - wide)


def wrapped_lines(text: str, width: float) -> int:
    """너비 width(글자 하나가 1)인 칸에 적으면 몇 줄이 되는가의 어림. 낱말은 나누지 않고, 칸보다 긴 낱말만 나눈다."""
    lines = 0
    for line in lines_of(text):
        used, lines = 0.0, lines + 1
        for word in line.split(" "):
            long = text_width(word)
            if used and used + _SPACE + long > width:
                used, lines = 0.0, lines + 1
            used += (_SPACE if used else 0) + long
            while used > width > 1:
                used, lines = used - width, lines + 1
    return lines


def column_widths(table: Table) -> list[float]:
    """열 너비의 비(더하면 1). widths 가 없으면 적힌 글의 길이로 정한다."""
    count = table.column_count
    given = [float(width) for width in table.widths]
    if len(given) != count or min(given, default=0) <= 0:
        given = [2.5] * count
        for _row, column, cell in placed(table):
            if cell.colspan == 1:
                longest = max((text_width(as_string(text)) for text in cell.paragraphs), default=0)
                # 긴 글은 줄을 바꾸면 되므로 너비를 다 내주지 않는다.
                given[column] = max(given[column], min(longest, 12) + max(longest - 12, 0) * 0.15 + 1)
    total = sum(given)
    return [width / total for width in given]


def heading_depth(table: Table) -> int:
    """쪽마다 되풀이할 머리글의 줄 수. 합친 칸이 본문까지 내려오면 그 줄까지 늘리고, 본문이 남지 않으면 0 이다."""
    depth = min(table.heading_rows, len(table.rows))
    for row, _column, cell in placed(table):
        if row >= depth:
            break
        depth = max(depth, row + cell.rowspan)
    return depth if depth < len(table.rows) else 0
