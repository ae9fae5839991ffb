"""시험 자료를 만드는 공장. 업무마다 자기 공장을 덧붙인다."""

from __future__ import annotations

from datetime import date

import factory
from factory.django import DjangoModelFactory

from core.access import Role, Team
from core.handover.models import Handover
from core.org.models import Assignment, Department, DepartmentLineage, Grade, Post, Quota, Staff, Transfer, Vehicle
from core.projects.models import Project


class DepartmentFactory(DjangoModelFactory[Department]):
    class Meta:
        model = Department

    code = factory.Sequence(lambda n: f"D{n:04}")
    name = factory.Sequence(lambda n: f"시험{n}과")
    order = factory.Sequence(lambda n: n)


class GradeFactory(DjangoModelFactory[Grade]):
    class Meta:
        model = Grade

    series = Grade.Series.GENERAL
    level = factory.Sequence(lambda n: n + 1)
    order = factory.Sequence(lambda n: n)


class StaffFactory(DjangoModelFactory[Staff]):
    """직원. role 만 주면 그 역할에 꼭 있어야 하는 팀이나 부서를 채운다."""

    class Meta:
        model = Staff

    employee_number = factory.Sequence(lambda n: f"T{n:05}")
    name = factory.Sequence(lambda n: f"김시험{n}")
    role = Role.VIEWER
    team = factory.LazyAttribute(lambda staff: Team.BUDGET if staff.role == Role.TEAM else "")
    department = factory.Maybe(
        factory.LazyAttribute(lambda staff: staff.role == Role.DEPARTMENT), factory.SubFactory(DepartmentFactory), None
    )
    must_change_password = False


class PostFactory(DjangoModelFactory[Post]):
    class Meta:
        model = Post

    department = factory.SubFactory(DepartmentFactory)
    title = factory.Sequence(lambda n: f"주무관 {n}")


class AssignmentFactory(DjangoModelFactory[Assignment]):
    class Meta:
        model = Assignment

    post = factory.SubFactory(PostFactory)
    staff = factory.SubFactory(StaffFactory)
    grade = factory.SubFactory(GradeFactory)
    starts_on = date(2023, 1, 1)


class QuotaFactory(DjangoModelFactory[Quota]):
    class Meta:
        model = Quota

    department = factory.SubFactory(DepartmentFactory)
    grade = factory.SubFactory(GradeFactory)
    headcount = 3
    valid_from = date(2023, 1, 1)


class VehicleFactory(DjangoModelFactory[Vehicle]):
    class Meta:
        model = Vehicle

    department = factory.SubFactory(DepartmentFactory)
    name = factory.Sequence(lambda n: f"관용차 {n}")


class DepartmentLineageFactory(DjangoModelFactory[DepartmentLineage]):
    class Meta:
        model = DepartmentLineage

    kind = DepartmentLineage.Kind.RENAMED
    on = date(2023, 7, 1)
    predecessor = factory.SubFactory(DepartmentFactory)
    successor = factory.SubFactory(DepartmentFactory)


class ProjectFactory(DjangoModelFactory[Project]):
    class Meta:
        model = Project

    title = factory.Sequence(lambda n: f"사업 {n}")
    department = factory.SubFactory(DepartmentFactory)
    start_year = 2022
    end_year = 2026


class TransferFactory(DjangoModelFactory[Transfer]):
    """앞날의 발령."""

    class Meta:
        model = Transfer

    staff = factory.SubFactory(StaffFactory)
    on = date(2090, 7, 1)
    department = factory.SubFactory(DepartmentFactory)
    role = Role.VIEWER


class HandoverFactory(DjangoModelFactory[Handover]):
    class Meta:
        model = Handover

    giver = factory.SubFactory(StaffFactory)
    taker = factory.SubFactory(StaffFactory)
    reason = "7. 1.자 인사발령"
