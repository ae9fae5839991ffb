"""예산의 층. 본예산 위에 추경·간주처리·이월·전용 따위를 쌓으면 예산현액이 된다(DOMAIN §1.4)."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Sum

from budget.appropriations.models.codes import Account, DetailProgram, FiscalYear, StatItem
from core.access import TeamScope
from core.history.models import Record, RecordQuerySet
from core.history.revisions import kept_rows

# 재원. 국비, 균특, 기금보조, 시비, 구비, 특별교부세·특별조정교부금, 지방채, 기타(DOMAIN §1.1)
SOURCES = {
    "state": "국비",
    "balanced": "균특",
    "fund_subsidy": "기금보조",
    "city": "시비",
    "own": "구비",
    "special_grant": "특별교부금",
    "bond": "지방채",
    "other": "기타",
}


class FundedAmounts(models.Model):
    """재원별 금액(원) 여덟 칸. 파일에 없는 칸은 비워 둔다."""

    state_amount = models.BigIntegerField("국비(원)", null=True, blank=True)
    balanced_amount = models.BigIntegerField("균특(원)", null=True, blank=True)
    fund_subsidy_amount = models.BigIntegerField("기금보조(원)", null=True, blank=True)
    city_amount = models.BigIntegerField("시비(원)", null=True, blank=True)
    own_amount = models.BigIntegerField("구비(원)", null=True, blank=True)
    special_grant_amount = models.BigIntegerField("특별교부금(원)", null=True, blank=True)
    bond_amount = models.BigIntegerField("지방채(원)", null=True, blank=True)
    other_amount = models.BigIntegerField("기타(원)", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def source_amounts(self) -> dict[str, int]:
        """적힌 재원만: {"own": 원}"""
        amounts = {source: getattr(self, f"{source}_amount") for source in SOURCES}
        return {source: amount for source, amount in amounts.items() if amount is not None}


class BudgetVersionQuerySet(RecordQuerySet):
    def in_force(self, fiscal_year: int, day: date) -> Self:
        """day 에 예산현액에 들어가는 층."""
        return self.filter(
            fiscal_year__year=fiscal_year, effective_on__lte=day, status=BudgetVersion.Status.ANNOUNCED
        )


class BudgetVersion(Record):
    """예산의 한 층: 본예산, 추경 n차, 간주처리, 성립전, 이월, 전용·이용·변경·이체, 예비비."""

    class Kind(models.TextChoices):
        ORIGINAL = "original", "본예산"
        SUPPLEMENTARY = "supplementary", "추경"
        DEEMED = "deemed", "간주처리"
        PRE_ESTABLISHMENT = "pre_establishment", "성립전"
        CARRYOVER = "carryover", "이월"
        REALLOCATION = "reallocation", "이용"
        DIVERSION = "diversion", "전용"
        CHANGE_OF_USE = "change_of_use", "변경사용"
        TRANSFER = "transfer", "이체"
        RESERVE_USE = "reserve_use", "예비비"

    class Status(models.TextChoices):
        GUIDELINE = "guideline", "편성지침"
        REQUESTING = "requesting", "부서 요구"
        ASSESSING = "assessing", "조정"
        FINALISED = "finalised", "예산안 확정"
        SUBMITTED = "submitted", "의회 제출"
        VOTED = "voted", "의결"
        ANNOUNCED = "announced", "성립"

    # 같은 정책사업 안에서 옮기는 층은 더해서 0이어야 한다(DOMAIN §1.7).
    ZERO_SUM = frozenset({Kind.REALLOCATION, Kind.DIVERSION, Kind.CHANGE_OF_USE, Kind.TRANSFER})
    NEXT: ClassVar = {
        Status.GUIDELINE: (Status.REQUESTING,),
        Status.REQUESTING: (Status.ASSESSING,),
        Status.ASSESSING: (Status.REQUESTING, Status.FINALISED),
        Status.FINALISED: (Status.SUBMITTED, Status.ANNOUNCED),
        Status.SUBMITTED: (Status.VOTED,),
        Status.VOTED: (Status.ANNOUNCED,),
        Status.ANNOUNCED: (),
    }

    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, verbose_name="회계연도")
    kind = models.CharField("종류", max_length=20, choices=Kind.choices)
    seq = models.PositiveSmallIntegerField("차수", default=0, help_text="추경 1차는 1. 차수가 없으면 0")
    status = models.CharField("단계", max_length=20, choices=Status.choices, default=Status.GUIDELINE)
    voted_on = models.DateField("의결일", null=True, blank=True)
    effective_on = models.DateField("적용일")
    basis = models.CharField("근거", max_length=200, blank=True)
    is_sample = models.BooleanField("표본", default=False)

    objects = BudgetVersionQuerySet.as_manager()
    # 성립한 층은 예산현액을 이룬다. 고치려면 시스템관리자가 바로잡거나 새 층을 쌓는다.
    named_with = ("fiscal_year",)
    scope: ClassVar = TeamScope(closed_when=Q(status=Status.ANNOUNCED))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "예산의 층"
        ordering = ["fiscal_year", "effective_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["fiscal_year", "kind", "seq", "is_sample"], name="budget_version_unique")]

    def __str__(self) -> str:
        return f"{self.fiscal_year.year} {self.label}"

    @property
    def label(self) -> str:
        """본예산, 추경 1차"""
        return f"{self.get_kind_display()} {self.seq}차" if self.seq else self.get_kind_display()

    def clean(self) -> None:
        if self.effective_on and self.fiscal_year_id and self.effective_on.year != self.fiscal_year.year:
            raise ValidationError({"effective_on": f"{self.fiscal_year.year}년 안의 날짜를 적어 주세요."})

    def advance(self, status: str) -> None:
        """다음 단계로 옮긴다. 성립하려면 줄마다 재원 합이 맞고, 옮기는 층은 더해서 0이어야 한다."""
        if status not in self.NEXT[self.Status(self.status)]:
            raise ValidationError(f"{self.get_status_display()}에서 {self.Status(status).label}(으)로 바로 갈 수 없습니다.")
        if status == self.Status.ANNOUNCED:
            total = self.lines.aggregate(total=Sum("amount"))["total"] or 0
            if self.kind in self.ZERO_SUM and total:
                raise ValidationError(f"옮기는 금액을 더하면 0이어야 합니다. 지금은 {total:,}원입니다.")
        self.status = status
        self.save()


class BudgetLineQuerySet(RecordQuerySet):
    def current_by_program(self, fiscal_year: int, day: date) -> dict[int, int]:
        """기준일의 예산현액(원): {세부사업 번호: 층의 합}. 질의 한 번."""
        rows = (
            self.filter(budget_version__in=BudgetVersion.objects.in_force(fiscal_year, day))
            .order_by()
            .values_list("detail_program")
            .annotate(total=Sum("amount"))
        )
        return dict(kept_rows(rows))


class BudgetLine(FundedAmounts, Record):
    """예산서의 한 줄: 한 층의 세부사업 × 통계목. 재원의 합이 금액과 같아야 한다."""

    budget_version = models.ForeignKey(BudgetVersion, models.CASCADE, related_name="lines", verbose_name="예산의 층")
    detail_program = models.ForeignKey(DetailProgram, models.PROTECT, related_name="budget_lines", verbose_name="세부사업")
    stat_item = models.ForeignKey(StatItem, models.PROTECT, verbose_name="통계목")
    amount = models.BigIntegerField("금액(원)")

    objects = BudgetLineQuerySet.as_manager()
    named_with = ("detail_program", "stat_item")
    scope: ClassVar = TeamScope(closed_when=Q(budget_version__status=BudgetVersion.Status.ANNOUNCED))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "예산서 줄"
        ordering = ["budget_version", "detail_program", "stat_item"]
        constraints = [
            models.UniqueConstraint(fields=["budget_version", "detail_program", "stat_item"], name="budget_line_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.detail_program} {self.stat_item}"

    def clean(self) -> None:
        sources = sum(self.source_amounts.values())
        if self.source_amounts and sources != self.amount:
            raise ValidationError(
                {"amount": f"재원의 합 {sources:,}원이 금액 {self.amount:,}원과 다릅니다. 재원이나 금액을 고쳐 주세요."}
            )


class CalcBasis(Record):
    """산출기초: 단가 × 수량 × 횟수(원)."""

    line = models.ForeignKey(BudgetLine, models.CASCADE, related_name="bases", verbose_name="예산서 줄")
    label = models.CharField("내역", max_length=200)
    unit_price = models.BigIntegerField("단가(원)")
    quantity = models.DecimalField("수량", max_digits=12, decimal_places=2, default=1)
    times = models.DecimalField("횟수", max_digits=8, decimal_places=2, default=1)

    scope: ClassVar = TeamScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "산출기초"
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def amount(self) -> int:
        """금액(원). 원 아래는 버린다."""
        return int(self.unit_price * self.quantity * self.times)


class LayerTotalQuerySet(RecordQuerySet):
    def table(self, fiscal_year: int) -> list[dict[str, Any]]:
        """추경 표의 행(원): 계, 회계별. 소계와 계는 회계별 금액을 더해 만든다."""
        rows: dict[str, dict[str, Any]] = {}
        layers = (
            self.filter(budget_version__fiscal_year__year=fiscal_year)
            .select_related("account", "budget_version")
            .order_by("account__kind", "account__code")
        )
        for total in kept_rows(layers):
            version = total.budget_version
            key = f"supp_{version.seq}" if version.kind == BudgetVersion.Kind.SUPPLEMENTARY else version.kind
            row = rows.setdefault(total.account.name, {"account": total.account.name})
            row[key] = total.amount
        for row in rows.values():
            row["supp_sum"] = sum(value for key, value in row.items() if key in ("supp_1", "supp_2") and value)
            row["total"] = sum(row.get(key) or 0 for key in ("original", "supp_sum", "deemed"))
        if not rows:
            return []
        total_row: dict[str, Any] = {"account": "계"}
        for row in rows.values():
            for key, value in row.items():
                if key != "account" and value is not None:
                    total_row[key] = total_row.get(key, 0) + value
        return [total_row, *rows.values()]


class LayerTotal(Record):
    """구 전체의 한 층을 회계별로 본 규모(원). 줄이 시스템에 없을 때 보고된 값으로 둔다."""

    budget_version = models.ForeignKey(BudgetVersion, models.CASCADE, related_name="totals", verbose_name="예산의 층")
    account = models.ForeignKey(Account, models.PROTECT, verbose_name="회계")
    amount = models.BigIntegerField("규모(원)", null=True, blank=True)
    as_of = models.DateField("기준일")
    source = models.CharField("출처", max_length=100)

    objects = LayerTotalQuerySet.as_manager()
    named_with = ("account", "budget_version__fiscal_year")
    scope: ClassVar = TeamScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "회계별 예산 규모"
        ordering = ["budget_version", "account"]
        constraints = [models.UniqueConstraint(fields=["budget_version", "account"], name="layer_total_unique")]

    def __str__(self) -> str:
        return f"{self.budget_version} {self.account}"
