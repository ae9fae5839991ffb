"""통합 찾기가 찾는 것들. 네 팀을 모두 아는 이 자리에서 묶음을 적고, 주소도 여기에 둔다."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import NoReverseMatch, path, reverse

from budget.appropriations.models import DetailProgram, FiscalYear, UnitProgram
from config.frame import FUNCTIONS
from core.access import DIVISION_ROLES
from core.committees.models import AgendaItem, Committee, Meeting
from core.formats import date_plain
from core.org.models import Department, Staff
from core.projects.models import Project
from core.search.index import Entry, Source
from core.search.views import SearchView
from evaluation.four_year_plans.models import PlanField, Task
from legal.lawsuits.models import Instance, Lawsuit
from legal.local_laws.models import Bill, LocalLaw
from planning.periodic_reports.models import EntryKind, ReportEntry
from planning.work_plans.models import WorkItem, WorkPlan


def _address(route: str, *args: int, default: str = "home") -> str:
    """화면의 주소. 아직 만들지 않은 화면이면 default 화면."""
    try:
        return reverse(route, args=args)
    except NoReverseMatch:
        return reverse(default)


def _functions() -> Iterator[Entry]:
    """업무분장의 서른여섯 가지. 아직 없는 화면은 업무분장으로 간다."""
    chart = _address("core.org-chart")
    for team, functions in FUNCTIONS.items():
        for function in functions:
            url = reverse(function.route) if function.route else chart
            yield Entry(function.title, url, str(team.label), words=function.menu)


def _departments() -> Iterator[Entry]:
    for row in Department.objects.all():
        hint = f"{date_plain(row.valid_to)} 폐지" if row.valid_to else row.get_kind_display()
        url = _address("core.department-detail", row.pk)
        yield Entry(row.name, url, hint, words=f"{row.short_name} {row.code}", pk=row.pk)


def _staff() -> Iterator[Entry]:
    for row in Staff.objects.filter(is_active=True).select_related("department"):
        hint = " · ".join(filter(None, (row.team_label, row.extension and f"내선 {row.extension}")))
        url = _address("core.staff-detail", row.pk, default="core.org-chart")
        yield Entry(row.name, url, hint, words=row.employee_number, pk=row.pk)


def _unit_programs() -> Iterator[Entry]:
    rows = UnitProgram.objects.select_related("fiscal_year", "policy_program").order_by("-fiscal_year__year", "name")
    for row in rows:
        url = _address("budget.unitprogram-detail", row.pk, default="budget.execution")
        hint = f"{row.fiscal_year.year} · {row.policy_program.name}"
        yield Entry(row.name, url, hint, words=f"{row.short_name} {row.code}", pk=row.pk)


def _detail_programs() -> Iterator[Entry]:
    rows = DetailProgram.objects.select_related("fiscal_year", "department").order_by("-fiscal_year__year", "name")
    for row in rows:
        url = _address("budget.detailprogram-detail", row.pk, default="budget.execution")
        hint = " · ".join([str(row.fiscal_year.year), row.department.name if row.department else "부서 없음"])
        yield Entry(row.name, url, hint, words=row.code, pk=row.pk)


def _projects() -> Iterator[Entry]:
    for row in Project.objects.select_related("department"):
        yield Entry(row.title, _address("core.project-detail", row.pk), f"{row.department} · {row.period_text}", pk=row.pk)


def _plan_tasks() -> Iterator[Entry]:
    for row in Task.objects.select_related("plan", "field__goal", "department").in_order():
        hint = f"{row.plan} · {row.department}{' · 끝남' if row.ended_on else ''}"
        yield Entry(row.title, reverse("evaluation.task-detail", args=[row.pk]), hint, words=row.code, pk=row.pk)


def _committees() -> Iterator[Entry]:
    for row in Committee.objects.all():
        yield Entry(row.name, reverse("core.committee-detail", args=[row.pk]), row.get_team_display(), words=row.basis, pk=row.pk)


def _agenda_items() -> Iterator[Entry]:
    for row in AgendaItem.objects.with_names():
        yield Entry(row.title, reverse("core.agendaitem-detail", args=[row.pk]), f"{row.meeting} · {row.outcome_text}", pk=row.pk)


def _work_items() -> Iterator[Entry]:
    for row in WorkItem.objects.select_related("plan", "department").in_order():
        url = reverse("planning.workitem-detail", args=[row.pk])
        yield Entry(row.title, url, f"{row.plan} · {row.owner}", words=row.purpose[:60], pk=row.pk)


def _local_laws() -> Iterator[Entry]:
    for row in LocalLaw.objects.select_related("department"):
        hint = f"{row.get_kind_display()} · {row.department}{' · 폐지' if row.repealed_on else ''}"
        yield Entry(row.title, reverse("legal.locallaw-detail", args=[row.pk]), hint, words=f"{row.number} {row.upper_laws}", pk=row.pk)


def _bills() -> Iterator[Entry]:
    for row in Bill.objects.select_related("department"):
        hint = f"{row.get_status_display()} · {row.department}"
        yield Entry(row.title, reverse("legal.bill-detail", args=[row.pk]), hint, words=row.promulgation_number, pk=row.pk)


def _lawsuits() -> Iterator[Entry]:
    """사건명과 사건번호. 당사자는 가린 이름도 찾지 않는다."""
    for row in Instance.objects.select_related("lawsuit__department").in_order():
        hint = f"{row.lawsuit.get_kind_display()} · {row.get_level_display()} · {row.lawsuit.department}"
        yield Entry(f"{row.case_number} {row.lawsuit.title}", reverse("legal.lawsuit-detail", args=[row.lawsuit_id]), hint, pk=row.pk)


def _report_entries() -> Iterator[Entry]:
    """주간·월중 항목, 가까운 날의 것부터."""
    for row in ReportEntry.objects.with_names().order_by("-starts_on", "hour"):
        hint = f"{date_plain(row.starts_on)} {row.hour} · {row.department}".replace("  ", " ")
        yield Entry(row.title, reverse("planning.reportentry-detail", args=[row.pk]), hint, words=row.place, pk=row.pk)


SOURCES = [
    Source("업무", _functions, roles=DIVISION_ROLES),
    Source("사업", _projects, Project, also=(Department,)),
    Source("단위사업", _unit_programs, UnitProgram, also=(FiscalYear,)),
    Source("세부사업", _detail_programs, DetailProgram, also=(Department, FiscalYear)),
    Source("이행과제", _plan_tasks, Task, also=(Department, PlanField)),
    Source("위원회", _committees, Committee),
    Source("위원회 안건", _agenda_items, AgendaItem, also=(Committee, Meeting)),
    Source("주요업무", _work_items, WorkItem, also=(Department, WorkPlan)),
    Source("자치법규", _local_laws, LocalLaw, also=(Department,)),
    Source("의안", _bills, Bill, also=(Department,)),
    Source("소송", _lawsuits, Instance, also=(Lawsuit, Department)),
    Source("주간·월중 항목", _report_entries, ReportEntry, also=(Department, EntryKind)),
    Source("부서", _departments, Department),
    Source("직원", _staff, Staff, also=(Department,), roles=DIVISION_ROLES),
]

urlpatterns = [path("", SearchView.as_view(sources=SOURCES), name="search")]
