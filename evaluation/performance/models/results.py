"""평가의 결과: 실적, 부서 점수와 가감점, 지표 변경과 승인, 이의신청."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from core.access import CollectedScope, DepartmentScope
from core.deadlines.working_days import Calendar
from core.history.models import Record
from core.org.models import Department
from core.rounds.models import CollectedRow, Submission
from evaluation.performance.models.fields import MeasureField
from evaluation.performance.models.plans import Indicator, PerfPlan, Stage

_PLAN = "indicator__perf_project__plan__status"
_DEPARTMENT = "indicator__perf_project__department"


class IndicatorActual(CollectedRow):
    """한 지표의 한 번의 평가 실적. 부서가 적고, 평가팀이 인정 실적과 의견을 단다."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="actuals", verbose_name="성과지표")
    stage = models.CharField("평가", max_length=10, choices=Stage.choices)
    actual = MeasureField("실적", null=True, blank=True)
    note = models.TextField("추진실적", blank=True)
    adjusted_value = MeasureField("인정 실적", null=True, blank=True, help_text="부서가 적은 실적과 다르게 인정할 때만 적습니다.")
    opinion = models.TextField("평가 의견", blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    # 점수를 굳힌 평가의 실적은 이의신청으로만 바뀐다.
    named_with = ("indicator",)
    scope: ClassVar = CollectedScope(
        "submission__responsible", Submission.editable("submission__"), team_only=("indicator", "stage", "adjusted_value", "opinion"),
        closed_when=Q(stage=Stage.MID, **{f"{_PLAN}__in": (PerfPlan.Status.MID, PerfPlan.Status.FINAL)})
        | Q(**{_PLAN: PerfPlan.Status.CLOSED}),
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "지표 실적"
        ordering = ["indicator", "stage"]
        constraints = [models.UniqueConstraint(fields=["indicator", "stage"], name="indicator_actual_unique")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.get_stage_display()}"

    @property
    def value(self) -> Decimal | None:
        """점수를 매기는 실적: 인정 실적이 있으면 그것, 없으면 부서가 적은 것."""
        return self.actual if self.adjusted_value is None else self.adjusted_value

    def clean(self) -> None:
        if self.adjusted_value is not None and self.adjusted_value != self.actual and not self.opinion.strip():
            raise ValidationError({"opinion": "인정 실적을 다르게 적은 까닭을 의견에 적어 주세요."})


class PerfScore(Record):
    """한 부서의 한 평가 점수. 가감점은 팀이 적고, 점수·순위·등급은 평가를 마칠 때 굳힌다."""

    plan = models.ForeignKey(PerfPlan, models.CASCADE, related_name="scores", verbose_name="성과관리계획")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="부서")
    stage = models.CharField("평가", max_length=10, choices=Stage.choices)
    adjustment = MeasureField("가감점(점)", null=True, blank=True)
    adjustment_reason = models.CharField("가감점 사유", max_length=200, blank=True)
    base_score = MeasureField("지표 점수", null=True, blank=True, editable=False)
    score = MeasureField("최종 점수", null=True, blank=True, editable=False)
    rank = models.PositiveSmallIntegerField("순위", null=True, blank=True, editable=False)
    grade = models.CharField("등급", max_length=10, blank=True, editable=False)
    is_excellent = models.BooleanField("우수부서", default=False, editable=False)
    settled_at = models.DateTimeField("굳힌 때", null=True, blank=True, editable=False)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("department",)
    scope: ClassVar = DepartmentScope(
        "department", closed_when=Q(plan__status=PerfPlan.Status.CLOSED)
        | Q(stage=Stage.MID, plan__status__in=(PerfPlan.Status.MID, PerfPlan.Status.FINAL)),
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "부서 점수"
        ordering = ["-plan__year", "-stage", "rank", "department__order"]
        constraints = [models.UniqueConstraint(fields=["plan", "department", "stage"], name="perf_score_unique")]

    def __str__(self) -> str:
        return f"{self.department} {self.get_stage_display()}"

    def clean(self) -> None:
        if self.adjustment and not self.adjustment_reason.strip():
            raise ValidationError({"adjustment_reason": "가감점을 준 사유를 적어 주세요."})


class IndicatorChange(Record):
    """확정한 지표의 목표·가중치·정의를 바꾸는 신청과 승인. 바꾸기 전의 값을 함께 남긴다."""

    class Status(models.TextChoices):
        REQUESTED = "requested", "신청"
        APPROVED = "approved", "승인"
        REJECTED = "rejected", "반려"

    TERMS = ("target", "weight", "definition")

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="changes", verbose_name="성과지표")
    new_target = MeasureField("새 목표", null=True, blank=True)
    new_weight = MeasureField("새 가중치(%)", null=True, blank=True)
    new_definition = models.TextField("새 정의", blank=True)
    reason = models.TextField("변경 사유")
    old_target = MeasureField("앞 목표", null=True, blank=True, editable=False)
    old_weight = MeasureField("앞 가중치(%)", null=True, blank=True, editable=False)
    old_definition = models.TextField("앞 정의", blank=True, editable=False)
    status = models.CharField("상태", max_length=10, choices=Status.choices, default=Status.REQUESTED, editable=False)
    requested_on = models.DateField("신청일", default=timezone.localdate, editable=False)
    decided_on = models.DateField("결정일", null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="결정한 사람"
    )
    decision_note = models.CharField("승인 문서·의견", max_length=200, blank=True, editable=False)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("indicator",)
    scope: ClassVar = DepartmentScope(
        _DEPARTMENT, open_when=Q(status=Status.REQUESTED), closed_when=~Q(status=Status.REQUESTED)
    )

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "지표 변경"
        ordering = ["-requested_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.indicator} 변경"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.status == self.Status.REQUESTED:
            for name in self.TERMS:
                setattr(self, f"old_{name}", getattr(self.indicator, name))
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.indicator_id is None:
            return
        if self.indicator.is_planning:
            raise ValidationError({"indicator": "아직 확정하지 않은 지표입니다. 성과지표 화면에서 바로 고치세요."})
        if self.indicator.status == Indicator.Status.CLOSED:
            raise ValidationError({"indicator": "평가를 마친 지표라 바꿀 수 없습니다."})
        if not self.changed:
            raise ValidationError("새 목표, 새 가중치, 새 정의 가운데 바뀌는 것을 하나 이상 적어 주세요.")

    @property
    def changed(self) -> dict[str, Any]:
        """{항목: 새 값}. 적지 않았거나 지금과 같은 것은 뺀다."""
        found = {name: getattr(self, f"new_{name}") for name in self.TERMS}
        return {name: new for name, new in found.items() if new not in (None, "") and new != getattr(self.indicator, name)}


class Objection(Record):
    """종합평가 결과에 대한 부서의 이의신청. 받은 날부터 정한 근무일 안에 답한다."""

    class Status(models.TextChoices):
        FILED = "filed", "접수"
        ACCEPTED = "accepted", "인용"
        PARTIAL = "partial", "일부 인용"
        REJECTED = "rejected", "기각"

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="objections", verbose_name="성과지표")
    reason = models.TextField("신청 사유")
    claimed_value = MeasureField("인정을 바라는 실적", null=True, blank=True)
    filed_on = models.DateField("접수일", default=timezone.localdate, editable=False)
    due_on = models.DateField("처리 기한", null=True, editable=False)
    status = models.CharField("상태", max_length=10, choices=Status.choices, default=Status.FILED, editable=False)
    accepted_value = MeasureField("인정한 실적", null=True, blank=True, editable=False)
    decision = models.TextField("결정 사유", blank=True, editable=False)
    decided_on = models.DateField("결정일", null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="결정한 사람"
    )
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("indicator",)
    scope: ClassVar = DepartmentScope(_DEPARTMENT, open_when=Q(status=Status.FILED), closed_when=~Q(status=Status.FILED))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "이의신청"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator"], condition=Q(status="filed"), name="objection_one_open",
                violation_error_message="이 지표에는 처리하고 있는 이의신청이 있습니다. 그 신청을 고쳐 주세요.",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.indicator} 이의신청"

    def clean(self) -> None:
        if self.indicator_id is None:
            return
        if not self._state.adding:
            # 지표를 갈아 끼우면 결과를 알리지 않은 지표나 기간이 지난 지표의 이의신청이 된다.
            if Objection.objects.filter(pk=self.pk).exclude(indicator=self.indicator_id).exists():
                raise ValidationError({"indicator": "신청한 지표는 바꿀 수 없습니다. 이 신청을 지우고 그 지표로 새로 신청해 주세요."})
            return
        if self.indicator.status not in (Indicator.Status.FINAL_EVALUATED, Indicator.Status.OBJECTION):
            raise ValidationError({"indicator": "이의신청은 종합평가를 마친 지표에만 합니다."})
        plan = self.indicator.perf_project.plan
        if plan.status != PerfPlan.Status.FINAL:
            raise ValidationError("종합평가 결과를 알린 뒤에 이의신청을 받습니다. 지금은 평가하고 있거나 평가를 마친 해입니다.")
        until = plan.objection_until
        if until and timezone.localdate() > until:
            raise ValidationError(f"이의신청 기간이 {until:%Y. %-m. %-d.}에 끝났습니다. 평가팀에 문의하세요.")

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """처음 접수할 때 처리 기한을 적고 지표를 「이의신청」으로 옮긴다."""
        if self._state.adding and self.status == self.Status.FILED:
            days = self.indicator.perf_project.plan.answer_days
            self.due_on = Calendar.load(self.filed_on, weekends_only=True).add_working_days(self.filed_on, days)
            if self.indicator.status == Indicator.Status.FINAL_EVALUATED:
                self.indicator.move(Indicator.Status.OBJECTION)
        super().save(*args, **kwargs)

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """거두어들이면 지표는 「종합평가」로 돌아간다."""
        if self.status == self.Status.FILED and self.indicator.status == Indicator.Status.OBJECTION:
            self.indicator.move(Indicator.Status.FINAL_EVALUATED)
        return super().delete(*args, **kwargs)

    @property
    def is_overdue(self) -> bool:
        """처리 기한이 지났는데 아직 답하지 않았는가."""
        return self.status == self.Status.FILED and bool(self.due_on and self.due_on < timezone.localdate())
