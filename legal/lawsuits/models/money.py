"""비용과 회수, 패소 분석."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models

from core.access import HandlerScope
from core.history.models import Record
from core.org.models import Department
from legal.lawsuits.models.cases import Instance, Lawsuit

_SCOPE = HandlerScope("lawsuit__handler", "lawsuit__instances__officers", path="lawsuit__department")


class Cost(Record):
    """소송에 쓴 돈 한 건."""

    class Kind(models.TextChoices):
        RETAINER = "retainer", "착수금"
        SUCCESS_FEE = "success_fee", "사례금"
        STAMP = "stamp", "인지·송달료"
        EXPERT = "expert", "감정·검증료"
        AWARD = "award", "판결금"
        OPPONENT_COST = "opponent_cost", "상대방 비용"
        OTHER = "other", "기타"

    lawsuit = models.ForeignKey(Lawsuit, models.CASCADE, related_name="costs", verbose_name="사건")
    instance = models.ForeignKey(Instance, models.CASCADE, null=True, blank=True, related_name="costs", verbose_name="심급")
    kind = models.CharField("종류", max_length=15, choices=Kind.choices)
    amount = models.BigIntegerField("금액(원)", validators=[MinValueValidator(1)])
    paid_on = models.DateField("지급일")
    adviser = models.ForeignKey("legal.Adviser", models.PROTECT, null=True, blank=True, related_name="costs", verbose_name="받는 고문")
    note = models.CharField("메모", max_length=200, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("lawsuit",)
    scope: ClassVar = _SCOPE

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "소송비용"
        ordering = ["-paid_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.lawsuit} {self.get_kind_display()}"


class CostRecovery(Record):
    """이긴 사건의 소송비용을 상대방에게서 되돌려 받는 일."""

    class Status(models.TextChoices):
        ELIGIBLE = "eligible", "회수 대상"
        APPLIED = "applied", "확정 신청"
        DECIDED = "decided", "확정 결정"
        DEMANDED = "demanded", "납부 고지"
        PARTLY_PAID = "partly_paid", "일부 납부"
        COLLECTED = "collected", "회수"
        WRITTEN_OFF = "written_off", "결손"
        WAIVED = "waived", "면제"

    DONE = (Status.COLLECTED, Status.WRITTEN_OFF, Status.WAIVED)

    lawsuit = models.OneToOneField(Lawsuit, models.CASCADE, related_name="recovery", verbose_name="사건")
    status = models.CharField("상태", max_length=12, choices=Status.choices, default=Status.ELIGIBLE, editable=False)
    applied_on = models.DateField("확정 신청일", null=True, blank=True)
    decided_on = models.DateField("확정 결정일", null=True, blank=True)
    decided_amount = models.BigIntegerField("확정액(원)", null=True, blank=True, validators=[MinValueValidator(0)])
    demanded_on = models.DateField("납부 고지일", null=True, blank=True)
    collected_amount = models.BigIntegerField("회수액(원)", null=True, blank=True, validators=[MinValueValidator(0)])
    collected_on = models.DateField("회수일", null=True, blank=True)
    note = models.CharField("메모", max_length=200, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("lawsuit",)
    scope: ClassVar = _SCOPE

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "비용 회수"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.lawsuit} 비용 회수"

    @property
    def is_done(self) -> bool:
        return self.status in self.DONE

    def next_statuses(self) -> tuple[str, ...]:
        """지금 단계에서 갈 수 있는 단계."""
        return NEXT_RECOVERY[self.status]


_R = CostRecovery.Status
NEXT_RECOVERY: dict[str, tuple[str, ...]] = {
    _R.ELIGIBLE: (_R.APPLIED, _R.WAIVED), _R.APPLIED: (_R.DECIDED, _R.WAIVED), _R.DECIDED: (_R.DEMANDED, _R.WAIVED),
    _R.DEMANDED: (_R.PARTLY_PAID, _R.COLLECTED, _R.WRITTEN_OFF, _R.WAIVED),
    _R.PARTLY_PAID: (_R.PARTLY_PAID, _R.COLLECTED, _R.WRITTEN_OFF), _R.COLLECTED: (), _R.WRITTEN_OFF: (), _R.WAIVED: (),
}  # fmt: skip


class LossReview(Record):
    """패소하거나 일부인용된 사건의 원인과 재발 방지."""

    class Cause(models.TextChoices):
        FACTS = "facts", "사실 조사 부족"
        PROCEDURE = "procedure", "절차 위반"
        DISCRETION = "discretion", "재량권 일탈·남용"
        INTERPRETATION = "interpretation", "법령 해석"
        EVIDENCE = "evidence", "증거 부족"
        OTHER = "other", "기타"

    lawsuit = models.OneToOneField(Lawsuit, models.CASCADE, related_name="loss_review", verbose_name="사건")
    cause = models.CharField("원인", max_length=15, choices=Cause.choices)
    analysis = models.TextField("분석", help_text="사람 이름을 적지 않습니다.")
    prevention = models.TextField("재발 방지")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="조치 부서")
    due_on = models.DateField("조치 기한")
    done_on = models.DateField("조치한 날", null=True, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("lawsuit",)
    scope: ClassVar = _SCOPE

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "패소 분석"
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.lawsuit} 패소 분석"
