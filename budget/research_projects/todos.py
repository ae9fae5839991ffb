"""학술용역의 할 일. 보고와 활용 점검의 기한은 기한의 할 일이 따로 알린다."""

from __future__ import annotations

from django.urls import reverse

from budget.research_projects.models import ResearchProject, Status
from core.access import Role, Team, owns_team
from core.org.models import Staff
from core.todo import Todo

# 누가 무엇을: 상태 → (할 일, 단추)
_TEAM: dict[str, tuple[str, str]] = {Status.REQUESTED: ("접수", "접수"), Status.RECEIVED: ("심의 상정", "상정")}
_DEPARTMENT: dict[str, tuple[str, str]] = {Status.SUPPLEMENT: ("보완", "고치기"), Status.APPROVED: ("발주", "발주")}


def research_work(user: Staff) -> list[Todo]:
    """팀은 접수와 상정, 부서는 보완과 발주. 질의 하나."""
    if owns_team(user, Team.BUDGET):
        work = _TEAM
    elif user.role == Role.DEPARTMENT:
        work = _DEPARTMENT
    else:
        return []
    rows = ResearchProject.objects.for_user(user).filter(status__in=work).select_related("department")
    if user.role == Role.DEPARTMENT:
        rows = rows.filter(department=user.department_id)
    found = []
    for one in rows:
        what, verb = work[one.status]
        url = reverse("budget.researchproject-detail", args=[one.pk])
        note = one.remark if one.status == Status.SUPPLEMENT else str(one.department)
        found.append(Todo(None, "학술용역", f"{one} {what}", note, user.name, url, verb, url, one.is_sample))
    return found
