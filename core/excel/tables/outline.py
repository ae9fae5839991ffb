"""들여쓰기, 글머리, 개요 수준으로 보인 윗단계 행을 찾고, 아래 행의 합과 같은지 본다.

이름이 모두 채워진 윗단계 행(○ 주민지원 아래의 - 세부1)은 이름만으로 자료와 가를 수 없다. 그런 표시가 있는 파일만 한 번 더 읽어,
모든 금액이 아래 행의 합과 같은 행은 윗단계로 따로 두고 다르면 묻는다.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from operator import add
from typing import Any

Depth = tuple[int, int]
_TOP: Depth = (0, 0)


def depths_of(signs: Iterable[Sequence[Any]], places: Collection[int]) -> dict[int, Depth]:
    """{행: 깊이}. signs는 [행, 열, 들여 쓴 칸 수, 글머리]이고, places의 열만 본다. 글머리는 먼저 나온 것이 위다."""
    bullets: dict[str, int] = {"": 0}
    found: dict[int, Depth] = {}
    for row, place, indent, bullet in signs:
        if place in places:
            old = found.get(row, _TOP)
            found[row] = (max(old[0], indent), max(old[1], bullets.setdefault(bullet, len(bullets))))
    return found


@dataclass
class Parent:
    """더 깊은 행이 바로 이어지는 행. under는 바로 아랫단계 행들의 금액을 더한 것이다."""

    number: int
    depth: Depth
    amounts: list[int]
    under: list[int] = field(default_factory=list)
    count: int = 0


class Outline:
    """자료 행을 차례로 받아 윗단계 행을 찾는다. 다 넣은 뒤에 judge()를 부른다."""

    def __init__(self, depths: dict[int, Depth]) -> None:
        self.depths = depths
        self._maybe = frozenset(row - 1 for row, depth in depths.items() if depth > depths.get(row - 1, _TOP))
        self._open: list[Parent] = []
        self._parents: list[Parent] = []

    def add(self, number: int, amounts: list[int]) -> None:
        """자료 행 하나"""
        depth = self.depths.get(number, _TOP)
        while self._open and self._open[-1].depth >= depth:
            self._open.pop()
        if self._open:
            parent = self._open[-1]
            parent.under, parent.count = list(map(add, parent.under or [0] * len(amounts), amounts)), parent.count + 1
        if number in self._maybe and any(amounts):
            self._open.append(Parent(number, depth, amounts))
            self._parents.append(self._open[-1])

    def judge(self) -> tuple[frozenset[int], list[Parent]]:
        """(아래 행의 합을 적은 윗단계 행들, 윗단계로 보이지만 그렇게 볼 수 없는 행들)

        아래가 한 행뿐이면 잘못 친 빈칸과 우연히 같은 금액일 수 있어, 확실한 윗단계가 따로 있을 때만 윗단계로 본다.
        """
        right = [parent for parent in self._parents if parent.amounts == parent.under]
        odd = [parent for parent in self._parents if parent.count > 1 and any(parent.under) and parent.amounts != parent.under]
        if any(parent.count > 1 for parent in right):
            return frozenset(parent.number for parent in right), odd
        return frozenset(), sorted([*right, *odd], key=lambda parent: parent.number)
