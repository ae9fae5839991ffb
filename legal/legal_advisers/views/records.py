"""법률고문, 위촉, 이해충돌, 배정, 수당, 전문분야 낱말의 목록·입력 화면."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from core.screens.binder import Screens
from core.screens.filters import DayFilter, RecordFilter, SearchFilter
from core.screens.forms import RecordForm
from core.screens.tables import RecordTable, ValueColumn
from core.screens.templatetags.parts import dd
from legal.legal_advisers.excel import AdviserFeeResource, AdviserResource
from legal.legal_advisers.models import Adviser, AdviserFee, Allocation, Appointment, ConflictOfInterest, SpecialtyWord
from legal.legal_advisers.views.board import AdviserDetailView

CRUMBS = ("의회법무팀", ("법률고문", "legal.legal-advisers"))


class _Picked(django_filters.ModelChoiceFilter):  # type: ignore[misc]
    """고문 한 사람의 것만."""

    def __init__(self) -> None:
        super().__init__(label="고문", field_name="adviser", queryset=Adviser.objects.all())


class AppointmentTable(RecordTable):
    class Meta:
        model = Appointment
        fields = ("adviser", "appointed_on", "term_end_on", "renewal", "document", "ended_on", "is_sample")


class AppointmentFilter(RecordFilter):
    adviser = _Picked()
    q = SearchFilter(["adviser__name", "document"], "고문·문서")

    class Meta:
        model = Appointment
        fields = ("adviser",)


class AppointmentForm(RecordForm):
    class Meta:
        model = Appointment
        fields = ("adviser", "appointed_on", "term_end_on", "renewal", "document", "ended_on")


class AppointmentScreens(Screens):
    """위촉 기록. 지난 위촉을 적거나 문서 번호를 덧붙인다. 새 연임은 고문 화면에서 한다."""

    model, table, filterset, form = Appointment, AppointmentTable, AppointmentFilter, AppointmentForm
    crumbs = CRUMBS
    select_related = ("adviser",)


class ConflictTable(RecordTable):
    class Meta:
        model = ConflictOfInterest
        fields = ("adviser", "kind", "masked_party", "department", "starts_on", "ends_on", "note", "is_sample")


class ConflictFilter(RecordFilter):
    adviser = _Picked()
    q = SearchFilter(["adviser__name", "note", "masked_party"], "고문·상대(가림)·내용")

    class Meta:
        model = ConflictOfInterest
        fields = ("adviser", "kind", "department")


class ConflictForm(RecordForm):
    """상대의 이름은 받는 자리에서 가린 글과 지문으로 바꾸고 버린다."""

    party = forms.CharField(
        label="상대의 이름", max_length=100, required=False,
        help_text="저장하지 않습니다. 가린 이름과, 당사자가 같은지 견주는 지문만 남깁니다. 고칠 때 비우면 그대로 둡니다.",
    )

    class Meta:
        model = ConflictOfInterest
        fields = ("adviser", "kind", "party", "department", "starts_on", "ends_on", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["adviser", "kind", "party"])
        # 이름이 아니므로 처음 본 값을 함께 보내지 않는다.
        self.fields["party"].show_hidden_initial = False

    def _post_clean(self) -> None:
        if name := self.cleaned_data.get("party", "").strip():
            self.instance.set_party(name)
        super()._post_clean()


class ConflictScreens(Screens):
    model, table, filterset, form = ConflictOfInterest, ConflictTable, ConflictFilter, ConflictForm
    crumbs = CRUMBS
    select_related = ("adviser", "department")
    sections = (("이해충돌", ("adviser", "kind", "masked_party", "department", "starts_on", "ends_on", "note")),)


class AllocationTable(RecordTable):
    days = ValueColumn("회신까지(일)", order_by="replied_on")

    class Meta:
        model = Allocation
        fields = (
            "title", "adviser", "kind", "department", "assigned_on", "replied_on", "days", "asked_again", "satisfaction", "reason",
            "is_sample",
        )  # fmt: skip


class AllocationFilter(RecordFilter):
    adviser = _Picked()
    start = DayFilter(label="배정일부터", field_name="assigned_on", lookup_expr="gte")
    end = DayFilter(label="배정일까지", field_name="assigned_on", lookup_expr="lte")
    waiting = django_filters.ChoiceFilter(label="회신", choices=[("yes", "회신 전"), ("no", "회신함")], method="by_waiting")
    q = SearchFilter(["title", "reason"], "사건·질의·까닭")

    class Meta:
        model = Allocation
        fields = ("adviser", "kind", "waiting", "start", "end")

    def by_waiting(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.waiting_reply() if value == "yes" else rows.exclude(replied_on=None)  # type: ignore[attr-defined]


class AllocationForm(RecordForm):
    class Meta:
        model = Allocation
        fields = ("adviser", "title", "department", "assigned_on", "reason", "replied_on", "asked_again", "satisfaction")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.instance_id:
            # 심급의 대리인과 어긋나지 않게, 소송의 고문은 배정을 지우고 다시 고른다.
            for name in ("adviser", "title", "department"):
                self.fields[name].disabled = True
                self.fields[name].show_hidden_initial = False


class AllocationScreens(Screens):
    model, table, filterset, form = Allocation, AllocationTable, AllocationFilter, AllocationForm
    crumbs = CRUMBS
    segments = "kind"
    select_related = ("adviser", "department", "instance__lawsuit")
    sections = (("배정", (
        "adviser", "kind", "title", "department", "instance", "assigned_on", "reason", "replied_on", ("회신까지(일)", "days"),
        "asked_again", "satisfaction",
    )),)  # fmt: skip


class AdviserFeeTable(RecordTable):
    class Meta:
        model = AdviserFee
        fields = ("adviser", "kind", "year", "month", "amount", "allocation", "paid_on", "note", "is_sample")


class AdviserFeeFilter(RecordFilter):
    adviser = _Picked()
    unpaid = django_filters.ChoiceFilter(label="지급", choices=[("yes", "지급 전"), ("no", "지급함")], method="by_unpaid")
    q = SearchFilter(["adviser__name", "note"], "고문·비고")

    class Meta:
        model = AdviserFee
        fields = ("adviser", "kind", "year", "month", "unpaid")

    def by_unpaid(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(paid_on__isnull=value == "yes")


class AdviserFeeForm(RecordForm):
    class Meta:
        model = AdviserFee
        fields = ("adviser", "kind", "year", "month", "amount", "paid_on", "note")


class AdviserFeeScreens(Screens):
    model, table, filterset, form, resource = AdviserFee, AdviserFeeTable, AdviserFeeFilter, AdviserFeeForm, AdviserFeeResource
    crumbs = CRUMBS
    select_related = ("adviser", "allocation")
    bulk_fields = ("paid_on", "note")


class SpecialtyWordTable(RecordTable):
    class Meta:
        model = SpecialtyWord
        fields = ("word", "specialty")


class SpecialtyWordFilter(RecordFilter):
    q = SearchFilter(["specialty", "word"], "전문분야·낱말")

    class Meta:
        model = SpecialtyWord
        fields: tuple[str, ...] = ()


class SpecialtyWordForm(RecordForm):
    class Meta:
        model = SpecialtyWord
        fields = ("specialty", "word")


class SpecialtyWordScreens(Screens):
    model, table, filterset, form = SpecialtyWord, SpecialtyWordTable, SpecialtyWordFilter, SpecialtyWordForm
    crumbs = CRUMBS


class AdviserTable(RecordTable):
    left = ValueColumn("남은 임기", accessor="term_end_on")

    class Meta:
        model = Adviser
        fields = ("name", "firm", "specialty", "appointed_on", "term_end_on", "left", "ended_on", "end_reason", "is_sample")

    def render_left(self, record: Adviser) -> Any:
        return dd(record.term_end_on, done=record.ended_on is not None)

    def value_left(self, record: Adviser) -> int:
        return (record.term_end_on - timezone.localdate()).days


class AdviserFilter(RecordFilter):
    on = DayFilter(label="위촉되어 있는 날", method="by_day")
    expiring = django_filters.NumberFilter(label="며칠 안에 임기 만료", method="by_expiring", min_value=0, max_value=3650)
    q = SearchFilter(["name", "firm", "specialty"], "이름·소속·전문분야")

    class Meta:
        model = Adviser
        fields = ("on", "expiring")

    def by_day(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows.active_on(value)  # type: ignore[attr-defined]

    def by_expiring(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows.expiring(timezone.localdate(), int(value))  # type: ignore[attr-defined]


class AdviserForm(RecordForm):
    class Meta:
        model = Adviser
        fields = ("name", "firm", "specialty", "appointed_on", "term_end_on", "ended_on", "end_reason")


class AdviserScreens(Screens):
    model, table, filterset, form, resource = Adviser, AdviserTable, AdviserFilter, AdviserForm, AdviserResource
    crumbs = CRUMBS
    detail_view = AdviserDetailView
    related = (
        (AppointmentScreens, "adviser"), (ConflictScreens, "adviser"), (AllocationScreens, "adviser"), (AdviserFeeScreens, "adviser"),
    )  # fmt: skip
