"""법률고문과 위촉, 이해충돌, 전문분야를 알아보는 낱말."""

from __future__ import annotations

import hmac
import re
from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from core.access import TeamScope
from core.deadlines.clocks import Clock, ClockedRecord
from core.deadlines.models.rules import RuleMissing
from core.deadlines.services import count_by_rule
from core.figures.models import ADVISER_MAX, Setting
from core.formats import date_plain
from core.history.models import Record, RecordQuerySet
from core.org.models import Department
from core.privacy.masking import masked_name

TERM_RULE = "common.adviser_term"
_BETWEEN = re.compile(r"[,·/、]")


class AdviserQuerySet(RecordQuerySet):
    def active_on(self, day: date) -> Self:
        """day 에 위촉되어 있는 고문."""
        held = Appointment.objects.covering(day)
        return self.filter(pk__in=held.values("adviser"))

    def expiring_within(self, days: int) -> Self:
        """오늘부터 days 일 안에 임기가 끝나는 고문."""
        return self.expiring(timezone.localdate(), int(days))

    def expiring(self, day: date, days: int) -> Self:
        """day 에 위촉되어 있고 days 일 안에 임기가 끝나는 고문."""
        return self.active_on(day).filter(term_end_on__lte=day + timedelta(days=days))


class Adviser(ClockedRecord):
    """위촉한 법률고문 한 사람(또는 법무법인)."""

    name = models.CharField("이름", max_length=50)
    firm = models.CharField("소속", max_length=100, blank=True)
    specialty = models.CharField("전문분야", max_length=100, blank=True, help_text="여럿이면 쉼표로 나눕니다. 예: 행정, 조세, 건축")
    appointed_on = models.DateField("위촉일", help_text="마지막으로 위촉(연임)한 날")
    term_end_on = models.DateField("임기 만료일", blank=True, help_text="비우면 법률고문 임기의 기한 규칙으로 셉니다.")
    ended_on = models.DateField("해촉일", null=True, blank=True)
    end_reason = models.CharField("해촉 사유", max_length=100, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = AdviserQuerySet.as_manager()
    scope: ClassVar = TeamScope()
    clocks: ClassVar = (Clock(TERM_RULE, start="appointed_on", done="ended_on", title="법률고문 임기"),)

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "법률고문"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return f"{self.name}({self.firm})" if self.firm else self.name

    def clean(self) -> None:
        if self.appointed_on is None:
            return
        if self.term_end_on is None:
            self.term_end_on = term_end(self.appointed_on)
        if self.term_end_on < self.appointed_on:
            raise ValidationError({"term_end_on": "임기 만료일이 위촉일보다 앞섭니다. 두 날짜를 확인해 주세요."})
        if self.ended_on and self.ended_on < self.appointed_on:
            raise ValidationError({"ended_on": "해촉일이 위촉일보다 앞섭니다. 두 날짜를 확인해 주세요."})
        check_limit(self, self.appointed_on, self.ended_on or self.term_end_on)

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """위촉일과 임기, 해촉일을 위촉 기록에도 적는다."""
        if self.term_end_on is None:
            self.term_end_on = term_end(self.appointed_on)
        before = Adviser.objects.filter(pk=self.pk).values_list("appointed_on", flat=True).first() if self.pk else None
        super().save(*args, **kwargs)
        held = self.appointments.all()
        # 연임이면 새 위촉이 이미 있고(services.renew), 없으면 위촉일을 바로잡은 것이다.
        found = held.filter(appointed_on=self.appointed_on).first() or held.filter(appointed_on=before).first() or Appointment(
            adviser=self, is_sample=self.is_sample
        )
        found.appointed_on = self.appointed_on
        found.term_end_on, found.ended_on = self.term_end_on, self.ended_on
        found.save()

    @property
    def specialties(self) -> list[str]:
        """전문분야를 하나씩."""
        return [word.strip() for word in _BETWEEN.split(self.specialty) if word.strip()]


def term_end(appointed_on: date) -> date:
    """위촉일에서 센 임기의 마지막 날. 기한 규칙(common.adviser_term)이 없으면 위촉할 수 없다."""
    try:
        return count_by_rule(TERM_RULE, appointed_on)[1].raw
    except RuleMissing:
        raise ValidationError({"term_end_on": "임기의 기한 규칙이 없습니다. 임기 만료일을 적어 주세요."}) from None


def check_limit(adviser: Adviser, start: date, end: date) -> None:
    """start~end 의 어느 날에도 위촉된 고문이 정한 인원을 넘지 않아야 한다."""
    others = Appointment.objects.exclude(adviser=adviser.pk) if adviser.pk else Appointment.objects.all()
    starts = others.filter(appointed_on__gt=start, appointed_on__lte=end).values_list("appointed_on", flat=True).distinct()
    for day in sorted({start, *starts}):
        most = Setting.objects.values_on(day)[ADVISER_MAX]
        count = others.covering(day).values("adviser").distinct().count() + 1
        if count > most:
            raise ValidationError(
                f"{date_plain(day)}에 법률고문이 {count}명이 됩니다. {most}명 이내여야 합니다. 해촉하거나 위촉일을 늦춰 주세요."
            )


class AppointmentQuerySet(RecordQuerySet):
    def covering(self, day: date) -> Self:
        """day 를 덮는 위촉."""
        return self.filter(appointed_on__lte=day, term_end_on__gte=day).filter(Q(ended_on=None) | Q(ended_on__gt=day))


class Appointment(Record):
    """위촉이나 연임 한 번."""

    adviser = models.ForeignKey(Adviser, models.CASCADE, related_name="appointments", verbose_name="법률고문")
    appointed_on = models.DateField("위촉일")
    term_end_on = models.DateField("임기 만료일")
    renewal = models.PositiveSmallIntegerField("연임 차수", default=0, help_text="처음 위촉이면 0")
    document = models.CharField("위촉 문서", max_length=100, blank=True)
    ended_on = models.DateField("해촉일", null=True, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = AppointmentQuerySet.as_manager()
    named_with = ("adviser",)
    scope: ClassVar = TeamScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "고문 위촉"
        ordering = ["-appointed_on", "adviser"]
        constraints = [models.UniqueConstraint(fields=["adviser", "appointed_on"], name="adviser_appointment_unique")]

    def __str__(self) -> str:
        word = f"{self.renewal}차 연임" if self.renewal else "위촉"
        return f"{self.adviser} {word}"

    def clean(self) -> None:
        if self.appointed_on and self.term_end_on and self.term_end_on < self.appointed_on:
            raise ValidationError({"term_end_on": "임기 만료일이 위촉일보다 앞섭니다. 두 날짜를 확인해 주세요."})


class SpecialtyWord(Record):
    """사건명에 이 낱말이 있으면 그 전문분야의 일로 본다."""

    specialty = models.CharField("전문분야", max_length=30)
    word = models.CharField("낱말", max_length=30)

    scope: ClassVar = TeamScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "전문분야 낱말"
        ordering = ["specialty", "word"]
        constraints = [models.UniqueConstraint(fields=["specialty", "word"], name="specialty_word_unique")]

    def __str__(self) -> str:
        return f"{self.specialty}: {self.word}"


_NOISE = re.compile(r"\s|주식회사|\(주\)|㈜|법무법인")


def party_digest(name: str) -> str:
    """이름을 두지 않고 같은 이름인지만 알아보는 지문. 서버의 비밀 열쇠를 섞으므로 지문에서 이름을 되찾을 수 없다."""
    plain = _NOISE.sub("", name)
    return hmac.new(settings.SECRET_KEY.encode(), plain.encode(), "sha256").hexdigest() if plain else ""


class ConflictQuerySet(RecordQuerySet):
    def on(self, day: date) -> Self:
        """day 에 살아 있는 이해충돌."""
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gte=day))


class ConflictOfInterest(Record):
    """고문이 맡으면 안 되는 상대나 부서. 상대의 이름은 두지 않고, 가린 이름과 견주는 지문만 둔다."""

    class Kind(models.TextChoices):
        CLIENT = "client", "의뢰인·자문 상대"
        OPPONENT = "opponent", "상대방 대리"
        RELATIVE = "relative", "친족·특수관계"
        DEPARTMENT = "department", "관련 부서"
        OTHER = "other", "기타"

    adviser = models.ForeignKey(Adviser, models.CASCADE, related_name="conflicts", verbose_name="법률고문")
    kind = models.CharField("갈래", max_length=12, choices=Kind.choices)
    masked_party = models.CharField("상대(가림)", max_length=120, blank=True, editable=False)
    party_key = models.CharField("견주는 지문", max_length=64, blank=True, editable=False)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="부서"
    )
    starts_on = models.DateField("언제부터", null=True, blank=True)
    ends_on = models.DateField("언제까지", null=True, blank=True)
    note = models.CharField("내용", max_length=200, blank=True, help_text="사람 이름을 적지 않습니다.")
    is_sample = models.BooleanField("표본", default=False, editable=False)

    # 지문은 이력에 남기지 않는다.
    untracked: ClassVar = ("party_key",)

    objects = ConflictQuerySet.as_manager()
    named_with = ("adviser", "department")
    scope: ClassVar = TeamScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "이해충돌"
        ordering = ["adviser", "-starts_on", "pk"]

    def __str__(self) -> str:
        return f"{self.adviser} {self.get_kind_display()} {self.masked_party or self.department or ''}".strip()

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "끝난 날이 시작한 날보다 앞섭니다. 두 날짜를 확인해 주세요."})
        if not self.party_key and self.department is None:
            raise ValidationError("상대의 이름을 적거나 부서를 골라 주세요.")

    def set_party(self, name: str) -> None:
        """상대의 이름을 가린 글과 지문으로 바꾸어 적는다. 이름 자체는 남지 않는다."""
        self.masked_party, self.party_key = masked_name(name)[:120], party_digest(name)
