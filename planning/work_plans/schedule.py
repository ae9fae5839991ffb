"""일정의 글에서 때를 읽는다: 「재정공시 실시: 2월(예산공시), 수시공시」 → 2월."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_YEAR = r"(?:(?:[’'‘`](?P<short>\d{2})|(?P<full>\d{4}))\s*\.\s*)?"
_MONTH = re.compile(_YEAR + r"(?P<month>\d{1,2})\s*(?:월|(?=\s*~\s*\d{1,2}\s*월)|(?=\s*[,·]\s*\d{1,2}\s*월))")
_QUARTER = re.compile(r"(?<!\d)([1-4])\s*(?:/4\s*)?분기")


@dataclass(frozen=True)
class When:
    """일정의 처음과 끝 날."""

    starts_on: date
    ends_on: date


def when_text(line: str) -> str:
    """일과 때를 나누는 쌍점 뒤의 글. 없으면 빈 글자."""
    head, colon, tail = line.rpartition(":")
    return tail.strip() if colon and head.strip() else ""


def when_of(line: str, year: int) -> When | None:
    """줄에 적힌 때. 연중·수시·분기별·매월처럼 되풀이되는 것과 때가 없는 줄은 None."""
    text = when_text(line)
    if not text:
        return None
    months: list[tuple[int, int]] = []
    now = year
    for hit in _MONTH.finditer(text):
        month = int(hit["month"])
        if not 1 <= month <= 12:
            continue
        if hit["short"]:
            now = 2000 + int(hit["short"])
        elif hit["full"]:
            now = int(hit["full"])
        months.append((now, month))
    for hit in _QUARTER.finditer(text):
        months += [(year, int(hit[1]) * 3 - 2), (year, int(hit[1]) * 3)]
    if not months and "반기별" not in text:
        if "상반기" in text or "상·하반기" in text:
            months += [(year, 1), (year, 6)]
        if "하반기" in text:
            months += [(year, 7), (year, 12)]
    if not months:
        return None
    first, last = min(months), max(months)
    return When(date(*first, 1), date(*last, monthrange(*last)[1]))
