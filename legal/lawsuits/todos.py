"""소송의 할 일."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from core.access import Role, Team, owns_team
from core.org.models import Staff
from core.todo import Todo
from legal.lawsuits.models import Bucket, Lawsuit, LossReview
from legal.lawsuits.models.outcomes import in_bucket


def lawsuit_work(user: Staff) -> list[Todo]:
    """송무의 할 일: 답변서 준비, 상소 결정, 다음 심급 등록, 패소 분석. 부서에는 우리 부서의 패소 분석 조치."""
    found = []
    reviews = LossReview.objects.for_user(user).filter(done_on=None, department=user.department_id or 0)
    for one in reviews.select_related("lawsuit", "department"):
        url = reverse("legal.lossreview-detail", args=[one.pk])
        note = one.prevention.strip().partition("\n")[0][:60]
        found.append(
            Todo(one.due_on, "소송", f"{one.lawsuit.title} 재발 방지 조치", note, str(one.department), url, "조치", url, one.is_sample)
        )
    if not owns_team(user, Team.LEGAL):
        return found
    status, lost = Lawsuit.Status, Lawsuit.objects.filter(in_bucket(Bucket.LOST, timezone.localdate()))
    rows = Lawsuit.objects.for_user(user).with_current().select_related("department", "handler")
    mine = Q() if user.role == Role.ADMIN else Q(handler=user) | Q(handler=None)
    answer, decide = ("답변서 준비", "answer", "답변서 적기"), ("상소 여부 결정", "decide", "상소 결정")
    # 상태마다 할 일. 이 차례로 보인다.
    acts: dict[str, tuple[str, str, str]] = {
        status.FILED: answer, status.ASSIGNED: answer, status.SERVED: decide, status.APPEAL_REVIEW: decide,
        status.APPEALED: ("다음 심급 등록", "advance", "심급 등록"), status.FINAL: ("패소 분석", "", "분석 적기"),
    }  # fmt: skip
    soon = Q(next_on__lte=timezone.localdate() + timedelta(days=30))
    wanted = soon & Q(status__in=[status.FILED, status.ASSIGNED, status.SERVED, status.APPEAL_REVIEW])
    wanted |= Q(status=status.APPEALED) | Q(pk__in=lost.values("pk"), status=status.FINAL, loss_review=None)
    order = list(dict.fromkeys(acts.values()))
    for one in sorted(rows.filter(mine).filter(wanted), key=lambda case: order.index(acts[case.status])):
        what, act, verb = acts[one.status]
        url = reverse("legal.lawsuit-detail", args=[one.pk])
        add = f"{reverse('legal.lossreview-add')}?lawsuit={one.pk}&department={one.department_id}"
        found.append(Todo(
            one.next_on, "소송", f"{one.case_number or ''} {what}".strip(), f"{one.title} · {one.department}",
            one.handler.name if one.handler else str(Team.LEGAL.label), url, verb,
            reverse("legal.lawsuit-act", args=[one.pk, act]) if act else add, one.is_sample,
        ))  # fmt: skip
    return found
