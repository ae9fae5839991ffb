"""4개년 계획이 내놓는 것."""

from __future__ import annotations

from core.given import Fact, Given, Sample
from core.org.open_items import OpenItems
from evaluation.four_year_plans import excel
from evaluation.four_year_plans.figures import FIGURES
from evaluation.four_year_plans.load_report import load_report, load_template
from evaluation.four_year_plans.models import FourYearPlan, Task, TaskRevision
from evaluation.four_year_plans.reports import QUARTER
from evaluation.four_year_plans.rounds import QuarterCollection
from evaluation.four_year_plans.sample import clear_plan, load_plan
from evaluation.four_year_plans.search import SOURCES
from evaluation.four_year_plans.sections import plan_tasks
from evaluation.four_year_plans.todos import TODOS

GIVEN = Given(
    figures=FIGURES,
    excel=(
        excel.GoalResource, excel.PlanFieldResource, excel.TaskResource, excel.TaskTargetResource, excel.MilestoneResource,
        excel.QuarterResultResource,
    ),
    todos=TODOS,
    search=SOURCES,
    open_items=(
        OpenItems(
            "이행과제", lambda on: Task.objects.live_on(on).exclude(plan__status=FourYearPlan.Status.CLOSED).in_order(),
            related=("field__goal",),
        ),
        OpenItems(
            "이행과제 변경", lambda on: TaskRevision.objects.exclude(status=TaskRevision.Status.APPLIED),
            related=("task__field__goal",),
        ),
    ),
    kept={
        "evaluation.QuarterResult.department": "그 분기의 주관 부서다. 지난 표는 옛 이름으로 나온다",
        "evaluation.TaskRevision.old_department": "바꾸기 전의 주관 부서다",
    },
    sections=(plan_tasks,),
    rounds=(QuarterCollection(),),
    reports=(QUARTER,),
    loads=(load_report,),
    facts=(Fact("재촉하는 차례의 처음 값", load_template),),
    sample=Sample(load_plan, clear_plan),
    help=("four-year-plans",),
)  # fmt: skip
