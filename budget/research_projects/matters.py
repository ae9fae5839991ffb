"""큰 일로서의 학술용역: 심의를 통과해 아직 끝나지 않은 것."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from budget.research_projects.models import ResearchProject
from core.history.revisions import kept_rows
from core.org.models import Staff
from core.projects.matters import Kind, Matter


def research_matters(user: Staff) -> Iterator[Matter]:
    """계약했으면 계약액, 아니면 심의 금액."""
    rows = ResearchProject.objects.for_user(user).open().cleared()
    for one in kept_rows(rows.select_related("department", "output")):
        signed = one.contract.contract_amount if one.contract else None
        amount, basis = (signed, "계약액") if signed is not None else (one.approved_amount, "심의 금액")
        url = reverse("budget.researchproject-detail", args=[one.pk])
        yield Matter(
            Kind.RESEARCH, f"budget.researchproject:{one.pk}", one.title, one.department, url, basis, amount, one.project_id, one.purpose
        )
