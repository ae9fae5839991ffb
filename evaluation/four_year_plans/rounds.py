"""분기 점검의 취합 서식: 주관 부서에 이행과제의 분기 실적을 묻는다."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse

from core.access import Team
from core.org.models import Department
from core.projects.results import Contradiction, known_of, record
from core.rounds.collection import Collection, RowTitle
from core.rounds.models import Round, Submission
from core.rounds.period import Cycle
from evaluation.four_year_plans.excel import QuarterResultResource
from evaluation.four_year_plans.models import FourYearPlan, QuarterResult, Task, TaskTarget
from evaluation.four_year_plans.models.results import ROUND_FORM

# 사업의 실적(core.projects)에 적는 이름
FIGURE = "공정률"
ROW_FIELDS = ("progress", "self_status", "actual", "reason", "plan_ahead")


class QuarterRowForm(forms.ModelForm):  # type: ignore[type-arg]
    """부서가 적는 한 과제의 분기 실적."""

    class Meta:
        model = QuarterResult
        fields = ROW_FIELDS
        widgets: ClassVar = {
            "actual": forms.Textarea(attrs={"rows": 4}),
            "reason": forms.Textarea(attrs={"rows": 2}), "plan_ahead": forms.Textarea(attrs={"rows": 2}),
        }  # fmt: skip


class QuarterCollection(Collection):
    """4개년 계획 이행과제의 분기 추진실적."""

    code = ROUND_FORM
    title = "4개년 계획 추진실적"
    team = Team.EVALUATION
    cycle = Cycle.QUARTER
    model = QuarterResult
    fields = ROW_FIELDS
    previous_fields = ("progress", "self_status", "actual")
    row_heading = "이행과제"
    select_related = ("task__plan", "task__field__goal", "task__department", "task__project", "department")
    order_by = ("task__field__goal__number", "task__field__number", "task__number")
    resource = QuarterResultResource
    row_form = QuarterRowForm
    tips = (
        "추진실적은 □ ○ - 로 줄을 나누어, 한 일과 숫자를 적습니다.",
        "공정률은 착수부터 이 분기 끝까지의 누계입니다.",
        "주의나 부진이면 사유와 향후계획을 함께 적습니다.",
        "증빙(계약서, 준공 사진, 공문)을 과제마다 붙입니다.",
    )

    def departments(self, round: Round) -> QuerySet[Department]:
        """그 분기 끝에 살아 있는 과제의 주관 부서."""
        return Department.objects.filter(pk__in=self._tasks(round).order_by().values("department"))

    def after_url(self, round: Round) -> tuple[str, str]:
        """낸 실적을 판정하는 분기 점검."""
        return "점검·판정", f"{reverse('evaluation.four-year-plan-review')}?quarter={round.year}-{round.number}"

    def _tasks(self, round: Round) -> Any:
        day = round.period.last_day
        plan = FourYearPlan.objects.covering(day).exclude(status=FourYearPlan.Status.CLOSED).first()
        return Task.objects.filter(plan=plan).live_on(day) if plan else Task.objects.none()

    def create_rows(self, round: Round, submissions: Mapping[int, Submission]) -> int:
        """과제마다 그 분기의 빈 실적을 만든다. 분기 목표는 그해의 목표를 옮겨 둔다."""
        tasks = list(self._tasks(round).filter(department__in=submissions).in_order())
        stored = {row.task_id: row for row in QuarterResult.objects.of(round.period).filter(task__in=tasks)}
        targets = dict(TaskTarget.objects.filter(task__in=tasks, year=round.year).values_list("task", "text"))
        new = []
        for task in tasks:
            submission = submissions[task.department_id]
            if task.pk in stored:
                stored[task.pk].submission = submission
                continue
            row = QuarterResult(
                task=task, year=round.year, quarter=round.number, submission=submission, target=targets.get(task.pk, ""),
                is_sample=task.is_sample,
            )  # fmt: skip
            row.remember(task)
            new.append(row)
        QuarterResult.objects.bulk_update(stored.values(), ["submission"])
        QuarterResult.objects.bulk_create(new)
        return len(tasks)

    def row_title(self, row: Any) -> RowTitle:
        task = row.task
        note = f"목표: {row.target}" if row.target else f"{task.field.goal.title} · {task.field.title}"
        return RowTitle(task.code, row.task_title or task.title, note)

    def previous(self, rows: Sequence[Any]) -> dict[int, Any]:
        """지난 확정 실적: 판정했거나 확정한 것 가운데 바로 앞의 것."""
        if not rows:
            return {}
        done = ~Q(status="") | Q(submission__status=Submission.Status.CONFIRMED)
        earlier = QuarterResult.objects.filter(done, task__in=[row.task_id for row in rows]).order_by("year", "quarter")
        by_task: dict[int, list[Any]] = {}
        for old in earlier:
            by_task.setdefault(old.task_id, []).append(old)
        found = {}
        for row in rows:
            before = [old for old in by_task.get(row.task_id, ()) if old.period < row.period]
            if before:
                found[row.pk] = before[-1]
        return found

    def warnings(self, row: Any, previous: Any | None) -> dict[str, str]:
        """지난 분기보다 낮은 공정률, 100% 초과, 까닭 없이 나빠진 평가."""
        found = {}
        before = previous.progress if previous else None
        if row.progress is not None and row.progress > 100:
            found["progress"] = f"공정률 {row.progress}%는 100%를 넘습니다. 누계인지 확인해 주세요."
        elif row.progress is not None and before is not None and row.progress < before:
            found["progress"] = f"지난 분기 {before}%보다 낮습니다. 낮아진 까닭을 사유에 적어 주세요."
        if previous and row.self_status and not row.reason:
            last = previous.status or previous.self_status
            order = QuarterResult.ORDER
            if last and order[QuarterResult.Status(row.self_status)] > order[QuarterResult.Status(last)]:
                label = QuarterResult.Status(last).label
                found["self_status"] = f"지난 분기 「{label}」보다 나빠졌는데 사유가 없습니다."
        return found

    def missing(self, row: Any) -> list[str]:
        """추진실적·공정률·자체 평가, 주의·부진이면 사유와 향후계획까지."""
        return list(row.missing_fields)

    def known(self, rows: Sequence[Any]) -> dict[int, dict[str, Any]]:
        """사업을 이은 과제는 같은 분기의 공정률을 다른 취합에서 벌써 받았으면 그 값을 보인다. 이 회차의 값은 뺀다."""
        linked = [row for row in rows if row.task.project_id]
        if not linked:
            return {}
        found = known_of([row.task.project for row in linked], FIGURE, linked[0].period)
        own = _source_url(linked[0].submission)
        return {
            row.pk: {"progress": result.value} for row in linked
            if (result := found.get(row.task.project_id)) and result.source_url != own
        }  # fmt: skip

    def confirmed(self, submission: Submission, rows: Sequence[Any]) -> None:
        """사업을 이은 과제의 공정률을 사업의 실적으로 적는다. 다른 취합의 값과 다르면 먼저 적은 값을 두고, 입력 화면이 어긋남을 알린다."""
        for row in rows:
            if row.task.project is None or row.progress is None:
                continue
            try:
                record(
                    row.task.project, FIGURE, row.period, row.progress, unit="%", entered_by=submission.handler,
                    source=submission.round.title, source_url=_source_url(submission),
                )  # fmt: skip
            except Contradiction:
                continue


def _source_url(submission: Submission | None) -> str:
    """사업의 실적에 적는 출처: 이 회차의 주소."""
    return reverse("core.round-detail", args=[submission.round_id]) if submission else ""
