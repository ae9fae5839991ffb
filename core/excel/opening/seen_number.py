"""웹 문서와 엑셀 2003 XML 의 수: 표시 형식이 화면에 보이는 값. 뜻이 하나로 정해지지 않으면 읽지 않고 까닭을 알린다."""

from __future__ import annotations

from typing import Any

from core.excel.opening.number_formats import sections_of, shape_of


def unreadable(shown: str, reason: str, remedy: str = "보이는 값을 칸에 직접 적어 주세요") -> dict[str, list[str]]:
    """읽지 않고 까닭을 알릴 칸"""
    return {"no": [shown[:100], reason, remedy]}


def as_shown(number: float, code: str) -> Any:
    """수와 표시 형식이 화면에 보이는 값. 저장된 수와 다르게 보이고 뜻이 하나로 정해지지 않으면 읽지 않는 칸이다."""
    shape = shape_of(code)
    unsure = any(item.is_date or item.condition for item in sections_of(code)) or bool(shape and shape.scale > 1)
    value: Any = shape.value(number) if shape else number
    if not unsure and (not isinstance(value, dict) or "p" in value):
        return value
    if not unsure and "n" in value:
        if value["x"].isdigit():
            return value["x"]
        if (value["n"], value["x"]) == (number, "") and value["u"] <= 1:
            return number
    return unreadable(f"{number:.15g}", f"저장된 수와 다르게 보이는 서식({code})입니다")
