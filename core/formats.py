"""수·날짜·이름을 적는 방법 하나. 화면, 엑셀, 보고서, 인쇄가 모두 이것을 쓴다(UX §4)."""

from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from django.utils import timezone

MISSING = "-"
UNIT_NAMES = {1: "원", 1_000: "천원", 1_000_000: "백만원", 100_000_000: "억원"}
_WEEKDAYS = "월화수목금토일"


def number(value: int | Decimal | None, places: int = 0) -> str:
    """천 단위 쉼표를 찍은 수. 없으면 「-」, 음수는 △."""
    if value is None:
        return MISSING
    quantum = Decimal(1).scaleb(-places)
    rounded = Decimal(value).quantize(quantum, ROUND_HALF_UP)
    text = f"{abs(rounded):,.{places}f}"
    return f"△{text}" if rounded < 0 else text


def money(won: int | None, unit: int = 1_000) -> str:
    """원으로 받은 금액을 unit(원·천원·백만원) 단위로 반올림해 적는다."""
    return MISSING if won is None else number(Decimal(won) / unit)


def round_rate(value: Decimal, places: int = 1, mode: str = "half_up") -> Decimal:
    """비율(%)을 설정한 끝수 처리로 자른다. mode 는 half_up(반올림) 또는 down(버림)."""
    quantum = Decimal(1).scaleb(-places)
    return value.quantize(quantum, ROUND_DOWN if mode == "down" else ROUND_HALF_UP)


def percent(part: int | None, whole: int | None) -> Decimal | None:
    """part ÷ whole × 100. 분모가 없거나 0이면 비율이 없다(None)."""
    if part is None or not whole:
        return None
    return Decimal(part) * 100 / Decimal(whole)


def rate(value: Decimal | None, places: int = 1) -> str:
    """비율을 소수 places 자리로 적는다."""
    return MISSING if value is None else number(value, places)


def points(value: Decimal | None, places: int = 1) -> str:
    """%p 차이. 음수는 △, 0은 0.0."""
    return MISSING if value is None else number(value, places)


def date_long(day: date | None) -> str:
    """2023. 10. 31.(화)"""
    if day is None:
        return MISSING
    day = timezone.localtime(day) if isinstance(day, datetime) and timezone.is_aware(day) else day
    return f"{day.year}. {day.month}. {day.day}.({_WEEKDAYS[day.weekday()]})"


def date_plain(day: date | None) -> str:
    """2023. 10. 31."""
    if day is None:
        return MISSING
    day = timezone.localtime(day) if isinstance(day, datetime) and timezone.is_aware(day) else day
    return f"{day.year}. {day.month}. {day.day}."


def date_short(day: date | None) -> str:
    """올해는 11. 9.(목), 다른 해는 2023. 11. 9.(목)"""
    if day is None:
        return MISSING
    day = timezone.localtime(day) if isinstance(day, datetime) and timezone.is_aware(day) else day
    text = f"{day.month}. {day.day}.({_WEEKDAYS[day.weekday()]})"
    return text if day.year == timezone.localdate().year else f"{day.year}. {text}"


def moment(at: datetime | None) -> str:
    """11. 3. 09:12 (다른 해는 연도까지)"""
    if at is None:
        return MISSING
    at = timezone.localtime(at)
    text = f"{at.month}. {at.day}. {at:%H:%M}"
    return text if at.year == timezone.localdate().year else f"{at.year}. {text}"


def dday(day: date | None, today: date | None = None) -> str:
    """D-3, 오늘, 3일 지남."""
    if day is None:
        return MISSING
    left = (day - (today or timezone.localdate())).days
    if left == 0:
        return "오늘"
    return f"D-{left}" if left > 0 else f"{-left}일 지남"


def file_size(size: int) -> str:
    """1.8MB 처럼 적는다."""
    for unit, step in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= step:
            return f"{size / step:.1f}{unit}"
    return f"{size}B"
