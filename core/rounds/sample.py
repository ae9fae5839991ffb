"""표본의 지난 회차. 걸음은 오늘의 시계로만 적히므로, 지난 회차의 낸 때와 확정한 때는 여기서 그때의 것으로 적는다."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from core.org.models import Department
from core.rounds.collection import Collection
from core.rounds.models import Round, Submission


def past_round(
    round: Round, collection: Collection, sent_at: Callable[[int, Department], datetime], confirmed_at: datetime
) -> dict[int, Submission]:
    """마감한 회차와 모두 확정된 제출({부서의 번호: 제출}). 대상 부서와 채울 행은 서식이 정한다."""
    round.save()
    rows = []
    for at, one in enumerate(collection.departments(round)):
        sent = sent_at(at, one)
        rows.append(Submission(
            round=round, department=one, department_name=one.name, order=one.order, responsible=one, status=Submission.Status.CONFIRMED,
            first_submitted_at=sent, submitted_at=sent, confirmed_at=confirmed_at,
            late_reason=Submission.LateReason.DATA if sent > round.due_at else "",
        ))  # fmt: skip
    Submission.objects.bulk_create(rows)
    submissions = {one.department_id: one for one in rows}
    collection.create_rows(round, submissions)
    return submissions
