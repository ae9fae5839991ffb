"""취합의 할 일."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from core.history.models import RecordQuerySet
from core.inbox.source import Inbox, Line, department, team
from core.org.models import Staff
from core.rounds.models import Round, Submission


def _submission_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """부서가 적어야 하거나, 그 자리가 확인해야 하는 제출."""
    status, position = Submission.Status, Staff.Position
    wanted = rows.filter(Submission.editable()) | rows.filter(status__in=Submission.CONFIRMING)
    for one in wanted.exclude(round__status=Round.Status.PREPARING).select_related("round"):
        url = reverse("core.submission-fill", args=[one.pk])
        verb = "확인" if one.status in Submission.CONFIRMING else "보완" if one.status == status.RETURNED else "적기"
        # 부서장은 팀장의 차례도 확인할 수 있다.
        seats = {status.TEAM_LEAD: (position.TEAM_LEAD, position.HEAD), status.HEAD: (position.HEAD,)}.get(one.status, ("",))
        for seat in seats:
            yield Line(
                one.pk, department(one.responsible_id, seat), "취합", f"{one.round} 제출", url, verb,
                f"지금 상태 {one.get_status_display()}", timezone.localdate(one.due_at), one.department_name,
                is_sample=one.round.is_sample,
            )  # fmt: skip


def _round_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """팀이 접수 중인 회차: 살펴볼 제출과 아직 내지 않은 부서."""
    for one in rows.running().with_measures():  # type: ignore[attr-defined]
        base, url = one.target_count - one.nothing_count, reverse("core.round-detail", args=[one.pk])
        note = f"{base}개 부서 중 {one.submitted_count}개 제출 · {base - one.submitted_count}개 부서 남음"
        if one.review_count:
            text, verb, way = f"검토 {one.review_count}곳", "검토하기", f"{url}?status=review"
        elif base == one.confirmed_count:
            text, verb, way, note = "접수 마감", "마감하기", url, f"{base}개 부서를 모두 확정했습니다"
        elif base > one.submitted_count:
            text, verb, way = "취합 마감", "남은 부서 보기", f"{url}?status=left"
        else:
            continue
        yield Line(
            one.pk, team(one.team), "취합", f"{one} {text}", url, verb, note, timezone.localdate(one.due_at),
            one.get_team_display(), way, is_sample=one.is_sample,
        )  # fmt: skip


SUBMISSIONS = Inbox("rounds.submissions", Submission, _submission_lines, follows={Round: "round"})
ROUNDS = Inbox("rounds.rounds", Round, _round_lines, follows={Submission: "submissions"})
TODOS = (SUBMISSIONS, ROUNDS)
