"""성과관리의 할 일."""

from __future__ import annotations

from django.urls import reverse

from core.access import Team, owns_team
from core.formats import date_plain
from core.org.models import Staff
from core.todo import Todo
from evaluation.performance.models import IndicatorChange, Objection


def performance_work(user: Staff) -> list[Todo]:
    """평가팀이 답해야 하는 이의신청과, 승인을 기다리는 지표 변경."""
    if not owns_team(user, Team.EVALUATION):
        return []
    team, related = str(Team.EVALUATION.label), ("indicator__perf_project__department",)
    found = []
    for objection in Objection.objects.for_user(user).filter(status=Objection.Status.FILED).select_related(*related):
        url = reverse("evaluation.objection-detail", args=[objection.pk])
        owner = objection.indicator.perf_project.department
        found.append(Todo(objection.due_on, "성과관리", str(objection), f"{owner} · {date_plain(objection.filed_on)} 접수", team, url,
                          "결정", url, objection.is_sample))  # fmt: skip
    for change in IndicatorChange.objects.for_user(user).filter(status=IndicatorChange.Status.REQUESTED).select_related(*related):
        url = reverse("evaluation.indicatorchange-detail", args=[change.pk])
        owner = change.indicator.perf_project.department
        found.append(Todo(None, "성과관리", f"지표 {change} 승인", f"{owner} · {date_plain(change.requested_on)} 신청", team, url,
                          "살펴보기", url, change.is_sample))  # fmt: skip
    return found
