"""사업의 진행 상황: 기준일마다의 진척률과 글."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from core.access import OwnTeamScope
from core.formats import date_plain
from core.history.models import Record
from planning.work_plans.models.plans import WorkItem


class ProgressEntry(Record):
    """기준일의 진행 상황. 확정한 뒤에도 한 해 동안 쌓인다."""

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="progress", verbose_name="주요업무")
    as_of = models.DateField("기준일")
    rate = models.DecimalField(
        "진척률(%)", max_digits=4, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100, "진척률은 100까지 적습니다.")],
        help_text="시작부터 기준일까지의 누계. 재지 않는 사업이면 비워 둡니다.",
    )  # fmt: skip
    text = models.TextField("추진상황", help_text="○ - 로 줄을 나누어 한 일과 수를 적습니다. 이듬해 추진실적의 초안이 됩니다.")
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("item",)
    # 부서는 제 사업의 진행 상황을 한 해 내내 적는다. 적어 둔 것은 확정 여부와 관계없이 고칠 수 있다.
    scope: ClassVar = OwnTeamScope("item__", Q())

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "추진상황"
        ordering = ["-as_of", "item"]
        constraints = [models.UniqueConstraint(fields=["item", "as_of"], name="work_progress_unique")]

    def __str__(self) -> str:
        return f"{self.item} {date_plain(self.as_of)}"

    def clean(self) -> None:
        if self.item_id and self.as_of and self.as_of < self.item.period[0]:
            raise ValidationError({"as_of": f"사업이 시작하는 {date_plain(self.item.period[0])} 뒤의 기준일을 적어 주세요."})
