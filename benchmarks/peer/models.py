"""작업 파일(benchmarks.work)의 열세 열을 그대로 담는 두 표: 장고의 보통 모델과 이력이 남는 Record."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from core.access import CommonScope
from core.history.models import Record
from core.org.models import Department


class Columns(models.Model):
    """열세 열, 겹치지 않는 열 하나, 두 열짜리 색인 둘."""

    number = models.PositiveIntegerField("연번", unique=True)
    account = models.CharField("회계", max_length=40)
    field = models.CharField("분야", max_length=60)
    policy = models.CharField("정책사업", max_length=100)
    unit = models.CharField("단위사업", max_length=100)
    program = models.CharField("세부사업", max_length=100)
    program_code = models.CharField("세부사업코드", max_length=40)
    stat_item = models.CharField("통계목", max_length=60)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="부서")
    budget_amount = models.BigIntegerField("예산액(원)")
    current_amount = models.BigIntegerField("예산현액(원)", null=True)
    committed_amount = models.BigIntegerField("원인행위액(원)", null=True)
    spent_amount = models.BigIntegerField("지출액(원)")

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["department", "program_code"]), models.Index(fields=["stat_item", "department"])]

    def __str__(self) -> str:
        return f"{self.number} {self.program}"


class StockLine(Columns):
    """django-import-export 가 채우는 표. 이력은 남지 않는다."""

    class Meta(Columns.Meta):
        verbose_name = verbose_name_plural = "견줄 줄"


class BenchLine(Columns, Record):
    """우리 가져오기가 채우는 표. 행마다 변경 이력이 남는다."""

    scope: ClassVar = CommonScope()

    class Meta(Columns.Meta, Record.Meta):
        verbose_name = verbose_name_plural = "잴 줄"
        ordering = ["number"]
