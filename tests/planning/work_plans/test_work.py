"""검토의 걸음, 검토본, 이월, 부진, 취합, 권한."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.figures import figure
from config.load_report import load_report, read_report
from config.rounds import COLLECTIONS
from config.views import todos
from core.access import Role, Team
from core.figures.models import WORK_PROGRESS, Setting
from core.history.clearing import Clearing
from core.history.settle import Settling
from core.org.models import Staff
from core.org.sample import load_organisation
from core.rounds import services as rounds
from core.rounds.models import Round, Submission
from core.rounds.period import Cycle
from planning.work_plans import sample, services
from planning.work_plans.dashboard import Board, judge_all
from planning.work_plans.models import ItemVersion, WorkItem, WorkLine, WorkPlan
from planning.work_plans.rounds import PlanCollection
from tests.core.rounds.factories import RoundFactory
from tests.factories import DepartmentFactory, StaffFactory
from tests.planning.work_plans.factories import ProgressEntryFactory, WorkItemFactory, WorkPlanFactory, WorkTableFactory

pytestmark = pytest.mark.django_db
Act, State = ItemVersion.Act, WorkItem.State
COLLECTION = PlanCollection()


def person(role: str, team: str = "", **values: Any) -> Staff:
    return StaffFactory(role=role, team=team, **values)


def signed_in(user: Staff) -> Client:
    client = Client()
    client.force_login(user)
    return client


def planner() -> Staff:
    return person(Role.TEAM, Team.PLANNING)


# ── 걸음과 검토본 ───────────────────────────────────────────────────────


def test_an_item_walks_from_writing_to_publishing_and_keeps_every_version() -> None:
    item = WorkItemFactory(team=Team.BUDGET)
    budget, team, head = person(Role.TEAM, Team.BUDGET), planner(), person(Role.HEAD)
    services.move(item, Act.SUBMIT, budget)
    with pytest.raises(PermissionDenied):
        services.move(item, Act.ACCEPT, budget)
    services.move(item, Act.ACCEPT, team)
    services.move(item, Act.TO_VICE, team)
    with pytest.raises(ValidationError, match="검토한 날"):
        services.move(item, Act.TO_MAYOR, team)
    services.move(item, Act.TO_MAYOR, team, "수치를 적을 것", date(2023, 9, 20))
    with pytest.raises(PermissionDenied):
        services.move(item, Act.FIX, team, "", date(2023, 10, 10))
    item.refresh_from_db()
    item.body = item.body.replace("시설 점검", "시설 점검 12회")
    item.save()
    services.move(item, Act.FIX, head, "", date(2023, 10, 10))
    services.move(item, Act.PUBLISH, team)
    item.refresh_from_db()
    assert item.state == State.PUBLISHED
    assert [(one.number, one.act, one.state) for one in item.versions.order_by("number")] == [
        (1, "submit", "submitted"), (2, "accept", "team_review"), (3, "to_vice", "vice_mayor"), (4, "to_mayor", "mayor"),
        (5, "fix", "fixed"), (6, "publish", "published"),
    ]  # fmt: skip
    assert not WorkItem.scope.may_change(item, team), "공개한 뒤에는 과장이 다시 열어야 고친다"
    page = signed_in(team).get(reverse("planning.workitem-compare", args=[item.pk]), {"from": 4, "to": 5, "only": 1}).content.decode()
    assert "[더함 </span>" in page
    assert "12회" in page
    assert "고침" in page
    detail = signed_in(team).get(reverse("planning.workitem-detail", args=[item.pk])).content.decode()
    assert "수치를 적을 것" in detail
    with pytest.raises(ValidationError, match="까닭"):
        services.move(item, Act.REOPEN, head)
    services.move(item, Act.REOPEN, head, "오탈자")
    item.refresh_from_db()
    assert item.state == State.TEAM_REVIEW


def test_submitting_names_what_is_missing_and_two_people_cannot_move_twice() -> None:
    item, team = WorkItemFactory(purpose="", body="□ 사업개요", required_own_amount=None), planner()
    with pytest.raises(ValidationError, match=r"목적이 비어 있습니다.*구역 이름만.*소요예산이 비어"):
        services.move(item, Act.SUBMIT, team)
    done = WorkItemFactory(state=State.SUBMITTED)
    services.move(done, Act.ACCEPT, team)
    with pytest.raises(ValidationError, match="팀 검토"):
        services.move(done, Act.ACCEPT, team)
    with pytest.raises(ValidationError, match="보완해야"):
        services.move(done, Act.RETURN, team)


def test_many_are_moved_at_once_from_the_board_or_none() -> None:
    items = [WorkItemFactory(state=State.VICE_MAYOR) for _ in range(3)]
    plan, client = items[0].plan, signed_in(planner())
    board = client.get(reverse("planning.work-plans"), {"plan": plan.pk})
    assert [(one["act"], one["count"]) for one in board.context["acts"]] == [("to_mayor", 3)]
    url = reverse("planning.workplan-move", args=[plan.pk, "to_mayor"])
    client.post(url, {"on": ""})
    assert not WorkItem.objects.filter(state=State.MAYOR).exists(), "날짜가 없으면 하나도 옮기지 않는다"
    client.post(url, {"on": "2023. 9. 20."})
    assert WorkItem.objects.filter(state=State.MAYOR).count() == 3
    head = signed_in(person(Role.HEAD))
    assert "확정 3건" in head.get(reverse("todo")).content.decode()
    head.post(reverse("planning.workplan-move", args=[plan.pk, "fix"]), {"on": "2023-10-10"})
    assert WorkItem.objects.filter(state=State.FIXED).count() == 3


def test_a_team_edits_its_own_items_until_it_hands_them_in() -> None:
    own, other = WorkItemFactory(team=Team.LEGAL), WorkItemFactory(team=Team.BUDGET)
    legal = person(Role.TEAM, Team.LEGAL)
    assert WorkItem.objects.changeable_by(legal).get() == own
    assert set(WorkItem.objects.changeable_by(planner())) == {own, other}
    assert [one.text for one in todos(legal) if one.work == "주요업무계획"] == ["2024년 추진계획 작성 1건"]
    services.move(own, Act.SUBMIT, legal)
    assert not WorkItem.objects.changeable_by(legal).exists()
    assert not WorkItem.objects.changeable_by(person(Role.HEAD)).exists()


# ── 본문 ────────────────────────────────────────────────────────────────


def test_lines_follow_the_text_and_keep_their_done_day() -> None:
    item = WorkItemFactory()
    line = item.lines.get(text="계획 수립: 2월")
    line.done_on = date(2024, 2, 20)
    line.save()
    unmoved = item.lines.get(text="시행: 9월")
    item.refresh_from_db()
    item.body = "□ 사업개요\n ○ 새로 넣은 줄\n" + item.body.split("\n", 1)[1].replace("계획 수립: 2월", "계획 수립: 3월")
    item.save()
    line.refresh_from_db()
    assert (line.text, line.done_on, line.section) == ("계획 수립: 3월", date(2024, 2, 20), "추진일정")
    assert unmoved.history.count() == 1, "밀리기만 한 줄은 고친 것이 아니다"
    assert item.lines.count() == len(item.outline)


def test_a_table_must_exist_and_its_new_name_is_written_in_the_text() -> None:
    item = WorkItemFactory(body="□ 사업개요\n[표: 현황]")
    with pytest.raises(ValidationError, match="맞는 표가 없습니다"):
        item.full_clean()
    table = WorkTableFactory(item=item, name="현황", grid="구분 | <\n행정 | 3")
    item.full_clean()
    table.name = "새 현황"
    table.save()
    item.refresh_from_db()
    assert item.body == "□ 사업개요\n[표: 새 현황]"
    page = signed_in(planner()).get(reverse("planning.workitem-detail", args=[item.pk])).content.decode()
    assert 'colspan="2"' in page
    table.delete()
    item.refresh_from_db()
    assert item.body == "□ 사업개요"


def test_a_figure_in_the_text_shows_its_value_and_an_unknown_name_is_told() -> None:
    item = WorkItemFactory(team=Team.PLANNING, body="□ 사업개요\n ○ 사업 {work_plans.plan.items}건, 예산 {work_plans.plan.required:천원}천원, {no.such}")
    page = signed_in(planner()).get(reverse("planning.workitem-detail", args=[item.pk])).content.decode()
    assert ">1</a>건" in page
    assert ">10,000</a>천원" in page
    assert "그런 이름의 수치가 없습니다" in page
    assert item.lines.get(mark="○").text.endswith("{no.such}"), "글은 적은 그대로 둔다"


# ── 이월 ────────────────────────────────────────────────────────────────


def test_plans_become_drafts_of_results_and_edited_drafts_stay() -> None:
    first, second = WorkItemFactory(), WorkItemFactory(title="두 번째")
    done = first.lines.get(text="계획 수립: 2월")
    done.done_on = date(2024, 2, 20)
    done.save()
    ProgressEntryFactory(item=first, rate=80)
    rolled = services.roll_forward(first.plan, "result")
    assert (rolled.created, rolled.refreshed, rolled.kept) == (2, 0, 0)
    drafts = {one.predecessor_id: one for one in WorkItem.objects.filter(plan__kind="result")}
    draft = drafts[first.pk]
    assert draft.is_carried
    assert draft.plan.year == 2024
    assert draft.body == (
        "□ 사업개요\n ○ 대상: 구민\n□ 주요 추진실적\n ○ 기반 정비\n   - 시설 점검\n ○ 계획 수립: 2월\n"
        " ○ 추진상황(2024. 6. 30. 기준, 진척률 80.0%)\n ○ 시설 점검 3회\n□ 향후계획\n ○ 시행: 9월\n[예산현황]"
    )
    assert (draft.budget_own_amount, draft.required_own_amount, draft.spent_own_amount) == (10_000_000, None, None)
    # 다시 해도 같고, 앞의 글이 바뀌면 고치지 않은 초안만 따라간다.
    edited = drafts[second.pk]
    edited.body = edited.body.replace("기반 정비", "기반 정비 마침")
    edited.save()
    assert not edited.is_carried
    first.refresh_from_db()
    first.title = "새 이름"
    first.save()
    rolled = services.roll_forward(first.plan, "result")
    assert (rolled.created, rolled.refreshed, rolled.kept) == (0, 1, 1)
    draft.refresh_from_db()
    edited.refresh_from_db()
    assert (draft.title, draft.is_carried) == ("새 이름", True)
    assert "기반 정비 마침" in edited.body
    versions = WorkLine.objects.filter(item=draft).count()
    services.roll_forward(first.plan, "result")
    assert WorkLine.objects.filter(item=draft).count() == versions
    # 실적은 다음 해 계획의 초안이 된다.
    services.roll_forward(draft.plan, "plan")
    after = WorkItem.objects.get(plan__year=2025, predecessor=draft)
    assert after.body.startswith("□ 사업개요\n ○ 대상: 구민\n□ 세부 추진계획\n ○ 기반 정비")
    assert after.body.endswith("□ 추진일정\n ○ 시행: 9월\n[소요예산]")
    assert after.required_own_amount == 10_000_000


# ── 부진 ────────────────────────────────────────────────────────────────


def test_behind_is_judged_from_schedule_progress_and_spending_and_missing_is_not_behind() -> None:
    def judged(item: WorkItem) -> tuple[str, list[str]]:
        one = judge_all([WorkItem.objects.select_related("plan").get(pk=item.pk)], date(2024, 6, 30))[0]
        return one.label, one.reasons

    silent = WorkItemFactory(state=State.PUBLISHED)
    assert judged(silent) == ("자료 없음", [])
    late = WorkItemFactory(state=State.PUBLISHED)
    ProgressEntryFactory(item=late, rate=45)
    assert judged(late) == ("부진", ["밀린 일정 1건"])
    late.lines.filter(text="계획 수립: 2월").update(done_on=date(2024, 2, 28))
    assert judged(late) == ("정상", [])
    Setting.objects.create(key=WORK_PROGRESS.key, value="95", valid_from=date(2024, 1, 1))
    assert judged(late) == ("부진", ["진척률 45.0%(지난 기간 49.7%)"])
    poor = WorkItemFactory(state=State.FIXED, body="", budget_own_amount=100, spent_own_amount=10, spent_on=date(2024, 6, 30))
    assert judged(poor) == ("부진", ["집행률 10.0%(지난 기간 49.7%)"])
    plan = late.plan
    page = signed_in(planner()).get(reverse("planning.work-plans-behind"), {"plan": plan.pk, "as_of": "2024-06-30"})
    assert len(page.context["rows"]) == 2
    own = WorkItemFactory(state=State.FIXED, team=Team.PLANNING, budget_own_amount=100, spent_own_amount=1, spent_on=date(2024, 6, 30))
    found = figure("work_plans.behind").at(date(2024, 6, 30))
    assert found.value == 1
    assert [one.item for one in signed_in(planner()).get(found.url).context["rows"]] == [own]
    assert signed_in(planner()).get(reverse("planning.work-plans-behind"), {"as_of": "어제"}).status_code == 404


def test_the_board_costs_the_same_queries_and_counts_what_it_lists() -> None:
    client, plan = signed_in(planner()), WorkPlanFactory()

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("planning.work-plans"), {"plan": plan.pk}).status_code == 200
        return len([one for one in found if one["sql"].startswith("SELECT")])

    for state in State.values:
        WorkItemFactory(plan=plan, state=state)
    few = queries()
    for state in State.values * 3:
        WorkItemFactory(plan=plan, state=state)
    assert queries() == few
    board = Board(WorkItem.objects.all(), plan)
    for one in board.stages():
        assert client.get(one["url"]).context["table"].queryset.count() == one["count"] == 4


# ── 취합 ────────────────────────────────────────────────────────────────


def opened() -> Round:
    round = RoundFactory(
        form=COLLECTION.code, team=Team.PLANNING, cycle=Cycle.YEAR, year=2024, number=1, as_of=date(2023, 8, 1),
        status=Round.Status.PREPARING, due_at=timezone.now() + timedelta(days=5),
    )  # fmt: skip
    rounds.open_round(round, COLLECTION)
    return round


def test_the_round_brings_last_years_items_as_drafts_and_a_blank_for_the_rest() -> None:
    assert COLLECTION.code in {one.code for one in COLLECTIONS}
    first, second = DepartmentFactory(order=1), DepartmentFactory(order=2)
    last = WorkItemFactory(plan=WorkPlanFactory(year=2023), department=first, state=State.PUBLISHED)
    round = opened()
    rows = list(COLLECTION.rows(round.submissions.all()))
    assert [(one.department, one.predecessor, one.is_carried) for one in rows] == [(first, last, True), (second, None, False)]
    assert COLLECTION.previous(rows) == {rows[0].pk: last}
    assert "옮긴 그대로" in COLLECTION.warnings(rows[0], last)["body"]
    assert COLLECTION.missing(rows[1]) == ["title", "purpose", "body", "required_own_amount"]
    clerk = person(Role.DEPARTMENT, department=second)
    client = signed_in(clerk)
    submission = round.submissions.get(department=second)
    # 화면에서 적고, 사업 하나를 더하고, 낸다.
    url = reverse("core.submission-row", args=[submission.pk, rows[1].pk])
    body = "□ 사업개요\nㅇ 대상: 구민\n□ 추진일정\nㅇ 시행: 3월\n[소요예산]"
    sent = {"title": "새 공원", "purpose": "쉴 곳을 늘리고자 함", "body": body, "required_own_amount": "12,000천원"}
    response = client.post(url, {f"r{rows[1].pk}-version": rows[1].version, **{f"r{rows[1].pk}-{k}": v for k, v in sent.items()}})
    assert response.status_code == 200
    item = WorkItem.objects.get(pk=rows[1].pk)
    assert (item.title, item.required_own_amount, item.lines.filter(mark="○").count()) == ("새 공원", 12_000_000, 2)
    added = client.post(reverse("planning.workitem-add"), {**sent, "title": "새 도서관"})
    assert added.status_code == 302, added.context["form"].errors
    assert WorkItem.objects.get(title="새 도서관").submission == submission
    submission.refresh_from_db()
    rounds.send(submission, COLLECTION, clerk)
    assert ItemVersion.objects.filter(item=item).get().act == Act.SUBMIT
    assert WorkItem.objects.with_stage().get(pk=item.pk).stage == State.SUBMITTED
    assert not WorkItem.scope.may_change(item, clerk)
    team = planner()
    with pytest.raises(ValidationError, match="취합 화면"):
        services.move(item, Act.SUBMIT, team)
    rounds.confirm([submission], COLLECTION, team)
    item.refresh_from_db()
    assert item.state == State.TEAM_REVIEW
    # 보완을 요청하면 부서의 제출이 다시 열린다.
    services.move(item, Act.RETURN, team, "일정을 나눌 것")
    submission.refresh_from_db()
    assert submission.status == Submission.Status.RETURNED
    assert WorkItem.objects.with_stage().get(pk=item.pk).stage == State.RETURNED
    assert WorkItem.scope.may_change(WorkItem.objects.get(pk=item.pk), clerk)
    # 부구청장 검토에 오른 사업은 다시 열린 제출로 고치지 못한다.
    WorkItem.objects.filter(title="새 도서관").update(state=State.VICE_MAYOR)
    assert [one.pk for one in COLLECTION.rows([submission])] == [item.pk]
    assert not WorkItem.scope.may_change(WorkItem.objects.get(title="새 도서관"), clerk)


def test_a_department_without_an_open_round_is_told_why_it_cannot_add() -> None:
    client = signed_in(person(Role.DEPARTMENT, department=DepartmentFactory()))
    page = client.post(reverse("planning.workitem-add"), {"title": "가", "purpose": "나", "body": "다"})
    assert page.status_code == 422
    assert "접수하고 있는 주요업무계획 취합이 없어" in page.content.decode()


def test_done_days_are_written_after_the_item_is_fixed() -> None:
    department = DepartmentFactory()
    item = WorkItemFactory(department=department, state=State.PUBLISHED)
    line = item.lines.get(text="시행: 9월")
    url = reverse("planning.workitem-done", args=[item.pk])
    assert signed_in(person(Role.TEAM, Team.LEGAL)).post(url, {f"done-{line.pk}": "9/25"}).status_code == 403
    signed_in(person(Role.DEPARTMENT, department=department)).post(url, {f"done-{line.pk}": "9/25"})
    line.refresh_from_db()
    assert line.done_on == date(2024, 9, 25)


def test_one_unreadable_day_leaves_every_line_as_it_was() -> None:
    item = WorkItemFactory(team=Team.PLANNING, state=State.PUBLISHED)
    good, bad = list(item.lines.dated())[:2]
    url = reverse("planning.workitem-done", args=[item.pk])
    page = signed_in(person(Role.TEAM, Team.PLANNING)).post(url, {f"done-{good.pk}": "9/25", f"done-{bad.pk}": "아무 날"}, follow=True)
    assert "아무것도 적지 않았습니다" in page.content.decode() and bad.text in page.content.decode()
    assert set(item.lines.values_list("done_on", flat=True)) == {None}


# ── 표본 ────────────────────────────────────────────────────────────────


def test_the_sample_round_is_in_progress_and_leaves_nothing_behind() -> None:
    load_report(read_report())
    load_organisation(Settling())
    before = WorkItem.objects.count(), WorkPlan.objects.count()
    assert sample.load_plans() > 40
    assert sample.load_plans() == 0, "두 번 실어도 같다"
    plan = WorkPlan.objects.get(year=2024, kind="plan")
    board = Board(WorkItem.objects.all(), plan)
    assert {value for value, count in board.counts.items() if count} >= {
        "requested", "drafting", "submitted", "returned", "team_review", "vice_mayor", "mayor", "published",
    }  # fmt: skip
    assert Board(WorkItem.objects.all(), WorkPlan.objects.get(year=2023, kind="plan")).behind
    assert figure("work_plans.plan.required").at().value == 1_637_885_000, "표본은 과의 수를 바꾸지 않는다"
    clearing = Clearing()
    sample.clear_plans(clearing)
    assert clearing.result()["kept"] == []
    assert (WorkItem.objects.count(), WorkPlan.objects.count()) == before
    assert not Round.objects.filter(is_sample=True).exists()
