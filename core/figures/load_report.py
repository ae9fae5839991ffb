"""보고서에 인쇄된 값을 ReportedValue 로 싣는다."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from core.figures.models import ReportedValue
from core.history.settle import Settling


@dataclass(frozen=True)
class PrintedValue:
    """인쇄된 칸 하나. value 는 원·명·건·% 따위의 값이고, printed 는 보고서의 글자 그대로다."""

    section: str
    code: str
    label: str
    value: Decimal | None
    printed: str
    unit: str
    as_of: date | None = None
    as_of_text: str = ""


def load_values(document: str, values: Iterable[PrintedValue], settling: Settling) -> None:
    """인쇄된 값은 보고서가 주인이므로 파일과 다르면 고친다."""
    for one in values:
        fields = asdict(one)
        settling.put(ReportedValue, {"document": document, "code": fields.pop("code")}, fields, overwrite=True)
