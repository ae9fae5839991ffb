"""들여쓰기, 글머리, 개요 수준으로 보인 윗단계 행을 찾고, 아래 행의 합과 같은지 본다.

이름이 모두 채워진 윗단계 행(○ 주민지원 아래의 - 세부1)은 이름만으로 자료와 가를 수 없다. 더 깊은 행이 바로 이어지는
행만 붙들어 두고 아래 행을 모두 본 뒤에, 모든 금액이 아래 행의 합과 같으면 윗단계로 따로 두고 다르면 묻는다.
그런 표시가 없는 파일에서는 아무 일도 하지 않는다.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
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
    """붙들어 둔 행 하나. under는 바로 아랫단계 행들의 금액을 더한 것이다."""

    number: int
    depth: Depth
    row: Any
    amounts: list[int]
    under: list[int] = field(default_factory=list)
    count: int = 0

    @property
    def adds_up(self) -> bool:
        return any(self.amounts) and self.amounts == self.under


class Outline:
    """행을 차례로 받아 윗단계일 수 있는 행을 붙들었다가 내놓는다."""

    def __init__(self, depths: dict[int, Depth]) -> None:
        self.depths = depths
        self.maybe = frozenset(row - 1 for row, depth in depths.items() if depth > depths.get(row - 1, _TOP))
        self._open: list[Parent] = []

    def closed_before(self, number: int | None) -> Iterator[Parent]:
        """number행이 시작하면 끝나는 윗단계들(안쪽부터). None이면 모두."""
        depth = self.depths.get(number, _TOP) if number is not None else None
        while self._open and (depth is None or self._open[-1].depth >= depth):
            yield self._open.pop()

    def add(self, number: int, row: Any, amounts: list[int]) -> bool:
        """행 하나를 넣는다. 윗단계일 수 있어 붙들어 두면 참."""
        if self._open:
            parent = self._open[-1]
            parent.under, parent.count = list(map(add, parent.under or [0] * len(amounts), amounts)), parent.count + 1
        if number in self.maybe:
            self._open.append(Parent(number, self.depths.get(number, _TOP), row, amounts))
        return number in self.maybe
