"""인수인계와 그 점검표."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from core.access import HandoverScope
from core.history.models import Record, RecordQuerySet
from core.org.models import Staff


class Handover(Record):
    """한 사람이 다음 사람에게 넘기는 일 한 벌."""

    giver = models.ForeignKey(Staff, models.PROTECT, related_name="handovers_given", verbose_name="넘기는 사람")
    taker = models.ForeignKey(Staff, models.PROTECT, related_name="handovers_taken", verbose_name="받는 사람")
    reason = models.CharField("까닭", max_length=200, help_text="예: 2023년 하반기 정기인사")
    note = models.TextField("남기는 말", blank=True)
    started_at = models.DateTimeField("시작한 때", default=timezone.now, editable=False)

    named_with = ("giver", "taker")
    scope: ClassVar = HandoverScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "인수인계"
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.giver.name} → {self.taker.name}"

    def clean(self) -> None:
        if self.giver_id and self.giver_id == self.taker_id:
            raise ValidationError({"taker": "넘기는 사람과 받는 사람이 같습니다. 받는 사람을 다시 골라 주세요."})
        if self.taker_id and not self.taker.is_active:
            raise ValidationError({"taker": "쓰지 않는 계정입니다. 지금 일하는 직원을 골라 주세요."})


class HandoverItemQuerySet(RecordQuerySet):
    def handed(self) -> Self:
        """넘긴 것."""
        return self.filter(handed_at__isnull=False)

    def received_by(self, staff: Any) -> Self:
        """staff 가 받은 것, 새 것부터."""
        return self.handed().filter(handover__taker=staff).order_by("-handed_at", "pk")

    def unseen(self) -> Self:
        """받고 아직 확인하지 않은 것."""
        return self.filter(seen_at__isnull=True)


class HandoverItem(Record):
    """점검표의 한 줄: 무엇을, 어떤 말과 함께, 언제 넘겼는가."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="items", verbose_name="인수인계")
    label = models.CharField("갈래", max_length=60)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", verbose_name="자료 종류")
    object_id = models.BigIntegerField("자료 번호")
    record = GenericForeignKey("content_type", "object_id")
    text = models.CharField("이름(넘길 때)", max_length=300)
    note = models.CharField("남길 말", max_length=300, blank=True)
    handed_at = models.DateTimeField("넘긴 때", null=True, blank=True)
    seen_at = models.DateTimeField("확인한 때", null=True, blank=True)

    objects = HandoverItemQuerySet.as_manager()
    scope: ClassVar = HandoverScope("handover__")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "넘기는 일"
        ordering = ["handover", "label", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "content_type", "object_id"], name="handover_item_unique")
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.text}"
