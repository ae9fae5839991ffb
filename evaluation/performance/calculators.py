"""지표의 달성도와 점수를 셈한다(DOMAIN §3.2). 모두 Decimal 이고 반올림하지 않는다. 없는 값은 0이 아니라 None 이다.

    상향           실적 ÷ 목표 × 100
    하향·비율       목표 ÷ 실적 × 100
    하향·일차식     (2 − 실적 ÷ 목표) × 100, 0보다 낮지 않게
    이정표         실적이 닿은 가장 높은 단계의 달성도, 첫 단계에 못 미치면 0
    상한           달성도가 상한보다 높으면 상한
    점수           달성도 × 가중치 ÷ 100
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from core.formats import round_rate

HUNDRED = Decimal(100)
ZERO = Decimal(0)


def up(target: Decimal | None, actual: Decimal | None) -> Decimal | None:
    """상향 지표의 달성도(%) = 실적 ÷ 목표 × 100. 목표가 0이거나 없거나 실적이 없으면 None(DOMAIN §3.2)."""
    if actual is None or target is None or target <= 0:
        return None
    return max(actual * HUNDRED / target, ZERO)


def down_ratio(target: Decimal | None, actual: Decimal | None, cap: Decimal) -> Decimal | None:
    """하향 지표(비율)의 달성도(%) = 목표 ÷ 실적 × 100. 실적이 0이면 상한이다(DOMAIN §3.2)."""
    if actual is None or target is None or target < 0:
        return None
    return cap if actual <= 0 else target * HUNDRED / actual


def down_linear(target: Decimal | None, actual: Decimal | None) -> Decimal | None:
    """하향 지표(일차식)의 달성도(%) = (2 − 실적 ÷ 목표) × 100, 0보다 낮지 않게. 목표가 0이거나 없으면 None(DOMAIN §3.2)."""
    if actual is None or target is None or target <= 0:
        return None
    return max((2 - actual / target) * HUNDRED, ZERO)


def stepped(steps: Sequence[tuple[Decimal, Decimal]], actual: Decimal | None) -> Decimal | None:
    """이정표 지표의 달성도(%): 실적이 닿은 가장 높은 단계(이상, 달성도)의 것. 단계나 실적이 없으면 None(DOMAIN §3.2)."""
    if actual is None or not steps:
        return None
    reached = [step for step in steps if step[0] <= actual]
    return max(reached)[1] if reached else ZERO


def achievement(
    direction: str, method: str, target: Decimal | None, actual: Decimal | None, cap: Decimal,
    steps: Sequence[tuple[Decimal, Decimal]] = (),
) -> Decimal | None:  # fmt: skip
    """상한을 씌우기 앞의 달성도(%). direction 은 up·down·milestone, method 는 ratio·linear·steps (DOMAIN §3.2)."""
    if direction == "milestone":
        return stepped(steps, actual)
    if direction == "up":
        return up(target, actual)
    return down_linear(target, actual) if method == "linear" else down_ratio(target, actual, cap)


def capped(value: Decimal | None, cap: Decimal) -> Decimal | None:
    """상한을 씌운 달성도(%)."""
    return None if value is None else min(value, cap)


def points(value: Decimal | None, weight: Decimal) -> Decimal | None:
    """점수 = 달성도 × 가중치 ÷ 100 (DOMAIN §3.2)."""
    return None if value is None else value * weight / HUNDRED


@dataclass(frozen=True)
class Total:
    """한 층의 점수를 더한 것. weight 는 점수가 있는 것의 가중치 합이라, 100이 아니면 잠정이다."""

    score: Decimal | None
    weight: Decimal
    is_complete: bool


def total(parts: Iterable[tuple[Decimal | None, Decimal, bool]]) -> Total:
    """(점수, 가중치, 다 적혔는가)를 더한다. 점수가 하나도 없으면 None, 없는 것이 하나라도 있으면 잠정이다(DOMAIN §3.2)."""
    rows = list(parts)
    known = [(score, weight) for score, weight, _complete in rows if score is not None]
    return Total(
        sum((score for score, _weight in known), ZERO) if known else None,
        sum((weight for _score, weight in known), ZERO),
        bool(rows) and len(known) == len(rows) and all(complete for _score, _weight, complete in rows),
    )


def ranks(scores: Sequence[Decimal | None]) -> list[int | None]:
    """높은 점수부터의 순위. 같은 점수는 같은 순위이고 다음 순위는 그만큼 건너뛴다. 점수가 없으면 순위도 없다."""
    return [None if score is None else 1 + sum(other is not None and other > score for other in scores) for score in scores]


def grades(found: Sequence[int | None], bands: Sequence[tuple[str, Decimal]]) -> list[str]:
    """순위를 부서 비율(등급, %)로 나눈 등급. 경계의 같은 순위는 모두 높은 등급이다(DOMAIN §3.2 [CFG]).

    등급마다의 부서 수는 (비율의 누계 × 순위가 있는 부서 수)를 반올림한다. 비율의 합이 모자라면 남은 부서는 등급이 없다.
    """
    count = sum(rank is not None for rank in found)
    limits = [
        (grade, int(round_rate(share * count / HUNDRED, 0)))
        for (grade, _share), share in zip(bands, accumulate(share for _grade, share in bands), strict=True)
    ]
    return [
        "" if rank is None else next((grade for grade, limit in limits if rank <= limit), "") for rank in found
    ]  # fmt: skip
