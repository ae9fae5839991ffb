"""정책실명제의 규칙: 선정기준의 하한, 그때의 사람, 심의의 의결, 공개와 비공개, 반기 갱신, 구민신청."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.figures import figure
from core.access import Role, Team
from core.committees import services as committees
from core.committees.models import AgendaItem, Attendance, Committee, Meeting
from core.deadlines.models import Deadline, DeadlineRule
from core.figures.models import POLICY_STALE, POLICY_TOTAL, ReportedValue, Setting
from core.history.models import Change
from core.history.settle import Settling
from core.org.models import Department, Staff
from core.privacy.models import PersonalAccess
from core.projects.matters import printed_totals
from core.projects.models import Project, ProjectResult
from core.rounds.models import Round, Submission
from core.rounds.period import Cycle
from planning.named_policies import dashboard, reports, services
from planning.named_policies.links import failure
from planning.named_policies.load_report import COMMITTEE, load_committee
from planning.named_policies.models import CitizenApplication, NamedPolicy, PolicyPerson, PolicyUpdate
from planning.named_policies.rounds import UpdateCollection
from planning.named_policies.todos import TODOS
from tests.core.committees.factories import MeetingFactory, SeatFactory
from tests.core.rounds.factories import RoundFactory, SubmissionFactory
from tests.factories import AssignmentFactory, DepartmentFactory, GradeFactory, PostFactory, StaffFactory
from tests.planning.named_policies import factories as make
from tests.todos import todos_of

pytestmark = pytest.mark.django_db
S = NamedPolicy.Status
X = 1_000_000_000


def team() -> Staff:
    return StaffFactory(role=Role.TEAM, team=Team.PLANNING)


def sign_in(user: Staff) -> Client:
    client = Client()
    client.force_login(user)
    return client


def act(client: Client, record: Any, name: str, **data: Any) -> Any:
    return client.post(reverse(f"planning.{record._meta.model_name}-act", args=[record.pk, name]), data)


# ── 올리지 않은 사업 ──────────────────────────────────────────────────


def project(amount: int | None, **values: Any) -> Project:
    found = Project.objects.create(title=f"사업 {amount}", department=DepartmentFactory(), start_year=2026, **values)
    if amount is not None:
        ProjectResult.objects.create(project=found, figure="총사업비", year=2026, value=amount, unit="원", source="투자심사")
    return found


def missed() -> list[Project]:
    found = dashboard.missed(team(), [printed_totals], timezone.localdate())
    return [Project.objects.get(pk=one.matter.project) for one in found]


def test_a_project_at_the_line_is_a_candidate_and_one_won_below_is_not() -> None:
    at, _below, _unknown = project(X), project(X - 1), project(None)
    assert missed() == [at]


def test_the_line_is_the_setting_of_the_day() -> None:
    low = project(X - 1)
    Setting.objects.create(key=POLICY_TOTAL.key, value=str(X - 1), valid_from=timezone.localdate() + timedelta(days=1))
    assert missed() == []
    Setting.objects.create(key=POLICY_TOTAL.key, value=str(X - 1), valid_from=timezone.localdate() - timedelta(days=1))
    assert missed() == [low]


def test_a_project_once_put_forward_or_finished_is_not_missed() -> None:
    make.PolicyFactory(project=project(X), status=S.EXCLUDED)
    project(X, status=Project.Status.DONE)
    assert missed() == []


def test_the_missed_project_fills_the_form(client: Client) -> None:
    found = project(X, summary="구민을 위한 도서관")
    client.force_login(team())
    page = client.get(reverse("planning.named-policies"))
    [one] = page.context["board"].missed
    form = client.get(one.add_url).context["form"]
    assert (form["title"].value(), form["total_amount"].value(), form["project"].value()) == (found.title, str(X), str(found.pk))


# ── 게시 주소 ─────────────────────────────────────────────────────────


@pytest.fixture
def homepage() -> Iterator[str]:
    """이 기계 안의 홈페이지: /card 만 있다."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/card" else 404)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """조용히."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_command_finds_the_dead_links_and_a_new_address_clears_them(homepage: str) -> None:
    good, moved = make.PostedFactory(url=f"{homepage}/card"), make.PostedFactory(url=f"{homepage}/old")
    blank, hidden = make.PostedFactory(), make.PolicyFactory(url=f"{homepage}/old")
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("check_policy_links", stdout=out)
    assert out.getvalue().splitlines() == [f"{moved.number} {moved}: 응답 404 {homepage}/old"]
    assert set(NamedPolicy.objects.unlinked()) == {moved, blank}
    moved.refresh_from_db()
    assert moved.link_checked_on == timezone.localdate()
    client = sign_in(team())
    assert client.get(reverse("planning.namedpolicy-list"), {"check": "link"}).context["listing"].count == 2
    assert client.get(reverse("planning.named-policies")).context["board"].unlinked == 2
    assert "게시 주소가 열리지 않습니다" in client.get(reverse("planning.namedpolicy-detail", args=[moved.pk])).text
    before = Change.objects.for_record(good).count()
    assert act(client, moved, "link", url=f"{homepage}/card").status_code == 302
    call_command("check_policy_links", stdout=out)
    assert set(NamedPolicy.objects.unlinked()) == {blank}
    # 열리는 주소를 다시 열어 본 것은 이력에 쌓이지 않는다.
    assert Change.objects.for_record(good).count() == before
    assert act(client, hidden, "link", url=f"{homepage}/card").status_code == 422


def test_an_address_that_cannot_be_reached_is_told() -> None:
    assert failure("ftp://example.go.kr/card") == "http 주소가 아님"
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        port = server.server_port
    assert failure(f"http://127.0.0.1:{port}/") == "연결되지 않음"


# ── 그때의 사람 ───────────────────────────────────────────────────────


def moved_person() -> tuple[NamedPolicy, PolicyPerson, Staff]:
    """2026년 7월 1일에 기안자의 보직을 다른 사람이 맡았다."""
    department = DepartmentFactory(name="기획과")
    post, grade = PostFactory(department=department), GradeFactory(level=7)
    before, after = StaffFactory(name="김전임"), StaffFactory(name="이후임")
    AssignmentFactory(post=post, staff=before, grade=grade, starts_on=date(2025, 1, 1), ends_on=date(2026, 6, 30))
    AssignmentFactory(post=post, staff=after, grade=grade, starts_on=date(2026, 7, 1))
    policy = make.PostedFactory(department=department)
    person = PolicyPerson(policy=policy, part="draft", post=post, starts_on=date(2025, 3, 2))
    person.full_clean()
    person.save()
    return policy, person, after


def test_the_card_keeps_the_old_holder_before_the_move_and_shows_the_new_one_after() -> None:
    policy, person, after = moved_person()
    assert (person.organisation, person.name) == ("기획과", "김전임")
    assert not NamedPolicy.objects.with_moved_people(date(2026, 6, 30)).exists()
    assert list(NamedPolicy.objects.with_moved_people(date(2026, 7, 1))) == [policy]
    assert services.follow_post(policy, date(2026, 9, 1)) == 1
    assert [one.name for one in policy.people.on(date(2026, 6, 30))] == ["김전임"]
    assert [one.name for one in policy.people.on(date(2026, 7, 1))] == ["이후임"]
    assert not NamedPolicy.objects.with_moved_people(date(2026, 9, 1)).exists()
    rows = next(block for block in reports.card(policy).blocks if block.key == "people-table").rows  # type: ignore[attr-defined]
    assert [cells[3].text[0].text for cells in rows[1:]] == ["김전임", "이후임"]
    assert [cells[4].text[0].text for cells in rows[1:]] == ["2025. 3. 2. ~ 2026. 6. 30.", "2026. 7. 1. ~"]
    # 떠난 사람의 이름을 바꾸어도 카드는 그때의 이름이다.
    Staff.objects.filter(pk=person.staff_id).update(name="바뀐이름")
    assert policy.people.order_by("starts_on").first().name == "김전임"
    assert after.name == "이후임"


def test_the_department_applies_the_move_and_the_closed_row_is_not_rewritten() -> None:
    policy, person, _after = moved_person()
    clerk = StaffFactory(role=Role.DEPARTMENT, department=policy.department)
    assert [one.verb for one in todos_of(TODOS, clerk)] == ["카드 보기", "반영"]
    assert act(sign_in(clerk), policy, "follow").status_code == 302
    person.refresh_from_db()
    assert person.ends_on == date(2026, 6, 30)
    for user in (clerk, team()):
        assert sign_in(user).get(reverse("planning.policyperson-edit", args=[person.pk])).status_code == 403
    assert act(sign_in(clerk), policy, "follow").status_code == 422


# ── 심의, 공개 ────────────────────────────────────────────────────────


def meeting_of(*policies: NamedPolicy) -> list[AgendaItem]:
    """위원 다섯이 나온 회의에 올라 있는 안건."""
    load_committee(Settling())
    committee = Committee.objects.get(code=COMMITTEE)
    SeatFactory.create_batch(5, committee=committee)
    meeting = MeetingFactory(committee=committee, held_on=date(2026, 3, 10))
    items = services.AGENDA.put(policies, meeting)
    committees.move(meeting, Meeting.State.NOTIFIED)
    committees.move(meeting, Meeting.State.OPEN)
    committees.record_attendance(meeting, {one.pk: Attendance.Status.PRESENT for one in meeting.attendances.all()})
    return items


def test_the_committee_selects_postpones_and_excludes_in_its_own_words() -> None:
    chosen, later, out = make.PolicyFactory.create_batch(3)
    items = meeting_of(chosen, later, out)
    assert items[0].words["original"] == "선정" and items[0].words["postponed"] == "재심의"
    assert {one.pk for one in NamedPolicy.objects.at_stage("agenda")} == {chosen.pk, later.pk, out.pk}
    committees.decide(items[0], "original", committees.Votes(5, 0, 0))
    committees.decide(items[1], "postponed", committees.Votes(5, 0, 0))
    with pytest.raises(ValidationError, match="사유"):
        committees.decide(items[2], "rejected", committees.Votes(0, 5, 0))
    committees.decide(items[2], "rejected", committees.Votes(0, 5, 0), decision_text="일회성 행사")
    for one in (chosen, later, out):
        one.refresh_from_db()
    assert [one.status for one in (chosen, later, out)] == [S.SELECTED, S.CANDIDATE, S.EXCLUDED]
    assert (chosen.decided_on, out.decision) == (date(2026, 3, 10), "제외: 일회성 행사")
    # 재심의는 다시 심의를 기다린다.
    assert list(services.AGENDA.rows()) == [later]
    committees.cancel(items[0])
    chosen.refresh_from_db()
    assert (chosen.status, chosen.decided_on) == (S.CANDIDATE, None)


def test_only_the_head_withholds_with_the_article_and_publishing_again_keeps_the_first_day() -> None:
    policy = make.PostedFactory()
    officer, head = sign_in(team()), sign_in(StaffFactory(role=Role.HEAD))
    sent = {"on": "2026-05-04", "ground": "5", "reason": "협의 중"}
    assert act(officer, policy, "withhold", **sent).status_code == 403
    assert act(head, policy, "withhold", on="2026-05-04", reason="협의 중").status_code == 422
    assert act(head, policy, "withhold", **sent).status_code == 302
    policy.refresh_from_db()
    assert (policy.status, policy.nondisclosure_text) == (S.WITHHELD, "제5호 감사·의사결정 과정 · 협의 중")
    assert not NamedPolicy.objects.posted(date(2026, 5, 4)).exists()
    assert NamedPolicy.objects.posted(date(2026, 5, 3)).exists()
    assert act(officer, policy, "publish", on="2026-09-01").status_code == 302
    policy.refresh_from_db()
    assert (policy.status, policy.published_on, policy.withheld_ground) == (S.PUBLISHED, date(2023, 3, 31), "")


def test_a_closed_card_stays_and_only_the_administrator_corrects_it() -> None:
    policy = make.PostedFactory()
    assert act(sign_in(team()), policy, "close", on="2026-06-30").status_code == 302
    assert sign_in(team()).get(reverse("planning.namedpolicy-edit", args=[policy.pk])).status_code == 403
    assert sign_in(StaffFactory(role=Role.ADMIN)).get(reverse("planning.namedpolicy-edit", args=[policy.pk])).status_code == 200


def test_the_number_is_for_life_and_never_given_twice() -> None:
    year = timezone.localdate().year
    first, second = make.PolicyFactory(number=""), make.PolicyFactory(number="")
    assert (first.number, second.number) == (f"{year}-001", f"{year}-002")
    first.number = f"{year}-009"
    with pytest.raises(ValidationError, match="관리번호"):
        first.full_clean()


def test_money_adds_up_and_missing_is_not_zero() -> None:
    policy = make.PolicyFactory.build(department=DepartmentFactory(), total_amount=None, city_amount=3, own_amount=7)
    policy.full_clean(exclude=["number"])
    assert policy.total_amount == 10
    policy.total_amount = 9
    with pytest.raises(ValidationError, match="10원"):
        policy.full_clean(exclude=["number"])
    blank = make.PolicyFactory(total_amount=None)
    assert reports.money_text(blank) == "-"


def test_another_department_sees_the_card_only_after_it_is_published() -> None:
    clerk = sign_in(StaffFactory(role=Role.DEPARTMENT))
    hidden, shown = make.PolicyFactory(), make.PostedFactory()
    assert clerk.get(reverse("planning.namedpolicy-detail", args=[hidden.pk])).status_code == 404
    assert clerk.get(reverse("planning.namedpolicy-detail", args=[shown.pk])).status_code == 200


# ── 현황과 수치 ───────────────────────────────────────────────────────


def test_thirty_posted_and_the_report_agree() -> None:
    ReportedValue.objects.create(
        document="2023년 주요업무보고", section="Ⅱ-1", code="planning.named_policies", label="정책실명제", value=Decimal(30), printed="30",
        unit="건",
    )  # fmt: skip
    posted = figure("planning.named_policies")
    assert (posted.at(date(2023, 11, 6)).value, posted.at(date(2023, 11, 6)).origin) == (30, "reported")
    make.PostedFactory.create_batch(30)
    make.PolicyFactory()
    found = posted.at(date(2023, 11, 6))
    assert (found.value, found.origin) == (30, "computed")
    client = sign_in(team())
    assert client.get(found.url).context["listing"].count == 30
    board = client.get(reverse("planning.named-policies")).context["board"]
    assert board.printed == (True, "보고서 Ⅱ-1 30건, 기록 30건(2023년 말)")
    make.PostedFactory()
    assert sign_in(team()).get(reverse("planning.named-policies")).context["board"].printed[0] is False


def test_every_number_on_the_board_opens_as_many_rows() -> None:
    make.PostedFactory.create_batch(2)
    make.UpdateFactory(on=timezone.localdate())
    make.PolicyFactory(ground="citizen")
    meeting_of(make.PolicyFactory())
    moved_person()
    client = sign_in(team())
    board = client.get(reverse("planning.named-policies")).context["board"]
    for row in board.table.rows:
        for cell in row.cells[1:]:
            assert cell.value == (client.get(cell.url).context["listing"].count if cell.url else 0)
    lists = {"stale": board.stale, "moved": board.moved}
    assert lists == {"stale": 3, "moved": 1}
    for check, count in lists.items():
        assert client.get(reverse("planning.namedpolicy-list"), {"check": check}).context["listing"].count == count


def test_a_card_is_stale_only_after_the_days_of_the_setting() -> None:
    today, policy = timezone.localdate(), make.PostedFactory()
    make.UpdateFactory(policy=policy, on=today - timedelta(days=180))
    assert not NamedPolicy.objects.stale(today).exists()
    assert NamedPolicy.objects.stale(today + timedelta(days=1)).exists()
    Setting.objects.create(key=POLICY_STALE.key, value="90", valid_from=date(2020, 1, 1))
    assert NamedPolicy.objects.stale(today).exists()


# ── 반기 갱신 ─────────────────────────────────────────────────────────


def half_round() -> tuple[Round, dict[int, Submission]]:
    collection = UpdateCollection()
    found = RoundFactory(
        title="2026년 상반기 정책실명제 갱신", form=collection.code, team=Team.PLANNING, cycle=Cycle.HALF, year=2026, number=1,
        as_of=date(2026, 6, 30),
    )  # fmt: skip
    submissions = {one.pk: SubmissionFactory(round=found, department=one) for one in collection.departments(found)}
    collection.create_rows(found, submissions)
    return found, submissions


def test_the_round_brings_the_last_text_and_warns_when_nothing_changed() -> None:
    old = make.UpdateFactory(on=date(2025, 12, 31))
    make.PolicyFactory()
    _round, submissions = half_round()
    collection = UpdateCollection()
    [row] = collection.rows(submissions.values())
    assert (row.progress, row.results, row.on) == (old.progress, old.results, date(2026, 6, 30))
    before = collection.previous([row])[row.pk]
    assert "똑같습니다" in collection.warnings(row, before)["progress"]
    row.results = "○ 60% 추진"
    row.save()
    assert collection.warnings(row, before) == {}
    assert row.policy.latest == old
    Submission.objects.filter(pk=row.submission_id).update(status=Submission.Status.CONFIRMED)
    assert row.policy.latest == row
    assert PolicyUpdate.objects.filter(policy=row.policy).count() == 2


# ── 구민신청 ──────────────────────────────────────────────────────────


@pytest.fixture
def reply_rule() -> DeadlineRule:
    return DeadlineRule.objects.create(
        code="policy.application", name="구민신청 통지", area="common", trigger="접수한 날", length=30, article="구의 규칙",
    )  # fmt: skip


def test_an_application_runs_from_receipt_to_notice(reply_rule: DeadlineRule) -> None:
    officer = team()
    client = sign_in(officer)
    sent = {"title": "도서관 건립", "reason": "궁금합니다", "department": DepartmentFactory().pk, "applicant": "홍길동", "received_on": "2026-11-02"}
    assert client.post(reverse("planning.citizenapplication-add"), sent).status_code == 302
    one = CitizenApplication.objects.get()
    deadline = Deadline.objects.to_record(one).get()
    assert (one.handler, one.masked_applicant, deadline.due_on) == (officer, "홍○○", date(2026, 12, 2))
    assert act(client, one, "notify", on="2026-11-20", reply="알려 드립니다").status_code == 422
    assert act(client, one, "accept").status_code == 302
    one.refresh_from_db()
    assert (one.policy.ground, one.policy.applied_by, one.result_text) == ("citizen", "구민", "심의 전")
    [item] = meeting_of(one.policy)
    committees.decide(item, "original", committees.Votes(5, 0, 0))
    one.refresh_from_db()
    assert act(client, one, "notify", on="2026-11-20", reply="선정되었습니다").status_code == 302
    one.refresh_from_db()
    deadline.refresh_from_db()
    assert (one.status, deadline.state, deadline.closed_on) == ("notified", Deadline.State.DONE, date(2026, 11, 20))


def test_an_application_is_excluded_for_one_of_three_grounds() -> None:
    one = make.ApplicationFactory()
    client = sign_in(one.handler)
    assert act(client, one, "exclude").status_code == 422
    assert act(client, one, "exclude", exclusion="complaint").status_code == 302
    one.refresh_from_db()
    assert one.result_text == "제외(단순 민원·질의)"
    assert not NamedPolicy.objects.exists()


@pytest.mark.parametrize("name", ["홍길동 외 3명", "홍길동, 김철수", "홍길동·김철수", "홍길동 및 주민", "주민 공동"])
def test_a_joint_application_is_not_received(name: str) -> None:
    with pytest.raises(ValidationError, match="공동 명의"):
        make.ApplicationFactory.build(department=DepartmentFactory(), handler=team(), applicant=name).full_clean()


def test_the_name_of_the_applicant_is_nowhere_but_behind_the_log() -> None:
    one = make.ApplicationFactory(applicant="황보가나")
    services.accept(one)
    policy = one.policy
    handler, colleague = sign_in(one.handler), sign_in(team())
    pages = [reverse(f"planning.citizenapplication-{name}") for name in ("list", "print")]
    pages += [reverse("planning.citizenapplication-detail", args=[one.pk]), reverse("planning.namedpolicy-detail", args=[policy.pk])]
    pages += [reverse("planning.citizenapplication-history", args=[one.pk]), reverse("planning.named-policies")]
    for client in (handler, colleague):
        for page in pages:
            assert "황보가나" not in client.get(page).content.decode(), page
    assert "황보가나" not in str(list(Change.objects.values_list("values", "object_text")))
    reveal = reverse("core.reveal", args=[handler.get(pages[2]).context["reveal"]["content_type"], one.pk])
    assert colleague.post(reveal, {"why": "송달·통지"}).status_code == 403
    assert "황보가나" in handler.post(reveal, {"why": "송달·통지"}).content.decode()
    assert PersonalAccess.objects.count() == 1


def test_the_name_is_erased_after_the_years_of_the_setting() -> None:
    one = make.ApplicationFactory(status="notified", notified_on=date(2023, 5, 1))
    kept = make.ApplicationFactory(status="notified", notified_on=date(2023, 5, 2))
    assert services.erase_due(date(2026, 5, 1)) == 1
    one.refresh_from_db()
    kept.refresh_from_db()
    assert (one.applicant, one.contact, one.erased_on, kept.applicant) == ("홍○○", "", date(2026, 5, 1), "홍길동")


# ── 인쇄와 할 일 ──────────────────────────────────────────────────────


def test_the_prints_open_and_the_list_has_the_headings_of_the_homepage() -> None:
    update = make.UpdateFactory()
    make.PersonFactory(policy=update.policy)
    client = sign_in(team())
    for kind in ("hwpx", "pdf"):
        for page in (
            reverse("planning.namedpolicy-sheet", args=[update.policy.pk, kind]), reverse("planning.namedpolicy-listing", args=[kind]),
        ):  # fmt: skip
            assert client.get(page).status_code == 200
    assert client.get(reverse("planning.namedpolicy-listing", args=["doc"])).status_code == 404
    heads = reports.listing([], timezone.localdate()).tables()[0].rows[0]
    assert [cell.text[0].text for cell in heads] == [
        "관리번호", "사업명", "선정기준", "담당부서", "사업기간", "총사업비", "국비", "시비", "구비", "최초 공개일", "최종 수정일",
    ]  # fmt: skip
    response = client.get(reverse("planning.namedpolicy-listing", args=["xlsx"]))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    text = str([[cell.value for cell in line] for line in sheet.iter_rows()])
    assert "결재선(기안 > 검토 > 협조 > 전결)" in text and update.progress in text


def test_the_team_sees_one_line_for_each_kind_of_work() -> None:
    make.PolicyFactory.create_batch(2, status=S.SELECTED)
    make.PostedFactory()
    assert [(one.text, one.verb) for one in todos_of(TODOS, team())] == [
        ("선정하고 아직 공개하지 않은 사업 2건", "공개"), ("180일 넘게 고치지 않은 카드 1건", "살펴보기"),
    ]  # fmt: skip
    assert todos_of(TODOS, StaffFactory(role=Role.TEAM, team=Team.BUDGET)) == []
    assert Department.objects.count() == 3
