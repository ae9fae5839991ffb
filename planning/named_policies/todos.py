"""정책실명제의 할 일."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from core.access import Role, Team, owns_team
from core.org.models import Staff
from core.todo import Todo
from planning.named_policies.figures import policies_url, stale_days
from planning.named_policies.models import NamedPolicy

WORK = "정책실명제"


def policy_work(user: Staff) -> list[Todo]:
    """오래된 카드, 옮긴 담당, 공개할 사업. 부서는 제 사업을 한 건씩, 팀은 갈래마다 한 줄로 본다. 질의 셋."""
    today = timezone.localdate()
    days = stale_days(today)
    stale = NamedPolicy.objects.for_user(user).stale(today)
    moved = NamedPolicy.objects.for_user(user).with_moved_people(today)
    if user.role == Role.DEPARTMENT:
        mine = [
            *((row, f"마지막으로 고친 지 {days}일이 넘음", "카드 보기") for row in stale.filter(department=user.department_id)),
            *((row, "관련자의 보직을 다른 사람이 맡고 있음", "반영") for row in moved.filter(department=user.department_id)),
        ]
        return [
            Todo(None, WORK, row.title, why, user.name, _url(row), verb, _url(row), row.is_sample) for row, why, verb in mine
        ]
    if not owns_team(user, Team.PLANNING):
        return []
    selected = NamedPolicy.objects.filter(status=NamedPolicy.Status.SELECTED)
    lines = (
        (selected, "선정하고 아직 공개하지 않은 사업", "공개", "stage=selected"),
        (stale, f"{days}일 넘게 고치지 않은 카드", "살펴보기", "check=stale"),
        (moved, "담당 변경을 적지 않은 사업", "살펴보기", "check=moved"),
    )  # fmt: skip
    return [
        Todo(None, WORK, f"{text} {len(found):,}건", found[0].title + (" 등" if len(found) > 1 else ""), user.name, policies_url(query),
             verb, policies_url(query), all(one.is_sample for one in found))
        for rows, text, verb, query in lines if (found := list(rows))
    ]  # fmt: skip


def _url(row: NamedPolicy) -> str:
    return reverse("planning.namedpolicy-detail", args=[row.pk])
