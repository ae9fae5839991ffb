"""사업 한 장의 주요업무 구역."""

from __future__ import annotations

from django.urls import reverse

from core.formats import money
from core.org.models import Staff
from core.projects.models import Project
from core.projects.sections import Cell, Row, Section
from planning.work_plans.models import WorkItem


def work_items(project: Project, user: Staff) -> Section:
    """주요업무: 이 사업을 가리키는 주요업무와 그 단계, 소요예산이나 예산액."""
    rows = WorkItem.objects.for_user(user).filter(project=project).select_related("plan", "department").with_stage()
    labels = dict(WorkItem.State.choices)
    lines = []
    for one in rows.in_order():
        amount = one.total("required") if one.total("required") is not None else one.total("budget")
        url = reverse("planning.workitem-detail", args=[one.pk])
        lines.append(Row([Cell(f"{one.plan} {one}", url), Cell(one.owner), Cell(money(amount)), Cell(labels[one.stage])]))
    columns = (("주요업무", ""), ("맡은 곳", "c nw"), ("소요예산·예산액", "num"), ("상태", "c nw"))
    return Section(
        "주요업무", columns, lines, unit="천원", url=reverse("planning.work-plans"),
        nothing="이 사업을 가리키는 주요업무가 아직 없습니다. 주요업무의 「사업」 칸에서 고르면 여기에 모입니다.",
    )
