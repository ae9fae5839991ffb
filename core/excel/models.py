"""가져오기 한 번(ImportBatch)과 열 맞춤의 기억(RememberedMapping)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.documents.models import StoredFile
from core.excel.columns import heading_key

# 반영하지 않은 미리보기를 두는 시간과, 반영한 것을 되돌릴 수 있는 날수
ABANDONED_AFTER = timedelta(days=1)
UNDO_DAYS = 30


class ImportBatchManager(models.Manager["ImportBatch"]):
    def purge_abandoned(self) -> int:
        """반영하지 않고 하루가 지난 미리보기를 올린 파일까지 지운다."""
        old = self.filter(status=ImportBatch.Status.PREVIEW, created_at__lt=timezone.now() - ABANDONED_AFTER)
        gone = list(old.select_related("file"))
        for batch in gone:
            batch.discard()
        return len(gone)


class ImportBatch(models.Model):
    """엑셀 가져오기 한 번: 올린 파일, 열 맞춤, 미리보기, 반영. 올린 사람만 열 수 있다.

    번호(id)는 이력의 묶음과 같아서, 이것으로 한꺼번에 되돌린다.
    """

    class Status(models.TextChoices):
        PREVIEW = "preview", "미리보기"
        APPLIED = "applied", "반영"
        UNDONE = "undone", "되돌림"

    id = models.UUIDField("번호", primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="올린 사람")
    model = models.CharField("자료", max_length=100)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="파일")
    sheet = models.CharField("시트", max_length=100, blank=True)
    mapping = models.JSONField("열 맞춤", default=dict, blank=True)
    unit = models.PositiveIntegerField("금액 단위(원)", null=True, blank=True)
    fixes = models.JSONField("화면에서 고친 칸", default=dict, blank=True)
    status = models.CharField("상태", max_length=10, choices=Status.choices, default=Status.PREVIEW)
    counts = models.JSONField("행 수", default=dict, blank=True)
    preview = models.JSONField("미리보기", default=dict, blank=True)
    excluded = models.JSONField("뺀 행", default=list, blank=True)
    created_at = models.DateTimeField("올린 때", default=timezone.now)
    applied_at = models.DateTimeField("반영한 때", null=True, blank=True)
    undone_at = models.DateTimeField("되돌린 때", null=True, blank=True)

    objects = ImportBatchManager()

    class Meta:
        verbose_name = verbose_name_plural = "엑셀 가져오기"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["owner", "model", "-created_at"])]

    def __str__(self) -> str:
        return f"{self.file} ({self.get_status_display()})"

    @property
    def may_undo(self) -> bool:
        """지금 되돌릴 수 있는가(반영한 지 30일 안)."""
        return self.status == self.Status.APPLIED and timezone.now() <= self.undo_until

    @property
    def undo_until(self) -> Any:
        return (self.applied_at or self.created_at) + timedelta(days=UNDO_DAYS)

    def discard(self) -> None:
        """미리보기를 지운다. 다른 곳에서 쓰지 않는 파일이면 함께 지운다."""
        if self.status != self.Status.PREVIEW:
            raise ValueError("반영한 가져오기는 지울 수 없습니다.")
        file = self.file
        self.delete()
        if not ImportBatch.objects.filter(file=file).exists():
            file.file.delete(save=False)
            file.delete()


class RememberedMapping(models.Model):
    """같은 모양의 파일을 다시 올릴 때 쓸 열 맞춤과 금액 단위."""

    model = models.CharField("자료", max_length=100)
    layout = models.CharField("파일의 모양", max_length=64)
    mapping = models.JSONField("열 맞춤", default=dict)
    unit = models.PositiveIntegerField("금액 단위(원)", null=True, blank=True)
    saved_at = models.DateTimeField("기억한 때", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "기억한 열 맞춤"
        ordering = ["-saved_at"]
        constraints = [models.UniqueConstraint(fields=["model", "layout"], name="remembered_mapping_unique")]

    def __str__(self) -> str:
        return f"{self.model} {self.layout[:8]}"


def layout_of(headings: Iterable[str]) -> str:
    """머리글로 아는 파일의 모양. 빈칸과 단위 표시의 차이는 같은 모양이다."""
    return hashlib.sha256("\n".join(map(heading_key, headings)).encode()).hexdigest()
