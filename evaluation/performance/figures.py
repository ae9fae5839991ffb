"""성과관리의 수치: 대상 부서·주요사업·지표의 수와, 최근 평가의 달성 지표."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from django.urls import reverse

from core.figures.figure import Figure, FigureValue, digest, reported, rows_mark
from core.figures.models import ReportedValue
from core.formats import percent
from core.history.revisions import kept_rows
from core.remembering import remembered
from evaluation.performance.models import Indicator, IndicatorActual, PerfPlan, PerfProject
from evaluation.performance.scoring import ACHIEVED, Evaluation, current_stage


def _departments(plan: PerfPlan) -> tuple[int, str]:
    rows = PerfProject.objects.filter(plan=plan).order_by().values("department").distinct()
    return rows.count(), f"{reverse('evaluation.perfplan-detail', args=[plan.pk])}#departments"


def _projects(plan: PerfPlan) -> tuple[int, str]:
    return PerfProject.objects.filter(plan=plan).count(), f"{reverse('evaluation.perfproject-list')}?plan={plan.pk}"


def _indicators(plan: PerfPlan) -> tuple[int, str]:
    rows = Indicator.objects.filter(perf_project__plan=plan)
    return rows.count(), f"{reverse('evaluation.indicator-list')}?plan={plan.pk}"


COUNTS: dict[str, tuple[str, str, Callable[[PerfPlan], tuple[int, str]]]] = {
    # 수치·보고서 값의 코드: (이름, 뜻, 세는 법)
    "performance.departments": ("성과관리 대상 부서", "그해 성과관리계획에 주요사업이 있는 부서의 수.", _departments),
    "performance.major_projects": ("성과관리 주요사업", "그해 성과관리계획의 주요사업 수.", _projects),
    "performance.indicators": ("성과지표", "그해 성과관리계획의 성과지표 수.", _indicators),
}


@remembered
def _plan(as_of: date | None) -> PerfPlan | None:
    return PerfPlan.objects.of_year(as_of.year if as_of else None)


@remembered
def _mark(plan: PerfPlan) -> str:
    """계획의 주요사업·지표·실적의 지문."""
    actuals = IndicatorActual.objects.filter(indicator__perf_project__plan=plan)
    indicators = Indicator.objects.filter(perf_project__plan=plan)
    return digest(rows_mark(PerfProject.objects.filter(plan=plan)), rows_mark(indicators), rows_mark(actuals))


def _count(code: str, as_of: date | None) -> FigureValue:
    plan = _plan(as_of)
    value, url = COUNTS[code][2](plan) if plan else (0, "")
    if plan is None or not value:
        return reported(code, as_of)
    return FigureValue(value, plan.final_on or plan.mid_on or plan.fixed_on, "computed", url, str(plan), mark=_mark(plan))


def _achieved(as_of: date | None) -> FigureValue:
    plan = _plan(as_of)
    if plan is None:
        return FigureValue(None, as_of, "missing")
    stage = current_stage(plan)
    evaluation = Evaluation(plan, stage)
    done = [one for one in evaluation.results if one.exact is not None]
    value = percent(evaluation.counts[ACHIEVED], len(done))
    if value is None:
        return FigureValue(None, as_of, "missing")
    rounded: Decimal | None = plan.rounded(value, plan.rate_places)
    return FigureValue(rounded, plan.as_of(stage), "computed", evaluation.rows_url(state=ACHIEVED), str(plan), mark=_mark(plan))


FIGURES = [
    *(Figure(code, title, "개", definition, partial(_count, code)) for code, (title, definition, _read) in COUNTS.items()),
    Figure(
        "performance.achieved_rate", "성과지표 달성률", "%",
        "가장 최근 평가에서 실적이 있는 지표 가운데 달성도 100% 이상인 지표의 비율.", _achieved,
    ),
]  # fmt: skip


@dataclass(frozen=True)
class Reconciled:
    """다시 센 수와 보고서에 인쇄된 수."""

    title: str
    computed: int
    printed: ReportedValue | None
    url: str

    @property
    def ok(self) -> bool:
        return self.printed is None or self.printed.value == self.computed

    @property
    def detail(self) -> str:
        if self.printed is None:
            return "견줄 보고서 값이 없습니다"
        when = self.printed.as_of_text and f", {self.printed.as_of_text}"
        return f"보고서 {self.printed.section} {self.printed.printed}{self.printed.unit}{when}"


def reconciled(plan: PerfPlan, evaluation: Evaluation) -> list[Reconciled]:
    """대상 부서·주요사업·지표의 수를 그해 보고서의 수와 견준다. 질의 한 번."""
    values = {row.code: row for row in kept_rows(ReportedValue.objects.filter(code__in=COUNTS, document__contains=str(plan.year)))}
    counts = {
        "performance.departments": (len(evaluation.departments), f"{reverse('evaluation.perfplan-detail', args=[plan.pk])}#departments"),
        "performance.major_projects": (len(evaluation.projects), f"{reverse('evaluation.perfproject-list')}?plan={plan.pk}"),
        "performance.indicators": (len(evaluation.results), evaluation.rows_url()),
    }  # fmt: skip
    return [Reconciled(COUNTS[code][0], count, values.get(code), url) for code, (count, url) in counts.items()]
