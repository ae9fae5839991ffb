"""회계연도마다 다른 과목표: 회계, 분야–부문–정책–단위–세부사업, 편성목–통계목."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from core.access import DepartmentScope, Team, TeamScope
from core.history.models import Record
from core.org.models import Department
from core.projects.models import Project


class FiscalYear(Record):
    """회계연도. 1월 1일부터 12월 31일까지다(지방자치법 140)."""

    year = models.PositiveSmallIntegerField("회계연도", unique=True)
    # 보고서를 쓰는 동안 화면의 처음 기준일을 붙들어 둔다. 더 늦은 자료를 반영하면 따라간다.
    report_as_of = models.DateField("보고 기준일", null=True, blank=True, help_text="비우면 가장 늦은 기준일")

    scope: ClassVar = TeamScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "회계연도"
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"{self.year} 회계연도"


class YearlyCode(Record):
    """회계연도마다 따로 두는 과목. 같은 코드도 해가 바뀌면 뜻이 다를 수 있다."""

    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, verbose_name="회계연도")
    code = models.CharField("코드", max_length=40, blank=True)
    name = models.CharField("이름", max_length=200)

    scope: ClassVar = TeamScope()

    class Meta(Record.Meta):
        abstract = True
        ordering = ["fiscal_year", "code", "name"]

    def __str__(self) -> str:
        return self.name


class Account(YearlyCode):
    """회계. 일반회계와 특별회계로 나눈다(지방자치법 141). 기금은 예산 밖이다."""

    class Kind(models.TextChoices):
        GENERAL = "general", "일반회계"
        SPECIAL = "special", "특별회계"
        FUND = "fund", "기금"

    kind = models.CharField("구분", max_length=10, choices=Kind.choices, default=Kind.GENERAL)

    class Meta(YearlyCode.Meta):
        verbose_name = verbose_name_plural = "회계"
        constraints = [models.UniqueConstraint(fields=["fiscal_year", "name"], name="account_unique")]


class Field(YearlyCode):
    """분야(예: 010 일반공공행정)."""

    class Meta(YearlyCode.Meta):
        verbose_name = verbose_name_plural = "분야"
        constraints = [models.UniqueConstraint(fields=["fiscal_year", "name"], name="field_unique")]


class Sector(YearlyCode):
    """부문. 분야 아래의 갈래."""

    field = models.ForeignKey(Field, models.PROTECT, verbose_name="분야")

    class Meta(YearlyCode.Meta):
        verbose_name = verbose_name_plural = "부문"
        constraints = [models.UniqueConstraint(fields=["field", "name"], name="sector_unique")]


class PolicyProgram(YearlyCode):
    """정책사업. 의회가 의결하는 단위라 이를 넘으면 이용이다(지방재정법 47의2)."""

    # 부문 없이 분야만 적힌 자료가 있어 둘 다 따로 둔다.
    field = models.ForeignKey(Field, models.PROTECT, null=True, blank=True, verbose_name="분야")
    sector = models.ForeignKey(Sector, models.PROTECT, null=True, blank=True, verbose_name="부문")

    class Meta(YearlyCode.Meta):
        verbose_name = verbose_name_plural = "정책사업"


class UnitProgram(YearlyCode):
    """단위사업. 업무보고의 예산현황이 이 단위다."""

    policy_program = models.ForeignKey(PolicyProgram, models.PROTECT, verbose_name="정책사업")
    short_name = models.CharField("줄인 이름", max_length=40, blank=True)
    team = models.CharField("담당 팀", max_length=20, choices=Team.choices, blank=True)

    class Meta(YearlyCode.Meta):
        verbose_name = verbose_name_plural = "단위사업"
        constraints = [models.UniqueConstraint(fields=["policy_program", "name"], name="unit_program_unique")]


class ReportProgram(Record):
    """업무보고에 실린 사업. 단위사업의 세부사업을 보고용으로 묶는다(보고서 Ⅱ장)."""

    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, verbose_name="회계연도")
    section = models.CharField("절", max_length=20)
    title = models.CharField("사업명", max_length=200)
    unit_program_name = models.CharField("단위사업명", max_length=200)
    team = models.CharField("담당 팀", max_length=20, choices=Team.choices)

    scope: ClassVar = TeamScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "업무보고 사업"
        ordering = ["fiscal_year", "section"]
        constraints = [models.UniqueConstraint(fields=["fiscal_year", "section"], name="report_program_unique")]

    def __str__(self) -> str:
        return self.title


class DetailProgram(YearlyCode):
    """세부사업. 부서가 일하는 단위이고 날마다 공개한다(지방재정법 60⑦)."""

    unit_program = models.ForeignKey(UnitProgram, models.PROTECT, verbose_name="단위사업")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, verbose_name="부서")
    report_program = models.ForeignKey(
        ReportProgram, models.SET_NULL, null=True, blank=True, verbose_name="업무보고 사업"
    )
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, blank=True, related_name="detail_programs", verbose_name="사업"
    )
    is_sample = models.BooleanField("표본", default=False)

    scope: ClassVar = DepartmentScope()

    class Meta(YearlyCode.Meta):
        verbose_name = verbose_name_plural = "세부사업"
        constraints = [models.UniqueConstraint(fields=["unit_program", "name", "code"], name="detail_program_unique")]


class ExpenseItem(YearlyCode):
    """편성목(세 자리, 예: 201 일반운영비)."""

    class Meta(YearlyCode.Meta):
        verbose_name = verbose_name_plural = "편성목"
        constraints = [models.UniqueConstraint(fields=["fiscal_year", "code"], name="expense_item_unique")]


class StatItem(YearlyCode):
    """통계목(예: 201-01 사무관리비). 코드의 뜻은 회계연도마다 다르다."""

    expense_item = models.ForeignKey(ExpenseItem, models.PROTECT, verbose_name="편성목")

    class Meta(YearlyCode.Meta):
        verbose_name = verbose_name_plural = "통계목"
        constraints = [models.UniqueConstraint(fields=["fiscal_year", "code"], name="stat_item_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
