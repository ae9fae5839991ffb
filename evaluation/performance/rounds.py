"""성과지표의 취합 서식: 7월 중간평가와 12월 종합평가의 실적."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse

from core.access import Team
from core.org.models import Department
from core.projects.models import ProjectResult
from core.projects.results import Contradiction, record
from core.rounds.collection import Collection, RowTitle
from core.rounds.models import Round, Submission
from core.rounds.period import Cycle, Period
from evaluation.performance import calculators
from evaluation.performance.excel import IndicatorActualResource
from evaluation.performance.models import Indicator, IndicatorActual, PerfPlan, Stage
from evaluation.performance.models.fields import plain
from evaluation.performance.scoring import board_url, shown

# 이보다 높은 달성도는 단위를 잘못 적었는지 묻는다.
TOO_HIGH = Decimal(150)


class IndicatorActualRowForm(forms.ModelForm):  # type: ignore[type-arg]
    """지표 실적 한 줄. 부서가 적는 것만."""

    class Meta:
        model = IndicatorActual
        fields = ("actual", "note")
        widgets: ClassVar = {"note": forms.Textarea(attrs={"rows": 2})}


class ActualCollection(Collection):
    """성과지표 실적. 한 부서의 확정된 지표마다 한 줄이다."""

    stage: ClassVar[Stage]
    # 실적을 받을 수 있는 지표의 상태와, 확정한 뒤의 상태
    before: ClassVar[tuple[Indicator.Status, ...]]
    after: ClassVar[Indicator.Status]

    team = Team.EVALUATION
    cycle = Cycle.YEAR
    model = IndicatorActual
    fields = ("actual", "note")
    previous_fields = ("actual",)
    row_heading = "성과지표"
    select_related = ("indicator__perf_project__plan", "indicator__perf_project__department", "indicator__perf_project__project")
    order_by = ("indicator__perf_project__order", "indicator__perf_project", "indicator__order", "indicator")
    resource = IndicatorActualResource
    row_form = IndicatorActualRowForm
    tips = (
        "실적은 지표의 단위 그대로 적습니다. 아직 없는 값을 0으로 적지 마세요. 0은 실적이 0이라는 뜻입니다.",
        "비율 지표는 %로 적습니다. 예: 92.5",
        "이정표 지표는 마친 단계의 번호를 적습니다.",
        "추진실적은 한두 줄로, 증빙은 지표마다 붙입니다.",
    )

    def indicators(self, round: Round) -> QuerySet[Any]:
        """이 회차에서 실적을 받을 지표."""
        return Indicator.objects.filter(
            perf_project__plan__year=round.year, perf_project__plan__status__in=PerfPlan.SETTLED, status__in=self.before
        )

    def default_as_of(self, period: Period) -> date:
        """그해 성과관리계획에서 정한 평가의 기준일."""
        plan = PerfPlan.objects.filter(year=period.year).first()
        found: date | None = plan.as_of(self.stage) if plan else None
        return found or period.last_day

    def after_url(self, round: Round) -> tuple[str, str] | None:
        """낸 실적이 모이는 현황판."""
        plan = PerfPlan.objects.filter(year=round.year).first()
        return ("성과관리 현황", board_url(plan, self.stage)) if plan else None

    def departments(self, round: Round) -> QuerySet[Department]:
        return Department.objects.filter(pk__in=self.indicators(round).values("perf_project__department"))

    def create_rows(self, round: Round, submissions: Mapping[int, Submission]) -> int:
        indicators = list(self.indicators(round).filter(perf_project__department__in=submissions).select_related("perf_project"))
        there = {row.indicator_id: row for row in IndicatorActual.objects.filter(indicator__in=indicators, stage=self.stage)}
        new = []
        for indicator in indicators:
            submission = submissions[indicator.perf_project.department_id]
            if row := there.get(indicator.pk):
                row.submission = submission
            else:
                new.append(IndicatorActual(indicator=indicator, stage=self.stage, submission=submission, is_sample=round.is_sample))
        IndicatorActual.objects.bulk_create(new)
        IndicatorActual.objects.bulk_update(there.values(), ["submission"])
        return len(indicators)

    def row_title(self, row: Any) -> RowTitle:
        one = row.indicator
        target = shown(one.target_at(self.stage)) if one.direction != Indicator.Direction.MILESTONE else "단계표"
        return RowTitle(
            f"{one.perf_project.order}-{one.order}", one.name,
            f"{one.perf_project.title} · {one.get_direction_display()} · 목표 {target} {one.unit} · 산식 {one.formula_text}",
            reverse("evaluation.indicator-detail", args=[one.pk]),
        )  # fmt: skip

    def previous(self, rows: Sequence[Any]) -> dict[int, Any]:
        """종합평가는 그해의 중간평가, 중간평가는 지난해 같은 지표의 종합평가 실적. 확정된 것만."""
        settled = Q(submission=None) | Q(submission__status=Submission.Status.CONFIRMED)
        if self.stage == Stage.FINAL:
            wanted = {row.indicator_id: row.pk for row in rows}
            found = IndicatorActual.objects.filter(settled, indicator__in=wanted, stage=Stage.MID)
        else:
            wanted = {row.indicator.previous_id: row.pk for row in rows if row.indicator.previous_id}
            found = IndicatorActual.objects.filter(settled, indicator__in=wanted, stage=Stage.FINAL)
        return {wanted[one.indicator_id]: one for one in found}

    def warnings(self, row: Any, previous: Any | None) -> dict[str, str]:
        one, value = row.indicator, row.actual
        if value is None:
            return {}
        if one.unit.strip() == "%" and value > 100 and one.direction != Indicator.Direction.UP:
            return {"actual": f"{shown(value)}%는 100%를 넘습니다. 백분율인지 확인해 주세요."}
        if previous is not None and previous.value is not None:
            lower = value < previous.value
            if self.stage == Stage.FINAL and one.aggregation == Indicator.Aggregation.SUM and value == previous.value != 0:
                return {"actual": f"누계인데 중간평가 실적 {shown(previous.value)}과 같습니다. 하반기 실적을 더했는지 확인해 주세요."}
            if self.stage == Stage.FINAL and one.aggregation == Indicator.Aggregation.SUM and lower:
                return {"actual": f"누계인데 중간평가 실적 {shown(previous.value)}보다 작습니다."}
            if self.stage == Stage.MID and one.direction == Indicator.Direction.UP and lower and one.aggregation != "sum":
                return {"actual": f"지난해 실적 {shown(previous.value)}보다 낮습니다."}
        target = one.target_at(self.stage)
        rate = calculators.achievement(one.direction, one.method, target, value, calculators.HUNDRED)
        if one.direction == Indicator.Direction.UP and rate is not None and rate > TOO_HIGH:
            return {"actual": f"목표 {shown(target)}의 {rate:.0f}%입니다. 단위가 맞는지 확인해 주세요."}
        if one.direction == Indicator.Direction.DOWN and value == 0:
            return {"actual": "0이면 달성도는 상한입니다. 실적이 정말 0인지, 아직 없는지 확인해 주세요."}
        return {}

    def missing(self, row: Any) -> list[str]:
        return ["actual"] if row.actual is None else []

    def period(self, year: int) -> Period:
        """실적이 가리키는 기간: 중간평가는 상반기, 종합평가는 한 해."""
        return Period(year, 1, Cycle.HALF if self.stage == Stage.MID else Cycle.YEAR)

    def confirmed(self, submission: Submission, rows: Sequence[Any]) -> None:
        """확정한 지표를 「중간평가」나 「종합평가」로 옮기고, 사업을 이은 지표의 실적을 사업의 실적으로 적는다."""
        keys = [row.indicator_id for row in rows]
        Indicator.objects.filter(pk__in=keys, status__in=self.before).exclude(status=self.after).update(status=self.after)
        source = str(submission.round)
        for row in rows:
            one, project = row.indicator, row.indicator.perf_project.project
            if project is None or row.value is None:
                continue
            try:
                record(
                    project, one.name, self.period(one.perf_project.plan.year), row.value, unit=one.unit,
                    entered_by=submission.handler, source=source, source_url=reverse("evaluation.indicatoractual-detail", args=[row.pk]),
                )
            except Contradiction:
                # 어긋난 값은 적을 때 이미 알렸다. 확정을 막지 않고 먼저 적은 값을 둔다.
                continue

    def known(self, rows: Sequence[Any]) -> dict[int, dict[str, Any]]:
        """같은 사업의 같은 이름, 같은 기간의 실적을 다른 취합에서 벌써 받았으면 그 값."""
        linked = [row for row in rows if row.indicator.perf_project.project_id]
        if not linked:
            return {}
        period = self.period(linked[0].indicator.perf_project.plan.year)
        found = {
            (one.project_id, one.figure): one.value
            for one in ProjectResult.objects.filter(
                project__in={row.indicator.perf_project.project_id for row in linked},
                year=period.year, cycle=period.cycle, number=period.number,
            )
        }  # fmt: skip
        values = {row.pk: found.get((row.indicator.perf_project.project_id, row.indicator.name)) for row in linked}
        return {key: {"actual": plain(value)} for key, value in values.items() if value is not None}


class MidCollection(ActualCollection):
    """7월 중간평가의 실적."""

    code = "evaluation.performance.mid"
    title = "성과지표 중간평가 실적"
    stage = Stage.MID
    before = (Indicator.Status.FIXED, Indicator.Status.MID_EVALUATED)
    after = Indicator.Status.MID_EVALUATED


class FinalCollection(ActualCollection):
    """12월 종합평가의 실적."""

    code = "evaluation.performance.final"
    title = "성과지표 종합평가 실적"
    stage = Stage.FINAL
    before = (Indicator.Status.FIXED, Indicator.Status.MID_EVALUATED, Indicator.Status.FINAL_EVALUATED)
    after = Indicator.Status.FINAL_EVALUATED
