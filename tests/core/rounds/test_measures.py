"""회차를 재는 세 축."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core import formats
from core.deadlines.working_days import Calendar
from core.rounds.measures import measure
from core.rounds.models import Round, Submission
from tests.core.rounds.factories import RoundFactory, at, submit

pytestmark = pytest.mark.django_db
CALENDAR = Calendar({}, weekends_only=True)


def measured(round: Round):
    return measure(round.submissions.select_related("round"), CALENDAR)


def worked_case() -> Round:
    """대상 37, 제때 30, 1·2·5 근무일 늦음 3, 미제출 3, 해당없음 1, 보완 2(제때 하나, 늦은 하나)."""
    round = RoundFactory()
    for number in range(30):
        submit(round, at(11, 20), returned_count=int(number == 0))
    # 11월 30일은 목요일: 다음 날(1), 그다음 월요일(2), 목요일(5)
    for number, when in enumerate([at(12, 1), at(12, 4), at(12, 7)]):
        submit(round, when, returned_count=int(number == 2))
    for _ in range(3):
        submit(round)
    submit(round, status=Submission.Status.NOTHING)
    return round


def test_worked_case_of_the_division():
    found = measured(worked_case())
    assert (found.target, found.nothing, found.base, found.submitted, found.on_time) == (37, 1, 36, 33, 30)
    assert formats.rate(found.submit_rate) == "91.7"
    assert formats.rate(found.on_time_rate) == "83.3"
    assert formats.rate(found.first_pass_rate) == "93.9"
    assert found.delays == (1, 2, 5)
    assert formats.rate(found.mean_delay) == "2.7" and found.median_delay == Decimal(2)


def test_list_counts_agree_with_the_round_page():
    round = worked_case()
    row = Round.objects.with_measures().get(pk=round.pk)
    found = measured(round)
    assert (row.target_count, row.nothing_count, row.submitted_count, row.on_time_count, row.first_pass_count) == (
        found.target, found.nothing, found.submitted, found.on_time, found.first_pass)  # fmt: skip


def test_nothing_to_submit_has_no_rate():
    round = RoundFactory()
    submit(round, status=Submission.Status.NOTHING)
    found = measured(round)
    assert found.submit_rate is None and found.first_pass_rate is None and found.mean_delay is None


def test_extension_makes_a_later_submission_in_time():
    round = RoundFactory()
    late = submit(round, at(12, 4))
    assert measured(round).on_time == 0
    late.extended_due_at = at(12, 5, 18)
    late.save()
    assert measured(round).on_time == 1


def test_late_on_the_same_evening_counts_as_late_with_zero_days():
    round = RoundFactory()
    submit(round, round.due_at + timedelta(seconds=1))
    found = measured(round)
    assert found.on_time == 0 and found.delays == (0,)


def test_exactly_at_the_deadline_is_in_time():
    round = RoundFactory()
    submit(round, round.due_at)
    assert measured(round).on_time == 1
