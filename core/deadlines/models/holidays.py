"""공휴일."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from core.access import CommonScope
from core.formats import date_long
from core.history.models import Record


class Holiday(Record):
    """쉬는 날 하루. 토요일과 일요일은 적지 않아도 쉬는 날이고, 임시공휴일은 손으로 더한다."""

    class Kind(models.TextChoices):
        LEGAL = "legal", "공휴일"
        SUBSTITUTE = "substitute", "대체공휴일"
        ELECTION = "election", "선거일"
        TEMPORARY = "temporary", "임시공휴일"

    date = models.DateField("날짜", unique=True)
    name = models.CharField("이름", max_length=60)
    kind = models.CharField("구분", max_length=10, choices=Kind.choices, default=Kind.LEGAL)
    is_disputed = models.BooleanField(
        "미뤄지는지 다툼 있음", default=False,
        help_text="법원의 기간까지 미뤄지는지 분명하지 않은 날. 안전 기한은 그 앞의 근무일이 됩니다.",
    )
    source = models.CharField("근거", max_length=200, blank=True)

    scope: ClassVar = CommonScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "공휴일"
        ordering = ["-date"]

    def __str__(self) -> str:
        return f"{date_long(self.date)} {self.name}"
