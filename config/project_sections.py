"""사업 한 장에 모이는 구역. 업무마다 (사업, 보는 사람) → 구역 함수 하나를 적고 SECTIONS 에 한 줄을 더한다.

보는 사람이 볼 수 있는 행만 읽고(for_user), 줄이 몇이든 질의 수가 같아야 한다.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from budget.appropriations.dashboard import Standard
from budget.appropriations.models import DetailProgram, ExecutionPointer, ExecutionSummary
from budget.appropriations.models.execution import first_pointer
from core.figures.models import Setting
from core.formats import date_plain, moment, money, percent, rate
from core.org.models import Staff
from core.projects.models import Project
from core.projects.sections import Cell, Row, Section
from core.rounds.models import Round, Submission
from evaluation.four_year_plans.models import QuarterResult, Task
from evaluation.performance.models import Indicator, IndicatorActual, IndicatorStep, Stage
from evaluation.performance.scoring import IndicatorResult, shown
from planning.work_plans.models import WorkItem

ProjectSection = Callable[[Project, Staff], Section]


def budget(project: Project, user: Staff) -> Section:
    """예산과 집행률: 이 사업을 가리키는 세부사업을 회계연도마다 그해의 보고 기준일로 적는다."""
    linked = DetailProgram.objects.for_user(user).filter(project=project).select_related("fiscal_year", "department")
    programs = list(linked.order_by("-fiscal_year__year", "name"))
    pointers = _pointers({program.fiscal_year_id for program in programs})
    summaries = ExecutionSummary.objects.for_user(user).filter(
        snapshot__in=[pointer.snapshot_id for pointer in pointers.values()], cut=ExecutionSummary.Cut.PROGRAM, detail_program__in=programs
    )
    amounts = {line["detail_program"]: line for line in summaries.by("detail_program")}
    standard = Standard.of(Setting.objects.values_on(max((pointer.as_of for pointer in pointers.values()), default=None)))
    lines, totals = [], defaultdict[int, list[dict[str, Any]]](list)
    for program in programs:
        found, pointer = amounts.get(program.pk), pointers.get(program.fiscal_year_id)
        url = ""
        if found and pointer:
            query = {"year": program.fiscal_year.year, "as_of": pointer.as_of.isoformat(), "program": program.pk}
            url = f"{reverse('budget.executionrow-list')}?{urlencode(query)}"
            totals[program.fiscal_year.year].append(found)
        name = Cell(f"{program.fiscal_year.year} {program.name}", reverse("budget.detailprogram-detail", args=[program.pk]))
        lines.append(Row([name, Cell(program.department or "-"), *_amounts([found] if found else [], standard, url)]))
    for year, found_rows in totals.items():
        if len(found_rows) > 1:
            lines.append(Row([Cell(f"{year} 계"), Cell(""), *_amounts(found_rows, standard)], is_total=True))
    days = sorted({pointer.as_of for pointer in pointers.values()}, reverse=True)
    return Section(
        "예산과 집행", (("세부사업", ""), ("부서", "c nw"), (standard.base_label, "num"), ("지출액", "num"), ("집행률(%)", "num")), lines,
        unit="천원", note=f"{', '.join(date_plain(day) for day in days)} 기준" if days else "",
        nothing="이 사업을 가리키는 세부사업이 아직 없습니다. 세부사업의 「사업」 칸에서 고르면 여기에 모입니다.",
    )  # fmt: skip


def _pointers(years: set[int]) -> dict[int, ExecutionPointer]:
    """회계연도(번호)마다 볼 집행 자료. 질의 한 번."""
    grouped = defaultdict[int, list[ExecutionPointer]](list)
    for pointer in ExecutionPointer.objects.filter(fiscal_year__in=years).select_related("fiscal_year").order_by("-as_of"):
        grouped[pointer.fiscal_year_id].append(pointer)
    return {year: found for year, pointers in grouped.items() if (found := first_pointer(pointers))}


def _amounts(found: list[dict[str, Any]], standard: Standard, url: str = "") -> list[Cell]:
    """분모(설정에 따라 예산액이나 예산현액), 지출액, 집행률의 칸. 자료가 없으면 「-」."""
    if not found:
        return [Cell("-"), Cell("-"), Cell("-")]
    base = sum(line["current_amount"] if standard.base == "current" and line["current_amount"] is not None
               else line["budget_amount"] for line in found)  # fmt: skip
    spent = sum(line["spent_amount"] for line in found)
    value: Decimal | None = standard.rounded(percent(spent, base))
    return [Cell(money(base), url), Cell(money(spent), url), Cell(rate(value, standard.places))]


def plan_tasks(project: Project, user: Staff) -> Section:
    """4개년 계획: 이 사업을 가리키는 이행과제와, 판정한 마지막 분기의 공정률과 평가."""
    tasks = list(Task.objects.for_user(user).filter(project=project).select_related("plan", "field__goal", "department").in_order())
    judged = QuarterResult.objects.filter(task__in=tasks).exclude(status="").order_by("year", "quarter")
    newest = {result.task_id: result for result in judged}
    lines = []
    for task in tasks:
        result = newest.get(task.pk)
        cells = [Cell(f"{task.plan} {task}", reverse("evaluation.task-detail", args=[task.pk])), Cell(task.department)]
        if result:
            url = reverse("evaluation.quarterresult-detail", args=[result.pk])
            when = f"{result.year}년 {result.quarter}분기"
            cells += [Cell(when), Cell(rate(result.progress), url), Cell(result.get_status_display(), url)]
        else:
            cells += [Cell("-"), Cell("-"), Cell("-")]
        lines.append(Row(cells))
    columns = (("이행과제", ""), ("주관 부서", "c nw"), ("분기", "c nw"), ("공정률(%)", "num"), ("평가", "c nw"))
    return Section(
        "4개년 계획", columns, lines, url=reverse("evaluation.four-year-plan-board"),
        nothing="이 사업을 가리키는 이행과제가 아직 없습니다. 이행과제의 「사업」 칸에서 고르면 여기에 모입니다.",
    )


def indicators(project: Project, user: Staff) -> Section:
    """성과지표: 이 사업을 가리키는 주요사업의 지표와 가장 최근 평가의 실적, 달성도."""
    found = Indicator.objects.for_user(user).filter(perf_project__project=project)
    rows = list(found.select_related("perf_project__plan", "perf_project__department"))
    actuals: dict[int, IndicatorActual] = {}
    # 종합평가(final)가 중간평가(mid)보다 앞에 온다.
    for actual in IndicatorActual.objects.for_user(user).filter(indicator__in=rows).order_by("stage"):
        if actual.value is not None:
            actuals.setdefault(actual.indicator_id, actual)
    steps = defaultdict[int, list[IndicatorStep]](list)
    for step in IndicatorStep.objects.filter(indicator__in=rows).order_by("threshold"):
        steps[step.indicator_id].append(step)
    lines = []
    for one in rows:
        plan, actual = one.perf_project.plan, actuals.get(one.pk)
        result = IndicatorResult(plan, actual.stage if actual else Stage.MID, one, actual, steps[one.pk])
        url = reverse("evaluation.indicatoractual-detail", args=[actual.pk]) if actual else ""
        lines.append(Row([
            Cell(f"{plan.year} {one}", reverse("evaluation.indicator-detail", args=[one.pk])), Cell(one.perf_project.department),
            Cell(actual.get_stage_display() if actual else "-"), Cell(f"{shown(result.target)} {one.unit}"),
            Cell(shown(result.value), url), Cell(rate(result.rate, plan.rate_places)), Cell(result.state_label if actual else "-"),
        ]))  # fmt: skip
    columns = (
        ("성과지표", ""), ("부서", "c nw"), ("평가", "c nw"), ("목표", "num"), ("실적", "num"), ("달성도(%)", "num"), ("결과", "c nw"),
    )  # fmt: skip
    return Section(
        "성과지표", columns, lines, url=reverse("evaluation.performance-board"),
        nothing="이 사업을 가리키는 성과지표가 아직 없습니다. 주요사업의 「사업」 칸에서 고르면 여기에 모입니다.",
    )


def submissions(project: Project, user: Staff) -> Section:
    """취합: 이 사업의 과제와 지표의 실적을 낸 제출, 새 것부터."""
    mine = Q(pk__in=QuarterResult.objects.filter(task__project=project).values("submission")) | Q(
        pk__in=IndicatorActual.objects.filter(indicator__perf_project__project=project).values("submission")
    )
    found = Submission.objects.for_user(user).filter(mine).exclude(round__status=Round.Status.PREPARING)
    lines = [
        Row([
            Cell(one.round, reverse("core.submission-fill", args=[one.pk])), Cell(one.department_name), Cell(moment(one.due_at)),
            Cell(moment(one.first_submitted_at)), Cell(one.get_status_display()),
        ])
        for one in found.select_related("round").order_by("-round__due_at", "order")
    ]  # fmt: skip
    columns = (("회차", ""), ("부서", "c nw"), ("마감", "c nw"), ("처음 낸 때", "c nw"), ("상태", "c nw"))
    return Section("취합 제출", columns, lines, nothing="이 사업의 실적을 받은 취합이 아직 없습니다.")


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


SECTIONS: list[ProjectSection] = [budget, plan_tasks, indicators, work_items, submissions]
