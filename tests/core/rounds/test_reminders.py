"""재촉: 정해진 날, 내지 않은 부서에만, 한 번만."""

from __future__ import annotations

from datetime import date

import pytest
from django.core import mail

from core.access import Role
from core.notices.mail import send_waiting
from core.notices.models import Notice
from core.org.models import Department
from core.rounds.models import ReminderLadder, ReminderStep, Submission
from core.rounds.reminders import remind
from tests.core.rounds.factories import RoundFactory, SubmissionFactory, at, submit
from tests.factories import DepartmentFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def round():
    ladder = ReminderLadder.objects.create(name="기본")
    for offset, audience in ((-3, "handler"), (0, "team_lead"), (1, "head"), (3, "bureau_head")):
        ReminderStep.objects.create(ladder=ladder, offset=offset, audience=audience)
    return RoundFactory(ladder=ladder)


def people_of(department: Department) -> dict[str, object]:
    return {
        position: StaffFactory(role=Role.DEPARTMENT, department=department, position=position)
        for position in ("handler", "team_lead", "head")
    }


def received(staff) -> list[str]:
    return list(Notice.objects.for_user(staff).values_list("title", flat=True))


def test_ladder_climbs_from_handler_to_bureau_head(round):
    bureau = DepartmentFactory(kind=Department.Kind.BUREAU, name="도시국")
    late, done = SubmissionFactory(round=round, department__parent=bureau), submit(round, at(11, 20))
    people, lucky = people_of(late.department), people_of(done.department)
    chief = StaffFactory(role=Role.VIEWER, department=bureau, position="bureau_head")
    # 11월 30일(목) 마감: 사흘 앞 근무일은 27일(월)
    assert remind(date(2023, 11, 26)) == 0
    assert remind(date(2023, 11, 27)) == 1 and len(received(people["handler"])) == 1
    assert remind(date(2023, 11, 30)) == 1 and len(received(people["team_lead"])) == 1
    assert remind(date(2023, 12, 1)) == 1 and len(received(people["head"])) == 1
    assert remind(date(2023, 12, 5)) == 1
    assert Notice.objects.for_user(chief).get().text == late.department_name
    assert not any(received(one) for one in lucky.values())


def test_reminding_again_the_same_day_sends_nothing(round):
    submission = SubmissionFactory(round=round)
    people_of(submission.department)
    assert remind(date(2023, 11, 27)) == 1
    assert remind(date(2023, 11, 27)) == 0


def test_after_a_long_stop_only_the_last_step_is_sent(round):
    submission = SubmissionFactory(round=round)
    people = people_of(submission.department)
    assert remind(date(2023, 12, 1)) == 1
    assert received(people["head"]) and not received(people["handler"]) and not received(people["team_lead"])


def test_department_without_a_lead_gets_it_all_the_same(round):
    submission = SubmissionFactory(round=round)
    only = StaffFactory(role=Role.DEPARTMENT, department=submission.department)
    remind(date(2023, 11, 30))
    assert received(only)


def test_closed_round_reminds_no_one(round):
    submission = SubmissionFactory(round=round)
    people_of(submission.department)
    round.close()
    assert remind(date(2023, 11, 30)) == 0


def test_waiting_inside_the_department_is_still_reminded(round):
    submission = SubmissionFactory(round=round, status=Submission.Status.HEAD)
    people = people_of(submission.department)
    remind(date(2023, 12, 1))
    assert received(people["head"])


def test_mail_is_off_until_switched_on_and_goes_once(round, settings):
    submission = SubmissionFactory(round=round)
    StaffFactory(role=Role.DEPARTMENT, department=submission.department, email="a@example.go.kr")
    remind(date(2023, 11, 27))
    assert send_waiting() == 0 and not mail.outbox
    settings.NOTICE_MAIL = True
    assert send_waiting() == 1
    assert send_waiting() == 0
    assert len(mail.outbox) == 1 and "아직 내지 않았습니다" in mail.outbox[0].subject
