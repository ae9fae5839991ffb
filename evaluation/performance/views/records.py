"""성과관리계획, 주요사업, 성과지표, 실적, 점수, 변경, 이의신청의 목록·입력 화면."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import Case, DecimalField, F, IntegerField, QuerySet, Value, When

from core.org.models import Department
from core.screens.binder import Screens
from core.screens.filters import RecordFilter, SearchFilter
from core.screens.forms import RecordForm
from core.screens.tables import RecordTable, ValueColumn
from evaluation.performance.excel import IndicatorActualResource, IndicatorResource, PerfProjectResource
from evaluation.performance.linting import RULES, Finding, diagnose
from evaluation.performance.models import (
    GradeBand,
    Indicator,
    IndicatorActual,
    IndicatorChange,
    IndicatorPast,
    IndicatorStep,
    Objection,
    PerfPlan,
    PerfProject,
    PerfScore,
    Stage,
)
from evaluation.performance.scoring import STATES, Evaluation, IndicatorResult, current_stage, moved
from evaluation.performance.views.acts import (
    IndicatorChangeDetailView,
    IndicatorDetailView,
    IndicatorListView,
    ObjectionDetailView,
    PerfPlanDetailView,
)

CRUMBS = ("평가팀", ("성과·목표관리", "evaluation.performance-board"))


class _Picked(django_filters.ModelChoiceFilter):  # type: ignore[misc]
    """다른 화면에서 넘어온 조건. 고르는 칸은 없고 걸린 조건으로만 보인다."""

    def __init__(self, label: str, field_name: str, model: Any) -> None:
        super().__init__(label=label, field_name=field_name, queryset=model.objects.all(), widget=forms.HiddenInput)


class _Department(django_filters.ModelChoiceFilter):  # type: ignore[misc]
    """자료를 내는 부서로 거르기."""

    def __init__(self, field_name: str) -> None:
        super().__init__(label="부서", field_name=field_name, queryset=Department.objects.filter(is_reporting=True))


# --- 계획과 등급 -------------------------------------------------------------------------------------


class PerfPlanTable(RecordTable):
    class Meta:
        model = PerfPlan
        fields = ("year", "status", "guideline_on", "drafts_due_on", "fixed_on", "mid_on", "final_on", "cap", "rounding", "is_sample")


class PerfPlanFilter(RecordFilter):
    class Meta:
        model = PerfPlan
        fields = ("status",)


class PerfPlanForm(RecordForm):
    class Meta:
        model = PerfPlan
        fields = (
            "year", "guideline_on", "drafts_due_on", "fixed_on", "mid_on", "final_on", "cap", "risk_below", "rate_places",
            "score_places", "rounding", "objection_days", "answer_days", "note",
        )  # fmt: skip


class GradeBandTable(RecordTable):
    class Meta:
        model = GradeBand
        fields = ("grade", "plan", "share", "is_excellent", "order")


class GradeBandFilter(RecordFilter):
    class Meta:
        model = GradeBand
        fields = ("plan",)


class GradeBandForm(RecordForm):
    class Meta:
        model = GradeBand
        fields = ("plan", "order", "grade", "share", "is_excellent")


class GradeBandScreens(Screens):
    model, table, filterset, form = GradeBand, GradeBandTable, GradeBandFilter, GradeBandForm
    crumbs = CRUMBS
    select_related = ("plan",)


class PerfPlanScreens(Screens):
    model, table, filterset, form = PerfPlan, PerfPlanTable, PerfPlanFilter, PerfPlanForm
    crumbs = CRUMBS
    state = "status"
    detail_view = PerfPlanDetailView
    related = ((GradeBandScreens, "plan"),)


# --- 주요사업과 지표 ----------------------------------------------------------------------------------


class PerfProjectTable(RecordTable):
    class Meta:
        model = PerfProject
        fields = ("title", "plan", "department", "weight", "viewpoint", "order", "project", "is_sample")

    default_columns = ("title", "department", "weight", "viewpoint", "is_sample")


class PerfProjectFilter(RecordFilter):
    department = _Department("department")
    q = SearchFilter(["title", "purpose"], label="주요사업")

    class Meta:
        model = PerfProject
        fields = ("plan", "department", "viewpoint")


class PerfProjectForm(RecordForm):
    class Meta:
        model = PerfProject
        fields = ("plan", "department", "order", "title", "weight", "viewpoint", "purpose", "project")


class IndicatorStepTable(RecordTable):
    class Meta:
        model = IndicatorStep
        fields = ("label", "indicator", "threshold", "achievement")


class IndicatorStepFilter(RecordFilter):
    indicator = _Picked("성과지표", "indicator", Indicator)
    q = SearchFilter(["label", "indicator__name"], label="이정표·지표")

    class Meta:
        model = IndicatorStep
        fields: tuple[str, ...] = ()


class IndicatorStepForm(RecordForm):
    class Meta:
        model = IndicatorStep
        fields = ("indicator", "threshold", "label", "achievement")


class IndicatorStepScreens(Screens):
    model, table, filterset, form = IndicatorStep, IndicatorStepTable, IndicatorStepFilter, IndicatorStepForm
    crumbs = CRUMBS
    select_related = ("indicator",)


class IndicatorPastTable(RecordTable):
    class Meta:
        model = IndicatorPast
        fields = ("year", "indicator", "target", "actual")


class IndicatorPastFilter(RecordFilter):
    indicator = _Picked("성과지표", "indicator", Indicator)
    q = SearchFilter(["indicator__name"], label="지표")

    class Meta:
        model = IndicatorPast
        fields = ("year",)


class IndicatorPastForm(RecordForm):
    class Meta:
        model = IndicatorPast
        fields = ("indicator", "year", "target", "actual")


class IndicatorPastScreens(Screens):
    model, table, filterset, form = IndicatorPast, IndicatorPastTable, IndicatorPastFilter, IndicatorPastForm
    crumbs = CRUMBS
    select_related = ("indicator",)


class IndicatorTable(RecordTable):
    """지표의 표. 달성도와 진단은 보이는 계획마다 한 번 셈한다."""

    mid_rate = ValueColumn("중간 달성도(%)", accessor="pk")
    final_rate = ValueColumn("종합 달성도(%)", accessor="pk")
    lint = ValueColumn("진단", accessor="pk")

    class Meta:
        model = Indicator
        fields = (
            "name", "perf_project__department", "perf_project", "status", "direction", "method", "unit", "weight", "base_value",
            "target", "mid_target", "mid_rate", "final_rate", "lint", "formula_text", "cycle", "aggregation", "evidence",
            "data_source", "perf_project__plan", "is_sample",
        )  # fmt: skip

    default_columns = (
        "name", "perf_project__department", "perf_project", "status", "direction", "unit", "weight", "target", "mid_rate",
        "final_rate", "lint", "is_sample",
    )  # fmt: skip

    @cached_property
    def plans(self) -> list[PerfPlan]:
        return list(PerfPlan.objects.all())

    @cached_property
    def results(self) -> dict[tuple[str, int], IndicatorResult]:
        return {
            (stage, one.indicator.pk): one
            for plan in self.plans for stage in Stage for one in Evaluation(plan, stage, whole=False).results
        }  # fmt: skip

    @cached_property
    def findings(self) -> dict[int, list[Finding]]:
        return {key: found for plan in self.plans for key, found in diagnose(plan, whole=False).items()}

    def _rate(self, stage: str, record: Indicator) -> Any:
        return self.results[stage, record.pk].rate

    def render_mid_rate(self, record: Indicator) -> Any:
        rate = self._rate(Stage.MID, record)
        return self.default if rate is None else rate

    def render_final_rate(self, record: Indicator) -> Any:
        rate = self._rate(Stage.FINAL, record)
        return self.default if rate is None else rate

    def value_mid_rate(self, record: Indicator) -> Any:
        return self._rate(Stage.MID, record)

    def value_final_rate(self, record: Indicator) -> Any:
        return self._rate(Stage.FINAL, record)

    def _order(self, rows: QuerySet[Any], values: dict[int, Any], field: Any, descending: bool) -> tuple[QuerySet[Any], bool]:
        whens = [When(pk=key, then=Value(value, field)) for key, value in values.items() if value is not None]
        found = rows.annotate(_asked=Case(*whens, default=None, output_field=field)) if whens else rows
        # 없는 값은 어느 데이터베이스에서나, 어느 차례로 보나 끝에 둔다.
        asked = F("_asked").desc(nulls_last=True) if descending else F("_asked").asc(nulls_last=True)
        return (found.order_by(asked, "pk") if whens else found), True

    def order_mid_rate(self, rows: QuerySet[Any], descending: bool) -> tuple[QuerySet[Any], bool]:
        rates = {key: one.rate for (stage, key), one in self.results.items() if stage == Stage.MID}
        return self._order(rows, rates, DecimalField(), descending)

    def order_final_rate(self, rows: QuerySet[Any], descending: bool) -> tuple[QuerySet[Any], bool]:
        rates = {key: one.rate for (stage, key), one in self.results.items() if stage == Stage.FINAL}
        return self._order(rows, rates, DecimalField(), descending)

    def order_lint(self, rows: QuerySet[Any], descending: bool) -> tuple[QuerySet[Any], bool]:
        counts = {key: len(found) for key, found in self.findings.items()}
        return self._order(rows, counts, IntegerField(), descending)

    def render_lint(self, record: Indicator) -> Any:
        return ", ".join(one.title for one in self.findings.get(record.pk, [])) or self.default

    def value_lint(self, record: Indicator) -> str:
        return "; ".join(f"{one.title}: {one.detail}" for one in self.findings.get(record.pk, []))


class IndicatorFilter(RecordFilter):
    """지표 거르기. 현황판의 수는 stage·state·lint·moved 로 그 지표만 연다."""

    plan = django_filters.ModelChoiceFilter(label="계획", field_name="perf_project__plan", queryset=PerfPlan.objects.all())
    department = _Department("perf_project__department")
    project = _Picked("주요사업", "perf_project", PerfProject)
    stage = django_filters.ChoiceFilter(label="평가", choices=Stage.choices, method="keep", widget=forms.HiddenInput)
    state = django_filters.ChoiceFilter(
        label="평가 결과", choices=[*STATES.items(), ("evaluated", "점수 있음")], method="by_state"
    )
    lint = django_filters.ChoiceFilter(
        label="진단", choices=[("any", "걸린 것 모두"), *((rule, title) for rule, (title, _text) in RULES.items())], method="by_lint"
    )
    moved = django_filters.ChoiceFilter(
        label="중간평가 뒤", choices=[("all", "바뀜"), ("worse", "나빠짐"), ("better", "나아짐")], method="by_moved",
        widget=forms.HiddenInput,
    )  # fmt: skip
    q = SearchFilter(["name", "definition", "formula_text", "perf_project__title"], label="지표·정의·산식·사업")

    class Meta:
        model = Indicator
        fields = ("plan", "department", "status", "direction", "state", "lint")

    @property
    def _plan(self) -> PerfPlan | None:
        chosen: PerfPlan | None = self.form.cleaned_data.get("plan")
        return chosen or PerfPlan.objects.of_year(None)

    def keep(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset

    def by_state(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        plan = self._plan
        if plan is None:
            return queryset.none()
        stage = self.form.cleaned_data.get("stage") or current_stage(plan)
        wanted = {"achieved", "close", "risk"} if value == "evaluated" else {value}
        results = Evaluation(plan, stage, whole=False).results
        return queryset.filter(pk__in=[one.indicator.pk for one in results if one.state in wanted])

    def by_lint(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        plan = self._plan
        found = diagnose(plan, whole=False) if plan else {}
        keys = [key for key, findings in found.items() if value == "any" or any(one.rule == value for one in findings)]
        return queryset.filter(pk__in=keys)

    def by_moved(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        plan = self._plan
        pairs = moved(Evaluation(plan, Stage.MID, whole=False), Evaluation(plan, Stage.FINAL, whole=False)) if plan else []
        kept = [pair for pair in pairs if value == "all" or pair.is_worse == (value == "worse")]
        return queryset.filter(pk__in=[pair.after.indicator.pk for pair in kept])


class IndicatorForm(RecordForm):
    class Meta:
        model = Indicator
        fields = (
            "perf_project", "order", "name", "definition", "formula_text", "unit", "direction", "method", "weight", "base_value",
            "target", "mid_target", "cap", "cycle", "aggregation", "evidence", "data_source", "previous", "review_opinion",
        )  # fmt: skip


class IndicatorActualTable(RecordTable):
    class Meta:
        model = IndicatorActual
        fields = (
            "indicator", "stage", "indicator__perf_project__department", "indicator__unit", "indicator__target", "actual",
            "adjusted_value", "note", "opinion", "submission", "is_sample",
        )  # fmt: skip

    default_columns = (
        "indicator", "stage", "indicator__perf_project__department", "indicator__unit", "indicator__target", "actual",
        "adjusted_value", "note", "is_sample",
    )  # fmt: skip


class IndicatorActualFilter(RecordFilter):
    plan = django_filters.ModelChoiceFilter(
        label="계획", field_name="indicator__perf_project__plan", queryset=PerfPlan.objects.all()
    )
    department = _Department("indicator__perf_project__department")
    blank = django_filters.ChoiceFilter(label="실적", choices=[("yes", "비어 있음"), ("no", "적음")], method="by_blank")
    q = SearchFilter(["indicator__name", "note", "opinion"], label="지표·추진실적·의견")

    class Meta:
        model = IndicatorActual
        fields = ("plan", "stage", "department", "blank")

    def by_blank(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(actual__isnull=value == "yes")


class IndicatorActualForm(RecordForm):
    class Meta:
        model = IndicatorActual
        fields = ("indicator", "stage", "actual", "note", "adjusted_value", "opinion")


class IndicatorActualScreens(Screens):
    model, table, filterset, form = IndicatorActual, IndicatorActualTable, IndicatorActualFilter, IndicatorActualForm
    resource = IndicatorActualResource
    crumbs = CRUMBS
    segments = "stage"
    select_related = ("indicator__perf_project__department", "indicator__perf_project__plan", "submission__round")


class IndicatorChangeTable(RecordTable):
    class Meta:
        model = IndicatorChange
        fields = (
            "indicator", "indicator__perf_project__department", "status", "requested_on", "old_target", "new_target", "old_weight",
            "new_weight", "reason", "decided_on", "decided_by", "decision_note",
        )  # fmt: skip


class IndicatorChangeFilter(RecordFilter):
    plan = django_filters.ModelChoiceFilter(
        label="계획", field_name="indicator__perf_project__plan", queryset=PerfPlan.objects.all()
    )
    department = _Department("indicator__perf_project__department")
    q = SearchFilter(["indicator__name", "reason"], label="지표·사유")

    class Meta:
        model = IndicatorChange
        fields = ("plan", "department", "status")


class IndicatorChangeForm(RecordForm):
    class Meta:
        model = IndicatorChange
        fields = ("indicator", "new_target", "new_weight", "new_definition", "reason")


class IndicatorChangeScreens(Screens):
    model, table, filterset, form = IndicatorChange, IndicatorChangeTable, IndicatorChangeFilter, IndicatorChangeForm
    crumbs = CRUMBS
    state = segments = "status"
    select_related = ("indicator__perf_project__department", "indicator__perf_project__plan", "decided_by")
    detail_view = IndicatorChangeDetailView
    sections = (
        ("변경 신청", ("indicator", "old_target", "new_target", "old_weight", "new_weight", "new_definition", "reason")),
        ("결정", ("status", "requested_on", "decided_on", "decided_by", "decision_note")),
    )


class ObjectionTable(RecordTable):
    class Meta:
        model = Objection
        fields = (
            "indicator", "indicator__perf_project__department", "status", "filed_on", "due_on", "claimed_value", "reason",
            "accepted_value", "decided_on", "decision",
        )  # fmt: skip


class ObjectionFilter(RecordFilter):
    plan = django_filters.ModelChoiceFilter(
        label="계획", field_name="indicator__perf_project__plan", queryset=PerfPlan.objects.all()
    )
    department = _Department("indicator__perf_project__department")
    q = SearchFilter(["indicator__name", "reason"], label="지표·사유")

    class Meta:
        model = Objection
        fields = ("plan", "department", "status")


class ObjectionForm(RecordForm):
    class Meta:
        model = Objection
        fields = ("indicator", "claimed_value", "reason")


class ObjectionScreens(Screens):
    model, table, filterset, form = Objection, ObjectionTable, ObjectionFilter, ObjectionForm
    crumbs = CRUMBS
    state = segments = "status"
    select_related = ("indicator__perf_project__department", "indicator__perf_project__plan")
    detail_view = ObjectionDetailView
    sections = (
        ("신청", ("indicator", "claimed_value", "reason", "filed_on", "due_on")),
        ("결정", ("status", "accepted_value", "decision", "decided_on", "decided_by")),
    )


class IndicatorScreens(Screens):
    model, table, filterset, form = Indicator, IndicatorTable, IndicatorFilter, IndicatorForm
    resource = IndicatorResource
    crumbs = CRUMBS
    state = segments = "status"
    bulk_fields = ("cycle", "aggregation", "data_source", "review_opinion")
    select_related = ("perf_project__department", "perf_project__plan")
    list_view = IndicatorListView
    detail_view = IndicatorDetailView
    related = (
        (IndicatorStepScreens, "indicator"), (IndicatorPastScreens, "indicator"), (IndicatorActualScreens, "indicator"),
        (IndicatorChangeScreens, "indicator"), (ObjectionScreens, "indicator"),
    )  # fmt: skip


class PerfProjectScreens(Screens):
    model, table, filterset, form = PerfProject, PerfProjectTable, PerfProjectFilter, PerfProjectForm
    resource = PerfProjectResource
    crumbs = CRUMBS
    select_related = ("plan", "department", "project")
    bulk_fields = ("viewpoint",)
    related = ((IndicatorScreens, "perf_project"),)


class PerfScoreTable(RecordTable):
    class Meta:
        model = PerfScore
        fields = (
            "department", "plan", "stage", "base_score", "adjustment", "adjustment_reason", "score", "rank", "grade",
            "is_excellent", "settled_at", "is_sample",
        )  # fmt: skip


class PerfScoreFilter(RecordFilter):
    class Meta:
        model = PerfScore
        fields = ("plan", "stage", "grade", "is_excellent")


class PerfScoreForm(RecordForm):
    class Meta:
        model = PerfScore
        fields = ("plan", "department", "stage", "adjustment", "adjustment_reason")


class PerfScoreScreens(Screens):
    model, table, filterset, form = PerfScore, PerfScoreTable, PerfScoreFilter, PerfScoreForm
    title = "부서 점수와 가감점"
    crumbs = CRUMBS
    select_related = ("plan", "department")
    sections = (
        ("부서 점수", ("plan", "department", "stage", "base_score", "adjustment", "adjustment_reason", "score", "rank", "grade",
                    "is_excellent", "settled_at")),
    )  # fmt: skip
