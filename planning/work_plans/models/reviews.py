"""검토본: 제출·보완·검토·확정 때마다 그때의 글을 통째로 남긴 것."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.access import LedgerScope
from core.history.models import Record
from planning.work_plans.models.plans import WorkItem


class ItemVersion(Record):
    """검토본 한 판. 고치지 않는다."""

    class Act(models.TextChoices):
        SUBMIT = "submit", "제출"
        ACCEPT = "accept", "팀 검토 시작"
        TO_VICE = "to_vice", "부구청장 검토로"
        TO_MAYOR = "to_mayor", "구청장 검토로"
        FIX = "fix", "확정"
        PUBLISH = "publish", "공개"
        RETURN = "return", "보완 요청"
        REOPEN = "reopen", "다시 열기"

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="versions", verbose_name="주요업무")
    number = models.PositiveSmallIntegerField("판")
    act = models.CharField("한 일", max_length=10, choices=Act.choices)
    state = models.CharField("그 뒤의 상태", max_length=20, choices=WorkItem.State.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="한 사람")
    at = models.DateTimeField("한 때", default=timezone.now)
    decided_on = models.DateField("검토한 날", null=True, blank=True)
    note = models.TextField("의견", blank=True)
    lines = models.JSONField("그때의 글", default=list)

    scope: ClassVar = LedgerScope("item__department")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "검토본"
        ordering = ["item", "-number"]
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="work_version_unique")]

    def __str__(self) -> str:
        return f"{self.number}판 {self.get_act_display()}"
