"""2023년 성과관리 표본을 한꺼번에 싣고 걷는다. 사람이 적은 종합평가 실적이나 의견은 남긴다."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from core.access import Team
from core.history.clearing import Clearing
from core.org.models import Department
from core.rounds.models import Round, Submission
from core.rounds.period import Cycle
from evaluation.performance import services
from evaluation.performance.models import (
    GradeBand,
    Indicator,
    IndicatorActual,
    IndicatorChange,
    IndicatorPast,
    IndicatorStep,
    Objection,
    PerfPlan,
    PerfProject,
    PerfScore,
    Stage,
)
from evaluation.performance.rounds import MidCollection
from evaluation.performance.sample.catalogue import COUNTED, STEPS, YEAR, SampleIndicator, catalogue

BANDS = (("S", 10, True), ("A", 30, False), ("B", 40, False), ("C", 20, False))
# 중간평가의 가감점: 부서 코드, 점수, 사유
ADJUSTMENTS = (("S016", "0.5", "국무총리 표창"), ("S024", "0.3", "적극행정 우수사례"), ("S001", "-0.2", "실적 제출 지연"))
VIEWPOINTS = tuple(PerfProject.Viewpoint)
DUE = datetime(YEAR, 7, 14, 18)
# 마감을 하루 넘긴 부서
LATE = ("S013", "S027")


def load_performance() -> int:
    """표본 계획이 없을 때만 싣고 지표 수를 준다. 그해의 계획이 있으면 손대지 않는다."""
    if PerfPlan.objects.filter(year=YEAR).exists():
        return 0
    departments = {one.code: one for one in Department.objects.filter(code__in=catalogue())}
    plan = PerfPlan(
        year=YEAR, guideline_on=date(YEAR, 1, 16), drafts_due_on=date(YEAR, 2, 24), fixed_on=date(YEAR, 3, 20),
        mid_on=date(YEAR, 6, 30), final_on=date(YEAR, 11, 30), status=PerfPlan.Status.FIXED, is_sample=True,
        note="표본. 셈의 기준과 등급 비율은 지어낸 것입니다.",
    )  # fmt: skip
    plan.save()
    GradeBand.objects.bulk_create(
        GradeBand(plan=plan, order=order, grade=grade, share=share, is_excellent=best)
        for order, (grade, share, best) in enumerate(BANDS, start=1)
    )
    pairs = _indicators(plan, departments)
    _mid_round(pairs, departments)
    for code, points, reason in ADJUSTMENTS:
        if code in departments:
            PerfScore(
                plan=plan, department=departments[code], stage=Stage.MID, adjustment=Decimal(points), adjustment_reason=reason,
                is_sample=True,
            ).save()
    services.settle(plan, Stage.MID)
    plan.status = PerfPlan.Status.MID
    plan.save()
    _changes([one for one, _sample in pairs])
    return len(pairs)


def _indicators(plan: PerfPlan, departments: dict[str, Department]) -> list[tuple[Indicator, SampleIndicator]]:
    """주요사업, 지표, 이정표 단계, 지난 실적."""
    kept = [(departments[code], projects) for code, projects in catalogue().items() if code in departments]
    made = PerfProject.objects.bulk_create(
        PerfProject(plan=plan, department=department, order=order, title=one.title, weight=Decimal(one.weight),
                    viewpoint=VIEWPOINTS[(order - 1) % 4 if order > 2 else 0], is_sample=True)
        for department, projects in kept for order, one in enumerate(projects, start=1)
    )  # fmt: skip
    flat = [one for _department, projects in kept for one in projects]
    pairs = [
        (_indicator(project, order, one), one)
        for project, sample in zip(made, flat, strict=True) for order, one in enumerate(sample.indicators, start=1)
    ]  # fmt: skip
    Indicator.objects.bulk_create(row for row, _one in pairs)
    IndicatorStep.objects.bulk_create(
        IndicatorStep(indicator=row, threshold=Decimal(number), label=label, achievement=Decimal(done))
        for row, one in pairs if one.direction == "milestone" for number, (label, done) in enumerate(STEPS, start=1)
    )  # fmt: skip
    IndicatorPast.objects.bulk_create(
        IndicatorPast(indicator=row, year=year, target=target, actual=actual) for row, one in pairs for year, target, actual in one.pasts
    )
    return pairs


def _indicator(project: PerfProject, order: int, one: SampleIndicator) -> Indicator:
    counted = one.unit in COUNTED and one.direction != "milestone"
    return Indicator(
        perf_project=project, order=order, name=one.name, unit=one.unit, direction=one.direction, method=one.method,
        weight=Decimal(one.weight), target=None if one.direction == "milestone" else one.target, mid_target=one.mid_target,
        base_value=one.pasts[-1][2] if one.direction != "milestone" else None, formula_text=one.formula,
        definition=f"「{project.title}」의 성과를 {one.name}(으)로 잰다.", evidence=one.evidence, data_source=one.source,
        aggregation=Indicator.Aggregation.SUM if counted else Indicator.Aggregation.LAST,
        status=Indicator.Status.MID_EVALUATED, is_sample=True,
    )  # fmt: skip


def _mid_round(pairs: list[tuple[Indicator, SampleIndicator]], departments: dict[str, Department]) -> None:
    """확정까지 마친 중간평가 회차와 실적."""
    zone = timezone.get_current_timezone()
    due = DUE.replace(tzinfo=zone)
    rows = Round.objects.filter(form=MidCollection.code, year=YEAR)
    found = rows.first() or Round(
        title=f"{YEAR}년 {MidCollection.title}", form=MidCollection.code, team=Team.EVALUATION, cycle=Cycle.YEAR, year=YEAR,
        as_of=date(YEAR, 6, 30), due_at=due, instructions="6월 30일까지의 실적을 지표의 단위 그대로 적어 주세요.",
        status=Round.Status.CLOSED, opened_at=due - timedelta(days=11), closed_at=due + timedelta(days=7), is_sample=True,
    )  # fmt: skip
    if not found.pk:
        found.save()
        Submission.objects.bulk_create(
            Submission(
                round=found, department=one, department_name=one.name, order=one.order, responsible=one,
                status=Submission.Status.CONFIRMED, first_submitted_at=_submitted(due, number, code),
                submitted_at=_submitted(due, number, code), confirmed_at=due + timedelta(days=5),
            )
            for number, (code, one) in enumerate(departments.items())
        )  # fmt: skip
    submissions = {one.department_id: one for one in found.submissions.all()}
    IndicatorActual.objects.bulk_create(
        IndicatorActual(
            indicator=row, stage=Stage.MID, actual=one.mid_actual, submission=submissions.get(row.perf_project.department_id),
            note="상반기 추진계획에 따라 정상 추진" if one.mid_actual else "", is_sample=True,
        )
        for row, one in pairs
    )  # fmt: skip


def _submitted(due: datetime, number: int, code: str) -> datetime:
    return due + timedelta(hours=20) if code in LATE else due - timedelta(hours=5 + number * 3)


def _changes(indicators: list[Indicator]) -> None:
    """중간평가 뒤에 승인한 목표 변경 하나와, 승인을 기다리는 신청 하나."""
    by_name = {one.name: one for one in indicators}
    approved = by_name.get("축제 방문객")
    if approved:
        change = IndicatorChange(
            indicator=approved, new_target=Decimal(280_000), reason="호우로 여름 축제 하루를 취소함", requested_on=date(YEAR, 8, 7),
            is_sample=True,
        )  # fmt: skip
        change.save()
        services.approve_change(change, None, "부구청장 방침(표본, 2023. 8. 14.)")
        change.refresh_from_db()
        change.decided_on = date(YEAR, 8, 14)
        change.save()
    if waiting := by_name.get("공원 조성 공정"):
        IndicatorChange(
            indicator=waiting, new_definition="보상 협의가 끝난 2개 필지의 조성 공정을 이정표로 잰다.",
            reason="토지 보상 협의가 늦어 대상 필지를 나눔", requested_on=date(YEAR, 10, 16), is_sample=True,
        ).save()  # fmt: skip


def clear_performance(clearing: Clearing) -> None:
    """표본을 걷는다. 사람이 만든 종합평가 실적과 신청이 기대고 있는 지표는 까닭과 함께 남는다."""
    rows: tuple[Any, ...] = (
        Objection.objects.filter(is_sample=True), IndicatorChange.objects.filter(is_sample=True),
        IndicatorActual.objects.filter(is_sample=True),
    )  # fmt: skip
    for found in rows:
        if not clearing.clear_at_once(found):
            clearing.clear_untouched(found)
    clearing.clear(Round.objects.filter(form=MidCollection.code, is_sample=True))
    indicators = Indicator.objects.filter(is_sample=True)
    below = (IndicatorStep.objects.filter(indicator__in=indicators), IndicatorPast.objects.filter(indicator__in=indicators))
    for found in (indicators, PerfProject.objects.filter(is_sample=True)):
        if not clearing.clear_at_once(found, *below):
            clearing.clear(found)
    clearing.clear(PerfPlan.objects.filter(is_sample=True))
