"""시트 앞부분에서 머리글 행을 찾고, 여러 줄 머리글을 한 이름으로 잇는다."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from core.excel.columns import JOINT, Column, column_letter, is_unit_note, match_score
from core.excel.tables.cells import is_number
from core.excel.values import CellError, clean_text, search_key

HEAD_ROWS = 40
_TITLE = re.compile(r"(?:현황|목록|명단|내역|조서|계획|대장|일람)(?:[(（].*[)）])?$")


_UNIT_CELL = re.compile(r"[(\[]?(?:백만원|천원|만원|억원|원|명|건|개|개소|%|㎡|회|일|대|호|세대|점|팀|곳)[)\]]?")


def _heading_text(value: Any) -> str:
    try:
        return clean_text(value)
    except CellError:
        return ""



class Head:
    """시트 앞부분. 합친 칸을 펼친 글자로 머리글 행을 찾는다."""

    def __init__(self, rows: list[list[Any]], merged: Sequence[Sequence[int]], all_text: bool) -> None:
        self.rows = rows
        self.all_text = all_text
        last = rows[-1][0] if rows else 0
        self.merged = [tuple(item) for item in merged if item[0] <= last]
        self.texts = [[_heading_text(cell) for cell in row[1]] for row in rows]
        by_number = {row[0]: place for place, row in enumerate(rows)}
        for top, left, bottom, right in self.merged:
            source = by_number.get(top)
            if source is None or left >= len(self.texts[source]):
                continue
            # 표보다 넓게 합친 제목 칸이 열을 늘리지 않도록 시트에 있는 열까지만 채운다.
            right = min(right, max(len(texts) for texts in self.texts) - 1)
            for number in range(top, min(bottom, last) + 1):
                place = by_number.get(number)
                if place is not None:
                    texts = self.texts[place]
                    texts.extend([""] * (right + 1 - len(texts)))
                    texts[left : right + 1] = [self.texts[source][left]] * (right + 1 - left)

    def block(self, first: int, size: int) -> list[str] | None:
        """first부터 size개 행을 이은 머리글. 행 번호가 이어지지 않으면 None."""
        rows = self.rows[first : first + size]
        if not rows or len(rows) < size or rows[-1][0] - rows[0][0] != size - 1:
            return None
        width = max(len(texts) for texts in self.texts[first : first + size])
        joined = []
        for index in range(width):
            parts: list[str] = []
            for texts in self.texts[first : first + size]:
                text = texts[index] if index < len(texts) else ""
                if text and text not in parts[-1:]:
                    parts.append(text)
            joined.append(JOINT.join(parts))
        return joined

    def letters(self) -> list[str]:
        """머리글이 없는 표의 열 이름: A열, B열, …"""
        return [f"{column_letter(index)}열" for index in range(max((len(texts) for texts in self.texts), default=0))]

    def find(self, columns: Sequence[Column], mapping: Mapping[str, str] | None) -> tuple[int, int]:
        """알려진 열 이름이 가장 많은 (첫 자리, 행 수). 같으면 위쪽, 짧은 쪽. 찾지 못하면 짐작한다."""
        best, place = 0, (0, 0)
        for size in (1, 2, 3):
            for first in range(min(len(self.rows), HEAD_ROWS)):
                texts = self.block(first, size)
                score = match_score(texts, columns, mapping) if texts else 0
                if score > best:
                    best, place = score, (first, size)
        if not best or best < min(2, len(columns)) * 2:
            guessed = self.guess()
            filled = [sum(cell != "" for cell in self.rows[row[0]][1]) if self.rows else 0 for row in (place, guessed)]
            # 열이 하나뿐인 표는 제목 줄과 모양이 같으므로 아는 이름이 적힌 행을 믿는다.
            return place if best >= 2 and filled[0] >= filled[1] else guessed
        return self._with_joined_rows(*place)

    def _with_joined_rows(self, first: int, size: int) -> tuple[int, int]:
        """위아래로 합친 칸이나 작은 머리글로 이어진 행까지 머리글에 넣는다."""
        while first and any(item[0] < self.rows[first][0] <= item[2] for item in self.merged) and size < 4:
            if self.rows[first - 1][0] != self.rows[first][0] - 1:
                break
            first, size = first - 1, size + 1
        return first, self._with_lower_rows(first, size)

    def _with_lower_rows(self, first: int, size: int) -> int:
        """합친 칸이 아래로 이어지거나, 옆으로 합친 칸 아래에 작은 머리글이 있으면 그 행까지 머리글이다."""
        numbers = [row[0] for row in self.rows]
        for _ in range(3):
            top, bottom = numbers[first], numbers[first + size - 1]
            inside = [item for item in self.merged if top <= item[0] <= bottom]
            if first + size >= len(self.rows) or numbers[first + size] != bottom + 1:
                return size
            below = self.rows[first + size][1]
            if any(item[2] > bottom for item in inside) and not self._has_number(below):
                size += 1
                continue
            wide = {c for item in inside if item[3] > item[1] and item[2] == bottom for c in range(item[1], item[3] + 1)}
            filled = {c for c, cell in enumerate(below) if cell != ""}
            if wide and filled and filled <= wide and not self._has_number(below) and len(filled) > 1:
                size += 1
                continue
            return size
        return size

    def _has_number(self, cells: Sequence[Any]) -> bool:
        return any(is_number(cell, self.all_text) for cell in cells)

    def guess(self) -> tuple[int, int]:
        """열을 모를 때의 머리글. 글자로 찬 첫 행이고, 아래 자료에서 수인 열이 글자로 되어 있는 행까지이다."""
        if not self.rows:
            return 0, 0
        width = Counter(len(row[1]) for row in self.rows).most_common(1)[0][0]
        if width == 1 and max(len(row[1]) for row in self.rows) == 1:
            return self._single_column(), 1
        for first, (_, cells, *_rest) in enumerate(self.rows[:HEAD_ROWS]):
            filled = [cell for cell in cells if cell != ""]
            texts = [cell for cell in filled if isinstance(cell, str) and not is_number(cell, self.all_text)]
            if len(filled) * 2 < width or len(filled) < min(2, width) or len(texts) * 2 <= len(filled):
                continue
            below = self.rows[first + 1 :]
            numeric = [
                index
                for index in range(len(cells))
                if below
                and sum(index < len(row[1]) and is_number(row[1][index], self.all_text) for row in below) * 2 >= len(below)
            ]
            size = 1
            while (
                numeric
                and size < 4
                and first + size < len(self.rows)
                and self.rows[first + size][0] == self.rows[first][0] + size
                and not self._has_number([c for i, c in enumerate(self.rows[first + size][1]) if i in numeric])
                and sum(i < len(self.rows[first + size][1]) and self.rows[first + size][1][i] != "" for i in numeric) * 2
                > len(numeric)
            ):
                size += 1
            return first, size
        return 0, 0

    def _single_column(self) -> int:
        """열이 하나뿐인 표의 머리글 자리. 제목, 단위, 빈 행 위의 글은 건너뛴다."""
        place = 0
        while place + 2 < len(self.rows):
            number, cells, *_ = self.rows[place]
            text = cells[0] if isinstance(cells[0], str) else ""
            below = self.rows[place + 1]
            wide = any(item[0] <= number <= item[2] and item[3] > item[1] for item in self.merged)
            titled = _TITLE.search(search_key(text)) and not self._has_number(below[1])
            if not text or not (wide or titled or is_unit_note(text) or below[0] > number + 1):
                break
            place += 1
        return place

    def is_unit_row(self, place: int) -> bool:
        """머리글 바로 아래에서 열마다 단위만 적은 행인지"""
        if place >= len(self.rows):
            return False
        texts = [text for text in self.texts[place] if text]
        return bool(texts) and all(_UNIT_CELL.fullmatch(search_key(text)) for text in texts)
