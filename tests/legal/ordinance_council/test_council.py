"""조례·규칙심의회: 기다리는 의안을 한 번에 올리고, 의결이 의안을 옮기고, 한 해의 수가 행과 같다."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access import Role, Team
from core.committees import services as committees
from core.committees.agenda import Agenda
from core.committees.models import AgendaItem, Allowance, Committee, Meeting, Seat
from core.committees.quorum import Passing
from core.committees.services import Votes
from core.figures.models import ReportedValue
from core.history.clearing import Clearing
from core.history.settle import Settling
from core.org.models import Staff
from core.projects.models import Project
from legal.local_laws.models import Bill, BillStep
from legal.local_laws.models.pipeline import LawKind, Stage
from legal.ordinance_council import sample, services
from legal.ordinance_council.dashboard import MEETINGS_CODE, CouncilYear
from legal.ordinance_council.figures import FIGURES
from legal.ordinance_council.load_report import COUNCIL, LAWSUIT_REVIEW, load_committees
from tests.core.committees import factories as make
from tests.factories import ProjectFactory, StaffFactory
from tests.legal.local_laws.factories import BillFactory, load_clocks

pytestmark = pytest.mark.django_db


@pytest.fixture
def committee() -> Committee:
    load_committees(Settling())
    return Committee.objects.get(code=COUNCIL)


@pytest.fixture
def client(signed_in: Callable[[Staff], Client]) -> Client:
    return signed_in(StaffFactory(role=Role.TEAM, team=Team.LEGAL))


@pytest.fixture
def bills() -> Iterator[list[Project]]:
    """의안의 대역: 제안 이유와 주요 내용이 있고 의결을 받아 움직이는 사업 셋."""
    found = [ProjectFactory(title=f"○○ 조례안 {number}") for number in range(3)]

    def decided_by(project: Project, item: AgendaItem) -> None:
        project.status = Project.Status.DONE if item.outcome in AgendaItem.PASSED else Project.Status.STOPPED
        project.save()

    def waiting() -> Any:
        return Project.objects.filter(status=Project.Status.ONGOING)

    with (
        patch.object(Project, "reason", "상위법 개정", create=True), patch.object(Project, "main_points", "제5조를 고침", create=True),
        patch.object(Project, "decided_by", decided_by, create=True),
        patch.object(services, "AGENDA", Agenda(COUNCIL, waiting, services.proposal)),
    ):  # fmt: skip
        yield found


def test_two_committees_are_seeded_once_and_edits_stay(committee: Committee) -> None:
    assert (committee.team, committee.passing, committee.basis) == (Team.LEGAL, Passing.MAJORITY_ALL, "지방자치법 시행령 제28조")
    assert Committee.objects.get(code=LAWSUIT_REVIEW).functions.count() == 4
    committee.name = "우리 심의회"
    committee.save()
    committee.functions.first().delete()
    load_committees(Settling())
    assert Committee.objects.get(code=COUNCIL).name == "우리 심의회"
    assert committee.functions.count() == 3


def test_waiting_bills_go_up_in_one_click_and_decisions_move_them(client: Client, committee: Committee, bills: list[Project]) -> None:
    for _ in range(5):
        make.SeatFactory(committee=committee)
    meeting = make.MeetingFactory(committee=committee, held_on=date(2023, 4, 6))
    page = client.get(reverse("legal.ordinance-council") + "?year=2023").content.decode()
    assert "심의 대기 안건 3건 올리기" in page
    response = client.post(reverse("legal.ordinance-council-put"), {"meeting": meeting.pk}, follow=True)
    assert "의안 3건을" in response.content.decode()
    items = list(meeting.items.order_by("order"))
    assert next((one.title, one.summary, one.original_text, one.department) for one in items) == (
        bills[0].title, "상위법 개정\n\n제5조를 고침", "제5조를 고침", bills[0].department,
    )  # fmt: skip
    assert "기다리는 의안이 없습니다" in client.get(reverse("legal.ordinance-council")).content.decode()
    again = client.post(reverse("legal.ordinance-council-put"), {"meeting": meeting.pk}, follow=True).content.decode()
    assert "심의를 기다리는 의안이 없습니다" in again
    committees.move(meeting, "notified")
    committees.move(meeting, "open")
    committees.record_attendance(meeting, dict.fromkeys(meeting.attendances.values_list("pk", flat=True), "present"))
    committees.decide(items[0], "amended", Votes(5), amended_text="제5조와 제6조를 고침")
    committees.decide(items[1], "postponed")
    committees.decide(items[2], "rejected", Votes(2, 3, 0))
    statuses = [Project.objects.get(pk=one.pk).status for one in bills]
    assert statuses == [Project.Status.DONE, Project.Status.STOPPED, Project.Status.STOPPED]
    page = client.get(reverse("legal.ordinance-council") + "?year=2023").content.decode()
    assert "수정의결" in page and "<ins>" in page


def test_bills_are_put_only_on_a_meeting_not_yet_open(committee: Committee, bills: list[Project], client: Client) -> None:
    closed = make.MeetingFactory(committee=committee, state=Meeting.State.OPEN)
    page = client.post(reverse("legal.ordinance-council-put"), {"meeting": closed.pk}, follow=True).content.decode()
    assert "아직 열지 않은 회의에만" in page
    other = make.MeetingFactory()
    assert client.post(reverse("legal.ordinance-council-put"), {"meeting": other.pk}).status_code == 404
    assert "회의를 고르세요" in client.post(reverse("legal.ordinance-council-put"), {}, follow=True).content.decode()
    assert not AgendaItem.objects.exists()


def test_the_sample_is_the_twelve_meetings_of_the_report_and_leaves_whole(committee: Committee, client: Client) -> None:
    ReportedValue.objects.create(
        document="2023년 주요업무보고", section="Ⅱ-5", code=MEETINGS_CODE, label="개최", value=12, printed="12", unit="회"
    )
    count = sample.load_council(date(2026, 11, 22))
    assert count == AgendaItem.objects.count() > 12
    assert sample.load_council(date(2026, 11, 22)) == 0
    board = CouncilYear(committee, 2023)
    assert (len(board.held), board.written, board.reconciled) == (12, 3, (True, "보고서 Ⅱ-5 12회, 기록 12회"))
    assert max(one.held_on for one in board.held) < date(2023, 11, 6)
    assert board.next_meeting.held_on == date(2026, 12, 2)
    for item in AgendaItem.objects.exclude(is_report=True).with_names():
        # 지어낸 안건도 정족수를 채워야 한다.
        assert committees.tally(item).passes(item.votes_for)
    values = {figure.code: figure.at(date(2023, 12, 31)) for figure in FIGURES}
    assert [values[f"ordinance_council.{name}"].value for name in ("meetings", "items", "written_rate")] == [12, count, Decimal(25)]
    for value in values.values():
        assert (value.origin, value.url != "") == ("computed", True)
    assert client.get(values["ordinance_council.meetings"].url).context["listing"].count == 12
    assert client.get(values["ordinance_council.items"].url).context["listing"].count == count
    context = client.get(reverse("legal.ordinance-council") + "?year=2023").context
    assert context["total"] == count
    for line in context["lines"]:
        assert client.get(line["url"]).context["listing"].count == line["line"].total, line["line"].label
        assert client.get(line["written_url"]).context["listing"].count == line["line"].written
    clearing = Clearing()
    sample.clear_council(clearing)
    assert not (Meeting.objects.exists() or Seat.objects.exists() or Allowance.objects.exists() or clearing.kept)
    assert Committee.objects.filter(code=COUNCIL).exists()


def test_the_page_costs_the_same_with_more_and_downloads(committee: Committee, client: Client) -> None:
    sample.load_council(date(2026, 11, 22))
    url = reverse("legal.ordinance-council") + "?year=2023"

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    few = cost()
    meeting = Meeting.objects.filter(year=2023).first()
    for _ in range(5):
        make.AgendaItemFactory(meeting=meeting, order=None, outcome="amended", amended_text="다른 글", original_text="글")
    assert cost() == few
    response = client.get(reverse("legal.ordinance-council-export") + "?year=2023")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert book.sheetnames[:2] == ["회의", "의결유형"]
    assert [row[5].value for row in list(book["회의"].rows)[-12:]]


def test_without_the_committee_the_page_says_what_to_do(client: Client) -> None:
    assert "load_report" in client.get(reverse("legal.ordinance-council")).content.decode()
    assert client.get(reverse("legal.ordinance-council-export")).status_code == 404


def test_a_real_bill_is_decided_and_taken_back(committee: Committee) -> None:
    load_clocks()
    for _ in range(5):
        make.SeatFactory(committee=committee)
    bill = BillFactory(kind=LawKind.RULE, received_on=date(2023, 1, 2), law__kind=LawKind.RULE)
    Bill.objects.filter(pk=bill.pk).update(status=Stage.BOARD)
    bill.steps.update(done_on=date(2023, 3, 2))
    BillStep.objects.create(bill=bill, order=2, code=Stage.BOARD, started_on=date(2023, 3, 2))
    meeting = make.MeetingFactory(committee=committee, held_on=date(2023, 4, 6))
    assert services.put_waiting(meeting) == 1
    assert not services.AGENDA.rows().exists()
    item = meeting.items.get()
    committees.move(meeting, "notified")
    committees.move(meeting, "open")
    committees.record_attendance(meeting, dict.fromkeys(meeting.attendances.values_list("pk", flat=True), "present"))
    committees.decide(item, "original", Votes(5))
    bill.refresh_from_db()
    assert (bill.status, bill.steps.count()) == (Stage.REPORT, 3)
    committees.cancel(item)
    bill.refresh_from_db()
    assert (bill.status, bill.steps.count(), bill.steps.get(order=2).done_on) == (Stage.BOARD, 2, None)
    committees.decide(item, "postponed")
    bill.refresh_from_db()
    assert bill.status == Stage.BOARD
    assert services.AGENDA.rows().get() == bill
    again = make.MeetingFactory(committee=committee, held_on=date(2023, 5, 4))
    assert services.put_waiting(again) == 1


def test_the_meeting_page_offers_waiting_bills_and_the_bill_shows_its_review(committee: Committee, client: Client) -> None:
    chosen, other = BillFactory(title="고른 의안"), BillFactory(title="남은 의안")
    Bill.objects.filter(pk__in=(chosen.pk, other.pk)).update(status=Stage.BOARD)
    meeting = make.MeetingFactory(committee=committee, held_on=date(2023, 4, 6))
    page = reverse("core.meeting-detail", args=[meeting.pk])
    for url in (page, reverse("core.committee-detail", args=[committee.pk])):
        assert "심의를 기다리는 자료 2건" in client.get(url).content.decode()
    put = reverse("core.meeting-put", args=[meeting.pk])
    assert "올릴 자료를 고르세요" in client.post(put, {"record": "legal.bill:0"}, follow=True).content.decode()
    shown = client.post(put, {"record": f"legal.bill:{chosen.pk}"}, follow=True).content.decode()
    assert "자료 1건을 안건으로 올렸습니다" in shown and "심의를 기다리는 자료 1건" in shown
    assert [item.record for item in meeting.items.all()] == [chosen]
    assert f"{meeting} 제1호" in client.get(reverse("legal.bill-detail", args=[chosen.pk])).content.decode()
    assert f"{meeting}" not in client.get(reverse("legal.bill-detail", args=[other.pk])).content.decode()
