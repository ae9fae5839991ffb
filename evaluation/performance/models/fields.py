"""지표의 값을 담는 항목. 저장한 자릿수가 아니라 적은 대로 보인다(100.0000 이 아니라 100)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models


def plain(value: Decimal | None) -> Decimal | None:
    """끝의 0을 뺀 수."""
    if value is None or not value.is_finite():
        return value
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


class MeasureField(models.DecimalField):  # type: ignore[type-arg]
    """목표·실적·가중치처럼 단위가 저마다 다른 수. 소수 넷째 자리까지 담는다."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 16)
        kwargs.setdefault("decimal_places", 4)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Decimal | None, expression: Any, connection: Any) -> Decimal | None:
        return plain(value)

    def to_python(self, value: Any) -> Decimal | None:
        found: Decimal | None = super().to_python(value)
        return plain(found)
