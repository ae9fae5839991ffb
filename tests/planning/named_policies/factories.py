"""정책실명제 시험의 공장."""

from __future__ import annotations

from datetime import date

import factory
from factory.django import DjangoModelFactory

from core.access import Role, Team
from planning.named_policies.models import CitizenApplication, NamedPolicy, PolicyPerson, PolicyUpdate
from tests.factories import DepartmentFactory, StaffFactory


class PolicyFactory(DjangoModelFactory[NamedPolicy]):
    """후보."""

    class Meta:
        model = NamedPolicy

    title = factory.Sequence(lambda n: f"정책실명제 사업 {n}")
    number = factory.Sequence(lambda n: f"2023-{n + 1:03}")
    department = factory.SubFactory(DepartmentFactory)
    ground = NamedPolicy.Ground.BUDGET
    overview = "○ 구민의 편의를 높임"
    total_amount = 2_000_000_000


class PostedFactory(PolicyFactory):
    """2023년 3월 31일에 공개한 것."""

    status = NamedPolicy.Status.PUBLISHED
    decided_on = date(2023, 3, 20)
    published_on = date(2023, 3, 31)


class PersonFactory(DjangoModelFactory[PolicyPerson]):
    class Meta:
        model = PolicyPerson

    policy = factory.SubFactory(PolicyFactory)
    part = PolicyPerson.Part.DRAFT
    organisation = "기획예산과"
    grade = "행정7급"
    name = factory.Sequence(lambda n: f"기안자{n}")
    starts_on = date(2023, 1, 2)


class UpdateFactory(DjangoModelFactory[PolicyUpdate]):
    class Meta:
        model = PolicyUpdate

    policy = factory.SubFactory(PostedFactory)
    on = date(2023, 6, 30)
    progress = "○ 2023. 2. 계획 수립"
    results = "○ 30% 추진"


class ApplicationFactory(DjangoModelFactory[CitizenApplication]):
    class Meta:
        model = CitizenApplication

    title = factory.Sequence(lambda n: f"신청 사업 {n}")
    reason = "어떻게 정했는지 알고 싶습니다."
    department = factory.SubFactory(DepartmentFactory)
    handler = factory.SubFactory(StaffFactory, role=Role.TEAM, team=Team.PLANNING)
    applicant = "홍길동"
    contact = "010-0000-0000"
    received_on = date(2026, 11, 2)
