"""단계마다의 사업, 부진사업, 사업 한 건의 화면에 쓰는 셈."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from core.figures.models import WORK_OVERDUE, WORK_PROGRESS, WORK_SPENT, Setting, Settings
from core.formats import rate
from core.history.revisions import kept_first, kept_rows
from core.states import Sign
from planning.work_plans.models import ProgressEntry, WorkItem, WorkLine, WorkPlan

BEHIND_DEFINITION = (
    "가장 최근 추진계획의 확정한 사업 가운데 기준일까지 마치기로 한 일정이 밀렸거나, 진척률이나 집행률이 지난 기간의 비율에 견주어 설정의 "
    "하한보다 낮은 사업."
)
HUNDRED = Decimal(100)


def items_url(**query: Any) -> str:
    """사업 목록의 주소."""
    return f"{reverse('planning.workitem-list')}?{urlencode({name: value for name, value in query.items() if value not in (None, '')})}"


def current_plan() -> WorkPlan | None:
    """처음 보일 계획: 올해의 추진계획, 없으면 가장 최근의 추진계획이나 다른 계획."""
    plans: list[WorkPlan] = kept_rows(WorkPlan.objects.all())
    order = {WorkPlan.Kind.PLAN: 0, WorkPlan.Kind.RESULT: 1, WorkPlan.Kind.FOCUS: 2}
    return min(plans, key=lambda one: (-one.year, order[WorkPlan.Kind(one.kind)]), default=None)


# ── 부진 ────────────────────────────────────────────────────────────────


@dataclass
class Judged:
    """사업 한 건을 기준일에 판단한 결과. reasons 가 비어 있지 않으면 부진이다."""

    item: WorkItem
    as_of: date
    passed: Decimal | None
    due: int = 0
    late: list[WorkLine] = field(default_factory=list)
    entry: ProgressEntry | None = None
    spent_rate: Decimal | None = None
    reasons: list[str] = field(default_factory=list)
    has_data: bool = False

    @property
    def is_behind(self) -> bool:
        return bool(self.reasons)

    @property
    def label(self) -> str:
        """판단의 낱말."""
        return Sign("부진", "bad") if self.reasons else Sign("정상", "ok") if self.has_data else Sign("자료 없음", "none")


def passed_rate(item: WorkItem, day: date) -> Decimal:
    """사업 기간 가운데 day 까지 지난 비율(%)."""
    first, last = item.period
    whole = (last - first).days + 1
    return HUNDRED * min(max((day - first).days + 1, 0), whole) / whole


def judge(item: WorkItem, lines: list[WorkLine], entries: list[ProgressEntry], as_of: date, settings: Settings) -> Judged:
    """기준일까지의 일정, 진척률, 집행률로 부진을 판단한다. 자료가 없는 것은 따지지 않는다."""
    found = Judged(item, as_of, passed_rate(item, as_of))
    dated = [(line, when) for line in lines if (when := line.when)]
    due = [line for line, when in dated if when.ends_on <= as_of]
    tracked = [line for line, _when in dated if line.done_on]
    known = [one for one in entries if one.as_of <= as_of]
    # 마친 날도 추진상황도 적은 적이 없으면 밀린 것인지 적지 않은 것인지 알 수 없다. 부진이 아니라 자료 없음이다.
    found.due, found.has_data = len(due), bool(due and (tracked or known))
    found.late = [line for line in due if line.done_on is None or line.done_on > as_of]
    if found.has_data and len(found.late) >= settings[WORK_OVERDUE]:
        found.reasons.append(f"밀린 일정 {len(found.late)}건")
    found.entry = max(known, key=lambda one: one.as_of, default=None)
    if found.entry is not None and found.entry.rate is not None:
        expected = passed_rate(item, found.entry.as_of)
        found.has_data = True
        if expected and found.entry.rate * HUNDRED / expected < settings[WORK_PROGRESS]:
            found.reasons.append(f"진척률 {rate(found.entry.rate)}%(지난 기간 {rate(expected)}%)")
    found.spent_rate = item.spent_rate
    if found.spent_rate is not None and item.spent_on and item.spent_on <= as_of:
        expected = passed_rate(item, item.spent_on)
        found.has_data = True
        if expected and found.spent_rate * HUNDRED / expected < settings[WORK_SPENT]:
            found.reasons.append(f"집행률 {rate(found.spent_rate)}%(지난 기간 {rate(expected)}%)")
    return found


def judge_all(items: list[WorkItem], as_of: date) -> list[Judged]:
    """확정한 추진계획과 신규·중점사업을 모두 판단한다. 추진실적은 지난 일을 적은 것이라 판단하지 않는다. 질의 세 번."""
    watched = [item for item in items if item.state in WorkItem.CLOSED and item.plan.kind != WorkPlan.Kind.RESULT]
    lines, entries = defaultdict[int, list[WorkLine]](list), defaultdict[int, list[ProgressEntry]](list)
    by_key = {item.pk: item for item in watched}
    for line in kept_rows(WorkLine.objects.filter(item__in=watched).dated().order_by("order")):
        line.item = by_key[line.item_id]
        lines[line.item_id].append(line)
    for entry in kept_rows(ProgressEntry.objects.filter(item__in=watched, as_of__lte=as_of)):
        entries[entry.item_id].append(entry)
    settings = Setting.objects.values_on(as_of)
    return [judge(item, lines[item.pk], entries[item.pk], as_of, settings) for item in watched]


def default_day(plan: WorkPlan) -> date:
    """부진을 판단할 기준일: 오늘. 해가 지난 계획이면 마지막 추진상황의 기준일, 그것도 없으면 그해 끝."""
    today, end = timezone.localdate(), date(plan.year, 12, 31)
    if today <= end:
        return today
    newest: date | None = kept_first(ProgressEntry.objects.filter(item__plan=plan).order_by("-as_of").values_list("as_of", flat=True))
    return newest or end


# ── 한눈판 ──────────────────────────────────────────────────────────────


class Board:
    """한 계획의 사업을 단계와 부서로 센다. items 는 보는 사람이 볼 수 있는 사업이다."""

    def __init__(self, items: Any, plan: WorkPlan, as_of: date | None = None) -> None:
        self.plan, self.as_of = plan, as_of or default_day(plan)
        rows = items.filter(plan=plan).select_related("plan", "department", "predecessor__plan", "submission").with_stage().in_order()
        self.items: list[Any] = kept_rows(rows)
        self.counts = Counter(item.stage for item in self.items)
        self.judged = {one.item.pk: one for one in judge_all(self.items, self.as_of)}
        for item in self.items:
            item.judged = self.judged.get(item.pk)
            item.shown_amount = item.total(self.money_kind)

    @property
    def money_kind(self) -> str:
        """보이는 금액: 추진실적이면 예산액, 아니면 소요예산."""
        return "budget" if self.plan.kind == WorkPlan.Kind.RESULT else "required"

    @property
    def behind(self) -> list[Judged]:
        """부진한 사업, 밀린 일정이 많은 것부터."""
        return sorted((one for one in self.judged.values() if one.is_behind), key=lambda one: -len(one.late))

    @property
    def is_sample(self) -> bool:
        return any(item.is_sample for item in self.items)

    def stages(self) -> list[dict[str, Any]]:
        """단계마다의 건수와 목록의 주소."""
        return [
            {"value": state.value, "label": state.label, "count": self.counts[state.value],
             "url": items_url(plan=self.plan.pk, stage=state.value)}
            for state in WorkItem.State
        ]  # fmt: skip

    def columns(self) -> list[dict[str, Any]]:
        """단계마다의 사업. 사업이 있는 단계만."""
        return [self._column(one) for one in self.stages() if one["count"]]

    def _column(self, stage: dict[str, Any]) -> dict[str, Any]:
        """한 단계의 사업. 요청만 받아 아직 비어 있는 것은 건수로만 보인다."""
        found = [item for item in self.items if item.stage == stage["value"]]
        blank = [item for item in found if item.is_blank and item.stage == WorkItem.State.REQUESTED]
        shown = [item for item in found if item not in blank]
        return {**stage, "items": shown, "blank": len(blank), "span": len(shown) + bool(blank)}

    def departments(self) -> list[dict[str, Any]]:
        """부서마다의 건수, 단계, 소요예산(추진실적이면 예산액)."""
        found: dict[int, dict[str, Any]] = {}
        for item in self.items:
            row = found.setdefault(
                item.department_id,
                {"department": item.department, "count": 0, "counts": Counter(), "amount": None, "behind": 0,
                 "url": items_url(plan=self.plan.pk, department=item.department_id)},
            )  # fmt: skip
            row["count"] += 1
            row["counts"][item.stage] += 1
            amount = item.shown_amount
            row["amount"] = amount if row["amount"] is None else row["amount"] + (amount or 0)
            row["behind"] += bool(item.judged and item.judged.is_behind)
        for row in found.values():
            row["writing"] = sum(row["counts"][one] for one in WorkItem.WRITING)
            row["reviewing"] = sum(row["counts"][one] for one in WorkItem.REVIEWING)
            row["closed"] = sum(row["counts"][one] for one in WorkItem.CLOSED)
        return list(found.values())

    def total(self, kind: str) -> int | None:
        """금액의 합. 적은 사업이 하나도 없으면 None."""
        found = [value for item in self.items if (value := item.total(kind)) is not None]
        return sum(found) if found else None
