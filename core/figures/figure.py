"""수치: 이름, 단위, 뜻, 그리고 값과 행을 찾는 방법."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class FigureValue:
    """수치의 값 하나.

    value   값(금액은 원, 비율은 %). 없으면 None 이고 화면에는 「-」.
    as_of   기준일
    origin  computed(행에서 계산) · reported(보고서에 인쇄된 값) · missing(자료 없음)
    url     그 수를 이루는 행의 주소
    source  보고서의 절이나 파일 이름
    """

    value: Decimal | int | None
    as_of: date | None
    origin: str
    url: str = ""
    source: str = ""

    ORIGINS = {"computed": "계산", "reported": "보고서 값", "missing": "자료 없음"}

    @property
    def origin_label(self) -> str:
        return self.ORIGINS[self.origin]


@dataclass(frozen=True)
class Figure:
    """이름 있는 수. 화면과 보고서는 숫자가 아니라 이것을 쓴다.

    compute 는 기준일(None 이면 가장 최근)을 받아 FigureValue 를 준다.
    """

    code: str
    title: str
    unit: str
    definition: str
    compute: Callable[[date | None], FigureValue]

    def at(self, as_of: date | None = None) -> FigureValue:
        return self.compute(as_of)
