"""할 일의 표."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

# 글의 길이. 넘는 글은 자른다
TEXT, NOTE = 400, 600


class InboxLineQuerySet(models.QuerySet["InboxLine"]):
    def shown_on(self, day: date) -> Self:
        """그날 보이는 줄."""
        return self.filter(Q(shows_from=None) | Q(shows_from__lte=day), Q(shows_until=None) | Q(shows_until__gte=day))


class InboxLine(models.Model):
    """할 일 한 줄. 업무 자료에서 낸 것이라 이력이 없고, 지우고 다시 내도 같다."""

    source = models.CharField("갈래", max_length=60)
    record = models.BigIntegerField("자료의 번호")
    whom = models.CharField("누구의 일", max_length=60, db_index=True)
    work = models.CharField("업무", max_length=40)
    text = models.CharField("할 일", max_length=TEXT)
    note = models.CharField("근거", max_length=NOTE, blank=True)
    owner = models.CharField("담당", max_length=100, blank=True)
    url = models.CharField("주소", max_length=400)
    verb = models.CharField("단추", max_length=40)
    verb_url = models.CharField("단추의 주소", max_length=400)
    due = models.DateField("기한", null=True)
    shows_from = models.DateField("보이기 시작하는 날", null=True)
    shows_until = models.DateField("마지막으로 보이는 날", null=True)
    rank = models.BigIntegerField("차례", default=0)
    together = models.CharField("묶음", max_length=60, blank=True)
    is_sample = models.BooleanField("표본", default=False)

    objects = InboxLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "할 일"
        indexes = [models.Index(fields=["source", "record"], name="inbox_record")]

    def __str__(self) -> str:
        return self.text
