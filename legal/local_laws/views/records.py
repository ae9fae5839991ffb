"""자치법규, 판, 의안, 단계, 사전심사, 예고 의견, 신구조문, 상위법 개정, 정비과제의 목록·입력 화면."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from core.screens.binder import Screens
from core.screens.filters import (
    DayFilter,
    DepartmentFilter,
    PickedFilter,
    PresentFilter,
    RecordFilter,
    SearchFilter,
    YesNo,
    YesNoFilter,
)
from core.screens.forms import RecordForm
from core.screens.tables import RecordTable, ValueColumn
from legal.local_laws import excel
from legal.local_laws.models import (
    ArticleChange,
    Bill,
    BillStep,
    ImpactReview,
    LawVersion,
    LocalLaw,
    NoticeOpinion,
    ReviewKind,
    RevisionTask,
    UpperLawChange,
)
from legal.local_laws.models.pipeline import Group, LawKind
from legal.local_laws.views.acts import ACTS, BillActView
from legal.local_laws.views.details import BillDetailView, LocalLawDetailView, UpperLawChangeDetailView

CRUMBS = ("의회법무팀", ("자치법규 정비", "legal.local-laws"))


def _days(name: str, label: str, field_name: str) -> tuple[tuple[str, DayFilter], tuple[str, DayFilter]]:
    """기간의 첫날(…_min)과 마지막 날(…_max). 현황판에서 넘어온 조건이라 고르는 칸은 없다."""
    hidden = {"widget": forms.HiddenInput}
    return (
        (f"{name}_min", DayFilter(label=f"{label} 첫날", field_name=field_name, lookup_expr="gte", **hidden)),
        (f"{name}_max", DayFilter(label=f"{label} 마지막 날", field_name=field_name, lookup_expr="lte", **hidden)),
    )


# --- 의안에 딸린 것 ------------------------------------------------------------------------------------


class ImpactReviewScreens(Screens):
    model = ImpactReview
    columns = ("kind", "bill", "bill__department", "is_required", "requested_on", "done_on", "result", "note")
    shown = ("kind", "bill", "is_required", "requested_on", "done_on", "result")
    filters = ("kind", "is_required", "result")
    picked = ("bill",)
    search, search_label = ("bill__title", "note"), "의안·의견"


class NoticeOpinionScreens(Screens):
    model = NoticeOpinion
    columns = (
        "received_on", "bill", "bill__department", "submitter", "count", "content", "reflection", "answer",
        "answered_on",
    )  # fmt: skip
    shown = ("received_on", "bill", "submitter", "count", "content", "reflection", "answered_on")
    filters = (
        "submitter", "reflection",
        ("answered", PresentFilter("answered_on", "알림", blank="알리지 않음", filled="알림", blank_is="no")),
    )  # fmt: skip
    picked = ("bill",)
    search, search_label = ("bill__title", "content", "answer"), "의안·의견·처리 결과"


class ArticleChangeScreens(Screens):
    model, resource = ArticleChange, excel.ArticleChangeResource
    columns = ("article", "bill", "order", "old_text", "new_text", "note")
    shown = ("article", "bill", "order", "old_text", "new_text")
    picked = ("bill",)
    search, search_label = ("bill__title", "article", "old_text", "new_text"), "의안·조문·글"


class BillStepScreens(Screens):
    """단계의 기록은 보기만 한다. 단계는 의안 화면에서 옮긴다."""

    model, form = BillStep, None
    columns = (
        "code", "bill", "bill__department", "order", "holder", "started_on", "done_on",
        ("stay", ValueColumn("머문 날(일)", order_by=("stay_on",))), "result", "note", "document",
    )  # fmt: skip
    shown = ("code", "bill", "bill__department", "holder", "started_on", "done_on", "stay", "result")
    filters = ("code", "holder", "result", *_days("done", "마친 날", "done_on"))
    picked = ("bill",)
    search, search_label = ("bill__title", "note", "document"), "의안·내용·문서번호"
    sections = (("단계", ("bill", "code", "holder", "started_on", "done_on", ("머문 날(일)", "stay"), "result", "document", "note")),)

    @classmethod
    def rows(cls, user: Any) -> QuerySet[Any]:
        return super().rows(user).annotate(stay_on=F("done_on") - F("started_on"))


# --- 의안 ---------------------------------------------------------------------------------------------


class BillFilter(RecordFilter):
    """의안 거르기. 현황표의 수는 kind·group·enacted_min·enacted_max 로 그 의안만 연다."""

    department = DepartmentFilter()
    group = django_filters.ChoiceFilter(label="제정·개정·폐지", choices=Group.choices, method="by_group")
    open = YesNoFilter(label="진행 중", method="by_open")
    (_, enacted_min), (_, enacted_max) = _days("enacted", "공포한", "promulgated_on")
    mine = django_filters.ChoiceFilter(label="담당", choices=[("yes", "내 의안")], method="by_mine")
    board = django_filters.ChoiceFilter(
        label="심의회", choices=[("yes", "심의를 기다림")], method="by_board", widget=forms.HiddenInput
    )
    law = PickedFilter(Bill, "law")
    q = SearchFilter(["title", "law__title", "law_title", "promulgation_number"], label="의안명·자치법규명·공포번호")

    class Meta:
        model = Bill
        fields = ("kind", "group", "status", "department", "proposer_kind", "open", "mine")

    def by_group(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        found: QuerySet[Any] = queryset.of_group(value)  # type: ignore[attr-defined]
        return found

    def by_open(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        live = Bill.objects.open().values("pk")
        return queryset.filter(pk__in=live) if value == "yes" else queryset.exclude(pk__in=live)

    def by_mine(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(handler=self.user)

    def by_board(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(pk__in=Bill.objects.waiting_for_council().values("pk"))


class BillForm(RecordForm):
    class Meta:
        model = Bill
        fields = (
            "kind", "action", "title", "law", "law_title", "proposer_kind", "proposer", "department", "handler", "received_on",
            "reason", "main_points", "notice_skip", "notice_skip_reason", "short_notice_reason", "planned_promulgation_on",
            "stated_effective_on", "note",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.fields["received_on"].initial = timezone.localdate()


class BillScreens(Screens):
    model, filterset, form, resource = Bill, BillFilter, BillForm, excel.BillResource
    columns = (
        "title", "kind", "action", "department", "status",
        ("holder", ValueColumn("쥔 곳", accessor="holder_text", order_by=("status", "department"))), "proposer_kind",
        "proposer", "handler", "received_on", "noticed_on", "council_result", "promulgation_number",
        "promulgated_on", "effective_on", "gazette_number", "law",
    )  # fmt: skip
    shown = (
        "title", "kind", "action", "department", "status", "holder", "received_on", "promulgated_on", "effective_on",
        "is_sample",
    )  # fmt: skip
    state = "status"
    segments = "kind"
    bulk_fields = ("handler",)
    acts = ACTS
    detail_view, act_view = BillDetailView, BillActView
    related = ((ImpactReviewScreens, "bill"), (NoticeOpinionScreens, "bill"))
    sections = (
        ("의안", (
            "kind", "action", "law", "law_title", "proposer_kind", "proposer", "department", "handler",
            "received_on", ("지금 쥔 곳", "holder_text"), "planned_promulgation_on", "stated_effective_on", "notice_skip",
            "notice_skip_reason", "short_notice_reason", "reason", "main_points", "note",
        )),
    )  # fmt: skip

    @classmethod
    def may_delete(cls, record: Any, user: Any) -> bool:
        """단계를 지난 의안은 지우지 않고 철회한다. 지우면 지나온 기록이 함께 사라진다."""
        return super().may_delete(record, user) and not record.has_moved


# --- 자치법규와 판 -------------------------------------------------------------------------------------


class LawVersionScreens(Screens):
    model, resource = LawVersion, excel.LawVersionResource
    columns = (
        "law", "law__kind", "action", "number", "promulgated_on", "effective_on", "is_effective_stated",
        "gazette_number", "bill", "elis_id", "text_sha256",
    )  # fmt: skip
    shown = (
        "law", "law__kind", "action", "number", "promulgated_on", "effective_on", "gazette_number", "bill",
        "is_sample",
    )  # fmt: skip
    filters = (
        ("kind", django_filters.ChoiceFilter(label="종류", field_name="law__kind", choices=LawKind.choices)), "action",
        *_days("effective", "시행일", "effective_on"),
    )  # fmt: skip
    picked = ("law",)
    search, search_label = ("law__title", "number", "gazette_number"), "자치법규명·공포번호·공보"
    inputs = (
        "law", "action", "number", "promulgated_on", "effective_on", "is_effective_stated", "gazette_number",
        "elis_id", "text_sha256", "reason",
    )  # fmt: skip


class RevisionTaskScreens(Screens):
    model, resource = RevisionTask, excel.RevisionTaskResource
    columns = ("law", "change", "department", "due_on", "status", "bill", "blocked_by", "reason", "opinion")
    shown = ("law", "change", "department", "due_on", "status", "bill", "blocked_by", "is_sample")
    filters = (
        ("department", DepartmentFilter()), ("open", YesNo("정비 전", Q(status__in=RevisionTask.OPEN))),
        *_days("due", "정비 기한", "due_on"),
    )  # fmt: skip
    picked = ("change", "law")
    search, search_label = ("law__title", "change__law_title", "reason", "opinion"), "자치법규·상위법·까닭"
    state = "status"
    segments = "status"
    bulk_fields = ("due_on",)


class LocalLawTable(RecordTable):
    state = ValueColumn("상태", accessor="pk", order_by=("state",))

    class Meta:
        model = LocalLaw
        fields = (
            "title", "kind", "state", "department", "number", "promulgated_on", "effective_on", "repealed_on", "upper_laws", "elis_id",
            "note", "is_sample",
        )  # fmt: skip

    default_columns = ("title", "kind", "state", "department", "number", "promulgated_on", "effective_on", "is_sample")

    def render_state(self, record: LocalLaw) -> Any:
        return LocalLaw.State(record.state).label  # type: ignore[attr-defined]

    def value_state(self, record: LocalLaw) -> str:
        return str(LocalLaw.State(record.state).label)  # type: ignore[attr-defined]


class LocalLawScreens(Screens):
    model, table, resource = LocalLaw, LocalLawTable, excel.LocalLawResource
    filters = (
        ("department", DepartmentFilter()),
        ("state", django_filters.ChoiceFilter(label="상태", choices=LocalLaw.State.choices, field_name="state")),
        ("waiting", YesNo("정비할 것", Q(pk__in=RevisionTask.objects.open().values("law")))),
    )  # fmt: skip
    search, search_label = ("title", "upper_laws", "number"), "자치법규명·상위법·공포번호"
    inputs = (
        "kind", "title", "department", "number", "promulgated_on", "effective_on", "repealed_on", "upper_laws",
        "elis_id", "note",
    )  # fmt: skip
    segments = "kind"
    bulk_fields = ("department",)
    detail_view = LocalLawDetailView
    related = ((LawVersionScreens, "law"), (BillScreens, "law"), (RevisionTaskScreens, "law"))

    @classmethod
    def rows(cls, user: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = super().rows(user).with_state()  # type: ignore[attr-defined]
        return found


# --- 상위법과 사전심사 종류 ------------------------------------------------------------------------------


class UpperLawChangeScreens(Screens):
    model, resource = UpperLawChange, excel.UpperLawChangeResource
    columns = ("law_title", "action", "promulgated_on", "effective_on", "articles", "summary")
    filters = ("action",)
    search, search_label = ("law_title", "articles", "summary"), "법령명·조문·내용"
    detail_view = UpperLawChangeDetailView
    related = ((RevisionTaskScreens, "change"),)


class ReviewKindScreens(Screens):
    model = ReviewKind
    columns = ("name", "applies_to", "article", "order", "valid_from", "valid_to")
    filters = ("applies_to",)
