"""주간·월중·구청장 일정에 실을 항목(ReportEntry), 그 구분(EntryKind), 겹친 일정을 살펴본 결과(ConflictDecision)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Coalesce

from core.access import DepartmentScope, PublishedScope, TeamScope
from core.formats import date_short
from core.history.models import Record, RecordQuerySet
from core.org.models import Department
from core.rounds.models import CollectedRow, Round, Submission
from core.rounds.period import Cycle
from core.states import Sign
from planning.periodic_reports.conflicts import LABELS, Slot
from planning.periodic_reports.hours import HourError, normal_hour, span

if TYPE_CHECKING:
    from core.rounds.period import Period

__all__ = ["ConflictDecision", "EntryKind", "ReportEntry"]

# 주간 회차의 서식 이름(rounds.py 의 WeekCollection)
ROUND_FORM = "planning.periodic_reports.week"


class HourInput(forms.CharField):
    """시각 칸. 적은 것을 한 모양으로 바꾼다."""

    def to_python(self, value: Any) -> str:
        try:
            return normal_hour(super().to_python(value) or "")
        except HourError as error:
            raise ValidationError(str(error)) from error


class HourField(models.CharField):  # type: ignore[type-arg]
    """시각: 14:00, 14:00~15:30. 비면 시간 미정."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 11, "blank": True, **kwargs})

    def clean(self, value: Any, model_instance: Any) -> Any:
        try:
            value = normal_hour(str(value or ""))
        except HourError as error:
            raise ValidationError(str(error)) from error
        return super().clean(value, model_instance)

    def formfield(self, **kwargs: Any) -> Any:
        # 「오후 2시 30분 ~ 오후 4시」처럼 길게 적어도 읽은 뒤에 길이를 본다.
        return super().formfield(**{"form_class": HourInput, "max_length": 40, **kwargs})


class EntryKind(Record):
    """항목의 구분: 행사, 회의, 점검, 주요업무, 기타. 팀이 더하고 고친다."""

    name = models.CharField("구분", max_length=30, unique=True)
    order = models.PositiveSmallIntegerField("차례", default=0)
    is_carried = models.BooleanField("이월하는 구분", default=False, help_text="끝나지 않으면 다음 주의 회차로 옮겨 적는 것(주요업무)")

    scope: ClassVar = PublishedScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "항목의 구분"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class ReportEntryQuerySet(RecordQuerySet):
    def between(self, first: date, last: date) -> Self:
        """그 기간에 하루라도 든 항목."""
        return self.until(last).since(first)

    def since(self, day: date) -> Self:
        """그날이나 그 뒤에 끝나는 항목."""
        return self.filter(Q(ends_on__gte=day) | Q(ends_on=None, starts_on__gte=day))

    def until(self, day: date) -> Self:
        """그날이나 그 앞에 시작하는 항목."""
        return self.filter(starts_on__lte=day)

    def live(self) -> Self:
        """자료에 싣는 것: 취소하지 않은 것."""
        return self.exclude(status=ReportEntry.Status.CANCELED)

    def standing(self) -> Self:
        """실제로 하는 것: 취소하지도, 다른 주로 넘기지도 않은 것. 겹침은 이것끼리 본다."""
        return self.exclude(status__in=[ReportEntry.Status.CANCELED, ReportEntry.Status.CARRIED])

    def unfinished(self, first: date, weeks: int) -> Self:
        """first 가 든 주로 이월할 것: 지난 weeks 주에 끝났어야 하는데 아직 「예정」인 주요업무."""
        rows = self.filter(kind__is_carried=True, status=ReportEntry.Status.PLANNED, carried_to=None)
        return rows.annotate(end=Coalesce("ends_on", "starts_on")).filter(end__lt=first, end__gte=first - timedelta(weeks=weeks))

    def in_order(self) -> Self:
        """날짜, 시각(미정은 뒤), 직제순."""
        undecided = Case(When(hour="", then=Value(1)), default=Value(0))
        return self.order_by("starts_on", undecided, "hour", "department__order", "department", "pk")

    def with_names(self) -> Self:
        """이름을 적을 때 드는 것을 함께 읽는다."""
        return self.select_related("department", "kind")


class ReportEntry(CollectedRow):
    """행사·회의·점검·주요업무 한 건. 한 번 적으면 주간, 월중, 구청장 일정에 함께 실린다."""

    class Status(models.TextChoices):
        PLANNED = "planned", "예정"
        DONE = "done", Sign("완료", "done")
        CANCELED = "canceled", "취소"
        CARRIED = "carried", "이월"

    department = models.ForeignKey(Department, models.PROTECT, related_name="report_entries", verbose_name="부서")
    starts_on = models.DateField("날짜")
    ends_on = models.DateField("끝 날짜", null=True, blank=True, help_text="여러 날이면 적습니다.")
    hour = HourField("시각", help_text="14:00 이나 14:00~15:30. 정하지 않았으면 비워 둡니다.")
    title = models.CharField("제목", max_length=150, help_text="행사·회의·업무의 이름")
    content = models.TextField("내용", blank=True, help_text="□ ○ - 로 줄을 나누어 적습니다.")
    place = models.CharField("장소", max_length=100, blank=True)
    kind = models.ForeignKey(EntryKind, models.PROTECT, related_name="entries", verbose_name="구분")
    mayor_attends = models.BooleanField("구청장 참석", default=False)
    deputy_attends = models.BooleanField("부구청장 참석", default=False)
    attendees = models.CharField("참석 대상", max_length=100, blank=True, help_text="예: 주민 등 50명")
    contact = models.CharField("담당", max_length=60, blank=True, help_text="이름과 내선")
    status = models.CharField("상태", max_length=10, choices=Status.choices, default=Status.PLANNED)
    carried_from = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="carried_to", verbose_name="이월 전 항목"
    )
    note = models.CharField("비고", max_length=200, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = ReportEntryQuerySet.as_manager()
    # 부서는 자기 항목만 보고, 그 항목이 든 주간 회차가 열려 있는 동안 더하고 고치고 지운다. 팀은 회차와 상관없이 모두 고친다.
    scope: ClassVar = DepartmentScope("department", Submission.editable("submission__"))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "주간·월중 항목"
        ordering = ["starts_on", "hour", "department__order", "pk"]
        indexes = [models.Index(fields=["starts_on", "mayor_attends"]), models.Index(fields=["department", "starts_on"])]

    def __str__(self) -> str:
        return f"{date_short(self.starts_on)} {self.title}" if self.starts_on else self.title

    def clean(self) -> None:
        if self.ends_on and self.starts_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "끝 날짜가 시작 날짜보다 앞섭니다. 두 날짜를 확인해 주세요."})
        if self.ends_on and self.starts_on and self.ends_on == self.starts_on:
            self.ends_on = None

    def save(self, *args: Any, **kwargs: Any) -> None:
        """저장한다. 회차의 주보다 앞으로 옮긴 항목은 그 주의 회차에 다시 잇는다. 마감한 주에 끼워 넣지 못하게 한다."""
        self.leave_later_round()
        if kwargs.get("update_fields") and "starts_on" in kwargs["update_fields"]:
            kwargs["update_fields"] = {*kwargs["update_fields"], "submission"}
        super().save(*args, **kwargs)

    def leave_later_round(self) -> None:
        """이어진 회차의 주보다 앞선 날이면 그 회차에서 빼고, 그 날의 회차를 찾아 잇는다."""
        if self.submission is not None and self.starts_on and self.starts_on < self.submission.round.period.first_day:
            self.submission = None
            self.join_round()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """지운다. 이월한 초안이면 이월하기 전의 항목을 다시 「예정」으로 돌린다."""
        # 함께 지우는 중이라 앞의 항목이 먼저 없어졌을 수 있다.
        before = ReportEntry.objects.filter(pk=self.carried_from_id, status=self.Status.CARRIED).first()
        found = super().delete(*args, **kwargs)
        if before is not None:
            before.status = self.Status.PLANNED
            before.save(update_fields=["status"])
        return found

    @property
    def last_on(self) -> date:
        return self.ends_on or self.starts_on

    @property
    def hour_text(self) -> str:
        return self.hour or "시간 미정"

    @property
    def days_text(self) -> str:
        """11. 9.(목), 여러 날이면 11. 9.(목) ~ 11. 12.(일). 해는 자료의 제목에 있어 적지 않는다."""
        first = short_day(self.starts_on)
        return f"{first} ~ {short_day(self.ends_on)}" if self.ends_on else first

    @property
    def last_text(self) -> str:
        return short_day(self.last_on)

    @property
    def when_text(self) -> str:
        """자료에 적는 일시: 11. 9.(목) 14:00"""
        return f"{self.days_text} {self.hour}".strip()

    @property
    def who_text(self) -> str:
        """자료에 적는 참석: 구청장, 부구청장, 참석 대상."""
        found = [name for name, there in (("구청장", self.mayor_attends), ("부구청장", self.deputy_attends)) if there]
        return ", ".join([*found, *([self.attendees] if self.attendees else [])])

    @property
    def content_lines(self) -> list[str]:
        return [line.strip() for line in self.content.splitlines() if line.strip()]

    def slot(self, first: date, last: date) -> Slot:
        """겹침을 볼 때의 모양. 긴 항목은 보는 기간만큼만."""
        start, end = span(self.hour)
        return Slot(
            self.pk or 0, max(self.starts_on, first), min(self.last_on, last), start, end, self.title, self.place, self.mayor_attends
        )  # fmt: skip

    @property
    def face(self) -> str:
        """겹침을 살펴본 뒤 달라졌는지 아는 글: 때, 곳, 이름, 참석."""
        return f"{self.starts_on}|{self.ends_on or ''}|{self.hour}|{self.place}|{self.title}|{self.mayor_attends}"

    def join_round(self, submissions: Iterable[Submission] | None = None) -> None:
        """이 항목이 들어갈 주간 회차의 제출을 찾아 잇는다. 이미 이어져 있거나 그런 회차가 없으면 그대로 둔다. 저장하지 않는다.

        그 주의 회차가 있으면 그것, 없으면 지금 접수하는 가장 이른 회차다(다음 주보다 뒤의 행사를 미리 적는 때).
        """
        if self.submission_id or not self.department_id or not self.starts_on:
            return
        known = list(weekly_submissions(self.department_id) if submissions is None else submissions)
        year, week, _day = self.starts_on.isocalendar()
        own = [one for one in known if (one.round.year, one.round.number) == (year, week)]
        ahead = [one for one in known if one.round.is_open and one.round.period.first_day <= self.starts_on]
        if found := own or ahead:
            self.submission = found[0]


def weekly_submissions(department: int | None = None) -> models.QuerySet[Submission]:
    """주간 회차의 제출, 이른 회차부터."""
    rows = Submission.objects.filter(round__form=ROUND_FORM, round__cycle=Cycle.WEEK).exclude(round__status=Round.Status.PREPARING)
    rows = rows.select_related("round").order_by("round__year", "round__number", "pk")
    return rows if department is None else rows.filter(responsible=department)


def short_day(day: date) -> str:
    """11. 9.(목)"""
    return f"{day.month}. {day.day}.({'월화수목금토일'[day.weekday()]})"


def week_text(week: Period) -> str:
    """2026년 48주(11. 23.(월) ~ 11. 29.(일))"""
    return f"{week.year}년 {week.number}주({short_day(week.first_day)} ~ {short_day(week.last_day)})"


class ConflictDecision(Record):
    """겹친 두 항목을 살펴보고 그대로 두기로 한 것. 항목의 때나 곳이 바뀌면 다시 살펴보아야 한다."""

    first = models.ForeignKey(ReportEntry, models.CASCADE, related_name="+", verbose_name="앞 항목")
    second = models.ForeignKey(ReportEntry, models.CASCADE, related_name="+", verbose_name="뒤 항목")
    kind = models.CharField("겹침", max_length=10, choices=list(LABELS.items()))
    note = models.CharField("까닭", max_length=200)
    basis = models.CharField("살펴본 때의 모양", max_length=900, editable=False)

    scope: ClassVar = TeamScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "겹침을 살펴본 결과"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["first", "second", "kind"], name="entry_conflict_unique")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.note}"
