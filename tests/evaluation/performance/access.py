"""성과관리의 주소 × 역할."""

from __future__ import annotations

from typing import Any

from evaluation.performance import models
from tests.access import (
    EVALUATION_TEAM,
    OTHER,
    OWN,
    POST_ONLY,
    SIGNED_IN,
    Case,
    Kwargs,
    Rows,
    Table,
    acts,
    attached,
    by_department,
    by_department_read,
    common,
    deleted_by_team,
    key,
    missing,
    one,
    posted,
    with_rows,
)
from tests.core.rounds.access import submissions
from tests.evaluation.performance import factories as make


def plan(rows: Rows) -> models.PerfPlan:
    return make.PerfPlanFactory(year=2023, status="drafting")


def projects(rows: Rows) -> dict[str, Any]:
    return {
        whose: make.PerfProjectFactory(plan=rows(plan), department=department) for whose, department in rows.departments.items()
    }


indicators = attached(make.IndicatorFactory, "perf_project", projects)
steps = attached(models.IndicatorStep.objects.create, "indicator", indicators, threshold=1, label="착수", achievement=50)
pasts = attached(models.IndicatorPast.objects.create, "indicator", indicators, year=2022, target=1, actual=1)
changes = attached(models.IndicatorChange.objects.create, "indicator", indicators, new_target=2, reason="까닭")
objections = attached(models.Objection.objects.create, "indicator", indicators, reason="까닭")


def actuals(rows: Rows) -> dict[str, Any]:
    return {
        whose: models.IndicatorActual.objects.create(indicator=one, stage="mid", submission=rows(submissions)[whose])
        for whose, one in rows(indicators).items()
    }


def scores(rows: Rows) -> dict[str, Any]:
    return {
        whose: models.PerfScore.objects.create(plan=rows(plan), department=department, stage="mid")
        for whose, department in rows.departments.items()
    }


def grade_band(rows: Rows) -> models.GradeBand:
    return models.GradeBand.objects.create(plan=rows(plan), grade="S", share=20)


def sheet_of(whose: str) -> Kwargs:
    """한 부서의 성과표."""
    return lambda rows: {"pk": rows(indicators)[whose].perf_project.plan_id, "department": rows.departments[whose].pk}


ACCESS: Table = {
    **{f"evaluation.performance-{page}": one(SIGNED_IN, with_rows(indicators)) for page in ("board", "export", "lint")},
    "evaluation.performance-sheet": [
        Case(SIGNED_IN | {OTHER: 404}, sheet_of("own"), "자기 부서"), Case(SIGNED_IN | {OWN: 404}, sheet_of("other"), "다른 부서"),
    ],
    **acts("evaluation.performance", "submit take_back", POST_ONLY, sheet_of("own")),
    **acts("evaluation.perfplan", "advance carry", POST_ONLY, key(plan)),
    "evaluation.indicator-move": one(posted(EVALUATION_TEAM), lambda rows: {"status": "reviewed"}),
    "evaluation.indicatorchange-decide": one(POST_ONLY, missing),
    "evaluation.objection-decide": one(POST_ONLY, missing),
    **common("evaluation.perfplan", "form", plan, SIGNED_IN, EVALUATION_TEAM),
    **common("evaluation.gradeband", "form", grade_band, SIGNED_IN, EVALUATION_TEAM),
    **by_department("evaluation.perfproject", "form bulk import", projects, EVALUATION_TEAM),
    **by_department("evaluation.indicator", "form bulk import", indicators, EVALUATION_TEAM),
    **by_department("evaluation.indicatorstep", "form", steps, EVALUATION_TEAM),
    **by_department("evaluation.indicatorpast", "form", pasts, EVALUATION_TEAM),
    **by_department("evaluation.indicatorchange", "form", changes, EVALUATION_TEAM),
    **by_department("evaluation.objection", "form", objections, EVALUATION_TEAM),
    # 회차가 맡긴 행은 부서가 적기만 하고 지우지는 못한다.
    **by_department("evaluation.indicatoractual", "form import", actuals, EVALUATION_TEAM, EVALUATION_TEAM),
    **deleted_by_team("evaluation.indicatoractual", actuals, EVALUATION_TEAM),
    **by_department_read("evaluation.perfscore", "form", scores, EVALUATION_TEAM),
}  # fmt: skip
