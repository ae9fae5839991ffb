"""홈 화면: 오늘 할 일과 과의 주요 수치. 네 팀을 한 화면에 놓는다."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from budget.appropriations.dashboard import Execution
from budget.appropriations.models import ExecutionPointer, ExecutionReason, ExecutionRow
from budget.appropriations.models.codes import division
from config.figures import figure
from core.access import DIVISION_ROLES
from core.figures.figure import FigureValue
from core.formats import date_plain, money, number, rate
from core.history.models import Change

_WEEKDAYS = "월화수목금토일"


class HomeView(TemplateView):
    """홈. 과 사람은 과의 수치를, 부서 담당자는 자기 부서의 집행과 적을 사유를 본다."""

    template_name = "home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        today = timezone.localdate()
        in_division = user.role in DIVISION_ROLES
        pointer = ExecutionPointer.objects.latest(user.fiscal_year) or ExecutionPointer.objects.latest()
        own = division() if in_division else user.department
        execution = None
        if pointer and own:
            rows = ExecutionRow.objects.for_user(user)
            execution = Execution(rows, pointer.fiscal_year.year, pointer.as_of, own)
        context = super().get_context_data(**kwargs) | {
            "today": f"{today.month}월 {today.day}일 {_WEEKDAYS[today.weekday()]}요일",
            "in_division": in_division,
            "execution": execution,
            "units": [line for line in execution.units() if line.level == 0] if execution else [],
            "changes": list(Change.objects.for_user(user).select_related("actor")[:8]),
        }
        if execution and execution.pointer:
            context["todo"] = unexplained(execution)
        if in_division:
            context["strip"] = self._strip(execution)
        return context

    def _strip(self, execution: Execution | None) -> list[dict[str, Any]]:
        """수치 다섯 칸. 보고서 값은 보고서 값이라고 적는다."""
        values = {code: figure(code).at() for code in _HOME_FIGURES}
        strip = []
        if execution and execution.total.rows:
            total = execution.total
            strip.append({
                "title": "예산 집행률", "value": rate(total.rate), "unit": "%", "url": execution.page_url(),
                "note": f"{date_plain(execution.as_of)} 기준 · 잔액 {money(total.balance)}천원", "sample": execution.is_sample,
            })
        pending = [values[f"lawsuits.{kind}.pending"] for kind in ("행정", "민사", "심판")]
        words = " · ".join(f"{kind} {_count(value)}" for kind, value in zip(("행정", "민사", "심판"), pending, strict=True))
        won, closed = values["lawsuits.계.won"], values["lawsuits.계.closed"]
        bill, original = values["next_budget.2024.total"], values["supplementary.original"]
        growth = ""
        if bill.value and original.value:
            growth = f" · 2023년 본예산 대비 {rate((bill.value - original.value) * 100 / original.value)}% 증"
        strip += [
            _reported("진행 중 소송·심판", values["lawsuits.계.pending"], "건", words),
            _reported("확정 사건 승소율", values["lawsuits.계.win_rate"], "%", f"확정 {_count(closed)}건 중 승소 {_count(won)}건"),
            _reported("4개년 계획 이행과제", values["four_year_plan.tasks"], "건", "보고서 Ⅱ-4"),
            {**_reported("2024년 예산(안)", bill, "백만원", f"보고서 값{growth}"),
             "value": money(int(bill.value), 1_000_000) if bill.value is not None else "-"},
        ]  # fmt: skip
        return strip


_HOME_FIGURES = (
    "lawsuits.계.pending", "lawsuits.행정.pending", "lawsuits.민사.pending", "lawsuits.심판.pending", "lawsuits.계.won",
    "lawsuits.계.closed", "lawsuits.계.win_rate", "four_year_plan.tasks", "next_budget.2024.total", "supplementary.original",
)  # fmt: skip


def _count(value: FigureValue) -> str:
    return number(value.value)


def _reported(title: str, value: FigureValue, unit: str, note: str) -> dict[str, Any]:
    return {"title": title, "value": number(value.value), "unit": unit, "note": note, "url": value.url, "sample": ""}


def unexplained(execution: Execution) -> list[dict[str, Any]]:
    """집행이 부진한데 사유를 아직 적지 않은 세부사업, 잔액이 큰 것부터 다섯."""
    explained = set(ExecutionReason.objects.filter(as_of=execution.as_of).values_list("detail_program", flat=True))
    lines = [
        line for line in execution.detail_programs({})
        if line.state == "부진" and line.filters["program"] not in explained
    ]  # fmt: skip
    lines.sort(key=lambda line: -line.balance)
    return [
        {
            "line": line,
            "add_url": f"{reverse('budget.executionreason-add')}?detail_program={line.filters['program']}&as_of={execution.as_of}",
        }
        for line in lines[:5]
    ]
