"""그림에 적는 글자: 꼴들이 함께 쓴다."""

from decimal import Decimal

from core import formats

Number = int | float | Decimal


def text_width(text: str) -> float:
    """13px 굵은 글자의 대략 너비. 한글은 12, 숫자와 영문은 7.5."""
    return sum(12.0 if ord(letter) > 0x2E7F else 7.5 for letter in text)


def plain(value: Number | None, places: int) -> str:
    """표로 보기에 적는 수."""
    return formats.MISSING if value is None else formats.number(Decimal(str(value)), places)
