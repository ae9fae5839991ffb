"""학술용역이 신청부터 종결까지 가는 길과, 누가 무엇을 하는가."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from budget.research_projects import services
from budget.research_projects.dashboard import ResearchYear
from budget.research_projects.models import Milestone, ResearchOutput, ResearchProject, Status
from budget.research_projects.rounds import RequestCollection
from budget.research_projects.similar import Finder, find_similar
from budget.research_projects.todos import TODOS
from budget.research_projects.views.board import flow_of
from core.access import Role, Team
from core.committees.models import FollowUp, Meeting
from core.committees.services import cancel
from core.deadlines.models import Deadline
from core.figures.models import RESEARCH_GATE, Setting
from core.org.models import Staff
from core.rounds.models import Round, Submission
from tests.budget.research_projects import factories as make
from tests.factories import DepartmentFactory, StaffFactory
from tests.todos import todos_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Staff:
    return StaffFactory(role=Role.TEAM, team=Team.BUDGET)


@pytest.fixture
def officer() -> Staff:
    return StaffFactory(role=Role.DEPARTMENT)


def act(user: Staff, project: ResearchProject, name: str, **data: Any) -> Any:
    """화면에서 일 하나를 한다."""
    client = Client()
    client.force_login(user)
    answer = client.post(reverse("budget.researchproject-act", args=[project.pk, name]), data)
    project.refresh_from_db()
    return answer


def done(user: Staff, project: ResearchProject, name: str, status: str, **data: Any) -> None:
    answer = act(user, project, name, **data)
    assert answer.status_code == 302, answer.context["form"].errors
    assert project.status == status


def due(project: ResearchProject, rule: str) -> Deadline:
    return Deadline.objects.to_record(project).get(rule__code=rule)


def test_whole_road(team: Staff, officer: Staff, law_facts: None) -> None:
    """신청 → 검토 → 심의 → 발주 → 착수 → 중간 → 완료 → 결과공개 → 활용점검 → 종결. 보고와 점검은 부서가, 접수와 상정은 팀이 한다."""
    project = make.ResearchProjectFactory(department=officer.department)
    assert act(officer, project, "receive").status_code == 403
    done(team, project, "supplement", Status.SUPPLEMENT, reason="산출근거를 적을 것")
    assert "산출근거를 적을 것" in todos_of(TODOS, officer)[0].note
    done(officer, project, "resubmit", Status.REQUESTED)
    done(team, project, "receive", Status.RECEIVED)
    assert project.number == 1
    make.council()
    meeting = Meeting.objects.create(committee=make.council(), held_on=date(2025, 9, 15))
    done(team, project, "put", Status.REVIEW, meeting=meeting.pk)
    assert act(team, project, "withdraw", reason="그만둠").status_code == 422
    meeting.delete()
    # 회의가 없어지면 다시 심의를 기다린다.
    assert services.AGENDA.rows().filter(pk=project.pk).exists()
    [item] = make.open_meeting(project)
    make.judge(item, "original", amount=80_000_000)
    project.refresh_from_db()
    assert (project.status, project.decision, project.approved_amount, project.cut_amount) == ("approved", "original", 80_000_000, 20_000_000)
    contract = {"contracted_on": "2026-02-10", "contractor": "연구원", "period": "착수일부터 6개월"}
    assert act(officer, project, "contract", contract_amount="80,000,001", **contract).status_code == 422
    done(officer, project, "contract", Status.CONTRACTED, contract_amount="76,000천원", **contract)
    assert project.contract is not None
    assert project.contract.contract_amount == 76_000_000
    assert due(project, "research.start").due_on == date(2026, 2, 24)
    done(officer, project, "start", Status.STARTED, on="2026-02-20", opinion="과업 범위를 좁힘")
    assert due(project, "research.start").state == Deadline.State.DONE
    assert due(project, "research.interim").due_on == date(2026, 5, 20)
    assert act(officer, project, "interim", on="2026-02-01", opinion="").status_code == 422
    done(officer, project, "interim", Status.INTERIM, on="2026-05-11", opinion="")
    done(officer, project, "finish", Status.FINISHED, on="2026-07-06", opinion="")
    assert act(officer, project, "withhold", on="2026-07-20", product="보고서", withheld_reason="").status_code == 422
    done(officer, project, "publish", Status.PUBLISHED, on="2026-07-20", product="보고서 1권", registration="11-12")
    assert due(project, "research.result").state == Deadline.State.DONE
    half, year = due(project, "research.use_check"), due(project, "research.use_check_year")
    assert (half.due_on, year.due_on) == (date(2027, 1, 6), date(2027, 7, 6))
    used = {"checked_on": "2027-01-05", "result": "used", "evidence": "ordinance", "evidence_text": "○○ 조례 제3조"}
    assert act(officer, project, "use", after=6, **{**used, "evidence_text": ""}).status_code == 422
    done(officer, project, "use", Status.USED, after=6, **used)
    answer = act(team, project, "close")
    assert answer.status_code == 422
    assert "12개월" in answer.content.decode()
    done(officer, project, "use", Status.USED, after=12, **used)
    assert act(officer, project, "close").status_code == 403
    done(team, project, "close", Status.CLOSED)
    assert not Deadline.objects.to_record(project).open().exists()
    client = Client()
    client.force_login(team)
    page = client.get(reverse("budget.researchproject-detail", args=[project.pk])).content.decode()
    assert "그래서 무엇이 되었나" in page
    assert "○○ 조례 제3조" in page


def test_conditions_become_follow_ups_and_hold_completion(team: Staff, officer: Staff) -> None:
    project = make.ResearchProjectFactory(department=officer.department, status="received")
    [item] = make.open_meeting(project)
    make.judge(item, "conditional", decision_text="- 겹치는 조사는 뺄 것\n- 두 과가 함께 할 것")
    project.refresh_from_db()
    assert [one.text for one in FollowUp.objects.filter(item=item).order_by("pk")] == ["겹치는 조사는 뺄 것", "두 과가 함께 할 것"]
    assert project.approved_amount == project.requested_amount
    services.contract(project, {"contracted_on": date(2026, 2, 2), "contract_amount": 90_000_000, "contractor": "연구원", "period": ""}, {})
    services.report(project, Milestone.Kind.START, date(2026, 2, 9))
    with pytest.raises(ValidationError, match="조건 2건"):
        services.report(project, Milestone.Kind.FINAL, date(2026, 7, 6))
    for task in project.conditions():
        task.result, task.done_on = "과업에 넣음", date(2026, 6, 1)
        task.save()
    services.report(project, Milestone.Kind.FINAL, date(2026, 7, 6))
    assert project.status == Status.FINISHED


def test_again_is_the_same_row_with_a_new_item(team: Staff) -> None:
    project = make.ResearchProjectFactory(status="received")
    [first] = make.open_meeting(project)
    make.judge(first, "postponed")
    project.refresh_from_db()
    assert (project.status, project.get_decision_display(), project.approved_amount) == ("received", "재심의", None)
    [second] = make.open_meeting(project, held_on=date(2025, 10, 15))
    assert second.pk != first.pk
    assert second.record == project
    make.judge(second, "rejected")
    project.refresh_from_db()
    assert project.status == Status.REJECTED
    cancel(second)
    project.refresh_from_db()
    assert (project.status, project.decision) == ("review", "postponed")


def test_amended_words_are_not_offered_and_amount_never_grows() -> None:
    project = make.ResearchProjectFactory(status="received")
    [item] = make.open_meeting(project)
    assert list(item.words.values()) == ["적정", "조건부", "재심의", "부적정"]
    with pytest.raises(ValidationError, match="요구액보다"):
        make.judge(item, "original", amount=100_000_001)


def test_step_back_reopens_the_clock(law_facts: None) -> None:
    project = make.ResearchProjectFactory(status="approved", approved_amount=100_000_000)
    services.contract(project, {"contracted_on": date(2026, 2, 2), "contract_amount": 90_000_000, "contractor": "연구원", "period": ""}, {})
    services.report(project, Milestone.Kind.START, date(2026, 2, 9))
    services.step_back(project)
    project = ResearchProject.objects.get(pk=project.pk)
    assert (project.status, project.started_on) == ("contracted", None)
    assert due(project, "research.start").state == Deadline.State.OPEN
    assert not Deadline.objects.to_record(project).filter(rule__code="research.interim").exists()


def test_department_edits_only_while_open(officer: Staff) -> None:
    project = make.ResearchProjectFactory(department=officer.department)
    for status, allowed in (("requested", True), ("supplement", True), ("received", False), ("approved", False), ("closed", False)):
        ResearchProject.objects.filter(pk=project.pk).update(status=status)
        project.refresh_from_db()
        assert ResearchProject.scope.may_change(project, officer) is allowed, status


def test_three_departments_one_job(officer: Staff) -> None:
    """여러 부서가 함께 사는 용역은 한 건이고, 함께 하는 부서도 보지만 고치지 못한다."""
    project = make.ResearchProjectFactory()
    project.partners.set([officer.department, DepartmentFactory()])
    assert list(ResearchProject.objects.for_user(officer)) == [project]
    assert not ResearchProject.scope.may_change(project, officer)
    assert project.departments_text.endswith("등 3개 부서")
    again = ResearchProject(year=project.year, title=project.title, department=officer.department, purpose="같은 것", requested_amount=1)
    with pytest.raises(ValidationError, match="함께 하는 부서"):
        again.full_clean()


def test_similar_looks_at_purpose_and_object_not_title() -> None:
    old = make.ResearchProjectFactory(
        year=2023, title="주민자치회 발전 방향 연구", purpose="주민자치회의 운영 실태를 진단하여 조례 개정과 지원 방향을 마련", subject="18개 동 주민자치회", status="closed",
    )  # fmt: skip
    namesake = make.ResearchProjectFactory(
        year=2022, title="자치 역량 강화 방안", purpose="전통시장 상인과 이용객을 조사하여 상권을 활성화", subject="전통시장 5곳", status="closed",
    )  # fmt: skip
    new = make.ResearchProjectFactory(
        title="자치 역량 강화 방안", purpose="주민자치회 운영 실태를 진단해 지원과 조례 개정의 방향을 다시 세움", subject="18개 동의 주민자치회",
    )  # fmt: skip
    finder = Finder(new)
    assert finder.score(old) > 50
    assert finder.score(namesake) < 20
    services.receive(new)
    assert [one.other for one in new.similar_jobs.all()] == [old]


def test_a_false_hit_is_dismissed_with_its_reason_and_stays_dismissed(team: Staff) -> None:
    same = {"purpose": "주민자치회 운영 실태를 진단하여 지원 방향을 마련", "subject": "18개 동 주민자치회"}
    old = make.ResearchProjectFactory(year=2023, status="closed", **same)
    new = make.ResearchProjectFactory(**same)
    assert services.receive(new) == 1
    hit = new.similar_jobs.get(other=old)
    hit.judgement = "different"
    with pytest.raises(ValidationError, match="까닭을 적어"):
        hit.full_clean()
    client = Client()
    client.force_login(team)
    sent = {"project": new.pk, "title": hit.title, "judgement": "different", "reason": "앞의 것은 조례 정비만 다룸", "_version": hit.version}
    assert client.post(reverse("budget.similarjob-edit", args=[hit.pk]), sent).status_code == 302
    assert find_similar(new) == 0
    hit.refresh_from_db()
    assert (hit.judgement, hit.reason) == ("different", "앞의 것은 조례 정비만 다룸")
    assert new.similar_jobs.count() == 1
    assert "앞의 것은 조례 정비만 다룸" in str([one.values for one in hit.history])


def test_below_the_gate_of_the_day_it_may_go_without_review(team: Staff, officer: Staff) -> None:
    line, today = 20_000_000, timezone.localdate()
    at, below = (
        make.ResearchProjectFactory(department=officer.department, status="received", requested_amount=line - less) for less in (0, 1)
    )
    assert act(team, below, "exempt").status_code == 422
    Setting.objects.create(key=RESEARCH_GATE.key, value=str(line), valid_from=today + timedelta(days=1))
    assert act(team, below, "exempt").status_code == 422
    Setting.objects.create(key=RESEARCH_GATE.key, value=str(line), valid_from=today)
    assert act(team, at, "exempt").status_code == 422
    assert act(officer, below, "exempt").status_code == 403
    done(team, below, "exempt", Status.APPROVED)
    assert (below.decision, below.approved_amount) == ("", line - 1)
    assert "20,000,000원보다 적어" in below.review_note
    assert flow_of(ResearchProject.objects.get(pk=below.pk))[:2] == [("심의 제외", "", "todo"), ("발주", "", "now")]
    # 심의한 것으로 세지 않고, 요구액 안에서 발주한다.
    assert ResearchYear(None, below.year).judged == []
    contract = {"contracted_on": "2026-02-10", "contractor": "연구원", "period": "착수일부터 6개월"}
    assert act(officer, below, "contract", contract_amount=line, **contract).status_code == 422
    done(officer, below, "contract", Status.CONTRACTED, contract_amount=line - 1, **contract)


def test_clock_follows_the_department(law_facts: None) -> None:
    """담당 부서가 바뀌어도 활용 점검의 기한이 사라지지 않고 새 부서로 간다."""
    project = make.ResearchProjectFactory(status="approved", approved_amount=100_000_000)
    services.contract(project, {"contracted_on": date(2026, 2, 2), "contract_amount": 90_000_000, "contractor": "연구원", "period": ""}, {})
    services.report(project, Milestone.Kind.START, date(2026, 2, 9))
    services.report(project, Milestone.Kind.FINAL, date(2026, 7, 6))
    services.settle_result(project, ResearchOutput.Disclosure.PUBLIC, {"result_on": date(2026, 7, 20), "product": "보고서"})
    to = DepartmentFactory()
    ResearchProject.objects.open().filter(pk=project.pk).update(department=to)
    assert due(project, "research.use_check").department == to


def test_clock_follows_the_dates_corrected_on_their_own_pages(team: Staff, law_facts: None) -> None:
    """계약일은 용역이 아니라 딸린 계약의 화면에서 고친다. 기한도 따라 옮긴다."""
    project = make.ResearchProjectFactory(status="approved", approved_amount=100_000_000)
    contract = services.contract(
        project, {"contracted_on": date(2026, 2, 10), "contract_amount": 90_000_000, "contractor": "연구원", "period": ""}, {}
    )
    assert due(project, "research.start").due_on == date(2026, 2, 24)
    client = Client()
    client.force_login(team)
    sent = {"contract_amount": "90000000", "contractor": "연구원", "contracted_on": "2026-03-10", "_version": contract.version}
    assert client.post(reverse("budget.researchoutput-edit", args=[contract.pk]), sent).status_code == 302
    assert due(project, "research.start").due_on == date(2026, 3, 24)


def test_withdrawn_job_has_no_clock(law_facts: None) -> None:
    project = make.ResearchProjectFactory(status="approved", approved_amount=100_000_000)
    services.contract(project, {"contracted_on": timezone.localdate() - timedelta(days=3), "contract_amount": 1, "contractor": "가", "period": ""}, {})
    assert Deadline.objects.to_record(project).open().exists()
    services.withdraw(project, "계약을 해지함")
    assert not Deadline.objects.to_record(project).exists()


def test_round_collects_requests(team: Staff, officer: Staff) -> None:
    """회차가 열린 동안 적은 신청은 회차에 들고, 확정하면 접수되고, 보완을 요구하면 회차가 닫혔어도 다시 고친다."""
    collection = RequestCollection()
    before = make.ResearchProjectFactory(department=officer.department)
    round = Round(
        title="신청", form=collection.code, team=Team.BUDGET, cycle=collection.cycle, year=make.YEAR - 1, as_of=date(2025, 9, 1),
        due_at=timezone.now() + timedelta(days=5), status=Round.Status.OPEN,
    )  # fmt: skip
    round.save()
    submission = Submission.objects.create(
        round=round, department=officer.department, responsible=officer.department, department_name="과", order=1
    )
    assert collection.create_rows(round, {officer.department.pk: submission}) == 1
    client = Client()
    client.force_login(officer)
    sent = {"year": make.YEAR, "title": "새 용역", "purpose": "목적", "method": "entrusted", "requested_amount": "1,000천원",
            "department": officer.department.pk}  # fmt: skip
    assert client.post(reverse("budget.researchproject-add"), sent).status_code == 302
    rows = list(ResearchProject.objects.filter(submission=submission).order_by("pk"))
    assert [one.title for one in rows] == [before.title, "새 용역"]
    Submission.objects.filter(pk=submission.pk).update(status=Submission.Status.CONFIRMED)
    assert not ResearchProject.scope.may_change(rows[0], officer)
    collection.confirmed(submission, rows)
    assert {one.status for one in ResearchProject.objects.all()} == {Status.RECEIVED}
    done(team, rows[0], "supplement", Status.SUPPLEMENT, reason="근거를 더할 것")
    assert ResearchProject.scope.may_change(rows[0], officer)
