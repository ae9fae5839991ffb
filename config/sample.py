"""표본 한 벌을 싣고 걷는다. 업무의 표본을 config/functions.py 의 차례대로 싣고, 그 위에 사업을 잇는다."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from budget.appropriations.models import DetailProgram
from config.functions import GIVEN
from config.load_report import load_report, read_report
from core.access import Role
from core.given import Sample
from core.history.clearing import SAMPLE_SOURCE, Clearing
from core.history.context import acting_as
from core.history.settle import Settling
from core.inbox.keeping import at_the_end
from core.org.models import Staff
from core.org.sample import ACCOUNTS, CLERK_DEPARTMENT, SAMPLE_PASSWORD
from core.projects.models import Project
from evaluation.four_year_plans.models import Task
from evaluation.performance.models import PerfProject

PASSWORD = SAMPLE_PASSWORD
SAMPLES: list[Sample] = [given.sample for given in GIVEN if given.sample]


@transaction.atomic
def load_sample() -> dict[str, int]:
    """보고서 위에 표본을 싣고 건수를 준다. 두 번 실어도 같다."""
    load_report(read_report())
    settling = Settling()
    with acting_as(None, SAMPLE_SOURCE), at_the_end():
        for sample in SAMPLES:
            sample.load(settling)
        _load_projects(settling)
        _link_project(settling)
    return settling.result()


@transaction.atomic
def remove_sample() -> dict[str, Any]:
    """표본을 모두 걷고 {"removed": {자료: 건수}, "kept": [{"kind", "name", "because"}]} 를 준다."""
    clearing = Clearing()
    with acting_as(None, SAMPLE_SOURCE), at_the_end():
        for sample in reversed(SAMPLES):
            sample.clear(clearing)
    return clearing.result()


def _load_projects(settling: Settling) -> None:
    """기본경비가 아닌 표본 세부사업마다 사업 하나. 담당은 그 팀이나 부서의 표본 계정이다."""
    accounts = Staff.objects.filter(employee_number__in=[person.number for person in ACCOUNTS], is_sample=True)
    by_team = {one.team: one for one in accounts if one.role == Role.TEAM}
    by_department = {one.department_id: one for one in accounts if one.role == Role.DEPARTMENT}
    programs = DetailProgram.objects.filter(is_sample=True, department__isnull=False).exclude(name__startswith="기본경비")
    for program in programs.select_related("department", "unit_program", "fiscal_year"):
        team = program.unit_program.team
        project = settling.put(
            Project,
            {"title": program.name, "department": program.department, "is_sample": True},
            {"start_year": program.fiscal_year.year, "team": team,
             "handler": by_team.get(team) or by_department.get(program.department_id)},
        )  # fmt: skip
        if program.project_id is None:
            program.project = project
            program.save()


def _link_project(settling: Settling) -> None:
    """사업 한 장의 보기: 건축과의 이행과제 하나를 사업으로 두고, 주요사업과 세부사업도 그 사업을 가리키게 한다."""
    own: dict[str, Any] = {"department__code": CLERK_DEPARTMENT, "is_sample": True}
    task = Task.objects.filter(**own).in_order().first()
    if task is None or task.project_id:
        return
    project = settling.put(
        Project, {"title": task.title, "department": task.department, "is_sample": True}, {"start_year": task.plan.starts_on.year}
    )
    # 세부사업마다 둔 표본 사업 대신 이 사업을 가리킨다.
    linked = (task, PerfProject.objects.filter(**own).first(), DetailProgram.objects.filter(**own).first())
    for row in linked:
        if row is not None:
            row.project = project
            row.save()


def accounts() -> list[dict[str, str]]:
    """지금 로그인할 수 있는 표본 계정: 사번, 이름, 역할, 소속."""
    numbers = [person.number for person in ACCOUNTS]
    staff = Staff.objects.filter(employee_number__in=numbers, is_sample=True, is_active=True).select_related("department")
    return [
        {"number": one.employee_number, "name": one.name, "role": one.get_role_display(), "team": one.team_label}
        for one in staff.order_by("employee_number")
    ]
