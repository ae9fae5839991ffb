"""가져오기 한 번(ImportBatch)과 열 맞춤의 기억(RememberedMapping)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from core.access import CommonScope
from core.documents.models import StoredFile
from core.excel.columns import heading_key
from core.history.models import Record

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

    def discard_personal(self, labels: Iterable[str]) -> int:
        """당사자 이름이 든 파일(labels 의 자료)은 되돌릴 수 있는 기간이 지나면 내용을 없앤다. 반영한 일과 지문은 남는다."""
        old = self.filter(model__in=list(labels), created_at__lt=timezone.now() - timedelta(days=UNDO_DAYS)).exclude(file__file="")
        gone = list(old.select_related("file"))
        for batch in gone:
            batch.file.file.delete(save=True)
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
    unit = models.PositiveBigIntegerField("금액 단위(원)", null=True, blank=True)
    headless = models.BooleanField("머리글 없음", default=False)
    fixes = models.JSONField("화면에서 고친 칸", default=dict, blank=True)
    status = models.CharField("상태", max_length=10, choices=Status.choices, default=Status.PREVIEW)
    counts = models.JSONField("행 수", default=dict, blank=True)
    preview = models.JSONField("미리보기", default=dict, blank=True)
    excluded = models.JSONField("뺀 행", default=list, blank=True)
    choices = models.JSONField("충돌에서 고른 값", default=dict, blank=True)
    fiscal_year = models.PositiveSmallIntegerField("올리는 회계연도", null=True, blank=True)
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


class PreviewPage(models.Model):
    """미리보기 한 갈래의 한 쪽. 5만 행을 올려도 화면은 보이는 쪽만 읽는다."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="pages", verbose_name="가져오기")
    tab = models.CharField("갈래", max_length=20)
    number = models.PositiveIntegerField("쪽")
    rows = models.JSONField("행", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "미리보기 쪽"
        ordering = ["batch", "tab", "number"]
        constraints = [models.UniqueConstraint(fields=["batch", "tab", "number"], name="preview_page_unique")]

    def __str__(self) -> str:
        return f"{self.batch} {self.tab} {self.number}쪽"


class RememberedMapping(models.Model):
    """같은 모양의 파일을 다시 올릴 때 쓸 열 맞춤과 금액 단위."""

    model = models.CharField("자료", max_length=100)
    layout = models.CharField("파일의 모양", max_length=64)
    mapping = models.JSONField("열 맞춤", default=dict)
    unit = models.PositiveBigIntegerField("금액 단위(원)", null=True, blank=True)
    saved_at = models.DateTimeField("기억한 때", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "기억한 열 맞춤"
        ordering = ["-saved_at"]
        constraints = [models.UniqueConstraint(fields=["model", "layout"], name="remembered_mapping_unique")]

    def __str__(self) -> str:
        return f"{self.model} {self.layout[:8]}"


def excel_models() -> list[tuple[str, str]]:
    """엑셀로 들어오는 자료: 권한을 정한 우리 모델 모두."""
    found = [model for model in apps.get_models() if hasattr(model, "scope")]
    return sorted(((model._meta.label_lower, str(model._meta.verbose_name)) for model in found), key=lambda pair: pair[1])


class HeadingSynonym(Record):
    """머리글의 같은 말. 관리자 화면에서 더하면 모든 가져오기가 알아듣는다."""

    model = models.CharField("자료", max_length=100, choices=excel_models)
    field = models.CharField("열", max_length=100, help_text="우리 머리글(예: 세부사업)을 적습니다.")
    text = models.CharField("파일에 적힌 머리글", max_length=100)

    scope: ClassVar = CommonScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "머리글의 같은 말"
        ordering = ["model", "field", "text"]
        constraints = [models.UniqueConstraint(fields=["model", "field", "text"], name="heading_synonym_unique")]

    def __str__(self) -> str:
        return f"{self.get_model_display()} {self.field} = {self.text}"

    def clean(self) -> None:
        if not heading_key(self.text):
            raise ValidationError({"text": "빈칸이나 단위만으로는 열을 알 수 없습니다. 머리글의 글자를 적어 주세요."})
        others = HeadingSynonym.objects.filter(model=self.model).exclude(pk=self.pk)
        taken = {heading_key(other.text): other for other in others if heading_key(other.field) != heading_key(self.field)}
        if other := taken.get(heading_key(self.text)):
            raise ValidationError({"text": f"이미 「{other.field}」의 같은 말입니다. 한 머리글은 한 열만 뜻해야 합니다."})


def layout_of(headings: Iterable[str]) -> str:
    """머리글로 아는 파일의 모양. 빈칸과 단위 표시의 차이는 같은 모양이다."""
    return hashlib.sha256("\n".join(map(heading_key, headings)).encode()).hexdigest()
