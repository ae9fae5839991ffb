"""수치: 이름, 단위, 뜻, 그리고 값과 행을 찾는 방법."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from django.urls import reverse

from core.figures.models import ReportedValue


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


def reported(code: str, as_of: date | None = None) -> FigureValue:
    """보고서에 인쇄된 값. 기준일을 주면 그 기준일의 값만. 없으면 「자료 없음」."""
    values = ReportedValue.objects.filter(code=code)
    if as_of:
        values = values.filter(as_of=as_of)
    found = values.order_by("-as_of", "-pk").first()
    if found is None:
        return FigureValue(None, as_of, "missing")
    url = f"{reverse('core.reportedvalue-list')}?code={found.code}"
    return FigureValue(found.value, found.as_of, "reported", url, f"{found.document} {found.section}")


def reported_figure(code: str, title: str, unit: str, definition: str, printed: str = "") -> Figure:
    """행이 아직 시스템에 없어 보고서 값만 있는 수치. printed 는 보고서 값의 코드(비우면 code 와 같다)."""
    return Figure(code, title, unit, definition, partial(reported, printed or code))
