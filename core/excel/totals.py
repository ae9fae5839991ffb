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
from operator import add, sub

from .values import search_key

_LABELS = frozenset({
    "계", "소계", "합계", "누계", "총계", "총합계", "중계", "월계", "요약", "총합", "전체요약", "σ", "∑",
    "計", "小計", "合計", "總計", "総計", "累計", "total", "totals", "subtotal", "sub-total", "grandtotal", "sum",
})  # fmt: skip
_WHOLE = frozenset({
    "합계", "총계", "총합계", "누계", "총합", "전체요약", "σ", "∑", "合計", "總計", "総計", "累計", "total", "totals", "grandtotal",
})  # fmt: skip
_SUFFIXES = ("소계", "합계", "총계", "누계", "小計", "合計", "總計", "総計", "累計")
# 낱말로 띄어 적었을 때만 합계의 이름표인 것. 엑셀의 부분합은 「건축과 요약」, 영문판은 「A Total」로 적는다.
_LAST_WORDS = {"요약": "요약", "total": "total", "subtotal": "subtotal"}
_LAST_CHARS = frozenset("계計약합lLsSmMΣΣ∑)）]:：")
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
    if text.rstrip().endswith(" 계"):
        return "계", False
    last = text.split()[-1].lower()
    return (_LAST_WORDS[last], False) if last in _LAST_WORDS else None


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


class TotalRuns:
    """이름표 없이 끼어 있는 합계 행을 셈으로 찾는다. 행을 기억하지 않고, 모든 금액 열이 이어진 행의 합과 같은 행만 본다.

    큰 파일에는 우연히 같은 행이 흔하므로, 표 전체가 (자료 행들, 그 합) 묶음으로 빈틈없이 나뉠 때만 합계로 본다. 합계가 아래에
    오는 표와 위에 오는 표를 따로 본다. 맨 끝에는 모든 묶음의 총계가 하나 더 올 수 있다.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self.total = [0] * width
        self._count = 0
        self._first: tuple[int, list[int]] = (0, [])
        self._last: tuple[int, list[int]] = (0, [])
        # 아래에 오는 합: 지금 묶음이 시작할 때까지의 합과 묶음의 행 수, 찾은 행
        self._base, self._size = [0] * width, 0
        self._below: list[tuple[int, list[int]]] = []
        # 위에 오는 합: 지금 묶음의 머리와 머리까지의 합, 찾은 행
        self._head: tuple[int, list[int]] | None = None
        self._under = [0] * width
        self._above: list[tuple[int, list[int]]] = []

    def add(self, row: int, amounts: list[int]) -> None:
        """자료 행 하나"""
        if not self.width:
            return
        self._count += 1
        if self._count == 1:
            self._first = row, amounts
        self._last = row, amounts
        before, self.total = self.total, list(map(add, self.total, amounts))
        # 첫 열이 다르면 나머지는 볼 것도 없다. 거의 모든 행이 여기서 끝난다.
        if self._size > 1 and amounts[0] == before[0] - self._base[0] and self._is(amounts, before, self._base):
            self._below.append((row, amounts))
            self._base, self._size = self.total, 0
        else:
            self._size += 1
        if self._head is None:
            self._head, self._under = (row, amounts), self.total
        elif self._head[1][0] == self.total[0] - self._under[0] and self._is(self._head[1], self.total, self._under):
            self._above.append(self._head)
            self._head = None

    @staticmethod
    def _is(amounts: list[int], high: list[int], low: list[int]) -> bool:
        """모두 0은 아닌 금액이 두 자리 사이에 더한 것과 같은가"""
        return any(amounts) and amounts == list(map(sub, high, low))

    def found(self) -> tuple[list[int], list[int]] | None:
        """합계로 보이는 행들과 그 행들의 합. 없으면 None."""
        if self._count < 4:
            return None
        for row, amounts in (self._first, self._last):
            if any(amounts) and [amount * 2 for amount in amounts] == self.total:
                return [row], amounts
        if self._below:
            rows, counted = self._summed(self._below)
            if not self._size:
                return rows, counted
            if self._size == 1 and self._last[1] == counted:
                return [*rows, self._last[0]], list(map(add, counted, counted))
        if self._above and self._head is None and self._count > 2 * len(self._above):
            return self._summed(self._above)
        return None

    @staticmethod
    def _summed(found: list[tuple[int, list[int]]]) -> tuple[list[int], list[int]]:
        return [row for row, _ in found], [sum(column) for column in zip(*(amounts for _, amounts in found), strict=True)]
