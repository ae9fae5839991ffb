"""법률고문, 위촉, 이해충돌, 배정, 수당, 전문분야 낱말의 목록·입력 화면."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.utils import timezone

from core.screens.binder import Screens
from core.screens.filters import DayFilter, PresentFilter, asks
from core.screens.forms import RecordForm
from core.screens.tables import RecordTable, ValueColumn
from core.screens.templatetags.parts import dd
from legal.legal_advisers.excel import AdviserFeeResource, AdviserResource
from legal.legal_advisers.models import Adviser, AdviserFee, Allocation, Appointment, ConflictOfInterest, SpecialtyWord
from legal.legal_advisers.views.board import AdviserDetailView

CRUMBS = ("의회법무팀", ("법률고문", "legal.legal-advisers"))


class AppointmentScreens(Screens):
    """위촉 기록. 지난 위촉을 적거나 문서 번호를 덧붙인다. 새 연임은 고문 화면에서 한다."""

    model = Appointment
    columns = ("adviser", "appointed_on", "term_end_on", "renewal", "document", "ended_on")
    filters = ("adviser",)
    search, search_label = ("adviser__name", "document"), "고문·문서"


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
    model, form = ConflictOfInterest, ConflictForm
    columns = ("adviser", "kind", "masked_party", "department", "starts_on", "ends_on", "note")
    filters = ("adviser", "kind", "department")
    search, search_label = ("adviser__name", "note", "masked_party"), "고문·상대(가림)·내용"
    sections = (("이해충돌", ("adviser", "kind", "masked_party", "department", "starts_on", "ends_on", "note")),)


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
    model, form = Allocation, AllocationForm
    columns = (
        "title", "adviser", "kind", "department", "assigned_on", "replied_on",
        ("days", ValueColumn("회신까지(일)", order_by="replied_on")), "asked_again", "satisfaction", "reason",
    )  # fmt: skip
    filters = (
        "adviser", "kind", ("waiting", PresentFilter("replied_on", "회신", blank="회신 전", filled="회신함")),
        ("start", DayFilter(label="배정일부터", field_name="assigned_on", lookup_expr="gte")),
        ("end", DayFilter(label="배정일까지", field_name="assigned_on", lookup_expr="lte")),
    )  # fmt: skip
    search, search_label = ("title", "reason"), "사건·질의·까닭"
    segments = "kind"
    select_related = ("adviser", "department", "instance__lawsuit")
    sections = (("배정", (
        "adviser", "kind", "title", "department", "instance", "assigned_on", "reason", "replied_on", ("회신까지(일)", "days"),
        "asked_again", "satisfaction",
    )),)  # fmt: skip


class AdviserFeeScreens(Screens):
    model, resource = AdviserFee, AdviserFeeResource
    columns = ("adviser", "kind", "year", "month", "amount", "allocation", "paid_on", "note")
    filters = (
        "adviser", "kind", "year", "month", ("unpaid", PresentFilter("paid_on", "지급", blank="지급 전", filled="지급함")),
    )  # fmt: skip
    search, search_label = ("adviser__name", "note"), "고문·비고"
    inputs = ("adviser", "kind", "year", "month", "amount", "paid_on", "note")
    bulk_fields = ("paid_on", "note")


class SpecialtyWordScreens(Screens):
    model = SpecialtyWord
    columns = ("word", "specialty")
    search = ("specialty", "word")


class AdviserTable(RecordTable):
    left = ValueColumn("남은 임기", accessor="term_end_on")

    class Meta:
        model = Adviser
        fields = ("name", "firm", "specialty", "appointed_on", "term_end_on", "left", "ended_on", "end_reason", "is_sample")

    def render_left(self, record: Adviser) -> Any:
        return dd(record.term_end_on, done=record.ended_on is not None)

    def value_left(self, record: Adviser) -> int:
        return (record.term_end_on - timezone.localdate()).days


class AdviserScreens(Screens):
    model, table, resource = Adviser, AdviserTable, AdviserResource
    filters = (
        ("on", DayFilter(label="위촉되어 있는 날", method=asks("active_on"))),
        ("expiring", django_filters.NumberFilter(
            label="며칠 안에 임기 만료", method=asks("expiring_within"), min_value=0, max_value=3650,
        )),
    )  # fmt: skip
    search, search_label = ("name", "firm", "specialty"), "이름·소속·전문분야"
    detail_view = AdviserDetailView
    related = (
        (AppointmentScreens, "adviser"), (ConflictScreens, "adviser"), (AllocationScreens, "adviser"), (AdviserFeeScreens, "adviser"),
    )  # fmt: skip
