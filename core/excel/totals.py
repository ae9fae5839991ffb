"""표 안의 계·소계 행을 알아보고, 그 수가 자료 행의 합과 같은지 견준다.

합계 행이 무엇을 더한 것인지는 파일에 적혀 있지 않다. 그래서 자연스러운 구역(바로 위 합계 행부터, 다음 합계 행까지,
같은 묶음 이름을 가진 행, 전체 행)의 합과 차례로 견주어 하나라도 꼭 맞으면 맞는 것으로 보고, 모두 다르면 적힌 수에
가장 가까운 구역과의 차이를 알린다.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .values import search_key

_LABELS = frozenset({"계", "소계", "합계", "누계", "총계", "총합계", "중계", "월계", "σ", "∑"})
_WHOLE = frozenset({"합계", "총계", "총합계", "누계", "σ", "∑"})
_SUFFIXES = ("소계", "합계", "총계", "누계")
_LAST_CHARS = frozenset("계ΣΣ∑)）]:：")
_DECORATION = re.compile(r"[(（\[].*?[)）\]]|[:：<>〈〉【】\[\]]")

# 한 합계 행에서 앞뒤로 견주어 볼 다른 합계 행의 수와, 묶음별 합을 기억할 묶음의 수
_NEIGHBOURS = 100
_GROUPS = 50_000


@lru_cache(maxsize=4_096)
def total_label(text: str) -> tuple[str, bool] | None:
    """합계 행의 이름표이면 (이름표, 그 칸이 이름표뿐인지). '소 계' → ('소계', True), '총무과 소계' → ('소계', False)"""
    if not text or text.rstrip()[-1:] not in _LAST_CHARS:
        return None
    key = _DECORATION.sub("", search_key(text))
    if key in _LABELS:
        return key, True
    for suffix in _SUFFIXES:
        if key.endswith(suffix):
            return suffix, False
    return ("계", False) if text.rstrip().endswith(" 계") else None


@dataclass(frozen=True)
class Settled:
    """합계 행 하나의 결과. computed는 견준 구역의 합(열 차례대로), matched는 모두 맞는지이다."""

    row: int
    label: str
    printed: tuple[int | None, ...]
    computed: tuple[int, ...]
    matched: bool


@dataclass(frozen=True)
class _Mark:
    row: int
    label: str
    keys: tuple[str, ...]
    printed: tuple[int | None, ...]
    count: int
    sums: tuple[int, ...]
    tentative: bool


class TotalTracker:
    """자료 행의 금액을 더해 가며 합계 행마다 그때까지의 합을 적어 둔다. 행 자체는 기억하지 않는다."""

    def __init__(self, width: int) -> None:
        self._sums = [0] * width
        self._count = 0
        self._marks: list[_Mark] = []
        self._groups: dict[tuple[str, ...], list[int]] = {}
        self._places = range(width)

    def add(self, amounts: Sequence[int | None], keys: tuple[str, ...]) -> None:
        """자료 행 하나를 더한다. keys는 왼쪽부터의 묶음 이름(앞의 둘까지)이다."""
        self._count += 1
        sums = self._sums
        targets = [sums]
        for depth in range(1, len(keys) + 1):
            key = keys[:depth]
            group = self._groups.get(key)
            if group is None:
                if len(self._groups) >= _GROUPS:
                    continue
                group = self._groups[key] = [0] * len(sums)
            targets.append(group)
        for place, amount in enumerate(amounts):
            if amount:
                for target in targets:
                    target[place] += amount

    def mark(
        self, row: int, label: str, keys: tuple[str, ...], printed: Sequence[int | None], tentative: bool = False
    ) -> None:
        """합계 행을 적는다. tentative는 이름표가 없어 윗단계 행인지 아직 모르는 행이다."""
        self._marks.append(_Mark(row, label, keys, tuple(printed), self._count, tuple(self._sums), tentative))

    def settle(self) -> list[Settled]:
        """자료 행을 모두 더한 뒤 합계 행마다 알맞은 구역과 견준다."""
        return [self._settle(place, mark) for place, mark in enumerate(self._marks)]

    def _settle(self, place: int, mark: _Mark) -> Settled:
        nearest: tuple[int, ...] = tuple(0 for _ in self._places)
        least: tuple[int, int] | None = None
        for count, sums in self._blocks(place, mark):
            if count == 0 and any(mark.printed):
                continue
            gaps = [abs(printed - sums[i]) for i, printed in enumerate(mark.printed) if printed is not None]
            if not any(gaps):
                return Settled(mark.row, mark.label, mark.printed, sums, True)
            # 다른 칸이 적은 구역, 같으면 차이가 작은 구역. 그래도 같으면 이름표에 더 어울리는 앞의 구역이다.
            distance = (sum(map(bool, gaps)), sum(gaps))
            if least is None or distance < least:
                least, nearest = distance, sums
        return Settled(mark.row, mark.label, mark.printed, nearest, False)

    def _blocks(self, place: int, mark: _Mark) -> Iterator[tuple[int, tuple[int, ...]]]:
        """견줄 구역의 (행 수, 합). 이름표에 어울리는 차례로 낸다."""
        end = (self._count, tuple(self._sums))
        here = (mark.count, mark.sums)
        start = (0, tuple(0 for _ in self._places))

        def between(low: tuple[int, tuple[int, ...]], high: tuple[int, tuple[int, ...]]) -> tuple[int, tuple[int, ...]]:
            return high[0] - low[0], tuple(b - a for a, b in zip(low[1], high[1], strict=True))

        earlier = [(m.count, m.sums) for m in reversed(self._marks[max(0, place - _NEIGHBOURS) : place])]
        later = [(m.count, m.sums) for m in self._marks[place + 1 : place + 1 + _NEIGHBOURS]]
        group = self._groups.get(mark.keys) if mark.keys else None
        if group:
            yield 1, tuple(group)
        if mark.tentative:
            # 윗단계 행은 딸린 행보다 먼저 적힌다.
            yield from (between(here, point) for point in [*later, end])
            return
        if mark.label in _WHOLE:
            yield between(start, end)
        yield from (between(point, here) for point in [*earlier[:1], start] if point[0] != here[0])
        yield from (between(here, point) for point in [*later, end])
        yield from (between(point, here) for point in earlier[1:])
        yield between(start, end)
        yield between(here, here)
