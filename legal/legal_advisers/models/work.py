"""고문에게 배정한 일과 수당."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from core.access import TeamScope
from core.history.models import Record, RecordQuerySet
from core.org.models import Department
from legal.legal_advisers.models.advisers import Adviser


class AllocationQuerySet(RecordQuerySet):
    def between(self, start: date, end: date) -> Self:
        """start~end 에 배정한 것."""
        return self.filter(assigned_on__gte=start, assigned_on__lte=end)

    def waiting_reply(self) -> Self:
        """아직 회신하지 않은 자문."""
        return self.filter(kind=Allocation.Kind.ADVICE, replied_on=None)


class Allocation(Record):
    """소송의 한 심급이나 자문 한 건을 고문에게 배정한 것. 고른 까닭을 함께 남긴다."""

    class Kind(models.TextChoices):
        SUIT = "suit", "소송"
        ADVICE = "advice", "자문"

    adviser = models.ForeignKey(Adviser, models.PROTECT, related_name="allocations", verbose_name="법률고문")
    kind = models.CharField("갈래", max_length=8, choices=Kind.choices, default=Kind.ADVICE)
    title = models.CharField("사건·질의", max_length=200, help_text="사람 이름을 적지 않습니다.")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="소관 부서"
    )
    instance = models.OneToOneField(
        "legal.Instance", models.CASCADE, null=True, blank=True, related_name="allocation", verbose_name="심급"
    )
    assigned_on = models.DateField("배정일")
    reason = models.CharField("고른 까닭", max_length=300)
    proposal = models.JSONField("그때의 제안", default=list, editable=False, blank=True)
    replied_on = models.DateField("회신일", null=True, blank=True)
    asked_again = models.BooleanField("다시 물음", default=False, help_text="회신이 모자라 같은 것을 다시 물었습니다.")
    satisfaction = models.PositiveSmallIntegerField(
        "부서 만족도(1–5)", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = AllocationQuerySet.as_manager()
    scope: ClassVar = TeamScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "고문 배정"
        ordering = ["-assigned_on", "-pk"]
        indexes = [models.Index(fields=["assigned_on", "adviser"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="advice", instance=None) | Q(kind="suit", instance__isnull=False), name="allocation_instance_of_suit",
                violation_error_message="소송은 심급이 있어야 하고 자문은 심급이 없습니다. 배정 제안 화면에서 배정하세요.",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.replied_on and self.assigned_on and self.replied_on < self.assigned_on:
            raise ValidationError({"replied_on": "회신일이 배정일보다 앞섭니다. 두 날짜를 확인해 주세요."})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """배정을 거두면 심급의 대리인도 비운다."""
        if self.instance is not None and self.instance.adviser_id == self.adviser_id:
            self.instance.adviser = None
            self.instance.save()
        return super().delete(*args, **kwargs)

    @property
    def days(self) -> int | None:
        """회신까지 걸린 날. 아직이면 None."""
        return (self.replied_on - self.assigned_on).days if self.replied_on else None


class AdviserFeeQuerySet(RecordQuerySet):
    def of_month(self, year: int, month: int) -> Self:
        return self.filter(year=year, month=month)


class AdviserFee(Record):
    """고문에게 주는 돈 한 건: 월 자문료와 자문 한 건의 수당. 착수금과 사례금은 소송비용에 있다."""

    class Kind(models.TextChoices):
        MONTHLY = "monthly", "월 자문료"
        OPINION = "opinion", "자문 수당"
        OTHER = "other", "기타"

    adviser = models.ForeignKey(Adviser, models.PROTECT, related_name="fees", verbose_name="법률고문")
    kind = models.CharField("종류", max_length=8, choices=Kind.choices)
    year = models.PositiveSmallIntegerField("해", validators=[MinValueValidator(1990), MaxValueValidator(2100)])
    month = models.PositiveSmallIntegerField("달", validators=[MinValueValidator(1), MaxValueValidator(12)])
    amount = models.BigIntegerField("금액(원)", validators=[MinValueValidator(1)])
    allocation = models.OneToOneField(
        Allocation, models.PROTECT, null=True, blank=True, related_name="fee", verbose_name="배정"
    )
    paid_on = models.DateField("지급일", null=True, blank=True)
    note = models.CharField("비고", max_length=100, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = AdviserFeeQuerySet.as_manager()
    named_with = ("adviser",)
    scope: ClassVar = TeamScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "고문 수당"
        ordering = ["-year", "-month", "adviser", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["adviser", "year", "month"], condition=Q(kind="monthly"), name="adviser_monthly_fee_unique",
                violation_error_message="이 달의 월 자문료를 이미 적은 고문입니다. 그 행을 고쳐 주세요.",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.adviser} {self.year}. {self.month}. {self.get_kind_display()}"
