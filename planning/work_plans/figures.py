"""주요업무계획의 수치: 구분마다의 사업 수, 소요예산의 합, 부진사업 수."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import partial

from django.db.models import Q, Sum
from django.urls import reverse

from core.figures.figure import Figure, FigureValue, rows_mark
from core.figures.models import ReportedValue
from core.history.revisions import kept_rows
from planning.work_plans.dashboard import BEHIND_DEFINITION, default_day, items_url, judge_all
from planning.work_plans.models import WorkItem, WorkPlan

# 보고서의 수는 과의 것이다. 부서의 사업은 목록과 한눈판에서 본다.
_DIVISION = ~Q(team="")
_KINDS = {WorkPlan.Kind.RESULT: "추진실적", WorkPlan.Kind.PLAN: "추진계획", WorkPlan.Kind.FOCUS: "신규·중점사업"}


def newest(kind: str, as_of: date | None) -> WorkPlan | None:
    """그 구분의 가장 최근 계획. 기준일을 주면 그해까지. 사업이 있는 것만."""
    plans = WorkPlan.objects.filter(pk__in=WorkItem.objects.filter(_DIVISION, plan__kind=kind).values("plan")).order_by("-year")
    return (plans.filter(year__lte=as_of.year) if as_of else plans).first()


def _answer(plan: WorkPlan, value: int | None, **query: object) -> FigureValue:
    last = date(plan.year, 12, 31)
    if value is None:
        return FigureValue(None, last, "missing")
    rows = plan.items.filter(_DIVISION)
    sample = " 표본" if rows.filter(is_sample=True).exists() else ""
    return FigureValue(value, last, "computed", items_url(plan=plan.pk, in_division=True, **query), f"{plan}{sample}", mark=rows_mark(rows))


def _count(kind: str, as_of: date | None) -> FigureValue:
    plan = newest(kind, as_of)
    return _answer(plan, plan.items.filter(_DIVISION).count()) if plan else FigureValue(None, as_of, "missing")


def _required(kind: str, as_of: date | None) -> FigureValue:
    """소요예산의 합. 사업을 아직 싣지 않았으면 보고서에 인쇄된 값을 더한다."""
    plan = newest(kind, as_of)
    if plan:
        return _answer(plan, plan.items.filter(_DIVISION).with_totals().aggregate(whole=Sum("required_sum"))["whole"], has_required=True)
    return printed_required(kind)


_PRINTED = re.compile(r"(plan|focus)\.(\d{4})\.\d+\.budget")


def printed_required(kind: str, year: int | None = None) -> FigureValue:
    """인쇄된 사업마다의 소요예산을 더한 값. 해를 주지 않으면 가장 최근 보고서의 것이다."""
    head = "focus" if kind == WorkPlan.Kind.FOCUS else "plan"
    printed = kept_rows(ReportedValue.objects.filter(code__startswith=f"{head}."))
    rows = [(hit, one) for one in printed if (hit := _PRINTED.fullmatch(one.code))]
    years = {int(hit[2]) for hit, _one in rows}
    chosen = year if year is not None else max(years, default=None)
    found = [one for hit, one in rows if int(hit[2]) == chosen and one.value is not None]
    if not found:
        return FigureValue(None, None, "missing")
    last = date(chosen, 12, 31) if chosen else None
    url = f"{reverse('core.reportedvalue-list')}?q=소요예산"
    return FigureValue(int(sum(one.value for one in found if one.value)), last, "reported", url, found[0].document)


def _behind(as_of: date | None) -> FigureValue:
    """부진사업의 수. 확정한 추진계획이 없거나 판단할 자료가 하나도 없으면 자료가 없는 것이다."""
    plan = newest(WorkPlan.Kind.PLAN, as_of)
    if plan is None:
        return FigureValue(None, as_of, "missing")
    day = min(as_of, default_day(plan)) if as_of else default_day(plan)
    judged = judge_all(list(plan.items.filter(_DIVISION).select_related("plan", "department")), day)
    if not any(one.has_data for one in judged):
        return FigureValue(None, day, "missing")
    url = f"{reverse('planning.work-plans-behind')}?plan={plan.pk}&as_of={day}&show=division"
    return FigureValue(sum(one.is_behind for one in judged), day, "computed", url, str(plan), mark=rows_mark(plan.items.filter(_DIVISION)))


def _figures() -> list[Figure]:
    found = [
        Figure(
            f"work_plans.{kind}.items", f"주요업무 {label}", "건", f"가장 최근 주요업무 {label}에 실린 기획예산과 사업의 수.",
            partial(_count, kind.value),
        )
        for kind, label in _KINDS.items()
    ]
    required: tuple[tuple[WorkPlan.Kind, Callable[[date | None], FigureValue]], ...] = (
        (WorkPlan.Kind.PLAN, partial(_required, "plan")), (WorkPlan.Kind.FOCUS, partial(_required, "focus")),
    )  # fmt: skip
    for kind, compute in required:
        label = _KINDS[kind]
        found.append(
            Figure(
                f"work_plans.{kind}.required", f"{label} 소요예산", "원",
                f"가장 최근 주요업무 {label}의 기획예산과 사업마다 적은 국비·시비·구비·기타 소요예산을 더한 금액.", compute,
            )
        )  # fmt: skip
    found.append(Figure("work_plans.behind", "부진사업", "건", BEHIND_DEFINITION, _behind))
    return found


FIGURES = _figures()
