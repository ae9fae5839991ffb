"""보고서의 틀 「성과관리 중간평가」: 총괄, 부서별 점수, 미흡 지표."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils import timezone

from core.access import Team
from core.formats import MISSING, date_plain, number
from core.reports.document import Block, Cell, Document, Line, Run, Table, TitleBox, heading, plain
from core.reports.template import Check, Context, Part, Template
from evaluation.performance.models import PerfPlan, Stage
from evaluation.performance.scoring import ACHIEVED, CLOSE, RISK, STATES, Evaluation, shown, weight_problems
from evaluation.performance.scoring import MISSING as NO_ACTUAL

PARTS = (Part("summary", "총괄"), Part("departments", "부서별 점수"), Part("weak", "미흡 지표"))
_ORDER = (ACHIEVED, CLOSE, RISK, NO_ACTUAL)


def _evaluation(year: int) -> Evaluation | None:
    plan = PerfPlan.objects.of_year(year)
    return Evaluation(plan, Stage.MID) if plan else None


def build(context: Context) -> Document:
    """그해 성과관리계획의 중간평가."""
    evaluation = _evaluation(context.year)
    title = f"{context.year}년 성과관리 주요사업 중간평가"
    blocks: list[Block] = [TitleBox("title", title, date_text=f"{date_plain(context.as_of)} 기준")]
    if evaluation is None:
        blocks.append(Line("nothing", "○", plain("그해의 성과관리계획이 없음")))
    else:
        for part, make in (("summary", _summary), ("departments", _departments), ("weak", _weak)):
            if context.has(part):
                blocks += make(context, evaluation)
    return Document(title, tuple(blocks), header="성과관리 중간평가", properties={"date": context.as_of.isoformat()})


def _count(value: int, url: str) -> Cell:
    return Cell((Run(number(value), url=url),), align="center", value=value)


def _summary(context: Context, evaluation: Evaluation) -> Iterable[Block]:
    yield Line("summary", "□", plain("총괄"))
    count = "대상 {performance.departments}개 부서, 주요사업 {performance.major_projects}개, 성과지표 {performance.indicators}개"
    yield Line("summary.count", "○", context.text(count))
    average = number(evaluation.average, evaluation.plan.score_places) if evaluation.average is not None else MISSING
    yield Line("summary.average", "○", plain(f"부서 평균 점수 {average}점(순위를 매긴 부서)"))
    heads = tuple(heading(text) for text in ("계", *(STATES[state] for state in _ORDER)))
    row = (
        _count(len(evaluation.results), evaluation.rows_url()),
        *(_count(evaluation.counts[state], evaluation.rows_url(state=state)) for state in _ORDER),
    )
    yield Table("summary.table", (heads, row), 1, (), "지표의 상태", "(단위: 개)")
    if evaluation.provisional:
        names = ", ".join(line.department.name for line in evaluation.provisional)
        yield Line(
            "summary.provisional",
            "※",
            plain(f"실적을 다 적지 않은 부서 {len(evaluation.provisional)}곳은 순위를 매기지 않음: {names}"),
        )


def _departments(context: Context, evaluation: Evaluation) -> Iterable[Block]:
    places = evaluation.plan.score_places
    yield Line("departments", "□", plain("부서별 점수"))
    rows = [
        tuple(
            heading(text) for text in ("순위", "부서", "주요사업", "지표", "지표 점수", "가감점", "최종 점수", "등급")
        )
    ]
    for line in evaluation.ranking:
        url = evaluation.rows_url(department=line.department.pk)
        scores = (line.base_score, line.adjustment, line.score)
        rows.append((
            Cell(plain(number(line.rank)), align="center", value=line.rank), Cell((Run(line.department.name, url=url),)),
            Cell(plain(number(len(line.projects))), align="center", value=len(line.projects)),
            Cell(plain(number(len(line.indicators))), align="center", value=len(line.indicators)),
            *(Cell(plain(number(value, places)), align="right", value=value) for value in scores),
            Cell(plain(line.grade or MISSING), align="center", bold=line.is_excellent),
        ))  # fmt: skip
    yield Table(
        "departments.table", tuple(rows), 1, (1.4, 4, 1.8, 1.5, 2.2, 1.8, 2.2, 1.5), "부서별 점수", "(단위: 점)"
    )


def _weak(context: Context, evaluation: Evaluation) -> Iterable[Block]:
    """달성도가 지침의 하한보다 낮은 지표와 실적이 없는 지표."""
    yield Line("weak", "□", plain("미흡 지표"))
    rows = [tuple(heading(text) for text in ("부서", "주요사업", "성과지표", "목표", "실적", "달성도(%)", "상태"))]
    for one in evaluation.results:
        if one.state in (RISK, NO_ACTUAL):
            url = reverse("evaluation.indicator-detail", args=[one.indicator.pk])
            rows.append((
                Cell(plain(one.department.name if one.department else MISSING), align="center"),
                Cell(plain(str(one.indicator.perf_project))),
                Cell((Run(str(one.indicator), url=url),)), Cell(plain(shown(one.target)), align="right", value=one.target),
                Cell(plain(shown(one.value)), align="right", value=one.value),
                Cell(plain(number(one.rate, evaluation.plan.rate_places)), align="right", value=one.rate),
                Cell(plain(one.state_label), align="center"),
            ))  # fmt: skip
    if len(rows) == 1:
        yield Line("weak.none", "○", plain("없음"))
    else:
        yield Table("weak.table", tuple(rows), 1, (2.6, 4, 4, 1.8, 1.8, 2, 2), "미흡 지표")


def checks(context: Context) -> list[Check]:
    """상태의 합, 가중치의 합, 실적을 다 적지 않은 부서."""
    evaluation = _evaluation(context.year)
    if evaluation is None:
        return [Check(False, f"{context.year}년 성과관리계획이 없습니다", "계획을 먼저 등록해 주세요.")]
    parts = [evaluation.counts[state] for state in _ORDER]
    ok = sum(parts) == len(evaluation.results)
    found = [
        Check(
            ok,
            f"상태별 지표의 합이 전체와 {'같습니다' if ok else '다릅니다'}",
            " + ".join(map(str, parts)) + f" = {len(evaluation.results)}",
        )
    ]
    problems = weight_problems(evaluation.plan)
    found += [Check(False, problem) for problem in problems] or [Check(True, "가중치의 합이 모두 100입니다")]
    if evaluation.provisional:
        found.append(
            Check(False, f"실적을 다 적지 않은 부서 {len(evaluation.provisional)}곳", "순위를 매기지 않았습니다.")
        )
    return found


def default_as_of(year: int) -> date:
    """중간평가의 기준일(계획에 적은 날), 없으면 6월 30일과 오늘 가운데 앞선 날."""
    plan = PerfPlan.objects.of_year(year)
    found = plan.as_of(Stage.MID) if plan else None
    return found or min(date(year, 6, 30), timezone.localdate())


MID = Template(
    "performance-mid", "{year}년 성과관리 중간평가", Team.EVALUATION, "해마다 7월", PARTS, build, checks, default_as_of
)
