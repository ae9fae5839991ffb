"""회의, 안건, 출석, 제척, 후속조치, 수당."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from core.access import CommitteeScope
from core.committees.models.committees import Committee, Seat
from core.history.models import Record, RecordQuerySet
from core.org.models import Department
from core.states import Sign, kind_of


class MeetingQuerySet(RecordQuerySet):
    def in_year(self, year: int) -> Self:
        return self.filter(year=year)

    def held(self) -> Self:
        """연 회의: 개최했거나 종결한 것. 개최 횟수는 이것을 센다."""
        return self.filter(state__in=(Meeting.State.OPEN, Meeting.State.CLOSED))

    def waiting(self) -> Self:
        """아직 열지 않은 회의."""
        return self.filter(state__in=(Meeting.State.PREPARING, Meeting.State.NOTIFIED))

    def with_counts(self) -> Self:
        """안건 수와 의결한 안건 수를 붙인다."""
        return self.annotate(
            item_count=Count("items", distinct=True), decided_count=Count("items", filter=~Q(items__outcome=""), distinct=True)
        )


class Meeting(Record):
    """위원회의 회의 한 번. 차례는 해마다 1부터 저절로 매긴다."""

    class Form(models.TextChoices):
        IN_PERSON = "in_person", "대면"
        WRITTEN = "written", "서면"

    class State(models.TextChoices):
        PREPARING = "preparing", Sign("준비", "none")
        NOTIFIED = "notified", "소집 통지"
        OPEN = "open", "개최"
        CLOSED = "closed", Sign("종결", "done")

    NEXT: ClassVar[dict[State, tuple[State, ...]]] = {
        State.PREPARING: (State.NOTIFIED,),
        State.NOTIFIED: (State.OPEN, State.PREPARING),
        State.OPEN: (State.CLOSED, State.NOTIFIED),
        State.CLOSED: (State.OPEN,),
    }

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="meetings", verbose_name="위원회")
    held_on = models.DateField("회의일", help_text="서면 심의는 의결서를 모두 받은 날")
    year = models.PositiveSmallIntegerField("해", editable=False)
    number = models.PositiveSmallIntegerField("차례", editable=False)
    form = models.CharField("방법", max_length=10, choices=Form.choices, default=Form.IN_PERSON)
    place = models.CharField("장소", max_length=100, blank=True)
    state = models.CharField("상태", max_length=10, choices=State.choices, default=State.PREPARING, editable=False)
    notified_on = models.DateField("소집 통지일", null=True, blank=True, editable=False)
    minutes = models.TextField("회의록", blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = MeetingQuerySet.as_manager()
    named_with = ("committee",)
    scope: ClassVar = CommitteeScope("committee", closed_when=Q(state=State.CLOSED))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "회의"
        ordering = ["-held_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["committee", "year", "number"], name="committee_meeting_unique")]
        indexes = [models.Index(fields=["committee", "held_on"])]

    def __str__(self) -> str:
        return f"{self.committee} {self.year}년 제{self.number}회"

    def clean(self) -> None:
        if self.committee_id and self.form == self.Form.WRITTEN and not self.committee.written_allowed:
            raise ValidationError({"form": f"{self.committee}는 서면으로 심의하지 않습니다. 대면으로 바꾸세요."})
        stored = Meeting._base_manager.filter(pk=self.pk).first() if self.pk else None
        if stored is None or all(getattr(stored, name) == getattr(self, name) for name in ("committee_id", "held_on", "form")):
            return
        if stored.has_decided:
            raise ValidationError("의결한 안건이 있어 위원회, 회의일, 방법을 바꿀 수 없습니다. 의결을 먼저 취소하세요.")

    @property
    def has_decided(self) -> bool:
        """의결한 안건이 있는가. 있으면 회의를 지우거나 옮기지 않는다: 정족수와 의결의 근거가 사라진다."""
        return self.items.decided().exists()

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """해가 정해지면 그해의 다음 차례를 준다. 한 번 준 차례는 같은 해 안에서 바뀌지 않는다."""
        if self.number is None or self.year != self.held_on.year:
            Committee.objects.select_for_update().get(pk=self.committee_id)
            self.year = self.held_on.year
            others = Meeting.objects.filter(committee=self.committee_id, year=self.year).exclude(pk=self.pk)
            self.number = (others.aggregate(last=Max("number"))["last"] or 0) + 1
        super().save(*args, **kwargs)

    @property
    def is_written(self) -> bool:
        return self.form == self.Form.WRITTEN

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    @property
    def is_coming(self) -> bool:
        """아직 열지 않았는가."""
        return self.state in (self.State.PREPARING, self.State.NOTIFIED)

    @property
    def takes_items(self) -> bool:
        """안건을 올릴 수 있는가: 아직 종결하지 않았다."""
        return not self.is_closed

    def check_move(self, state: str) -> None:
        """state 로 갈 수 없으면 ValidationError."""
        if state not in self.NEXT[self.State(self.state)]:
            raise ValidationError(f"{self.get_state_display()}에서 {self.State(state).label}(으)로 바로 갈 수 없습니다.")


class AgendaItemQuerySet(RecordQuerySet):
    def about(self, record: models.Model) -> Self:
        """record 를 심의한 안건."""
        return self.filter(content_type=ContentType.objects.get_for_model(record), object_id=record.pk)

    def records_of(self, model: type[models.Model]) -> QuerySet[Any, Any]:
        """이 안건들이 가리키는 model 의 번호."""
        return self.filter(content_type=ContentType.objects.get_for_model(model)).order_by().values("object_id")

    def decided(self) -> Self:
        return self.exclude(outcome="")

    def undecided(self) -> Self:
        return self.filter(outcome="")

    def with_names(self) -> Self:
        return self.select_related("meeting__committee", "department")


class AgendaItem(Record):
    """안건 하나. 의결하면 안건이 가리키는 자료(record)도 함께 바뀐다."""

    class Outcome(models.TextChoices):
        ORIGINAL = "original", Sign("원안가결", "ok")
        AMENDED = "amended", Sign("수정가결", "warn")
        CONDITIONAL = "conditional", Sign("조건부가결", "warn")
        POSTPONED = "postponed", Sign("보류", "none")
        REJECTED = "rejected", Sign("부결", "bad")
        REPORTED = "reported", Sign("보고", "done")

    PASSED = (Outcome.ORIGINAL, Outcome.AMENDED, Outcome.CONDITIONAL)

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items", verbose_name="회의")
    order = models.PositiveSmallIntegerField("번호", help_text="비우면 다음 번호를 줍니다.", blank=True)
    title = models.CharField("안건명", max_length=200)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name="제안 부서"
    )
    is_report = models.BooleanField("보고 안건", default=False, help_text="의결하지 않고 보고만 합니다.")
    summary = models.TextField("제안 이유·주요 내용", blank=True)
    original_text = models.TextField("원안", blank=True, help_text="수정의결하면 이 글과 견줍니다.")
    proposed_amount = models.BigIntegerField(
        "상정 금액(원)", null=True, blank=True, validators=[MinValueValidator(0)], help_text="금액을 함께 정하는 안건만 적습니다."
    )
    content_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="자료"
    )
    object_id = models.PositiveBigIntegerField("자료 번호", null=True, blank=True, editable=False)
    record = GenericForeignKey()
    outcome = models.CharField("의결", max_length=12, choices=Outcome.choices, blank=True, editable=False)
    decision_text = models.TextField("의결 내용", blank=True, editable=False)
    amended_text = models.TextField("수정안", blank=True, editable=False)
    decided_amount = models.BigIntegerField("의결 금액(원)", null=True, blank=True, editable=False)
    votes_for = models.PositiveSmallIntegerField("찬성(명)", null=True, blank=True, editable=False)
    votes_against = models.PositiveSmallIntegerField("반대(명)", null=True, blank=True, editable=False)
    votes_abstain = models.PositiveSmallIntegerField("기권(명)", null=True, blank=True, editable=False)
    decided_on = models.DateField("의결일", null=True, blank=True, editable=False)
    # 의결하며 함께 바뀐 것의 묶음. 의결을 취소할 때 이 묶음을 되돌린다.
    decision_batch = models.UUIDField("의결 묶음", null=True, blank=True, editable=False)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = AgendaItemQuerySet.as_manager()
    scope: ClassVar = CommitteeScope(
        "meeting__committee", "department", closed_when=Q(meeting__state=Meeting.State.CLOSED) | ~Q(outcome="")
    )

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "안건"
        ordering = ["-meeting__held_on", "meeting", "order"]
        constraints = [models.UniqueConstraint(fields=["meeting", "order"], name="agenda_item_order_unique")]
        indexes = [models.Index(fields=["content_type", "object_id"])]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.meeting_id and self.meeting.is_closed:
            raise ValidationError({"meeting": "종결한 회의에는 안건을 올릴 수 없습니다. 다음 회의를 골라 주세요."})

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.order is None:
            Meeting.objects.select_for_update().get(pk=self.meeting_id)
            others = AgendaItem.objects.filter(meeting=self.meeting_id).exclude(pk=self.pk)
            self.order = (others.aggregate(last=Max("order"))["last"] or 0) + 1
        super().save(*args, **kwargs)

    @property
    def number_text(self) -> str:
        return f"제{self.order}호"

    @property
    def is_decided(self) -> bool:
        return bool(self.outcome)

    @property
    def words(self) -> dict[str, str]:
        """이 안건에서 고르는 의결의 말. 자료의 모델이 제 말(outcome_words)을 두었으면 그것, 아니면 위원회의 말이다."""
        if self.is_report:
            return {self.Outcome.REPORTED: str(self.Outcome.REPORTED.label)}
        model = ContentType.objects.get_for_id(self.content_type_id).model_class() if self.content_type_id else None
        general = {value: str(label) for value, label in self.Outcome.choices if value != self.Outcome.REPORTED}
        own: dict[str, str] | None = getattr(model, "outcome_words", None)
        return own or general

    @property
    def outcome_text(self) -> str:
        """의결. 업무의 말이어도 색은 의결의 색이다."""
        general = self.get_outcome_display() or "의결 전"
        return Sign(self.words.get(self.outcome) or general, kind_of(general))

    @property
    def votes_text(self) -> str:
        """「찬성 9 · 반대 1 · 기권 0」. 세지 않았으면 「-」."""
        if self.votes_for is None:
            return "-"
        return f"찬성 {self.votes_for} · 반대 {self.votes_against or 0} · 기권 {self.votes_abstain or 0}"


class AttendanceQuerySet(RecordQuerySet):
    def counted(self) -> Self:
        """의결권이 있고 나왔거나 서면으로 의견을 낸 위원."""
        return self.filter(status__in=Attendance.COUNTED).exclude(seat__duty=Seat.Duty.SECRETARY)


class Attendance(Record):
    """한 회의에서 한 위원의 출석. 소집을 통지할 때 재적위원만큼 생긴다."""

    class Status(models.TextChoices):
        PRESENT = "present", "출석"
        WRITTEN = "written", "서면"
        ABSENT = "absent", "불참"

    COUNTED = (Status.PRESENT, Status.WRITTEN)

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances", verbose_name="회의")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="attendances", verbose_name="위원")
    status = models.CharField("출석", max_length=10, choices=Status.choices, blank=True)
    note = models.CharField("비고", max_length=100, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = AttendanceQuerySet.as_manager()
    named_with = ("seat",)
    scope: ClassVar = CommitteeScope("meeting__committee", closed_when=Q(meeting__state=Meeting.State.CLOSED))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "출석"
        ordering = ["-meeting__held_on", "seat__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "seat"], name="attendance_unique")]

    def __str__(self) -> str:
        return f"{self.seat} {self.get_status_display() or '미정'}"

    def clean(self) -> None:
        if self.meeting_id and self.seat_id and self.seat.committee_id != self.meeting.committee_id:
            raise ValidationError({"seat": "다른 위원회의 위원입니다. 이 위원회의 위원을 골라 주세요."})


class Recusal(Record):
    """한 안건에서 위원 한 명이 빠진 것. 그 안건의 정족수에서 세지 않는다."""

    class Kind(models.TextChoices):
        EXCLUDED = "excluded", "제척"
        CHALLENGED = "challenged", "기피"
        WITHDRAWN = "withdrawn", "회피"

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="recusals", verbose_name="안건")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="recusals", verbose_name="위원")
    kind = models.CharField("갈래", max_length=10, choices=Kind.choices)
    reason = models.CharField("사유", max_length=200)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    # 의결한 안건의 제척을 더하거나 빼면 정족수가 뒤늦게 달라진다.
    named_with = ("seat",)
    scope: ClassVar = CommitteeScope(
        "item__meeting__committee", closed_when=Q(item__meeting__state=Meeting.State.CLOSED) | ~Q(item__outcome="")
    )

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "제척·기피·회피"
        ordering = ["item", "seat__order"]
        constraints = [models.UniqueConstraint(fields=["item", "seat"], name="recusal_unique")]

    def __str__(self) -> str:
        return f"{self.seat} {self.get_kind_display()}"

    def clean(self) -> None:
        if self.item_id is None or self.seat_id is None:
            return
        if self.seat.committee_id != self.item.meeting.committee_id:
            raise ValidationError({"seat": "다른 위원회의 위원입니다. 이 위원회의 위원을 골라 주세요."})
        if self.item.is_decided:
            raise ValidationError({"item": "이미 의결한 안건입니다. 의결을 취소한 뒤에 적어 주세요."})


class FollowUpQuerySet(RecordQuerySet):
    def open(self) -> Self:
        """아직 하지 않은 것."""
        return self.filter(done_on=None)

    def overdue(self, day: date) -> Self:
        return self.open().filter(due_on__lt=day)


class FollowUp(Record):
    """의결에 따라 부서가 할 일(조건 이행, 보완, 보고). 부서는 결과와 마친 날을 적는다."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="follow_ups", verbose_name="안건")
    department = models.ForeignKey(Department, models.PROTECT, related_name="follow_ups", verbose_name="부서")
    text = models.CharField("할 일", max_length=300)
    due_on = models.DateField("기한", null=True, blank=True)
    result = models.TextField("조치 결과", blank=True)
    done_on = models.DateField("마친 날", null=True, blank=True)
    confirmed_on = models.DateField("팀이 확인한 날", null=True, blank=True, help_text="적으면 부서는 더 고치지 못합니다.")
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = FollowUpQuerySet.as_manager()
    scope: ClassVar = CommitteeScope(
        "item__meeting__committee", "department", open_when=Q(confirmed_on=None),
        team_only=("item", "department", "text", "due_on", "confirmed_on"),
    )

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "후속조치"
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["department", "done_on"])]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        if self.done_on and not self.result.strip():
            raise ValidationError({"result": "무엇을 했는지 조치 결과를 적어 주세요."})
        if self.confirmed_on and not self.done_on:
            raise ValidationError({"confirmed_on": "마친 날을 적은 뒤에 확인합니다."})

    @property
    def is_overdue(self) -> bool:
        return self.done_on is None and bool(self.due_on and self.due_on < timezone.localdate())

    @property
    def state_text(self) -> str:
        if self.confirmed_on:
            return Sign("확인", "done")
        return Sign("마침", "ok") if self.done_on else Sign("지연", "bad") if self.is_overdue else Sign("진행")


class Allowance(Record):
    """한 위원의 한 회의 수당. 금액은 지급할 때의 설정이고 그 뒤에 설정이 바뀌어도 그대로다."""

    attendance = models.OneToOneField(Attendance, models.PROTECT, related_name="allowance", verbose_name="출석")
    amount = models.BigIntegerField("금액(원)", validators=[MinValueValidator(1)])
    paid_on = models.DateField("지급일", null=True, blank=True)
    note = models.CharField("비고", max_length=100, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("attendance__seat",)
    scope: ClassVar = CommitteeScope("attendance__meeting__committee")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "위원 수당"
        ordering = ["-attendance__meeting__held_on", "attendance__seat__order", "pk"]

    def __str__(self) -> str:
        return f"{self.attendance.seat} 수당"
