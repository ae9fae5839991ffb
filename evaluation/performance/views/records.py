"""성과관리계획, 주요사업, 성과지표, 실적, 점수, 변경, 이의신청의 목록·입력 화면."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import Case, DecimalField, F, IntegerField, QuerySet, Value, When

from core.history.revisions import kept
from core.org.models import Department
from core.screens.binder import Screens
from core.screens.filters import DepartmentFilter, PickedFilter, PresentFilter, RecordFilter, SearchFilter
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
from evaluation.performance.scoring import STATES, Evaluation, current_stage, moved
from evaluation.performance.views.acts import (
    CHANGE_ACTS,
    OBJECTION_ACTS,
    PLAN_ACTS,
    IndicatorChangeDetailView,
    IndicatorDetailView,
    IndicatorListView,
    ObjectionDetailView,
    PerfPlanDetailView,
    TeamActView,
)

CRUMBS = ("평가팀", ("성과·목표관리", "evaluation.performance-board"))


def _plan(path: str) -> django_filters.ModelChoiceFilter:
    """성과관리계획으로 거르기."""
    return django_filters.ModelChoiceFilter(label="계획", field_name=path, queryset=PerfPlan.objects.all())


# --- 계획과 등급 -------------------------------------------------------------------------------------


class GradeBandScreens(Screens):
    model = GradeBand
    columns = ("grade", "plan", "share", "is_excellent", "order")
    filters = ("plan",)


class PerfPlanScreens(Screens):
    model = PerfPlan
    columns = ("year", "status", "guideline_on", "drafts_due_on", "fixed_on", "mid_on", "final_on", "cap", "rounding")
    filters = ("status",)
    state = "status"
    detail_view, act_view, acts = PerfPlanDetailView, TeamActView, PLAN_ACTS
    related = ((GradeBandScreens, "plan"),)


# --- 주요사업과 지표 ----------------------------------------------------------------------------------


class IndicatorStepScreens(Screens):
    model = IndicatorStep
    columns = ("label", "indicator", "threshold", "achievement")
    picked = ("indicator",)
    search, search_label = ("label", "indicator__name"), "이정표·지표"


class IndicatorPastScreens(Screens):
    model = IndicatorPast
    columns = ("year", "indicator", "target", "actual")
    filters = ("year",)
    picked = ("indicator",)
    search, search_label = ("indicator__name",), "지표"


# 달성도를 정하는 자료
SCORED = (PerfPlan, PerfProject, Indicator, IndicatorActual, IndicatorStep, IndicatorChange, Department)


class IndicatorTable(RecordTable):
    """지표의 표. 달성도와 진단은 그것이 달린 자료가 바뀌기 전에는 다시 셈하지 않는다."""

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
    def rates(self) -> dict[tuple[str, int], Decimal | None]:
        """{(평가, 지표): 달성도}."""
        return kept("indicator rates", SCORED, lambda: {
            (stage, one.indicator.pk): one.rate
            for plan in PerfPlan.objects.all() for stage in Stage for one in Evaluation(plan, stage, whole=False).results
        })  # fmt: skip

    @cached_property
    def findings(self) -> dict[int, list[Finding]]:
        return kept("indicator findings", (*SCORED, IndicatorPast), lambda: {
            key: found for plan in PerfPlan.objects.all() for key, found in diagnose(plan, whole=False).items()
        })  # fmt: skip

    def _rate(self, stage: str, record: Indicator) -> Any:
        return self.rates[stage, record.pk]

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
        rates = {key: rate for (stage, key), rate in self.rates.items() if stage == Stage.MID}
        return self._order(rows, rates, DecimalField(), descending)

    def order_final_rate(self, rows: QuerySet[Any], descending: bool) -> tuple[QuerySet[Any], bool]:
        rates = {key: rate for (stage, key), rate in self.rates.items() if stage == Stage.FINAL}
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

    plan = _plan("perf_project__plan")
    department = DepartmentFilter("perf_project__department")
    project = PickedFilter(Indicator, "perf_project")
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


class IndicatorActualScreens(Screens):
    model, resource = IndicatorActual, IndicatorActualResource
    columns = (
        "indicator", "stage", "indicator__perf_project__department", "indicator__unit", "indicator__target",
        "actual", "adjusted_value", "note", "opinion", "submission",
    )  # fmt: skip
    shown = (
        "indicator", "stage", "indicator__perf_project__department", "indicator__unit", "indicator__target",
        "actual", "adjusted_value", "note", "is_sample",
    )  # fmt: skip
    filters = (
        ("plan", _plan("indicator__perf_project__plan")), "stage", ("department", DepartmentFilter("indicator__perf_project__department")),
        ("blank", PresentFilter("actual", "실적")),
    )  # fmt: skip
    search, search_label = ("indicator__name", "note", "opinion"), "지표·추진실적·의견"
    segments = "stage"
    select_related = ("indicator__perf_project__department", "indicator__perf_project__plan", "submission__round")


class IndicatorChangeScreens(Screens):
    model = IndicatorChange
    columns = (
        "indicator", "indicator__perf_project__department", "status", "requested_on", "old_target", "new_target",
        "old_weight", "new_weight", "reason", "decided_on", "decided_by", "decision_note",
    )  # fmt: skip
    filters = (
        ("plan", _plan("indicator__perf_project__plan")),
        ("department", DepartmentFilter("indicator__perf_project__department")), "status",
    )  # fmt: skip
    search, search_label = ("indicator__name", "reason"), "지표·사유"
    state = segments = "status"
    select_related = ("indicator__perf_project__department", "indicator__perf_project__plan", "decided_by")
    detail_view, act_view, acts = IndicatorChangeDetailView, TeamActView, CHANGE_ACTS
    sections = (
        ("변경 신청", ("indicator", "old_target", "new_target", "old_weight", "new_weight", "new_definition", "reason")),
        ("결정", ("status", "requested_on", "decided_on", "decided_by", "decision_note")),
    )


class ObjectionScreens(Screens):
    model = Objection
    columns = (
        "indicator", "indicator__perf_project__department", "status", "filed_on", "due_on", "claimed_value",
        "reason", "accepted_value", "decided_on", "decision",
    )  # fmt: skip
    filters = (
        ("plan", _plan("indicator__perf_project__plan")),
        ("department", DepartmentFilter("indicator__perf_project__department")), "status",
    )  # fmt: skip
    search, search_label = ("indicator__name", "reason"), "지표·사유"
    inputs = ("indicator", "claimed_value", "reason")
    state = segments = "status"
    select_related = ("indicator__perf_project__department", "indicator__perf_project__plan")
    detail_view, act_view, acts = ObjectionDetailView, TeamActView, OBJECTION_ACTS
    sections = (
        ("신청", ("indicator", "claimed_value", "reason", "filed_on", "due_on")),
        ("결정", ("status", "accepted_value", "decision", "decided_on", "decided_by")),
    )


class IndicatorScreens(Screens):
    model, table, filterset, resource = Indicator, IndicatorTable, IndicatorFilter, IndicatorResource
    state = segments = "status"
    bulk_fields = ("cycle", "aggregation", "data_source", "review_opinion")
    list_view = IndicatorListView
    detail_view = IndicatorDetailView
    related = (
        (IndicatorStepScreens, "indicator"), (IndicatorPastScreens, "indicator"), (IndicatorActualScreens, "indicator"),
        (IndicatorChangeScreens, "indicator"), (ObjectionScreens, "indicator"),
    )  # fmt: skip


class PerfProjectScreens(Screens):
    model, resource = PerfProject, PerfProjectResource
    columns = ("title", "plan", "department", "weight", "viewpoint", "order", "project")
    shown = ("title", "department", "weight", "viewpoint", "is_sample")
    filters = ("plan", ("department", DepartmentFilter()), "viewpoint")
    search, search_label = ("title", "purpose"), "주요사업"
    bulk_fields = ("viewpoint",)
    related = ((IndicatorScreens, "perf_project"),)


class PerfScoreScreens(Screens):
    model = PerfScore
    columns = (
        "department", "plan", "stage", "base_score", "adjustment", "adjustment_reason", "score", "rank", "grade",
        "is_excellent", "settled_at",
    )  # fmt: skip
    filters = ("plan", "stage", "grade", "is_excellent")
    title = "부서 점수와 가감점"
    sections = (
        ("부서 점수", ("plan", "department", "stage", "base_score", "adjustment", "adjustment_reason", "score", "rank", "grade",
                    "is_excellent", "settled_at")),
    )  # fmt: skip
