"""판결의 결과와, 그것을 승소와 패소로 나누는 정의.

보고서는 소취하를 승소에, 일부인용을 패소에 넣는다. 결과는 나온 그대로 두고 분류는 날짜 있는 정의로 정한다(DOMAIN §4.2, 함정 11).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q

from core.access import TeamScope
from core.history.models import Record, RecordQuerySet
from core.history.revisions import kept_rows
from core.states import Sign


class Outcome(models.TextChoices):
    """나온 그대로의 결과. 구의 자리에서 적는다(원고 청구 기각은 승소)."""

    WON = "won", Sign("승소", "ok")
    DISMISSED = "dismissed", "각하"
    WITHDRAWN = "withdrawn", "소취하"
    SETTLED = "settled", "화해·조정"
    PARTLY_LOST = "partly_lost", "일부인용"
    LOST = "lost", Sign("패소", "bad")
    OTHER = "other", "기타"


class Bucket(models.TextChoices):
    """현황표의 칸."""

    WON = "won", Sign("승소", "ok")
    LOST = "lost", Sign("패소", "bad")
    NEITHER = "neither", "세지 않음"


def definition(rows: Iterable[OutcomeBucket], day: date) -> dict[str, str]:
    """적용일 차례의 rows 가운데 day 에 쓰는 정의: {결과: 칸}. 적지 않은 결과는 「세지 않음」이다."""
    found = dict.fromkeys(Outcome.values, str(Bucket.NEITHER))
    return found | {row.outcome: row.bucket for row in rows if row.valid_from <= day}


class OutcomeBucketQuerySet(RecordQuerySet):
    def on(self, day: date) -> dict[str, str]:
        """day 에 쓰는 정의. 질의 한 번."""
        return definition(kept_rows(self.order_by("valid_from", "pk")), day)

    def outcomes(self, bucket: str, day: date) -> list[str]:
        """day 의 정의로 bucket 에 드는 결과들."""
        return [outcome for outcome, found in self.on(day).items() if found == bucket]


class OutcomeBucket(Record):
    """한 결과를 어느 칸에 세는지의 정의. 언제부터 쓰는지와 근거를 함께 적는다."""

    outcome = models.CharField("결과", max_length=12, choices=Outcome.choices)
    bucket = models.CharField("현황표의 칸", max_length=8, choices=Bucket.choices)
    valid_from = models.DateField("적용 시작일")
    basis = models.CharField("근거", max_length=200, blank=True)

    objects = OutcomeBucketQuerySet.as_manager()
    scope: ClassVar = TeamScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "승패 분류"
        ordering = ["-valid_from", "outcome"]
        constraints = [models.UniqueConstraint(fields=["outcome", "valid_from"], name="outcome_bucket_unique")]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} → {self.get_bucket_display()}"


def in_bucket(bucket: str, day: date, path: str = "") -> Q:
    """확정 결과가 bucket 에 드는 사건의 조건. path 는 행에서 사건까지 가는 길(예: "lawsuit__")."""
    return Q(**{f"{path}outcome__in": OutcomeBucket.objects.outcomes(bucket, day)})
