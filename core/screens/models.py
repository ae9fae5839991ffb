"""사람마다 다른 목록의 모습: 저장한 조건, 고른 열과 한 쪽 건수."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def for_user(self, user: Any) -> Self:
        """내가 저장한 것과 우리 팀이 함께 쓰는 것."""
        own = Q(owner=user)
        return self.filter(own | Q(is_shared=True, owner__team=user.team) if user.team else own)


class SavedFilter(models.Model):
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


class ColumnChoice(models.Model):
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
