"""개인정보 열람 기록."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self, cast

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone

from core.access import AccessLogScope


class PersonalAccessQuerySet(models.QuerySet["PersonalAccess"]):
    def for_user(self, user: Any) -> Self:
        """과장과 시스템관리자는 모두, 나머지는 자기가 본 것만."""
        return cast("Self", PersonalAccess.scope.readable(self, user))

    def in_month(self, month: date) -> Self:
        """month 가 든 달의 기록."""
        return self.filter(at__year=month.year, at__month=month.month)

    def update(self, **kwargs: Any) -> int:
        raise TypeError("열람 기록은 고칠 수 없습니다.")

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("열람 기록은 지울 수 없습니다. 보관 기한이 지난 것은 discard_old() 로 없앱니다.")

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def discard_old(self, before: Any) -> int:
        """보관 기한(2년, 개인정보의 안전성 확보조치 기준 제8조제1항)이 지난 기록을 없애고 그 수를 준다."""
        return models.QuerySet(PersonalAccess, using=self.db).filter(at__lt=before).delete()[0]

    discard_old.alters_data = True  # type: ignore[attr-defined]


class PersonalAccess(models.Model):
    """가리지 않은 개인정보를 본 일 한 번. 누가 언제 어디서 누구의 것을 왜 보았는지 남기고, 고치거나 지우지 않는다."""

    class Action(models.TextChoices):
        VIEWED = "viewed", "열람"
        EDITED = "edited", "고치려고 엶"
        EXPORTED = "exported", "내려받음"
        ERASED = "erased", "파기"

    at = models.DateTimeField("본 때", default=timezone.now, db_index=True)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="본 사람")
    address = models.GenericIPAddressField("접속한 곳", null=True)
    model = models.CharField("자료", max_length=100)
    object_id = models.BigIntegerField("번호")
    object_text = models.CharField("이름", max_length=300)
    action = models.CharField("한 일", max_length=10, choices=Action.choices, default=Action.VIEWED)
    reason = models.CharField("까닭", max_length=200)

    objects = PersonalAccessQuerySet.as_manager()
    scope: ClassVar = AccessLogScope()

    class Meta:
        verbose_name = verbose_name_plural = "개인정보 열람 기록"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["model", "object_id", "-at"])]

    def __str__(self) -> str:
        return f"{self.object_text} {self.get_action_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("열람 기록은 고칠 수 없습니다.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("열람 기록은 지울 수 없습니다.")

    @property
    def model_title(self) -> str:
        """자료의 이름."""
        try:
            return str(apps.get_model(self.model)._meta.verbose_name)
        except LookupError:
            return self.model


class AccessCheckQuerySet(models.QuerySet["AccessCheck"]):
    def update(self, **kwargs: Any) -> int:
        raise TypeError("점검한 일은 고칠 수 없습니다.")

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("점검한 일은 지울 수 없습니다.")

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class AccessCheck(models.Model):
    """한 달의 열람 기록을 점검한 일 한 번. 달마다 점검해야 하고(개인정보의 안전성 확보조치 기준 제8조), 고치거나 지우지 않는다."""

    month = models.DateField("점검한 달", help_text="그달의 첫날로 적습니다.")
    count = models.PositiveIntegerField("그달의 열람 기록(건)")
    note = models.CharField("점검 의견", max_length=300)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="점검한 사람")
    checked_at = models.DateTimeField("점검한 때", default=timezone.now)

    objects = AccessCheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "열람 기록 점검"
        ordering = ["-month", "-checked_at"]

    def __str__(self) -> str:
        return f"{self.month:%Y년 %-m월} 열람 기록 점검"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("점검한 일은 고칠 수 없습니다.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("점검한 일은 지울 수 없습니다.")
