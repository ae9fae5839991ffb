"""심급 안에서 일어나는 일: 기일, 서면, 판결·재결, 상소 검토."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models

from core.access import HandlerScope
from core.history.models import Record
from core.states import Sign
from legal.lawsuits.models.cases import Instance
from legal.lawsuits.models.outcomes import Outcome

# 심급에 딸린 자료는 사건과 같은 사람이 보고 고친다.
_SCOPE = HandlerScope("instance__lawsuit__handler", "instance__officers", path="instance__lawsuit__department")


class Readiness(models.TextChoices):
    """기일과 서면의 준비."""

    WAITING = "waiting", Sign("대기", "none")
    NOT_REVIEWED = "not_reviewed", Sign("검토 전", "bad")
    WRITING = "writing", Sign("작성 중", "warn")
    REVIEWING = "reviewing", "검토 중"
    READY = "ready", Sign("준비됨", "ok")
    DONE = "done", Sign("마침", "done")


class Hearing(Record):
    """법원이나 위원회가 정한 기일 하나."""

    class Kind(models.TextChoices):
        PREPARATION = "preparation", "변론준비"
        PLEADING = "pleading", "변론"
        MEDIATION = "mediation", "조정"
        INSPECTION = "inspection", "검증·감정"
        EXAMINATION = "examination", "심문"
        ORAL = "oral", "구술심리"
        JUDGMENT = "judgment", "선고"

    instance = models.ForeignKey(Instance, models.CASCADE, related_name="hearings", verbose_name="심급")
    kind = models.CharField("종류", max_length=12, choices=Kind.choices)
    on = models.DateField("기일")
    at_time = models.TimeField("시각", null=True, blank=True)
    place = models.CharField("법정·장소", max_length=50, blank=True)
    readiness = models.CharField("준비", max_length=12, choices=Readiness.choices, default=Readiness.WAITING)
    result = models.CharField("결과", max_length=200, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("instance",)
    scope: ClassVar = _SCOPE

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "기일"
        ordering = ["on", "at_time", "pk"]
        indexes = [models.Index(fields=["on"])]

    def __str__(self) -> str:
        return f"{self.instance} {self.get_kind_display()}"


class Filing(Record):
    """내거나 받은 서면 하나. 낼 기한은 규칙으로 세어 기한(Deadline)에 둔다."""

    class Kind(models.TextChoices):
        ANSWER = "answer", "답변서"
        BRIEF = "brief", "준비서면"
        SUPPLEMENT = "supplement", "보충서면"
        EVIDENCE = "evidence", "증거"
        APPEAL = "appeal", "상소장"
        APPEAL_BRIEF = "appeal_brief", "상소이유서"
        OPINION = "opinion", "의견서"
        OTHER = "other", "기타"

    class Direction(models.TextChoices):
        OURS = "ours", "우리가 냄"
        THEIRS = "theirs", "받음"

    instance = models.ForeignKey(Instance, models.CASCADE, related_name="filings", verbose_name="심급")
    kind = models.CharField("서면", max_length=12, choices=Kind.choices)
    direction = models.CharField("방향", max_length=6, choices=Direction.choices, default=Direction.OURS)
    ordered_due_on = models.DateField("법원이 정한 제출일", null=True, blank=True)
    readiness = models.CharField("준비", max_length=12, choices=Readiness.choices, default=Readiness.WAITING)
    filed_on = models.DateField("낸 날·받은 날", null=True, blank=True)
    note = models.CharField("메모", max_length=200, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("instance",)
    scope: ClassVar = _SCOPE

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "서면"
        ordering = ["instance", "pk"]

    def __str__(self) -> str:
        return f"{self.instance} {self.get_kind_display()}"


class Ruling(Record):
    """한 심급의 끝: 판결, 재결, 취하, 화해·조정."""

    class Appeal(models.TextChoices):
        UNKNOWN = "unknown", "모름"
        NONE = "none", "상소 없음"
        OURS = "ours", "구가 상소"
        THEIRS = "theirs", "상대가 상소"
        BOTH = "both", "서로 상소"

    APPEALED = (Appeal.OURS, Appeal.THEIRS, Appeal.BOTH)

    instance = models.OneToOneField(Instance, models.CASCADE, related_name="ruling", verbose_name="심급")
    outcome = models.CharField("결과", max_length=12, choices=Outcome.choices)
    ruled_on = models.DateField("선고일", help_text="재결일, 취하일, 조정 성립일도 여기에 적습니다.")
    served_on = models.DateField("판결문 송달일(우리)", null=True, blank=True)
    opponent_served_on = models.DateField("판결문 송달일(상대)", null=True, blank=True)
    awarded_amount = models.BigIntegerField("인용액(원)", null=True, blank=True, validators=[MinValueValidator(0)])
    summary = models.CharField("주문 요지", max_length=300, blank=True, help_text="사람 이름을 적지 않습니다.")
    pays_costs = models.BooleanField("구가 소송비용 부담", default=False, help_text="사정판결이면 이겨도 부담합니다.")
    appeal = models.CharField("상소", max_length=8, choices=Appeal.choices, default=Appeal.UNKNOWN)
    appealed_on = models.DateField("상소일", null=True, blank=True)
    certified_on = models.DateField(
        "확정일(확정증명)", null=True, blank=True, help_text="확정증명을 받았을 때만 적습니다. 적지 않으면 송달일에서 셉니다."
    )
    reported_on = models.DateField("결과 보고일", null=True, blank=True, help_text="법무부 지휘 대상 사건만 적습니다.")
    complied_on = models.DateField("재처분·이행한 날", null=True, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("instance",)
    scope: ClassVar = _SCOPE

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "판결·결정"
        ordering = ["-ruled_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.instance} {self.get_outcome_display()}"

    def clean(self) -> None:
        for name in ("served_on", "opponent_served_on", "certified_on", "complied_on"):
            day = getattr(self, name)
            if day and self.ruled_on and day < self.ruled_on:
                title = self._meta.get_field(name).verbose_name  # type: ignore[union-attr]
                raise ValidationError({name: f"{title}이 선고일보다 앞섭니다. 두 날짜를 확인해 주세요."})
        if self.appealed_on and self.appeal not in self.APPEALED:
            raise ValidationError({"appeal": "상소일이 적혀 있습니다. 누가 상소했는지 골라 주세요."})
        if self.ruled_on and self.instance_id and self.ruled_on < self.instance.received_on:
            raise ValidationError({"ruled_on": "선고일이 소장을 받은 날보다 앞섭니다. 두 날짜를 확인해 주세요."})


class AppealReview(Record):
    """상소할지 정한 일(소송심의회나 결재)."""

    class Decision(models.TextChoices):
        PENDING = "pending", "검토 중"
        APPEAL = "appeal", "상소"
        WAIVE = "waive", "상소 포기"

    ruling = models.OneToOneField(Ruling, models.CASCADE, related_name="review", verbose_name="판결")
    decision = models.CharField("결정", max_length=8, choices=Decision.choices, default=Decision.PENDING)
    decided_on = models.DateField("결정일", null=True, blank=True)
    decided_by = models.CharField("결정한 곳", max_length=50, default="소송심의회")
    opinion = models.TextField("의견", blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="검토자"
    )
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("ruling__instance",)
    scope: ClassVar = HandlerScope(
        "ruling__instance__lawsuit__handler", "ruling__instance__officers", path="ruling__instance__lawsuit__department"
    )

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "상소 검토"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.ruling.instance} 상소 검토"
