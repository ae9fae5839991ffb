"""시각: 공무원이 적는 모양을 읽어 「14:00」이나 「14:00~15:30」 한 가지로 둔다. 비우면 시간 미정이다."""

from __future__ import annotations

import re
import unicodedata

# 24:00 은 끝 시각에만 쓴다.
_DAY = 24 * 60
_UNDECIDED = frozenset({"", "-", "미정", "시간미정", "추후", "추후결정"})
_RANGE = re.compile(r"[~∼〜–—-]")
_CLOCK = re.compile(
    r"(?P<half>오전|오후|AM|PM)?(?P<hour>\d{1,2})"
    r"(?:(?::(?P<minute>\d{2})(?::00)?)|시(?:(?P<min2>\d{1,2})분|(?P<thirty>반))?)?"
)
_PACKED = re.compile(r"(?P<hour>\d{2})(?P<minute>\d{2})")
_HOW = "14:00 이나 14:00~15:30 처럼 적어 주세요. 정하지 않았으면 비워 둡니다."


class HourError(ValueError):
    """시각으로 읽지 못한 글. 까닭과 고치는 법을 담는다."""


def normal_hour(text: str) -> str:
    """적은 시각을 한 모양으로. 시간 미정이면 빈 글자, 읽지 못하면 HourError.

    「오후 2시」, 「14시 30분」, 「1400」, 「9:00-10:30」을 읽는다. 「2시」는 새벽인지 오후인지 알 수 없어 받지 않는다.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text or "")).upper()
    if plain in _UNDECIDED:
        return ""
    ends = _RANGE.split(plain)
    if len(ends) > 2 or not all(ends):
        raise HourError(f"‘{text.strip()}’은(는) 시각으로 읽지 못했습니다. {_HOW}")
    start = _minutes(ends[0], text)
    if start == _DAY:
        raise HourError(f"시작 시각이 24:00입니다. 다음 날 00:00으로 적어 주세요. {_HOW}")
    if len(ends) == 1:
        return clock(start)
    # 「오후 2시~4시」의 4시는 오후다.
    half = re.match("오전|오후|AM|PM", ends[0])
    tail = ends[1]
    if half and half[0] in ("오후", "PM") and not re.match("오전|오후|AM|PM", tail) and re.match(r"\d{1,2}(?!\d)", tail):
        tail = tail if int(re.match(r"\d{1,2}", tail)[0]) >= 12 else f"오후{tail}"  # type: ignore[index]
    end = _minutes(tail, text)
    if end <= start:
        raise HourError(f"끝 시각 {clock(end)}이 시작 시각 {clock(start)}보다 늦지 않습니다. {_HOW}")
    return f"{clock(start)}~{clock(end)}"


def span(hour: str) -> tuple[int | None, int | None]:
    """한 모양의 시각을 (시작, 끝) 분으로. 시간 미정이면 (None, None), 끝을 적지 않았으면 끝이 None."""
    if not hour:
        return None, None
    start, _, end = hour.partition("~")
    return _of(start), _of(end) if end else None


def clock(minutes: int) -> str:
    """분을 14:00 으로."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _of(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:5])


def _minutes(text: str, whole: str) -> int:
    found = _PACKED.fullmatch(text) or _CLOCK.fullmatch(text)
    if not found:
        raise HourError(f"‘{whole.strip()}’은(는) 시각으로 읽지 못했습니다. {_HOW}")
    parts = found.groupdict()
    hour = int(parts["hour"])
    minute = int(parts.get("minute") or parts.get("min2") or (30 if parts.get("thirty") else 0))
    half = parts.get("half")
    if half:
        if not 1 <= hour <= 12:
            raise HourError(f"‘{whole.strip()}’: {half}에 {hour}시는 없습니다. {_HOW}")
        hour = hour % 12 + (12 if half in ("오후", "PM") else 0)
    elif 1 <= hour <= 6 and not text.startswith("0"):
        raise HourError(f"‘{whole.strip()}’은(는) 새벽인지 오후인지 알 수 없습니다. {hour + 12}:00 이나 「오후 {hour}시」로 적어 주세요.")
    minutes = hour * 60 + minute
    if minute > 59 or minutes > _DAY:
        raise HourError(f"‘{whole.strip()}’은(는) 하루에 없는 시각입니다. {_HOW}")
    return minutes
