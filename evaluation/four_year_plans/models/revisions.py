"""이행과제의 변경(수정·분할·통합·폐지)과, 다음 기수로 넘기는 표."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from core.access import DepartmentScope, PublishedScope
from core.history.models import Record
from core.org.models import Department
from evaluation.four_year_plans.models.plans import Task

if TYPE_CHECKING:
    from core.org.models import Staff


class TaskRevision(Record):
    """이행과제의 변경 한 건. 승인한 뒤 반영하고, 반영하기 전의 과제명·주관 부서·목표를 함께 남긴다."""

    class Kind(models.TextChoices):
        CHANGED = "changed", "수정"
        SPLIT = "split", "분할"
        MERGED = "merged", "통합"
        ABOLISHED = "abolished", "폐지"

    class Status(models.TextChoices):
        REQUESTED = "requested", "승인 전"
        APPROVED = "approved", "승인"
        APPLIED = "applied", "반영"

    task = models.ForeignKey(Task, models.PROTECT, related_name="revisions", verbose_name="이행과제")
    kind = models.CharField("종류", max_length=10, choices=Kind.choices, default=Kind.CHANGED)
    reason = models.TextField("변경 사유")
    effective_on = models.DateField("적용일")
    title = models.CharField("새 과제명", max_length=150, blank=True, help_text="바꾸지 않으면 비워 둡니다.")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="새 주관 부서"
    )
    target_year = models.PositiveSmallIntegerField("목표를 바꿀 해", null=True, blank=True)
    target = models.TextField("새 연차별 목표", blank=True)
    split_titles = models.TextField("나누어 만들 과제", blank=True, help_text="분할이면 새로 만들 과제명을 한 줄에 하나씩 적습니다.")
    merge_into = models.ForeignKey(
        Task, models.PROTECT, null=True, blank=True, related_name="merging", verbose_name="합칠 과제",
        help_text="통합이면 이 과제를 이어받을 과제를 고릅니다.",
    )  # fmt: skip
    old_title = models.CharField("앞 과제명", max_length=150, blank=True, editable=False)
    old_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="앞 주관 부서"
    )
    old_target = models.TextField("앞 연차별 목표", blank=True, editable=False)
    status = models.CharField("상태", max_length=10, choices=Status.choices, default=Status.REQUESTED, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name="승인한 사람",
    )  # fmt: skip
    approved_on = models.DateField("승인일", null=True, blank=True, editable=False)
    applied_at = models.DateTimeField("반영한 때", null=True, blank=True, editable=False)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("task__field__goal",)
    scope: ClassVar = DepartmentScope("task__department")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "이행과제 변경"
        ordering = ["-effective_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.task} {self.get_kind_display()}"

    def clean(self) -> None:
        kind = self.kind
        if self.status == self.Status.APPLIED:
            raise ValidationError("이미 반영한 변경입니다. 다시 바꾸려면 변경을 새로 등록해 주세요.")
        if kind == self.Kind.CHANGED and not (self.title or self.department_id or self.target):
            raise ValidationError("무엇을 바꾸는지 새 과제명, 새 주관 부서, 새 목표 가운데 하나를 적어 주세요.")
        if self.target and self.target_year is None:
            raise ValidationError({"target_year": "몇 년의 목표를 바꾸는지 해를 적어 주세요."})
        if kind == self.Kind.SPLIT and not self.parts:
            raise ValidationError({"split_titles": "나누어 만들 과제명을 한 줄에 하나씩 적어 주세요."})
        if kind == self.Kind.MERGED and self.merge_into_id is None:
            raise ValidationError({"merge_into": "이 과제를 이어받을 과제를 골라 주세요."})
        if self.merge_into_id and self.merge_into_id == self.task_id:
            raise ValidationError({"merge_into": "자기 자신에 합칠 수 없습니다. 다른 과제를 골라 주세요."})

    @property
    def parts(self) -> list[str]:
        """나누어 만들 과제명."""
        return [line.strip()[:150] for line in self.split_titles.splitlines() if line.strip()]

    def approve(self, user: Staff) -> None:
        """변경을 승인한다(과장)."""
        if self.status != self.Status.REQUESTED:
            raise ValidationError(f"지금 상태는 「{self.get_status_display()}」입니다. 화면을 새로 열어 확인해 주세요.")
        self.status, self.approved_by, self.approved_on = self.Status.APPROVED, user, timezone.localdate()
        self.save()

    def mark_applied(self) -> None:
        """반영한 때를 적는다. 과제를 바꾸는 일은 services.apply_revision 이 한다."""
        if self.status != self.Status.APPROVED:
            raise ValidationError("승인한 변경만 반영할 수 있습니다. 먼저 승인을 받아 주세요.")
        self.status, self.applied_at = self.Status.APPLIED, timezone.now()
        self.save()


class GenerationMap(Record):
    """앞 기수의 과제를 다음 기수가 어떻게 이어받았는가."""

    class Kind(models.TextChoices):
        CARRIED = "carried", "승계"
        CHANGED = "changed", "변경"
        ENDED = "ended", "종료"

    old_task = models.ForeignKey(Task, models.PROTECT, related_name="successions", verbose_name="앞 기수 과제")
    new_task = models.ForeignKey(
        Task, models.PROTECT, null=True, blank=True, related_name="predecessions", verbose_name="다음 기수 과제"
    )
    kind = models.CharField("넘김", max_length=10, choices=Kind.choices)
    reason = models.TextField("사유", blank=True)

    named_with = ("old_task__field__goal",)
    scope: ClassVar = PublishedScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "기수 넘김"
        ordering = ["old_task__field__goal__number", "old_task__field__number", "old_task__number"]
        constraints = [models.UniqueConstraint(fields=["old_task", "new_task"], name="generation_map_unique")]

    def __str__(self) -> str:
        return f"{self.old_task} {self.get_kind_display()}"

    def clean(self) -> None:
        if self.kind == self.Kind.ENDED and self.new_task_id:
            raise ValidationError({"new_task": "종료한 과제에는 다음 기수 과제가 없습니다. 비우거나 넘김을 바꿔 주세요."})
        if self.kind in (self.Kind.CARRIED, self.Kind.CHANGED) and self.new_task_id is None:
            raise ValidationError({"new_task": "이어받은 다음 기수 과제를 골라 주세요."})
        if self.kind == self.Kind.ENDED and not self.reason.strip():
            raise ValidationError({"reason": "종료하는 까닭을 적어 주세요."})
        if self.new_task and self.old_task_id and self.new_task.plan_id == self.old_task.plan_id:
            raise ValidationError({"new_task": "같은 기수의 과제입니다. 다음 기수의 과제를 골라 주세요."})
