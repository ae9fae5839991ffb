"""어느 자료나 어느 위원회에: 기다리는 자료, 안건으로 올리기, 업무의 말로 적은 의결, 의결한 금액."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from core.access import Team
from core.committees import services
from core.committees.agenda import Agenda, waiting_for
from core.committees.models import AgendaItem, Meeting
from core.committees.models.committees import warnings
from core.committees.services import Proposal, Votes
from core.committees.views.acts import put_on_agenda
from core.committees.views.forms import DecisionForm
from core.org.models import Staff
from core.projects.models import Project
from core.projects.views import ProjectScreens
from tests.core.committees import factories as make
from tests.core.committees.test_services import Outcome, opened
from tests.factories import ProjectFactory, StaffFactory

pytestmark = pytest.mark.django_db
WORDS = {Outcome.ORIGINAL: "적정", Outcome.CONDITIONAL: "조건부", Outcome.POSTPONED: "재검토", Outcome.REJECTED: "부적정"}


def waiting() -> Any:
    return Project.objects.filter(status=Project.Status.ONGOING).order_by("pk")


def proposal(project: Any) -> Proposal:
    return Proposal(project.title, project, project.department_id, amount=100_000_000)


AGENDA = Agenda("review-board", waiting, proposal)


@pytest.fixture
def reviewed() -> Iterator[None]:
    """심의를 받고, 제 말로 의결을 적고, 의결한 금액을 받아 적는 사업."""

    def decided_by(project: Project, item: AgendaItem) -> None:
        project.summary = f"{item.outcome_text} {item.decided_amount}"
        project.save()

    with (
        patch.object(Project, "decided_by", decided_by, create=True), patch.object(Project, "outcome_words", WORDS, create=True),
    ):  # fmt: skip
        yield


def meeting_of(code: str = "review-board", **values: Any) -> Meeting:
    return make.MeetingFactory(committee=make.board(5, code=code, **values))


def opened_with(project: Project) -> tuple[Meeting, AgendaItem]:
    """project 를 심의하려고 연 회의."""
    meeting, _ = opened()
    [item] = services.put_on_agenda(meeting, [proposal(project)])
    return meeting, item


# ── 올리기 ────────────────────────────────────────────────────────────


def test_records_wait_until_they_are_on_an_agenda_and_again_after_a_postponement() -> None:
    meeting, first, second = meeting_of(), ProjectFactory(), ProjectFactory()
    ProjectFactory(status=Project.Status.DONE)
    user = StaffFactory(role="team", team=Team.LEGAL)
    assert waiting_for([AGENDA], meeting.committee, user) == [(AGENDA, [first, second])]
    assert waiting_for([AGENDA], meeting_of("").committee, user) == []
    [item] = AGENDA.put([first], meeting)
    assert (item.record, item.department, item.proposed_amount) == (first, first.department, 100_000_000)
    assert list(AGENDA.rows()) == [second]
    AgendaItem.objects.filter(pk=item.pk).update(outcome=Outcome.POSTPONED)
    assert list(AGENDA.rows()) == [first, second]


def test_only_coming_meetings_of_my_committee_are_offered() -> None:
    later = make.MeetingFactory(committee=make.board(1, code="review-board"), held_on=date(2023, 9, 1))
    sooner = make.MeetingFactory(committee=later.committee, held_on=date(2023, 5, 1))
    make.MeetingFactory(committee=later.committee, state=Meeting.State.OPEN)
    meeting_of("")
    assert list(AGENDA.meetings(StaffFactory(role="team", team=Team.LEGAL))) == [sooner, later]
    assert not AGENDA.meetings(StaffFactory(role="team", team=Team.BUDGET)).exists()


def test_what_cannot_go_up_is_refused_and_nothing_goes_up() -> None:
    meeting, ready, late = meeting_of(), ProjectFactory(), ProjectFactory(status=Project.Status.DONE)
    with pytest.raises(ValidationError, match="심의할 차례가 아닙니다"):
        AGENDA.put([ready, late], meeting)
    with pytest.raises(ValidationError, match="심의하는 자료가 아닙니다"):
        AGENDA.put([ready], meeting_of(""))
    with pytest.raises(ValidationError, match="아직 열지 않은 회의에만"):
        AGENDA.put([ready], make.MeetingFactory(committee=meeting.committee, state=Meeting.State.OPEN))
    AGENDA.put([ready], meeting)
    with pytest.raises(ValidationError, match="이미"):
        AGENDA.put([ready], make.MeetingFactory(committee=meeting.committee))
    assert AgendaItem.objects.count() == 1


# ── 제 말과 금액 ──────────────────────────────────────────────────────


@pytest.mark.usefixtures("reviewed")
def test_a_function_reads_the_outcome_in_its_own_words(signed_in: Callable[[Staff], Client]) -> None:
    meeting, item = opened_with(ProjectFactory())
    assert [label for _value, label in DecisionForm(record=item, user=None).fields["outcome"].choices] == ["적정", "조건부", "재검토", "부적정"]
    with pytest.raises(ValidationError, match="적정, 조건부, 재검토, 부적정 가운데 하나"):
        services.decide(item, Outcome.AMENDED, Votes(5, 0, 0), amended_text="고침")
    services.decide(item, Outcome.CONDITIONAL, Votes(5, 0, 0), decision_text="3월까지 보완")
    item.refresh_from_db()
    assert item.outcome_text == "조건부"
    client = signed_in(StaffFactory(role="team", team=Team.LEGAL))
    services.decide_rest(meeting)
    sheet = client.get(reverse("core.meeting-result", args=[meeting.pk])).content.decode()
    assert "조건부 1건" in sheet and "원안가결 1건" in sheet


@pytest.mark.usefixtures("reviewed")
@pytest.mark.parametrize(
    ("outcome", "amount", "decided"),
    [
        (Outcome.ORIGINAL, None, 100_000_000), (Outcome.ORIGINAL, 80_000_000, 80_000_000), (Outcome.ORIGINAL, 0, 0),
        (Outcome.CONDITIONAL, None, None), (Outcome.POSTPONED, 80_000_000, None),
    ],
)  # fmt: skip
def test_the_amount_is_decided_with_the_item_and_goes_back_to_the_record(outcome: str, amount: int | None, decided: int | None) -> None:
    _, item = opened_with(ProjectFactory(summary="앞"))
    services.decide(item, outcome, Votes(5, 0, 0), decision_text="조건", amount=amount)
    item.refresh_from_db()
    assert item.decided_amount == decided
    assert item.record.summary == f"{WORDS[outcome]} {decided}"
    services.cancel(item)
    item = AgendaItem.objects.get(pk=item.pk)
    assert (item.decided_amount, item.record.summary) == (None, "앞")


def test_an_amount_below_nothing_is_refused() -> None:
    _, item = opened_with(ProjectFactory())
    with pytest.raises(ValidationError, match="0원보다"):
        services.decide(item, Outcome.ORIGINAL, Votes(5, 0, 0), amount=-1)


def test_only_items_with_an_amount_ask_for_it(signed_in: Callable[[Staff], Client]) -> None:
    meeting, item = opened_with(ProjectFactory())
    assert DecisionForm(record=item, user=None).initial["amount"] == 100_000_000
    assert "amount" not in DecisionForm(record=meeting.items.exclude(pk=item.pk).get(), user=None).fields
    client = signed_in(StaffFactory(role="team", team=Team.LEGAL))
    sent = {"outcome": "original", "votes_for": "5", "amount": "70000000"}
    client.post(reverse("core.agendaitem-decide", args=[item.pk]), sent)
    item.refresh_from_db()
    assert item.decided_amount == 70_000_000
    assert "70,000,000원" in client.get(reverse("core.meeting-result", args=[meeting.pk])).content.decode()


# ── 위원 ──────────────────────────────────────────────────────────────


def test_too_few_experts_are_told() -> None:
    committee = make.CommitteeFactory(expert_share_min=33)
    for number in range(3):
        make.SeatFactory(committee=committee, is_expert=number == 0)
    day = date(2023, 12, 1)
    assert not [title for title, _text in warnings(committee, committee.seats.all(), day) if title == "민간 전문가 비율"]
    make.SeatFactory(committee=committee)
    assert ("민간 전문가 비율", "민간 전문가가 25.0%로 33%에 모자랍니다.") in warnings(committee, committee.seats.all(), day)


def test_an_official_is_not_an_outside_expert() -> None:
    with pytest.raises(ValidationError, match="민간 전문가로 세지 않습니다"):
        make.SeatFactory.build(committee=make.CommitteeFactory(), is_official=True, is_expert=True).full_clean()


# ── 자료의 화면에서 ───────────────────────────────────────────────────


def test_one_record_goes_up_from_its_own_page() -> None:
    act, screens = put_on_agenda(AGENDA), ProjectScreens
    meeting, record = meeting_of(team=Team.PLANNING), ProjectFactory()
    later = make.MeetingFactory(committee=meeting.committee, state=Meeting.State.OPEN)
    officer, clerk = StaffFactory(role="team", team=Team.PLANNING), StaffFactory(role="department")
    assert act.is_allowed(screens, record, officer) and not act.is_allowed(screens, record, clerk)
    assert not act.refusal(screens, record)
    assert not act.form({"meeting": later.pk}, record=record, user=officer).is_valid()
    form = act.form({"meeting": meeting.pk}, record=record, user=officer)
    assert form.is_valid(), form.errors
    assert act.do(record, form.cleaned_data, officer) == f"{meeting}의 제1호 안건으로 올렸습니다."
    assert act.refusal(screens, record)
