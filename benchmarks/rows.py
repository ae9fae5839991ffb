"""결과 한 줄: 무엇을 무엇과 견주어 몇 배인지, 기준에 맞는지."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.measure import Stats

AHEAD, MET, SHORT, LOUD, NONE = "앞섬", "맞음", "모자람", "판정 안 함", "재지 않음"


@dataclass(frozen=True)
class Bar:
    """기준. at_most 면 작을수록 좋다."""

    must: float
    ahead: float | None = None
    at_most: bool = True
    unit: str = "배"

    def meets(self, value: float, limit: float) -> bool:
        return value <= limit if self.at_most else value >= limit

    def text(self, limit: float | None) -> str:
        return "–" if limit is None else f"{'≤' if self.at_most else '≥'} {limit:g}{self.unit}"

    def verdict(self, values: list[float]) -> str:
        """잰 값이 여럿이면(벽시계와 CPU) 나쁜 쪽으로 본다."""
        worst = max(values) if self.at_most else min(values)
        if self.ahead is not None and self.meets(worst, self.ahead):
            return AHEAD
        return MET if self.meets(worst, self.must) else SHORT


@dataclass
class Row:
    """표의 한 줄."""

    id: str
    work: str
    size: int
    database: str
    peer: str
    ours: dict[str, Any] | None
    theirs: dict[str, Any] | None
    ratio: float | None
    ratio_cpu: float | None
    must: str
    ahead: str
    verdict: str
    why: str = ""

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def compared(
    id: str, work: str, size: int, database: str, peer: str, ours: Stats, theirs: Stats, bar: Bar | None, *,
    inverse: bool = False, scale: float = 1.0, by_cpu: bool = True, at: float | None = None, why: str = "",
) -> Row:  # fmt: skip
    """우리 ÷ 상대(inverse 면 상대 ÷ 우리)를 벽시계와 CPU 로 견준다.

    scale 은 서로 다른 행 수를 행당으로 고르게 하는 배수, at 을 주면 가운데 대신 그 백분위의 벽시계로 견준다.
    """

    def share(one: float, two: float) -> float | None:
        # 시계의 눈금보다 짧은 CPU 는 나누어 봐야 뜻이 없다.
        if one < 1e-9 or two < 1e-9:
            return None
        return two * scale / one if inverse else one / (two * scale)

    ratio = share(ours.at(at), theirs.at(at)) if at else share(ours.wall, theirs.wall)
    ratio_cpu = share(ours.cpu, theirs.cpu) if by_cpu and min(ours.cpu, theirs.cpu) >= 0.02 else None
    verdict = ""
    if bar and ratio is not None:
        verdict = bar.verdict([value for value in (ratio, ratio_cpu) if value is not None])
    return Row(
        id, work, size, database, peer, ours.plain(), theirs.plain(), ratio, ratio_cpu,
        bar.text(bar.must) if bar else "–", bar.text(bar.ahead) if bar else "–", verdict, why,
    )  # fmt: skip


def valued(id: str, work: str, size: int, database: str, peer: str, value: float, bar: Bar, why: str = "") -> Row:
    """상대와 나눈 것이 아니라 값 하나로 보는 줄(지수, 건수, 초)."""
    return Row(
        id, work, size, database, peer, None, None, value, None, bar.text(bar.must), bar.text(bar.ahead), bar.verdict([value]), why
    )
