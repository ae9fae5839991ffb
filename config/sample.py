"""표본 한 벌을 싣고 걷는다: 부서·사람·사업·기한, 예산, 4개년 계획과 성과관리, 주요업무계획과 주간·월중 보고, 자치법규와 소송."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from budget.appropriations import sample as budget_sample
from budget.appropriations.models import DetailProgram
from config.load_report import load_report, read_report
from core.access import Role
from core.deadlines.sample import clear_deadlines, load_deadlines
from core.history.clearing import SAMPLE_SOURCE, Clearing
from core.history.context import acting_as
from core.history.settle import Settling
from core.org.models import Department, Staff
from core.org.sample import ACCOUNTS, CLERK_DEPARTMENT, SAMPLE_PASSWORD, clear_organisation, load_organisation
from core.projects.models import Project
from core.rounds.models import ConfirmationRule
from evaluation.four_year_plans import sample as four_year_plan_sample
from evaluation.four_year_plans.models import Task
from evaluation.performance import sample as performance_sample
from evaluation.performance.models import PerfProject
from legal.lawsuits import sample as lawsuits_sample
from legal.legal_advisers import sample as legal_adviser_sample
from legal.local_laws import sample as local_laws_sample
from legal.ordinance_council import sample as ordinance_council_sample
from planning.periodic_reports import sample as periodic_report_sample
from planning.work_plans import sample as work_plan_sample

PASSWORD = SAMPLE_PASSWORD
BUDGET_OFFICER = "9003"


@transaction.atomic
def load_sample() -> dict[str, int]:
    """보고서 위에 표본을 싣고 건수를 준다. 두 번 실어도 같다."""
    load_report(read_report())
    settling = Settling()
    with acting_as(None, SAMPLE_SOURCE):
        load_organisation(settling)
        settling.put(
            ConfirmationRule, {"department": Department.objects.get(code=CLERK_DEPARTMENT)}, {"steps": ConfirmationRule.Steps.HEAD}
        )
        officer = Staff.objects.filter(employee_number=BUDGET_OFFICER, is_sample=True).first()
        snapshots = budget_sample.load_execution(officer)
        budget_sample.load_budget(settling)
        _load_projects(settling)
        four_year_plan_sample.load_plan(settling)
        performance_sample.load_performance()
        work_plan_sample.load_plans()
        _link_project(settling)
        periodic_report_sample.load_periodic_reports()
        load_deadlines(officer, timezone.localdate(), settling)
        lawsuits_sample.load_lawsuits(timezone.localdate())
        local_laws_sample.load_local_laws(timezone.localdate())
        # 소송과 의안의 표본 위에 놓이므로 그 뒤에 싣는다.
        legal_adviser_sample.load_advisers(timezone.localdate())
        ordinance_council_sample.load_council(timezone.localdate())
    return {**settling.result(), "snapshots": snapshots}


@transaction.atomic
def remove_sample() -> dict[str, Any]:
    """표본을 모두 걷고 {"removed": {자료: 건수}, "kept": [{"kind", "name", "because"}]} 를 준다."""
    clearing = Clearing()
    with acting_as(None, SAMPLE_SOURCE):
        ordinance_council_sample.clear_council(clearing)
        legal_adviser_sample.clear_advisers(clearing)
        lawsuits_sample.clear_lawsuits(clearing)
        local_laws_sample.clear_local_laws(clearing)
        work_plan_sample.clear_plans(clearing)
        periodic_report_sample.clear_periodic_reports(clearing)
        performance_sample.clear_performance(clearing)
        four_year_plan_sample.clear_plan(clearing)
        budget_sample.clear_budget(clearing)
        clearing.clear(Project.objects.filter(is_sample=True))
        clear_deadlines(clearing)
        clear_organisation(clearing)
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
