"""자치법규의 할 일."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from core.access import Role, Team, owns_team
from core.org.models import Staff
from core.todo import Todo
from legal.local_laws.dashboard import open_bills
from legal.local_laws.models import Bill, BillStep, RevisionTask


def law_work(user: Staff) -> list[Todo]:
    """내 손에 있는 의안의 다음 단계와 막힌 의안, 우리 부서가 답할 정비과제. 질의 다섯."""
    today = timezone.localdate()
    if user.role == Role.DEPARTMENT:
        rows = Bill.objects.for_user(user).with_department()
    elif owns_team(user, Team.LEGAL):
        rows = Bill.objects.for_user(user).filter(handler=user)
    else:
        return []
    found = []
    for one in open_bills(rows, BillStep.objects.for_user(user), today):
        waits = one.bill.status in Bill.NOT_OURS and not one.is_stuck
        if waits:
            continue
        url = reverse("legal.bill-detail", args=[one.bill.pk])
        why = f" · {one.why}" if one.is_stuck else ""
        due = one.deadline.safe_on if one.deadline else None
        found.append(Todo(
            due, "자치법규", f"{one.bill} {one.bill.stage_word}", f"{one.holder} {one.days}일째{why}", user.name, url,
            "살펴보기" if one.is_stuck else "처리", url, one.bill.is_sample,
        ))  # fmt: skip
    if user.role == Role.DEPARTMENT:
        for task in RevisionTask.objects.for_user(user).open().select_related("law", "change", "department"):
            url = reverse("legal.revisiontask-detail", args=[task.pk])
            why = str(task.change) if task.change else task.reason
            found.append(Todo(task.due_on, "자치법규", str(task), why, str(task.department), url, "의견 적기",
                              reverse("legal.revisiontask-edit", args=[task.pk]), task.is_sample))  # fmt: skip
    return found
