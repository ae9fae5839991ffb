"""재촉: 마감 앞뒤의 정해진 근무일에, 아직 내지 않은 부서의 정해진 사람에게만 알린다."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.deadlines.working_days import Calendar
from core.formats import date_long
from core.notices.models import Notice, notify
from core.org.models import Staff
from core.rounds.models import ReminderSent, ReminderStep, Round, Submission

Audience = ReminderStep.Audience


def remind(today: date) -> int:
    """오늘까지 보냈어야 할 재촉을 보내고 새로 알린 사람 수를 준다.

    작업 프로세스가 쉬었다가 켜지면 밀린 것 가운데 마지막 하나만 보낸다. 두 프로세스가 함께 불러도 한 번만 간다.
    """
    calendar = Calendar.load(today, today, weekends_only=True)
    count = 0
    for round in Round.objects.running().filter(ladder__isnull=False).select_related("ladder"):
        due = timezone.localdate(round.due_at)
        steps = [step for step in round.ladder.steps.all() if calendar.add_working_days(due, step.offset) <= today]
        newest = max((step.offset for step in steps), default=None)
        for step in steps:
            count += _send(round, step, quiet=step.offset != newest)
    return count


@transaction.atomic
def _send(round: Round, step: ReminderStep, *, quiet: bool) -> int:
    # 먼저 적은 쪽만 보낸다. 적다가 죽으면 함께 물러 다음에 다시 보낸다.
    _sent, first = ReminderSent.objects.get_or_create(round=round, step=step)
    if not first or quiet:
        return 0
    left = list(round.submissions.waiting_department().select_related("responsible__parent", "round"))
    if step.audience == Audience.BUREAU_HEAD:
        return _tell_bureau_heads(round, left, f"ladder:{round.pk}:{step.pk}")
    people = audience(step.audience, [one.responsible_id for one in left])
    return sum(
        tell(people[one.responsible_id], one, key=f"ladder:{round.pk}:{step.pk}:{one.pk}") for one in left
    )


def tell(people: Iterable[Staff], submission: Submission, *, key: str = "") -> int:
    """한 부서의 사람들에게 아직 내지 않았다고 알린다."""
    due = timezone.localtime(submission.due_at)
    late = "마감이 지났습니다" if submission.is_late else f"마감은 {date_long(due.date())} {due:%H:%M}입니다"
    return notify(
        people, Notice.Reason.DUE, f"「{submission.round}」을 아직 내지 않았습니다",
        text=f"{submission.responsible} · {late}.", url=reverse("core.submission-fill", args=[submission.pk]), key=key,
    )  # fmt: skip


def audience(position: str, departments: Iterable[int]) -> dict[int, list[Staff]]:
    """{부서: 그 자리의 사람들}. 그 자리를 적어 둔 사람이 없으면 부서의 모든 담당자다. 질의 한 번."""
    found: dict[int, list[Staff]] = defaultdict(list)
    for person in Staff.objects.filter(department__in=set(departments), role="department", is_active=True):
        found[person.department_id].append(person)
    return defaultdict(list, {
        department: [one for one in people if one.position == position] or people for department, people in found.items()
    })  # fmt: skip


def _tell_bureau_heads(round: Round, left: list[Submission], key: str) -> int:
    """국장에게는 국 안에서 내지 않은 부서를 한 번에 모아 알린다."""
    bureaus: dict[int, list[Submission]] = defaultdict(list)
    for one in left:
        if one.responsible.parent_id:
            bureaus[one.responsible.parent_id].append(one)
    heads = Staff.objects.filter(department__in=bureaus, position=Staff.Position.BUREAU_HEAD, is_active=True)
    count = 0
    for head in heads:
        names = [one.department_name for one in bureaus[head.department_id]]
        count += notify(
            [head], Notice.Reason.DUE, f"「{round}」을 내지 않은 부서 {len(names)}곳", text=", ".join(names), key=key,
        )  # fmt: skip
    return count
