"""계획, 주요업무, 본문의 줄과 표, 추진상황의 목록·상세·입력 화면."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet

from core.access import Role
from core.org.models import Department
from core.rounds.models import Submission
from core.screens.binder import Screens
from core.screens.filters import RecordFilter, SearchFilter
from core.screens.forms import RecordForm
from core.screens.tables import RecordTable, ValueColumn
from core.screens.templatetags.parts import sig
from core.screens.views.detail import DetailView
from core.screens.views.lists import ListView
from planning.work_plans.excel import ProgressEntryResource, WorkItemResource, WorkLineResource
from planning.work_plans.models import ProgressEntry, WorkItem, WorkLine, WorkPlan, WorkTable
from planning.work_plans.models.plans import MONEY_KINDS, ROUND_FORM, SOURCES
from planning.work_plans.views.details import ItemAddView, ItemDetailView, ItemEditView
from planning.work_plans.views.tabs import CRUMBS, STAGE_LABELS, plan_tabs

ITEM_ORDER = ("department__order", "department", "number")


# ── 계획 ────────────────────────────────────────────────────────────────


class WorkPlanScreens(Screens):
    model = WorkPlan
    columns = ("title", "year", "kind", "chapter", "has_contents")
    filters = ("year", "kind")
    search, search_label = ("title", "note"), "제목"
    crumbs = CRUMBS
    title = "계획 목록"


# ── 주요업무 ────────────────────────────────────────────────────────────


class WorkItemTable(RecordTable):
    stage = ValueColumn("상태", accessor="stage")
    owner = ValueColumn("맡은 곳", accessor="owner", order_by=ITEM_ORDER)
    required_sum = ValueColumn("소요예산(원)", accessor="required_sum")
    budget_sum = ValueColumn("예산액(원)", accessor="budget_sum")
    spent_sum = ValueColumn("집행액(원)", accessor="spent_sum")

    default_columns = ("number", "title", "plan", "owner", "stage", "required_sum", "is_carried", "is_sample")

    class Meta:
        model = WorkItem
        fields = (
            "title", "number", "plan", "owner", "department", "team", "stage", "required_sum", "budget_sum", "spent_sum", "spent_on",
            "purpose", "project", "starts_on", "ends_on", "is_carried", "is_sample",
        )  # fmt: skip

    def render_stage(self, value: str) -> Any:
        return sig(STAGE_LABELS[value])

    def value_stage(self, value: str) -> str:
        return STAGE_LABELS.get(value, value)


class WorkItemFilter(RecordFilter):
    q = SearchFilter(["title", "purpose", "body", "department__name"], label="사업명·글·부서")
    stage = django_filters.ChoiceFilter(label="상태", choices=WorkItem.State.choices)
    department = django_filters.ModelChoiceFilter(
        label="부서", queryset=Department.objects.filter(work_items__isnull=False).distinct()
    )
    has_required = django_filters.BooleanFilter(
        label="소요예산을 적음", field_name="required_sum", lookup_expr="isnull", exclude=True, widget=forms.HiddenInput
    )

    in_division = django_filters.BooleanFilter(
        label="기획예산과의 사업", field_name="team", lookup_expr="exact", method="of_division", widget=forms.HiddenInput
    )

    class Meta:
        model = WorkItem
        fields = ("plan", "team", "is_carried")

    def of_division(self, queryset: Any, name: str, value: bool) -> Any:
        """과의 팀이 맡은 사업만, 또는 부서의 사업만."""
        return queryset.exclude(team="") if value else queryset.filter(team="")


class WorkItemForm(RecordForm):
    """주요업무의 입력 폼. 부서 담당자가 새로 등록하면 지금 접수하고 있는 제출에 함께 실린다."""

    class Meta:
        model = WorkItem
        fields = (
            "plan", "number", "title", "department", "team", "purpose", "body",
            *(f"required_{source}_amount" for source in SOURCES), *(f"budget_{source}_amount" for source in SOURCES),
            *(f"spent_{source}_amount" for source in SOURCES), "spent_on", "starts_on", "ends_on", "page", "project",
        )  # fmt: skip
        widgets: ClassVar = {"purpose": forms.Textarea(attrs={"rows": 3}), "body": forms.Textarea(attrs={"rows": 26})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "number" in self.fields:
            self.fields["number"].required = False
            if self.is_new:
                self.fields["number"].initial = None
                self.fields["number"].help_text = "비우면 그 부서의 다음 번호입니다."
        for name, field in self.fields.items():
            if name.endswith("_amount"):
                # 재원 넷이 한 줄에 들어가면서 열네 자리까지 보이는 너비
                field.widget.attrs["size"] = 10
        self.no_round = False
        if self.is_new and self.user.role == Role.DEPARTMENT:
            self._join_submission()

    @property
    def plain_fields(self) -> list[Any]:
        """금액이 아닌 칸."""
        return [bound for bound in self.visible_fields() if not bound.name.endswith("_amount")]

    @property
    def money_rows(self) -> list[tuple[str, list[Any]]]:
        """소요예산·예산액·집행액의 줄과 재원마다의 칸."""
        rows = [(label, [f"{kind}_{source}_amount" for source in SOURCES]) for kind, label in MONEY_KINDS.items()]
        return [(label, [self[name] for name in names]) for label, names in rows if all(name in self.fields for name in names)]

    @property
    def source_labels(self) -> list[str]:
        return list(SOURCES.values())

    def _join_submission(self) -> None:
        """부서의 새 사업을 접수하고 있는 제출에 싣는다."""
        rows = Submission.objects.filter(Submission.editable(), responsible=self.user.department_id, round__form=ROUND_FORM)
        submission = rows.select_related("round").order_by("-round__due_at").first()
        plan = WorkPlan.objects.filter(year=submission.round.year, kind=WorkPlan.Kind.PLAN).first() if submission else None
        self.no_round = plan is None
        if submission is None or plan is None:
            return
        item: WorkItem = self.instance
        item.plan, item.submission, item.department = plan, submission, submission.responsible
        item.number = _next_number(plan, submission.responsible_id)
        item.is_sample = submission.round.is_sample

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.no_round:
            raise ValidationError("지금 접수하고 있는 주요업무계획 취합이 없어 사업을 더할 수 없습니다. 기획조정팀에 물어 주세요.")
        plan, department = data.get("plan"), data.get("department")
        if "number" in self.fields and not data.get("number") and plan and department:
            data["number"] = _next_number(plan, department.pk)
        return data

    def save(self, commit: bool = True) -> Any:
        # 요청만 받은 사업은 고치기 시작하면 「작성」이 된다.
        if self.instance.state == WorkItem.State.REQUESTED and self.instance.submission_id is None:
            self.instance.state = WorkItem.State.DRAFTING
        return super().save(commit)


def _next_number(plan: WorkPlan, department: int) -> int:
    last = WorkItem.objects.filter(plan=plan, department=department).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


class WorkItemListView(ListView):
    """사업 목록. 계획을 골랐으면 한눈판과 오가는 탭을 둔다."""

    template_name = "planning/work_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("plan", "")
        plan = WorkPlan.objects.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None
        return super().get_context_data(plan_tabs=plan_tabs(plan, "items") if plan else [], **kwargs)


# ── 줄, 표, 추진상황 ────────────────────────────────────────────────────


class WorkLineForm(RecordForm):
    class Meta:
        model = WorkLine
        fields = ("item", "order", "mark", "text", "right", "done_on")
        widgets: ClassVar = {"text": forms.Textarea(attrs={"rows": 3})}


class WorkLineScreens(Screens):
    model, form, resource = WorkLine, WorkLineForm, WorkLineResource
    columns = ("text", "mark", "right", "item", "item__plan", "item__department", "section", "order", "done_on")
    shown = ("text", "mark", "item", "section", "order", "done_on")
    filters = ("item__plan", "section", "mark")
    picked = ("item",)
    search = ("text", "item__title")
    crumbs = CRUMBS


class WorkTableForm(RecordForm):
    class Meta:
        model = WorkTable
        fields = ("item", "name", "source", "grid", "heading_rows", "unit", "unit_below")
        widgets: ClassVar = {"grid": forms.Textarea(attrs={"rows": 10})}


class WorkTableDetailView(DetailView):
    """표 하나. 칸을 적은 글 대신 짠 모양으로 보인다."""

    template_name = "planning/worktable_detail.html"


class WorkTableScreens(Screens):
    model, form = WorkTable, WorkTableForm
    columns = ("name", "item", "item__plan", "source", "unit")
    filters = ("item__plan", "source")
    picked = ("item",)
    search = ("name", "item__title", "grid")
    crumbs = CRUMBS
    select_related = ("item__plan", "item__department")
    detail_view = WorkTableDetailView


class ProgressEntryForm(RecordForm):
    class Meta:
        model = ProgressEntry
        fields = ("item", "as_of", "rate", "text")
        widgets: ClassVar = {"text": forms.Textarea(attrs={"rows": 6})}


class ProgressEntryScreens(Screens):
    model, form, resource = ProgressEntry, ProgressEntryForm, ProgressEntryResource
    columns = ("item", "as_of", "rate", "text", "item__plan", "item__department")
    filters = ("item__plan",)
    picked = ("item",)
    search = ("text", "item__title")
    crumbs = CRUMBS


class WorkItemScreens(Screens):
    model, table, filterset, form, resource = WorkItem, WorkItemTable, WorkItemFilter, WorkItemForm, WorkItemResource
    crumbs = CRUMBS
    title = "주요업무"
    first_use = "아직 등록한 주요업무가 없습니다. 부서에서 취합으로 받거나 「주요업무 등록」으로 적으세요."
    select_related = ("plan", "department", "project", "predecessor__plan", "submission__round")
    related = ((ProgressEntryScreens, "item"), (WorkTableScreens, "item"))
    list_view = WorkItemListView
    detail_view = ItemDetailView
    add_view = ItemAddView
    edit_view = ItemEditView
    sections: ClassVar = (
        ("금액과 기간", (
            *(f"{kind}_{source}_amount" for kind in MONEY_KINDS for source in ("own", "city", "state", "other")),
            "spent_on", "starts_on", "ends_on", "project", "page", ("이어받은 사업", "predecessor"),
        )),
    )  # fmt: skip

    @classmethod
    def rows(cls, user: Any) -> QuerySet[Any]:
        """단계와 금액의 합을 붙인 행."""
        found: Any = super().rows(user)
        return found.with_stage().with_totals()  # type: ignore[no-any-return]
