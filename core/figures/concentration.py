"""쏠림의 셈: 한 사람의 점유율과 허핀달–허시먼 지수(HHI)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.formats import percent

# HHI 를 읽는 흔한 잣대(시장 집중도). 고문의 배정에서는 견주어 보는 값일 뿐이다.
LEVELS = ((1500, "고름"), (2500, "보통"), (10_000, "쏠림"))
DEFINITION = "HHI = 고문마다의 점유율(%)을 제곱해 더한 값. 한 사람이 모두 맡으면 10,000, 열 사람이 똑같이 나누면 1,000이다."


@dataclass(frozen=True)
class Concentration:
    """고문마다의 몫에서 센 쏠림. 몫이 없으면 모두 None 이다."""

    amounts: Mapping[int, int]

    @property
    def total(self) -> int:
        return sum(self.amounts.values())

    def share(self, key: int) -> Decimal | None:
        """한 사람의 점유율(%)."""
        return percent(self.amounts.get(key, 0), self.total)

    @property
    def top(self) -> int | None:
        """가장 많이 맡은 고문의 번호."""
        positive = {key: value for key, value in self.amounts.items() if value > 0}
        return min(positive, key=lambda key: (-positive[key], key)) if positive else None

    @property
    def top_share(self) -> Decimal | None:
        return self.share(self.top) if self.top is not None else None

    @property
    def hhi(self) -> Decimal | None:
        """0~10,000."""
        if not self.total:
            return None
        total = Decimal(self.total)
        return sum(((Decimal(value) * 100 / total) ** 2 for value in self.amounts.values()), Decimal(0))

    @property
    def level(self) -> str:
        hhi = self.hhi
        return "-" if hhi is None else next(word for limit, word in LEVELS if hhi <= limit + Decimal("0.01"))
