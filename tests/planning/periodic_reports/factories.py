"""주간·월중 보고 시험의 공장."""

from __future__ import annotations

from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from core.access import Team
from core.rounds.models import Round
from core.rounds.period import Cycle
from planning.periodic_reports.models import ROUND_FORM, EntryKind, ReportEntry
from tests.core.rounds.factories import RoundFactory, at
from tests.factories import DepartmentFactory

# 2023년 45주: 11. 6.(월) ~ 11. 12.(일)
MONDAY = date(2023, 11, 6)


class EntryKindFactory(DjangoModelFactory[EntryKind]):
    class Meta:
        model = EntryKind
        django_get_or_create = ("name",)

    name = "행사"
    order = 1


class ReportEntryFactory(DjangoModelFactory[ReportEntry]):
    """11. 9.(목) 14:00 의 행사."""

    class Meta:
        model = ReportEntry

    department = factory.SubFactory(DepartmentFactory)
    kind = factory.SubFactory(EntryKindFactory)
    starts_on = date(2023, 11, 9)
    hour = "14:00"
    title = factory.Sequence(lambda n: f"행사 {n}")
    place = factory.Sequence(lambda n: f"장소 {n}")


def work(**values: Any) -> ReportEntry:
    """이월하는 주요업무."""
    kind = EntryKindFactory(name="주요업무", order=4, is_carried=True)
    return ReportEntryFactory(**{"kind": kind, "hour": "", "place": "", **values})


def week_round(number: int = 45, **values: Any) -> Round:
    """2023년의 한 주를 받는 준비 중인 회차. 표본으로 두어 시계와 상관없이 열린다."""
    first = date.fromisocalendar(2023, number, 1)
    return RoundFactory(**{
        "title": f"2023년 {number}주 주간·월중 주요업무", "form": ROUND_FORM, "team": Team.PLANNING, "cycle": Cycle.WEEK, "year": 2023,
        "number": number, "as_of": date.fromisocalendar(2023, number, 7), "due_at": at(first.month, first.day, 18),
        "status": Round.Status.PREPARING, "is_sample": True, **values,
    })  # fmt: skip
