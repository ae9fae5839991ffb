"""자치법규, 판, 의안, 단계, 사전심사, 예고 의견, 신구조문, 상위법 개정, 정비과제의 목록·입력 화면."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import F, QuerySet
from django.utils import timezone

from core.org.models import Department
from core.screens.binder import Screens
from core.screens.filters import DayFilter, RecordFilter, SearchFilter, YesNoFilter
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


class _Picked(django_filters.ModelChoiceFilter):  # type: ignore[misc]
    """다른 화면에서 넘어온 조건. 고르는 칸은 없고 걸린 조건으로만 보인다."""

    def __init__(self, label: str, field_name: str, model: Any) -> None:
        super().__init__(label=label, field_name=field_name, queryset=model.objects.all(), widget=forms.HiddenInput)


class _Department(django_filters.ModelChoiceFilter):  # type: ignore[misc]
    """소관 부서로 거르기."""

    def __init__(self, field_name: str = "department") -> None:
        super().__init__(label="부서", field_name=field_name, queryset=Department.objects.filter(is_reporting=True))


def _days(label: str, field_name: str) -> tuple[DayFilter, DayFilter]:
    """기간의 첫날과 마지막 날. 현황판에서 넘어온 조건이라 고르는 칸은 없다."""
    hidden = {"widget": forms.HiddenInput}
    return (
        DayFilter(label=f"{label} 첫날", field_name=field_name, lookup_expr="gte", **hidden),
        DayFilter(label=f"{label} 마지막 날", field_name=field_name, lookup_expr="lte", **hidden),
    )


# --- 의안에 딸린 것 ------------------------------------------------------------------------------------


class ImpactReviewTable(RecordTable):
    class Meta:
        model = ImpactReview
        fields = ("kind", "bill", "bill__department", "is_required", "requested_on", "done_on", "result", "note", "is_sample")

    default_columns = ("kind", "bill", "is_required", "requested_on", "done_on", "result")


class ImpactReviewFilter(RecordFilter):
    bill = _Picked("의안", "bill", Bill)
    q = SearchFilter(["bill__title", "note"], label="의안·의견")

    class Meta:
        model = ImpactReview
        fields = ("kind", "is_required", "result")


class ImpactReviewForm(RecordForm):
    class Meta:
        model = ImpactReview
        fields = ("bill", "kind", "is_required", "requested_on", "done_on", "result", "note")


class ImpactReviewScreens(Screens):
    model, table, filterset, form = ImpactReview, ImpactReviewTable, ImpactReviewFilter, ImpactReviewForm
    crumbs = CRUMBS
    select_related = ("bill__department", "kind")


class NoticeOpinionTable(RecordTable):
    class Meta:
        model = NoticeOpinion
        fields = (
            "received_on", "bill", "bill__department", "submitter", "count", "content", "reflection", "answer", "answered_on", "is_sample",
        )  # fmt: skip

    default_columns = ("received_on", "bill", "submitter", "count", "content", "reflection", "answered_on")


class NoticeOpinionFilter(RecordFilter):
    bill = _Picked("의안", "bill", Bill)
    answered = django_filters.ChoiceFilter(label="알림", choices=[("no", "알리지 않음"), ("yes", "알림")], method="by_answered")
    q = SearchFilter(["bill__title", "content", "answer"], label="의안·의견·처리 결과")

    class Meta:
        model = NoticeOpinion
        fields = ("submitter", "reflection", "answered")

    def by_answered(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(answered_on__isnull=value == "no")


class NoticeOpinionForm(RecordForm):
    class Meta:
        model = NoticeOpinion
        fields = ("bill", "received_on", "submitter", "count", "content", "reflection", "answer", "answered_on")


class NoticeOpinionScreens(Screens):
    model, table, filterset, form = NoticeOpinion, NoticeOpinionTable, NoticeOpinionFilter, NoticeOpinionForm
    crumbs = CRUMBS
    select_related = ("bill__department",)


class ArticleChangeTable(RecordTable):
    class Meta:
        model = ArticleChange
        fields = ("article", "bill", "order", "old_text", "new_text", "note", "is_sample")

    default_columns = ("article", "bill", "order", "old_text", "new_text")


class ArticleChangeFilter(RecordFilter):
    bill = _Picked("의안", "bill", Bill)
    q = SearchFilter(["bill__title", "article", "old_text", "new_text"], label="의안·조문·글")

    class Meta:
        model = ArticleChange
        fields: tuple[str, ...] = ()


class ArticleChangeForm(RecordForm):
    class Meta:
        model = ArticleChange
        fields = ("bill", "order", "article", "old_text", "new_text", "note")


class ArticleChangeScreens(Screens):
    model, table, filterset, form = ArticleChange, ArticleChangeTable, ArticleChangeFilter, ArticleChangeForm
    resource = excel.ArticleChangeResource
    crumbs = CRUMBS
    select_related = ("bill__department",)


class BillStepTable(RecordTable):
    stay = ValueColumn("머문 날(일)", order_by=("stay_on",))

    class Meta:
        model = BillStep
        fields = ("code", "bill", "bill__department", "order", "holder", "started_on", "done_on", "stay", "result", "note", "document",
                  "is_sample")  # fmt: skip

    default_columns = ("code", "bill", "bill__department", "holder", "started_on", "done_on", "stay", "result")


class BillStepFilter(RecordFilter):
    bill = _Picked("의안", "bill", Bill)
    done_min, done_max = _days("마친 날", "done_on")
    q = SearchFilter(["bill__title", "note", "document"], label="의안·내용·문서번호")

    class Meta:
        model = BillStep
        fields = ("code", "holder", "result")


class BillStepScreens(Screens):
    """단계의 기록은 보기만 한다. 단계는 의안 화면에서 옮긴다."""

    model, table, filterset = BillStep, BillStepTable, BillStepFilter
    crumbs = CRUMBS
    select_related = ("bill__department",)
    sections = (("단계", ("bill", "code", "holder", "started_on", "done_on", ("머문 날(일)", "stay"), "result", "document", "note")),)

    @classmethod
    def rows(cls, user: Any) -> QuerySet[Any]:
        return super().rows(user).annotate(stay_on=F("done_on") - F("started_on"))


# --- 의안 ---------------------------------------------------------------------------------------------


class BillTable(RecordTable):
    holder = ValueColumn("쥔 곳", accessor="holder_text", order_by=("status", "department"))

    class Meta:
        model = Bill
        fields = (
            "title", "kind", "action", "department", "status", "holder", "proposer_kind", "proposer", "handler", "received_on",
            "noticed_on", "council_result", "promulgation_number", "promulgated_on", "effective_on", "gazette_number", "law", "is_sample",
        )  # fmt: skip

    default_columns = ("title", "kind", "action", "department", "status", "holder", "received_on", "promulgated_on", "effective_on",
                       "is_sample")  # fmt: skip


class BillFilter(RecordFilter):
    """의안 거르기. 현황표의 수는 kind·group·enacted_min·enacted_max 로 그 의안만 연다."""

    department = _Department()
    group = django_filters.ChoiceFilter(label="제정·개정·폐지", choices=Group.choices, method="by_group")
    open = YesNoFilter(label="진행 중", method="by_open")
    enacted_min, enacted_max = _days("공포한", "promulgated_on")
    mine = django_filters.ChoiceFilter(label="담당", choices=[("yes", "내 의안")], method="by_mine")
    board = django_filters.ChoiceFilter(
        label="심의회", choices=[("yes", "심의를 기다림")], method="by_board", widget=forms.HiddenInput
    )
    law = _Picked("자치법규", "law", LocalLaw)
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
    model, table, filterset, form = Bill, BillTable, BillFilter, BillForm
    resource = excel.BillResource
    crumbs = CRUMBS
    state = "status"
    segments = "kind"
    select_related = ("department", "handler", "law")
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


class LawVersionTable(RecordTable):
    class Meta:
        model = LawVersion
        fields = (
            "law", "law__kind", "action", "number", "promulgated_on", "effective_on", "is_effective_stated", "gazette_number", "bill",
            "elis_id", "text_sha256", "is_sample",
        )  # fmt: skip

    default_columns = ("law", "law__kind", "action", "number", "promulgated_on", "effective_on", "gazette_number", "bill", "is_sample")


class LawVersionFilter(RecordFilter):
    law = _Picked("자치법규", "law", LocalLaw)
    kind = django_filters.ChoiceFilter(label="종류", field_name="law__kind", choices=LawKind.choices)
    effective_min, effective_max = _days("시행일", "effective_on")
    q = SearchFilter(["law__title", "number", "gazette_number"], label="자치법규명·공포번호·공보")

    class Meta:
        model = LawVersion
        fields = ("kind", "action")


class LawVersionForm(RecordForm):
    class Meta:
        model = LawVersion
        fields = (
            "law", "action", "number", "promulgated_on", "effective_on", "is_effective_stated", "gazette_number", "elis_id",
            "text_sha256", "reason",
        )  # fmt: skip


class LawVersionScreens(Screens):
    model, table, filterset, form = LawVersion, LawVersionTable, LawVersionFilter, LawVersionForm
    resource = excel.LawVersionResource
    crumbs = CRUMBS
    select_related = ("law", "bill")


class RevisionTaskTable(RecordTable):
    class Meta:
        model = RevisionTask
        fields = (
            "law", "change", "department", "due_on", "status", "bill", "blocked_by", "reason", "opinion", "is_sample",
        )  # fmt: skip

    default_columns = ("law", "change", "department", "due_on", "status", "bill", "blocked_by", "is_sample")


class RevisionTaskFilter(RecordFilter):
    department = _Department()
    change = _Picked("상위법 개정", "change", UpperLawChange)
    law = _Picked("자치법규", "law", LocalLaw)
    open = YesNoFilter(label="정비 전", method="by_open")
    due_min, due_max = _days("정비 기한", "due_on")
    q = SearchFilter(["law__title", "change__law_title", "reason", "opinion"], label="자치법규·상위법·까닭")

    class Meta:
        model = RevisionTask
        fields = ("department", "status", "open")

    def by_open(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        live = {"status__in": RevisionTask.OPEN}
        return queryset.filter(**live) if value == "yes" else queryset.exclude(**live)


class RevisionTaskForm(RecordForm):
    class Meta:
        model = RevisionTask
        fields = ("law", "change", "reason", "department", "due_on", "status", "bill", "blocked_by", "opinion")


class RevisionTaskScreens(Screens):
    model, table, filterset, form = RevisionTask, RevisionTaskTable, RevisionTaskFilter, RevisionTaskForm
    resource = excel.RevisionTaskResource
    crumbs = CRUMBS
    state = "status"
    segments = "status"
    select_related = ("law", "change", "department", "bill", "blocked_by__law")
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


class LocalLawFilter(RecordFilter):
    department = _Department()
    state = django_filters.ChoiceFilter(label="상태", choices=LocalLaw.State.choices, field_name="state")
    waiting = YesNoFilter(label="정비할 것", method="by_waiting")
    q = SearchFilter(["title", "upper_laws", "number"], label="자치법규명·상위법·공포번호")

    class Meta:
        model = LocalLaw
        fields = ("kind", "department", "state", "waiting")

    def by_waiting(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        live = RevisionTask.objects.open().values("law")
        return queryset.filter(pk__in=live) if value == "yes" else queryset.exclude(pk__in=live)


class LocalLawForm(RecordForm):
    class Meta:
        model = LocalLaw
        fields = (
            "kind", "title", "department", "number", "promulgated_on", "effective_on", "repealed_on", "upper_laws", "elis_id", "note",
        )  # fmt: skip


class LocalLawScreens(Screens):
    model, table, filterset, form = LocalLaw, LocalLawTable, LocalLawFilter, LocalLawForm
    resource = excel.LocalLawResource
    crumbs = CRUMBS
    segments = "kind"
    select_related = ("department",)
    bulk_fields = ("department",)
    detail_view = LocalLawDetailView
    related = ((LawVersionScreens, "law"), (BillScreens, "law"), (RevisionTaskScreens, "law"))

    @classmethod
    def rows(cls, user: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = super().rows(user).with_state()  # type: ignore[attr-defined]
        return found


# --- 상위법과 사전심사 종류 ------------------------------------------------------------------------------


class UpperLawChangeTable(RecordTable):
    class Meta:
        model = UpperLawChange
        fields = ("law_title", "action", "promulgated_on", "effective_on", "articles", "summary", "is_sample")


class UpperLawChangeFilter(RecordFilter):
    q = SearchFilter(["law_title", "articles", "summary"], label="법령명·조문·내용")

    class Meta:
        model = UpperLawChange
        fields = ("action",)


class UpperLawChangeForm(RecordForm):
    class Meta:
        model = UpperLawChange
        fields = ("law_title", "action", "promulgated_on", "effective_on", "articles", "summary")


class UpperLawChangeScreens(Screens):
    model, table, filterset, form = UpperLawChange, UpperLawChangeTable, UpperLawChangeFilter, UpperLawChangeForm
    resource = excel.UpperLawChangeResource
    crumbs = CRUMBS
    detail_view = UpperLawChangeDetailView
    related = ((RevisionTaskScreens, "change"),)


class ReviewKindTable(RecordTable):
    class Meta:
        model = ReviewKind
        fields = ("name", "applies_to", "article", "order", "valid_from", "valid_to")


class ReviewKindFilter(RecordFilter):
    class Meta:
        model = ReviewKind
        fields = ("applies_to",)


class ReviewKindForm(RecordForm):
    class Meta:
        model = ReviewKind
        fields = ("name", "applies_to", "article", "order", "valid_from", "valid_to")


class ReviewKindScreens(Screens):
    model, table, filterset, form = ReviewKind, ReviewKindTable, ReviewKindFilter, ReviewKindForm
    crumbs = CRUMBS
