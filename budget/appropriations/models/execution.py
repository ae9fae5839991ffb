"""집행 자료. e호조가 주인이라 손으로 고치지 않고, 한 벌(스냅숏)을 통째로 올리고 되돌린다."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, cast

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Max, Q, Sum

from budget.appropriations.models.codes import Account, DetailProgram, FiscalYear, StatItem
from budget.appropriations.models.versions import SOURCES, FundedAmounts
from core.access import DepartmentScope, LedgerScope, TeamScope
from core.history.models import Record, RecordQuerySet
from core.history.revisions import kept, kept_rows
from core.ledgers.models import LedgerQuerySet, Pointer, Snapshot, SummaryQuerySet
from core.org.models import Department

AMOUNTS = ("budget_amount", "current_amount", "committed_amount", "spent_amount", "balance_amount")
# 합을 내는 칸 모두(원)
SUMMED = (*AMOUNTS, *(f"{source}_amount" for source in SOURCES))


class ExecutionSnapshot(Snapshot):
    """e호조에서 받은 집행 자료 한 벌. 미리보기에서 행을 다 적어 두고, 반영은 가리키는 손가락만 옮긴다."""

    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, related_name="snapshots", verbose_name="회계연도")
    earlier_report_as_of = models.DateField("반영 전 보고 기준일", null=True, blank=True)

    place: ClassVar = ("fiscal_year", "as_of")
    named_with = ("file",)
    scope: ClassVar = TeamScope()

    class Meta(Snapshot.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "집행 자료"
        ordering = ["-as_of", "-pk"]

    def __str__(self) -> str:
        return f"{self.as_of:%Y. %-m. %-d.} 집행 자료({self.file})"

    def on_apply(self) -> None:
        """보고 기준일은 더 늦은 자료를 반영하면 따라간다."""
        year = self.fiscal_year
        self.earlier_report_as_of = year.report_as_of
        if year.report_as_of and self.as_of > year.report_as_of:
            year.report_as_of = self.as_of
            year.save()

    def on_take_back(self) -> None:
        year = self.fiscal_year
        if year.report_as_of == self.as_of != self.earlier_report_as_of:
            year.report_as_of = self.earlier_report_as_of
            year.save()


class ExecutionPointerQuerySet(RecordQuerySet):
    def of_year(self, fiscal_year: int) -> list[ExecutionPointer]:
        """한 회계연도의 현재 자료, 기준일이 늦은 것부터. 질의 한 번."""
        rows = self.filter(fiscal_year__year=fiscal_year).order_by("-as_of")
        # 읽은 결과(report)와 쪽갈피(marks)는 크고 고른 자료에서만 보므로 미뤄 둔다.
        rows = rows.select_related("snapshot__file", "fiscal_year").defer("snapshot__report", "snapshot__marks")
        # 올린 파일(StoredFile)은 바뀌지 않는다.
        models = (ExecutionPointer, ExecutionSnapshot, FiscalYear)
        return list(kept(("pointers", fiscal_year), models, lambda: tuple(rows)))

    def chosen(self, fiscal_year: int | None = None, as_of: date | None = None) -> ExecutionPointer | None:
        """볼 자료: 기준일을 주면 그 기준일, 아니면 보고 기준일(없으면 가장 늦은 것).

        회계연도를 주지 않으면 기준일의 해, 그것도 없으면 자료가 있는 가장 늦은 해다.
        """
        if as_of:
            rows = self.filter(as_of=as_of).select_related("snapshot__file", "fiscal_year")
            return (rows.filter(fiscal_year__year=fiscal_year) if fiscal_year else rows).first()
        year = fiscal_year or newest_year()
        return first_pointer(self.of_year(year)) if year else None

    def until(self, day: date) -> ExecutionPointer | None:
        """day 의 해에서 그날까지의 가장 늦은 자료."""
        rows = self.filter(fiscal_year__year=day.year, as_of__lte=day).select_related("snapshot__file", "fiscal_year")
        found: ExecutionPointer | None = rows.order_by("-as_of").first()
        return found


class ExecutionPointer(Pointer):
    """어느 기준일의 현재 집행 자료가 무엇인가. 이 한 줄이 바뀌면 대시보드가 바뀐다."""

    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, related_name="pointers", verbose_name="회계연도")
    snapshot = models.OneToOneField(ExecutionSnapshot, models.PROTECT, related_name="pointer", verbose_name="집행 자료")

    objects = ExecutionPointerQuerySet.as_manager()
    scope: ClassVar = LedgerScope("snapshot__brought_by__department")

    class Meta(Pointer.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "기준일별 현재 자료"
        ordering = ["-as_of"]
        constraints = [models.UniqueConstraint(fields=["fiscal_year", "as_of"], name="execution_pointer_unique")]


class ExecutionTotals:
    """집행 행과 그 합에 똑같이 묻는 것."""

    def totals(self: Any) -> dict[str, int | None]:
        """금액 다섯 칸의 합(원)과 행 수, 예산액에서 지출액을 뺀 값(left). 칸이 모두 비었으면 None."""
        left = Sum(models.F("budget_amount") - models.F("spent_amount"))
        found = self.order_by().aggregate(found=self.row_count, left=left, **{name: Sum(name) for name in AMOUNTS})
        return {"rows": found.pop("found") or 0, **found}


class ExecutionRowQuerySet(ExecutionTotals, LedgerQuerySet):
    """집행 행."""


class ExecutionRow(FundedAmounts):
    """e호조 집행현황의 한 행. 어느 파일 몇 행에서 왔는지 늘 안다."""

    # 가리키는 칸마다 따로 둔 색인은 백만 행을 적을 때 값만 비싸다. 아래의 색인 넷이 그 일을 함께 한다.
    snapshot = models.ForeignKey(
        ExecutionSnapshot, models.CASCADE, db_index=False, related_name="rows", verbose_name="집행 자료"
    )
    row_number = models.PositiveIntegerField("엑셀 행")
    account = models.ForeignKey(Account, models.PROTECT, null=True, db_index=False, verbose_name="회계")
    detail_program = models.ForeignKey(DetailProgram, models.PROTECT, db_index=False, verbose_name="세부사업")
    stat_item = models.ForeignKey(StatItem, models.PROTECT, null=True, db_index=False, verbose_name="통계목")
    department = models.ForeignKey(Department, models.PROTECT, null=True, db_index=False, verbose_name="부서")
    department_name = models.CharField("파일의 부서명", max_length=100, blank=True)
    funding = models.CharField("재원 구성", max_length=60, blank=True)
    budget_amount = models.BigIntegerField("예산액(원)")
    current_amount = models.BigIntegerField("예산현액(원)", null=True)
    committed_amount = models.BigIntegerField("원인행위액(원)", null=True)
    spent_amount = models.BigIntegerField("지출액(원)")
    balance_amount = models.BigIntegerField("집행잔액(원)", null=True)

    objects = ExecutionRowQuerySet.as_manager()
    named_with = ("detail_program",)
    scope: ClassVar = LedgerScope()
    summed: ClassVar = SUMMED

    class Meta:
        verbose_name = verbose_name_plural = "집행 행"
        # "snapshot" 이면 자료의 차례(기준일)로 줄을 세우느라 백만 행을 다시 늘어놓는다.
        ordering = ["snapshot_id", "row_number"]
        constraints = [models.UniqueConstraint(fields=["snapshot", "row_number"], name="execution_row_unique")]
        indexes = [
            models.Index(fields=["department", "snapshot", "row_number"], name="execution_row_department"),
            models.Index(fields=["detail_program", "snapshot", "row_number"], name="execution_row_program"),
            models.Index(fields=["stat_item", "snapshot", "row_number"], name="execution_row_stat_item"),
            # 번호까지 담아, 깊은 쪽의 번호를 행을 열지 않고 고른다.
            models.Index(fields=["snapshot", "budget_amount", "row_number", "id"], name="execution_row_by_budget"),
        ]

    def __str__(self) -> str:
        return f"{self.row_number}행 {self.detail_program}"


class ExecutionSummaryQuerySet(ExecutionTotals, SummaryQuerySet):
    """집행 행의 합."""


class ExecutionSummary(FundedAmounts):
    """한 자료의 행을 부서와 한 갈래로 묶은 합. 화면이 백만 행을 다시 더하지 않게, 행과 같은 거래에 적는다.

    행에서 나온 것이라 손으로 고치지 않고, 맞는지는 `check_summaries` 명령이 행을 다시 더해 확인한다.
    """

    class Cut(models.TextChoices):
        PROGRAM = "program", "세부사업별"
        STAT_ITEM = "stat_item", "통계목별"
        FUNDING = "funding", "재원별"

    snapshot = models.ForeignKey(
        ExecutionSnapshot, models.CASCADE, db_index=False, related_name="summaries", verbose_name="집행 자료"
    )
    cut = models.CharField("갈래", max_length=10, choices=Cut.choices)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", verbose_name="부서")
    department_name = models.CharField("파일의 부서명", max_length=100, blank=True)
    detail_program = models.ForeignKey(DetailProgram, models.PROTECT, null=True, related_name="+", verbose_name="세부사업")
    stat_item = models.ForeignKey(StatItem, models.PROTECT, null=True, related_name="+", verbose_name="통계목")
    funding = models.CharField("재원 구성", max_length=60, blank=True, db_default="")
    rows = models.PositiveIntegerField("행 수")
    budget_amount = models.BigIntegerField("예산액(원)")
    current_amount = models.BigIntegerField("예산현액(원)", null=True)
    committed_amount = models.BigIntegerField("원인행위액(원)", null=True)
    spent_amount = models.BigIntegerField("지출액(원)")
    balance_amount = models.BigIntegerField("집행잔액(원)", null=True)

    objects = ExecutionSummaryQuerySet.as_manager()
    scope: ClassVar = LedgerScope()
    summed: ClassVar = SUMMED

    class Meta:
        verbose_name = verbose_name_plural = "집행 합"
        ordering = ["snapshot_id", "cut", "pk"]
        indexes = [models.Index(fields=["snapshot", "cut", "department"], name="execution_summary_lookup")]

    def __str__(self) -> str:
        return f"{self.department_name} {self.get_cut_display()}"

    @classmethod
    def key_fields(cls, cut: str) -> list[models.Field[Any, Any]]:
        """cut 에서 행을 묶는 칸."""
        last = {cls.Cut.PROGRAM: "detail_program", cls.Cut.STAT_ITEM: "stat_item", cls.Cut.FUNDING: "funding"}[cls.Cut(cut)]
        return [cast(Any, cls._meta.get_field(name)) for name in ("department", "department_name", last)]


class MonthlyPlanQuerySet(RecordQuerySet):
    def cumulative(self, fiscal_year: int, month: int) -> dict[int, int]:
        """month 까지의 계획 집행액(원): {세부사업 번호: 누계}. 계획을 적은 사업만."""
        rows = self.filter(detail_program__fiscal_year__year=fiscal_year)
        # 그 달까지 적지 않았어도 계획이 있는 사업이면 0원이다.
        sums = rows.order_by().values_list("detail_program").annotate(sum=Sum("amount", filter=Q(month__lte=month), default=0))
        return dict(kept_rows(sums))


class MonthlyPlan(Record):
    """부서가 적은 세부사업의 월별 집행계획."""

    detail_program = models.ForeignKey(DetailProgram, models.PROTECT, related_name="plans", verbose_name="세부사업")
    month = models.PositiveSmallIntegerField("월", validators=[MinValueValidator(1), MaxValueValidator(12)])
    amount = models.BigIntegerField("계획 집행액(원)")

    objects = MonthlyPlanQuerySet.as_manager()
    named_with = ("detail_program",)
    scope: ClassVar = DepartmentScope("detail_program__department", open_when=Q())

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "월별 집행계획"
        ordering = ["detail_program", "month"]
        constraints = [models.UniqueConstraint(fields=["detail_program", "month"], name="monthly_plan_unique")]

    def __str__(self) -> str:
        return f"{self.detail_program} {self.month}월"


class ExecutionReason(Record):
    """집행이 낮은 까닭과 앞으로의 대책. 사업을 맡은 부서가 적는다."""

    detail_program = models.ForeignKey(DetailProgram, models.PROTECT, related_name="reasons", verbose_name="세부사업")
    as_of = models.DateField("기준일")
    reason = models.TextField("부진 사유")
    measure = models.TextField("향후 대책")
    expected_on = models.DateField("집행 예정일", null=True, blank=True)

    named_with = ("detail_program",)
    scope: ClassVar = DepartmentScope("detail_program__department", open_when=Q())

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "집행 부진 사유"
        ordering = ["-as_of", "detail_program"]
        constraints = [models.UniqueConstraint(fields=["detail_program", "as_of"], name="execution_reason_unique")]

    def __str__(self) -> str:
        return f"{self.detail_program} {self.as_of:%Y. %-m. %-d.}"


class EarlyExecutionTarget(Record):
    """신속집행 목표. 대상 통계목과 목표율은 해마다 정부 계획으로 정해진다(DOMAIN §1.9)."""

    class Period(models.TextChoices):
        FIRST_HALF = "H1", "상반기"
        SECOND_HALF = "H2", "하반기"
        Q1 = "Q1", "1분기"
        Q2 = "Q2", "2분기"
        Q3 = "Q3", "3분기"
        Q4 = "Q4", "4분기"

    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, verbose_name="회계연도")
    period = models.CharField("기간", max_length=2, choices=Period.choices)
    target_rate = models.DecimalField("목표율(%)", max_digits=5, decimal_places=2)
    stat_items = models.ManyToManyField(StatItem, verbose_name="대상 통계목")
    basis = models.CharField("근거", max_length=200, blank=True)
    is_sample = models.BooleanField("표본", default=False)

    END_MONTH: ClassVar = {"H1": 6, "H2": 12, "Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12}
    named_with = ("fiscal_year",)
    scope: ClassVar = TeamScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "신속집행 목표"
        ordering = ["fiscal_year", "period"]
        constraints = [models.UniqueConstraint(fields=["fiscal_year", "period"], name="early_execution_unique")]

    def __str__(self) -> str:
        return f"{self.fiscal_year.year} {self.get_period_display()} 신속집행"

    def clean(self) -> None:
        if self.target_rate is not None and not Decimal(0) < self.target_rate <= 100:
            raise ValidationError({"target_rate": "0보다 크고 100 이하인 목표율을 적어 주세요."})


def first_pointer(pointers: Sequence[ExecutionPointer]) -> ExecutionPointer | None:
    """한 해의 자료(늦은 것부터) 가운데 처음 보일 것: 보고 기준일, 없으면 가장 늦은 것."""
    if not pointers:
        return None
    fixed = pointers[0].fiscal_year.report_as_of
    return next((pointer for pointer in pointers if pointer.as_of == fixed), pointers[0])


def newest_year() -> int | None:
    """집행 자료가 있는 가장 늦은 회계연도."""

    def read() -> int | None:
        return ExecutionPointer.objects.aggregate(year=Max("fiscal_year__year"))["year"]

    return kept("newest year", (ExecutionPointer, FiscalYear), read)
