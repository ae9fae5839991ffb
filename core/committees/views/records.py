"""위원회, 위원, 회의, 안건, 후속조치, 수당의 목록·입력 화면."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

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
from core.committees.views.pages import AgendaItemDetailView, CommitteeDetailView, MeetingDetailView
from core.screens.binder import Screens
from core.screens.tables import RecordTable, ValueColumn
from core.screens.templatetags.parts import dd, sig

CRUMBS = (("위원회", "core.committee-list"),)


class CommitteeFunctionTable(RecordTable):
    class Meta:
        model = CommitteeFunction
        fields = ("title", "committee", "basis", "is_sample")


class CommitteeFunctionScreens(Screens):
    model, table = CommitteeFunction, CommitteeFunctionTable
    filterset, form = forms.CommitteeFunctionFilter, forms.CommitteeFunctionForm
    crumbs = CRUMBS
    select_related = ("committee",)


class CommitteeTable(RecordTable):
    seat_count = ValueColumn("위원(명)", accessor="seat_count")
    meeting_count = ValueColumn("올해 회의(회)", accessor="meeting_count")

    class Meta:
        model = Committee
        fields = (
            "name", "team", "basis", "ordinance", "seat_count", "meeting_count", "quorum", "passing", "term_months",
            "renewals_allowed", "written_allowed", "closed_on", "is_sample",
        )  # fmt: skip

    default_columns = ("name", "team", "basis", "seat_count", "meeting_count", "passing", "term_months", "is_sample")


class CommitteeScreens(Screens):
    """위원회의 화면. agendas 는 config 가 채운, 업무가 올릴 자료의 줄이다."""

    agendas: ClassVar[Sequence[Agenda]] = ()
    model, table, filterset, form = Committee, CommitteeTable, forms.CommitteeFilter, forms.CommitteeForm
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


class MeetingTable(RecordTable):
    item_count = ValueColumn("안건(건)", accessor="item_count")
    decided_count = ValueColumn("의결(건)", accessor="decided_count")

    class Meta:
        model = Meeting
        fields = (
            "committee", "year", "number", "held_on", "form", "place", "state", "item_count", "decided_count", "notified_on", "is_sample",
        )  # fmt: skip

    default_columns = ("committee", "year", "number", "held_on", "form", "state", "item_count", "decided_count", "is_sample")


class MeetingScreens(Screens):
    agendas: ClassVar[Sequence[Agenda]] = ()
    model, table, filterset, form, resource = Meeting, MeetingTable, forms.MeetingFilter, forms.MeetingForm, MeetingResource
    crumbs = CRUMBS
    state = "state"
    detail_view = MeetingDetailView
    select_related = ("committee",)
    sections = (("회의 정보", ("committee", ("차례", "number"), "held_on", "form", "place", "notified_on")),)

    @classmethod
    def rows(cls, user: Any) -> QuerySet[Any]:
        return super().rows(user).with_counts()  # type: ignore[attr-defined]

    @classmethod
    def may_delete(cls, record: Any, user: Any) -> bool:
        """의결한 안건이 있는 회의는 지우지 않는다. 의결로 바뀐 자료만 남게 된다."""
        return super().may_delete(record, user) and not record.has_decided


class RecusalTable(RecordTable):
    class Meta:
        model = Recusal
        fields = ("seat", "item", "kind", "reason", "is_sample")


class RecusalScreens(Screens):
    model, table, filterset, form = Recusal, RecusalTable, forms.RecusalFilter, forms.RecusalForm
    crumbs = CRUMBS
    select_related = ("seat", "item")


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
    detail_view = AgendaItemDetailView
    select_related = ("meeting__committee", "department")
    sections = (("안건", (
        ("회의", "meeting"), ("번호", "number_text"), "department", ("의결", "outcome_text"), ("찬반", "votes_text"), "decided_on",
        "proposed_amount", "decided_amount", "summary", "decision_text",
    )),)  # fmt: skip
    related = ((RecusalScreens, "item"), (FollowUpScreens, "item"))


class AttendanceTable(RecordTable):
    class Meta:
        model = Attendance
        fields = ("seat", "meeting", "meeting__held_on", "status", "seat__affiliation", "note", "is_sample")


class AttendanceScreens(Screens):
    """회의 한 장에서 적는다. 여기서는 모아 보고 내려받는다."""

    model, table, filterset, form = Attendance, AttendanceTable, forms.AttendanceFilter, None
    crumbs = CRUMBS
    select_related = ("seat", "meeting__committee")
    sections = (("출석", ("meeting", "seat", "status", "note")),)
    first_use = "회의의 소집을 통지하면 재적위원의 출석표가 생깁니다."


class AllowanceTable(RecordTable):
    seat = ValueColumn("위원", accessor="attendance__seat__name")
    affiliation = ValueColumn("소속·직위", accessor="attendance__seat__affiliation")
    meeting = ValueColumn("회의", accessor="attendance__meeting", order_by="attendance__meeting__held_on")
    held_on = ValueColumn("회의일", accessor="attendance__meeting__held_on")
    status = ValueColumn("출석", accessor="attendance__get_status_display", order_by="attendance__status")

    class Meta:
        model = Allowance
        fields = ("seat", "affiliation", "meeting", "held_on", "status", "amount", "paid_on", "note", "is_sample")


class AllowanceScreens(Screens):
    model, table, filterset, form = Allowance, AllowanceTable, forms.AllowanceFilter, forms.AllowanceForm
    crumbs = CRUMBS
    select_related = ("attendance__seat", "attendance__meeting__committee")
    bulk_fields = ("paid_on", "note")
