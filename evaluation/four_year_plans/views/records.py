"""계획의 나무와 분기 실적, 변경, 기수 넘김의 목록·상세·입력 화면."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from core.org.models import Department
from core.rounds.period import Cycle, Period
from core.screens.binder import Screens
from core.screens.filters import PickedFilter, RecordFilter, SearchFilter
from core.screens.forms import RecordForm
from core.screens.tables import RecordTable, ValueColumn
from core.screens.templatetags.parts import sig
from core.screens.views.lists import ListView
from evaluation.four_year_plans.dashboard import (
    ATTENTION,
    LABELS,
    UNJUDGED,
    WATCHED,
    default_quarter,
    key_of,
    parse_quarter,
    text_of,
)
from evaluation.four_year_plans.excel import (
    GoalResource,
    MilestoneResource,
    PlanFieldResource,
    QuarterResultResource,
    TaskResource,
    TaskTargetResource,
)
from evaluation.four_year_plans.models import (
    FourYearPlan,
    GenerationMap,
    Goal,
    Milestone,
    PlanField,
    QuarterResult,
    Task,
    TaskRevision,
    TaskTarget,
)
from evaluation.four_year_plans.models.plans import SOURCES
from evaluation.four_year_plans.views.details import (
    PLAN_ACTS,
    REVISION_ACTS,
    PlanDetailView,
    RevisionDetailView,
    TaskDetailView,
)
from evaluation.four_year_plans.views.tabs import plan_tabs

AMOUNTS = tuple(f"{source}_amount" for source in SOURCES)
TASK_ORDER = ("field__goal__number", "field__number", "number")
RESULT_TASK_ORDER = tuple(f"task__{name}" for name in TASK_ORDER)


class TabbedListView(ListView):
    """탭이 있는 목록: 이행과제와 변경 이력."""

    template_name = "evaluation/plan_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("plan", "")
        found = FourYearPlan.objects.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None
        plan = found or FourYearPlan.objects.current()
        quarter = (parse_quarter(self.request.GET.get("quarter")) or default_quarter(plan)) if plan else None
        tab = "tasks" if self.screens.model is Task else "revisions"
        return super().get_context_data(plan_tabs=plan_tabs(self.user, plan, quarter, tab), **kwargs)


# ── 목표와 분야 ─────────────────────────────────────────────────────────


# ── 이행과제 ────────────────────────────────────────────────────────────

_STATES = [
    *((value, LABELS[value]) for value in QuarterResult.Status.values), ("watch", "주의·부진"), ("submitted", "제출함(판정 전)"),
    ("unjudged", "판정 전"),
]  # fmt: skip


def _quarter_choices() -> list[tuple[str, str]]:
    found = {quarter for plan in FourYearPlan.objects.all() for quarter in plan.quarters}
    return [(key_of(quarter), text_of(quarter)) for quarter in sorted(found)]


class TaskFilter(RecordFilter):
    """이행과제의 거르기. 분기를 고르면 그 분기에 살아 있던 과제와 그때의 부서·상태로 거른다."""

    q = SearchFilter(["title", "outline", "department__name"], label="과제명·내용·부서")
    quarter = django_filters.ChoiceFilter(label="분기", choices=(), method="by_quarter")
    goal = PickedFilter(Task, "field__goal")
    department = django_filters.ModelChoiceFilter(
        label="주관 부서", queryset=Department.objects.filter(plan_tasks__isnull=False).distinct(), method="by_department"
    )
    state = django_filters.ChoiceFilter(label="상태", choices=_STATES, method="by_state")
    attention = django_filters.ChoiceFilter(
        label="챙길 것", choices=list(ATTENTION.items()), method="by_attention", widget=forms.HiddenInput
    )

    class Meta:
        model = Task
        fields = ("plan", "field")

    def __init__(self, data: Any, queryset: Any, *, user: Any) -> None:
        self.asked = parse_quarter(data.get("quarter"))
        self.period = self.asked or self._default(data.get("plan", ""))
        super().__init__(data, queryset.with_quarter(self.period), user=user)
        self.filters["quarter"].extra["choices"] = _quarter_choices()

    @staticmethod
    def _default(plan: str) -> Period:
        """분기를 고르지 않았을 때 상태를 보일 분기."""
        found = FourYearPlan.objects.filter(pk=int(plan)).first() if plan.isdecimal() and len(plan) < 10 else None
        found = found or FourYearPlan.objects.current()
        return default_quarter(found) if found else Period.containing(timezone.localdate(), Cycle.QUARTER)

    def by_quarter(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.live_on(self.period.last_day)

    def by_department(self, queryset: Any, name: str, value: Any) -> Any:
        if not self.asked:
            return queryset.filter(department=value)
        # 그 분기의 실적이 있으면 그때의 주관 부서다.
        return queryset.filter(Q(now_result__department=value) | Q(now_result__pk=None, department=value))

    def by_state(self, queryset: Any, name: str, value: str) -> Any:
        wanted = {"watch": WATCHED, "unjudged": UNJUDGED}.get(value, (value,))
        return queryset.filter(state__in=wanted)

    def by_attention(self, queryset: Any, name: str, value: str) -> Any:
        status = QuarterResult.Status
        if value == "twice_bad":
            return queryset.filter(state=status.BAD, before=status.BAD)
        if value == "overdue":
            return queryset.filter(due_on__lte=self.period.last_day).exclude(state=status.DONE)
        return queryset.filter(state__in=[status.DONE, status.OK, status.WARN, status.BAD], has_evidence=False)


class TaskTable(RecordTable):
    code = ValueColumn("번호", accessor="code", order_by=TASK_ORDER)
    state = ValueColumn("상태", accessor="state")
    before = ValueColumn("지난 분기", accessor="before")
    progress = ValueColumn("공정률(%)", accessor="progress")
    total_amount = ValueColumn("총사업비(원)", accessor="total_amount", orderable=False)

    default_columns = ("code", "title", "field", "department", "state", "before", "progress", "due_on", "is_sample")

    class Meta:
        model = Task
        fields = (
            "code", "title", "plan", "field", "department", "state", "before", "progress", "starts_on", "due_on",
            "total_amount", "weight", "project", "ended_on", "is_sample",
        )  # fmt: skip

    def render_state(self, value: str) -> Any:
        return sig(LABELS[value])

    def value_state(self, value: str) -> str:
        return LABELS.get(value, value)

    render_before, value_before = render_state, value_state


class TaskForm(RecordForm):
    class Meta:
        model = Task
        fields = (
            "field", "number", "title", "department", "cooperating", "outline", "starts_on", "due_on", *AMOUNTS, "weight", "project",
            "added_on",
        )  # fmt: skip


# ── 연차별 목표와 이정표 ────────────────────────────────────────────────


class TaskTargetScreens(Screens):
    model, resource = TaskTarget, TaskTargetResource
    columns = ("year", "task", "text", "value", "unit")
    filters = ("year",)
    picked = ("task",)
    search, search_label = ("task__title", "text"), "과제명·목표"


class MilestoneScreens(Screens):
    model, resource = Milestone, MilestoneResource
    columns = ("title", "task", "year", "weight", "due_on", "done_on")
    filters = ("year",)
    picked = ("task",)
    search, search_label = ("task__title", "title"), "과제명·이정표"
    bulk_fields = ("done_on",)


# ── 분기 실적 ───────────────────────────────────────────────────────────


class QuarterResultTable(RecordTable):
    code = ValueColumn("번호", accessor="task__code", order_by=RESULT_TASK_ORDER)
    proposal_label = ValueColumn("판정 제안", accessor="proposal_label", orderable=False)

    default_columns = ("code", "task_title", "department", "year", "quarter", "progress", "self_status", "status", "is_sample")

    class Meta:
        model = QuarterResult
        fields = (
            "code", "task_title", "department", "year", "quarter", "target", "actual", "progress", "self_status", "proposal_label",
            "status", "reason", "plan_ahead", "opinion", "judged_by", "judged_at", "is_sample",
        )  # fmt: skip

    def render_status(self, value: str) -> Any:
        return sig(value)

    render_self_status = render_status


class QuarterResultScreens(Screens):
    model, table, resource = QuarterResult, QuarterResultTable, QuarterResultResource
    filters = ("year", "quarter", "status", "self_status")
    picked = ("task",)
    search, search_label = ("task_title", "actual", "reason"), "과제명·실적·사유"
    select_related = ("task__plan", "task__field__goal", "department", "submission", "judged_by")
    state = "status"
    sections: ClassVar = (
        ("이행과제", (("번호", "task_code"), "task_title", "department", "year", "quarter")),
        ("부서가 적은 실적", ("target", "actual", "progress", "self_status", "reason", "plan_ahead")),
        ("평가", ("status", ("판정 제안", "proposal_label"), "opinion", "judged_by", "judged_at")),
    )


# ── 변경과 기수 넘김 ────────────────────────────────────────────────────


class TaskRevisionForm(RecordForm):
    class Meta:
        model = TaskRevision
        fields = (
            "task", "kind", "effective_on", "reason", "title", "department", "target_year", "target", "split_titles", "merge_into",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("task", "merge_into"):
            field: Any = self.fields[name]
            if not field.disabled and self.is_new:
                field.queryset = field.queryset.filter(ended_on=None)


class TaskRevisionScreens(Screens):
    model, form = TaskRevision, TaskRevisionForm
    columns = (
        "task", "kind", "effective_on", "reason", "old_title", "title", "old_department", "department", "old_target",
        "target", "status", "approved_by", "approved_on",
    )  # fmt: skip
    shown = ("task", "kind", "effective_on", "reason", "old_title", "title", "old_department", "department", "status")
    filters = ("kind", "status")
    picked = ("task",)
    search, search_label = ("task__title", "reason", "title", "old_title"), "과제명·사유"
    title = "변경 이력"
    first_use = "아직 바꾼 이행과제가 없습니다. 과제명이나 주관 부서를 바꾸거나 나누고 합칠 때 등록하세요."
    state = "status"
    list_view = TabbedListView
    detail_view, acts = RevisionDetailView, REVISION_ACTS
    sections: ClassVar = (
        ("변경", ("task", "kind", "effective_on", "reason", "merge_into", "split_titles")),
        ("앞과 뒤", ("old_title", "title", "old_department", "department", "target_year", "old_target", "target")),
        ("승인", ("status", "approved_by", "approved_on", "applied_at")),
    )


class GenerationMapScreens(Screens):
    model = GenerationMap
    columns = ("old_task", "old_task__plan", "kind", "new_task", "reason")
    filters = ("old_task__plan", "kind")
    search, search_label = ("old_task__title", "new_task__title", "reason"), "과제명·사유"
    inputs = ("old_task", "kind", "new_task", "reason")
    title = "기수 넘김"
    first_use = "아직 넘긴 이행과제가 없습니다. 다음 기수의 계획을 등록하고 그 화면에서 「과제 넘기기」를 누르세요."
    select_related = ("old_task__field__goal", "old_task__plan", "new_task__field__goal", "new_task__plan")


class TaskScreens(Screens):
    model, table, filterset, form, resource = Task, TaskTable, TaskFilter, TaskForm, TaskResource
    title = "이행과제"
    select_related = ("plan", "field__goal", "department", "project", "origin__field__goal", "merged_into__field__goal")
    bulk_fields = ("department", "due_on", "weight")
    list_view = TabbedListView
    detail_view = TaskDetailView
    sections: ClassVar = (
        ("과제 정보", (
            ("번호", "code"), "plan", ("구정목표", "goal_title"), "field", "department", "cooperating", "starts_on", "due_on", "weight",
            "project", "added_on", "ended_on", "outline",
        )),
        ("총사업비", (("계(원)", "total_amount"), *AMOUNTS)),
    )  # fmt: skip
    related = (
        (TaskTargetScreens, "task"), (MilestoneScreens, "task"), (QuarterResultScreens, "task"), (TaskRevisionScreens, "task"),
    )


class PlanFieldScreens(Screens):
    model, resource = PlanField, PlanFieldResource
    columns = ("title", "number", "goal", "goal__plan")
    filters = ("goal__plan", "goal")
    search = ("title", "goal__title")


class GoalScreens(Screens):
    model, resource = Goal, GoalResource
    columns = ("title", "number", "plan")
    filters = ("plan",)
    search = ("title",)
    related = ((PlanFieldScreens, "goal"),)


class FourYearPlanScreens(Screens):
    model = FourYearPlan
    columns = (
        "generation", "starts_on", "ends_on", "status", "goal_count", "field_count", "task_count", "previous",
        "closed_on",
    )  # fmt: skip
    filters = ("status",)
    state = "status"
    detail_view, acts = PlanDetailView, PLAN_ACTS
    sections: ClassVar = (
        ("계획 정보", (
            "generation", "starts_on", "ends_on", "previous", "goal_count", "field_count", "task_count", "ok_rate", "warn_rate",
            "status", "closed_on", "closing_note",
        )),
    )  # fmt: skip
    related = ((GoalScreens, "plan"),)

