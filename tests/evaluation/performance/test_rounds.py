"""중간·종합평가의 취합: 대상, 행, 앞선 값, 경고, 확정한 뒤의 일."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.access import Role
from core.projects.models import Project, ProjectResult
from core.rounds.models import Round, Submission
from core.rounds.period import Cycle, Period
from core.rounds.services import confirm, open_round
from evaluation.performance.models import Indicator, IndicatorActual, PerfPlan
from evaluation.performance.rounds import FinalCollection, MidCollection
from tests.core.rounds.factories import RoundFactory
from tests.evaluation.performance import factories as make
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
D = Decimal


def opened(collection: Any, **values: Any) -> Round:
    """연 회차. 마감이 지난 표본 회차라 시계와 상관없이 열린다."""
    round_ = RoundFactory(
        form=collection.code, cycle=Cycle.YEAR, number=1, status=Round.Status.PREPARING, is_sample=True, **values
    )
    open_round(round_, collection)
    return round_


@pytest.fixture
def plan() -> PerfPlan:
    plan = make.PerfPlanFactory(status=PerfPlan.Status.FIXED)
    for _ in range(2):
        project = make.PerfProjectFactory(plan=plan)
        for _ in range(2):
            make.IndicatorFactory(perf_project=project, status=Indicator.Status.FIXED, weight=D(50))
    return plan


def test_a_round_asks_the_departments_of_that_years_fixed_plan(plan: PerfPlan) -> None:
    make.IndicatorFactory(perf_project__plan__year=2024, perf_project__plan__status=PerfPlan.Status.FIXED, status=Indicator.Status.FIXED)
    make.IndicatorFactory(perf_project__plan=plan)  # 아직 확정하지 않은 지표
    round_ = opened(MidCollection())
    assert round_.submissions.count() == 2
    rows = MidCollection().rows(round_.submissions.all())
    assert [(row.stage, row.actual) for row in rows] == [("mid", None)] * 4
    assert {row.submission.department_id for row in rows} == set(plan.projects.filter(indicators__status="fixed").values_list("department", flat=True))


def test_a_row_already_there_is_only_linked(plan: PerfPlan) -> None:
    indicator = Indicator.objects.first()
    row = make.IndicatorActualFactory(indicator=indicator, stage="final", actual=D(7))
    round_ = opened(FinalCollection())
    row.refresh_from_db()
    assert row.submission.round == round_
    assert row.actual == 7
    assert IndicatorActual.objects.count() == 4


def test_the_final_round_shows_the_confirmed_mid_value(plan: PerfPlan) -> None:
    one, two, *_rest = Indicator.objects.all()
    mids = opened(MidCollection())
    IndicatorActual.objects.filter(indicator=one).update(actual=D(40))
    Submission.objects.filter(department=one.perf_project.department).update(status=Submission.Status.CONFIRMED)
    finals = opened(FinalCollection())
    rows = list(FinalCollection().rows(finals.submissions.all()))
    previous = FinalCollection().previous(rows)
    found = {row.indicator_id: previous[row.pk].actual for row in rows if row.pk in previous}
    assert found[one.pk] == 40
    other = mids.submissions.exclude(department=one.perf_project.department).get()
    assert not {row.indicator_id for row in MidCollection().rows([other])} & set(found)
    assert two.pk in found


def test_the_mid_round_shows_last_years_result(plan: PerfPlan) -> None:
    last = make.IndicatorFactory(perf_project__plan__year=2022)
    make.IndicatorActualFactory(indicator=last, stage="final", actual=D(88))
    indicator = Indicator.objects.filter(perf_project__plan=plan).first()
    assert indicator is not None
    indicator.previous = last
    indicator.save()
    rows = list(MidCollection().rows(opened(MidCollection()).submissions.all()))
    assert [row.actual for row in MidCollection().previous(rows).values()] == [D(88)]


def test_warnings_are_soft_and_a_blank_is_missing(plan: PerfPlan) -> None:
    row = next(iter(MidCollection().rows(opened(MidCollection()).submissions.all())))
    collection = MidCollection()
    assert collection.missing(row) == ["actual"]
    assert collection.warnings(row, None) == {}
    row.actual = D(0)
    assert collection.missing(row) == []
    row.actual = D(900)
    assert "단위가 맞는지" in collection.warnings(row, None)["actual"]
    row.indicator.direction = Indicator.Direction.DOWN
    row.actual = D(0)
    assert "정말 0인지" in collection.warnings(row, None)["actual"]
    row.indicator.direction, row.actual = Indicator.Direction.UP, D(10)
    final = FinalCollection()
    assert "중간평가 실적 40보다" in final.warnings(row, IndicatorActual(actual=D(40)))["actual"]
    row.actual = D(40)
    assert "하반기 실적을 더했는지" in final.warnings(row, IndicatorActual(actual=D(40)))["actual"]


def test_the_round_takes_its_base_date_from_the_plan_and_leads_to_the_board(plan: PerfPlan) -> None:
    final = FinalCollection()
    assert final.default_as_of(final.period(plan.year)) == (plan.final_on or date(plan.year, 12, 31))
    assert final.default_as_of(Period(1999, 1, Cycle.YEAR)) == date(1999, 12, 31)
    title, url = final.after_url(opened(final)) or ("", "")
    assert title == "성과관리 현황" and f"year={plan.year}" in url and "stage=final" in url


def submitted(round_: Round) -> Submission:
    """실적을 모두 적어 낸 첫 부서의 제출."""
    submission = round_.submissions.first()
    assert submission is not None
    IndicatorActual.objects.filter(submission=submission).update(actual=D(95))
    submission.status = Submission.Status.SUBMITTED
    submission.save()
    return submission


def test_confirming_marks_the_indicators_and_the_project(plan: PerfPlan) -> None:
    department = plan.projects.first().department
    project = Project.objects.create(title="공원 조성", department=department, start_year=2023)
    plan.projects.filter(department=department).update(project=project)
    submission = submitted(opened(MidCollection()))
    confirm([submission], MidCollection(), StaffFactory(role=Role.ADMIN))
    assert sorted(Indicator.objects.values_list("status", flat=True)) == ["fixed", "fixed", "mid_evaluated", "mid_evaluated"]
    results = ProjectResult.objects.filter(project=project)
    assert [(one.value, one.period.cycle, one.unit) for one in results] == [(D(95), Cycle.HALF, "%")] * 2


def test_a_value_another_round_already_has_is_shown_and_not_overwritten(plan: PerfPlan) -> None:
    indicator = Indicator.objects.first()
    assert indicator is not None
    project = Project.objects.create(title="공원 조성", department=indicator.perf_project.department, start_year=2023)
    indicator.perf_project.project = project
    indicator.perf_project.save()
    ProjectResult.objects.create(
        project=project, figure=indicator.name, year=2023, cycle=Cycle.HALF, number=1, value=D("62.5"), source="4개년 계획 점검"
    )
    submission = submitted(opened(MidCollection()))
    rows = list(MidCollection().rows([submission]))
    known = MidCollection().known(rows)
    assert {row.indicator_id: known[row.pk] for row in rows if row.pk in known} == {indicator.pk: {"actual": D("62.5")}}
    confirm([submission], MidCollection(), StaffFactory(role=Role.ADMIN))
    assert ProjectResult.objects.get(figure=indicator.name).value == D("62.5")


def test_a_department_writes_only_while_its_submission_is_open(plan: PerfPlan) -> None:
    round_ = opened(MidCollection())
    submission = round_.submissions.first()
    assert submission is not None
    officer = StaffFactory(role=Role.DEPARTMENT, department=submission.department)
    rows = IndicatorActual.objects.for_user(officer)
    assert rows.count() == 2
    assert rows.changeable_by(officer).count() == 2
    submission.status = Submission.Status.SUBMITTED
    submission.save()
    assert rows.changeable_by(officer).count() == 0


def test_collection_rows_cost_fixed_queries(plan: PerfPlan, django_assert_num_queries: Any) -> None:
    submissions = list(opened(FinalCollection()).submissions.all())
    collection = FinalCollection()
    with django_assert_num_queries(2):
        rows = list(collection.rows(submissions))
        collection.previous(rows)
        for row in rows:
            collection.row_title(row)
            collection.warnings(row, None)
