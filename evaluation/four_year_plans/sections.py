"""사업 한 장의 4개년 계획 구역."""

from __future__ import annotations

from django.urls import reverse

from core.formats import rate
from core.org.models import Staff
from core.projects.models import Project
from core.projects.sections import Cell, Row, Section
from evaluation.four_year_plans.models import QuarterResult, Task


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
