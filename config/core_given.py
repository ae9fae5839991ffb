"""네 팀이 함께 쓰는 것(core)이 내놓는 것. core 의 부품은 서로의 층을 넘지 못하므로 여기에 모아 적는다."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from core.access import DIVISION_ROLES
from core.committees import excel as committees
from core.committees import todos as committee_todos
from core.committees.models import AgendaItem, Committee, FollowUp, Meeting
from core.deadlines import excel as deadlines
from core.deadlines import todos as deadline_todos
from core.deadlines.load_report import load_holidays, load_rules
from core.deadlines.models import Deadline
from core.deadlines.sample import clear_deadlines, load_deadlines
from core.formats import date_plain
from core.given import Fact, Given, Sample
from core.handover import todos as handover_todos
from core.history.clearing import Clearing
from core.history.settle import Settling, read_fixture
from core.org import excel as org
from core.org.figures import FIGURES
from core.org.load_report import load_organisation
from core.org.models import Department, Staff, Vehicle
from core.org.open_items import OpenItems
from core.org.sample import CLERK_DEPARTMENT, budget_officer, clear_organisation
from core.org.sample import load_organisation as load_sample_organisation
from core.projects.excel import ProjectResource
from core.projects.matters import printed_totals
from core.projects.models import Project
from core.rounds import todos as round_todos
from core.rounds.load_report import load_ladder
from core.rounds.models import ConfirmationRule, Submission
from core.search.index import Entry, Source


def _departments() -> Iterator[Entry]:
    for row in Department.objects.all():
        hint = f"{date_plain(row.valid_to)} 폐지" if row.valid_to else row.get_kind_display()
        url = reverse("core.department-detail", args=[row.pk])
        yield Entry(row.name, url, hint, words=f"{row.short_name} {row.code}", pk=row.pk)


def _staff() -> Iterator[Entry]:
    for row in Staff.objects.filter(is_active=True).select_related("department"):
        hint = " · ".join(filter(None, (row.team_label, row.extension and f"내선 {row.extension}")))
        url = reverse("core.staff-detail", args=[row.pk])
        yield Entry(row.name, url, hint, words=row.employee_number, pk=row.pk)


def _projects() -> Iterator[Entry]:
    for row in Project.objects.select_related("department"):
        yield Entry(row.title, reverse("core.project-detail", args=[row.pk]), f"{row.department} · {row.period_text}", pk=row.pk)


def _committees() -> Iterator[Entry]:
    for row in Committee.objects.all():
        yield Entry(row.name, reverse("core.committee-detail", args=[row.pk]), row.get_team_display(), words=row.basis, pk=row.pk)


def _agenda_items() -> Iterator[Entry]:
    for row in AgendaItem.objects.with_names():
        yield Entry(row.title, reverse("core.agendaitem-detail", args=[row.pk]), f"{row.meeting} · {row.outcome_text}", pk=row.pk)


def _load_sample(settling: Settling) -> None:
    load_sample_organisation(settling)
    rule = {"department": Department.objects.get(code=CLERK_DEPARTMENT)}
    settling.put(ConfirmationRule, rule, {"steps": ConfirmationRule.Steps.HEAD})
    load_deadlines(budget_officer(), timezone.localdate(), settling)


def _clear_sample(clearing: Clearing) -> None:
    clearing.clear(Project.objects.filter(is_sample=True))
    clear_deadlines(clearing)
    clear_organisation(clearing)


def _load_dates(settling: Settling) -> None:
    load_holidays(read_fixture("holidays_2023_2027"), settling)
    load_rules(read_fixture("deadline_rules"), settling)


GIVEN = Given(
    figures=FIGURES,
    excel=(
        org.DepartmentResource, org.GradeResource, org.StaffResource, org.PostResource, org.QuotaResource, org.VehicleResource,
        deadlines.HolidayResource, deadlines.DeadlineRuleResource, ProjectResource, committees.SeatResource,
        committees.MeetingResource, committees.AgendaItemResource, committees.FollowUpResource,
    ),
    todos=(*round_todos.TODOS, *committee_todos.TODOS, *deadline_todos.TODOS, *handover_todos.TODOS),
    search=(
        Source("사업", _projects, Project, also=(Department,)),
        Source("위원회", _committees, Committee),
        Source("위원회 안건", _agenda_items, AgendaItem, also=(Committee, Meeting)),
        Source("부서", _departments, Department),
        Source("직원", _staff, Staff, also=(Department,), roles=DIVISION_ROLES),
    ),
    open_items=(
        OpenItems("아래 부서", lambda on: Department.objects.valid_on(on), department="parent"),
        OpenItems("사업", lambda on: Project.objects.open(), handler="handler"),
        OpenItems(
            "취합 제출", lambda on: Submission.objects.exclude(status__in=[Submission.Status.CONFIRMED, Submission.Status.NOTHING]),
            department="responsible", handler="handler", related=("round",),
        ),
        OpenItems("기한", lambda on: Deadline.objects.exclude(state=Deadline.State.DONE), handler="handler", related=("rule",)),
        OpenItems("부서의 확인 단계", lambda on: ConfirmationRule.objects.all(), related=("department",)),
        OpenItems("위원회 안건", lambda on: AgendaItem.objects.undecided(), related=("meeting__committee",)),
        OpenItems("위원회 후속조치", lambda on: FollowUp.objects.open(), related=("item",)),
        OpenItems("차량·장비", lambda on: Vehicle.objects.all()),
    ),
    kept={
        "core.DepartmentLineage.predecessor": "연혁은 그때의 부서를 적는다",
        "core.DepartmentLineage.successor": "연혁은 그때의 부서를 적는다",
        "core.Staff.department": "직원은 개편이 자리와 함께 옮긴다",
        "core.Post.department": "자리는 개편이 직원과 함께 옮긴다",
        "core.Quota.department": "정원은 개편일에 닫고, 개칭이면 새 부서에 잇는다",
        "core.Transfer.department": "발령은 그때의 부서를 적는다",
        "core.Submission.department": "회차를 열 때 굳은 대상이다. 맡은 부서(responsible)가 따라간다",
    },
    matters=(printed_totals,),
    loads=(load_organisation,),
    facts=(Fact("공휴일과 기한 규칙", _load_dates), Fact("재촉하는 차례의 처음 값", load_ladder)),
    sample=Sample(_load_sample, _clear_sample),
    help=("committees", "deadlines", "excel", "people", "rounds"),
)  # fmt: skip
