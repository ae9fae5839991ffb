"""회차를 열고, 여러 제출을 한꺼번에 처리한다."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.documents.models import Comment
from core.rounds.collection import Collection
from core.rounds.models import Round, Submission


@transaction.atomic
def open_round(round: Round, collection: Collection) -> int:
    """회차를 연다: 대상 부서를 굳히고 채울 행을 만든다. 대상 부서의 수를 준다.

    두 사람이 함께 눌러도 한 번만 열린다. 대상이 하나도 없으면 ValidationError.
    """
    stored = Round.objects.select_for_update().get(pk=round.pk)
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
    return len(departments)


@transaction.atomic
def confirm(submission: Submission, collection: Collection, user: Any, note: str = "") -> None:
    """확정하고, 업무가 정한 뒷일(Collection.confirmed)을 한다. 풀지 않은 「확정 전 해결」 의견이 있으면 ValidationError."""
    rows = list(collection.rows([submission]))
    if blocking := blocking_comments(rows).count():
        raise ValidationError(f"「확정 전 해결」 의견이 {blocking}건 남아 있습니다. 마무리한 뒤 확정해 주세요.")
    submission.confirm(user, note)
    collection.confirmed(submission, rows)


def blocking_comments(rows: Sequence[Any]) -> Any:
    """행들에 달린, 아직 풀지 않은 「확정 전 해결」 의견."""
    if not rows:
        return Comment.objects.none()
    kind = ContentType.objects.get_for_model(rows[0])
    found = Comment.objects.filter(content_type=kind, object_id__in=[row.pk for row in rows])
    return found.filter(is_blocking=True, resolved_at__isnull=True)


def extend_all(submissions: Sequence[Submission], user: Any, due_at: datetime, reason: str) -> int:
    """여러 부서의 마감을 한꺼번에 늘리고 건수를 준다."""
    with transaction.atomic():
        for submission in submissions:
            submission.extend(user, due_at, reason)
    return len(submissions)
