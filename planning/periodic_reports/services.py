"""이월하고, 항목을 회차에 잇고, 겹침을 살펴본 것으로 적는다."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from core.figures.models import CARRY_WEEKS, Setting
from core.history.models import RecordQuerySet
from core.rounds.models import Round, Submission
from core.rounds.period import Cycle, Period
from planning.periodic_reports.models import ROUND_FORM, ConflictDecision, ReportEntry, weekly_submissions

Status = ReportEntry.Status


def week_round(week: Period) -> Round | None:
    """그 주의 회차. 없으면 None."""
    found: Round | None = Round.objects.filter(form=ROUND_FORM, cycle=Cycle.WEEK, year=week.year, number=week.number).first()
    return found


@transaction.atomic
def carry(week: Period, submissions: Mapping[int, Submission] | None = None) -> int:
    """끝나지 않은 주요업무를 week 의 초안으로 옮기고 건수를 준다. 두 번 해도 한 번 한 것과 같다.

    옮긴 항목은 그 주 월요일의 「예정」 초안이 되고, 앞의 항목은 「이월」이 된다. submissions 를 주면 그 부서의 것만 옮겨 그 제출에 넣는다.
    """
    first = week.first_day
    weeks = Setting.objects.values_on(first)[CARRY_WEEKS]
    rows: RecordQuerySet = ReportEntry.objects.unfinished(first, weeks)
    if submissions is None:
        found = weekly_submissions().filter(round__year=week.year, round__number=week.number)
        known = {one.responsible_id: one for one in found}
    else:
        known = dict(submissions)
        rows = rows.filter(department__in=known)
    old = list(rows.select_for_update(of=("self",)))
    for row in old:
        row.status = Status.CARRIED
    ReportEntry.objects.bulk_create(
        ReportEntry(
            submission=known.get(row.department_id), department_id=row.department_id, starts_on=first, title=row.title,
            content=row.content, place=row.place, kind_id=row.kind_id, attendees=row.attendees, contact=row.contact,
            note=row.note, carried_from=row, is_sample=row.is_sample,
        )
        for row in old
    )  # fmt: skip
    ReportEntry.objects.bulk_update(old, ["status"])
    return len(old)


@transaction.atomic
def gather(round: Round, submissions: Mapping[int, Submission]) -> int:
    """회차를 열 때: 그 주의 항목(미리 적어 둔 것)을 제출에 잇고, 끝나지 않은 주요업무를 이월한다. 그 주의 항목 수를 준다."""
    week = round.period
    rows = list(ReportEntry.objects.filter(starts_on__range=(week.first_day, week.last_day), department__in=submissions))
    for row in rows:
        row.submission = submissions[row.department_id]
    ReportEntry.objects.bulk_update(rows, ["submission"])
    return len(rows) + carry(week, submissions)


@transaction.atomic
def decide(first: ReportEntry, second: ReportEntry, kind: str, note: str) -> ConflictDecision:
    """겹침을 살펴보고 그대로 두기로 했다고 적는다. 까닭이 없으면 ValidationError."""
    if not note.strip():
        raise ValidationError("그대로 두는 까닭을 적어 주세요. 예: 부구청장이 대신 참석")
    one, other = sorted((first, second), key=lambda row: row.pk)
    row = ConflictDecision.objects.filter(first=one, second=other, kind=kind).first() or ConflictDecision(
        first=one, second=other, kind=kind
    )
    row.note, row.basis = note.strip()[:200], basis(one, other)
    row.save()
    return row


def basis(one: ReportEntry, other: ReportEntry) -> str:
    """두 항목의 때·곳·이름. 달라지면 다시 살펴본다."""
    first, second = sorted((one, other), key=lambda row: row.pk)
    return f"{first.face}‖{second.face}"[:900]
