"""사업 한 장의 학술용역 구역."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from budget.research_projects.models import ResearchProject
from core.formats import money
from core.org.models import Staff
from core.projects.models import Project
from core.projects.sections import Cell, Row, Section


def research(project: Project, user: Staff) -> Section:
    """학술용역: 이 사업을 가리키거나 이 사업이 쓴 용역의 금액과 단계, 활용."""
    rows = ResearchProject.objects.for_user(user).live().filter(Q(project=project) | Q(pk__in=project.use_checks_of.values("project")))
    lines = []
    for one in rows.with_parts():
        used = next((check.get_result_display() for check in reversed(one.use_checks.all()) if check.result), "-")
        lines.append(Row([
            Cell(f"{one.year} {one.title}", reverse("budget.researchproject-detail", args=[one.pk])), Cell(one.department),
            Cell(money(one.requested_amount)), Cell(money(one.approved_amount)), Cell(one.get_status_display()), Cell(used),
        ]))  # fmt: skip
    columns = (("용역", ""), ("부서", "c nw"), ("신청액", "num"), ("심의 금액", "num"), ("단계", "c nw"), ("활용", "c nw"))
    return Section(
        "학술용역", columns, lines, unit="천원", url=reverse("budget.research-projects"),
        nothing="이 사업을 가리키는 학술용역이 아직 없습니다. 학술용역의 「사업」 칸에서 고르면 여기에 모입니다.",
    )
