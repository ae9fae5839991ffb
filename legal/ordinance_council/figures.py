"""조례·규칙심의회의 수치: 개최 횟수, 안건 수, 서면 비율."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

from core.committees.models import Meeting
from core.figures.figure import Figure, FigureValue, reported, rows_mark
from legal.ordinance_council.dashboard import MEETINGS_CODE, CouncilYear, year_at
from legal.ordinance_council.services import council


def _year(as_of: date | None) -> CouncilYear | None:
    committee = council()
    year = year_at(committee, as_of) if committee else None
    found = CouncilYear(committee, year) if committee and year else None
    return found if found and found.held else None


def _value(read: Callable[[CouncilYear], tuple[int | Decimal | None, str]], printed: str, as_of: date | None) -> FigureValue:
    found = _year(as_of)
    if found is None:
        return reported(printed, as_of) if printed else FigureValue(None, as_of, "missing")
    value, url = read(found)
    mark = rows_mark(Meeting.objects.filter(pk__in=[one.pk for one in found.held]))
    return FigureValue(value, max(one.held_on for one in found.held), "computed", url, str(found.committee), mark=mark)


def _meetings(found: CouncilYear) -> tuple[int, str]:
    return len(found.held), found.meetings_url()


def _items(found: CouncilYear) -> tuple[int, str]:
    return found.item_count, found.items_url()


def _written(found: CouncilYear) -> tuple[Decimal | None, str]:
    return found.written_rate, found.meetings_url(form="written")


FIGURES = [
    Figure(MEETINGS_CODE, "조례·규칙심의회 개최", "회", "그해 개최하거나 종결한 조례·규칙심의회 회의의 수.",
           partial(_value, _meetings, MEETINGS_CODE)),
    Figure("ordinance_council.items", "조례·규칙심의회 안건", "건", "그해 연 조례·규칙심의회에 올린 안건의 수.",
           partial(_value, _items, "")),
    Figure("ordinance_council.written_rate", "조례·규칙심의회 서면 비율", "%", "그해 연 조례·규칙심의회 가운데 서면으로 한 회의의 비율.",
           partial(_value, _written, "")),
]  # fmt: skip
