"""지표 진단: 수립할 때 다시 볼 지표와 그 까닭. 막지 않고 알려 주기만 한다."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from core.excel.values import search_key
from core.history.revisions import kept_rows
from evaluation.performance import calculators
from evaluation.performance.models import Indicator, IndicatorPast, IndicatorStep, PerfPlan
from evaluation.performance.scoring import shown

NO_EVIDENCE, NO_TARGET, BELOW_BASE, NEVER_MISSED, UNIT, DUPLICATE = (
    "no_evidence", "no_target", "below_base", "never_missed", "unit", "duplicate",
)  # fmt: skip
RULES = {
    NO_EVIDENCE: ("증빙 없음", "무엇으로 실적을 확인할지 적지 않았습니다."),
    NO_TARGET: ("목표 없음", "목표(이정표 지표는 단계)를 적지 않아 점수를 매길 수 없습니다."),
    BELOW_BASE: ("낮은 목표", "목표가 기준값이나 지난해 실적보다 쉽습니다."),
    NEVER_MISSED: ("늘 달성", "지난 3년 내리 100% 이상 달성했습니다. 더 어려운 목표나 다른 지표를 살펴보세요."),
    UNIT: ("산식·단위 어긋남", "산식은 비율인데 단위가 %가 아니거나, 단위는 %인데 산식이 비율이 아닙니다."),
    DUPLICATE: ("다른 부서와 같음", "다른 부서에 같은 이름의 지표가 있습니다. 누구의 성과인지 나누어 주세요."),
}
YEARS = 3
_RATIO = re.compile(r"[÷/].*[×xX*]\s*100")


@dataclass(frozen=True)
class Finding:
    """지표 하나의 진단 한 가지."""

    rule: str
    detail: str

    @property
    def title(self) -> str:
        return RULES[self.rule][0]


def formula_disagrees(formula: str, unit: str) -> bool:
    """산식과 단위가 어긋나는가: 백분율을 내는 산식인지와 단위가 %인지가 다르다."""
    is_percent = unit.strip() in ("%", "퍼센트")
    return bool(_RATIO.search(formula)) != is_percent if is_percent else bool(_RATIO.search(formula))


def is_easier(direction: str, target: Decimal | None, than: Decimal | None) -> bool:
    """목표가 견줄 값보다 쉬운가. 상향은 낮으면, 하향은 높으면 쉽다."""
    if target is None or than is None or direction == Indicator.Direction.MILESTONE:
        return False
    return target > than if direction == Indicator.Direction.DOWN else target < than


def _never_missed(one: Indicator, pasts: list[IndicatorPast]) -> bool:
    year = one.perf_project.plan.year
    rates = []
    for past in pasts:
        if year - YEARS <= past.year < year:
            rates.append(
                calculators.achievement(one.direction, one.method, past.target, past.actual, calculators.HUNDRED)
                if one.direction != Indicator.Direction.MILESTONE else None
            )  # fmt: skip
    return len(rates) == YEARS and all(rate is not None and rate >= 100 for rate in rates)


def _examine(one: Indicator, pasts: list[IndicatorPast], has_steps: bool, others: Iterable[str]) -> list[Finding]:
    found = []
    milestone = one.direction == Indicator.Direction.MILESTONE
    if not one.evidence.strip():
        found.append(Finding(NO_EVIDENCE, "증빙을 적어 주세요"))
    if not (has_steps if milestone else one.target is not None):
        found.append(Finding(NO_TARGET, "이정표 단계를 적어 주세요" if milestone else "목표를 적어 주세요"))
    last = max(pasts, key=lambda past: past.year, default=None)
    than = last.actual if last and last.actual is not None else one.base_value
    if is_easier(one.direction, one.target, than) or is_easier(one.direction, one.target, one.base_value):
        easier = than if is_easier(one.direction, one.target, than) else one.base_value
        found.append(Finding(BELOW_BASE, f"목표 {shown(one.target)}, 견준 값 {shown(easier)} {one.unit}"))
    if _never_missed(one, pasts):
        rows = sorted((past for past in pasts), key=lambda past: past.year)[-YEARS:]
        found.append(Finding(NEVER_MISSED, ", ".join(f"{past.year}년 {shown(past.actual)}/{shown(past.target)}" for past in rows)))
    if formula_disagrees(one.formula_text, one.unit):
        found.append(Finding(UNIT, f"산식 「{one.formula_text}」, 단위 {one.unit}"))
    if names := sorted(set(others)):
        found.append(Finding(DUPLICATE, ", ".join(names)))
    return found


def diagnose(plan: PerfPlan, rows: QuerySet[Any] | None = None, *, whole: bool = True) -> dict[int, list[Finding]]:
    """{지표: 진단}. 걸린 지표만 담는다. whole 이 아니면 다른 부서의 이름은 적지 않는다. 질의 네 번."""
    chosen = (Indicator.objects.all() if rows is None else rows).filter(perf_project__plan=plan)
    indicators = kept_rows(chosen.select_related("perf_project__plan"))
    keys = chosen.order_by().values("pk")
    pasts: dict[int, list[IndicatorPast]] = defaultdict(list)
    for past in kept_rows(IndicatorPast.objects.filter(indicator__in=keys)):
        pasts[past.indicator_id].append(past)
    stepped = set(kept_rows(IndicatorStep.objects.filter(indicator__in=keys).values_list("indicator", flat=True)))
    same: dict[str, dict[int, str]] = defaultdict(dict)
    named = Indicator.objects.filter(perf_project__plan=plan).order_by()
    for name, key, department in kept_rows(named.values_list("name", "perf_project__department", "perf_project__department__name")):
        same[search_key(name)][key] = department
    found = {}
    for one in indicators:
        others = [
            name if whole else "다른 부서" for key, name in same[search_key(one.name)].items()
            if key != one.perf_project.department_id
        ]  # fmt: skip
        if findings := _examine(one, pasts[one.pk], one.pk in stepped, others):
            found[one.pk] = findings
    return found


def counted(found: dict[int, list[Finding]]) -> dict[str, int]:
    """{진단: 지표 수}, 진단의 차례대로."""
    counts = Counter(rule for findings in found.values() for rule in {one.rule for one in findings})
    return {rule: counts[rule] for rule in RULES}
