"""계획의 나무: 4개년 계획 – 구정목표 – 분야 – 이행과제, 그리고 과제의 연차별 목표와 이정표."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, CharField, Exists, F, FilteredRelation, OuterRef, Q, Value, When
from django.utils import timezone

from core.access import DepartmentScope, PublishedScope
from core.documents.models import Attachment
from core.history.models import Record, RecordQuerySet
from core.history.revisions import kept_rows
from core.org.models import Department
from core.projects.models import Project
from core.rounds.models import Submission
from core.rounds.period import Cycle, Period

# 재원마다의 항목(원)
SOURCES = {"state": "국비", "city": "시비", "own": "구비", "private": "민자", "other": "기타"}


def quarter_of(year: int, number: int) -> Period:
    """해와 번호의 분기."""
    return Period(year, number, Cycle.QUARTER)


class FourYearPlanQuerySet(RecordQuerySet):
    def covering(self, day: date) -> Self:
        """day 가 대상기간에 드는 계획. 겹치면 시행 중인 것, 새 기수가 앞이다."""
        running = Case(When(status=FourYearPlan.Status.RUNNING, then=0), default=1)
        return self.filter(starts_on__lte=day, ends_on__gte=day).order_by(running, "-generation")

    def current(self) -> FourYearPlan | None:
        """처음 보일 계획: 시행 중인 것, 없으면 새 기수."""
        plans: list[FourYearPlan] = kept_rows(self.order_by("-generation"))
        return next((plan for plan in plans if plan.status == FourYearPlan.Status.RUNNING), plans[0] if plans else None)


class FourYearPlan(Record):
    """민선 한 기수의 구정운영 4개년 계획."""

    class Status(models.TextChoices):
        PREPARING = "preparing", "수립"
        RUNNING = "running", "시행"
        CLOSED = "closed", "종료"

    generation = models.PositiveSmallIntegerField("민선 기수", unique=True, help_text="민선8기면 8")
    starts_on = models.DateField("대상기간 첫날")
    ends_on = models.DateField("대상기간 끝날")
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors", verbose_name="앞 계획"
    )
    goal_count = models.PositiveSmallIntegerField("정한 구정목표 수(개)", null=True, blank=True)
    field_count = models.PositiveSmallIntegerField("정한 분야 수(개)", null=True, blank=True)
    task_count = models.PositiveSmallIntegerField("정한 이행과제 수(개)", null=True, blank=True)
    ok_rate = models.DecimalField(
        "판정 제안: 정상 하한(%)", max_digits=5, decimal_places=1, default=Decimal(90),
        help_text="공정률 ÷ 기간이 지난 비율이 이 값 이상이면 정상으로 제안합니다.",
    )  # fmt: skip
    warn_rate = models.DecimalField("판정 제안: 주의 하한(%)", max_digits=5, decimal_places=1, default=Decimal(70))
    status = models.CharField("상태", max_length=10, choices=Status.choices, default=Status.PREPARING, editable=False)
    closed_on = models.DateField("종료한 날", null=True, blank=True, editable=False)
    closing_note = models.TextField("종료하며 남긴 말", blank=True, editable=False)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = FourYearPlanQuerySet.as_manager()
    scope: ClassVar = PublishedScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "4개년 계획"
        ordering = ["-generation"]

    def __str__(self) -> str:
        return f"민선{self.generation}기"

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on <= self.starts_on:
            raise ValidationError({"ends_on": "끝날이 첫날보다 앞섭니다. 두 날짜를 확인해 주세요."})
        if self.previous_id and self.previous_id == self.pk:
            raise ValidationError({"previous": "자기 자신을 앞 계획으로 둘 수 없습니다. 다른 계획을 골라 주세요."})
        if self.ok_rate is not None and self.warn_rate is not None and self.ok_rate < self.warn_rate:
            raise ValidationError({"warn_rate": "주의 하한이 정상 하한보다 높습니다. 정상 하한보다 낮게 적어 주세요."})

    @property
    def quarters(self) -> list[Period]:
        """대상기간의 분기, 차례대로(4년이면 16개)."""
        found = [Period.containing(self.starts_on, Cycle.QUARTER)]
        while found[-1].last_day < self.ends_on:
            found.append(found[-1].next())
        return found

    @property
    def is_closed(self) -> bool:
        return self.status == self.Status.CLOSED

    def start(self) -> None:
        """수립을 마치고 시행한다."""
        self._move(self.Status.PREPARING, self.Status.RUNNING)

    def close(self, note: str = "") -> None:
        """대상기간을 마치고 닫는다. 판정하지 않은 분기를 살피는 일은 services.close_plan 이 한다."""
        self.closed_on, self.closing_note = timezone.localdate(), note.strip()
        self._move(self.Status.RUNNING, self.Status.CLOSED)

    def reopen(self) -> None:
        """닫은 계획을 다시 연다."""
        self.closed_on = None
        self._move(self.Status.CLOSED, self.Status.RUNNING)

    def _move(self, before: str, after: str) -> None:
        if self.status != before:
            raise ValidationError(f"지금 상태는 「{self.get_status_display()}」입니다. 화면을 새로 열어 확인해 주세요.")
        self.status = after
        self.save()


class Goal(Record):
    """구정목표 하나."""

    plan = models.ForeignKey(FourYearPlan, models.PROTECT, related_name="goals", verbose_name="계획")
    number = models.PositiveSmallIntegerField("목표 번호")
    title = models.CharField("구정목표", max_length=100)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    scope: ClassVar = PublishedScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "구정목표"
        ordering = ["-plan__generation", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_goal_unique")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class PlanField(Record):
    """구정목표 아래의 분야 하나."""

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="fields", verbose_name="구정목표")
    number = models.PositiveSmallIntegerField("분야 번호")
    title = models.CharField("분야", max_length=100)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("goal",)
    scope: ClassVar = PublishedScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "4개년 계획 분야"
        ordering = ["-goal__plan__generation", "goal__number", "number"]
        constraints = [models.UniqueConstraint(fields=["goal", "number"], name="plan_field_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def code(self) -> str:
        """목표-분야의 번호: 3-2"""
        return f"{self.goal.number}-{self.number}"


class TaskQuerySet(RecordQuerySet):
    def live_on(self, day: date) -> Self:
        """day 에 계획에 들어 있던 과제. 뒤에 나뉘어 나온 것과 이미 통합·폐지된 것은 뺀다."""
        return self.filter(Q(added_on=None) | Q(added_on__lte=day)).filter(Q(ended_on=None) | Q(ended_on__gt=day))

    def live(self) -> Self:
        """지금 살아 있는 과제."""
        return self.filter(ended_on=None)

    def in_order(self) -> Self:
        """계획의 차례: 목표, 분야, 과제 번호."""
        return self.order_by("-plan__generation", "field__goal__number", "field__number", "number", "pk")

    def with_quarter(self, quarter: Period) -> Self:
        """그 분기의 상태(state), 지난 분기의 상태(before), 공정률(progress), 증빙이 있는지(has_evidence)를 붙인다.

        state 는 판정한 상태, 판정 전이면 냈을 때 submitted, 아니면 빈 글자다.
        """
        earlier = quarter.previous()

        def of(period: Period) -> Q:
            return Q(results__year=period.year, results__quarter=period.number)

        attached = Attachment.objects.filter(
            content_type__app_label="evaluation", content_type__model="quarterresult", object_id=OuterRef("now_result__pk"),
            is_removed=False,
        )  # fmt: skip
        return self.annotate(
            now_result=FilteredRelation("results", condition=of(quarter)),
            before_result=FilteredRelation("results", condition=of(earlier)),
        ).annotate(
            state=Case(
                When(now_result__status__gt="", then=F("now_result__status")),
                When(now_result__submission__status__in=HANDED_IN, then=Value("submitted")),
                default=Value(""), output_field=CharField(),
            ),
            before=F("before_result__status"), progress=F("now_result__progress"), has_evidence=Exists(attached),
        )  # fmt: skip


# 부서가 내어 팀의 손에 있는 제출
HANDED_IN = [status for status in Submission.Status.values if status not in (*Submission.WITH_DEPARTMENT, Submission.Status.NOTHING)]


class Task(Record):
    """이행과제 하나. 번호는 목표-분야-과제(3-2-5)로 읽는다."""

    plan = models.ForeignKey(FourYearPlan, models.PROTECT, related_name="tasks", verbose_name="계획")
    field = models.ForeignKey(PlanField, models.PROTECT, related_name="tasks", verbose_name="분야")
    number = models.PositiveSmallIntegerField("과제 번호")
    title = models.CharField("이행과제", max_length=150)
    department = models.ForeignKey(Department, models.PROTECT, related_name="plan_tasks", verbose_name="주관 부서")
    cooperating = models.ManyToManyField(
        Department, blank=True, related_name="cooperating_plan_tasks", verbose_name="협조 부서"
    )
    outline = models.TextField("사업 내용", blank=True)
    starts_on = models.DateField("착수(예정)일", null=True, blank=True)
    due_on = models.DateField("완료 예정일", null=True, blank=True)
    state_amount = models.BigIntegerField("국비(원)", null=True, blank=True)
    city_amount = models.BigIntegerField("시비(원)", null=True, blank=True)
    own_amount = models.BigIntegerField("구비(원)", null=True, blank=True)
    private_amount = models.BigIntegerField("민자(원)", null=True, blank=True)
    other_amount = models.BigIntegerField("기타(원)", null=True, blank=True)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="plan_tasks", verbose_name="사업",
        help_text="이으면 사업 한 장에 모이고, 같은 분기의 공정률을 다른 취합과 함께 씁니다.",
    )  # fmt: skip
    weight = models.DecimalField("가중치", max_digits=6, decimal_places=2, default=Decimal(1))
    added_on = models.DateField("추가한 날", null=True, blank=True, help_text="처음부터 있던 과제면 비워 둡니다.")
    ended_on = models.DateField("끝난 날", null=True, blank=True, editable=False)
    origin = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="parts", verbose_name="나뉘기 전 과제"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged", verbose_name="통합한 과제"
    )
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("field__goal",)
    objects = TaskQuerySet.as_manager()
    scope: ClassVar = DepartmentScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "이행과제"
        ordering = ["-plan__generation", "field__goal__number", "field__number", "number"]
        constraints = [models.UniqueConstraint(fields=["field", "number"], name="plan_task_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def clean(self) -> None:
        # 엑셀에서 함께 만드는 분야는 아직 저장하지 않았으므로 이어 둔 것을 먼저 본다.
        field: Any = self._state.fields_cache.get("field")
        if field is None and self.field_id:
            field = PlanField.objects.select_related("goal").get(pk=self.field_id)
        if field is not None and field.goal.plan_id:
            self.plan_id = field.goal.plan_id
        if self.starts_on and self.due_on and self.due_on < self.starts_on:
            raise ValidationError({"due_on": "완료 예정일이 착수일보다 앞섭니다. 두 날짜를 확인해 주세요."})
        if self.weight is not None and self.weight <= 0:
            raise ValidationError({"weight": "가중치를 0보다 크게 적어 주세요. 모든 과제가 같으면 1입니다."})

    @property
    def code(self) -> str:
        """과제의 번호: 3-2-5"""
        return f"{self.field.code}-{self.number}"

    @property
    def goal_title(self) -> str:
        """구정목표: 3 살기 좋은 도시"""
        return str(self.field.goal)

    @property
    def total_amount(self) -> int | None:
        """총사업비(원). 재원이 하나도 적히지 않았으면 없다."""
        filled = [value for source in SOURCES if (value := getattr(self, f"{source}_amount")) is not None]
        return sum(filled) if filled else None

    def expected_progress(self, quarter: Period) -> Decimal:
        """분기 끝까지 지난 기간의 비율(%): (분기 끝날 − 착수일) ÷ (완료 예정일 − 착수일). 판정을 제안할 때 쓴다."""
        first, last = self.starts_on or self.plan.starts_on, self.due_on or self.plan.ends_on
        passed, whole = (quarter.last_day - first).days + 1, (last - first).days + 1
        return min(Decimal(100), max(Decimal(0), Decimal(passed) * 100 / max(whole, 1)))

    def end(self, on: date, merged_into: Task | None = None) -> None:
        """과제를 끝낸다(통합하거나 폐지)."""
        if self.ended_on:
            raise ValidationError("이미 끝난 과제입니다. 화면을 새로 열어 확인해 주세요.")
        self.ended_on, self.merged_into = on, merged_into
        self.save()


class TaskTarget(Record):
    """이행과제의 한 해 목표."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="targets", verbose_name="이행과제")
    year = models.PositiveSmallIntegerField("해")
    text = models.TextField("연차별 목표")
    value = models.DecimalField("목표값", max_digits=18, decimal_places=2, null=True, blank=True)
    unit = models.CharField("단위", max_length=20, blank=True)

    scope: ClassVar = DepartmentScope("task__department")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "연차별 목표"
        ordering = ["task", "year"]
        constraints = [models.UniqueConstraint(fields=["task", "year"], name="plan_target_unique")]

    def __str__(self) -> str:
        return f"{self.year}년 {self.text[:40]}"

    def clean(self) -> None:
        _inside(self.task, self.year)


class MilestoneQuerySet(RecordQuerySet):
    def progress(self, year: int, day: date) -> dict[int, Decimal]:
        """{과제: 그해 마친 이정표의 가중치 합(%)}. 이정표가 없는 과제는 빠진다(DOMAIN §3.1)."""
        done = Q(done_on__lte=day)
        rows = self.filter(year=year).order_by().values_list("task")
        sums = rows.annotate(done=models.Sum("weight", filter=done), whole=models.Sum("weight"))
        return {task: (value or Decimal(0)) * 100 / whole for task, value, whole in sums if whole}


class Milestone(Record):
    """이행과제의 이정표 하나. 한 해의 가중치를 더하면 100이다."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="milestones", verbose_name="이행과제")
    year = models.PositiveSmallIntegerField("해")
    title = models.CharField("이정표", max_length=150)
    weight = models.DecimalField("가중치(%)", max_digits=5, decimal_places=1)
    due_on = models.DateField("예정일", null=True, blank=True)
    done_on = models.DateField("마친 날", null=True, blank=True)

    objects = MilestoneQuerySet.as_manager()
    scope: ClassVar = DepartmentScope("task__department")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "이정표"
        ordering = ["task", "year", "due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.year}년 {self.title}"

    def clean(self) -> None:
        _inside(self.task, self.year)
        if self.weight is None:
            return
        if not 0 < self.weight <= 100:
            raise ValidationError({"weight": "가중치를 0보다 크고 100 이하로 적어 주세요."})
        others = Milestone.objects.filter(task=self.task_id, year=self.year).exclude(pk=self.pk)
        if (total := sum((one.weight for one in others), self.weight)) > 100:
            raise ValidationError({"weight": f"{self.year}년 이정표의 가중치 합이 {total}%가 됩니다. 100% 안에서 나누어 적어 주세요."})


def _inside(task: Task | None, year: int | None) -> None:
    """계획의 대상기간 안의 해인지."""
    if task is None or year is None:
        return
    plan = task.plan
    if not plan.starts_on.year <= year <= plan.ends_on.year:
        raise ValidationError({"year": f"{plan}의 대상기간은 {plan.starts_on.year}~{plan.ends_on.year}년입니다. 그 안의 해를 적어 주세요."})
