"""수치: 이름, 단위, 뜻, 그리고 값과 행을 찾는 방법."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from core.figures.models import ReportedValue
from core.formats import MISSING, UNIT_NAMES, money, number
from core.history.revisions import kept_rows


@dataclass(frozen=True)
class FigureValue:
    """수치의 값 하나.

    value   값(금액은 원, 비율은 %). 없으면 None 이고 화면에는 「-」.
    as_of   기준일
    origin  computed(행에서 계산) · reported(보고서에 인쇄된 값) · missing(자료 없음)
    url     그 수를 이루는 행의 주소
    source  보고서의 절이나 파일 이름
    printed 보고서에 인쇄된 글자(보고서 값일 때만)
    mark    수를 이루는 행의 지문(rows_mark). 행이 하나라도 바뀌면 달라진다. 발간할 때 함께 굳힌다.
    """

    value: Decimal | int | None
    as_of: date | None
    origin: str
    url: str = ""
    source: str = ""
    printed: str = ""
    mark: str = ""

    ORIGINS = {"computed": "계산", "reported": "보고서 값", "missing": "자료 없음"}

    @property
    def origin_label(self) -> str:
        return self.ORIGINS[self.origin]

    @property
    def fingerprint(self) -> str:
        """값과 그 행의 지문. 값이 같아도 행이 바뀌었으면 다르다."""
        return digest(self.value, self.as_of, self.origin, self.mark)


def digest(*parts: object) -> str:
    """parts 를 이어 붙인 글의 지문(16자)."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]


def rows_mark(rows: QuerySet[Any]) -> str:
    """행들의 지문: 번호와 판 번호. 한 행을 고치거나 더하거나 빼면 달라진다. 질의 한 번."""
    return digest(*kept_rows(rows.order_by("pk").values_list("pk", "version")))


@dataclass(frozen=True)
class Figure:
    """이름 있는 수. 화면과 보고서는 숫자가 아니라 이것을 쓴다.

    compute 는 기준일(None 이면 가장 최근)을 받아 FigureValue 를 준다. 기준일을 주면 그날까지의 자료로 셈한다.
    version 은 뜻의 판이다. 셈하는 법이나 뜻을 바꾸면 하나 올린다. 발간한 보고서에는 그때의 판이 남는다.
    """

    code: str
    title: str
    unit: str
    definition: str
    compute: Callable[[date | None], FigureValue]
    version: int = 1

    def at(self, as_of: date | None = None) -> FigureValue:
        return self.compute(as_of)

    def text(self, found: FigureValue, unit: str = "") -> str:
        """글에 적을 모양. unit(천원·백만원·억원)을 주면 금액을 그 단위로 적는다. 없으면 「-」."""
        if found.value is None:
            return MISSING
        scale = {name: won for won, name in UNIT_NAMES.items()}.get(unit, 1)
        if scale > 1:
            return money(int(found.value), scale)
        if found.printed:
            return found.printed
        places = -int(found.value.as_tuple().exponent) if isinstance(found.value, Decimal) else 0
        return number(found.value, max(places, 0))


def reported(code: str, as_of: date | None = None) -> FigureValue:
    """보고서에 인쇄된 값. 기준일을 주면 그해의 보고서에서, 기준일이 그날까지인 값만. 없으면 「자료 없음」."""
    values = ReportedValue.objects.filter(code=code)
    if as_of:
        values = values.filter(Q(as_of=None) | Q(as_of__lte=as_of), document__startswith=f"{as_of.year}년")
    found = values.order_by(F("as_of").desc(nulls_last=True), "-pk").first()
    if found is None:
        return FigureValue(None, as_of, "missing")
    url = f"{reverse('core.reportedvalue-list')}?code={found.code}"
    printed = "" if found.unit == "원" else found.printed
    source = f"{found.document} {found.section}"
    return FigureValue(found.value, found.as_of, "reported", url, source, printed, digest(found.pk, found.version))


def newest_report_year(code: str) -> int | None:
    """code 의 값을 실은 보고서 가운데 가장 늦은 해. 보는 해를 고르지 않은 사람에게 보일 해다."""
    documents = ReportedValue.objects.filter(code=code).values_list("document", flat=True)
    return max((int(one[:4]) for one in kept_rows(documents) if one[:4].isdecimal()), default=None)


def reported_figure(code: str, title: str, unit: str, definition: str, printed: str = "") -> Figure:
    """행이 아직 시스템에 없어 보고서 값만 있는 수치. printed 는 보고서 값의 코드(비우면 code 와 같다)."""
    return Figure(code, title, unit, definition, partial(reported, printed or code))
