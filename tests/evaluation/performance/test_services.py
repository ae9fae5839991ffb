"""계획의 단계, 제출과 확정, 점수 굳히기, 변경 승인, 이의신청."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.access import Role
from core.history.models import Change
from evaluation.performance import services
from evaluation.performance.models import (
    Indicator,
    IndicatorActual,
    IndicatorChange,
    IndicatorPast,
    Objection,
    PerfPlan,
    PerfScore,
)
from evaluation.performance.scoring import Evaluation, moved, weight_problems
from tests.evaluation.performance import factories as make
from tests.factories import DepartmentFactory, StaffFactory

pytestmark = pytest.mark.django_db
D = Decimal
S = Indicator.Status
P = PerfPlan.Status


def messages(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(error.value.messages)


def settled_plan(*actuals: tuple[object, ...], stage: str = "final", status: str = P.MID) -> PerfPlan:
    """부서마다의 실적이 있는 확정된 계획."""
    plan = make.PerfPlanFactory(status=status)
    for row in actuals:
        make.department_plan(plan=plan, actuals=row, stage=stage, status=S.MID_EVALUATED if stage == "final" else S.FIXED)
    return plan


# --- 수립 ---------------------------------------------------------------------------------------------


def test_weights_of_every_level_must_add_to_100() -> None:
    good, bad = make.department_plan(actuals=(1, 1)), make.department_plan(actuals=(1, 1))
    plan = good[0].perf_project.plan
    assert weight_problems(plan) == []
    Indicator.objects.filter(pk=bad[0].pk).update(weight=D(45))
    make.PerfProjectFactory(plan=plan, department=good[0].perf_project.department, title="새 사업", weight=D(20))
    found = weight_problems(plan)
    assert len(found) == 3
    assert any("주요사업 가중치의 합 120" in one for one in found)
    assert any("지표 가중치의 합 95" in one for one in found)
    assert any("「새 사업」: 지표 없음" in one for one in found)


def test_a_department_submits_and_takes_back_while_the_plan_is_open() -> None:
    indicators = make.department_plan(actuals=(1, 1))
    project = indicators[0].perf_project
    assert services.submit(project.plan, project.department) == 2
    assert set(Indicator.objects.values_list("status", flat=True)) == {S.SUBMITTED}
    with pytest.raises(ValidationError, match="이미 모두 제출"):
        services.submit(project.plan, project.department)
    assert services.take_back(project.plan, project.department) == 2
    Indicator.objects.filter(pk=indicators[0].pk).update(weight=D(40))
    with pytest.raises(ValidationError) as error:
        services.submit(project.plan, project.department)
    assert "가중치의 합이 100이 아닙니다" in messages(error)
    services.advance(project.plan, P.ADJUSTING)
    with pytest.raises(ValidationError, match="제출받지 않습니다"):
        services.submit(project.plan, project.department)


def test_a_plan_is_not_fixed_until_weights_add_up_and_all_have_submitted() -> None:
    (indicator,) = make.department_plan()
    plan = indicator.perf_project.plan
    services.advance(plan, P.ADJUSTING)
    with pytest.raises(ValidationError) as error:
        services.advance(plan, P.FIXED)
    assert "아직 작성하고 있는 지표가 1건" in messages(error)
    Indicator.objects.update(status=S.REVIEWED, weight=D(90))
    with pytest.raises(ValidationError) as error:
        services.advance(plan, P.FIXED)
    assert "지표 가중치의 합 90" in messages(error)
    Indicator.objects.update(weight=D(100))
    services.advance(plan, P.FIXED)
    indicator.refresh_from_db()
    assert (plan.status, indicator.status, plan.fixed_on) == (P.FIXED, S.FIXED, timezone.localdate())


def test_steps_are_taken_in_order() -> None:
    plan = make.PerfPlanFactory(status=P.GUIDELINE)
    with pytest.raises(ValidationError, match="바로 갈 수 없습니다"):
        services.advance(plan, P.FIXED)
    indicator = make.IndicatorFactory()
    with pytest.raises(ValidationError, match="바로 갈 수 없습니다"):
        indicator.move(S.FIXED)


def test_many_indicators_move_together_or_not_at_all() -> None:
    one, two = make.IndicatorFactory(status=S.SUBMITTED), make.IndicatorFactory(status=S.DRAFT)
    with pytest.raises(ValidationError):
        services.move_indicators([one, two], S.REVIEWED)
    one.refresh_from_db()
    assert one.status == S.SUBMITTED


# --- 평가 ---------------------------------------------------------------------------------------------


def test_scores_ranks_and_grades_are_settled() -> None:
    plan = settled_plan((100, 80), (95, 90), (95, 90), (60, 60))
    make.GradeBandFactory(plan=plan, order=1, grade="S", share=D(25), is_excellent=True)
    make.GradeBandFactory(plan=plan, order=2, grade="A", share=D(75))
    last = Evaluation(plan, "final").departments[3].department
    make.PerfScoreFactory(plan=plan, department=last, adjustment=D("0.5"), adjustment_reason="표창")
    services.advance(plan, P.FINAL)
    rows = list(PerfScore.objects.order_by("department__order").values_list("score", "rank", "grade", "is_excellent"))
    assert rows == [
        (D(90), 3, "A", False), (D("92.5"), 1, "S", True), (D("92.5"), 1, "S", True), (D("60.5"), 4, "A", False),
    ]  # fmt: skip
    assert set(Indicator.objects.values_list("status", flat=True)) == {S.FINAL_EVALUATED}
    assert plan.objection_until is not None
    assert plan.objection_until > timezone.localdate()


def test_a_stage_with_a_missing_actual_cannot_be_finished() -> None:
    plan = settled_plan((100, None), (90,))
    line = Evaluation(plan, "final").departments[0]
    assert line.is_provisional
    assert (line.score, line.rank, line.grade) == (D(50), None, "")
    with pytest.raises(ValidationError) as error:
        services.advance(plan, P.FINAL)
    assert "점수를 매길 수 없는 지표가 1건" in messages(error)
    assert not PerfScore.objects.exists()
    # 0점은 사람이 0이라고 인정해야 한다.
    IndicatorActual.objects.filter(actual=None).update(adjusted_value=D(0), opinion="실적을 내지 않음")
    services.advance(plan, P.FINAL)


def test_the_mid_stage_uses_the_half_year_target() -> None:
    (indicator,) = make.department_plan(actuals=(50,), target=D(100), mid_target=D(50))
    results = {stage: Evaluation(indicator.perf_project.plan, stage).results[0] for stage in ("mid", "final")}
    assert results["mid"].rate == 100
    assert results["mid"].formula == "실적 50 ÷ 목표 50 × 100 = 100.0%"
    assert results["final"].rate is None
    assert results["final"].formula == "실적이 없어 셈하지 않음"


def test_the_printed_formulas_give_the_printed_score() -> None:
    """적힌 식을 손으로 셈하면 같은 점수다: 끝수를 처리한 값으로 다음을 셈한다."""
    plan = make.PerfPlanFactory()
    department = DepartmentFactory()
    for weight, actuals in ((D(30), (89, 77)), (D(70), (33, 91, 58))):
        for indicator in make.department_plan(department, plan, actuals, target=D(93)):
            Indicator.objects.filter(pk=indicator.pk).update(weight=(D(100) / len(actuals)).quantize(D("0.01")))
            indicator.perf_project.weight = weight
            indicator.perf_project.save()
    line = Evaluation(plan, "mid").departments[0]
    for project in line.projects:
        for one in project.indicators:
            assert one.rate is not None
            assert one.score == (one.rate * one.indicator.weight / 100).quantize(D("0.01"), "ROUND_HALF_UP")
        assert project.score == sum(one.score for one in project.indicators if one.score is not None)
    assert line.score == sum(project.share for project in line.projects if project.share is not None)


def test_what_moved_between_the_stages_worst_first() -> None:
    plan = settled_plan((100, 100, 95), stage="mid", status=P.FIXED)
    rows = list(Indicator.objects.order_by("order"))
    for indicator, actual in zip(rows, (100, 70, 100), strict=True):
        make.IndicatorActualFactory(indicator=indicator, stage="final", actual=D(actual))
    pairs = moved(Evaluation(plan, "mid"), Evaluation(plan, "final"))
    assert [(pair.after.indicator, pair.is_worse) for pair in pairs] == [(rows[1], True), (rows[2], False)]


# --- 확정한 뒤의 변경 -----------------------------------------------------------------------------------


def test_a_fixed_target_is_not_edited_by_hand() -> None:
    indicator = Indicator.objects.get(pk=make.IndicatorFactory(status=S.FIXED).pk)
    indicator.evidence = "새 증빙"
    indicator.full_clean()
    indicator.target = D(50)
    with pytest.raises(ValidationError, match="지표 변경"):
        indicator.full_clean()
    draft = Indicator.objects.get(pk=make.IndicatorFactory().pk)
    draft.target = D(50)
    draft.full_clean()


def test_an_approved_change_keeps_who_when_why_and_both_scores() -> None:
    (indicator,) = make.department_plan(actuals=(80,), status=S.FIXED)
    change = make.IndicatorChangeFactory(indicator=indicator, new_target=D(80))
    team = StaffFactory(role=Role.TEAM, team="evaluation")
    with pytest.raises(ValidationError, match="승인했는지"):
        services.approve_change(change, team, " ")
    assert services.old_and_new_scores(change, "mid") == (D(80), D(100))
    services.approve_change(change, team, "부구청장 방침 제1호")
    change.refresh_from_db()
    indicator.refresh_from_db()
    assert indicator.target == D(80)
    assert (change.status, change.old_target, change.decided_by, change.decided_on) == (
        IndicatorChange.Status.APPROVED, D(100), team, timezone.localdate(),
    )  # fmt: skip
    result = Evaluation(indicator.perf_project.plan, "mid").results[0]
    assert (result.score, result.earlier) == (D(100), [(change, D(80))])
    assert services.old_and_new_scores(change, "mid") == (D(80), D(100))
    assert Change.objects.for_record(indicator).first().values["target"] == ["100", "80"]
    with pytest.raises(ValidationError, match="이미 「승인」"):
        services.approve_change(change, team, "다시")


def test_weights_change_together_so_the_project_still_adds_to_100() -> None:
    one, two = make.department_plan(actuals=(80, 80), status=S.FIXED)
    user = StaffFactory(role=Role.ADMIN)
    first = make.IndicatorChangeFactory(indicator=one, new_target=None, new_weight=D(70))
    with pytest.raises(ValidationError, match="120"):
        services.approve_change(first, user, "방침")
    make.IndicatorChangeFactory(indicator=two, new_target=None, new_weight=D(30))
    assert len(services.approve_change(first, user, "방침")) == 2
    assert weight_problems(one.perf_project.plan) == []
    assert [row.weight for row in Indicator.objects.order_by("order")] == [70, 30]


def test_a_rejected_change_leaves_the_indicator() -> None:
    change = make.IndicatorChangeFactory()
    services.reject_change(change, StaffFactory(role=Role.ADMIN), "근거 부족")
    change.refresh_from_db()
    assert (change.status, change.indicator.target) == (IndicatorChange.Status.REJECTED, D(100))


@pytest.mark.parametrize("status", [S.DRAFT, S.CLOSED])
def test_only_a_fixed_indicator_is_changed_by_request(status: str) -> None:
    change = make.IndicatorChangeFactory.build(indicator=make.IndicatorFactory(status=status))
    with pytest.raises(ValidationError):
        change.clean()


# --- 이의신청 -----------------------------------------------------------------------------------------


@pytest.fixture
def announced() -> PerfPlan:
    plan = settled_plan((90,), (80,))
    services.advance(plan, P.FINAL)
    return plan


def test_an_objection_has_a_clock_in_working_days(announced: PerfPlan) -> None:
    indicator = Indicator.objects.first()
    assert indicator is not None
    objection = make.ObjectionFactory.build(indicator=indicator, filed_on=date(2023, 12, 1))
    objection.full_clean()
    objection.save()
    # 12월 1일(금)에서 근무일 10일 뒤
    assert objection.due_on == date(2023, 12, 15)
    indicator.refresh_from_db()
    assert indicator.status == S.OBJECTION
    assert objection.is_overdue
    objection.delete()
    indicator.refresh_from_db()
    assert indicator.status == S.FINAL_EVALUATED


def test_an_objection_stays_with_its_indicator(announced: PerfPlan) -> None:
    """접수한 신청의 지표를 결과를 알리지 않은 지표로 갈아 끼우지 못한다."""
    objection = make.ObjectionFactory(indicator=Indicator.objects.first())
    objection.reason = "사유를 더 적는다"
    objection.clean()
    objection.indicator = make.IndicatorFactory(status=S.FIXED)
    with pytest.raises(ValidationError, match="새로 신청"):
        objection.clean()


def test_objections_are_taken_only_after_the_result_and_before_the_deadline(announced: PerfPlan) -> None:
    objection = make.ObjectionFactory.build(indicator=Indicator.objects.first())
    objection.clean()
    PerfPlan.objects.update(objection_until=date(2023, 1, 1))
    objection = make.ObjectionFactory.build(indicator=Indicator.objects.first())
    with pytest.raises(ValidationError, match="끝났습니다"):
        objection.clean()
    PerfPlan.objects.update(status=P.MID)
    with pytest.raises(ValidationError, match="결과를 알린 뒤"):
        make.ObjectionFactory.build(indicator=Indicator.objects.first()).clean()


def test_an_accepted_objection_changes_the_score_and_the_settled_rank(announced: PerfPlan) -> None:
    user = StaffFactory(role=Role.TEAM, team="evaluation")
    loser = PerfScore.objects.get(rank=2)
    objection = make.ObjectionFactory(indicator=Indicator.objects.get(perf_project__department=loser.department))
    with pytest.raises(ValidationError, match="이의신청이 1건"):
        services.advance(announced, P.CLOSED)
    with pytest.raises(ValidationError, match="결정한 까닭"):
        services.decide_objection(objection, user, Objection.Status.ACCEPTED, "")
    services.decide_objection(objection, user, Objection.Status.ACCEPTED, "증빙 확인")
    objection.refresh_from_db()
    assert (objection.accepted_value, objection.decided_by) == (D(95), user)
    # 굳힌 점수와 다시 셈한 점수가 달라졌다고 알 수 있다.
    assert [line.same_as_settled for line in Evaluation(announced, "final").departments] == [False, False]
    services.advance(announced, P.CLOSED)
    loser.refresh_from_db()
    assert (loser.rank, loser.score) == (1, D(95))
    assert set(Indicator.objects.values_list("status", flat=True)) == {S.CLOSED}


def test_a_rejected_objection_changes_nothing(announced: PerfPlan) -> None:
    objection = make.ObjectionFactory(indicator=Indicator.objects.first())
    services.decide_objection(objection, StaffFactory(role=Role.ADMIN), Objection.Status.REJECTED, "증빙이 없음")
    assert not IndicatorActual.objects.filter(adjusted_value__isnull=False).exists()


# --- 다음 해 -----------------------------------------------------------------------------------------


def test_next_year_starts_from_last_year() -> None:
    last = settled_plan((100, 80), (95,))
    new = make.PerfPlanFactory(year=2024, status=P.DRAFTING)
    assert services.carry_forward(new, last) == 3
    assert weight_problems(new) == []
    made = Indicator.objects.filter(perf_project__plan=new).first()
    assert made is not None
    assert (made.status, made.base_value, made.previous.actuals.get().actual) == (S.DRAFT, D(100), D(100))
    assert IndicatorPast.objects.get(indicator=made).year == 2023
    with pytest.raises(ValidationError, match="이미 주요사업이 있습니다"):
        services.carry_forward(new, last)
