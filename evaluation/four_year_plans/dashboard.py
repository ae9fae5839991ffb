"""한눈판을 셈한다: 한 분기의 과제 상태를 목표·분야·부서로 묶고 지난 분기와 견준다. 질의 수는 과제 수와 상관없다."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from core.figures.models import RATE_MODE, RATE_PLACES, ReportedValue, Setting
from core.formats import round_rate
from core.history.revisions import kept_count, kept_rows
from core.remembering import remembered
from core.rounds.models import Round, RoundQuerySet, Submission
from core.rounds.period import Cycle, Period
from evaluation.four_year_plans.models import FourYearPlan, QuarterResult, Task
from evaluation.four_year_plans.models.plans import HANDED_IN, TaskQuerySet, quarter_of
from evaluation.four_year_plans.models.results import ROUND_FORM
from evaluation.four_year_plans.services import count_problems

if TYPE_CHECKING:
    from datetime import date

    from evaluation.four_year_plans.models import Goal, PlanField

Status = QuarterResult.Status
LABELS: dict[str, str] = {**dict(Status.choices), "submitted": "제출함", "": "판정 전"}
UNJUDGED = ("", "submitted")
WATCHED = (Status.BAD, Status.WARN)
# 챙겨볼 과제를 한눈판에 보이는 수
WATCH_SHOWN = 5
ATTENTION = {"twice_bad": "두 분기 이어 부진", "overdue": "완료 예정일 지남", "no_evidence": "증빙 없음"}


def parse_quarter(text: str | None) -> Period | None:
    """주소의 2023-3 을 분기로. 읽을 수 없으면 None."""
    year, _, number = (text or "").partition("-")
    if year.isdecimal() and 1900 < int(year) < 9999 and number in ("1", "2", "3", "4"):
        return quarter_of(int(year), int(number))
    return None


def key_of(quarter: Period) -> str:
    """분기를 주소에 적는 글자: 2023-3"""
    return f"{quarter.year}-{quarter.number}"


def text_of(quarter: Period) -> str:
    """분기를 화면에 적는 글자: 2023년 3분기"""
    return f"{quarter.year}년 {quarter.number}분기"


def default_quarter(plan: FourYearPlan) -> Period:
    """처음 보일 분기: 판정을 마친 마지막 분기, 없으면 판정이 있는 마지막 분기, 그것도 없으면 오늘이 든 분기."""
    counts = _quarter_counts(plan)
    full = [quarter for quarter, (whole, judged) in counts.items() if judged == whole]
    some = [quarter for quarter, (_whole, judged) in counts.items() if judged]
    if full or some:
        return max(full or some)
    quarters = plan.quarters
    today = Period.containing(timezone.localdate(), Cycle.QUARTER)
    return min(max(today, quarters[0]), quarters[-1])


def _quarter_counts(plan: FourYearPlan) -> dict[Period, tuple[int, int]]:
    """실적이 있는 분기마다 (실적 수, 판정한 수)."""
    rows = QuarterResult.objects.filter(task__plan=plan).order_by().values_list("year", "quarter", "status")
    found: dict[Period, list[int]] = {}
    for year, number, status in kept_rows(rows):
        pair = found.setdefault(quarter_of(year, number), [0, 0])
        pair[0] += 1
        pair[1] += bool(status)
    return {quarter: (whole, judged) for quarter, (whole, judged) in found.items()}


def tasks_url(**filters: Any) -> str:
    """그 조건의 이행과제 목록."""
    query = {key: value for key, value in filters.items() if value not in ("", None)}
    return f"{reverse('evaluation.task-list')}?{urlencode(query)}"


@dataclass
class Tally:
    """과제 한 묶음의 상태마다 건수와 두 가지 이행률(%)."""

    label: str
    code: str = ""
    level: int = 0
    filters: dict[str, Any] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)
    rounded: Callable[[Decimal], Decimal] = field(default=lambda value: value)

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(task.state for task in self.tasks)  # type: ignore[attr-defined]

    @property
    def total(self) -> int:
        return len(self.tasks)

    @property
    def unjudged(self) -> int:
        return sum(self.counts[state] for state in UNJUDGED)

    @property
    def cells(self) -> list[tuple[str, int, str]]:
        """상태마다 (이름, 건수, 그 과제의 주소). 끝은 판정 전이다."""
        found = [(LABELS[state], self.counts[state], self.url(state=state)) for state in Status.values]
        return [*found, ("판정 전", self.unjudged, self.url(state="unjudged"))]

    @property
    def known(self) -> list[Task]:
        """공정률을 아는 과제."""
        return [task for task in self.tasks if task.progress is not None]  # type: ignore[attr-defined]

    @property
    def simple_rate(self) -> Decimal | None:
        """단순 이행률(%) = 공정률의 합 ÷ 공정률을 아는 과제 수(DOMAIN §3.1)."""
        known = self.known
        return self.rounded(sum((_progress(task) for task in known), Decimal(0)) / len(known)) if known else None

    @property
    def weighted_rate(self) -> Decimal | None:
        """가중 이행률(%) = Σ(가중치 × 공정률) ÷ Σ가중치, 공정률을 아는 과제만."""
        known = self.known
        weight = sum((task.weight for task in known), Decimal(0))
        return self.rounded(sum((task.weight * _progress(task) for task in known), Decimal(0)) / weight) if weight else None

    def url(self, **more: Any) -> str:
        return tasks_url(**{**self.filters, **more})


def _progress(task: Task) -> Decimal:
    return Decimal(task.progress)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Watch:
    """챙겨볼 과제 한 줄."""

    task: Task
    state: str
    reason: str
    department: str
    since: str
    url: str


@dataclass(frozen=True)
class QuarterChoice:
    """고를 수 있는 분기 하나."""

    quarter: Period
    key: str
    text: str
    state: str


@dataclass(frozen=True)
class OpenRound:
    """접수하고 있는 분기 점검."""

    round: Round
    quarter: Period
    total: int
    submitted: int
    waiting_departments: int

    @property
    def left(self) -> int:
        return self.total - self.submitted


class Board:
    """한 계획, 한 분기의 한눈판. tasks 는 볼 수 있는 과제(`Task.objects.for_user(user)`)다."""

    def __init__(
        self, tasks: TaskQuerySet, plan: FourYearPlan, quarter: Period | None = None, rounds: RoundQuerySet | None = None
    ) -> None:
        self.plan = plan
        self.readable = tasks.filter(plan=plan)
        self.rounds_source = rounds
        self.quarter = quarter or default_quarter(plan)
        settings = Setting.objects.values_on(self.quarter.last_day)
        mode, places = settings[RATE_MODE], settings[RATE_PLACES]
        self.places: int = places
        self.rounded: Callable[[Decimal], Decimal] = lambda value: round_rate(value, places, mode)

    # ── 읽기 ──────────────────────────────────────────────────────────

    @cached_property
    def tasks(self) -> list[Task]:
        """그 분기에 살아 있던 과제, 계획의 차례. 과제명과 부서는 그때의 것으로 바꿔 둔다."""
        rows = self.readable.live_on(self.quarter.last_day).with_quarter(self.quarter)
        tasks: list[Task] = kept_rows(rows.select_related("field__goal", "department").in_order())
        for task in tasks:
            result = self.results.get(task.pk)
            if result is not None:
                task.title, task.department = result.task_title, result.department
        return tasks

    @cached_property
    def results(self) -> dict[int, QuarterResult]:
        """그 분기의 실적."""
        rows = QuarterResult.objects.of(self.quarter).filter(task__in=self.readable).select_related("department")
        return {row.task_id: row for row in kept_rows(rows)}

    @cached_property
    def history(self) -> dict[Period, dict[int, str]]:
        """분기마다 과제의 상태. 판정 전이면 submitted 나 빈 글자다."""
        rows = QuarterResult.objects.filter(task__in=self.readable).order_by()
        found: dict[Period, dict[int, str]] = {}
        for task, year, number, status, handed in kept_rows(rows.values_list("task", "year", "quarter", "status", "submission__status")):
            state = status or ("submitted" if handed in HANDED_IN else "")
            found.setdefault(quarter_of(year, number), {})[task] = state
        return found

    @cached_property
    def rounds(self) -> dict[Period, Round]:
        """분기마다의 점검 회차."""
        if self.rounds_source is None:
            return {}
        years = self.plan.starts_on.year, self.plan.ends_on.year
        rows = self.rounds_source.filter(form=ROUND_FORM, year__range=years).exclude(status=Round.Status.PREPARING)
        return {row.period: row for row in kept_rows(rows)}

    @cached_property
    def open_round(self) -> OpenRound | None:
        """지금 접수하고 있는 점검."""
        round = next((row for row in self.rounds.values() if row.is_open), None)
        if round is None:
            return None
        states = self.history.get(round.period, {})
        waiting = kept_count(Submission.objects.filter(round=round).waiting_department())
        return OpenRound(round, round.period, len(states), sum(bool(state) for state in states.values()), waiting)

    @cached_property
    def choices(self) -> list[QuarterChoice]:
        """실적이나 점검이 있는 분기, 새 것부터."""
        quarters = sorted({*self.history, *self.rounds, self.quarter}, reverse=True)
        return [QuarterChoice(one, key_of(one), text_of(one), self._quarter_state(one)) for one in quarters]

    def _quarter_state(self, quarter: Period) -> str:
        if self.open_round and self.open_round.quarter == quarter:
            return "접수 중"
        states = self.history.get(quarter, {})
        if not states:
            return "실적 없음"
        judged = sum(state not in UNJUDGED for state in states.values())
        return "확정" if judged == len(states) else "판정 중" if judged else "판정 전"

    @property
    def state(self) -> str:
        """보고 있는 분기의 상태."""
        return self._quarter_state(self.quarter)

    @property
    def is_sample(self) -> bool:
        return any(task.is_sample for task in self.tasks)

    # ── 셈 ────────────────────────────────────────────────────────────

    @property
    def filters(self) -> dict[str, Any]:
        """이 한눈판의 과제 목록을 여는 조건."""
        return {"plan": self.plan.pk, "quarter": key_of(self.quarter)}

    def tally(self, label: str, tasks: Iterable[Task], code: str = "", level: int = 0, **filters: Any) -> Tally:
        """tasks 한 묶음."""
        return Tally(label, code, level, {**self.filters, **filters}, list(tasks), self.rounded)

    @cached_property
    def total(self) -> Tally:
        return self.tally("전체", self.tasks)

    @cached_property
    def earlier(self) -> Counter[str] | None:
        """지난 분기의 상태마다 건수. 지난 분기의 실적이 없으면 None."""
        states = self.history.get(self.quarter.previous())
        return Counter(states.values()) if states else None

    @cached_property
    def matrix(self) -> list[dict[str, Any]]:
        """목표마다 분야, 분야마다 과제의 칸. 칸은 번호의 자리에 놓는다."""
        goals: list[dict[str, Any]] = []
        by_field = self._by_field()
        for goal, fields in self._tree():
            lines = []
            for one in fields:
                own = {task.number: task for task in by_field.get(one.pk, [])}
                tally = self.tally(one.title, own.values(), one.code, field=one.pk)
                marks = [
                    (LABELS[state], state.value, tally.counts[state], tally.url(state=state.value))
                    for state in (Status.WARN, Status.BAD)
                ]  # fmt: skip
                lines.append({
                    "field": one, "url": tally.url(), "cells": [(number, _cell(own.get(number))) for number in self.columns],
                    "marks": [mark for mark in marks if mark[2]], "tally": tally,
                })  # fmt: skip
            goals.append({"goal": goal, "lines": lines})
        return goals

    @cached_property
    def columns(self) -> list[int]:
        """한눈판의 열: 과제 번호."""
        return list(range(1, max((task.number for task in self.tasks), default=0) + 1))

    def _by_field(self) -> dict[int, list[Task]]:
        found: dict[int, list[Task]] = {}
        for task in self.tasks:
            found.setdefault(task.field_id, []).append(task)
        return found

    def _tree(self) -> list[tuple[Goal, list[PlanField]]]:
        """과제가 있는 목표와 분야, 차례대로."""
        found: dict[int, tuple[Goal, dict[int, PlanField]]] = {}
        for task in self.tasks:
            goal = found.setdefault(task.field.goal_id, (task.field.goal, {}))
            goal[1].setdefault(task.field_id, task.field)
        return [(goal, list(fields.values())) for goal, fields in found.values()]

    def rates(self) -> list[Tally]:
        """목표별, 그 아래 분야별."""
        by_field = self._by_field()
        lines = []
        for goal, fields in self._tree():
            own = [task for one in fields for task in by_field[one.pk]]
            lines.append(self.tally(goal.title, own, f"목표 {goal.number}", goal=goal.pk))
            lines += [self.tally(one.title, by_field[one.pk], one.code, 1, field=one.pk) for one in fields]
        return lines

    def by_department(self) -> list[Tally]:
        """주관 부서별, 직제순. 부서는 그 분기의 주관 부서다."""
        found: dict[int, list[Task]] = {}
        for task in self.tasks:
            found.setdefault(task.department_id, []).append(task)
        ordered = sorted(found.values(), key=lambda tasks: (tasks[0].department.order, tasks[0].department.code))
        return [self.tally(tasks[0].department.name, tasks, department=tasks[0].department_id) for tasks in ordered]

    # ── 챙겨볼 과제 ───────────────────────────────────────────────────

    @cached_property
    def watched(self) -> list[Watch]:
        """부진과 주의. 부진이 앞, 오래 이어진 것이 앞이다."""
        found = []
        for at, task in enumerate(self.tasks):
            state = task.state  # type: ignore[attr-defined]
            if state not in WATCHED:
                continue
            first, length = self._since(task.pk, state)
            since = f"{first.number}분기부터 {length}회 연속 {LABELS[state]}" if length > 1 else ""
            result = self.results[task.pk]
            reason = (result.reason or result.opinion).strip().splitlines()
            found.append((WATCHED.index(state), -length, at, Watch(
                task, LABELS[state], reason[0] if reason else "", task.department.name, since,
                reverse("evaluation.task-detail", args=[task.pk]),
            )))  # fmt: skip
        return [watch for *_order, watch in sorted(found, key=lambda one: one[:3])]

    def _since(self, task: int, state: str) -> tuple[Period, int]:
        """같은 상태가 언제부터 몇 분기째 이어지는가."""
        quarter, length = self.quarter, 1
        while self.history.get(quarter.previous(), {}).get(task) == state:
            quarter, length = quarter.previous(), length + 1
        return quarter, length

    def attention(self) -> list[tuple[str, int, str]]:
        """챙길 까닭마다 (이름, 건수, 그 과제의 주소)."""
        return [
            (label, sum(self._needs(task, kind) for task in self.tasks), self.total.url(attention=kind))
            for kind, label in ATTENTION.items()
        ]

    def _needs(self, task: Any, kind: str) -> bool:
        if kind == "twice_bad":
            return bool(task.state == Status.BAD and task.before == Status.BAD)
        if kind == "overdue":
            return bool(task.due_on and task.due_on <= self.quarter.last_day and task.state != Status.DONE)
        return bool(task.state in (Status.DONE, Status.OK, Status.WARN, Status.BAD) and not task.has_evidence)

    # ── 16분기 ────────────────────────────────────────────────────────

    @property
    def fields(self) -> list[PlanField]:
        """과제가 있는 분야."""
        return [one for _goal, fields in self._tree() for one in fields]

    def strip(self, chosen: str | None = None) -> dict[str, Any] | None:
        """한 분야의 과제마다 16분기의 상태. 고르지 않으면 가장 챙겨야 할 과제의 분야다."""
        fields = self.fields
        if not fields:
            return None
        first = self.watched[0].task.field if self.watched else fields[0]
        shown = next((one for one in fields if str(one.pk) == chosen), first)
        quarters = self.plan.quarters
        now = self.open_round.quarter if self.open_round else self.quarter
        rows = []
        for task in (task for task in self.tasks if task.field_id == shown.pk):
            result = self.results.get(task.pk)
            words = (result.opinion or result.reason or result.actual).strip().splitlines() if result else []
            states = [(quarter, self.history.get(quarter, {}).get(task.pk, "")) for quarter in quarters]
            rows.append({
                "task": task, "progress": task.progress, "opinion": words[0].lstrip("□○- ") if words else "",  # type: ignore[attr-defined]
                "cells": [
                    {"label": LABELS[state] if state else "", "first": quarter.number == 1, "now": quarter == now,
                     "text": f"{text_of(quarter)} {LABELS[state]}"}
                    for quarter, state in states
                ],
            })  # fmt: skip
        years: dict[int, int] = Counter(quarter.year for quarter in quarters)
        heads = [{"text": f"{quarter.number}/4", "first": quarter.number == 1, "now": quarter == now} for quarter in quarters]
        return {"field": shown, "fields": fields, "rows": rows, "years": list(years.items()), "quarters": heads}

    # ── 비교 ──────────────────────────────────────────────────────────

    def compared(self, before: Period) -> list[dict[str, Any]]:
        """before 와 상태가 달라진 과제: 앞 상태, 뒤 상태, 공정률의 차이. 질의 한 번을 더한다."""
        earlier = {row.task_id: row for row in QuarterResult.objects.of(before).filter(task__in=self.readable)}
        found = []
        for task in self.tasks:
            old, new = earlier.get(task.pk), self.results.get(task.pk)
            states = [row.status if row else "" for row in (old, new)]
            gap = None
            if old and new and old.progress is not None and new.progress is not None:
                gap = new.progress - old.progress
            order = [QuarterResult.ORDER.get(Status(state), 1) if state else 1 for state in states]
            found.append({
                "task": task, "before": LABELS[states[0]] if states[0] else "", "after": LABELS[states[1]] if states[1] else "",
                "gap": gap, "moved": states[0] != states[1], "worse": order[1] > order[0], "better": order[1] < order[0],
                "before_progress": old.progress if old else None, "progress": new.progress if new else None,
                "reason": new.reason if new else "",
            })  # fmt: skip
        return found


def _cell(task: Any) -> dict[str, Any] | None:
    """한눈판의 칸 하나: 글자 하나와 갈래, 읽어 줄 말. 없는 번호면 None."""
    if task is None:
        return None
    state, label = task.state, LABELS[task.state]
    kind = "subm" if state == "submitted" else state or "none"
    mark = "·" if state == Status.NONE else label[:1] if state else "\u00a0"
    return {"task": task, "kind": kind, "mark": mark, "text": f"{task}: {label}"}


# ── 검산 ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Check:
    """검산 한 줄."""

    ok: bool
    text: str
    detail: str = ""
    url: str = ""


REPORTED_COUNTS = {"goals": "구정목표", "fields": "분야", "tasks": "이행과제"}


def checks(board: Board) -> list[Check]:
    """한눈판 아래의 검산: 상태의 합, 정한 수, 보고서에 인쇄된 수."""
    total = board.total
    parts = sum(count for _label, count, _url in total.cells)
    words = " · ".join(f"{label} {count}" for label, count, _url in total.cells if count)
    found = [Check(parts == total.total, f"상태별 건수의 합이 전체 과제와 {'같습니다' if parts == total.total else '다릅니다'}", words)]
    problems = count_problems(board.plan)
    plan = board.plan
    wanted = " – ".join(str(number) for number in (plan.goal_count, plan.field_count, plan.task_count) if number is not None)
    if problems:
        found += [Check(False, problem, "", reverse("evaluation.fouryearplan-detail", args=[plan.pk])) for problem in problems]
    elif wanted:
        found.append(Check(True, "등록한 목표·분야·과제 수가 계획에서 정한 수와 같습니다", wanted))
    found += _reported(board)
    return found


def _reported(board: Board) -> list[Check]:
    """보고서에 인쇄된 5–10–100 과 등록한 수. 그 보고서의 계획일 때만 견준다."""
    values = {value.code.rpartition(".")[2]: value for value in kept_rows(ReportedValue.objects.filter(code__startswith="four_year_plan."))}
    first = values.get("from_year")
    if first is None or first.value is None or int(first.value) != board.plan.starts_on.year:
        return []
    computed = plan_counts(board)
    pairs = {code: (values[code].value, computed[code]) for code in REPORTED_COUNTS if code in values}
    if not pairs:
        return []
    ok = all(printed == number for printed, number in pairs.values())
    source = values["tasks"]
    shown = " · ".join(f"{REPORTED_COUNTS[code]} 보고서 {int(printed or 0)} / 등록 {number}" for code, (printed, number) in pairs.items())
    url = f"{reverse('core.reportedvalue-list')}?code=four_year_plan.tasks"
    return [Check(ok, f"{source.document} {source.section}의 수와 {'같습니다' if ok else '다릅니다'}", shown, "" if ok else url)]


def plan_counts(board: Board) -> dict[str, int]:
    """과제가 있는 목표·분야와 과제의 수."""
    return {
        "goals": len({task.field.goal_id for task in board.tasks}), "fields": len({task.field_id for task in board.tasks}),
        "tasks": len(board.tasks),
    }  # fmt: skip


@remembered
def newest_board(as_of: date | None = None) -> Board | None:
    """수치에 쓰는 한눈판: as_of(없으면 오늘)까지 판정을 마친 마지막 분기. 과제가 없으면 None."""
    plan = FourYearPlan.objects.covering(as_of).first() if as_of else FourYearPlan.objects.current()
    if plan is None or not Task.objects.filter(plan=plan).exists():
        return None
    judged = [quarter for quarter, (whole, done) in _quarter_counts(plan).items() if whole == done]
    before = [quarter for quarter in judged if as_of is None or quarter.last_day <= as_of]
    if as_of and not before:
        return Board(Task.objects.all(), plan, Period.containing(as_of, Cycle.QUARTER))
    return Board(Task.objects.all(), plan, max(before) if before else None)
