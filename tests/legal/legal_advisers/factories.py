"""법률고문 시험의 공장."""

from __future__ import annotations

from datetime import date

import factory
from factory.django import DjangoModelFactory

from legal.lawsuits.models import Instance, Lawsuit
from legal.legal_advisers.models import Adviser, AdviserFee, Allocation, ConflictOfInterest, SpecialtyWord
from tests.factories import DepartmentFactory


class AdviserFactory(DjangoModelFactory[Adviser]):
    class Meta:
        model = Adviser

    name = factory.Sequence(lambda n: f"고문{n}")
    specialty = "행정"
    appointed_on = date(2023, 1, 1)
    term_end_on = date(2099, 12, 31)


class LawsuitFactory(DjangoModelFactory[Lawsuit]):
    class Meta:
        model = Lawsuit

    kind = Lawsuit.Kind.ADMINISTRATIVE
    title = factory.Sequence(lambda n: f"이행강제금 부과처분 취소 {n}")
    department = factory.SubFactory(DepartmentFactory)
    received_on = date(2023, 3, 2)


class InstanceFactory(DjangoModelFactory[Instance]):
    class Meta:
        model = Instance

    lawsuit = factory.SubFactory(LawsuitFactory)
    level = Instance.Level.FIRST
    court = "시험법원"
    case_number = factory.Sequence(lambda n: f"2023구합{n}")
    received_on = date(2023, 3, 2)


class AllocationFactory(DjangoModelFactory[Allocation]):
    """자문 배정."""

    class Meta:
        model = Allocation

    adviser = factory.SubFactory(AdviserFactory)
    title = factory.Sequence(lambda n: f"자문 {n}")
    assigned_on = date(2023, 5, 1)
    reason = "전문분야"


class AdviserFeeFactory(DjangoModelFactory[AdviserFee]):
    class Meta:
        model = AdviserFee

    adviser = factory.SubFactory(AdviserFactory)
    kind = AdviserFee.Kind.OTHER
    year = 2023
    month = 5
    amount = 100_000


class ConflictFactory(DjangoModelFactory[ConflictOfInterest]):
    class Meta:
        model = ConflictOfInterest

    adviser = factory.SubFactory(AdviserFactory)
    kind = ConflictOfInterest.Kind.DEPARTMENT
    department = factory.SubFactory(DepartmentFactory)


class SpecialtyWordFactory(DjangoModelFactory[SpecialtyWord]):
    class Meta:
        model = SpecialtyWord

    specialty = "조세"
    word = factory.Sequence(lambda n: f"낱말{n}")
