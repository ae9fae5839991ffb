"""4개년 계획의 공장."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from evaluation.four_year_plans.models import (
    FourYearPlan,
    GenerationMap,
    Goal,
    Milestone,
    PlanField,
    QuarterResult,
    Task,
    TaskRevision,
    TaskTarget,
)
from tests.factories import DepartmentFactory

Status = QuarterResult.Status


class FourYearPlanFactory(DjangoModelFactory[FourYearPlan]):
    """민선8기, 2023~2026년, 시행 중."""

    class Meta:
        model = FourYearPlan
        django_get_or_create = ("generation",)

    generation = 8
    starts_on = date(2023, 1, 1)
    ends_on = date(2026, 12, 31)
    status = FourYearPlan.Status.RUNNING


class GoalFactory(DjangoModelFactory[Goal]):
    class Meta:
        model = Goal

    plan = factory.SubFactory(FourYearPlanFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"구정목표 {n}")


class PlanFieldFactory(DjangoModelFactory[PlanField]):
    class Meta:
        model = PlanField

    goal = factory.SubFactory(GoalFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"분야 {n}")


class TaskFactory(DjangoModelFactory[Task]):
    class Meta:
        model = Task

    field = factory.SubFactory(PlanFieldFactory)
    plan = factory.SelfAttribute("field.goal.plan")
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"이행과제 {n}")
    department = factory.SubFactory(DepartmentFactory)


class TaskTargetFactory(DjangoModelFactory[TaskTarget]):
    class Meta:
        model = TaskTarget

    task = factory.SubFactory(TaskFactory)
    year = 2023
    text = "○ 공정률 25%"


class MilestoneFactory(DjangoModelFactory[Milestone]):
    class Meta:
        model = Milestone

    task = factory.SubFactory(TaskFactory)
    year = 2023
    title = factory.Sequence(lambda n: f"이정표 {n}")
    weight = Decimal(40)


class QuarterResultFactory(DjangoModelFactory[QuarterResult]):
    """2023년 3분기의 실적."""

    class Meta:
        model = QuarterResult

    task = factory.SubFactory(TaskFactory)
    year = 2023
    quarter = 3
    task_title = factory.SelfAttribute("task.title")
    department = factory.SelfAttribute("task.department")
    actual = "□ 추진"
    progress = Decimal("20.0")


class TaskRevisionFactory(DjangoModelFactory[TaskRevision]):
    class Meta:
        model = TaskRevision

    task = factory.SubFactory(TaskFactory)
    reason = "사업 여건이 바뀜"
    effective_on = date(2023, 10, 1)
    title = "새 과제명"


class GenerationMapFactory(DjangoModelFactory[GenerationMap]):
    class Meta:
        model = GenerationMap

    old_task = factory.SubFactory(TaskFactory)
    kind = GenerationMap.Kind.ENDED
    reason = "사업을 마침"


def judged(task: Task, number: int, status: str, **values: Any) -> QuarterResult:
    """task 의 2023년 number 분기를 status 로 판정한 실적."""
    return QuarterResultFactory(task=task, quarter=number, status=status, **values)
