"""한 해의 계획(WorkPlan)과 그 안의 사업(WorkItem)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce

from core.access import OwnTeamScope, PublishedScope, Team
from core.formats import money, percent
from core.history.models import Record, RecordQuerySet
from core.org.models import Department
from core.projects.models import Project
from core.rounds.models import CollectedRow, Submission
from core.states import Sign
from planning.work_plans import outline

# 계획 수립 회차의 서식 이름(rounds.py 의 PlanCollection)
ROUND_FORM = "planning.work_plans.plan"
# 금액의 재원. 보고서에 적는 차례다.
SOURCES = {"state": "국비", "city": "시비", "own": "구비", "other": "기타"}
MONEY_KINDS = {"required": "소요예산", "budget": "예산액", "spent": "집행액"}


class WorkPlan(Record):
    """한 해의 주요업무계획 한 장(章): 추진실적, 추진계획, 신규·중점사업."""

    class Kind(models.TextChoices):
        RESULT = "result", "추진실적"
        PLAN = "plan", "추진계획"
        FOCUS = "focus", "신규·중점"

    year = models.PositiveSmallIntegerField("연도")
    kind = models.CharField("구분", max_length=10, choices=Kind.choices)
    chapter = models.CharField("장", max_length=4, blank=True, help_text="보고서의 장 번호. 예: Ⅱ")
    title = models.CharField("제목", max_length=100, help_text="보고서에 적는 장의 제목. 예: 2024년 주요업무 추진계획")
    has_contents = models.BooleanField("차례를 둠", default=True)
    note = models.TextField("설명", blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    scope: ClassVar = PublishedScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "주요업무계획"
        ordering = ["-year", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "kind"], name="work_plan_unique",
                violation_error_message="같은 해, 같은 구분의 계획이 이미 있습니다. 그 계획을 열어 고쳐 주세요.",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.year}년 {self.get_kind_display()}"

    @property
    def heading(self) -> str:
        """보고서의 장 제목: Ⅲ. 2024년 주요업무 추진계획"""
        return f"{self.chapter}. {self.title}" if self.chapter else self.title


class WorkItemQuerySet(RecordQuerySet):
    def with_stage(self) -> Self:
        """지금 단계(stage)를 붙인다. 취합으로 받는 사업은 부서의 제출이 어디까지 왔는지를 따른다."""
        status, state = Submission.Status, WorkItem.State
        collected = Q(state__in=WorkItem.COLLECTED)
        rules = [
            When(collected & Q(submission__status=status.NOT_STARTED), then=Value(state.REQUESTED.value)),
            When(collected & Q(submission__status=status.RETURNED), then=Value(state.RETURNED.value)),
            When(
                collected & Q(submission__status__in=[status.DRAFT, *Submission.CONFIRMING]), then=Value(state.DRAFTING.value)
            ),
            When(collected & Q(submission__status__in=Submission.WAITING_REVIEW), then=Value(state.SUBMITTED.value)),
        ]
        return self.annotate(stage=Case(*rules, default=F("state"), output_field=models.CharField()))

    def in_order(self) -> Self:
        """직제순, 그 안에서 번호의 차례."""
        return self.order_by("-plan__year", "plan__kind", "department__order", "department", "number", "pk")

    def with_totals(self) -> Self:
        """소요예산·예산액·집행액의 합(required_sum 따위)을 붙인다. 적은 재원이 하나도 없으면 비어 있다."""
        sums = {}
        for kind in WorkItem.MONEY:
            names = [f"{kind}_{source}_amount" for source in SOURCES]
            whole: Any = Coalesce(F(names[0]), 0)
            for name in names[1:]:
                whole = whole + Coalesce(F(name), 0)
            known = Q()
            for name in names:
                known |= Q(**{f"{name}__isnull": False})
            sums[f"{kind}_sum"] = Case(When(known, then=whole), output_field=models.BigIntegerField())
        return self.annotate(**sums)


def _amount(kind: str, source: str) -> Any:
    return models.BigIntegerField(f"{MONEY_KINDS[kind]} {SOURCES[source]}(원)", null=True, blank=True)


class WorkItem(CollectedRow):
    """주요업무 한 건: 사업명, 목적, 본문, 금액. 부서나 과의 팀이 적고 팀·부구청장·구청장의 검토를 거쳐 확정한다."""

    class State(models.TextChoices):
        REQUESTED = "requested", Sign("작성 요청", "none")
        DRAFTING = "drafting", Sign("작성", "none")
        SUBMITTED = "submitted", "제출"
        RETURNED = "returned", Sign("보완 요청", "warn")
        TEAM_REVIEW = "team_review", "팀 검토"
        VICE_MAYOR = "vice_mayor", "부구청장"
        MAYOR = "mayor", "구청장"
        FIXED = "fixed", Sign("확정", "ok")
        PUBLISHED = "published", Sign("공개", "done")

    # 적고 있는 상태, 검토하는 상태, 굳은 상태, 앞으로 가는 차례
    WRITING = (State.REQUESTED, State.DRAFTING, State.RETURNED)
    REVIEWING = (State.SUBMITTED, State.TEAM_REVIEW, State.VICE_MAYOR, State.MAYOR)
    CLOSED = (State.FIXED, State.PUBLISHED)
    # 취합의 제출을 따라가는 상태. 부구청장 검토에 올린 뒤에는 제출을 다시 열어도 따라 움직이지 않는다.
    COLLECTED = (*WRITING, State.SUBMITTED, State.TEAM_REVIEW)
    FLOW = (
        State.REQUESTED, State.DRAFTING, State.SUBMITTED, State.TEAM_REVIEW, State.VICE_MAYOR, State.MAYOR, State.FIXED,
        State.PUBLISHED,
    )  # fmt: skip
    MONEY = MONEY_KINDS

    plan = models.ForeignKey(WorkPlan, models.PROTECT, related_name="items", verbose_name="계획")
    number = models.PositiveSmallIntegerField("연번", default=1)
    title = models.CharField("사업명", max_length=150)
    department = models.ForeignKey(Department, models.PROTECT, related_name="work_items", verbose_name="부서")
    team = models.CharField(
        "과의 팀", max_length=20, choices=Team.choices, blank=True, help_text="기획예산과의 사업이면 맡은 팀을 고릅니다."
    )
    page = models.PositiveSmallIntegerField("인쇄된 쪽", null=True, blank=True)
    purpose = models.TextField("목적", blank=True, help_text="제목 아래의 상자에 적는 글입니다. 「~하고자 함」으로 맺습니다.")
    body = models.TextField(
        "본문", blank=True,
        help_text="줄마다 □ ○ - · ※ 로 시작해 적습니다. 일정은 □ 추진일정 아래에 「일: 때」로, "
        "금액이 들어갈 자리는 [소요예산] 이나 [예산현황] 으로 적습니다.",
    )  # fmt: skip
    required_state_amount = _amount("required", "state")
    required_city_amount = _amount("required", "city")
    required_own_amount = _amount("required", "own")
    required_other_amount = _amount("required", "other")
    budget_state_amount = _amount("budget", "state")
    budget_city_amount = _amount("budget", "city")
    budget_own_amount = _amount("budget", "own")
    budget_other_amount = _amount("budget", "other")
    spent_state_amount = _amount("spent", "state")
    spent_city_amount = _amount("spent", "city")
    spent_own_amount = _amount("spent", "own")
    spent_other_amount = _amount("spent", "other")
    spent_on = models.DateField("집행액 기준일", null=True, blank=True)
    starts_on = models.DateField("시작일", null=True, blank=True, help_text="비우면 그해 1월 1일로 봅니다.")
    ends_on = models.DateField("끝나는 날", null=True, blank=True, help_text="비우면 그해 12월 31일로 봅니다.")
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="work_items", verbose_name="사업",
        help_text="여러 업무에서 같은 사업을 가리킬 때 고릅니다.",
    )  # fmt: skip
    state = models.CharField("상태", max_length=20, choices=State.choices, default=State.DRAFTING, editable=False)
    predecessor = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="successors", verbose_name="이어받은 사업"
    )
    is_carried = models.BooleanField("이월 초안", default=False, editable=False)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = WorkItemQuerySet.as_manager()
    scope: ClassVar = OwnTeamScope(
        open_when=Submission.editable("submission__") & Q(state__in=COLLECTED),
        team_only=("plan", "number", "team", "department", "page", "budget_state_amount", "budget_city_amount",
                   "budget_own_amount", "budget_other_amount", "spent_state_amount", "spent_city_amount", "spent_own_amount",
                   "spent_other_amount", "spent_on"),
        draft_when=Q(state__in=WRITING), closed_when=Q(state__in=CLOSED),
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "주요업무"
        ordering = ["-plan__year", "plan__kind", "department__order", "department", "number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "department", "number"], name="work_item_number_unique",
                violation_error_message="그 부서에 같은 연번의 사업이 이미 있습니다. 다른 번호를 적어 주세요.",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["plan", "state"])]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        problems: dict[str, list[str]] = {}
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            problems["ends_on"] = ["끝나는 날이 시작일보다 앞섭니다. 두 날짜를 확인해 주세요."]
        names = [line.text for line in self.outline if line.mark == outline.TABLE]
        if names:
            known = set(self.tables.values_list("name", flat=True)) if self.pk else set()
            problems["body"] = [
                f"본문의 [표: {name}] 에 맞는 표가 없습니다. 표를 먼저 만들거나 그 줄을 지워 주세요." for name in names if name not in known
            ] + [f"[표: {name}] 이 두 번 나옵니다. 한 줄만 남겨 주세요." for name in sorted(set(names)) if names.count(name) > 1]
        for mark, text in outline.RESERVED_TEXT.items():
            if sum(line.mark == mark for line in self.outline) > 1:
                problems.setdefault("body", []).append(f"{text} 이 두 번 나옵니다. 한 줄만 남겨 주세요.")
        for kind, label in self.MONEY.items():
            for source in SOURCES:
                name = f"{kind}_{source}_amount"
                if (getattr(self, name) or 0) < 0:
                    problems[name] = [f"{label}은 0보다 작을 수 없습니다. 금액을 확인해 주세요."]
        if any(problems.values()):
            raise ValidationError({name: texts for name, texts in problems.items() if texts})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """저장하고 본문을 줄로 펼친다. 이월한 초안을 사람이 고치면 「이월 초안」을 뗀다."""
        fields = kwargs.get("update_fields")
        carrying = kwargs.pop("carrying", False)
        if self.is_carried and not carrying and self._differs():
            self.is_carried = False
            if fields is not None:
                kwargs["update_fields"] = {*fields, "is_carried"}
        super().save(*args, **kwargs)
        if fields is None or "body" in fields:
            self.lines.model.follow(self)  # type: ignore[attr-defined]

    def _differs(self) -> bool:
        """저장된 것과 사람이 적는 칸이 다른가."""
        old = WorkItem._base_manager.filter(pk=self.pk).first() if self.pk else None
        return old is not None and any(getattr(old, name) != getattr(self, name) for name in WRITTEN)

    # ── 본문 ────────────────────────────────────────────────────────────

    @property
    def outline(self) -> list[outline.OutlineLine]:
        """본문의 줄."""
        return outline.parse(self.body)

    @property
    def is_blank(self) -> bool:
        """구역 이름만 있고 아직 적은 것이 없는가."""
        return not any(line.mark in (*outline.MARKS[1:], outline.PLAIN, outline.TABLE) for line in self.outline)

    @property
    def code(self) -> str:
        """보고서에서 부르는 이름: Ⅱ-1"""
        return f"{self.plan.chapter}-{self.number}" if self.plan.chapter else str(self.number)

    @property
    def owner(self) -> str:
        """맡은 팀이나 부서."""
        return str(Team(self.team).label) if self.team else self.department.name

    @property
    def period(self) -> tuple[date, date]:
        """사업 기간. 적지 않았으면 그해 한 해."""
        year = self.plan.year
        return self.starts_on or date(year, 1, 1), self.ends_on or date(year, 12, 31)

    # ── 금액 ────────────────────────────────────────────────────────────

    def amounts(self, kind: str) -> list[tuple[str, int]]:
        """적은 재원과 금액. 보고서처럼 국비·시비·구비의 차례다."""
        pairs = ((label, getattr(self, f"{kind}_{source}_amount")) for source, label in SOURCES.items())
        return [(label, value) for label, value in pairs if value is not None]

    def total(self, kind: str) -> int | None:
        """재원을 더한 금액. 적은 것이 없으면 None 이고 0이 아니다."""
        found = [value for _label, value in self.amounts(kind)]
        return sum(found) if found else None

    @property
    def spent_rate(self) -> Decimal | None:
        """집행액 ÷ 예산액(%). 끝수는 보이는 곳에서 설정대로 처리한다."""
        return percent(self.total("spent"), self.total("budget"))

    @property
    def required_text(self) -> str:
        """보고서의 소요예산 줄: 「소요예산: 총 304,600천원(구비 304,600)」"""
        total = self.total("required")
        if total is None:
            return "소요예산: -"
        if not total:
            return "소요예산: 비예산"
        parts = ", ".join(f"{label} {money(value)}" for label, value in self.amounts("required") if value)
        return f"소요예산: 총 {money(total)}천원({parts})"


# 사람이 적는 것. 이월한 초안에서 하나라도 달라지면 더는 초안이 아니다.
WRITTEN = (
    "title", "purpose", "body", "starts_on", "ends_on", *(f"{kind}_{source}_amount" for kind in MONEY_KINDS for source in SOURCES),
)  # fmt: skip
