"""사업과, 한 번 적어 두고 여러 취합이 함께 쓰는 사업의 실적."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.access import SharedScope, Team
from core.history.models import Record, RecordQuerySet
from core.org.models import Department, Staff
from core.rounds.period import Cycle, Period
from core.states import Sign

YEARS = (MinValueValidator(1990), MaxValueValidator(2100))


class ProjectQuerySet(RecordQuerySet):
    def in_year(self, year: int) -> Self:
        """year 에 하고 있는 사업(계속사업은 끝이 없다)."""
        return self.filter(start_year__lte=year).filter(Q(end_year__isnull=True) | Q(end_year__gte=year))

    def open(self) -> Self:
        """아직 끝나지 않은 사업."""
        return self.filter(status__in=(Project.Status.PLANNED, Project.Status.ONGOING))


class Project(Record):
    """구청이 하는 사업 하나. 예산, 이행과제, 지표, 제출이 모두 이것을 가리킨다."""

    class Status(models.TextChoices):
        PLANNED = "planned", Sign("계획", "none")
        ONGOING = "ongoing", "진행"
        DONE = "done", Sign("완료", "done")
        STOPPED = "stopped", Sign("중단", "warn")

    title = models.CharField("사업명", max_length=200)
    department = models.ForeignKey(Department, models.PROTECT, related_name="projects", verbose_name="부서")
    handler = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name="담당자"
    )
    team = models.CharField("관리 팀", max_length=20, choices=Team.choices, blank=True)
    start_year = models.PositiveSmallIntegerField("시작 연도", validators=YEARS)
    end_year = models.PositiveSmallIntegerField(
        "끝 연도", null=True, blank=True, validators=YEARS, help_text="해마다 이어지는 사업은 비웁니다."
    )
    status = models.CharField("상태", max_length=10, choices=Status.choices, default=Status.ONGOING)
    summary = models.TextField("개요", blank=True)
    is_sample = models.BooleanField("표본", default=False)

    objects = ProjectQuerySet.as_manager()
    scope: ClassVar = SharedScope(Team.PLANNING, Team.EVALUATION)

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "사업"
        ordering = ["department__order", "title", "-start_year"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.start_year and self.end_year and self.end_year < self.start_year:
            raise ValidationError({"end_year": "끝 연도가 시작 연도보다 앞섭니다. 두 해를 확인해 주세요."})

    @property
    def period_text(self) -> str:
        """「2022~2026년」, 「2023년」, 「2022년부터 계속」."""
        if self.end_year is None:
            return f"{self.start_year}년부터 계속"
        return f"{self.start_year}년" if self.start_year == self.end_year else f"{self.start_year}~{self.end_year}년"


class ProjectResultQuerySet(RecordQuerySet):
    def of(self, figure: str, period: Period) -> Self:
        """한 기간의 같은 이름 실적."""
        return self.filter(figure=figure, year=period.year, cycle=period.cycle, number=period.number)

    def known(self, project: Project, figure: str, period: Period) -> ProjectResult | None:
        """이미 적어 둔 실적. 없으면 None."""
        return self.of(figure, period).filter(project=project).first()

    def known_of(self, projects: Collection[Any], figure: str, period: Period) -> dict[int, ProjectResult]:
        """{사업 번호: 이미 적어 둔 실적}. 없는 사업은 빠진다. 질의 한 번."""
        return {result.project_id: result for result in self.of(figure, period).filter(project__in=projects)}


class ProjectResult(Record):
    """사업의 한 기간 실적 하나(공정률, 진도율, 실적 따위). 한 번 적으면 같은 것을 묻는 취합이 모두 이 값을 쓴다."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="results", verbose_name="사업")
    figure = models.CharField("실적 이름", max_length=60, help_text="예: 공정률, 진도율")
    year = models.PositiveSmallIntegerField("연도", validators=YEARS)
    cycle = models.CharField("기간 구분", max_length=10, choices=Cycle.choices, default=Cycle.YEAR)
    number = models.PositiveSmallIntegerField("차례", default=1, help_text="분기·반기·달의 번호. 한 해의 실적이면 1")
    value = models.DecimalField("값", max_digits=20, decimal_places=4)
    unit = models.CharField("단위", max_length=20, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="적은 사람"
    )
    entered_at = models.DateTimeField("적은 때", default=timezone.now)
    source = models.CharField("어디에서", max_length=200, help_text="예: 2023년 3/4분기 4개년 계획 점검")
    source_url = models.CharField("출처 주소", max_length=300, blank=True)

    objects = ProjectResultQuerySet.as_manager()
    scope: ClassVar = SharedScope(Team.PLANNING, Team.EVALUATION, path="project__department")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "사업 실적"
        ordering = ["project", "-year", "cycle", "-number", "figure"]
        constraints = [
            models.UniqueConstraint(fields=["project", "figure", "year", "cycle", "number"], name="project_result_unique")
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.figure}"

    def clean(self) -> None:
        try:
            _ = self.period.first_day
        except ValueError:
            raise ValidationError({"number": f"{self.year}년에 그 차례의 기간은 없습니다. 차례를 확인해 주세요."}) from None

    @property
    def period(self) -> Period:
        return Period(self.year, self.number, Cycle(self.cycle))

    @property
    def value_text(self) -> str:
        """「62.5%」처럼 뒤의 0을 뺀 값과 단위."""
        return f"{self.value.normalize():,f}{self.unit}"

    def contradicts(self, value: Any) -> bool:
        """다른 값을 적었는가. 빈 값은 어긋나지 않는다. 저장하는 자릿수(소수 넷째 자리)까지 견준다."""
        if value in (None, ""):
            return False
        return Decimal(value).quantize(Decimal("0.0001")) != Decimal(self.value).quantize(Decimal("0.0001"))
