"""사람마다 다른 목록의 모습(저장한 조건, 고른 열과 한 쪽 건수)과, 이미 받은 폼의 표."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.history.revisions import Revised, RevisedQuerySet


class SavedFilterQuerySet(RevisedQuerySet):
    def for_user(self, user: Any) -> Self:
        """내가 저장한 것과 우리 팀이 함께 쓰는 것."""
        own = Q(owner=user)
        return self.filter(own | Q(is_shared=True, owner__team=user.team) if user.team else own)


class SavedFilter(Revised):
    """이름을 붙여 둔 조건. 우리 팀과 함께 쓸 수 있다."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="만든 사람")
    screen = models.CharField("화면", max_length=100)
    name = models.CharField("이름", max_length=40)
    query = models.CharField("조건", max_length=1_000, blank=True)
    is_shared = models.BooleanField("팀과 함께 쓰기", default=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "저장한 조건"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "screen", "name"], name="saved_filter_unique")]

    def __str__(self) -> str:
        return self.name


class ColumnChoice(Revised):
    """한 사람이 한 목록에서 고른 열(차례대로)과 한 쪽 건수."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="사람")
    screen = models.CharField("화면", max_length=100)
    columns = models.JSONField("열", default=list, blank=True)
    per_page = models.PositiveSmallIntegerField("한 쪽 건수", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "열 고르기"
        constraints = [models.UniqueConstraint(fields=["owner", "screen"], name="column_choice_unique")]

    def __str__(self) -> str:
        return f"{self.owner} {self.screen}"


class FormTokenQuerySet(models.QuerySet["FormToken"]):
    def discard_old(self, before: datetime) -> int:
        """before 앞에 받은 표를 없앤다."""
        return self.filter(made_at__lt=before).delete()[0]


class FormToken(models.Model):
    """이미 받은 폼의 표. 같은 것을 다시 보내면 첫 번째의 결과로 보낸다."""

    key = models.CharField("지문", max_length=64, unique=True)
    address = models.TextField("결과의 주소", blank=True)
    made_at = models.DateTimeField("받은 때", default=timezone.now, db_index=True)

    objects = FormTokenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "받은 폼"

    def __str__(self) -> str:
        return self.key[:12]
