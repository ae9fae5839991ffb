"""성과관리가 내놓는 것."""

from __future__ import annotations

from core.given import Given, Sample
from core.org.open_items import OpenItems
from evaluation.performance import excel
from evaluation.performance.figures import FIGURES
from evaluation.performance.models import PerfPlan, PerfProject
from evaluation.performance.reports import MID
from evaluation.performance.rounds import FinalCollection, MidCollection
from evaluation.performance.sample import clear_performance, load_performance
from evaluation.performance.sections import indicators
from evaluation.performance.todos import TODOS

GIVEN = Given(
    figures=FIGURES,
    excel=(excel.PerfProjectResource, excel.IndicatorResource, excel.IndicatorActualResource),
    todos=TODOS,
    open_items=(
        OpenItems(
            "성과관리 주요사업", lambda on: PerfProject.objects.exclude(plan__status=PerfPlan.Status.CLOSED), related=("plan",)
        ),
    ),
    kept={"evaluation.PerfScore.department": "점수는 평가를 마칠 때의 부서를 적는다"},
    sections=(indicators,),
    rounds=(MidCollection(), FinalCollection()),
    reports=(MID,),
    sample=Sample(lambda settling: load_performance(), clear_performance),
    menu=(("우리 부서 성과관리", "evaluation.performance-board"),),
    help=("performance",),
)
