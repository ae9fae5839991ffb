"""취합의 할 일."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from core.access import Role
from core.org.models import Staff
from core.rounds.models import Round, Submission
from core.todo import Todo


def submission_work(user: Staff) -> list[Todo]:
    """부서 담당자는 적거나 확인할 제출, 과 사람은 접수 중인 회차."""
    return _department_submissions(user) if user.role == Role.DEPARTMENT else _team_rounds(user)


def _department_submissions(user: Staff) -> list[Todo]:
    """부서가 적어야 하거나, 내 자리가 확인해야 하는 제출."""
    mine = Submission.editable()
    if user.position == Staff.Position.TEAM_LEAD:
        mine |= Q(status=Submission.Status.TEAM_LEAD)
    elif user.position == Staff.Position.HEAD:
        mine |= Q(status__in=Submission.CONFIRMING)
    rows = Submission.objects.for_user(user).filter(mine).exclude(round__status=Round.Status.PREPARING)
    found = []
    for one in rows.select_related("round"):
        url = reverse("core.submission-fill", args=[one.pk])
        due = timezone.localdate(one.due_at)
        verb = "확인" if one.status in Submission.CONFIRMING else "보완" if one.status == Submission.Status.RETURNED else "적기"
        found.append(Todo(
            due, "취합", f"{one.round} 제출", f"지금 상태 {one.get_status_display()}", one.department_name, url, verb, url,
            one.round.is_sample,
        ))  # fmt: skip
    return found


def _team_rounds(user: Staff) -> list[Todo]:
    """우리 팀이 접수 중인 회차: 살펴볼 제출과 아직 내지 않은 부서."""
    rounds = Round.objects.running().changeable_by(user).with_measures()
    found = []
    for one in rounds:
        url = reverse("core.round-detail", args=[one.pk])
        base = one.target_count - one.nothing_count
        due = timezone.localdate(one.due_at)
        note = f"{base}개 부서 중 {one.submitted_count}개 제출 · {base - one.submitted_count}개 부서 남음"
        if one.review_count:
            found.append(Todo(
                due, "취합", f"{one} 검토 {one.review_count}곳", note, one.get_team_display(), url, "검토하기",
                f"{url}?status=review", one.is_sample,
            ))  # fmt: skip
        elif base == one.confirmed_count:
            found.append(Todo(
                due, "취합", f"{one} 접수 마감", f"{base}개 부서를 모두 확정했습니다", one.get_team_display(), url,
                "마감하기", url, one.is_sample,
            ))  # fmt: skip
        elif base > one.submitted_count:
            found.append(Todo(
                due, "취합", f"{one} 취합 마감", note, one.get_team_display(), url, "남은 부서 보기", f"{url}?status=left",
                one.is_sample,
            ))  # fmt: skip
    return found
