"""사업의 주소 × 역할."""

from __future__ import annotations

from typing import Any

from core.projects.models import Project, ProjectResult
from tests.access import SIGNED_IN, Rows, Table, attached, by_department_read, only, read_own, screens

PROJECT_TEAMS = only("시스템관리자", "기획조정팀", "평가팀")


def projects(rows: Rows) -> dict[str, Any]:
    return {
        whose: Project.objects.create(title=f"{department}의 사업", department=department, start_year=2023)
        for whose, department in rows.departments.items()
    }


results = attached(
    ProjectResult.objects.create, "project", projects, figure="진도율", year=2023, value=50, source="점검"
)

ACCESS: Table = {
    **by_department_read("core.project", "form bulk import", projects, PROJECT_TEAMS),
    **screens("core.projectresult", "", SIGNED_IN, {}, read_own(results), []),
}
