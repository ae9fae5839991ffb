"""칸의 값을 화면에 보일 글자로 바꾸고, 수인지 가린다."""

from __future__ import annotations

import re
from typing import Any

from core.excel.values import CellError, Fault, clean_text, parse_decimal

RESIDENT_NUMBER = re.compile(r"(?<![0-9])([0-9]{2}[01][0-9][0-3][0-9])\s?[-–]\s?[1-8][0-9]{6}(?![0-9])")


def shown(value: Any) -> str:
    """칸의 값을 화면에 보일 글자로. 주민등록번호로 보이는 숫자는 가린다."""
    if isinstance(value, Fault):
        return value.shown
    try:
        text = value if type(value) is str else clean_text(value)
    except CellError:
        text = str(value)
    text = RESIDENT_NUMBER.sub(r"\1-*******", " ".join(text.split()))
    return text if len(text) <= 100 else text[:99] + "…"



# 수도 글자로만 적힌 파일
ALL_TEXT = frozenset({"csv", "hangul"})


def is_number(value: Any, all_text: bool) -> bool:
    """수가 든 칸인가. 모두 글자인 파일(ALL_TEXT)은 읽어서 안다."""
    if isinstance(value, (int, float)):
        return not isinstance(value, bool)
    if not all_text or not isinstance(value, str) or not value.strip():
        return False
    try:
        return parse_decimal(value) is not None
    except CellError:
        return False
