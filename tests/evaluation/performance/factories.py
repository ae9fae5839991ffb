"""성과관리 시험의 공장."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from core.org.models import Department
from evaluation.performance.models import (
    GradeBand,
    Indicator,
    IndicatorActual,
    IndicatorChange,
    IndicatorPast,
    IndicatorStep,
    Objection,
    PerfPlan,
    PerfProject,
    PerfScore,
)
from tests.factories import DepartmentFactory


class PerfPlanFactory(DjangoModelFactory[PerfPlan]):
    class Meta:
        model = PerfPlan
        django_get_or_create = ("year",)

    year = 2023
    status = PerfPlan.Status.DRAFTING


class GradeBandFactory(DjangoModelFactory[GradeBand]):
    class Meta:
        model = GradeBand

    plan = factory.SubFactory(PerfPlanFactory)
    order = factory.Sequence(lambda n: n)
    grade = factory.Sequence(lambda n: f"등급{n}")
    share = Decimal(20)


class PerfProjectFactory(DjangoModelFactory[PerfProject]):
    class Meta:
        model = PerfProject

    plan = factory.SubFactory(PerfPlanFactory)
    department = factory.SubFactory(DepartmentFactory)
    title = factory.Sequence(lambda n: f"주요사업 {n}")
    weight = Decimal(100)


class IndicatorFactory(DjangoModelFactory[Indicator]):
    """목표 100%인 상향 지표."""

    class Meta:
        model = Indicator

    perf_project = factory.SubFactory(PerfProjectFactory)
    name = factory.Sequence(lambda n: f"시험 지표 {n}")
    formula_text = "(실적 ÷ 대상) × 100"
    unit = "%"
    weight = Decimal(100)
    target = Decimal(100)
    evidence = "결과보고서"


class IndicatorStepFactory(DjangoModelFactory[IndicatorStep]):
    class Meta:
        model = IndicatorStep

    indicator = factory.SubFactory(IndicatorFactory)
    threshold = factory.Sequence(lambda n: Decimal(n + 1))
    label = factory.Sequence(lambda n: f"단계 {n}")
    achievement = Decimal(50)


class IndicatorPastFactory(DjangoModelFactory[IndicatorPast]):
    class Meta:
        model = IndicatorPast

    indicator = factory.SubFactory(IndicatorFactory)
    year = 2022
    target = Decimal(90)
    actual = Decimal(91)


class IndicatorActualFactory(DjangoModelFactory[IndicatorActual]):
    class Meta:
        model = IndicatorActual

    indicator = factory.SubFactory(IndicatorFactory)
    stage = "mid"
    actual = Decimal(90)


class PerfScoreFactory(DjangoModelFactory[PerfScore]):
    class Meta:
        model = PerfScore

    plan = factory.SubFactory(PerfPlanFactory)
    department = factory.SubFactory(DepartmentFactory)
    stage = "final"


class IndicatorChangeFactory(DjangoModelFactory[IndicatorChange]):
    """확정한 지표의 목표를 낮추는 신청."""

    class Meta:
        model = IndicatorChange

    indicator = factory.SubFactory(IndicatorFactory, status=Indicator.Status.FIXED)
    new_target = Decimal(80)
    reason = "사업 물량이 줄었음"


class ObjectionFactory(DjangoModelFactory[Objection]):
    """종합평가를 알린 뒤의 이의신청."""

    class Meta:
        model = Objection

    indicator = factory.SubFactory(
        IndicatorFactory, status=Indicator.Status.FINAL_EVALUATED, perf_project__plan__status=PerfPlan.Status.FINAL,
        perf_project__plan__year=2022,
    )  # fmt: skip
    reason = "증빙을 다시 냄"
    claimed_value = Decimal(95)


def department_plan(
    department: Department | None = None, plan: PerfPlan | None = None, actuals: tuple[Any, ...] = (90,), stage: str = "mid", **values: Any
) -> list[Indicator]:  # fmt: skip
    """한 부서의 주요사업 하나와 지표들(가중치를 똑같이 나눔). actuals 는 지표마다의 실적이고 None 이면 비운 실적이다."""
    project = PerfProjectFactory(plan=plan or PerfPlanFactory(), department=department or DepartmentFactory())
    share = Decimal(100) / len(actuals)
    found = [IndicatorFactory(perf_project=project, weight=share, order=at, **values) for at, _one in enumerate(actuals, start=1)]
    for indicator, actual in zip(found, actuals, strict=True):
        IndicatorActualFactory(indicator=indicator, stage=stage, actual=None if actual is None else Decimal(str(actual)))
    return found
