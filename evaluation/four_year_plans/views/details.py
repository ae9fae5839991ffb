"""상세 화면: 이행과제(16분기, 앞뒤 과제), 변경(승인·반영), 계획(시행·종료·넘기기)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.urls import reverse

from core.access import Role
from core.screens.acts import Act
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


def _approve(revision: TaskRevision, data: dict[str, Any], user: Any) -> str:
    revision.approve(user)
    return f"{particle(str(revision), '을/를')} 승인했습니다. 평가팀이 반영하면 과제가 바뀝니다."


def _apply(revision: TaskRevision, data: dict[str, Any], user: Any) -> str:
    made = apply_revision(revision)
    more = f" 새 과제 {len(made)}건을 만들었습니다." if made else ""
    return f"{particle(str(revision), '을/를')} 반영했습니다.{more}"


REVISION_ACTS = (
    Act("approve", "승인하기", _approve, may=lambda revision, user: may_approve(user), paged=False),
    Act("apply", "과제에 반영하기", _apply, paged=False),
)


def _moved(plan: FourYearPlan) -> str:
    return f"{plan} 계획을 「{plan.get_status_display()}」으로 옮겼습니다."


def _start(plan: FourYearPlan, data: dict[str, Any], user: Any) -> str:
    plan.start()
    return _moved(plan)


def _reopen(plan: FourYearPlan, data: dict[str, Any], user: Any) -> str:
    plan.reopen()
    return _moved(plan)


PLAN_ACTS = (Act("start", "시행하기", _start, paged=False), Act("reopen", "다시 열기", _reopen, paged=False))


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
