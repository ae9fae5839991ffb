"""판정, 변경, 종료, 다음 기수로 넘기기."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from core.access import Role, Team
from core.history.models import Change
from core.org.models import Staff
from core.rounds.models import Submission
from evaluation.four_year_plans.models import FourYearPlan, GenerationMap, QuarterResult, Task, TaskRevision, TaskTarget
from evaluation.four_year_plans.services import (
    AS_PROPOSED,
    Decision,
    apply_revision,
    carry_tasks,
    close_plan,
    judge,
    lineage,
    unjudged_quarters,
    waiting_to_carry,
)
from evaluation.four_year_plans.todos import TODOS
from tests.core.rounds.factories import RoundFactory, SubmissionFactory
from tests.evaluation.four_year_plans.factories import (
    FourYearPlanFactory,
    MilestoneFactory,
    QuarterResultFactory,
    TaskFactory,
    TaskRevisionFactory,
    TaskTargetFactory,
)
from tests.factories import DepartmentFactory, StaffFactory
from tests.todos import todos_of

pytestmark = pytest.mark.django_db
Status = QuarterResult.Status
Kind = TaskRevision.Kind
REVIEW = "evaluation.four-year-plan-review"


def member() -> Staff:
    return StaffFactory(role=Role.TEAM, team=Team.EVALUATION)


def head() -> Staff:
    return StaffFactory(role=Role.HEAD)


def signed_in(user: Staff) -> Client:
    client = Client()
    client.force_login(user)
    return client


# ── 판정 ────────────────────────────────────────────────────────────────


def test_the_team_judges_many_at_once_as_proposed_and_takes_it_back() -> None:
    rows = [QuarterResultFactory(progress=Decimal(progress)) for progress in (100, 19, 9)]
    client = signed_in(member())
    url = f"{reverse(REVIEW)}?quarter=2023-3"
    client.post(url, {"pk": [row.pk for row in rows], "status": AS_PROPOSED, "opinion": "4분기 보완계획 제출"})
    found = list(QuarterResult.objects.order_by("pk"))
    assert [row.status for row in found] == [Status.DONE, Status.OK, Status.BAD]
    assert {row.opinion for row in found} == {"4분기 보완계획 제출"}
    assert all(row.judged_by and row.judged_at for row in found)
    batch = Change.objects.for_record(rows[0]).first()
    client.post(reverse("evaluation.quarterresult-undo", args=[batch.batch if batch else ""]))
    assert set(QuarterResult.objects.values_list("status", "opinion")) == {("", "")}


def test_confirmed_results_wait_in_the_to_do_until_they_are_judged() -> None:
    submission = SubmissionFactory(status=Submission.Status.CONFIRMED)
    row = QuarterResultFactory(submission=submission, progress=Decimal(19))
    QuarterResultFactory(submission=SubmissionFactory(round=submission.round, status=Submission.Status.SUBMITTED))
    waiting = todos_of(TODOS, member())
    assert [todo.text for todo in waiting] == [f"{row.year}년 {row.quarter}/4분기 실적 판정 1건"]
    assert "판정 전" in signed_in(member()).get(waiting[0].verb_url).text
    assert todos_of(TODOS, StaffFactory(role=Role.TEAM, team=Team.BUDGET)) == []
    judge([row], member(), Status.OK)
    assert todos_of(TODOS, member()) == []


def test_an_empty_opinion_keeps_the_one_written_before() -> None:
    row = QuarterResultFactory(opinion="앞서 적은 의견")
    judge([row], member(), Status.WARN)
    row.refresh_from_db()
    assert (row.status, row.opinion) == (Status.WARN, "앞서 적은 의견")


def test_a_result_still_with_the_department_is_not_judged() -> None:
    submission = SubmissionFactory(status=Submission.Status.DRAFT)
    row = QuarterResultFactory(submission=submission)
    with pytest.raises(ValidationError, match="아직 부서가 내지 않은"):
        judge([row], member(), Status.OK)
    Submission.objects.filter(pk=submission.pk).update(status=Submission.Status.SUBMITTED)
    assert judge([row], member(), Status.OK) == 1


def test_without_progress_there_is_no_proposal_to_follow() -> None:
    row = QuarterResultFactory(progress=None)
    with pytest.raises(ValidationError, match="공정률이 없어"):
        judge([row], member(), AS_PROPOSED)


def test_other_teams_and_closed_plans_do_not_judge() -> None:
    row = QuarterResultFactory()
    sent = {"pk": [row.pk], "status": Status.OK}
    assert signed_in(StaffFactory(role=Role.TEAM, team=Team.BUDGET)).post(reverse(REVIEW), sent).status_code == 403
    FourYearPlan.objects.update(status=FourYearPlan.Status.CLOSED)
    signed_in(member()).post(reverse(REVIEW), sent)
    row.refresh_from_db()
    assert row.status == ""


def test_milestones_done_add_up_to_the_progress_of_the_year() -> None:
    task = TaskFactory()
    MilestoneFactory(task=task, weight=30, done_on=date(2023, 3, 31))
    MilestoneFactory(task=task, weight=30, done_on=date(2023, 11, 30))
    MilestoneFactory(task=task, weight=40)
    from evaluation.four_year_plans.models import Milestone

    assert Milestone.objects.all().progress(2023, date(2023, 9, 30)) == {task.pk: Decimal(30)}
    late = MilestoneFactory.build(task=task, weight=10)
    with pytest.raises(ValidationError, match="110"):
        late.clean()


# ── 변경 ────────────────────────────────────────────────────────────────


def approved(**values: object) -> TaskRevision:
    revision = TaskRevisionFactory(**values)
    revision.approve(head())
    return revision


def test_a_change_keeps_the_old_text_and_changes_the_task() -> None:
    task = TaskFactory(title="앞 이름")
    TaskTargetFactory(task=task, year=2023, text="○ 120면")
    new = DepartmentFactory()
    revision = approved(task=task, title="뒤 이름", department=new, target_year=2023, target="○ 84면")
    old = task.department
    apply_revision(revision)
    task.refresh_from_db()
    assert (task.title, task.department) == ("뒤 이름", new)
    assert (revision.old_title, revision.old_department, revision.old_target) == ("앞 이름", old, "○ 120면")
    assert TaskTarget.objects.get(task=task).text == "○ 84면"
    with pytest.raises(ValidationError):
        apply_revision(revision)


def test_only_the_head_approves_and_only_an_approved_change_is_applied() -> None:
    revision = TaskRevisionFactory()
    team = signed_in(member())
    approve, apply = (reverse(f"evaluation.taskrevision-{act}", args=[revision.pk]) for act in ("approve", "apply"))
    assert team.post(approve).status_code == 403
    team.post(apply)
    revision.refresh_from_db()
    assert revision.status == TaskRevision.Status.REQUESTED
    signed_in(head()).post(approve)
    team.post(apply)
    revision.refresh_from_db()
    assert (revision.status, revision.task.title) == (TaskRevision.Status.APPLIED, "새 과제명")


def test_a_split_adds_tasks_at_the_end_of_the_field_with_their_lineage() -> None:
    task = TaskFactory(number=3)
    made = apply_revision(approved(task=task, kind=Kind.SPLIT, split_titles="주차장 조성\n주차장 운영\n"))
    assert [(part.number, part.title, part.origin) for part in made] == [(4, "주차장 조성", task), (5, "주차장 운영", task)]
    assert [part in Task.objects.live_on(date(2023, 9, 30)) for part in made] == [False, False]
    assert all(part in Task.objects.live_on(date(2023, 12, 31)) for part in made)
    assert [relation for relation, *_rest in lineage(task)] == ["나누어 만든 과제"] * 2
    assert lineage(made[0])[0][2] == task


def test_merged_and_abolished_tasks_leave_the_plan_from_that_day() -> None:
    kept, merged, gone = TaskFactory.create_batch(3)
    apply_revision(approved(task=merged, kind=Kind.MERGED, merge_into=kept))
    apply_revision(approved(task=gone, kind=Kind.ABOLISHED))
    assert set(Task.objects.live_on(date(2023, 9, 30))) == {kept, merged, gone}
    assert set(Task.objects.live_on(date(2023, 12, 31))) == {kept}
    assert lineage(kept)[0][:3] == ("합쳐 온 과제", "", merged)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"title": ""}, "무엇을 바꾸는지"), ({"kind": Kind.SPLIT}, "한 줄에 하나씩"), ({"kind": Kind.MERGED}, "이어받을 과제"),
        ({"target": "○ 84면"}, "몇 년의 목표"),
    ],
)  # fmt: skip
def test_a_change_says_what_is_missing(values: dict[str, object], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        TaskRevisionFactory.build(task=TaskFactory(), **values).clean()


# ── 종료와 다음 기수 ────────────────────────────────────────────────────


def test_closing_warns_about_every_quarter_left_unjudged() -> None:
    task = TaskFactory()
    for year in range(2023, 2027):
        for quarter in range(1, 5):
            QuarterResultFactory(task=task, year=year, quarter=quarter, status=Status.OK)
    plan = task.plan
    QuarterResult.objects.filter(year=2026, quarter=4).update(status="")
    assert [(one.quarter.year, one.quarter.number, one.count) for one in unjudged_quarters(plan)] == [(2026, 4, 1)]
    with pytest.raises(ValidationError, match="1개"):
        close_plan(plan)
    close_plan(plan, "마지막 분기는 다음 기수의 보고서에 담음")
    assert (plan.is_closed, bool(plan.closed_on)) == (True, True)


def test_the_plan_is_closed_and_reopened_on_screen() -> None:
    plan, client = TaskFactory().plan, signed_in(member())
    url = reverse("evaluation.fouryearplan-close", args=[plan.pk])
    assert "판정하지 않은 분기" in client.get(url).content.decode()
    assert client.post(url, {"note": ""}).status_code == 422
    client.post(url, {"note": "넘김"})
    plan.refresh_from_db()
    assert plan.is_closed
    client.post(reverse("evaluation.fouryearplan-reopen", args=[plan.pk]))
    plan.refresh_from_db()
    assert plan.status == FourYearPlan.Status.RUNNING


def next_plan(old: FourYearPlan) -> FourYearPlan:
    return FourYearPlanFactory(
        generation=9, starts_on=date(2027, 1, 1), ends_on=date(2030, 12, 31), previous=old, status=FourYearPlan.Status.PREPARING
    )


def test_tasks_are_carried_to_the_next_generation_with_a_map() -> None:
    carried = TaskFactory(title="이어 갈 과제", own_amount=1_000_000, weight=2)
    changed, ended = TaskFactory.create_batch(2, field=carried.field)
    helper = DepartmentFactory()
    carried.cooperating.add(helper)
    plan = next_plan(carried.plan)
    assert waiting_to_carry(plan).count() == 3
    counts = carry_tasks(plan, {
        carried.pk: Decision("carried"), changed.pk: Decision("changed", "바꾼 과제", "여건이 바뀜"),
        ended.pk: Decision("ended", reason="사업을 마침"),
    })  # fmt: skip
    assert counts == {"carried": 1, "changed": 1, "ended": 1}
    new = Task.objects.filter(plan=plan).in_order()
    assert [task.title for task in new] == ["이어 갈 과제", "바꾼 과제"]
    first = new[0]
    assert (first.own_amount, first.weight, list(first.cooperating.all())) == (1_000_000, Decimal(2), [helper])
    assert {task.field.goal.title for task in new} == {carried.field.goal.title}
    assert plan.goals.count() == 1
    assert waiting_to_carry(plan).count() == 0
    assert GenerationMap.objects.get(old_task=ended).new_task is None
    assert lineage(first)[0][:3] == ("민선8기 과제", "승계", carried)


def test_the_carrying_page_asks_for_the_reason_and_keeps_what_was_typed() -> None:
    task = TaskFactory()
    later = TaskFactory()
    plan = next_plan(task.plan)
    client, url = signed_in(member()), reverse("evaluation.fouryearplan-carry", args=[plan.pk])
    assert task.title in client.get(url).content.decode()
    answer = client.post(url, {f"kind-{task.pk}": "ended", f"reason-{task.pk}": "", f"kind-{later.pk}": "later"})
    assert answer.status_code == 422
    assert "종료하는 까닭" in answer.content.decode()
    client.post(url, {f"kind-{task.pk}": "ended", f"reason-{task.pk}": "마침", f"kind-{later.pk}": "later"})
    assert list(waiting_to_carry(plan)) == [later]


def test_a_round_form_row_belongs_to_its_department_only() -> None:
    round = RoundFactory(form="evaluation.four_year_plans.quarter")
    own = SubmissionFactory(round=round)
    row = QuarterResultFactory(submission=own, quarter=4, task=TaskFactory(department=own.department))
    clerk = StaffFactory(role=Role.DEPARTMENT, department=own.department)
    other = StaffFactory(role=Role.DEPARTMENT)
    assert row in QuarterResult.objects.all().changeable_by(clerk)
    assert row not in QuarterResult.objects.all().for_user(other)
    assert {"status", "opinion", "task"} <= QuarterResult.scope.locked_fields(clerk)
