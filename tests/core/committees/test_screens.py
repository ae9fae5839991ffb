"""위원회의 화면과 엑셀, 부서가 보는 것, 인쇄하는 화면."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access import Role, Team
from core.committees import excel, services
from core.committees.models import AgendaItem, Allowance, Attendance, FollowUp, Meeting
from core.committees.services import Votes
from core.committees.todos import TODOS
from core.committees.views import records
from core.org.models import Staff
from tests.core.committees import factories as make
from tests.excel_tests import ExcelTests
from tests.factories import DepartmentFactory, StaffFactory
from tests.screens import ScreenTests
from tests.todos import todos_of

TEAM: dict[str, Any] = {"role": Role.TEAM, "team": Team.LEGAL}
OTHER_TEAM: dict[str, Any] = {"role": Role.TEAM, "team": Team.BUDGET}
VIEWER: dict[str, Any] = {"role": Role.VIEWER}


class TestCommittee(ScreenTests):
    screens, factory, owner, outsider = records.CommitteeScreens, make.CommitteeFactory, TEAM, VIEWER
    change: ClassVar = {"basis": "고친 조례"}


class TestSeat(ScreenTests):
    screens, factory, owner, outsider = records.SeatScreens, make.SeatFactory, TEAM, VIEWER
    change: ClassVar = {"affiliation": "시험대학교"}
    bulk: ClassVar = {"end_reason": "임기 만료"}


class TestMeeting(ScreenTests):
    screens, factory, owner, outsider = records.MeetingScreens, make.MeetingFactory, TEAM, VIEWER
    change: ClassVar = {"place": "대회의실"}


class TestAgendaItem(ScreenTests):
    screens, factory, owner, outsider = records.AgendaItemScreens, make.AgendaItemFactory, TEAM, VIEWER
    change: ClassVar = {"summary": "고친 내용"}


class TestFollowUp(ScreenTests):
    screens, factory, owner, outsider = records.FollowUpScreens, make.FollowUpFactory, TEAM, VIEWER
    change: ClassVar = {"text": "고친 할 일"}


def allowance() -> Allowance:
    seat = make.SeatFactory()
    row = Attendance.objects.create(meeting=make.MeetingFactory(committee=seat.committee), seat=seat, status="present")
    return Allowance.objects.create(attendance=row, amount=100_000)


class TestAllowance(ScreenTests):
    screens, owner, outsider = records.AllowanceScreens, TEAM, VIEWER
    factory: ClassVar = staticmethod(allowance)
    change: ClassVar = {"amount": "150000"}
    bulk: ClassVar = {"note": "계좌 입금"}


class TestSeatExcel(ExcelTests):
    resource = excel.SeatResource
    broken = ("appointed_on", "언젠가")

    def make(self) -> list[Any]:
        return [make.SeatFactory() for _ in range(3)]


class TestMeetingExcel(ExcelTests):
    resource = excel.MeetingResource
    broken = ("held_on", "봄")

    def make(self) -> list[Any]:
        committee = make.CommitteeFactory()
        return [make.MeetingFactory(committee=committee, held_on=date(2023, month, 1)) for month in (1, 2, 3)]


class TestAgendaItemExcel(ExcelTests):
    resource = excel.AgendaItemResource
    broken = ("order", "첫째")

    def make(self) -> list[Any]:
        meeting = make.MeetingFactory()
        return [make.AgendaItemFactory(meeting=meeting) for _ in range(3)]


# ── 화면에서 회의 한 번 ───────────────────────────────────────────────


@pytest.fixture
def client(signed_in: Callable[[Staff], Client]) -> Client:
    return signed_in(StaffFactory(**TEAM))


@pytest.mark.django_db
def test_a_meeting_from_call_to_close_on_screen(client: Client) -> None:
    meeting = make.MeetingFactory(committee=make.board(5, passing="majority_all"))
    item = make.AgendaItemFactory(meeting=meeting, original_text="수수료 1000원")
    make.AgendaItemFactory(meeting=meeting)
    page = reverse("core.meeting-detail", args=[meeting.pk])

    def act(name: str, **data: Any) -> str:
        return client.post(reverse(f"core.meeting-{name}", args=[meeting.pk]), data, follow=True).content.decode()

    act("move", state="notified")
    assert "회의 열기" in act("move", state="open") or "회의 종결" in client.get(page).content.decode()
    rows = list(meeting.attendances.order_by("seat__order"))
    act("attend", **{f"seat-{row.pk}": "present" for row in rows[:4]}, **{f"seat-{rows[4].pk}": "absent"})
    assert "재적 5명, 출석 4명" in client.get(page).content.decode()
    decide = reverse("core.agendaitem-decide", args=[item.pk])
    refused = client.post(decide, {"outcome": "original", "votes_for": "2"}, follow=True).content.decode()
    assert "찬성 2명으로는 가결되지 않습니다" in refused
    sent = {"outcome": "amended", "votes_for": "4", "amended_text": "수수료 500원", "decision_text": "수수료를 낮춤"}
    shown = client.post(decide, sent, follow=True).content.decode()
    assert "<del>1000원</del><ins>500원</ins>" in shown
    assert "안건 1건을 적었습니다" in act("decide_rest")
    assert "새로" in act("pay") or Allowance.objects.count() == 4
    sheet = client.get(reverse("core.meeting-result", args=[meeting.pk])).content.decode()
    assert "수정가결 1건" in sheet and "원안가결 1건" in sheet and "출석률 80.0%" in sheet and "수수료를 낮춤" in sheet
    assert "<ins>500원</ins>" in sheet
    assert "수수료 1000원" in client.get(reverse("core.meeting-book", args=[meeting.pk])).content.decode()
    act("move", state="closed")
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.CLOSED
    assert client.post(reverse("core.meeting-move", args=[meeting.pk]), {"state": "open"}).status_code == 403


@pytest.mark.django_db
def test_another_team_neither_decides_nor_adds_to_it(signed_in: Callable[[Staff], Client]) -> None:
    client = signed_in(StaffFactory(**OTHER_TEAM))
    item = make.AgendaItemFactory()
    for url in (reverse("core.agendaitem-decide", args=[item.pk]), reverse("core.meeting-move", args=[item.meeting_id])):
        assert client.post(url, {"outcome": "original", "state": "notified"}).status_code == 403
    sent = {"meeting": item.meeting_id, "title": "끼워 넣기"}
    assert client.post(reverse("core.agendaitem-add"), sent).status_code == 422
    assert not AgendaItem.objects.filter(title="끼워 넣기").exists()


@pytest.mark.django_db
def test_a_department_sees_its_own_items_and_reports_its_follow_up(signed_in: Callable[[Staff], Client]) -> None:
    officer = StaffFactory(role=Role.DEPARTMENT)
    client = signed_in(officer)
    mine = make.AgendaItemFactory(department=officer.department, title="우리 안건")
    make.AgendaItemFactory(meeting=mine.meeting, department=DepartmentFactory(), title="남의 안건")
    listing = client.get(reverse("core.agendaitem-list")).content.decode()
    assert "우리 안건" in listing and "남의 안건" not in listing
    task = make.FollowUpFactory(item=mine, department=officer.department, text="조건 이행")
    assert [todo.text for todo in todos_of(TODOS, officer)] == ["조건 이행"]
    edit = reverse("core.followup-edit", args=[task.pk])
    form = client.get(edit).content.decode()
    assert "조치 결과" in form
    sent = {"_version": task.version, "text": "바꾼 할 일", "result": "이행함", "done_on": "2023-06-01"}
    assert client.post(edit, sent).status_code == 302
    task.refresh_from_db()
    assert (task.text, task.result, task.done_on) == ("조건 이행", "이행함", date(2023, 6, 1))
    assert todos_of(TODOS, officer) == []
    assert client.get(edit).status_code == 200
    task.confirmed_on = date(2023, 6, 2)
    task.save()
    assert client.get(edit).status_code == 403


@pytest.mark.django_db
def test_pages_cost_the_same_with_more_rows(client: Client) -> None:
    meeting = make.MeetingFactory(committee=make.board(4))
    for _ in range(2):
        make.AgendaItemFactory(meeting=meeting)
    services.move(meeting, "notified")
    services.move(meeting, "open")
    pages = [
        reverse("core.committee-detail", args=[meeting.committee_id]), reverse("core.meeting-detail", args=[meeting.pk]),
        reverse("core.meeting-book", args=[meeting.pk]), reverse("core.meeting-result", args=[meeting.pk]),
    ]  # fmt: skip

    def costs() -> list[int]:
        found = []
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            found.append(len(queries))
        return found

    few = costs()
    for _ in range(6):
        make.RecusalFactory(item=make.AgendaItemFactory(meeting=meeting))
        make.FollowUpFactory(item=meeting.items.first())
    services.fill_attendance(meeting)
    assert costs() == few


@pytest.mark.django_db
def test_cards_open_lists_of_the_same_count(client: Client) -> None:
    committee = make.board(3, term_months=12)
    for month in (1, 2, 3):
        meeting = make.MeetingFactory(committee=committee, held_on=date(2023, month, 1), form="written" if month == 3 else "in_person")
        make.AgendaItemFactory(meeting=meeting)
        services.move(meeting, "notified")
        services.move(meeting, "open")
        status = "written" if month == 3 else "present"
        services.record_attendance(meeting, dict.fromkeys(meeting.attendances.values_list("pk", flat=True), status))
        services.decide(meeting.items.get(), "original", Votes(3))
    response = client.get(reverse("core.committee-detail", args=[committee.pk]))
    context = response.context
    assert (context["held"], context["year"], round(context["written_rate"])) == (3, 2023, 33)
    for url, count in (
        (context["seats_url"], 3), (context["meetings_url"] + "&held=yes", 3), (context["meetings_url"] + "&held=yes&form=written", 1),
        (f"{context['seats_url']}&expiring={context['alert']}", context["expiring"]),
    ):  # fmt: skip
        assert client.get(url).context["listing"].count == count, url


@pytest.mark.django_db
def test_team_is_told_of_meetings_not_closed() -> None:
    make.MeetingFactory()
    assert [todo.work for todo in todos_of(TODOS, StaffFactory(**TEAM))] == ["위원회"]
    assert todos_of(TODOS, StaffFactory(**OTHER_TEAM)) == []
    assert FollowUp.objects.count() == 0
