"""기한의 시험 자료."""

from __future__ import annotations

from datetime import date, timedelta

import factory
from factory.django import DjangoModelFactory

from core.access import Team
from core.deadlines.models import Deadline, DeadlineRule, Holiday
from core.deadlines.periods import Direction


class HolidayFactory(DjangoModelFactory[Holiday]):
    class Meta:
        model = Holiday

    date = factory.Sequence(lambda n: date(2025, 1, 1) + timedelta(days=n))
    name = factory.Sequence(lambda n: f"쉬는 날 {n}")


class RuleFactory(DjangoModelFactory[DeadlineRule]):
    """14일 이내. 판결서를 받은 날부터."""

    class Meta:
        model = DeadlineRule

    code = factory.Sequence(lambda n: f"test.rule_{n}")
    name = factory.Sequence(lambda n: f"시험 기한 {n}")
    area = DeadlineRule.Area.SUIT
    trigger = "판결서를 송달받은 날"
    length = 14
    article = "민사소송법 제396조"


class PeremptoryFactory(RuleFactory):
    is_peremptory = True


class BackwardFactory(RuleFactory):
    length, direction, rolls = 40, Direction.BACKWARD, False


class DeadlineFactory(DjangoModelFactory[Deadline]):
    """의회법무팀의 기한."""

    class Meta:
        model = Deadline

    rule = factory.SubFactory(RuleFactory)
    title = factory.Sequence(lambda n: f"2026구합{n}")
    trigger_on = date(2026, 9, 11)
    team = Team.LEGAL
