"""주요업무계획 시험의 공장."""

from __future__ import annotations

from datetime import date

import factory
from factory.django import DjangoModelFactory

from core.access import Team
from planning.work_plans.models import ProgressEntry, WorkItem, WorkLine, WorkPlan, WorkTable
from tests.factories import DepartmentFactory

BODY = """□ 사업개요
 ○ 대상: 구민
□ 세부 추진계획
 ○ 기반 정비
   - 시설 점검
□ 추진일정
 ○ 계획 수립: 2월
 ○ 시행: 9월
[소요예산]"""


class WorkPlanFactory(DjangoModelFactory[WorkPlan]):
    """2024년 추진계획."""

    class Meta:
        model = WorkPlan
        django_get_or_create = ("year", "kind")

    year = 2024
    kind = WorkPlan.Kind.PLAN
    title = "2024년 주요업무 추진계획"


class WorkItemFactory(DjangoModelFactory[WorkItem]):
    class Meta:
        model = WorkItem

    plan = factory.SubFactory(WorkPlanFactory)
    department = factory.SubFactory(DepartmentFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"주요업무 {n}")
    purpose = "구민의 편의를 높이고자 함"
    body = BODY
    required_own_amount = 10_000_000


class WorkLineFactory(DjangoModelFactory[WorkLine]):
    class Meta:
        model = WorkLine

    item = factory.SubFactory(WorkItemFactory, body="")
    mark = WorkLine.Mark.CIRCLE
    text = factory.Sequence(lambda n: f"줄 {n}")


class WorkTableFactory(DjangoModelFactory[WorkTable]):
    class Meta:
        model = WorkTable

    item = factory.SubFactory(WorkItemFactory)
    name = factory.Sequence(lambda n: f"현황 {n}")
    grid = "구분 | 계\n행정 | 3"


class ProgressEntryFactory(DjangoModelFactory[ProgressEntry]):
    class Meta:
        model = ProgressEntry

    item = factory.SubFactory(WorkItemFactory)
    as_of = date(2024, 6, 30)
    text = "○ 시설 점검 3회"


PLANNING = {"role": "team", "team": Team.PLANNING.value}
