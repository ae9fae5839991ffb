"""부서·사업·지표의 점수를 매긴다. 한 계획, 한 평가를 질의 몇 번에 읽어 화면·엑셀·수치·확정이 같은 셈을 쓴다.

달성도와 점수는 단계마다 지침의 자릿수로 끝수를 처리하고 그 값으로 다음을 셈한다. 인쇄한 성과표의 식을 손으로 셈해도 같은 점수가
나와야 하기 때문이다.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from core.formats import number
from core.history.revisions import kept_rows
from core.org.models import Department
from evaluation.performance import calculators
from evaluation.performance.models import (
    GradeBand,
    Indicator,
    IndicatorActual,
    IndicatorChange,
    IndicatorStep,
    PerfPlan,
    PerfProject,
    PerfScore,
    Stage,
)

ACHIEVED, CLOSE, RISK, MISSING = "achieved", "close", "risk", "missing"
STATES = {ACHIEVED: "달성", CLOSE: "근접", RISK: "위험", MISSING: "실적 없음"}
KINDS = {ACHIEVED: "done", CLOSE: "ok", RISK: "bad", MISSING: "none"}


def shown(value: Decimal | None) -> str:
    """지표의 값을 적은 자릿수대로, 천 단위 쉼표로."""
    return number(value, max(0, -int(value.as_tuple().exponent))) if value is not None else "-"


def weight_shown(value: Decimal) -> str:
    """가중치. 100 이나 37.5 처럼 적는다."""
    return shown(value.normalize() if value != value.to_integral_value() else value.quantize(Decimal(1)))


@dataclass
class IndicatorResult:
    """지표 하나의 한 번의 평가."""

    plan: PerfPlan
    stage: str
    indicator: Indicator
    actual: IndicatorActual | None
    steps: list[IndicatorStep]
    changes: list[IndicatorChange] = field(default_factory=list)
    department: Department | None = None

    @property
    def target(self) -> Decimal | None:
        return self.indicator.target_at(self.stage)

    @property
    def value(self) -> Decimal | None:
        return self.actual.value if self.actual else None

    @property
    def cap(self) -> Decimal:
        return Decimal(self.indicator.cap or self.plan.cap)

    @cached_property
    def exact(self) -> Decimal | None:
        """상한을 씌우기 앞의 달성도(%)."""
        return self._achievement(self.target)

    def _achievement(self, target: Decimal | None) -> Decimal | None:
        steps = [(step.threshold, step.achievement) for step in self.steps]
        one = self.indicator
        return calculators.achievement(one.direction, one.method, target, self.value, self.cap, steps)

    @property
    def achievement(self) -> Decimal | None:
        """달성도(%): 상한을 씌운 값."""
        return calculators.capped(self.exact, self.cap)

    @property
    def state(self) -> str:
        """달성(100% 이상), 근접, 위험(지침에서 정한 달성도 아래), 실적 없음."""
        if self.exact is None:
            return MISSING
        if self.exact >= 100:
            return ACHIEVED
        return RISK if self.exact < self.plan.risk_below else CLOSE

    @property
    def state_label(self) -> str:
        return STATES[self.state]

    @property
    def state_kind(self) -> str:
        return KINDS[self.state]

    @property
    def rate(self) -> Decimal | None:
        """끝수를 처리한 달성도(%). 점수는 이 값으로 셈한다."""
        return self.plan.rounded(self.achievement, self.plan.rate_places)

    @property
    def score(self) -> Decimal | None:
        """사업 안의 점수 = 달성도 × 가중치 ÷ 100."""
        return self._score(self.target, self.indicator.weight)

    def _score(self, target: Decimal | None, weight: Decimal) -> Decimal | None:
        rate = self.plan.rounded(calculators.capped(self._achievement(target), self.cap), self.plan.rate_places)
        return self.plan.rounded(calculators.points(rate, weight), self.plan.score_places)

    @property
    def formula(self) -> str:
        """달성도를 어떻게 셈했는가: 실적 ÷ 목표 × 100 = …"""
        one, target, value = self.indicator, shown(self.target), shown(self.value)
        if self.exact is None:
            if self.value is None:
                return "실적이 없어 셈하지 않음"
            return "이정표 단계가 없어 셈하지 않음" if one.direction == one.Direction.MILESTONE else "목표가 없거나 0이라 셈하지 않음"
        result = f"{number(self.plan.rounded(self.exact, self.plan.rate_places), self.plan.rate_places)}%"
        if one.direction == one.Direction.MILESTONE:
            reached = [step for step in self.steps if self.value is not None and step.threshold <= self.value]
            text = f"실적 {value} → 「{reached[-1].label if reached else '첫 단계 앞'}」 {result}"
        elif one.direction == one.Direction.UP:
            text = f"실적 {value} ÷ 목표 {target} × 100 = {result}"
        elif one.method == one.Method.LINEAR:
            text = f"(2 − 실적 {value} ÷ 목표 {target}) × 100 = {result}"
        elif not self.value:
            text = f"실적이 0이라 상한 {result}"
        else:
            text = f"목표 {target} ÷ 실적 {value} × 100 = {result}"
        return f"{text} → 상한 {number(self.cap)}%" if self.exact > self.cap else text

    @property
    def points_formula(self) -> str:
        """점수를 어떻게 셈했는가: 달성도 × 가중치 ÷ 100 = …"""
        if self.achievement is None:
            return "-"
        rate = number(self.rate, self.plan.rate_places)
        return f"{rate} × {weight_shown(self.indicator.weight)} ÷ 100 = {number(self.score, self.plan.score_places)}"

    @property
    def earlier(self) -> list[tuple[IndicatorChange, Decimal | None]]:
        """승인된 변경마다 (변경, 앞 목표·가중치로 셈한 점수)."""
        found = []
        for change in self.changes:
            target = change.old_target if "target" in change_terms(change) else self.target
            weight = change.old_weight if change.old_weight is not None else self.indicator.weight
            found.append((change, self._score(target, weight)))
        return found


def change_terms(change: IndicatorChange) -> list[str]:
    """변경 신청에서 바뀌는 항목. 승인한 뒤에도 안다."""
    pairs = {name: (getattr(change, f"old_{name}"), getattr(change, f"new_{name}")) for name in change.TERMS}
    return [name for name, (old, new) in pairs.items() if new not in (None, "") and new != old]


@dataclass
class ProjectResult:
    """주요사업 하나의 점수."""

    plan: PerfPlan
    project: PerfProject
    indicators: list[IndicatorResult]

    @cached_property
    def total(self) -> calculators.Total:
        return calculators.total((one.score, one.indicator.weight, True) for one in self.indicators)

    @property
    def score(self) -> Decimal | None:
        """사업 점수 = Σ 지표 점수."""
        return self.total.score

    @property
    def share(self) -> Decimal | None:
        """부서 점수에 들어가는 몫 = 사업 점수 × 가중치 ÷ 100."""
        return self.plan.rounded(calculators.points(self.score, self.project.weight), self.plan.score_places)

    @property
    def share_formula(self) -> str:
        """부서 점수에 들어가는 몫을 어떻게 셈했는가."""
        if self.score is None:
            return "-"
        places = self.plan.score_places
        return f"{number(self.score, places)} × {weight_shown(self.project.weight)} ÷ 100 = {number(self.share, places)}"

    @property
    def weight_sum(self) -> Decimal:
        """지표 가중치의 합. 100이어야 한다."""
        return sum((one.indicator.weight for one in self.indicators), Decimal(0))

    @property
    def counts(self) -> Counter[str]:
        return Counter(one.state for one in self.indicators)


@dataclass
class DepartmentResult:
    """한 부서의 점수, 순위, 등급."""

    plan: PerfPlan
    stage: str
    department: Department
    projects: list[ProjectResult]
    settled: PerfScore | None = None
    rank: int | None = None
    grade: str = ""
    is_excellent: bool = False

    @property
    def indicators(self) -> list[IndicatorResult]:
        return [one for project in self.projects for one in project.indicators]

    @cached_property
    def total(self) -> calculators.Total:
        return calculators.total((one.share, one.project.weight, one.total.is_complete) for one in self.projects)

    @property
    def base_score(self) -> Decimal | None:
        """지표 점수 = Σ 사업 점수 × 사업 가중치 ÷ 100."""
        return self.total.score

    @property
    def adjustment(self) -> Decimal | None:
        return self.settled.adjustment if self.settled else None

    @property
    def score(self) -> Decimal | None:
        """최종 점수 = 지표 점수 + 가감점."""
        return None if self.base_score is None else self.base_score + (self.adjustment or 0)

    @property
    def is_provisional(self) -> bool:
        """실적이 없는 지표가 있어 아직 순위를 매기지 않는 점수인가."""
        return not self.total.is_complete

    @property
    def ranked_score(self) -> Decimal | None:
        return None if self.is_provisional else self.score

    @property
    def weight_sum(self) -> Decimal:
        """주요사업 가중치의 합. 100이어야 한다."""
        return sum((one.project.weight for one in self.projects), Decimal(0))

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(one.state for one in self.indicators)

    @property
    def same_as_settled(self) -> bool | None:
        """굳힌 점수와 다시 셈한 점수가 같은가. 굳히지 않았으면 None."""
        if self.settled is None or self.settled.settled_at is None:
            return None
        return self.settled.score == self.score and self.settled.rank == self.rank


class Evaluation:
    """한 계획의 한 번의 평가.

    indicators  볼 수 있는 지표. 부서 담당자는 자기 부서의 것만 준다.
    whole       모든 부서를 다 읽었는가. 일부만 읽었으면 순위와 등급은 굳힌 것만 보인다.
    """

    def __init__(self, plan: PerfPlan, stage: str, indicators: QuerySet[Indicator] | None = None, *, whole: bool = True) -> None:
        self.plan, self.stage, self.whole = plan, stage, whole
        rows: Any = Indicator.objects.all() if indicators is None else indicators
        self.queryset = rows.filter(perf_project__plan=plan)

    @cached_property
    def results(self) -> list[IndicatorResult]:
        """지표마다의 결과, 직제순. 질의 네 번."""
        rows = kept_rows(
            self.queryset.select_related("perf_project__department", "perf_project__plan").order_by(*Indicator.objects.in_order())
        )
        keys = self.queryset.order_by().values("pk")
        actuals = {
            row.indicator_id: row for row in kept_rows(IndicatorActual.objects.filter(indicator__in=keys, stage=self.stage))
        }
        steps: dict[int, list[IndicatorStep]] = {}
        for step in kept_rows(IndicatorStep.objects.filter(indicator__in=keys).order_by("threshold")):
            steps.setdefault(step.indicator_id, []).append(step)
        changes: dict[int, list[IndicatorChange]] = {}
        approved = IndicatorChange.objects.filter(indicator__in=keys, status=IndicatorChange.Status.APPROVED)
        for change in kept_rows(approved.order_by("decided_on", "pk")):
            changes.setdefault(change.indicator_id, []).append(change)
        return [
            IndicatorResult(
                self.plan, self.stage, row, actuals.get(row.pk), steps.get(row.pk, []), changes.get(row.pk, []),
                row.perf_project.department,
            )
            for row in rows
        ]  # fmt: skip

    @cached_property
    def settled(self) -> dict[int, PerfScore]:
        return {row.department_id: row for row in kept_rows(PerfScore.objects.filter(plan=self.plan, stage=self.stage))}

    @cached_property
    def bands(self) -> list[GradeBand]:
        return kept_rows(self.plan.bands.all())

    @cached_property
    def departments(self) -> list[DepartmentResult]:
        """부서마다의 점수, 직제순. 순위와 등급까지 매긴다."""
        projects: dict[int, ProjectResult] = {}
        for one in self.results:
            project = one.indicator.perf_project
            projects.setdefault(project.pk, ProjectResult(self.plan, project, [])).indicators.append(one)
        found: dict[int, DepartmentResult] = {}
        for result in projects.values():
            department = result.project.department
            line = found.setdefault(
                department.pk, DepartmentResult(self.plan, self.stage, department, [], self.settled.get(department.pk))
            )
            line.projects.append(result)
        lines = list(found.values())
        if self.whole:
            self._rank(lines)
        else:
            for line in lines:
                if line.settled and line.settled.settled_at:
                    line.rank, line.grade = line.settled.rank, line.settled.grade
                    line.is_excellent = line.settled.is_excellent
        return lines

    def _rank(self, lines: list[DepartmentResult]) -> None:
        ranks = calculators.ranks([line.ranked_score for line in lines])
        grades = calculators.grades(ranks, [(band.grade, band.share) for band in self.bands])
        excellent = {band.grade for band in self.bands if band.is_excellent}
        for line, rank, grade in zip(lines, ranks, grades, strict=True):
            line.rank, line.grade, line.is_excellent = rank, grade, grade in excellent

    @property
    def projects(self) -> list[ProjectResult]:
        return [project for line in self.departments for project in line.projects]

    @property
    def ranking(self) -> list[DepartmentResult]:
        """순위대로. 순위가 없는 부서는 직제순으로 뒤에."""
        return sorted(self.departments, key=lambda line: (line.rank is None, line.rank or 0))

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(one.state for one in self.results)

    @property
    def provisional(self) -> list[DepartmentResult]:
        """실적을 아직 다 적지 않은 부서."""
        return [line for line in self.departments if line.is_provisional]

    @property
    def average(self) -> Decimal | None:
        """순위를 매긴 부서의 평균 점수."""
        scores = [line.ranked_score for line in self.departments if line.ranked_score is not None]
        return self.plan.rounded(sum(scores, Decimal(0)) / len(scores), self.plan.score_places) if scores else None

    def rows_url(self, **filters: Any) -> str:
        """그 수를 이루는 지표의 목록."""
        fixed: dict[str, Any] = {"plan": self.plan.pk}
        if "state" in filters:
            fixed["stage"] = self.stage
        return f"{reverse('evaluation.indicator-list')}?{urlencode({**fixed, **filters})}"


@dataclass(frozen=True)
class Moved:
    """중간평가와 종합평가 사이에 달라진 지표."""

    before: IndicatorResult
    after: IndicatorResult

    @property
    def is_worse(self) -> bool:
        order = (ACHIEVED, CLOSE, RISK, MISSING)
        return order.index(self.after.state) > order.index(self.before.state)


def moved(before: Evaluation, after: Evaluation) -> list[Moved]:
    """상태가 바뀌었거나 중간평가 뒤에 목표·가중치를 바꾼 지표. 나빠진 것부터. 종합평가 실적이 아직 없는 것은 바뀐 것이 아니다."""
    old = {one.indicator.pk: one for one in before.results}
    since = before.plan.mid_on
    found = [
        Moved(old[one.indicator.pk], one)
        for one in after.results
        if one.state not in (MISSING, old[one.indicator.pk].state)
        or any(since and change.decided_on and change.decided_on > since for change in one.changes)
    ]
    return sorted(found, key=lambda pair: not pair.is_worse)


def weight_problems(plan: PerfPlan, department: Department | None = None) -> list[str]:
    """가중치의 합이 100이 아닌 곳: 부서의 주요사업들, 사업의 지표들. 질의 두 번."""
    projects = PerfProject.objects.filter(plan=plan).select_related("department")
    if department:
        projects = projects.filter(department=department)
    by_department: dict[Department, Decimal] = {}
    by_project: dict[PerfProject, Decimal] = {}
    for project in kept_rows(projects.order_by("department__order", "department", "order", "pk")):
        by_department[project.department] = by_department.get(project.department, Decimal(0)) + project.weight
        by_project[project] = Decimal(0)
    known = {project.pk: project for project in by_project}
    indicators = Indicator.objects.filter(perf_project__in=projects.order_by().values("pk"))
    for key, weight in kept_rows(indicators.values_list("perf_project", "weight")):
        by_project[known[key]] += weight
    found = [
        f"{name}: 주요사업 가중치의 합 {weight_shown(weight)}" for name, weight in by_department.items() if weight != 100
    ]
    found += [
        f"{project.department} 「{project}」: " + (f"지표 가중치의 합 {weight_shown(weight)}" if weight else "지표 없음")
        for project, weight in by_project.items() if weight != 100
    ]  # fmt: skip
    return found


def board_url(plan: PerfPlan, stage: str, **more: Any) -> str:
    """현황판의 주소."""
    return f"{reverse('evaluation.performance-board')}?{urlencode({'year': plan.year, 'stage': stage, **more})}"


def current_stage(plan: PerfPlan) -> str:
    """지금 보일 평가: 종합평가의 실적이 있거나 종합평가를 마쳤으면 종합, 아니면 중간."""
    if plan.status in (PerfPlan.Status.FINAL, PerfPlan.Status.CLOSED):
        return Stage.FINAL
    rows = IndicatorActual.objects.filter(indicator__perf_project__plan=plan, stage=Stage.FINAL, actual__isnull=False)
    return Stage.FINAL if kept_rows(rows.values("pk")[:1]) else Stage.MID
