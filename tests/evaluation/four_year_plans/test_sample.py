"""표본과 보고서: 5–10–100, 2·3분기의 상태가 목업과 같고, 걷으면 보고서에서 온 계획만 남는다."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from config.load_report import load_report, read_report
from core.access import Role, Team
from core.figures.models import ReportedValue
from core.history.clearing import Clearing
from core.history.settle import Settling
from core.org.sample import load_organisation
from core.rounds.models import Round, RoundTemplate
from evaluation.four_year_plans.dashboard import Board
from evaluation.four_year_plans.models import FourYearPlan, Goal, PlanField, QuarterResult, Task
from evaluation.four_year_plans.models.plans import quarter_of
from evaluation.four_year_plans.models.results import ROUND_FORM
from evaluation.four_year_plans.sample import clear_plan, load_plan
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
STATES = ("done", "ok", "warn", "bad", "none")


def test_the_sample_stands_on_the_report_and_leaves_nothing_behind() -> None:
    load_report(read_report())
    plan = FourYearPlan.objects.get()
    assert (str(plan), plan.goal_count, plan.field_count, plan.task_count) == ("민선8기", 5, 10, 100)
    assert RoundTemplate.objects.get(form=ROUND_FORM).cycle == "quarter"
    printed = dict(ReportedValue.objects.filter(code__startswith="four_year_plan.").values_list("code", "printed"))
    assert printed["four_year_plan.cycle"] == "분기별"
    assert [printed[f"four_year_plan.schedule.{at}"] for at in range(1, 8)] == [
        "1월", "2월", "2월 ~ 3월", "7월", "10월", "11월 ~ 12월", "12월",
    ]  # fmt: skip

    settling = Settling()
    load_organisation(settling)
    load_plan(settling)
    assert (Goal.objects.count(), PlanField.objects.count(), Task.objects.count()) == (5, 10, 100)
    assert not Task.objects.filter(is_sample=False).exists()
    board = Board(Task.objects.all(), plan)
    assert board.quarter == quarter_of(2023, 3)
    assert [board.total.counts[state] for state in STATES] == [5, 80, 10, 3, 2]
    assert [(board.earlier or Counter())[state] for state in STATES] == [3, 82, 11, 2, 2]
    assert board.watched[0].task.code == "3-2-5"
    clerk = Counter(task.department.code for task in board.tasks)
    assert clerk["S024"] >= 3, "건축과 담당자가 적을 과제"
    # 제안이 표본의 판정과 같다: 판정을 「제안대로」 해도 판이 그대로다.
    third = QuarterResult.objects.filter(quarter=3).select_related("task__plan", "task__field__goal")
    assert [str(row.task.code) for row in third if row.proposal != row.status] == []
    assert not Round.objects.filter(form=ROUND_FORM, number=4).exists()
    client = Client()
    client.force_login(StaffFactory(role=Role.TEAM, team=Team.EVALUATION))
    page = client.get(reverse("evaluation.four-year-plan-board")).content.decode()
    assert "보고서 100 / 등록 100" in page
    assert "표본" in page

    before = QuarterResult.objects.count()
    load_plan(Settling())
    assert QuarterResult.objects.count() == before == 300

    clearing = Clearing()
    clear_plan(clearing)
    assert clearing.kept == []
    assert (Task.objects.count(), Goal.objects.count(), QuarterResult.objects.count()) == (0, 0, 0)
    assert not Round.objects.filter(form=ROUND_FORM).exists()
    assert FourYearPlan.objects.count() == 1
