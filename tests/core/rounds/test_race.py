"""함께 누르고 함께 돌릴 때: 두 번 알리지 않고, 마감의 앞뒤가 한 가지로 정해진다."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models.functions import Now

from core.access import Role
from core.notices.models import Notice
from core.rounds.models import ReminderLadder, ReminderStep, Submission, SubmissionStep
from core.rounds.reminders import remind
from tests.core.rounds.factories import RoundFactory, SubmissionFactory
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db(transaction=True)


def together(works: list[Callable[[], Any]]) -> list[Any]:
    """함께 시작해 모두 끝난 뒤의 결과. 예외도 결과다."""
    barrier, results = Barrier(len(works)), [None] * len(works)

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = works[number]()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=[number]) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_workers_never_send_twice():
    ladder = ReminderLadder.objects.create(name="기본")
    ReminderStep.objects.create(ladder=ladder, offset=0, audience="handler")
    round = RoundFactory(ladder=ladder)
    for _ in range(3):
        submission = SubmissionFactory(round=round)
        StaffFactory(role=Role.DEPARTMENT, department=submission.department)
    results = together([lambda: remind(date(2023, 11, 30))] * 3)
    assert sorted(results) == [0, 0, 3] and Notice.objects.count() == 3


def test_pressing_submit_twice_makes_one_submission():
    submission = SubmissionFactory()
    staff = StaffFactory(role=Role.DEPARTMENT, department=submission.department)

    def press() -> str:
        return Submission.objects.get(pk=submission.pk).ask_confirmation(staff)

    results = together([press] * 4)
    assert results.count("submitted") == 1
    assert sum(isinstance(result, ValidationError) for result in results) == 3
    assert SubmissionStep.objects.count() == 1


def test_the_closing_second_is_judged_by_the_database_clock(monkeypatch):
    """앱 서버의 시계가 다섯 분 틀려도 늦었는지는 데이터베이스의 시각이 정한다."""
    round = RoundFactory()
    submissions = [SubmissionFactory(round=round) for _ in range(6)]
    clock = Submission.objects.annotate(clock=Now()).first().clock
    round.due_at = clock + timedelta(seconds=0.2)
    round.save()
    staff = StaffFactory(role=Role.DEPARTMENT)
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock + timedelta(minutes=5))
    together([lambda one=one: Submission.objects.get(pk=one.pk).ask_confirmation(staff) for one in submissions])
    monkeypatch.undo()
    for one in Submission.objects.select_related("round"):
        assert one.is_late == (one.first_submitted_at > round.due_at)
        assert abs(one.first_submitted_at - clock) < timedelta(minutes=1)
