"""올린 파일(StoredFile)."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import models
from django.utils import timezone


def _storage_name(instance: StoredFile, filename: str) -> str:
    # 올린 사람이 적은 이름은 경로에 쓰지 않는다.
    return f"{timezone.localdate():%Y/%m}/{uuid.uuid4().hex}"


class StoredFileManager(models.Manager["StoredFile"]):
    def store(self, upload: File[bytes], user: Any, name: str = "") -> StoredFile:
        """파일을 안전한 이름으로 저장하고 크기와 sha256 을 적는다."""
        digest = hashlib.sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
        upload.seek(0)
        return self.create(
            file=upload, name=safe_name(name or upload.name or "파일"), size=upload.size,
            sha256=digest.hexdigest(), uploaded_by=user,
        )


def safe_name(name: str) -> str:
    """경로·제어문자를 뺀 파일 이름(NFC, 150자까지). 확장자는 남긴다."""
    import unicodedata

    base = PurePath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    cleaned = "".join(letter for letter in base if unicodedata.category(letter)[0] != "C").strip(" .") or "파일"
    stem, dot, suffix = cleaned.rpartition(".")
    return cleaned[:150] if not dot else f"{stem[: 149 - len(suffix)]}.{suffix}"


class StoredFile(models.Model):
    """올린 파일 하나. 내용은 바꾸지 않고, sha256 으로 같은 파일인지 안다."""

    file = models.FileField("파일", upload_to=_storage_name)
    name = models.CharField("이름", max_length=200)
    size = models.PositiveBigIntegerField("크기(바이트)")
    sha256 = models.CharField("sha256", max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="올린 사람"
    )
    uploaded_at = models.DateTimeField("올린 때", default=timezone.now)

    objects = StoredFileManager()

    class Meta:
        verbose_name = verbose_name_plural = "올린 파일"
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.name
