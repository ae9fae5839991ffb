"""성과관리계획: 연도의 지침과 기준, 부서의 주요사업, 성과지표."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from core.access import DepartmentScope, PublishedScope
from core.history.models import Record, RecordQuerySet
from core.history.revisions import kept_first
from core.org.models import Department
from core.projects.models import Project
from core.states import Sign
from evaluation.performance.models.fields import MeasureField

WHOLE = Decimal(100)


class Stage(models.TextChoices):
    """한 해에 두 번 하는 평가."""

    MID = "mid", "중간평가"
    FINAL = "final", "종합평가"


class PerfPlanQuerySet(RecordQuerySet):
    def of_year(self, year: int | None) -> PerfPlan | None:
        """그해의 계획. 해를 적지 않으면 가장 늦은 해."""
        rows = self.filter(year=year) if year else self
        found: PerfPlan | None = kept_first(rows.order_by("-year"))
        return found


class PerfPlan(Record):
    """한 해의 성과관리계획. 지침에서 정한 셈의 기준을 함께 담아, 지난해 점수를 언제나 그해의 기준으로 다시 셈한다."""

    class Status(models.TextChoices):
        GUIDELINE = "guideline", "지침 수립"
        DRAFTING = "drafting", "부서 수립"
        ADJUSTING = "adjusting", "조정"
        FIXED = "fixed", Sign("확정", "ok")
        MID = "mid", "중간평가"
        FINAL = "final", "종합평가"
        CLOSED = "closed", Sign("마침", "done")

    class Rounding(models.TextChoices):
        HALF_UP = "half_up", "반올림"
        DOWN = "down", "버림"

    NEXT: ClassVar = {
        Status.GUIDELINE: (Status.DRAFTING,),
        Status.DRAFTING: (Status.ADJUSTING,),
        Status.ADJUSTING: (Status.DRAFTING, Status.FIXED),
        Status.FIXED: (Status.MID,),
        Status.MID: (Status.FINAL,),
        Status.FINAL: (Status.CLOSED,),
        Status.CLOSED: (),
    }
    # 지표가 굳은 뒤의 단계
    SETTLED = (Status.FIXED, Status.MID, Status.FINAL, Status.CLOSED)

    year = models.PositiveSmallIntegerField(
        "연도", unique=True, validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    status = models.CharField("단계", max_length=20, choices=Status.choices, default=Status.GUIDELINE, editable=False)
    guideline_on = models.DateField("지침 시달일", null=True, blank=True)
    drafts_due_on = models.DateField("부서안 마감", null=True, blank=True)
    fixed_on = models.DateField("확정일", null=True, blank=True)
    mid_on = models.DateField("중간평가 기준일", null=True, blank=True)
    final_on = models.DateField("종합평가 기준일", null=True, blank=True)
    cap = models.PositiveSmallIntegerField(
        "달성도 상한(%)", default=100, validators=[MinValueValidator(100), MaxValueValidator(200)],
        help_text="이보다 높은 달성도는 이 값으로 셈합니다. 예: 100, 110, 120",
    )  # fmt: skip
    risk_below = models.PositiveSmallIntegerField("위험으로 볼 달성도(%)", default=90, help_text="이보다 낮으면 「위험」입니다.")
    rate_places = models.PositiveSmallIntegerField("달성도 소수 자리", default=1, validators=[MaxValueValidator(4)])
    score_places = models.PositiveSmallIntegerField("점수 소수 자리", default=2, validators=[MaxValueValidator(4)])
    rounding = models.CharField("끝수 처리", max_length=10, choices=Rounding.choices, default=Rounding.HALF_UP)
    objection_days = models.PositiveSmallIntegerField("이의신청 기간(근무일)", default=5)
    answer_days = models.PositiveSmallIntegerField("이의신청 처리 기한(근무일)", default=10)
    objection_until = models.DateField("이의신청 마감", null=True, blank=True, editable=False)
    note = models.TextField("지침 요약", blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = PerfPlanQuerySet.as_manager()
    scope: ClassVar = PublishedScope(closed_when=Q(status=Status.CLOSED))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "성과관리계획"
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"{self.year}년 성과관리계획"

    def clean(self) -> None:
        dates = [self.guideline_on, self.drafts_due_on, self.fixed_on, self.mid_on, self.final_on]
        known = [day for day in dates if day]
        if known != sorted(known):
            raise ValidationError("지침 시달, 부서안 마감, 확정, 중간평가, 종합평가의 날짜가 차례대로여야 합니다.")

    @property
    def is_settled(self) -> bool:
        """지표가 확정되어 평가하는 해인가."""
        return self.status in self.SETTLED

    def rounded(self, value: Decimal | None, places: int) -> Decimal | None:
        """지침에서 정한 끝수 처리."""
        from core.formats import round_rate

        return None if value is None else round_rate(value, places, self.rounding)

    def as_of(self, stage: str) -> Any:
        """평가의 기준일."""
        return self.mid_on if stage == Stage.MID else self.final_on


class GradeBand(Record):
    """등급을 부서 비율로 나누는 한 줄. 해마다 계획에서 정한다(DOMAIN §3.2)."""

    plan = models.ForeignKey(PerfPlan, models.CASCADE, related_name="bands", verbose_name="성과관리계획")
    order = models.PositiveSmallIntegerField("차례", default=1)
    grade = models.CharField("등급", max_length=10)
    share = MeasureField("부서 비율(%)", validators=[MinValueValidator(Decimal(0)), MaxValueValidator(WHOLE)])
    is_excellent = models.BooleanField("우수부서", default=False)

    named_with = ("plan",)
    scope: ClassVar = PublishedScope(closed_when=Q(plan__status=PerfPlan.Status.CLOSED))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "등급 비율"
        ordering = ["plan", "order"]
        constraints = [models.UniqueConstraint(fields=["plan", "grade"], name="grade_band_unique")]

    def __str__(self) -> str:
        return f"{self.plan.year} {self.grade}"


class PerfProject(Record):
    """부서가 성과관리 대상으로 고른 주요사업."""

    class Viewpoint(models.TextChoices):
        CUSTOMER = "customer", "고객(구민)"
        FINANCE = "finance", "재정"
        PROCESS = "process", "내부 프로세스"
        LEARNING = "learning", "학습과 성장"

    plan = models.ForeignKey(PerfPlan, models.PROTECT, related_name="projects", verbose_name="성과관리계획")
    department = models.ForeignKey(Department, models.PROTECT, related_name="perf_projects", verbose_name="부서")
    order = models.PositiveSmallIntegerField("차례", default=1)
    title = models.CharField("주요사업", max_length=100)
    weight = MeasureField("가중치(%)", validators=[MinValueValidator(Decimal(0)), MaxValueValidator(WHOLE)])
    viewpoint = models.CharField("관점", max_length=20, choices=Viewpoint.choices, default=Viewpoint.CUSTOMER)
    purpose = models.TextField("사업 목적", blank=True)
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, blank=True, related_name="perf_projects", verbose_name="사업",
        help_text="이으면 예산·이행과제와 함께 사업 한 장에 모이고, 한 번 적은 실적을 함께 씁니다.",
    )  # fmt: skip
    is_sample = models.BooleanField("표본", default=False, editable=False)

    scope: ClassVar = DepartmentScope(
        open_when=Q(plan__status=PerfPlan.Status.DRAFTING), closed_when=Q(plan__status__in=PerfPlan.SETTLED)
    )

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "주요사업"
        ordering = ["-plan__year", "department__order", "department", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "department", "title"], name="perf_project_unique")]

    def __str__(self) -> str:
        return self.title


class IndicatorQuerySet(RecordQuerySet):
    def in_order(self) -> tuple[str, ...]:
        """직제순, 사업의 차례, 지표의 차례."""
        project = "perf_project__"
        return (f"{project}department__order", f"{project}department", f"{project}order", f"{project}pk", "order", "pk")


class Indicator(Record):
    """성과지표 하나: 무엇을 어떻게 재어 얼마를 목표로 삼는가."""

    class Direction(models.TextChoices):
        UP = "up", "상향"
        DOWN = "down", "하향"
        MILESTONE = "milestone", "이정표"

    class Method(models.TextChoices):
        RATIO = "ratio", "비율"
        LINEAR = "linear", "일차식"
        STEPS = "steps", "단계표"

    class Cycle(models.TextChoices):
        YEAR = "year", "연 1회"
        HALF = "half", "반기"
        QUARTER = "quarter", "분기"
        MONTH = "month", "매월"

    class Aggregation(models.TextChoices):
        SUM = "sum", "누계"
        AVERAGE = "average", "평균"
        LAST = "last", "기준일 현재"

    class Status(models.TextChoices):
        DRAFT = "draft", "작성"
        SUBMITTED = "submitted", "제출"
        REVIEWED = "reviewed", "검토"
        FIXED = "fixed", "확정"
        MID_EVALUATED = "mid_evaluated", "중간평가"
        FINAL_EVALUATED = "final_evaluated", "종합평가"
        OBJECTION = "objection", "이의신청"
        CLOSED = "closed", "마침"

    NEXT: ClassVar = {
        Status.DRAFT: (Status.SUBMITTED,),
        Status.SUBMITTED: (Status.DRAFT, Status.REVIEWED),
        Status.REVIEWED: (Status.DRAFT, Status.FIXED),
        Status.FIXED: (Status.MID_EVALUATED, Status.FINAL_EVALUATED),
        Status.MID_EVALUATED: (Status.FINAL_EVALUATED,),
        Status.FINAL_EVALUATED: (Status.OBJECTION, Status.CLOSED),
        Status.OBJECTION: (Status.FINAL_EVALUATED, Status.CLOSED),
        Status.CLOSED: (),
    }
    # 아직 부서와 팀이 다듬고 있는 상태
    PLANNING = (Status.DRAFT, Status.SUBMITTED, Status.REVIEWED)
    # 확정한 뒤에는 변경 승인을 거쳐야 바뀌는 항목
    FIXED_TERMS = ("target", "mid_target", "weight", "definition", "formula_text", "direction", "method", "cap")

    perf_project = models.ForeignKey(PerfProject, models.PROTECT, related_name="indicators", verbose_name="주요사업")
    order = models.PositiveSmallIntegerField("차례", default=1)
    name = models.CharField("지표명", max_length=100)
    definition = models.TextField("정의", blank=True)
    formula_text = models.CharField("산식", max_length=300)
    unit = models.CharField("단위", max_length=20)
    direction = models.CharField("방향", max_length=10, choices=Direction.choices, default=Direction.UP)
    method = models.CharField("셈하는 법", max_length=10, choices=Method.choices, default=Method.RATIO)
    weight = MeasureField("가중치(%)", validators=[MinValueValidator(Decimal(0)), MaxValueValidator(WHOLE)])
    base_value = MeasureField("기준값", null=True, blank=True, help_text="지난해 실적이나 최근 3년 평균")
    target = MeasureField("목표", null=True, blank=True)
    mid_target = MeasureField("상반기 목표", null=True, blank=True, help_text="비워 두면 중간평가도 한 해 목표로 셈합니다.")
    cap = models.PositiveSmallIntegerField(
        "달성도 상한(%)", null=True, blank=True, validators=[MinValueValidator(100), MaxValueValidator(200)],
        help_text="비워 두면 지침의 상한을 씁니다.",
    )  # fmt: skip
    cycle = models.CharField("측정 주기", max_length=10, choices=Cycle.choices, default=Cycle.HALF)
    aggregation = models.CharField("모으는 법", max_length=10, choices=Aggregation.choices, default=Aggregation.SUM)
    evidence = models.CharField("증빙", max_length=200, blank=True)
    data_source = models.CharField("자료원", max_length=100, blank=True)
    previous = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="following", verbose_name="지난해 지표"
    )
    review_opinion = models.TextField("조정 의견", blank=True)
    status = models.CharField("상태", max_length=20, choices=Status.choices, default=Status.DRAFT, editable=False)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = IndicatorQuerySet.as_manager()
    scope: ClassVar = DepartmentScope(
        "perf_project__department",
        open_when=Q(status=Status.DRAFT, perf_project__plan__status=PerfPlan.Status.DRAFTING),
        team_only=("review_opinion", "previous"), closed_when=Q(status=Status.CLOSED),
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "성과지표"
        ordering = ["-perf_project__plan__year", "perf_project__department__order", "perf_project", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["perf_project", "name"], name="indicator_unique")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any, **kwargs: Any) -> Self:
        found = super().from_db(db, field_names, values, **kwargs)
        # 확정한 값을 그냥 고치려 하는지 알아보려고 읽은 때의 값을 둔다.
        loaded = found.__dict__
        found._fixed = {name: loaded[name] for name in cls.FIXED_TERMS if name in loaded}
        return found

    _fixed: dict[str, Any]

    def clean(self) -> None:
        steps = self.method == self.Method.STEPS
        if steps != (self.direction == self.Direction.MILESTONE):
            raise ValidationError({"method": "이정표 지표는 「단계표」로, 상향·하향 지표는 「비율」이나 「일차식」으로 셈합니다."})
        if self.direction == self.Direction.UP and self.method == self.Method.LINEAR:
            raise ValidationError({"method": "「일차식」은 하향 지표에만 씁니다. 상향 지표는 「비율」로 셈합니다."})
        if self.status in self.PLANNING or self._state.adding:
            return
        moved = [name for name, old in self.__dict__.get("_fixed", {}).items() if getattr(self, name) != old]
        if moved:
            label = self._meta.get_field(moved[0]).verbose_name  # type: ignore[union-attr]
            raise ValidationError(
                {moved[0]: f"확정한 지표의 {label}은 바로 고칠 수 없습니다. 「지표 변경」을 신청해 승인받으세요."}
            )

    @property
    def is_planning(self) -> bool:
        return self.status in self.PLANNING

    def check_move(self, status: str) -> None:
        """그 상태로 옮길 수 있는가."""
        if status not in self.NEXT[self.Status(self.status)]:
            raise ValidationError(
                f"「{self}」은 지금 「{self.get_status_display()}」이라 「{self.Status(status).label}」(으)로 바로 갈 수 없습니다."
            )

    def move(self, status: str) -> None:
        """다음 상태로 옮긴다."""
        self.check_move(status)
        self.status = status
        self.save()

    def target_at(self, stage: str) -> Decimal | None:
        """그 평가에서 견줄 목표. 상반기 목표가 없으면 한 해 목표다."""
        return self.mid_target if stage == Stage.MID and self.mid_target is not None else self.target


class IndicatorStep(Record):
    """이정표 지표의 한 단계: 실적이 이 값 이상이면 이만큼 달성한 것으로 본다."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="steps", verbose_name="성과지표")
    threshold = MeasureField("이상")
    label = models.CharField("이정표", max_length=100)
    achievement = MeasureField("달성도(%)", validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(200))])

    scope: ClassVar = DepartmentScope(
        "indicator__perf_project__department",
        open_when=Q(indicator__status=Indicator.Status.DRAFT, indicator__perf_project__plan__status=PerfPlan.Status.DRAFTING),
        closed_when=~Q(indicator__status__in=Indicator.PLANNING),
    )

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "이정표 단계"
        ordering = ["indicator", "threshold"]
        constraints = [models.UniqueConstraint(fields=["indicator", "threshold"], name="indicator_step_unique")]

    def __str__(self) -> str:
        return self.label


class IndicatorPast(Record):
    """지난 해의 목표와 실적. 목표가 알맞은지 견주는 데 쓴다."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="pasts", verbose_name="성과지표")
    year = models.PositiveSmallIntegerField("연도")
    target = MeasureField("목표", null=True, blank=True)
    actual = MeasureField("실적", null=True, blank=True)

    named_with = ("indicator",)
    scope: ClassVar = DepartmentScope(
        "indicator__perf_project__department",
        open_when=Q(indicator__status=Indicator.Status.DRAFT, indicator__perf_project__plan__status=PerfPlan.Status.DRAFTING),
    )

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "지난 실적"
        ordering = ["indicator", "-year"]
        constraints = [models.UniqueConstraint(fields=["indicator", "year"], name="indicator_past_unique")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}"

    def clean(self) -> None:
        if self.indicator_id and self.year and self.year >= self.indicator.perf_project.plan.year:
            raise ValidationError({"year": f"{self.indicator.perf_project.plan.year}년보다 앞선 해를 적어 주세요."})


