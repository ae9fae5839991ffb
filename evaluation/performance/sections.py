"""사업 한 장의 성과지표 구역."""

from __future__ import annotations

from collections import defaultdict

from django.urls import reverse

from core.formats import rate
from core.org.models import Staff
from core.projects.models import Project
from core.projects.sections import Cell, Row, Section
from evaluation.performance.models import Indicator, IndicatorActual, IndicatorStep, Stage
from evaluation.performance.scoring import IndicatorResult, shown


def indicators(project: Project, user: Staff) -> Section:
    """성과지표: 이 사업을 가리키는 주요사업의 지표와 가장 최근 평가의 실적, 달성도."""
    found = Indicator.objects.for_user(user).filter(perf_project__project=project)
    rows = list(found.select_related("perf_project__plan", "perf_project__department"))
    actuals: dict[int, IndicatorActual] = {}
    # 종합평가(final)가 중간평가(mid)보다 앞에 온다.
    for actual in IndicatorActual.objects.for_user(user).filter(indicator__in=rows).order_by("stage"):
        if actual.value is not None:
            actuals.setdefault(actual.indicator_id, actual)
    steps = defaultdict[int, list[IndicatorStep]](list)
    for step in IndicatorStep.objects.filter(indicator__in=rows).order_by("threshold"):
        steps[step.indicator_id].append(step)
    lines = []
    for one in rows:
        plan, actual = one.perf_project.plan, actuals.get(one.pk)
        result = IndicatorResult(plan, actual.stage if actual else Stage.MID, one, actual, steps[one.pk])
        url = reverse("evaluation.indicatoractual-detail", args=[actual.pk]) if actual else ""
        lines.append(Row([
            Cell(f"{plan.year} {one}", reverse("evaluation.indicator-detail", args=[one.pk])), Cell(one.perf_project.department),
            Cell(actual.get_stage_display() if actual else "-"), Cell(f"{shown(result.target)} {one.unit}"),
            Cell(shown(result.value), url), Cell(rate(result.rate, plan.rate_places)), Cell(result.state_label if actual else "-"),
        ]))  # fmt: skip
    columns = (
        ("성과지표", ""), ("부서", "c nw"), ("평가", "c nw"), ("목표", "num"), ("실적", "num"), ("달성도(%)", "num"), ("결과", "c nw"),
    )  # fmt: skip
    return Section(
        "성과지표", columns, lines, url=reverse("evaluation.performance-board"),
        nothing="이 사업을 가리키는 성과지표가 아직 없습니다. 주요사업의 「사업」 칸에서 고르면 여기에 모입니다.",
    )
