"""제출이 손에서 손으로 넘어가는 규칙."""

from __future__ import annotations

import contextlib

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.access import Role, Team
from core.org.models import Staff
from core.rounds.models import ConfirmationRule, Round, Submission
from tests.core.rounds.factories import RoundFactory, SubmissionFactory, at
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
Status = Submission.Status
Steps = ConfirmationRule.Steps


def person(position: str = Staff.Position.HANDLER) -> Staff:
    return StaffFactory(role=Role.DEPARTMENT, position=position)


def with_steps(steps: str) -> Submission:
    submission = SubmissionFactory()
    ConfirmationRule.objects.create(department=submission.responsible, steps=steps)
    return submission


def test_handler_alone_sends_at_once():
    submission = SubmissionFactory()
    assert submission.ask_confirmation(person()) == Status.SUBMITTED
    assert submission.first_submitted_at == submission.submitted_at is not None


def test_three_people_confirm_in_turn():
    submission = with_steps(Steps.HEAD)
    handler, lead, head = person(), person("team_lead"), person("head")
    assert submission.ask_confirmation(handler) == Status.TEAM_LEAD
    with pytest.raises(ValidationError, match="팀장 확인은 그 자리의 사람만"):
        submission.ask_confirmation(handler)
    assert submission.ask_confirmation(lead) == Status.HEAD
    with pytest.raises(ValidationError):
        submission.ask_confirmation(lead)
    assert submission.ask_confirmation(head) == Status.SUBMITTED
    assert [(step.before, step.after) for step in submission.flow.all()] == [
        (Status.NOT_STARTED, Status.TEAM_LEAD), (Status.TEAM_LEAD, Status.HEAD), (Status.HEAD, Status.SUBMITTED)]  # fmt: skip


def test_return_and_send_again_keeps_the_first_time():
    submission = SubmissionFactory()
    handler, officer = person(), StaffFactory(role=Role.TEAM, team=Team.EVALUATION)
    submission.ask_confirmation(handler)
    first = submission.first_submitted_at
    submission.return_for_more(officer, "사유를 적어 주세요.")
    assert submission.ask_confirmation(handler) == Status.RESUBMITTED
    assert submission.first_submitted_at == first and submission.submitted_at > first
    submission.confirm(officer)
    assert submission.returned_count == 1 and submission.confirmed_at


def test_return_needs_words():
    submission = SubmissionFactory(status=Status.SUBMITTED)
    with pytest.raises(ValidationError, match="무엇을 보완해야"):
        submission.return_for_more(person(), "  ")
    submission.refresh_from_db()
    assert submission.returned_count == 0


def test_two_officers_deciding_at_once_make_one_step():
    submission = SubmissionFactory(status=Status.SUBMITTED)
    other = Submission.objects.get(pk=submission.pk)
    submission.confirm(person())
    with pytest.raises(ValidationError, match="지금은 「확정」"):
        other.return_for_more(person(), "늦었다")
    assert submission.flow.count() == 1


def test_closed_round_is_closed_for_the_department_until_reopened():
    submission = SubmissionFactory(status=Status.DRAFT)
    submission.round.close()
    assert not Submission.objects.open_for_department().filter(pk=submission.pk).exists()
    submission.reopen(person(), "자료가 늦었습니다.")
    assert Submission.objects.open_for_department().filter(pk=submission.pk).exists()


def test_extension_must_be_later_and_say_why():
    submission = SubmissionFactory()
    with pytest.raises(ValidationError, match="까닭"):
        submission.extend(person(), at(12, 5), "")
    with pytest.raises(ValidationError, match="뒤의 때"):
        submission.extend(person(), at(11, 1), "출장")
    submission.extend(person(), at(12, 5), "출장")
    assert submission.due_at == at(12, 5) and submission.flow.get().note == "마감을 늘림: 출장"


def test_round_cannot_be_reported_with_open_departments():
    round = RoundFactory()
    SubmissionFactory(round=round, status=Status.SUBMITTED)
    round.close()
    with pytest.raises(ValidationError, match="1곳"):
        round.report()
    round.submissions.update(status=Status.CONFIRMED)
    round.report()
    assert Round.objects.get().status == Round.Status.REPORTED


ACTS = ("ask_confirmation", "take_back", "mark_nothing", "return_for_more", "confirm", "reopen")
PRESSES = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(ACTS), st.sampled_from(["", "까닭"])), max_size=14)


class FlowTest(TestCase):
    """아무나 아무 때나 눌러도 흐름이 끊기지 않고 처음 낸 때가 바뀌지 않는다."""

    @settings(max_examples=40)
    @given(st.sampled_from(Steps.values), PRESSES)
    def test_any_order_of_presses(self, steps: str, presses: list[tuple[int, str, str]]) -> None:
        submission = with_steps(steps)
        people = [person(position) for position in ("handler", "team_lead", "head")]
        first = None
        for who, act, note in presses:
            found = Submission.objects.get(pk=submission.pk)
            with contextlib.suppress(ValidationError):
                getattr(found, act)(people[who], *([] if act == "ask_confirmation" else [note]))
            first = self.check(submission.pk, first)

    def check(self, key: int, first: object) -> object:
        stored = Submission.objects.get(pk=key)
        steps = list(stored.flow.all())
        states = [Status.NOT_STARTED, *(step.after for step in steps)]
        assert [step.before for step in steps] == states[: len(steps)]
        assert stored.status == states[-1]
        assert not first or stored.first_submitted_at == first
        if stored.status in (*Submission.WAITING_REVIEW, Status.CONFIRMED):
            assert stored.first_submitted_at
        if stored.status == Status.NOTHING:
            assert stored.nothing_reason
        returned = [step for step in steps if step.after == Status.RETURNED and step.before in Submission.WAITING_REVIEW]
        assert stored.returned_count == len(returned)
        return stored.first_submitted_at
