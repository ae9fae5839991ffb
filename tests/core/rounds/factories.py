"""회차와 제출의 공장."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import factory
from factory.django import DjangoModelFactory

from config.rounds import COLLECTIONS
from core.access import Team
from core.rounds.models import Round, Submission
from core.rounds.period import Cycle
from evaluation.four_year_plans.models import QuarterResult
from tests.factories import DepartmentFactory

# 회차의 화면을 시험하는 서식: 4개년 계획의 분기 실적. 업무를 싣는 차례(GIVEN)와 관계없다.
QUARTER = next(one for one in COLLECTIONS if one.model is QuarterResult)
SEOUL = ZoneInfo("Asia/Seoul")


def at(month: int, day: int, hour: int = 12, minute: int = 0, year: int = 2023) -> datetime:
    """서울의 때."""
    return datetime(year, month, day, hour, minute, tzinfo=SEOUL)


class RoundFactory(DjangoModelFactory[Round]):
    """2023년 4/4분기, 11월 30일(목) 18시 마감, 접수 중."""

    class Meta:
        model = Round

    title = "2023년 4/4분기 추진실적"
    form = "시험"
    team = Team.EVALUATION
    cycle = Cycle.QUARTER
    year = 2023
    number = 4
    as_of = date(2023, 12, 31)
    due_at = at(11, 30, 18)
    status = Round.Status.OPEN


class SubmissionFactory(DjangoModelFactory[Submission]):
    class Meta:
        model = Submission

    round = factory.SubFactory(RoundFactory)
    department = factory.SubFactory(DepartmentFactory)
    department_name = factory.SelfAttribute("department.name")
    responsible = factory.SelfAttribute("department")


def submit(round: Round, when: datetime | None = None, **fields: Any) -> Submission:
    """when 에 낸 제출. 비우면 아직 내지 않은 것."""
    status = Submission.Status.CONFIRMED if when else Submission.Status.NOT_STARTED
    values = {"status": status, "first_submitted_at": when, "submitted_at": when, **fields}
    return SubmissionFactory(round=round, **values)
