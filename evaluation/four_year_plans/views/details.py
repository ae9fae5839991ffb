"""상세 화면: 이행과제(16분기, 앞뒤 과제), 변경(승인·반영), 계획(시행·종료·넘기기)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views import View

from core.access import Role
from core.screens.texts import particle
from core.screens.views.detail import DetailView
from evaluation.four_year_plans.dashboard import LABELS, text_of
from evaluation.four_year_plans.models import FourYearPlan, QuarterResult, Task, TaskRevision
from evaluation.four_year_plans.models.plans import HANDED_IN, quarter_of
from evaluation.four_year_plans.services import apply_revision, count_problems, lineage, waiting_to_carry


class TaskDetailView(DetailView):
    """이행과제 하나: 정보, 분기마다의 상태, 앞뒤로 이어진 과제."""

    template_name = "evaluation/task_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        task: Task = self.record  # type: ignore[assignment]
        rows = QuarterResult.objects.filter(task=task).order_by("year", "quarter").select_related("submission", "department")
        results = {quarter_of(row.year, row.quarter): row for row in rows}
        cells = []
        for quarter in task.plan.quarters:
            row = results.get(quarter)
            handed = bool(row and row.submission and row.submission.status in HANDED_IN)
            state = (row.status or ("submitted" if handed else "")) if row else ""
            cells.append({
                "text": text_of(quarter), "label": LABELS[state] if state else "", "first": quarter.number == 1,
                "short": f"{quarter.number}/4",
            })  # fmt: skip
        years = Counter(quarter.year for quarter in task.plan.quarters)
        newest = max(results) if results else None
        return super().get_context_data(
            cells=cells, years=list(years.items()), newest=results[newest] if newest else None,
            newest_text=text_of(newest) if newest else "", lineage=lineage(task), **kwargs,
        )  # fmt: skip


def may_approve(user: Any) -> bool:
    """변경을 승인하는 사람: 과장(시스템관리자 포함)."""
    return user.role in (Role.HEAD, Role.ADMIN)


class RevisionDetailView(DetailView):
    """변경 한 건. 과장이 승인하고 평가팀이 반영한다."""

    template_name = "evaluation/taskrevision_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        revision: TaskRevision = self.record  # type: ignore[assignment]
        status = revision.Status
        statuses = list(status.values)
        at = statuses.index(revision.status)
        flow = [
            (label, "", "done" if place < at or revision.status == status.APPLIED else "now" if place == at else "todo")
            for place, label in enumerate(("등록", "승인", "반영"))
        ]
        return super().get_context_data(
            flow=flow,
            can_approve=revision.status == status.REQUESTED and may_approve(self.user),
            can_apply=revision.status == status.APPROVED and self.screens.may_change(revision, self.user),
            **kwargs,
        )


class RevisionActView(View):
    """변경을 승인하거나 반영한다."""

    def post(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        with transaction.atomic():
            revision = get_object_or_404(TaskRevision.objects.for_user(request.user).select_for_update(of=("self",)), pk=pk)
            try:
                if act == "approve":
                    if not may_approve(request.user):
                        raise PermissionDenied("변경은 과장이 승인합니다.")
                    revision.approve(request.user)  # type: ignore[arg-type]
                    messages.success(request, f"{particle(str(revision), '을/를')} 승인했습니다. 평가팀이 반영하면 과제가 바뀝니다.")
                else:
                    if not revision.scope.may_change(revision, request.user):
                        raise PermissionDenied(f"{revision.scope.owner_text(TaskRevision)}만 반영할 수 있습니다. 볼 수는 있습니다.")
                    made = apply_revision(revision)
                    more = f" 새 과제 {len(made)}건을 만들었습니다." if made else ""
                    messages.success(request, f"{particle(str(revision), '을/를')} 반영했습니다.{more}")
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
        return redirect("evaluation.taskrevision-detail", pk)


class PlanDetailView(DetailView):
    """계획 하나. 정한 수와 등록한 수를 견주고, 시행·종료·과제 넘기기를 연다."""

    template_name = "evaluation/fouryearplan_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan: FourYearPlan = self.record  # type: ignore[assignment]
        status, may_change = FourYearPlan.Status, self.screens.may_change(plan, self.user)
        waiting = waiting_to_carry(plan).count()
        order = list(status.values)
        at = order.index(plan.status)
        flow = [
            (label, "", "done" if place < at else "now" if place == at else "todo") for place, label in enumerate(status.labels)
        ]
        return super().get_context_data(
            flow=flow, problems=count_problems(plan), waiting=waiting,
            can_start=may_change and plan.status == status.PREPARING,
            can_close=may_change and plan.status == status.RUNNING,
            can_reopen=may_change and plan.status == status.CLOSED,
            carry_url=reverse("evaluation.fouryearplan-carry", args=[plan.pk]) if may_change and waiting else "",
            **kwargs,
        )
