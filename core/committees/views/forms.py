"""위원회의 입력 폼과 거르기. 고르는 칸에는 내가 맡은 위원회의 것만 나온다."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from core.access import Role
from core.committees import services
from core.committees.models import (
    AgendaItem,
    Allowance,
    Committee,
    CommitteeFunction,
    FollowUp,
    Meeting,
    Recusal,
    Seat,
)
from core.screens.acts import ActForm
from core.screens.filters import PickedFilter, RecordFilter, SearchFilter
from core.screens.forms import RecordForm


def year_filter(path: str) -> django_filters.NumberFilter:
    """해로 거르기."""
    return django_filters.NumberFilter(label="해", field_name=path, min_value=1990, max_value=2100)


class OwnForm(RecordForm):
    """own 에 적은 칸은 내가 고칠 수 있는 것 가운데서만 고른다."""

    own: ClassVar[str] = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields.get(self.own)
        if field is not None and not field.disabled:
            rows = field.queryset
            chosen = getattr(self.instance, f"{self.own}_id", None)
            field.queryset = rows.changeable_by(self.user) | rows.filter(pk=chosen)


class CommitteeFunctionForm(OwnForm):
    own = "committee"

    class Meta:
        model = CommitteeFunction
        fields = ("committee", "title", "basis")


class SeatForm(OwnForm):
    own = "committee"

    class Meta:
        model = Seat
        fields = (
            "committee", "order", "name", "staff", "affiliation", "kind", "duty", "is_official", "is_expert", "gender",
            "appointed_on", "term_end_on", "renewals", "ended_on", "end_reason",
        )  # fmt: skip


class SeatFilter(RecordFilter):
    active = django_filters.ChoiceFilter(label="재적", choices=[("yes", "재적"), ("no", "해촉·사임")], method="by_active")
    expiring = django_filters.NumberFilter(label="며칠 안에 임기 만료", method="by_expiring", min_value=0, max_value=3650)
    q = SearchFilter(["name", "affiliation"], "이름·소속")

    class Meta:
        model = Seat
        fields = ("committee", "kind", "gender", "active")

    def by_active(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        today = timezone.localdate()
        active = Seat.objects.active_on(today)
        return rows.filter(pk__in=active.values("pk")) if value == "yes" else rows.exclude(pk__in=active.values("pk"))

    def by_expiring(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows.filter(pk__in=Seat.objects.expiring(timezone.localdate(), int(value)).values("pk"))


class MeetingForm(OwnForm):
    own = "committee"

    class Meta:
        model = Meeting
        fields = ("committee", "held_on", "form", "place", "minutes")
        widgets = {"minutes": forms.Textarea(attrs={"rows": 12})}


class MeetingFilter(RecordFilter):
    year = year_filter("year")
    held = django_filters.ChoiceFilter(label="개최", choices=[("yes", "개최함"), ("no", "아직")], method="by_held")
    q = SearchFilter(["minutes", "place", "items__title"], "안건·회의록·장소")

    class Meta:
        model = Meeting
        fields = ("committee", "year", "form", "state", "held")

    def by_held(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.held() if value == "yes" else rows.waiting()  # type: ignore[attr-defined]


class AgendaItemForm(OwnForm):
    own = "meeting"

    class Meta:
        model = AgendaItem
        fields = ("meeting", "order", "title", "department", "is_report", "proposed_amount", "summary", "original_text")


class AgendaItemFilter(RecordFilter):
    committee = django_filters.ModelChoiceFilter(
        label="위원회", field_name="meeting__committee", queryset=Committee.objects.all(), method="by_committee"
    )
    meeting = PickedFilter(AgendaItem, "meeting")
    year = year_filter("meeting__year")
    form_of = django_filters.ChoiceFilter(label="방법", field_name="meeting__form", choices=Meeting.Form.choices)
    held = django_filters.ChoiceFilter(
        label="개최", choices=[("yes", "연 회의"), ("no", "아직")], method="by_held", widget=forms.HiddenInput
    )
    outcome = django_filters.ChoiceFilter(
        label="의결", choices=[("waiting", "의결 전"), ("passed", "가결"), *AgendaItem.Outcome.choices], method="by_outcome"
    )
    q = SearchFilter(["title", "summary", "decision_text"], "안건·내용·의결")

    class Meta:
        model = AgendaItem
        fields = ("committee", "year", "form_of", "outcome", "department")

    def by_held(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        held = Meeting.objects.held()
        return rows.filter(meeting__in=held) if value == "yes" else rows.exclude(meeting__in=held)

    def by_committee(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows.filter(meeting__committee=value)

    def by_outcome(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "waiting":
            return rows.filter(outcome="")
        return rows.filter(outcome__in=AgendaItem.PASSED) if value == "passed" else rows.filter(outcome=value)


class RecusalForm(OwnForm):
    own = "item"

    class Meta:
        model = Recusal
        fields = ("item", "seat", "kind", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # 안건이 정해져 있으면 그 위원회의 위원만 고른다.
        key = self.instance.item_id or self.initial.get("item")
        item = AgendaItem.objects.filter(pk=key).select_related("meeting").first() if str(key or "").isdecimal() else None
        if item is not None:
            seats: Any = self.fields["seat"]
            seats.queryset = seats.queryset.filter(committee=item.meeting.committee_id).active_on(item.meeting.held_on)


class FollowUpForm(OwnForm):
    own = "item"

    class Meta:
        model = FollowUp
        fields = ("item", "department", "text", "due_on", "result", "done_on", "confirmed_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields.get("item")
        if field is not None and not field.disabled:
            # 의결한 안건도 고른다. 후속조치는 의결한 뒤에 생긴다.
            allowed = AgendaItem.objects.for_user(self.user).with_names()
            field.queryset = allowed if self.user.role == Role.ADMIN else allowed.filter(meeting__committee__team=self.user.team)


class FollowUpFilter(RecordFilter):
    item = PickedFilter(FollowUp, "item")
    meeting = PickedFilter(FollowUp, "item__meeting")
    open = django_filters.ChoiceFilter(label="이행", choices=[("yes", "남음"), ("late", "지연"), ("no", "마침")], method="by_open")
    q = SearchFilter(["text", "result", "item__title"], "할 일·결과·안건")

    class Meta:
        model = FollowUp
        fields = ("department", "open")

    def by_open(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "late":
            return rows.overdue(timezone.localdate())  # type: ignore[attr-defined]
        return rows.filter(done_on__isnull=value == "yes")


class AllowanceForm(OwnForm):
    own = "attendance"

    class Meta:
        model = Allowance
        fields = ("attendance", "amount", "paid_on", "note")


class DecisionForm(ActForm):
    """안건 하나의 의결."""

    outcome = forms.ChoiceField(label="의결")
    votes_for = forms.IntegerField(label="찬성(명)", min_value=0, required=False)
    votes_against = forms.IntegerField(label="반대(명)", min_value=0, required=False)
    votes_abstain = forms.IntegerField(label="기권(명)", min_value=0, required=False)
    amount = forms.IntegerField(label="의결 금액(원)", min_value=0, required=False, help_text="가결한 금액. 줄여 의결했으면 고쳐 적습니다.")
    decision_text = forms.CharField(
        label="의결 내용", required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="조건부가결이면 조건, 부결·보류이면 까닭을 적습니다.",
    )  # fmt: skip
    amended_text = forms.CharField(
        label="수정안", required=False, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="수정가결일 때만 적습니다. 원안과 낱말까지 견주어 보입니다.",
    )  # fmt: skip

    def __init__(self, *args: Any, record: AgendaItem, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        item = record
        outcome: Any = self.fields["outcome"]
        outcome.choices = list(item.words.items())
        unused = ["votes_for", "votes_against", "votes_abstain", "amount"] if item.is_report else []
        if item.proposed_amount is None:
            unused.append("amount")
        if AgendaItem.Outcome.AMENDED not in item.words:
            unused.append("amended_text")
        for name in unused:
            self.fields.pop(name, None)

    def starting(self) -> dict[str, Any]:
        item: AgendaItem = self.record
        return {"votes_for": services.tally(item).present or None, "amended_text": item.original_text, "amount": item.proposed_amount}


class MoveForm(ActForm):
    """옮길 단계."""

    state = forms.ChoiceField(
        label="단계", choices=Meeting.State.choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "옮길 단계를 골라 주세요."),
    )  # fmt: skip


class AttendForm(ActForm):
    """출석표: 출석 번호마다 seat-번호 칸."""

    def clean(self) -> dict[str, Any]:
        sent = {name.removeprefix("seat-"): str(value) for name, value in self.data.items() if name.startswith("seat-")}
        return {"statuses": {int(key): value for key, value in sent.items() if key.isdecimal()}}
