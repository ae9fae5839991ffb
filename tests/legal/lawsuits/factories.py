"""소송 시험의 공장."""

from __future__ import annotations

from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from core.access import Role, Team
from core.deadlines.load_report import load_holidays, load_rules
from core.history.settle import Settling
from core.org.models import Staff
from legal.lawsuits import services
from legal.lawsuits.models import (
    AppealReview,
    Cost,
    CostRecovery,
    Filing,
    Hearing,
    Instance,
    Lawsuit,
    LossReview,
    Outcome,
    Party,
    Ruling,
)
from tests.factories import DepartmentFactory, StaffFactory


class LawsuitFactory(DjangoModelFactory[Lawsuit]):
    class Meta:
        model = Lawsuit

    kind = Lawsuit.Kind.ADMINISTRATIVE
    title = factory.Sequence(lambda n: f"과징금 부과처분 취소 {n}")
    department = factory.SubFactory(DepartmentFactory)
    received_on = date(2026, 3, 2)


class InstanceFactory(DjangoModelFactory[Instance]):
    class Meta:
        model = Instance

    lawsuit = factory.SubFactory(LawsuitFactory)
    level = Instance.Level.FIRST
    court = "서울행정법원"
    case_number = factory.Sequence(lambda n: f"2026구합{n + 10_000}")
    received_on = date(2026, 3, 2)


class PartyFactory(DjangoModelFactory[Party]):
    class Meta:
        model = Party

    lawsuit = factory.SubFactory(LawsuitFactory)
    role = "원고"
    name = "홍길동"
    address = "서울특별시 영등포구 어느길 1"


class HearingFactory(DjangoModelFactory[Hearing]):
    class Meta:
        model = Hearing

    instance = factory.SubFactory(InstanceFactory)
    kind = Hearing.Kind.PLEADING
    on = date(2026, 12, 10)


class FilingFactory(DjangoModelFactory[Filing]):
    class Meta:
        model = Filing

    instance = factory.SubFactory(InstanceFactory)
    kind = Filing.Kind.BRIEF
    ordered_due_on = date(2026, 12, 1)


class RulingFactory(DjangoModelFactory[Ruling]):
    class Meta:
        model = Ruling

    instance = factory.SubFactory(InstanceFactory)
    outcome = Outcome.LOST
    ruled_on = date(2026, 9, 10)


class AppealReviewFactory(DjangoModelFactory[AppealReview]):
    class Meta:
        model = AppealReview

    ruling = factory.SubFactory(RulingFactory)


class CostFactory(DjangoModelFactory[Cost]):
    class Meta:
        model = Cost

    lawsuit = factory.SubFactory(LawsuitFactory)
    kind = Cost.Kind.RETAINER
    amount = 3_300_000
    paid_on = date(2026, 4, 1)


class CostRecoveryFactory(DjangoModelFactory[CostRecovery]):
    class Meta:
        model = CostRecovery

    lawsuit = factory.SubFactory(LawsuitFactory)


class LossReviewFactory(DjangoModelFactory[LossReview]):
    class Meta:
        model = LossReview

    lawsuit = factory.SubFactory(LawsuitFactory)
    cause = LossReview.Cause.FACTS
    analysis = "현장 조사의 사진이 없었음"
    prevention = "조사 서식에 사진을 붙이게 함"
    department = factory.SubFactory(DepartmentFactory)
    due_on = date(2026, 12, 31)


def rules() -> None:
    """공휴일과 기한 규칙을 싣는다."""
    from core.history.settle import read_fixture

    settling = Settling()
    load_holidays(read_fixture("holidays_2023_2027"), settling)
    load_rules(read_fixture("deadline_rules"), settling)


def clerk(**values: Any) -> Staff:
    """의회법무팀 담당자."""
    return StaffFactory(role=Role.TEAM, team=Team.LEGAL, **values)


def case(user: Staff, *names: str, **values: Any) -> Lawsuit:
    """등록한 사건 하나. names 는 상대방의 이름이다."""
    kind = values.pop("kind", Lawsuit.Kind.ADMINISTRATIVE)
    level = Instance.Level.APPEAL if kind == Lawsuit.Kind.APPEAL else Instance.Level.FIRST
    lawsuit = LawsuitFactory.build(kind=kind, department=values.pop("department", None) or DepartmentFactory(), **values)
    instance = InstanceFactory.build(lawsuit=None, level=level, received_on=lawsuit.received_on)
    services.register(lawsuit, instance, [PartyFactory.build(lawsuit=None, name=name) for name in names], user)
    return lawsuit
