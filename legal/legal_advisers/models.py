"""법률고문."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from core.access import TeamScope
from core.history.models import Record


class Adviser(Record):
    """위촉한 법률고문 한 사람(또는 법무법인)."""

    name = models.CharField("이름", max_length=50)
    firm = models.CharField("소속", max_length=100, blank=True)
    specialty = models.CharField("전문분야", max_length=100, blank=True)
    appointed_on = models.DateField("위촉일")
    term_end_on = models.DateField("임기 만료일")
    is_sample = models.BooleanField("표본", default=False, editable=False)

    scope: ClassVar = TeamScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "법률고문"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return f"{self.name}({self.firm})" if self.firm else self.name

    def clean(self) -> None:
        if self.appointed_on and self.term_end_on and self.term_end_on < self.appointed_on:
            raise ValidationError({"term_end_on": "임기 만료일이 위촉일보다 앞섭니다. 두 날짜를 확인해 주세요."})
