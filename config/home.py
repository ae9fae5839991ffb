"""홈의 칸. 할 일은 표에서 읽고(config/inbox.py), 나머지는 그 자료가 바뀌기 전에는 다시 세지 않는다."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from budget.appropriations.dashboard import own_execution
from budget.appropriations.models import (
    Account,
    BudgetVersion,
    DetailProgram,
    ExecutionPointer,
    ExecutionSnapshot,
    FiscalYear,
    LayerTotal,
    MonthlyPlan,
    ReportProgram,
    UnitProgram,
)
from config.figures import figure
from core.access import Role
from core.documents.models import Attachment
from core.figures.figure import FigureValue, reported
from core.figures.models import ReportedValue, Setting
from core.formats import date_plain, money, number, percent, rate
from core.history.models import Change
from core.history.revisions import kept
from core.org.models import Department, Staff
from core.rounds.models import Round, Submission
from core.screens.views.detail import source_text
from evaluation.four_year_plans.dashboard import Status, newest_board, text_of
from evaluation.four_year_plans.models import FourYearPlan, Goal, PlanField, QuarterResult, Task
from legal.lawsuits.figures import SAMPLE
from legal.lawsuits.figures import values as lawsuit_values
from legal.lawsuits.models import Lawsuit, OutcomeBucket

_EXECUTION = (
    ExecutionPointer, ExecutionSnapshot, FiscalYear, Setting, MonthlyPlan, DetailProgram, UnitProgram, ReportProgram, Department,
)  # fmt: skip
_STRIP = (
    ReportedValue, Account, LayerTotal, BudgetVersion, FiscalYear, Lawsuit, OutcomeBucket, Setting, FourYearPlan, Goal, PlanField, Task,
    QuarterResult, Submission, Attachment, Department,
)  # fmt: skip


@dataclass(frozen=True)
class Rate:
    """집행률 막대 하나."""

    label: str
    rate: Decimal | None
    target: Decimal | None
    url: str


@dataclass(frozen=True)
class Execution:
    """단위사업별 집행률의 칸: 계와 단위사업마다의 막대."""

    as_of: date
    total: Rate
    units: tuple[Rate, ...]
    balance: int
    has_rows: bool
    url: str
    is_sample: bool


def execution_of(user: Staff) -> Execution | None:
    """과 사람은 과의 집행, 부서 담당자는 자기 부서의 집행. 자료가 없으면 None."""
    own = user.department_id if user.role == Role.DEPARTMENT else None
    whose = ("home execution", user.role == Role.DEPARTMENT, own, user.fiscal_year)
    return kept(whose, _EXECUTION, lambda: _execution(user))


def _execution(user: Staff) -> Execution | None:
    found = own_execution(user)
    if found is None or found.as_of is None:
        return None
    lines = [found.total, *(line for line in found.units() if line.level == 0)]
    total, *units = (Rate(line.label, line.rate, line.target, line.rows_url) for line in lines)
    return Execution(
        found.as_of, total, tuple(units), found.total.balance, bool(found.total.rows), found.page_url(), found.is_sample
    )


@dataclass(frozen=True)
class Kpi:
    """주요 수치 한 칸."""

    title: str
    value: str
    unit: str
    note: str
    url: str = ""
    sample: str | bool = ""


def strip(execution: Execution | None) -> list[Kpi]:
    """과의 주요 수치 다섯 칸. 보고서 값은 보고서 값이라고 적는다."""
    # 소송의 수는 오늘까지 센다.
    rest = kept(("home strip", timezone.localdate()), _STRIP, _strip)
    if execution is None or not execution.has_rows:
        return list(rest)
    note = f"{date_plain(execution.as_of)} 기준 · 잔액 {money(execution.balance)}천원"
    return [Kpi("예산 집행률", rate(execution.total.rate), "%", note, execution.url, execution.is_sample), *rest]


def _strip() -> tuple[Kpi, ...]:
    values = {code: figure(code).at() for code in _FIGURES} | lawsuit_values()
    kinds = {"행정": "administrative", "민사": "civil", "심판": "appeal"}
    words = " · ".join(f"{label} {_count(values[f'lawsuits.{kind}.pending'])}" for label, kind in kinds.items())
    won, closed = values["lawsuits.total.won"], values["lawsuits.total.closed"]
    bill, original = values["next_budget.2024.total"], values["supplementary.original"]
    growth = ""
    if bill.value and original.value:
        growth = f"2023년 본예산 대비 {rate(percent(int(bill.value - original.value), int(original.value)))}% 증"
    return (
        _kpi("진행 중 소송·심판", values["lawsuits.total.pending"], "건", words),
        _kpi("확정 사건 승소율", values["lawsuits.total.win_rate"], "%", f"확정 {_count(closed)}건 중 승소 {_count(won)}건"),
        _plan_kpi(reported("four_year_plan.tasks")),
        _kpi("2024년 예산(안)", bill, "백만원", growth, scale=1_000_000),
    )


_FIGURES = ("next_budget.2024.total", "supplementary.original")


def _count(value: FigureValue) -> str:
    return number(value.value)


def _kpi(title: str, value: FigureValue, unit: str, note: str, scale: int | None = None) -> Kpi:
    """수치 한 칸. 행에서 센 값은 기준일을, 보고서 값은 보고서의 어느 절인지 적는다. scale 은 원을 적을 단위다."""
    if value.value is None:
        return Kpi(title, "-", "", "자료 없음")
    note += f" · {date_plain(value.as_of)} 기준" if value.origin == "computed" else f" · 보고서 {value.source.rpartition(' ')[2]}"
    sample = "표본" if value.source.endswith(SAMPLE) else ""
    text = money(int(value.value), scale) if scale else number(value.value)
    return Kpi(title, text, unit, note, value.url, sample)


def _plan_kpi(reported_tasks: FigureValue) -> Kpi:
    """4개년 계획 칸. 등록한 과제가 있으면 판정을 마친 마지막 분기, 없으면 보고서 값이다."""
    board = newest_board()
    if board is None:
        return _kpi("4개년 계획 이행과제", reported_tasks, "건", "5대 목표 – 10개 분야")
    counts = board.total.counts
    return Kpi(
        "4개년 계획 이행과제", number(board.total.total), "건",
        f"{text_of(board.quarter)} 주의 {counts[Status.WARN]} · 부진 {counts[Status.BAD]}",
        reverse("evaluation.four-year-plan-board"), "표본" if board.is_sample else "",
    )  # fmt: skip


@dataclass(frozen=True)
class Running:
    """접수 중인 회차의 줄."""

    title: str
    url: str
    due_at: datetime
    submitted: int
    base: int
    review: int
    left: tuple[str, ...]
    is_sample: bool

    @property
    def submit_rate(self) -> float | None:
        return self.submitted * 100 / self.base if self.base else None


def running_rounds() -> tuple[Running, ...]:
    """접수 중인 회차와, 아직 내지 않은 부서의 이름. 과 사람에게만 보인다. 과 사람은 모든 회차를 본다(RoundScope)."""
    return kept("running rounds", (Round, Submission), _running_rounds)


def _running_rounds() -> tuple[Running, ...]:
    rounds = list(Round.objects.running().with_measures().order_by("due_at"))
    left = Submission.objects.filter(round__in=rounds, first_submitted_at=None).waiting_department().order_by("order")
    names: dict[int, list[str]] = {one.pk: [] for one in rounds}
    for round_id, name in left.values_list("round", "department_name"):
        names[round_id].append(name)
    return tuple(
        Running(
            str(one), reverse("core.round-detail", args=[one.pk]), one.due_at, one.submitted_count,
            one.target_count - one.nothing_count, one.review_count, tuple(names[one.pk]), one.is_sample,
        )
        for one in rounds
    )  # fmt: skip


@dataclass
class Recent:
    """최근 바뀐 것의 줄: 한 사람이 한 곳에서 한꺼번에 바꾼 같은 자료."""

    at: datetime
    action: str
    kind: str
    text: str
    who: str
    source: str
    count: int = 0


def recent_changes(user: Any) -> list[Recent]:
    """최근 바뀐 것 여섯. 질의 한 번."""
    groups: dict[Any, Recent] = {}
    rows = Change.objects.for_user(user).values_list("model", "action", "source", "actor_id", "at", "object_text", "actor__name")
    for model, action, source, actor, at, text, name in rows[:300]:
        key = (model, action, source, actor, at.replace(second=0, microsecond=0))
        if key not in groups:
            label = Change.Action(action).label
            groups[key] = Recent(at, str(label), _model_name(model), text, name or "시스템", source_text(source))
        groups[key].count += 1
    return list(groups.values())[:6]


def _model_name(label: str) -> str:
    """이력에 적힌 모델의 우리말 이름. 없어진 모델이면 적힌 그대로."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except LookupError:
        return label
