"""파일에 적힌 기준일이나 회계연도를 읽고, 고른 것과 다르면 묻는다.

행의 기준일 열 > 기준일이라고 적은 줄 > 제목·시트 이름·파일 이름의 달과 날 차례로 믿고, 적힌 것을 찾으면 아래는 보지 않는다.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from core.excel.columns import Column, heading_key
from core.excel.reader import WHOLE_SHEET, Question, Reading, read_table
from core.excel.tables.cells import shown
from core.formats import date_plain

_YEARS = r"['’‘]?(?P<year>20\d{2}|\d{2})"
_DAY = rf"(?<!\d){_YEARS}\s*[.년/-]\s*(?P<month>\d{{1,2}})\s*[.월/-]\s*(?P<day>\d{{1,2}}|말)\s*[.일]?"
_MONTH = rf"(?<!\d){_YEARS}\s*[.년/-]\s*(?P<month>\d{{1,2}})\s*(?:월\s*(?P<day>말)?|\.(?!\s*\d)|(?![\d.]))"
_PACKED = r"(?<!\d)(?P<year>20\d{2})(?P<month>\d{2})(?P<day>\d{2})?(?!\d)"
_AS_OF = r"(?:기준|현재)\s*(?:일자?|연?년?월)?\s*[:：]?\s*"
# 「2023. 9. 30. 기준」 「’23. 9월말 현재」 「기준일: 2023-09」 「기준일자 20230930」 「2023.1.1. ~ 2023.9.30.」
_TOLD = [
    re.compile(pattern)
    for pattern in (
        rf"{_DAY}\s*(?:현재|기준)", rf"{_MONTH}\s*(?:현재|기준)", *(rf"{_AS_OF}{form}" for form in (_DAY, _PACKED, _MONTH)),
        rf"(?:\d|말)\s*[.일]?\s*[~∼]\s*{_DAY}",
    )
]  # fmt: skip
# 제목과 이름에 적힌 달과 날: 2023년 9월, 20230930, 230930, 2023_09_30, 9월말
_NAMED = [
    re.compile(pattern)
    for pattern in (
        _DAY.replace("[.년/-]", "[.년/_-]").replace("[.월/-]", "[.월/_-]"), _PACKED,
        r"(?<!\d)(?P<year>\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)", _MONTH,
        r"(?<![\d.년])(?P<month>1[0-2]|0?[1-9])월(?P<day>말)?(?!\s*\d{1,2}\s*일)",
    )
]  # fmt: skip
_QUARTER = re.compile(r"([1-4])\s*(?:/\s*4\s*)?분기")
_YEAR = re.compile(r"회계\s*연도\s*[:：]?\s*(20\d{2})|(?<!\d)['’‘]?(20\d{2}|\d{2})\s*(?:회계\s*연도|년도|년\s*(?:세출|세입|본|예산|집행))")
_YEAR_NAMED = re.compile(r"(?<!\d)(20[0-4]\d)(?:\s*년)?(?![\d.월_-]*\d|\s*년?\s*\d)")
# 만든 날이지 자료의 날이 아니다.
_PRINTED = re.compile(r"출력|인쇄|작성|조회\s*일|생성|다운|내려받|보고\s*일")
_COLUMN = re.compile(r"(?:집행|자료|조회|마감)?기준(?:일자?|일시|[년연]?월)|마감일자?")
_MOST_VALUES = 5


class Written(NamedTuple):
    """적힌 대로의 글과, 그것이 뜻하는 첫날과 끝날."""

    text: str
    first: date
    last: date


def _range(found: re.Match[str], year: int) -> Written | None:
    parts = found.groupdict()
    if parts.get("year"):
        year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    month, day = int(parts["month"]), parts.get("day")
    try:
        last = monthrange(year, month)[1]
        low, high = (1, last) if not day else (last, last) if day == "말" else (int(day), int(day))
        return Written(found[0].strip(), date(year, month, low), date(year, month, high))
    except ValueError:
        return None


def _written(text: str, patterns: Iterable[re.Pattern[str]], year: int) -> Written | None:
    return next((day for pattern in patterns for found in pattern.finditer(text) if (day := _range(found, year))), None)


def _named(text: str, year: int) -> Written | None:
    """제목이나 이름에 적힌 달·날·분기"""
    if found := _QUARTER.search(text):
        last = int(found[1]) * 3
        return Written(found[0], date(year, last - 2, 1), date(year, last, monthrange(year, last)[1]))
    return _written(text, _NAMED, year)


def _in_rows(reading: Reading, year: int) -> Iterator[Written]:
    """읽지 않는 기준일 열에 적힌 날들"""
    places = [place for place in reading.match.extra if _COLUMN.fullmatch(heading_key(reading.headings[place].text))]
    if not places:
        return
    low = reading.heading_rows[-1] if reading.heading_rows else 0
    seen: set[Any] = set()
    for number, cells, *_ in reading.raw_rows():
        for place in places:
            value = cells[place] if low < number and place < len(cells) else ""
            if value == "" or value in seen or len(seen) >= _MOST_VALUES:
                continue
            seen.add(value)
            if isinstance(value, date):
                day = value.date() if isinstance(value, datetime) else value
                yield Written(date_plain(day), day, day)
            elif written := _written(shown(value), _NAMED, year):
                yield written


def written_period(path: Path, columns: Sequence[Column], name: str) -> dict[str, Any]:
    """머리글 위나 파일 이름에 적힌 기준일(as_of), 회계연도(fiscal_year)와 적힌 글(written). 적혀 있지 않은 것은 없다."""
    with read_table(path, columns, limits=WHOLE_SHEET, name=name) as reading:
        top = reading.heading_rows[0] if reading.heading_rows else 0
        above = takewhile(lambda row: row[0] < top, reading.raw_rows())
        texts = [*(" ".join(cell for cell in row[1] if isinstance(cell, str)) for row in above), name]
    found: dict[str, Any] = {}
    told = (day for text in texts if (day := _written(text, _TOLD, 0)))
    # 달만 적었으면 어느 날인지 알 수 없어 채우지 않는다.
    if day := next((day for day in told if day.first == day.last), None):
        found = {"written": day.text, "as_of": day.last}
    if year := next((year for text in texts if (year := _YEAR.search(text))), None):
        found["fiscal_year"] = 2000 + int(year[1] or year[2]) % 100
    return found


def period_questions(reading: Reading, snapshot: Any) -> Iterator[Question]:
    """파일에 적힌 기준일이나 회계연도가 고른 것과 다르거나, 같은 파일을 다른 기준일로 이미 반영했으면 묻는다."""
    as_of, year = snapshot.as_of, snapshot.fiscal_year.year
    names = [reading.sheet, snapshot.file.name.rpartition(".")[0]]
    above = reading.heading_rows[0] if reading.heading_rows else 1
    lines = [item.text for item in reading.set_aside if item.kind != "other_table"]
    titles = [item.text for item in reading.set_aside if item.row < above]
    unprinted = [text for text in titles if not _PRINTED.search(text)]
    written = list(_in_rows(reading, year)) or [day for text in [*lines, *names] if (day := _written(text, _TOLD, year))][:1]
    written = written or [day for text in [*unprinted, *names] if (day := _named(text, year))]
    other = next((day for day in written if not day.first <= as_of <= day.last), None)
    if other:
        yield Question(
            "period", f"파일에 적힌 기준일은 「{other.text}」이고, 고른 기준일은 {date_plain(as_of)}입니다. "
            "다른 달의 파일이면 기준일을 바꿔 다시 올려 주세요",
        )  # fmt: skip
        return
    years = [(found[0].strip(), int(found[1] or found[2]) % 100) for text in [*lines, *names] if (found := _YEAR.search(text))]
    years = years or [(found[0].strip(), int(found[1]) % 100) for text in names if (found := _YEAR_NAMED.search(text))]
    wrong = [text for text, short in years if short != year % 100]
    if wrong and len(wrong) == len(years):
        yield Question(
            "period", f"파일에 적힌 회계연도는 「{wrong[0]}」이고, 고른 회계연도는 {year}년입니다. "
            "다른 해의 파일이면 회계연도를 바꿔 다시 올려 주세요",
        )  # fmt: skip
        return
    used = (snapshot.Status.CURRENT, snapshot.Status.REPLACED)
    same = type(snapshot)._default_manager.filter(file__sha256=snapshot.file.sha256, status__in=used)
    if before := same.exclude(as_of=as_of, fiscal_year=snapshot.fiscal_year).order_by("as_of").last():
        yield Question(
            "period", f"똑같은 파일을 기준일 {date_plain(before.as_of)}의 자료로 이미 반영했습니다. "
            f"고른 기준일은 {date_plain(as_of)}입니다. 새로 내려받은 파일이 맞는지 확인해 주세요",
        )  # fmt: skip
