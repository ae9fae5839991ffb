"""기한: 업무 자료 한 건에 붙어, 언제까지이고 어떻게 세었는지 적힌다."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, time
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from core.access import DeadlineScope, PersonalScope, Team
from core.deadlines.models.rules import DeadlineRule
from core.deadlines.periods import Unit, count
from core.deadlines.working_days import Calendar
from core.formats import date_long, date_plain
from core.history.models import Record, RecordQuerySet
from core.org.models import Department, Staff
from core.states import Sign

# 셈이 달력을 벗어나지 않는 해
_FIRST_YEAR, _LAST_YEAR = 1950, 2200


class DeadlineQuerySet(RecordQuerySet):
    def to_record(self, record: models.Model) -> Self:
        """record 한 건에 붙은 기한."""
        return self.filter(content_type=ContentType.objects.get_for_model(record), object_id=record.pk)

    def open(self) -> Self:
        """진행 중인 기한."""
        return self.filter(state=Deadline.State.OPEN)

    def unfinished(self) -> Self:
        """끝내야 하는 기한: 진행 중이거나 도과한 것."""
        return self.filter(state__in=(Deadline.State.OPEN, Deadline.State.MISSED))

    def mine(self, user: Staff) -> Self:
        """내가 맡은 기한."""
        return self.filter(handler=user)

    def around(self, user: Staff) -> Self:
        """내 자리에서 보는 기한: 팀이 있으면 우리 팀, 부서 담당자는 우리 부서, 아니면 모두. 내가 맡은 것은 늘 든다."""
        if user.team:
            return self.filter(models.Q(team=user.team) | models.Q(handler=user))
        return self

    def with_names(self) -> Self:
        """화면에 적을 이름을 함께 읽는다."""
        return self.select_related("rule", "department", "handler")


class Deadline(Record):
    """기한 한 건. 업무 자료(record)에 붙거나 홀로 선다. 이름에 사람 이름을 적지 않는다. 달력 구독으로도 나간다."""

    class State(models.TextChoices):
        OPEN = "open", "진행"
        SUSPENDED = "suspended", Sign("정지", "none")
        DONE = "done", Sign("완료", "done")
        MISSED = "missed", Sign("도과", "bad")

    content_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="자료"
    )
    object_id = models.PositiveBigIntegerField("번호", null=True, blank=True, editable=False)
    record = GenericForeignKey()
    rule = models.ForeignKey(DeadlineRule, models.PROTECT, related_name="deadlines", verbose_name="규칙")
    title = models.CharField("무엇의 기한", max_length=150, help_text="사건번호나 안건 이름. 사람 이름은 적지 않습니다.")
    trigger_on = models.DateField("기산의 바탕이 되는 날")
    trigger_time = models.TimeField("그 시각", null=True, blank=True, help_text="시간으로 세는 규칙(72시간 전 따위)에만 적습니다.")
    raw_on = models.DateField("세어 나온 날", editable=False)
    due_on = models.DateField("법정 기한", editable=False, db_index=True)
    due_time = models.TimeField("기한의 시각", null=True, blank=True, editable=False)
    safe_on = models.DateField("안전 기한", editable=False)
    steps = models.JSONField("계산 과정", default=list, editable=False)
    is_provisional = models.BooleanField("공휴일 등록 전", default=False, editable=False)
    team = models.CharField("맡은 팀", max_length=20, choices=Team.choices, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="deadlines", verbose_name="부서"
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="deadlines", verbose_name="담당"
    )
    state = models.CharField("상태", max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    suspended_on = models.DateField("멈춘 날", null=True, blank=True, editable=False)
    paused_days = models.PositiveSmallIntegerField("멈춘 날수", default=0, editable=False)
    closed_on = models.DateField("끝낸 날", null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="끝낸 사람"
    )
    outcome = models.CharField("처리 내용", max_length=200, blank=True, editable=False)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    # 계산 과정은 규칙과 날짜에서 다시 나오므로 이력에 남기지 않는다.
    untracked: ClassVar = ("steps",)

    objects = DeadlineQuerySet.as_manager()
    named_with = ("rule",)
    scope: ClassVar = DeadlineScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "기한"
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id"]), models.Index(fields=["state", "due_on"]),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.title} {self.rule}"

    def clean(self) -> None:
        if self.trigger_on is None or self.rule_id is None:
            return
        if not _FIRST_YEAR <= self.trigger_on.year <= _LAST_YEAR:
            raise ValidationError({"trigger_on": f"{_FIRST_YEAR}년부터 {_LAST_YEAR}년까지의 날짜를 적어 주세요."})
        if self.trigger_time is not None and self.rule.unit != Unit.HOURS:
            raise ValidationError({"trigger_time": "날이나 달로 세는 규칙이라 시각을 쓰지 않습니다. 비워 주세요."})
        if not self.rule.is_valid_on(self.trigger_on):
            raise ValidationError({"rule": "이 날짜에는 쓰지 않는 규칙입니다. 적용 기간이 맞는 규칙을 골라 주세요."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        # 손으로 등록하거나 기산일을 고치면 여기서 센다.
        if self.due_on is None or self._counted_from() != (self.rule_id, self.trigger_on, self.trigger_time):
            self.recount()
        super().save(*args, **kwargs)

    def _counted_from(self) -> tuple[int, date, time | None] | None:
        stored = type(self)._base_manager.filter(pk=self.pk).values_list("rule_id", "trigger_on", "trigger_time").first()
        return stored if stored else None

    def recount(self, calendar: Calendar | None = None) -> bool:
        """규칙과 기산일에서 다시 센다. 날짜가 달라졌으면 True. 저장은 부르는 쪽이 한다."""
        calendar = calendar or Calendar.load()
        found = count(self.rule.period, self.trigger_on, calendar, at=self.trigger_time, paused_days=self.paused_days)
        before = (self.raw_on, self.due_on, self.due_time, self.safe_on, self.is_provisional)
        self.raw_on, self.due_on, self.due_time, self.safe_on, self.is_provisional = after = (
            found.raw, found.due, found.due_time, found.safe, found.is_provisional,
        )  # fmt: skip
        self.steps = found.steps
        return before != after

    # ── 상태 ──────────────────────────────────────────────────────────

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.DONE

    @property
    def due_at(self) -> datetime | None:
        """시간으로 센 기한의 때. 날로 센 기한이면 None."""
        return timezone.make_aware(datetime.combine(self.due_on, self.due_time)) if self.due_time is not None else None

    @property
    def due_text(self) -> str:
        """「2026. 9. 28.(월)」 「2026. 3. 3.(화) 10:00」"""
        return date_long(self.due_on) + self._clock

    @property
    def due_plain(self) -> str:
        """「2026. 9. 28.」 「2026. 3. 3. 10:00」"""
        return date_plain(self.due_on) + self._clock

    @property
    def _clock(self) -> str:
        return f" {self.due_time:%H:%M}" if self.due_time is not None else ""

    @property
    def is_late(self) -> bool:
        """기한을 넘겨 끝냈거나, 아직 끝내지 못했다. 끝낸 시각은 적지 않으므로 끝낸 것은 날로 견준다."""
        if self.state == self.State.SUSPENDED:
            return False
        if self.closed_on is None and self.due_at is not None:
            return self.due_at < timezone.now()
        return self.due_on < (self.closed_on or timezone.localdate())

    def confirmed_by(self) -> list[DeadlineConfirmation]:
        """지금의 법정 기한을 확인한 사람들. 날짜가 바뀌면 앞선 확인은 세지 않는다."""
        return [one for one in self.confirmations.select_related("staff") if one.due_on == self.due_on]

    @transaction.atomic
    def confirm(self, user: Staff) -> DeadlineConfirmation:
        """날짜와 계산을 확인한다. 한 사람은 같은 기한을 한 번만 확인한다."""
        if self.state == self.State.DONE:
            raise ValidationError("이미 끝낸 기한이라 확인할 것이 없습니다.")
        if any(one.staff_id == user.pk for one in self.confirmed_by()):
            raise ValidationError("이미 확인하셨습니다. 두 번째 확인은 다른 사람이 해야 합니다.")
        return DeadlineConfirmation.objects.create(deadline=self, staff=user, due_on=self.due_on)

    @transaction.atomic
    def close(self, user: Staff | None, outcome: str = "", *, on: date | None = None) -> None:
        """끝낸다. 불변기간이나 두 사람이 보는 기한은 다른 사람의 확인이 있어야 한다. on 은 실제로 한 날(없으면 오늘)."""
        if self.state == self.State.DONE:
            raise ValidationError("이미 끝낸 기한입니다.")
        if self.rule.two_people and not any(user is None or one.staff_id != user.pk for one in self.confirmed_by()):
            why = "불변기간" if self.rule.is_peremptory else "두 사람이 확인하는 기한"
            raise ValidationError(f"{why}이라 혼자 끝낼 수 없습니다. 다른 사람이 「확인」을 누른 뒤 끝내 주세요.")
        self._done(user, outcome, on)

    @transaction.atomic
    def lapse(self, user: Staff | None, why: str, *, on: date | None = None) -> None:
        """지킬 일이 없어져 끝낸다(공포했으므로 재의를 요구할 일이 없다 따위). 한 일이 아니므로 두 번째 확인을 받지 않는다."""
        if self.state == self.State.DONE:
            raise ValidationError("이미 끝낸 기한입니다.")
        self._done(user, why, on)

    def _done(self, user: Staff | None, outcome: str, on: date | None) -> None:
        self.state, self.closed_on, self.closed_by = self.State.DONE, on or timezone.localdate(), user
        self.outcome, self.suspended_on = outcome, None
        self.save()

    @transaction.atomic
    def reopen(self) -> None:
        """끝낸 것을 다시 연다."""
        if self.state != self.State.DONE:
            raise ValidationError("끝낸 기한만 다시 엽니다.")
        self.state, self.closed_on, self.closed_by, self.outcome = self.State.OPEN, None, None, ""
        self.recount()
        self.save()

    @transaction.atomic
    def suspend(self, on: date | None = None) -> None:
        """멈춘다(보완 요청, 의회 휴회 따위). 불변기간은 멈추지 않는다."""
        if self.state != self.State.OPEN:
            raise ValidationError("진행 중인 기한만 멈춥니다.")
        if self.rule.is_peremptory:
            raise ValidationError("불변기간은 멈추거나 늘릴 수 없습니다.")
        self.state, self.suspended_on = self.State.SUSPENDED, on or timezone.localdate()
        self.save()

    @transaction.atomic
    def resume(self, on: date | None = None) -> None:
        """다시 센다. 멈춘 날수만큼 기한이 늦추어진다."""
        if self.state != self.State.SUSPENDED or self.suspended_on is None:
            raise ValidationError("멈춘 기한만 다시 셉니다.")
        days = ((on or timezone.localdate()) - self.suspended_on).days
        if days < 0:
            raise ValidationError("다시 세는 날이 멈춘 날보다 앞섭니다. 날짜를 확인해 주세요.")
        self.paused_days += days
        self.state, self.suspended_on = self.State.OPEN, None
        self.recount()
        self.save()

    def miss(self) -> None:
        """법정 기한이 지나도록 끝내지 못했다."""
        self.state = self.State.MISSED
        self.save()


class DeadlineConfirmation(Record):
    """한 사람이 기한의 날짜와 계산을 확인한 일."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="confirmations", verbose_name="기한")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="확인한 사람")
    due_on = models.DateField("확인한 법정 기한")
    confirmed_at = models.DateTimeField("확인한 때", default=timezone.now)

    named_with = ("staff",)
    scope: ClassVar = DeadlineScope("deadline")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "기한 확인"
        ordering = ["confirmed_at"]
        constraints = [models.UniqueConstraint(fields=["deadline", "staff", "due_on"], name="deadline_confirmation_unique")]

    def __str__(self) -> str:
        return f"{self.staff} {self.due_on.isoformat()}"


class CalendarTokenQuerySet(RecordQuerySet):
    def owner_of(self, token: str) -> CalendarToken | None:
        """주소에 적힌 글자의 주인. 지문으로 찾으므로 견주는 시간으로 알아낼 수 없다."""
        found: CalendarToken | None = self.select_related("staff").filter(digest=_digest(token), staff__is_active=True).first()
        return found


class CalendarToken(Record):
    """달력 구독 주소의 열쇠. 글자는 한 번만 보이고 지문만 둔다. 지우면 그 주소는 바로 닫힌다."""

    staff = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="사람")
    digest = models.CharField("지문", max_length=64, unique=True, editable=False)
    issued_at = models.DateTimeField("만든 때", default=timezone.now, editable=False)
    used_on = models.DateField("마지막으로 읽은 날", null=True, blank=True, editable=False)

    untracked: ClassVar = ("digest", "used_on")

    objects = CalendarTokenQuerySet.as_manager()
    named_with = ("staff",)
    scope: ClassVar = PersonalScope("staff")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "달력 구독 주소"
        ordering = ["staff"]

    def __str__(self) -> str:
        return f"{self.staff} 달력"

    @classmethod
    @transaction.atomic
    def issue(cls, staff: Staff) -> str:
        """새 열쇠를 만들고 그 글자를 준다. 앞선 주소는 닫힌다."""
        cls.revoke(staff)
        token = secrets.token_urlsafe(32)
        cls.objects.create(staff=staff, digest=_digest(token))
        return token

    @classmethod
    def revoke(cls, staff: Staff) -> None:
        """주소를 닫는다."""
        cls.objects.filter(staff=staff).delete()

    def used(self) -> None:
        """읽은 날을 하루에 한 번 적는다."""
        if self.used_on != timezone.localdate():
            self.used_on = timezone.localdate()
            self.save(update_fields=["used_on"])


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
