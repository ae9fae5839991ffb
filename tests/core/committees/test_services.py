"""회의의 단계, 의결과 취소, 정족수, 출석, 수당."""

from __future__ import annotations

from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from core.access import Team
from core.committees import services
from core.committees.models import AgendaItem, Attendance, FollowUp, Meeting, Recusal, Seat
from core.committees.models.committees import lesser_gender_share, warnings
from core.committees.quorum import Passing
from core.committees.services import Proposal, Votes
from core.figures.models import COMMITTEE_FEE, Setting
from core.history.models import Change
from core.projects.models import Project
from tests.core.committees import factories as make
from tests.factories import ProjectFactory, StaffFactory

pytestmark = pytest.mark.django_db
Outcome, State = AgendaItem.Outcome, Meeting.State


def opened(members: int = 5, present: int = 5, **values: Any) -> tuple[Meeting, AgendaItem]:
    """present 명이 나와 연 회의와 그 안건."""
    meeting = make.MeetingFactory(committee=make.board(members, **values))
    item = make.AgendaItemFactory(meeting=meeting)
    services.move(meeting, State.NOTIFIED)
    services.move(meeting, State.OPEN)
    keys = list(meeting.attendances.order_by("seat__order").values_list("pk", flat=True))
    services.record_attendance(meeting, {key: "present" if at < present else "absent" for at, key in enumerate(keys)})
    return meeting, item


# ── 단계 ──────────────────────────────────────────────────────────────


def test_numbers_run_from_one_each_year_and_stay() -> None:
    committee = make.CommitteeFactory()
    days = (date(2023, 1, 5), date(2023, 2, 5), date(2024, 1, 5))
    first, second, third = (make.MeetingFactory(committee=committee, held_on=day) for day in days)
    assert [(one.year, one.number) for one in (first, second, third)] == [(2023, 1), (2023, 2), (2024, 1)]
    second.held_on = date(2023, 12, 1)
    second.save()
    assert second.number == 2
    second.held_on = date(2024, 2, 1)
    second.save()
    assert (second.year, second.number, str(second)) == (2024, 2, f"{committee} 2024년 제2회")


def test_a_meeting_is_not_opened_before_its_day() -> None:
    """앞날의 회의를 열면 재적과 의결일이 아직 오지 않은 날이 된다. 그날부터 연다."""
    day = date(2023, 3, 10)
    meeting = make.MeetingFactory(committee=make.board(), held_on=day)
    make.AgendaItemFactory(meeting=meeting)
    services.move(meeting, State.NOTIFIED)
    before = patch("core.committees.services.timezone.localdate", return_value=date(2023, 3, 9))
    with before, pytest.raises(ValidationError, match=r"2023\. 3\. 10\.이라 아직 열 수 없습니다"):
        services.move(meeting, State.OPEN)
    meeting.refresh_from_db()
    assert meeting.state == State.NOTIFIED
    with patch("core.committees.services.timezone.localdate", return_value=day):
        services.move(meeting, State.OPEN)
    assert meeting.state == State.OPEN


def test_a_meeting_without_items_is_not_called() -> None:
    meeting = make.MeetingFactory(committee=make.board())
    with pytest.raises(ValidationError, match="안건이 없습니다"):
        services.move(meeting, State.NOTIFIED)
    with pytest.raises(ValidationError, match="바로 갈 수 없습니다"):
        services.move(meeting, State.CLOSED)


def test_calling_makes_the_attendance_list_of_the_members_of_that_day() -> None:
    meeting = make.MeetingFactory(committee=make.board(3))
    make.SeatFactory(committee=meeting.committee, ended_on=date(2023, 1, 1))
    make.SeatFactory(committee=meeting.committee, appointed_on=date(2023, 5, 1))
    make.AgendaItemFactory(meeting=meeting)
    services.move(meeting, State.NOTIFIED)
    assert meeting.attendances.count() == 3
    assert meeting.notified_on is not None


def test_closing_needs_every_item_decided_and_locks_the_team_out() -> None:
    meeting, item = opened()
    with pytest.raises(ValidationError, match="아직 의결하지 않은 안건"):
        services.move(meeting, State.CLOSED)
    services.decide(item, Outcome.ORIGINAL, Votes(5, 0, 0))
    services.move(meeting, State.CLOSED)
    member = StaffFactory(role="team", team=Team.LEGAL)
    assert not Meeting.scope.may_change(meeting, member)
    assert Meeting.scope.may_change(meeting, StaffFactory(role="admin"))
    with pytest.raises(ValidationError, match="종결한 회의"):
        services.cancel(item)
    with pytest.raises(ValidationError, match="종결한 회의"):
        services.put_on_agenda(meeting, [Proposal("새 안건")])


def test_a_decided_meeting_is_not_taken_back() -> None:
    meeting, item = opened()
    services.decide(item, Outcome.ORIGINAL, Votes(5))
    with pytest.raises(ValidationError, match="의결을 먼저 취소"):
        services.move(meeting, State.NOTIFIED)
    services.cancel(item)
    services.move(meeting, State.NOTIFIED)
    services.move(meeting, State.PREPARING)
    assert meeting.state == State.PREPARING


# ── 의결 ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("outcome", "votes", "extra", "reason"),
    [
        (Outcome.ORIGINAL, Votes(2, 2, 0), {}, "가결되지 않습니다"),
        (Outcome.ORIGINAL, Votes(), {}, "찬성한 위원의 수"),
        (Outcome.ORIGINAL, Votes(4, 1, 0), {}, "출석 4명보다 많습니다"),
        (Outcome.REJECTED, Votes(3, 1, 0), {}, "가결입니다"),
        (Outcome.CONDITIONAL, Votes(4, 0, 0), {}, "조건을 적어"),
        (Outcome.AMENDED, Votes(4, 0, 0), {}, "무엇을 고쳤는지"),
        (Outcome.REPORTED, Votes(), {}, "보고 안건은"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused(outcome: str, votes: Votes, extra: dict[str, Any], reason: str) -> None:
    _, item = opened(5, 4)
    with pytest.raises(ValidationError, match=reason):
        services.decide(item, outcome, votes, **extra)
    item.refresh_from_db()
    assert not item.is_decided


def test_quorum_is_asked_before_anything_is_decided() -> None:
    _, item = opened(5, 2)
    for outcome in (Outcome.ORIGINAL, Outcome.POSTPONED):
        with pytest.raises(ValidationError, match="개의 정족수"):
            services.decide(item, outcome, Votes(2, 0, 0))


def test_more_than_half_of_all_members() -> None:
    """조례·규칙심의회: 출석 과반이 아니라 재적 과반이다(지방자치법 시행령 제28조)."""
    _, item = opened(10, 7, passing=Passing.MAJORITY_ALL)
    with pytest.raises(ValidationError, match="찬성 5명으로는"):
        services.decide(item, Outcome.ORIGINAL, Votes(5, 2, 0))
    assert services.decide(item, Outcome.ORIGINAL, Votes(6, 1, 0)).is_decided


@pytest.mark.parametrize(("leaves", "members"), [(True, 4), (False, 5)])
def test_a_recused_member_is_not_counted(leaves: bool, members: int) -> None:
    meeting, item = opened(5, 5, recused_leave_total=leaves)
    seat = Seat.objects.filter(committee=meeting.committee).last()
    Recusal.objects.create(item=item, seat=seat, kind=Recusal.Kind.EXCLUDED, reason="당사자")
    found = services.tally(item)
    assert (found.members, found.present) == (members, 4)
    other = make.AgendaItemFactory(meeting=meeting)
    assert services.tally(other).present == 5


def test_a_secretary_attends_but_is_not_counted() -> None:
    meeting, item = opened(3, 3)
    make.SeatFactory(committee=meeting.committee, duty=Seat.Duty.SECRETARY)
    services.fill_attendance(meeting)
    services.record_attendance(meeting, dict.fromkeys(meeting.attendances.values_list("pk", flat=True), "present"))
    assert (services.tally(item).members, services.tally(item).present, meeting.attendances.count()) == (3, 3, 4)


def test_only_an_open_meeting_decides_and_only_once() -> None:
    item = make.AgendaItemFactory(meeting=make.MeetingFactory(committee=make.board()))
    with pytest.raises(ValidationError, match="회의를 연 뒤에"):
        services.decide(item, Outcome.ORIGINAL, Votes(5))
    _, second = opened()
    services.decide(second, Outcome.ORIGINAL, Votes(5))
    with pytest.raises(ValidationError, match="이미 「원안가결」"):
        services.decide(second, Outcome.REJECTED, Votes(0, 5, 0))


def test_report_items_need_no_votes_and_the_rest_is_decided_at_once() -> None:
    meeting, _ = opened(5, 4)
    make.AgendaItemFactory(meeting=meeting, is_report=True)
    assert services.decide_rest(meeting) == 2
    assert list(meeting.items.order_by("order").values_list("outcome", "votes_for")) == [("original", 4), ("reported", None)]


@settings(max_examples=25)
@given(st.integers(1, 7), st.data())
def test_a_recorded_pass_always_meets_the_rule(members: int, data: st.DataObject) -> None:
    present, passing = data.draw(st.integers(0, members)), data.draw(st.sampled_from(Passing.values))
    votes = data.draw(st.integers(0, members))
    _, item = opened(members, present, passing=passing)
    try:
        services.decide(item, Outcome.ORIGINAL, Votes(votes, 0, 0))
    except ValidationError:
        assert not AgendaItem.objects.get(pk=item.pk).is_decided
        return
    base = members if passing in (Passing.MAJORITY_ALL, Passing.TWO_THIRDS_ALL) else present
    share = votes * 2 > base if "majority" in passing else votes * 3 >= base * 2
    assert share and votes <= present and present * 2 > members


# ── 자료를 함께 옮긴다 ────────────────────────────────────────────────


class Decided:
    """의결을 받아 움직이는 자료의 대역: 사업이 의결대로 상태를 바꾼다."""

    def __init__(self, refuses: str = "") -> None:
        self.refuses = refuses

    def __call__(self, project: Project, item: AgendaItem) -> None:
        project.status = Project.Status.DONE if item.outcome in AgendaItem.PASSED else Project.Status.STOPPED
        project.summary = item.amended_text
        project.save()
        if self.refuses:
            raise ValidationError(self.refuses)


def with_record(refuses: str = "") -> tuple[Meeting, AgendaItem, Project, Any]:
    meeting, item = opened()
    project = ProjectFactory(status=Project.Status.ONGOING)
    [item] = services.put_on_agenda(meeting, [Proposal("사업 승인", project, project.department_id)])
    double = Decided(refuses)
    patched = patch.object(Project, "decided_by", lambda self, found: double(self, found), create=True)
    return meeting, item, project, patched


def test_deciding_moves_the_record_and_both_share_one_batch() -> None:
    _, item, project, patched = with_record()
    with patched:
        services.decide(item, Outcome.AMENDED, Votes(5, 0, 0), amended_text="고친 글")
    project.refresh_from_db()
    assert (project.status, project.summary) == (Project.Status.DONE, "고친 글")
    assert project.history.first().batch == item.decision_batch


def test_a_record_that_refuses_refuses_the_decision_and_leaves_nothing() -> None:
    _, item, project, patched = with_record("사전심사를 마치지 않았습니다.")
    before = Change.objects.count()
    with patched, pytest.raises(ValidationError, match="사전심사를 마치지"):
        services.decide(item, Outcome.ORIGINAL, Votes(5, 0, 0))
    project.refresh_from_db()
    item.refresh_from_db()
    assert (project.status, item.outcome, Change.objects.count()) == (Project.Status.ONGOING, "", before)


def test_cancelling_takes_the_record_back() -> None:
    _, item, project, patched = with_record()
    with patched:
        services.decide(item, Outcome.ORIGINAL, Votes(5, 0, 0))
    assert services.cancel(item) == 1
    project.refresh_from_db()
    assert (project.status, item.outcome, item.votes_for, item.decided_on) == (Project.Status.ONGOING, "", None, None)


def test_cancelling_is_refused_when_the_record_moved_on() -> None:
    _, item, project, patched = with_record()
    with patched:
        services.decide(item, Outcome.ORIGINAL, Votes(5, 0, 0))
    project.refresh_from_db()
    project.summary = "의결 뒤에 적은 말"
    project.save()
    with pytest.raises(ValidationError, match="먼저 되돌려"):
        services.cancel(item)
    item.refresh_from_db()
    project.refresh_from_db()
    assert (item.outcome, project.status) == (Outcome.ORIGINAL, Project.Status.DONE)


def test_the_same_record_waits_on_one_agenda_only() -> None:
    meeting, item, project, patched = with_record()
    later = make.MeetingFactory(committee=meeting.committee, held_on=date(2023, 4, 1))
    with pytest.raises(ValidationError, match="이미"):
        services.put_on_agenda(later, [Proposal("다른 안건"), Proposal("다시", project)])
    assert not later.items.exists()
    with patched:
        services.decide(item, Outcome.POSTPONED)
    assert len(services.put_on_agenda(later, [Proposal("다시", project)])) == 1


def test_a_record_that_does_not_listen_is_left_alone() -> None:
    meeting, _ = opened()
    seat = Seat.objects.first()
    [item] = services.put_on_agenda(meeting, [Proposal("위촉", seat)])
    version = seat.version
    services.decide(item, Outcome.ORIGINAL, Votes(5))
    seat.refresh_from_db()
    assert seat.version == version


# ── 출석과 수당 ───────────────────────────────────────────────────────


def test_attendance_follows_the_form_of_the_meeting() -> None:
    meeting, _ = opened(3, 0)
    row = meeting.attendances.first()
    with pytest.raises(ValidationError, match="「출석」이나 「불참」만"):
        services.record_attendance(meeting, {row.pk: "written"})
    written = make.MeetingFactory(committee=make.CommitteeFactory(written_allowed=False), form=Meeting.Form.WRITTEN)
    with pytest.raises(ValidationError, match="서면으로 심의하지 않습니다"):
        written.full_clean()


def test_attendance_cannot_undermine_a_decision() -> None:
    meeting, item = opened(5, 3)
    services.decide(item, Outcome.ORIGINAL, Votes(3, 0, 0))
    row = meeting.attendances.filter(status="present").first()
    with pytest.raises(ValidationError, match="의결이 맞지 않습니다"):
        services.record_attendance(meeting, {row.pk: "absent"})
    row.refresh_from_db()
    assert row.status == Attendance.Status.PRESENT


def test_allowance_is_the_amount_of_that_day_and_only_for_outsiders() -> None:
    Setting.objects.create(key=COMMITTEE_FEE.key, value="70000", valid_from=date(2023, 1, 1))
    Setting.objects.create(key=COMMITTEE_FEE.key, value="120000", valid_from=date(2024, 1, 1))
    meeting, _ = opened(4, 3)
    Seat.objects.filter(order=1).update(is_official=True)
    assert services.pay(meeting) == 2
    assert services.pay(meeting) == 0
    assert [row.allowance.amount for row in meeting.attendances.filter(allowance__isnull=False)] == [70_000, 70_000]


# ── 위원 ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2023, 3, 1), 24, date(2025, 2, 28)),
        (date(2024, 3, 1), 24, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2023, 1, 1), 36, date(2025, 12, 31)),
    ],
)
def test_term_ends_the_day_before(start: date, months: int, end: date) -> None:
    committee = make.CommitteeFactory(term_months=months)
    assert make.SeatFactory(committee=committee, appointed_on=start).term_end_on == end
    assert make.SeatFactory(committee=committee, appointed_on=start, kind=Seat.Kind.EX_OFFICIO).term_end_on is None


def test_warnings_do_not_block() -> None:
    committee = make.CommitteeFactory(term_months=24, seat_limit=4, official_share_max=25)
    day = date(2023, 12, 1)
    for gender in "mmmmf":
        make.SeatFactory(committee=committee, gender="female" if gender == "f" else "male", is_official=gender == "m")
    make.SeatFactory(committee=committee, gender="male", appointed_on=date(2020, 1, 1), renewals=2)
    seats = list(committee.seats.active_on(day))
    titles = [title for title, _text in warnings(committee, seats, day)]
    assert set(titles) == {"정원", "공무원 비율", "성별", "임기", "연임"}
    assert titles.count("임기") == 6
    assert f"{lesser_gender_share(seats):.1f}" == "16.7"


def test_unknown_gender_gives_no_share() -> None:
    committee = make.CommitteeFactory()
    make.SeatFactory(committee=committee, gender="")
    assert lesser_gender_share(committee.seats.all()) is None


def test_a_follow_up_is_done_only_with_its_result() -> None:
    row = make.FollowUpFactory()
    assert row.state_text == "지연"
    row.done_on = date(2023, 6, 1)
    with pytest.raises(ValidationError, match="조치 결과"):
        row.full_clean()
    row.result = "조건을 반영함"
    row.full_clean()
    row.save()
    assert not FollowUp.objects.open().exists()
