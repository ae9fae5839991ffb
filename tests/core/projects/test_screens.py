"""사업의 화면과 엑셀."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.projects import ProjectScreens
from core.access import Role, Team
from core.org.models import Staff
from core.projects.excel import ProjectResource
from core.projects.models import Project
from tests.budget.appropriations import factories as make
from tests.excel_tests import ExcelTests
from tests.factories import ProjectFactory, StaffFactory
from tests.screens import ScreenTests


class TestProject(ScreenTests):
    screens, factory = ProjectScreens, ProjectFactory
    owner: ClassVar = {"role": Role.TEAM, "team": Team.EVALUATION}
    outsider: ClassVar = {"role": Role.TEAM, "team": Team.LEGAL}
    change: ClassVar = {"summary": "고침"}
    bulk: ClassVar = {"status": "done"}

    def test_a_year_shows_what_runs_that_year(self, client: Client) -> None:
        ProjectFactory(title="끝난 사업", start_year=2018, end_year=2020)
        ProjectFactory(title="이어지는 사업", start_year=2015, end_year=None)
        ProjectFactory(title="하고 있는 사업")
        page = client.get(self.url("list"), {"year": "2023"}).content.decode()
        assert "이어지는 사업" in page
        assert "하고 있는 사업" in page
        assert "끝난 사업" not in page

    def test_the_end_is_not_before_the_start(self, client: Client) -> None:
        project = ProjectFactory()
        answer = client.post(self.url("edit", project.pk), self.data(project, client) | {"end_year": "2020"})
        assert answer.status_code == 422
        assert "끝 연도가 시작 연도보다 앞섭니다" in answer.content.decode()

    def test_it_is_found_by_its_name(self, client: Client) -> None:
        project = ProjectFactory(title="작은도서관 확충")
        assert self.url("detail", project.pk) in client.get(reverse("search"), {"q": "작은도서관"}).content.decode()


class TestProjectExcel(ExcelTests):
    resource = ProjectResource
    broken = ("start_year", "이천")

    def make(self) -> list[Project]:
        return [ProjectFactory(handler=StaffFactory()) for _ in range(3)]


@pytest.mark.django_db
class TestProjectPage:
    """사업 한 장."""

    def page(self, project: Project, user: Staff) -> Any:
        client = Client()
        client.force_login(user)
        return client.get(reverse("core.project-detail", args=[project.pk]))

    def linked(self, count: int) -> Project:
        project = ProjectFactory(department=make.department("도서관과"))
        snapshot = make.snapshot(date(2023, 10, 31))
        for number in range(count):
            program = make.program(f"세부 {number}", project=project, department=project.department)
            make.row(snapshot, number + 2, program, 1_000_000, 400_000)
        return project

    def test_budget_and_rate_come_from_the_linked_programs(self) -> None:
        project = self.linked(2)
        make.program("남의 세부", department=project.department)
        answer = self.page(project, StaffFactory(role=Role.HEAD))
        section = answer.context["project_sections"][0]
        assert [[cell.content for cell in row.cells] for row in section.rows] == [
            ["2023 세부 0", project.department, "1,000", "400", "40.0"],
            ["2023 세부 1", project.department, "1,000", "400", "40.0"],
            ["2023 계", "", "2,000", "800", "40.0"],
        ]
        assert "2023. 10. 31. 기준" in section.note
        assert section.rows[0].cells[2].url in answer.content.decode().replace("&amp;", "&")

    def test_a_program_without_execution_is_missing_and_not_zero(self) -> None:
        project = ProjectFactory()
        make.program("집행 없는 세부", project=project)
        section = self.page(project, StaffFactory(role=Role.HEAD)).context["project_sections"][0]
        assert [cell.content for cell in section.rows[0].cells[2:]] == ["-", "-", "-"]

    def test_a_department_does_not_see_the_programs_of_another(self) -> None:
        project = self.linked(1)
        make.program("다른 과의 세부", project=project, department=make.department("다른과"))
        answer = self.page(project, StaffFactory(role=Role.DEPARTMENT, department=project.department))
        assert "다른 과의 세부" not in answer.content.decode()

    def test_the_page_costs_the_same_whatever_the_rows(self) -> None:
        user = StaffFactory(role=Role.HEAD)
        few, many = self.linked(1), ProjectFactory()
        snapshot = make.snapshot(date(2024, 3, 31))
        for number in range(12):
            program = make.program(f"많은 {number}", make.unit(year=2024), project=many)
            make.row(snapshot, number + 2, program, 1_000, 500)
        counts = []
        for project in (few, many):
            self.page(project, user)
            with CaptureQueriesContext(connection) as found:
                assert self.page(project, user).status_code == 200
            counts.append(len([one for one in found if one["sql"].startswith("SELECT")]))
        assert counts[0] == counts[1]
