"""학술용역의 할 일. 보고와 활용 점검의 기한은 기한의 할 일이 따로 알린다."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from budget.research_projects.models import ResearchProject, Status
from core.access import Team
from core.history.models import RecordQuerySet
from core.inbox.source import Inbox, Line, department, team
from core.org.models import Department

# 누가 무엇을: 상태 → (할 일, 단추)
_TEAM: dict[str, tuple[str, str]] = {Status.REQUESTED: ("접수", "접수"), Status.RECEIVED: ("심의 상정", "상정")}
_DEPARTMENT: dict[str, tuple[str, str]] = {Status.SUPPLEMENT: ("보완", "고치기"), Status.APPROVED: ("발주", "발주")}


def _research_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """팀은 접수와 상정, 부서는 보완과 발주."""
    for one in rows.filter(status__in=[*_TEAM, *_DEPARTMENT]).select_related("department"):
        what, verb = (_TEAM | _DEPARTMENT)[one.status]
        whom = team(Team.BUDGET) if one.status in _TEAM else department(one.department_id)
        note = one.remark if one.status == Status.SUPPLEMENT else str(one.department)
        url = reverse("budget.researchproject-detail", args=[one.pk])
        yield Line(one.pk, whom, "학술용역", f"{one} {what}", url, verb, note, is_sample=one.is_sample)


TODOS = (Inbox("research_projects", ResearchProject, _research_lines, follows={Department: "department"}),)
