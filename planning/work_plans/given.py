"""주요업무계획이 내놓는 것. 주요업무보고의 틀은 네 팀의 표를 함께 쓰므로 config/reports.py 가 엮는다."""

from __future__ import annotations

from core.given import Fact, Given, Sample
from core.org.open_items import OpenItems
from planning.work_plans import excel
from planning.work_plans.figures import FIGURES
from planning.work_plans.load_report import load_report, load_template
from planning.work_plans.models import WorkItem
from planning.work_plans.rounds import PlanCollection
from planning.work_plans.sample import clear_plans, load_plans
from planning.work_plans.search import SOURCES
from planning.work_plans.sections import work_items
from planning.work_plans.todos import TODOS

GIVEN = Given(
    figures=FIGURES,
    excel=(excel.WorkItemResource, excel.WorkLineResource, excel.ProgressEntryResource),
    todos=TODOS,
    search=SOURCES,
    open_items=(
        OpenItems("주요업무", lambda on: WorkItem.objects.exclude(state__in=WorkItem.CLOSED).in_order(), related=("plan",)),
    ),
    sections=(work_items,),
    rounds=(PlanCollection(),),
    loads=(load_report,),
    facts=(Fact("재촉하는 차례의 처음 값", load_template),),
    sample=Sample(lambda settling: load_plans(), clear_plans),
    help=("work-plans", "reports"),
)
