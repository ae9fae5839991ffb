"""합친 칸을 행 차례대로 따라간다."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.excel.tables.child_process import FileRefused


class Merges:
    """합친 칸을 행 차례대로 따라간다. 범위는 (첫 행, 첫 열, 끝 행, 끝 열)이고 끝을 포함한다."""

    def __init__(self, ranges: Sequence[Sequence[int]]) -> None:
        self._ranges = sorted((top, left, bottom, right) for top, left, bottom, right in ranges)
        self._next = 0
        self._active: list[tuple[int, int, int, int]] = []
        self._values: dict[tuple[int, int], Any] = {}

    def at(self, number: int) -> list[tuple[int, int, int, int]]:
        """이 행에 걸친 합친 칸들. 행 번호는 늘 커지는 차례로 불러야 한다."""
        if self._active:
            self._active = [item for item in self._active if item[2] >= number]
        while self._next < len(self._ranges) and self._ranges[self._next][0] <= number:
            item = self._ranges[self._next]
            if item[2] >= number:
                self._active.append(item)
            self._next += 1
        if len(self._active) > 20_000:
            raise FileRefused("합친 칸이 지나치게 많습니다", "셀 병합을 풀고 다시 저장해 올려 주세요")
        return self._active

    def fill_down(self, number: int, cells: list[Any], columns: frozenset[int]) -> None:
        """세로로 합친 글자 칸의 값을 아래 행에도 채운다. 합치지 않은 빈 칸은 채우지 않는다."""
        for top, left, bottom, _ in self.at(number):
            if left not in columns or top == bottom:
                continue
            if number == top:
                self._values[(top, left)] = cells[left] if left < len(cells) else ""
            elif (value := self._values.get((top, left), "")) != "":
                if len(cells) <= left:
                    cells.extend([""] * (left + 1 - len(cells)))
                if cells[left] == "":
                    cells[left] = value
            if number == bottom:
                self._values.pop((top, left), None)
