"""올린 파일(StoredFile)과, 업무 자료에 붙는 첨부와 의견."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import PurePath
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import File
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.access import Role, Scope
from core.history.models import Record, RecordQuerySet
from core.org.models import Staff


def _storage_name(instance: StoredFile, filename: str) -> str:
    # 올린 사람이 적은 이름은 경로에 쓰지 않는다.
    return f"{timezone.localdate():%Y/%m}/{uuid.uuid4().hex}"


def digest(upload: File[bytes]) -> str:
    """내용의 sha256. 읽던 자리는 처음으로 돌려놓는다."""
    found = hashlib.sha256()
    for chunk in upload.chunks():
        found.update(chunk)
    upload.seek(0)
    return found.hexdigest()


def safe_name(name: str) -> str:
    """경로·제어문자를 뺀 파일 이름(NFC, 150자까지). 확장자는 남긴다."""
    base = PurePath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    cleaned = "".join(letter for letter in base if unicodedata.category(letter)[0] != "C").strip(" .") or "파일"
    stem, dot, suffix = cleaned.rpartition(".")
    return f"{stem[: 149 - len(suffix)]}.{suffix}" if dot and len(suffix) < 20 else cleaned[:150]


class StoredFileManager(models.Manager["StoredFile"]):
    def store(self, upload: File[bytes], user: Any, name: str = "") -> StoredFile:
        """파일을 안전한 이름으로 저장하고 크기와 sha256 을 적는다."""
        return self.create(
            file=upload,
            name=safe_name(name or upload.name or "파일"),
            size=upload.size,
            sha256=digest(upload),
            uploaded_by=user,
        )

    def discard_unused(self, before: datetime) -> int:
        """before 전에 올렸는데 어느 자료도 쓰지 않는 파일을 지우고 건수를 준다."""
        unused = {f"{relation.name}__isnull": True for relation in self.model._meta.related_objects}
        files = list(self.filter(uploaded_at__lt=before, **unused))
        for stored in files:
            stored.discard()
        return len(files)

    def discard_strays(self, before: datetime) -> int:
        """before 전에 디스크에 적혔는데 표에 없는 파일을 지운다. 올리는 도중에 서버가 죽으면 생긴다."""
        storage = self.model._meta.get_field("file").storage  # type: ignore[union-attr]
        known = set(self.values_list("file", flat=True))
        strays = [name for name in _files_under(storage, "") if name not in known and storage.get_modified_time(name) < before]
        for name in strays:
            storage.delete(name)
        return len(strays)


def _files_under(storage: Any, folder: str) -> Iterator[str]:
    """storage 의 folder 아래에 있는 모든 파일의 이름."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in files)
    for name in folders:
        yield from _files_under(storage, f"{prefix}{name}")


class StoredFile(models.Model):
    """올린 파일 하나. 내용은 바꾸지 않고, sha256 으로 같은 파일인지 안다."""

    # 판이 없어도 기억한 화면에 나올 수 있다(core.history.revisions)
    never_changes: ClassVar = True

    file = models.FileField("파일", upload_to=_storage_name)
    name = models.CharField("이름", max_length=200)
    size = models.PositiveBigIntegerField("크기(바이트)")
    sha256 = models.CharField("지문(SHA-256)", max_length=64, db_index=True)
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

    def discard(self) -> None:
        """아무 자료도 쓰지 않는 파일을 디스크와 표에서 함께 지운다."""
        self.file.delete(save=False)
        self.delete()


class AttachedScope(Scope):
    """업무 자료에 붙은 것. 그 자료를 볼 수 있으면 보고, 붙인 사람과 그 자료를 고치는 사람이 고친다."""

    def __init__(self, author: str) -> None:
        self.author = author

    def _where_record(self, queryset: QuerySet[Any], allowed: Callable[[RecordQuerySet], RecordQuerySet]) -> Q:
        """붙은 자료가 allowed 안에 있는 행. 자료의 종류마다 하위 질의 하나를 쓴다."""
        condition = Q(pk__in=[])
        kinds = queryset.order_by().values("content_type").distinct()
        for kind in ContentType.objects.filter(pk__in=kinds):
            model = kind.model_class()
            if model and issubclass(model, Record):
                keys = allowed(model.objects.all()).order_by().values("pk")
                condition |= Q(content_type=kind, object_id__in=keys)
        return condition

    def readable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        return queryset.filter(self._where_record(queryset, lambda rows: rows.for_user(user)))

    def may_add(self, model: type[models.Model], user: Staff) -> bool:
        return user.role != Role.VIEWER

    def changeable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        if not self.may_add(queryset.model, user):
            return queryset.none()
        owned = Q((self.author, user)) | self._where_record(queryset, lambda rows: rows.changeable_by(user))
        return self.readable(queryset, user).filter(owned)

    def owner_text(self, model: type[models.Model]) -> str:
        return "올린 사람"


class AttachmentScope(AttachedScope):
    """첨부. 부서 담당자는 그 자료를 고칠 수 있는 동안만 더하고 뺀다. 낸 뒤에 증빙이 사라지면 확정한 값의 근거가 없어진다."""

    def changeable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        rows = super().changeable(queryset, user)
        if user.role != Role.DEPARTMENT:
            return rows
        return rows.filter(self._where_record(queryset, lambda records: records.changeable_by(user)))


class CommentScope(AttachedScope):
    """의견. 「확정 전 해결」은 팀이 걸고 팀이 푼다."""

    def changeable(self, queryset: QuerySet[Any], user: Staff) -> QuerySet[Any]:
        rows = super().changeable(queryset, user)
        return rows.exclude(is_blocking=True) if user.role == Role.DEPARTMENT else rows

    def may_block(self, record: Record, user: Staff) -> bool:
        """「확정 전 해결」 의견을 달 수 있는가: 그 자료를 맡은 팀."""
        return user.role != Role.DEPARTMENT and record.scope.may_change(record, user)


class AttachedQuerySet(RecordQuerySet):
    def to_record(self, record: models.Model) -> Self:
        """record 한 행에 붙은 것."""
        return self.filter(content_type=ContentType.objects.get_for_model(record), object_id=record.pk)


class Attached(Record):
    """업무 자료 한 행에 붙는 것의 바탕."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", verbose_name="자료")
    object_id = models.PositiveBigIntegerField("번호")
    record = GenericForeignKey()

    objects = AttachedQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = True
        indexes = [models.Index(fields=["content_type", "object_id"])]


class Attachment(Attached):
    """업무 자료에 붙인 파일 하나. 지워도 파일과 이력은 남고, 되돌릴 수 있다."""

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="attachments", verbose_name="파일")
    kind = models.CharField("구분", max_length=30, blank=True)
    evidence_on = models.DateField("증빙 기준일", null=True, blank=True)
    note = models.CharField("설명", max_length=200, blank=True)
    is_removed = models.BooleanField("지움", default=False)

    named_with = ("file",)
    scope: ClassVar = AttachmentScope("file__uploaded_by")

    class Meta(Attached.Meta):
        verbose_name = verbose_name_plural = "첨부"
        ordering = ["-file__uploaded_at", "-pk"]

    def __str__(self) -> str:
        return str(self.file)

    def remove(self) -> None:
        """목록에서 뺀다."""
        self.is_removed = True
        self.save(update_fields=["is_removed"])

    def restore(self) -> None:
        """뺀 것을 되돌린다."""
        self.is_removed = False
        self.save(update_fields=["is_removed"])


_MENTION = re.compile(r"@(\w{2,20})")


class Comment(Attached):
    """업무 자료에 남긴 의견. 답글은 한 단계까지, field 가 있으면 그 항목에 대한 의견이다."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replies", verbose_name="원래 의견"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="쓴 사람")
    text = models.TextField("의견", max_length=2_000)
    field = models.CharField("항목", max_length=60, blank=True)
    is_blocking = models.BooleanField("확정 전 해결", default=False)
    written_at = models.DateTimeField("쓴 때", default=timezone.now)
    resolved_at = models.DateTimeField("마무리한 때", null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="마무리한 사람"
    )
    mentioned = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name="가리킨 사람"
    )

    scope: ClassVar = CommentScope("author")

    class Meta(Attached.Meta):
        verbose_name = verbose_name_plural = "의견"
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]

    def note_mentions(self) -> None:
        """글에 적은 @사번과 @이름의 사람을 적어 둔다. 이름 뒤의 조사와 「님」은 떼고 본다.

        자료를 볼 수 없는 사람은 뺀다. 알림에 자료의 이름과 글이 담기기 때문이다.
        """
        words = set(_MENTION.findall(self.text))
        names = {word[:length] for word in words for length in range(2, min(len(word), 6) + 1)}
        if words:
            people = Staff.objects.filter(Q(employee_number__in=words) | Q(name__in=names), is_active=True)
            model: Any = type(self.record)
            record = model._default_manager.filter(pk=self.object_id)
            self.mentioned.set([person for person in people if record.for_user(person).exists()])

    def resolve(self, user: Staff) -> None:
        """마무리하거나, 마무리한 것을 다시 연다."""
        done = self.resolved_at is None
        self.resolved_at, self.resolved_by = (timezone.now(), user) if done else (None, None)
        self.save(update_fields=["resolved_at", "resolved_by"])
