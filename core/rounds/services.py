"""회차를 열고, 제출을 내고 돌려보내고 확정한다. 상태를 옮기는 일과 알리는 일을 한 트랜잭션으로 묶는다."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.deadlines.working_days import Calendar
from core.documents.models import Comment
from core.formats import date_long
from core.notices.models import Notice, notify
from core.org.models import Staff
from core.rounds.collection import Collection
from core.rounds.models import Round, RoundTemplate, Submission
from core.rounds.period import Cycle, Period
from core.rounds.reminders import audience, tell

Reason = Notice.Reason
Position = Staff.Position


def fill_url(submission: Submission) -> str:
    """부서가 적는 화면의 주소."""
    return reverse("core.submission-fill", args=[submission.pk])


@transaction.atomic
def open_round(round: Round, collection: Collection) -> int:
    """회차를 연다: 대상 부서를 굳히고, 채울 행을 만들고, 부서에 알린다. 대상 부서의 수를 준다.

    두 사람이 함께 눌러도 한 번만 열린다. 대상이 없거나 마감이 지났으면 ValidationError.
    """
    stored = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
    if stored.status != Round.Status.PREPARING:
        raise ValidationError(f"이미 「{stored.get_status_display()}」인 회차입니다. 화면을 새로 열어 확인해 주세요.")
    if stored.due_at <= timezone.now() and not stored.is_sample:
        raise ValidationError("마감이 이미 지났습니다. 마감을 고친 뒤 열어 주세요.")
    departments = list(collection.departments(stored))
    if not departments:
        raise ValidationError("대상 부서가 없습니다. 서식이 가리키는 자료(과제, 지표)에 부서를 먼저 적어 주세요.")
    Submission.objects.bulk_create(
        Submission(round=stored, department=one, department_name=one.name, order=one.order, responsible=one)
        for one in departments
    )
    submissions = {one.department_id: one for one in stored.submissions.all()}
    collection.create_rows(stored, submissions)
    stored.status, stored.opened_at = Round.Status.OPEN, timezone.now()
    stored.save()
    round.refresh_from_db()
    due = timezone.localtime(stored.due_at)
    people = audience(Position.HANDLER, submissions)
    for department, submission in submissions.items():
        notify(
            people[department], Reason.ASSIGNED, f"「{stored}」 제출을 부탁드립니다",
            text=f"마감은 {date_long(due.date())} {due:%H:%M}입니다.", url=fill_url(submission), key=f"open:{submission.pk}",
        )  # fmt: skip
    return len(departments)


def open_due_templates(today: date, collections: dict[str, Collection]) -> list[Round]:
    """때가 된 틀로 회차를 연다. 같은 기간의 회차가 이미 있으면 열지 않는다. 새로 연 회차를 준다."""
    opened = []
    for template in RoundTemplate.objects.filter(is_automatic=True).exclude(cycle=Cycle.ONCE):
        collection = collections.get(template.form)
        period = due_period(template, today)
        known = Round.objects.filter(form=template.form, year=period.year, number=period.number, cycle=template.cycle)
        # 오래 꺼져 있던 서버가 지난해의 회차를 뒤늦게 열지 않게, 여는 날부터 한 주 안에만 연다.
        late = today - (period.last_day + timedelta(days=template.open_offset))
        if collection is None or late > timedelta(days=7) or known.exists():
            continue
        with transaction.atomic():
            round = round_from(template, period, today)
            round.save()
            open_round(round, collection)
        opened.append(round)
    return opened


def due_period(template: RoundTemplate, today: date) -> Period:
    """여는 날이 오늘이거나 지난, 가장 늦은 기간."""
    period = Period.containing(today - timedelta(days=template.open_offset), Cycle(template.cycle))
    return period.previous() if period.last_day + timedelta(days=template.open_offset) > today else period


def round_from(template: RoundTemplate, period: Period, today: date) -> Round:
    """틀로 만든, 아직 저장하지 않은 회차. 마감은 오늘부터 정한 근무일 뒤다."""
    calendar = Calendar.load(today, today, weekends_only=True)
    due_on = calendar.add_working_days(today, template.due_workdays)
    due = datetime.combine(due_on, time()) + timedelta(hours=template.due_hour)
    return Round(
        title=f"{period} {template.title}"[:120], form=template.form, team=template.team, cycle=template.cycle,
        year=period.year, number=period.number, as_of=period.last_day, due_at=timezone.make_aware(due),
        instructions=template.instructions, ladder=template.ladder, template=template,
    )  # fmt: skip


# ── 부서 ──────────────────────────────────────────────────────────────


@transaction.atomic
def send(submission: Submission, collection: Collection, user: Staff) -> str:
    """다음 사람에게 확인을 부탁하거나 낸다. 빈칸이나 맞지 않는 칸이 있으면 ValidationError(줄마다 한 문장)."""
    if submission.is_writing and collection.grows and not collection.rows([submission]).exists():
        raise ValidationError("적은 줄이 없습니다. 줄을 더하거나, 낼 것이 없으면 「해당없음으로 내기」를 눌러 주세요.")
    if submission.is_writing and (problems := blanks(submission, collection)):
        raise ValidationError([text for _row, _name, text in problems])
    after = submission.ask_confirmation(user)
    if after in Submission.WAITING_REVIEW:
        collection.submitted(submission, list(collection.rows([submission])), user)
    if after in Submission.CONFIRMING:
        people = audience(after, [submission.responsible_id])[submission.responsible_id]
        notify(
            [one for one in people if one.pk != user.pk], Reason.ASSIGNED, f"「{submission.round}」 확인을 부탁드립니다",
            text=f"{user.name} 님이 적었습니다.", url=fill_url(submission),
        )  # fmt: skip
    elif submission.round.contact:
        what = f"{submission.department_name}, 「{submission.round}」 {submission.get_status_display()}"
        notify([submission.round.contact], Reason.ASSIGNED, what, url=fill_url(submission))
    return after


@transaction.atomic
def add_row(submission: Submission, form: Any) -> Any:
    """맞게 적은 폼의 줄을 제출에 더한다. 그 사이 냈으면 ValidationError."""
    _lock_writing(submission)
    row = form.save()
    submission.begin()
    return row


@transaction.atomic
def remove_row(submission: Submission, collection: Collection, key: int) -> str:
    """부서가 더한 줄을 지우고 한 일을 알리는 문장을 준다. 줄을 더하지 않는 서식이거나 그런 줄이 없으면 ValidationError."""
    _lock_writing(submission)
    row = collection.rows([submission]).filter(pk=key).first() if collection.grows else None
    if row is None:
        raise ValidationError("지울 줄이 없습니다. 이미 지웠을 수 있으니 화면을 새로 열어 확인해 주세요.")
    name = collection.row_title(row).name
    row.delete()
    return f"「{name}」 줄을 지웠습니다."


def _lock_writing(submission: Submission) -> None:
    """제출을 잠그고, 부서가 적고 있는 것인지 본다."""
    if not Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk).is_writing:
        raise ValidationError("그 사이 다른 사람이 냈습니다. 화면을 새로 열어 확인해 주세요.")


def blanks(submission: Submission, collection: Collection) -> list[tuple[int, str, str]]:
    """내기 전에 채우거나 고쳐야 할 칸: (행 번호, 항목, 문장). 행의 규칙(clean)까지 본다."""
    found = []
    for row in collection.rows([submission]):
        title = collection.row_title(row)
        name = f"{title.number} {title.name}".strip()
        for field in collection.missing(row):
            found.append((row.pk, field, f"{name}: {collection.heading(field)} 칸이 비어 있습니다."))
        try:
            row.full_clean(validate_unique=False)
        except ValidationError as error:
            for field, texts in error.message_dict.items():
                found += [(row.pk, field, f"{name}: {text}") for text in texts]
    return found


@transaction.atomic
def copy_previous(submission: Submission, collection: Collection) -> int:
    """빈 칸을 지난번에 확정된 값으로 채우고 채운 칸의 수를 준다. 이미 적은 칸은 그대로 둔다."""
    rows = list(collection.rows([submission]))
    previous, count = collection.previous(rows), 0
    for row in rows:
        before = previous.get(row.pk)
        names = [name for name in collection.fields if before and getattr(row, name) in (None, "")]
        names = [name for name in names if getattr(before, name) not in (None, "")]
        for name in names:
            setattr(row, name, getattr(before, name))
        if names:
            row.save(update_fields=names)
        count += len(names)
    submission.begin()
    return count


# ── 팀 ────────────────────────────────────────────────────────────────


@transaction.atomic
def return_for_more(submissions: Iterable[Submission], collection: Collection, user: Staff, note: str) -> int:
    """보완을 요청하고 부서에 알린다. 업무가 정한 뒷일(Collection.returned)도 한다. 건수를 준다."""
    chosen = list(submissions)
    people = audience(Position.HANDLER, [one.responsible_id for one in chosen])
    for one in chosen:
        one.return_for_more(user, note)
        collection.returned(one, list(collection.rows([one])), user, note)
        notify(
            people[one.responsible_id], Reason.RETURNED, f"「{one.round}」 보완을 요청했습니다",
            text=f"{user.name}: {note}", url=fill_url(one),
        )  # fmt: skip
    return len(chosen)


@transaction.atomic
def confirm(submissions: Iterable[Submission], collection: Collection, user: Staff, note: str = "") -> int:
    """확정하고 업무가 정한 뒷일(Collection.confirmed)을 한다. 풀지 않은 「확정 전 해결」 의견이 있으면 ValidationError."""
    chosen = list(submissions)
    people = audience(Position.HANDLER, [one.responsible_id for one in chosen])
    for one in chosen:
        rows = list(collection.rows([one]))
        if count := blocking_comments(rows).count():
            raise ValidationError(
                f"{one.department_name}에 「확정 전 해결」 의견이 {count}건 남아 있습니다. 마무리한 뒤 확정해 주세요."
            )
        one.confirm(user, note)
        collection.confirmed(one, rows)
        notify(people[one.responsible_id], Reason.RESULT, f"「{one.round}」을 확정했습니다", text=note, url=fill_url(one))
    return len(chosen)


def blocking_comments(rows: Sequence[Any]) -> Any:
    """행들에 달린, 아직 풀지 않은 「확정 전 해결」 의견."""
    if not rows:
        return Comment.objects.none()
    kind = ContentType.objects.get_for_model(rows[0])
    found = Comment.objects.filter(content_type=kind, object_id__in=[row.pk for row in rows])
    return found.filter(is_blocking=True, resolved_at__isnull=True)


@transaction.atomic
def extend(submissions: Iterable[Submission], user: Staff, due_at: datetime, reason: str) -> int:
    """마감을 늘리고 건수를 준다."""
    chosen = list(submissions)
    for one in chosen:
        one.extend(user, due_at, reason)
    return len(chosen)


@transaction.atomic
def mark_nothing(submissions: Iterable[Submission], user: Staff, reason: str) -> int:
    """해당하는 것이 없는 부서를 해당없음으로 적고 건수를 준다."""
    chosen = list(submissions)
    for one in chosen:
        one.mark_nothing(user, reason)
    return len(chosen)


@transaction.atomic
def reopen(
    submissions: Iterable[Submission], collection: Collection, user: Staff, reason: str, due_at: datetime | None = None
) -> int:
    """다시 적게 열고 부서에 알린다. 낸 것이면 업무가 정한 뒷일(Collection.returned)도 한다. 건수를 준다."""
    chosen = list(submissions)
    people = audience(Position.HANDLER, [one.responsible_id for one in chosen])
    for one in chosen:
        if one.reopen(user, reason, due_at) == Submission.Status.RETURNED:
            collection.returned(one, list(collection.rows([one])), user, reason)
        notify(
            people[one.responsible_id], Reason.RETURNED, f"「{one.round}」을 다시 열었습니다",
            text=f"{user.name}: {reason}", url=fill_url(one),
        )  # fmt: skip
    return len(chosen)


def urge(submissions: Iterable[Submission]) -> int:
    """아직 내지 않은 부서의 담당에게 지금 알리고 사람 수를 준다. 같은 부서에는 한 시간에 한 번만 간다."""
    chosen = list(submissions)
    people = audience(Position.HANDLER, [one.responsible_id for one in chosen])
    hour = f"{timezone.now():%Y%m%d%H}"
    return sum(tell(people[one.responsible_id], one, key=f"urge:{one.pk}:{hour}") for one in chosen)
