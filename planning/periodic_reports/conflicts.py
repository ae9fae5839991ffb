"""겹침: 구청장 일정이 겹치는 것, 같은 때 같은 곳을 쓰는 것, 두 부서가 같은 행사를 적은 것을 찾는다. 데이터베이스를 모른다."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from core.excel.values import search_key

MAYOR, PLACE, DUPLICATE = "mayor", "place", "duplicate"
LABELS = {MAYOR: "구청장 일정이 겹침", PLACE: "같은 때 같은 장소", DUPLICATE: "같은 행사가 둘"}
_DOTS = re.compile(r"[^\w가-힣]")


@dataclass(frozen=True)
class Slot:
    """견줄 항목 하나.

    start, end  하루의 몇 분째인가. 시간 미정이면 start 가, 끝을 적지 않았으면 end 가 None
    """

    key: int
    first: date
    last: date
    start: int | None
    end: int | None
    title: str
    place: str
    mayor: bool


@dataclass(frozen=True, order=True)
class Conflict:
    """겹친 두 항목. first 의 번호가 앞선다."""

    kind: str
    first: int
    second: int


def name_key(text: str) -> str:
    """띄어쓰기와 가운뎃점, 괄호의 차이를 없앤 이름."""
    return _DOTS.sub("", search_key(text))


def distance(one: Slot, other: Slot, length: int) -> int | None:
    """두 항목 사이의 분. 겹치면 음수, 시각을 모르면 None. 끝을 적지 않은 것은 length 분으로 본다."""
    if one.start is None or other.start is None:
        return None
    one_end = one.start + length if one.end is None else one.end
    other_end = other.start + length if other.end is None else other.end
    return max(other.start - one_end, one.start - other_end)


def clashes(one: Slot, other: Slot, gap: int, length: int) -> bool:
    """한 사람이 두 곳에 갈 수 없는가: 같은 시(時)에 시작하거나 사이가 gap 분보다 짧다."""
    between = distance(one, other, length)
    if between is None or one.start is None or other.start is None:
        return False
    return one.start // 60 == other.start // 60 or between < gap


def meets(one: Slot, other: Slot) -> bool:
    """함께 있는 날이 있는가."""
    return one.first <= other.last and other.first <= one.last


def kinds(one: Slot, other: Slot, gap: int, length: int) -> list[str]:
    """두 항목이 어떻게 겹치는가. 차례를 바꾸어도 같다."""
    if one.key == other.key or not meets(one, other):
        return []
    found = []
    # 같은 행사를 두 번 적은 것은 일정이 겹친 것이 아니라 하나를 지울 일이다.
    if name_key(one.title) and name_key(one.title) == name_key(other.title):
        return [DUPLICATE]
    if one.mayor and other.mayor and clashes(one, other, gap, length):
        found.append(MAYOR)
    between = distance(one, other, length)
    if between is not None and between < 0 and name_key(one.place) and name_key(one.place) == name_key(other.place):
        found.append(PLACE)
    return found


def find(slots: Iterable[Slot], gap: int, length: int) -> list[Conflict]:
    """겹친 짝 모두. 같은 날의 것끼리만 견준다."""
    days: dict[date, list[Slot]] = defaultdict(list)
    for slot in slots:
        for number in range((slot.last - slot.first).days + 1):
            days[slot.first + timedelta(days=number)].append(slot)
    found = set()
    for same in days.values():
        for place, one in enumerate(same):
            for other in same[place + 1 :]:
                first, second = sorted((one.key, other.key))
                found |= {Conflict(kind, first, second) for kind in kinds(one, other, gap, length)}
    return sorted(found)
