"""성과관리 표본: 수가 보고서와 같고, 두 번 실어도 같고, 걷으면 사람의 자료만 남는다."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from config.load_report import load_report, read_report
from core.access import Role
from core.history.clearing import SAMPLE_SOURCE, Clearing
from core.history.context import acting_as
from core.history.settle import Settling
from core.org.sample import load_organisation
from core.rounds.models import Round, Submission
from evaluation.performance.linting import counted, diagnose
from evaluation.performance.models import Indicator, IndicatorActual, PerfPlan, PerfScore, Stage
from evaluation.performance.sample import clear_performance, load_performance
from evaluation.performance.scoring import Evaluation, weight_problems
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def plan(once: None) -> PerfPlan:
    with acting_as(None, SAMPLE_SOURCE):
        load_report(read_report())
        load_organisation(Settling())
        assert load_performance() == 221
    return PerfPlan.objects.get()


def test_the_counts_are_those_of_the_report(plan: PerfPlan) -> None:
    evaluation = Evaluation(plan, Stage.MID)
    assert (len(evaluation.departments), len(evaluation.projects), len(evaluation.results)) == (37, 151, 221)
    assert weight_problems(plan) == []
    assert evaluation.counts["missing"] == 0
    assert all(evaluation.counts[state] for state in ("achieved", "close", "risk"))
    assert all(line.rank and line.grade and line.same_as_settled for line in evaluation.departments)
    assert {one.indicator.direction for one in evaluation.results} == {"up", "down", "milestone"}
    assert {one.indicator.method for one in evaluation.results} == {"ratio", "linear", "steps"}
    assert sum(bool(count) for count in counted(diagnose(plan)).values()) >= 5


def test_the_mid_round_is_confirmed_and_the_final_is_open(plan: PerfPlan) -> None:
    round_ = Round.objects.get()
    assert set(round_.submissions.values_list("status", flat=True)) == {Submission.Status.CONFIRMED}
    assert round_.submissions.count() == 37
    assert not IndicatorActual.objects.filter(stage=Stage.FINAL).exists()
    assert plan.status == PerfPlan.Status.MID


def test_loading_twice_is_the_same_and_quick(plan: PerfPlan) -> None:
    with acting_as(None, SAMPLE_SOURCE):
        start = time.process_time()
        assert load_performance() == 0
    assert time.process_time() - start < 1
    assert Indicator.objects.count() == 221


def test_clearing_leaves_only_what_people_made(plan: PerfPlan) -> None:
    person = StaffFactory(role=Role.ADMIN)
    indicator = Indicator.objects.first()
    with acting_as(person, "화면"):
        IndicatorActual.objects.create(indicator=indicator, stage=Stage.FINAL, actual=Decimal(1))
    clearing = Clearing()
    with acting_as(None, SAMPLE_SOURCE):
        clear_performance(clearing)
    assert list(Indicator.objects.all()) == [indicator]
    assert IndicatorActual.objects.count() == 1
    assert {row["kind"] for row in clearing.result()["kept"]} == {"성과지표", "주요사업", "성과관리계획"}


def test_clearing_everything_leaves_nothing(plan: PerfPlan) -> None:
    clearing = Clearing()
    with acting_as(None, SAMPLE_SOURCE):
        clear_performance(clearing)
    assert not PerfPlan.objects.exists()
    assert not Round.objects.exists()
    assert not PerfScore.objects.exists()
    assert clearing.kept == []
