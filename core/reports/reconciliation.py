"""대사: 문서에 나온 수치를 보고서에 인쇄된 값과 견준다. 인쇄된 비율은 끝수 처리를 다르게 해도 함께 보인다."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from core.figures.inline import Reading
from core.figures.models import ReportedValue
from core.formats import number
from core.reports.document import Cell, Table, heading, plain
from core.reports.template import Check, Context

KEY = "reconciliation"
TITLE = "보고서 값과 계산한 값의 대사"


@dataclass(frozen=True)
class Compared:
    """수치 하나의 계산한 값과 인쇄된 값."""

    reading: Reading
    printed: ReportedValue

    @property
    def title(self) -> str:
        return f"{self.printed.section} {self.printed.label}"

    @property
    def value(self) -> Decimal | None:
        value = self.reading.found.value
        return None if value is None else Decimal(value)

    @property
    def printed_value(self) -> Decimal:
        """인쇄된 값. 「-」로 인쇄한 것은 0 이다."""
        return self.printed.value if self.printed.value is not None else Decimal(0)

    @property
    def is_rate(self) -> bool:
        return self.printed.unit == "%"

    @property
    def gap(self) -> Decimal | None:
        """계산 − 인쇄. 자료가 없으면 None."""
        return None if self.value is None else self.value - self.printed_value

    @property
    def is_same(self) -> bool:
        return self.gap == 0

    @property
    def gap_text(self) -> str:
        """차이를 적을 글: +0.1, △0.1, 같음."""
        if self.gap is None:
            return "자료 없음"
        if not self.gap:
            return "같음"
        places = max(-int(self.gap.normalize().as_tuple().exponent), 0)
        return number(self.gap, places) if self.gap < 0 else f"+{number(self.gap, places)}"


def compared(context: Context, readings: Iterable[Reading], codes: Mapping[str, str]) -> list[Compared]:
    """행에서 계산한 수치 가운데 그해 보고서에 인쇄된 것, 나온 차례대로. codes 는 인쇄된 값의 코드가 다른 수치다. 질의 한 번."""
    values = {one.code: one for one in ReportedValue.objects.filter(document__startswith=f"{context.year}년")}
    found = ((one, values.get(codes.get(one.code, one.code))) for one in readings if one.found.origin == "computed")
    return [Compared(one, printed) for one, printed in found if printed is not None]


def checks(found: Iterable[Compared]) -> list[Check]:
    """다른 수치마다 한 줄, 같은 것은 모아서 한 줄."""
    found = list(found)
    same = [one for one in found if one.is_same]
    rates = " · ".join(f"{one.title} {one.printed.printed}" for one in same if one.is_rate)
    lines = [
        Check(
            False, f"{one.title}: 보고서 {one.printed.printed}, 계산 {one.reading.text(_unit(one))}",
            "끝수 처리의 차이입니다. 보고서는 설정을 따릅니다." if _is_rounding(one) else f"차이 {one.gap_text}", one.reading.found.url,
        )
        for one in found if not one.is_same
    ]  # fmt: skip
    if same:
        lines.append(Check(True, f"보고서에 인쇄된 값과 같은 수치 {len(same)}개", f"비율: {rates}" if rates else ""))
    return lines


def table(found: Iterable[Compared]) -> Table:
    """대사표: 모든 비율과, 값이 다른 수치."""
    rows = [tuple(heading(text) for text in ("절", "수치", "보고서", "계산", "차이"))]
    for one in found:
        if one.is_rate or not one.is_same:
            run = replace(
                plain(one.reading.text(_unit(one)))[0],
                figure=one.reading.code,
                url=one.reading.found.url,
                unit=_unit(one),
            )
            rows.append((
                Cell(plain(one.printed.section), align="center"), Cell(plain(one.printed.label)),
                Cell(plain(one.printed.printed), align="right"), Cell((run,), align="right", value=one.value),
                Cell(plain(one.gap_text), align="right", bold=not one.is_same),
            ))  # fmt: skip
    return Table(KEY, tuple(rows), 1, (1.5, 7, 3, 3, 2), TITLE)


def _unit(one: Compared) -> str:
    """인쇄된 단위(이름 끝의 「(천원)」)."""
    name = one.printed.label.rpartition("(")[2].removesuffix(")")
    return name if name in ("천원", "백만원", "억원") else ""


def _is_rounding(one: Compared) -> bool:
    """끝자리 하나의 차이인가."""
    places = len(one.printed.printed.partition(".")[2])
    return one.is_rate and one.gap is not None and abs(one.gap) <= Decimal(1).scaleb(-places)
