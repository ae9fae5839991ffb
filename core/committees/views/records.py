"""위원회, 위원, 회의, 안건, 후속조치, 수당의 목록·입력 화면."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from core.committees.agenda import Agenda
from core.committees.excel import AgendaItemResource, FollowUpResource, MeetingResource, SeatResource
from core.committees.models import (
    AgendaItem,
    Allowance,
    Attendance,
    Committee,
    CommitteeFunction,
    FollowUp,
    Meeting,
    Recusal,
    Seat,
)
from core.committees.views import forms
from core.committees.views.acts import ITEM_ACTS, MEETING_ACTS
from core.committees.views.pages import AgendaItemDetailView, CommitteeDetailView, MeetingDetailView
from core.screens.binder import Screens
from core.screens.filters import PickedFilter, PresentFilter
from core.screens.tables import RecordTable, ValueColumn
from core.screens.templatetags.parts import dd, sig

CRUMBS = (("위원회", "core.committee-list"),)


class CommitteeFunctionScreens(Screens):
    model, form, crumbs = CommitteeFunction, forms.CommitteeFunctionForm, CRUMBS
    columns, filters = ("title", "committee", "basis"), ("committee",)
    search, search_label = ("title", "basis"), "기능·근거"


class CommitteeScreens(Screens):
    """위원회의 화면. agendas 는 config 가 채운, 업무가 올릴 자료의 줄이다."""

    agendas: ClassVar[Sequence[Agenda]] = ()
    model = Committee
    columns = (
        "name", "team", "basis", "ordinance", ("seat_count", ValueColumn("위원(명)", accessor="seat_count")),
        ("meeting_count", ValueColumn("올해 회의(회)", accessor="meeting_count")), "quorum", "passing", "term_months", "renewals_allowed",
        "written_allowed", "closed_on",
    )  # fmt: skip
    shown = ("name", "team", "basis", "seat_count", "meeting_count", "passing", "term_months", "is_sample")
    filters, search, search_label = ("team",), ("name", "basis", "functions__title"), "위원회·근거·기능"
    detail_view = CommitteeDetailView
    related = ((CommitteeFunctionScreens, "committee"),)
    first_use = "위원회를 등록하면 위원, 회의, 안건과 의결을 한곳에서 관리합니다."

    @classmethod
    def rows(cls, user: Any) -> QuerySet[Any]:
        """재적위원과 올해 연 회의를 센다."""
        today = timezone.localdate()
        active = Q(seats__appointed_on__lte=today) & (Q(seats__ended_on=None) | Q(seats__ended_on__gt=today))
        held = Q(meetings__year=today.year, meetings__state__in=(Meeting.State.OPEN, Meeting.State.CLOSED))
        return (
            super().rows(user).annotate(
                seat_count=Count("seats", filter=active, distinct=True), meeting_count=Count("meetings", filter=held, distinct=True)
            )
        )  # fmt: skip


class SeatTable(RecordTable):
    left = ValueColumn("남은 임기", accessor="term_end_on")

    class Meta:
        model = Seat
        fields = (
            "name", "committee", "affiliation", "kind", "duty", "gender", "appointed_on", "term_end_on", "left", "renewals",
            "is_official", "is_expert", "ended_on", "end_reason", "order", "is_sample",
        )  # fmt: skip

    default_columns = (
        "name", "committee", "affiliation", "kind", "duty", "gender", "appointed_on", "term_end_on", "left", "renewals", "is_sample",
    )  # fmt: skip

    def render_left(self, record: Seat) -> Any:
        return dd(record.term_end_on, done=bool(record.ended_on)) if record.term_end_on else self.default

    def value_left(self, record: Seat) -> Any:
        return (record.term_end_on - timezone.localdate()).days if record.term_end_on else None


class SeatScreens(Screens):
    model, table, filterset, form, resource = Seat, SeatTable, forms.SeatFilter, forms.SeatForm, SeatResource
    crumbs = CRUMBS
    select_related = ("committee", "staff")
    bulk_fields = ("ended_on", "end_reason", "term_end_on")


class MeetingScreens(Screens):
    agendas: ClassVar[Sequence[Agenda]] = ()
    model, filterset, form, resource, crumbs = Meeting, forms.MeetingFilter, forms.MeetingForm, MeetingResource, CRUMBS
    columns = (
        "committee", "year", "number", "held_on", "form", "place", "state", ("item_count", ValueColumn("안건(건)", accessor="item_count")),
        ("decided_count", ValueColumn("의결(건)", accessor="decided_count")), "notified_on",
    )  # fmt: skip
    shown = ("committee", "year", "number", "held_on", "form", "state", "item_count", "decided_count", "is_sample")
    state = "state"
    acts, detail_view = MEETING_ACTS, MeetingDetailView
    sections = (("회의 정보", ("committee", ("차례", "number"), "held_on", "form", "place", "notified_on")),)

    @classmethod
    def rows(cls, user: Any) -> QuerySet[Any]:
        return super().rows(user).with_counts()  # type: ignore[attr-defined]

    @classmethod
    def may_delete(cls, record: Any, user: Any) -> bool:
        """의결한 안건이 있는 회의는 지우지 않는다. 의결로 바뀐 자료만 남게 된다."""
        return super().may_delete(record, user) and not record.has_decided


class RecusalScreens(Screens):
    model, form, crumbs = Recusal, forms.RecusalForm, CRUMBS
    columns, filters, picked = ("seat", "item", "kind", "reason"), ("kind",), ("item",)
    search, search_label = ("reason", "seat__name"), "위원·사유"


class FollowUpTable(RecordTable):
    state_text = ValueColumn("이행", order_by=("done_on", "due_on"))

    class Meta:
        model = FollowUp
        fields = ("text", "department", "item", "due_on", "state_text", "done_on", "result", "confirmed_on", "is_sample")

    def render_state_text(self, record: FollowUp) -> Any:
        return sig(record.state_text)

    def value_state_text(self, record: FollowUp) -> str:
        return record.state_text


class FollowUpScreens(Screens):
    model, table, filterset, form, resource = FollowUp, FollowUpTable, forms.FollowUpFilter, forms.FollowUpForm, FollowUpResource
    crumbs = CRUMBS
    select_related = ("department", "item__meeting__committee")


class AgendaItemTable(RecordTable):
    votes_text = ValueColumn("찬반", order_by="votes_for")
    outcome_text = ValueColumn("의결", order_by="outcome")

    class Meta:
        model = AgendaItem
        fields = (
            "title", "meeting", "order", "department", "outcome_text", "votes_text", "is_report", "decided_on", "decision_text",
            "proposed_amount", "decided_amount", "meeting__held_on", "meeting__form", "is_sample",
        )  # fmt: skip

    default_columns = ("title", "meeting", "order", "department", "outcome_text", "votes_text", "decided_on", "is_sample")

    def render_outcome_text(self, record: AgendaItem) -> Any:
        return sig(record.outcome_text)

    def value_outcome_text(self, record: AgendaItem) -> str:
        return record.outcome_text


class AgendaItemScreens(Screens):
    model, table, filterset, form = AgendaItem, AgendaItemTable, forms.AgendaItemFilter, forms.AgendaItemForm
    resource = AgendaItemResource
    crumbs = CRUMBS
    acts, detail_view = ITEM_ACTS, AgendaItemDetailView
    sections = (("안건", (
        ("회의", "meeting"), ("번호", "number_text"), "department", ("의결", "outcome_text"), ("찬반", "votes_text"), "decided_on",
        "proposed_amount", "decided_amount", "summary", "decision_text",
    )),)  # fmt: skip
    related = ((RecusalScreens, "item"), (FollowUpScreens, "item"))


class AttendanceScreens(Screens):
    """회의 한 장에서 적는다. 여기서는 모아 보고 내려받는다."""

    model, form, crumbs = Attendance, None, CRUMBS
    columns = ("seat", "meeting", "meeting__held_on", "status", "seat__affiliation", "note")
    filters = (("year", forms.year_filter("meeting__year")), "status")
    picked, search, search_label = ("meeting", "seat"), ("seat__name", "note"), "위원·비고"
    sections = (("출석", ("meeting", "seat", "status", "note")),)
    first_use = "회의의 소집을 통지하면 재적위원의 출석표가 생깁니다."


class AllowanceScreens(Screens):
    model, form, crumbs = Allowance, forms.AllowanceForm, CRUMBS
    columns = (
        ("seat", ValueColumn("위원", accessor="attendance__seat__name")),
        ("affiliation", ValueColumn("소속·직위", accessor="attendance__seat__affiliation")),
        ("meeting", ValueColumn("회의", accessor="attendance__meeting", order_by="attendance__meeting__held_on")),
        ("held_on", ValueColumn("회의일", accessor="attendance__meeting__held_on")),
        ("status", ValueColumn("출석", accessor="attendance__get_status_display", order_by="attendance__status")),
        "amount", "paid_on", "note",
    )  # fmt: skip
    filters = (
        ("committee", django_filters.ModelChoiceFilter(
            label="위원회", field_name="attendance__meeting__committee", queryset=Committee.objects.all(),
        )),
        ("year", forms.year_filter("attendance__meeting__year")),
        ("unpaid", PresentFilter("paid_on", "지급", blank="지급 전", filled="지급함")),
        ("meeting", PickedFilter(Allowance, "attendance__meeting")),
    )  # fmt: skip
    search, search_label = ("attendance__seat__name", "note"), "위원·비고"
    bulk_fields = ("paid_on", "note")
