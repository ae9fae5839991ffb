"""통합 찾기가 찾는 학술용역. 지난 용역도 목적과 대상, 계약상대로 찾는다."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from budget.research_projects.models import ResearchOutput, ResearchProject
from core.org.models import Department
from core.search.index import Entry, Source


def _projects() -> Iterator[Entry]:
    for row in ResearchProject.objects.select_related("department", "output"):
        contractor = row.contract.contractor if row.contract else ""
        hint = f"{row.year}년 · {row.department} · {row.get_status_display()}"
        url = reverse("budget.researchproject-detail", args=[row.pk])
        yield Entry(row.title, url, hint, words=f"{row.purpose} {row.subject} {contractor}", pk=row.pk)


SOURCES = (Source("학술용역", _projects, ResearchProject, also=(ResearchOutput, Department)),)
