"""2023년 성과관리 표본(fixtures/sample/evaluation/performance)을 한꺼번에 싣고 걷는다. 사람이 적은 종합평가 실적이나 의견은 남긴다."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from core.excel.sample import load_sheet, sheet_lines
from core.history.clearing import Clearing
from core.org.models import Department
from core.rounds.models import Round
from core.rounds.sample import past_round
from evaluation.performance import services
from evaluation.performance.excel import IndicatorActualResource, IndicatorResource, PerfProjectResource
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

FOLDER = "evaluation/performance"
YEAR = 2023
BANDS = (("S", 10, True), ("A", 30, False), ("B", 40, False), ("C", 20, False))
STEPS = (("기본계획 수립", 25), ("설계·발주 착수", 50), ("중간 보고·공정 70%", 75), ("완료·준공", 100))
# 중간평가의 가감점: 부서 코드, 점수, 사유
ADJUSTMENTS = (("S016", "0.5", "국무총리 표창"), ("S024", "0.3", "적극행정 우수사례"), ("S001", "-0.2", "실적 제출 지연"))
DUE = datetime(YEAR, 7, 14, 18)
# 마감을 하루 넘긴 부서
LATE = ("S013", "S027")


def load_performance() -> int:
    """표본 계획이 없을 때만 싣고 지표 수를 준다. 그해의 계획이 있으면 손대지 않는다."""
    if PerfPlan.objects.filter(year=YEAR).exists():
        return 0
    plan = PerfPlan(
        year=YEAR, guideline_on=date(YEAR, 1, 16), drafts_due_on=date(YEAR, 2, 24), fixed_on=date(YEAR, 3, 20),
        mid_on=date(YEAR, 6, 30), final_on=date(YEAR, 11, 30), is_sample=True, note="표본. 셈의 기준과 등급 비율은 지어낸 것입니다.",
    )  # fmt: skip
    plan.save()
    GradeBand.objects.bulk_create(
        GradeBand(plan=plan, order=order, grade=grade, share=share, is_excellent=best)
        for order, (grade, share, best) in enumerate(BANDS, start=1)
    )
    services.advance(plan, PerfPlan.Status.DRAFTING)
    load_sheet(PerfProjectResource(), f"{FOLDER}/projects")
    indicators = load_sheet(IndicatorResource(), f"{FOLDER}/indicators")
    _parts(indicators)
    services.move_indicators(indicators, Indicator.Status.SUBMITTED)
    services.advance(plan, PerfPlan.Status.ADJUSTING)
    services.advance(plan, PerfPlan.Status.FIXED)
    _mid_round()
    load_sheet(IndicatorActualResource(), f"{FOLDER}/mid_actuals")
    departments = {one.code: one for one in Department.objects.filter(code__in=[code for code, *_ in ADJUSTMENTS])}
    PerfScore.objects.bulk_create(
        PerfScore(plan=plan, department=departments[code], stage=Stage.MID, adjustment=Decimal(points), adjustment_reason=reason,
                  is_sample=True)
        for code, points, reason in ADJUSTMENTS
    )  # fmt: skip
    services.advance(plan, PerfPlan.Status.MID)
    _changes(indicators)
    return len(indicators)


def _parts(indicators: list[Indicator]) -> None:
    """엑셀의 약속이 없는 것: 이정표의 단계와 지난 3년의 목표·실적."""
    IndicatorStep.objects.bulk_create(
        IndicatorStep(indicator=one, threshold=Decimal(number), label=label, achievement=Decimal(done))
        for one in indicators if one.direction == Indicator.Direction.MILESTONE for number, (label, done) in enumerate(STEPS, start=1)
    )  # fmt: skip
    IndicatorPast.objects.bulk_create(
        IndicatorPast(indicator=one, year=year, target=Decimal(line[f"{year}년 목표"]), actual=Decimal(line[f"{year}년 실적"]))
        for one, line in zip(indicators, sheet_lines(f"{FOLDER}/pasts"), strict=True) for year in range(YEAR - 3, YEAR)
    )  # fmt: skip


def _mid_round() -> None:
    """확정까지 마친 중간평가 회차. 그해의 회차가 이미 있으면 그대로 둔다."""
    if Round.objects.filter(form=MidCollection.code, year=YEAR).exists():
        return
    due = timezone.make_aware(DUE)
    collection = MidCollection()
    round = Round(
        title=f"{YEAR}년 {collection.title}", form=collection.code, team=collection.team, cycle=collection.cycle, year=YEAR,
        as_of=date(YEAR, 6, 30), due_at=due, instructions="6월 30일까지의 실적을 지표의 단위 그대로 적어 주세요.",
        status=Round.Status.CLOSED, opened_at=due - timedelta(days=11), closed_at=due + timedelta(days=7), is_sample=True,
    )  # fmt: skip

    def sent_at(number: int, one: Department) -> datetime:
        return due + timedelta(hours=20) if one.code in LATE else due - timedelta(hours=5 + number * 3)

    past_round(round, collection, sent_at, due + timedelta(days=5))


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
