"""분기 실적: 부서가 적고 평가팀이 판정한다."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from core.access import CollectedScope
from core.history.models import Record, RecordQuerySet
from core.org.models import Department
from core.rounds.models import CollectedRow, Submission
from core.rounds.period import Period
from core.states import Sign
from evaluation.four_year_plans.models.plans import Task, quarter_of

if TYPE_CHECKING:
    from core.org.models import Staff


# 분기 점검 회차의 서식 이름(rounds.py 의 QuarterCollection)
ROUND_FORM = "evaluation.four_year_plans.quarter"


class QuarterResultQuerySet(RecordQuerySet):
    def of(self, quarter: Period) -> QuarterResultQuerySet:
        """그 분기의 실적."""
        return self.filter(year=quarter.year, quarter=quarter.number)

    def unjudged(self) -> QuarterResultQuerySet:
        """아직 판정하지 않은 실적."""
        return self.filter(status="")

    def in_order(self) -> QuarterResultQuerySet:
        """계획의 차례."""
        return self.order_by("task__field__goal__number", "task__field__number", "task__number", "year", "quarter")


class QuarterResult(CollectedRow):
    """이행과제 하나의 한 분기 실적과 평가. 과제명과 주관 부서는 그때의 것을 함께 적어 둔다."""

    class Status(models.TextChoices):
        DONE = "done", Sign("완료", "done")
        OK = "ok", Sign("정상", "ok")
        WARN = "warn", Sign("주의", "warn")
        BAD = "bad", Sign("부진", "bad")
        NONE = "none", Sign("미착수", "none")

    # 사유와 향후계획을 꼭 적어야 하는 상태
    NEEDS_REASON = (Status.WARN, Status.BAD)
    # 나쁜 차례. 지난 분기보다 나빠졌는지 볼 때 쓴다.
    ORDER = {Status.DONE: 0, Status.OK: 1, Status.NONE: 1, Status.WARN: 2, Status.BAD: 3}

    task = models.ForeignKey(Task, models.PROTECT, related_name="results", verbose_name="이행과제")
    year = models.PositiveSmallIntegerField("해")
    quarter = models.PositiveSmallIntegerField("분기", validators=[MinValueValidator(1), MaxValueValidator(4)])
    task_title = models.CharField("그때의 과제명", max_length=150, editable=False)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="plan_results", editable=False, verbose_name="그때의 주관 부서"
    )
    target = models.TextField("분기 목표", blank=True)
    actual = models.TextField("추진실적", blank=True, help_text="□ ○ - 로 줄을 나누어 적습니다.")
    progress = models.DecimalField(
        "공정률(%)", max_digits=5, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(200, "공정률은 200까지 적습니다. 70%면 70으로 적어 주세요.")],
        help_text="착수부터 이 분기 끝까지의 누계입니다.",
    )  # fmt: skip
    self_status = models.CharField("자체 평가", max_length=10, choices=Status.choices, blank=True)
    reason = models.TextField("사유", blank=True, help_text="주의나 부진이면 까닭을 적습니다.")
    plan_ahead = models.TextField("향후계획", blank=True)
    status = models.CharField("평가", max_length=10, choices=Status.choices, blank=True)
    opinion = models.TextField("평가 의견", blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name="판정한 사람",
    )  # fmt: skip
    judged_at = models.DateTimeField("판정한 때", null=True, blank=True, editable=False)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = QuarterResultQuerySet.as_manager()
    scope: ClassVar = CollectedScope(
        "submission__responsible", Submission.editable("submission__"),
        team_only=("task", "year", "quarter", "target", "status", "opinion"),
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "분기 실적"
        ordering = ["-year", "-quarter", "task__field__goal__number", "task__field__number", "task__number"]
        constraints = [models.UniqueConstraint(fields=["task", "year", "quarter"], name="plan_result_unique")]
        indexes = [models.Index(fields=["year", "quarter", "status"])]

    def __str__(self) -> str:
        return f"{self.year}년 {self.quarter}분기 {self.task_title}"

    def clean(self) -> None:
        task: Any = self._state.fields_cache.get("task") or (Task.objects.filter(pk=self.task_id).first() if self.task_id else None)
        if task is None:
            return
        self.remember(task)
        if self.year and self.quarter in (1, 2, 3, 4) and self.period not in task.plan.quarters:
            raise ValidationError({"year": f"{task.plan}의 대상기간 밖의 분기입니다. 해와 분기를 확인해 주세요."})

    def remember(self, task: Task) -> None:
        """그때의 과제명과 주관 부서를 적어 둔다. 이미 적힌 것은 그대로다."""
        self.task_title = self.task_title or task.title
        if self.department_id is None:
            self.department_id = task.department_id

    @property
    def period(self) -> Period:
        return quarter_of(self.year, self.quarter)

    @property
    def task_code(self) -> str:
        """과제의 번호: 3-2-5"""
        return self.task.code

    @property
    def proposal(self) -> str:
        """판정 제안: 공정률 ÷ 기간이 지난 비율을 계획의 하한과 견준다. 공정률이 없으면 제안도 없다."""
        progress, task = self.progress, self.task
        if progress is None:
            return ""
        if progress >= 100:
            return self.Status.DONE
        if not progress and task.starts_on and task.starts_on > self.period.last_day:
            return self.Status.NONE
        expected = task.expected_progress(self.period)
        achievement = progress * 100 / expected if expected else Decimal(100)
        if achievement >= task.plan.ok_rate:
            return self.Status.OK
        return self.Status.WARN if achievement >= task.plan.warn_rate else self.Status.BAD

    @property
    def proposal_label(self) -> str:
        return str(self.Status(self.proposal).label) if self.proposal else ""

    @property
    def missing_fields(self) -> list[str]:
        """내기 전에 채워야 하는 빈 항목. 주의·부진이면 사유와 향후계획까지다."""
        wanted = ["actual", "progress", "self_status"]
        if self.self_status in self.NEEDS_REASON:
            wanted += ["reason", "plan_ahead"]
        return [name for name in wanted if getattr(self, name) in (None, "")]

    def judge(self, user: Staff, status: str, opinion: str | None = None) -> None:
        """평가팀이 판정한다. 의견을 주지 않으면 적힌 의견을 그대로 둔다. 저장은 하지 않는다."""
        self.status = status
        self.judged_by, self.judged_at = (user, timezone.now()) if status else (None, None)
        if opinion is not None:
            self.opinion = opinion.strip()
