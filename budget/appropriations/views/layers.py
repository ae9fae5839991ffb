"""예산의 층: 기준일의 예산현액이 어느 층을 더한 것인지, 그리고 층의 단계를 옮기는 일."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Sum
from django.urls import reverse

from budget.appropriations.models import BudgetLine, BudgetVersion
from budget.appropriations.views.execution import chosen_execution
from core.access import RoleRequired
from core.screens.acts import Act, ActForm
from core.screens.texts import particle
from core.screens.views.board import BoardPage
from core.screens.views.detail import DetailView


class LayersView(RoleRequired, BoardPage):
    """세부사업마다 층을 더해 예산현액을 만들고 e호조의 예산현액과 견준다."""

    template_name = "budget/layers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        execution = chosen_execution(self.request)
        context = super().get_context_data(**kwargs) | {"execution": execution}
        if execution.as_of is None:
            return context
        versions, rows = layer_table(execution.year, execution.as_of)
        names = {program["detail_program"]: program for program in execution.programs}
        shown = []
        for key, amounts in rows.items():
            if key not in names:
                continue
            program = names[key]
            ehojo = program["current_amount"]
            total = sum(amounts.values())
            shown.append({
                "label": program["detail_program__name"], "unit": program["detail_program__unit_program__name"],
                "cells": [(amounts.get(version.pk), _lines_url(version, key)) for version in versions],
                "total": total, "ehojo": ehojo, "difference": None if ehojo is None else total - ehojo,
                "rows_url": execution.rows_url(program=key),
            })  # fmt: skip
        if shown:
            context["sum"] = {
                "cells": [sum(row["cells"][at][0] or 0 for row in shown) for at in range(len(versions))],
                "total": sum(row["total"] for row in shown), "ehojo": sum(row["ehojo"] or 0 for row in shown),
                "difference": sum(row["difference"] or 0 for row in shown),
            }  # fmt: skip
        return context | {"versions": versions, "rows": shown}


def layer_table(fiscal_year: int, day: date) -> tuple[list[BudgetVersion], dict[int, dict[int, int]]]:
    """(기준일에 들어가는 층, {세부사업: {층: 금액 원}}). 질의 두 번."""
    versions = list(
        BudgetVersion.objects.in_force(fiscal_year, day).filter(lines__isnull=False).distinct().order_by("effective_on", "pk")
    )
    sums = (
        BudgetLine.objects.filter(budget_version__in=versions).order_by()
        .values_list("detail_program", "budget_version").annotate(Sum("amount"))
    )  # fmt: skip
    rows: dict[int, dict[int, int]] = {}
    for program, version, amount in sums:
        rows.setdefault(program, {})[version] = amount
    return versions, rows


def _lines_url(version: BudgetVersion, program: int) -> str:
    return f"{reverse('budget.budgetline-list')}?budget_version={version.pk}&program={program}"


class BudgetVersionDetailView(DetailView):
    """예산의 층. 맡은 팀은 다음 단계로 옮길 수 있다."""

    template_name = "budget/budgetversion_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version: BudgetVersion = self.record  # type: ignore[assignment]
        steps = []
        if version.scope.may_change(version, self.request.user):  # type: ignore[arg-type]
            steps = [(status.value, status.label) for status in version.NEXT[version.Status(version.status)]]
        statuses = list(version.Status)
        at = statuses.index(version.Status(version.status))
        flow = [
            (status.label, "", "done" if place < at else "now" if place == at else "todo")
            for place, status in enumerate(statuses)
        ]
        return super().get_context_data(steps=steps, flow=flow, **kwargs)


class AdvanceForm(ActForm):
    """옮길 단계."""

    status = forms.ChoiceField(
        label="단계", choices=BudgetVersion.Status.choices,
        error_messages={"required": "옮길 단계를 골라 주세요.", "invalid_choice": "옮길 단계를 골라 주세요."},
    )  # fmt: skip


def _advance(version: BudgetVersion, data: dict[str, Any], user: Any) -> str:
    version.advance(data["status"])
    return f"{particle(str(version), '을/를')} 「{version.get_status_display()}」 단계로 옮겼습니다."


VERSION_ACTS = (Act("advance", "단계 옮기기", _advance, AdvanceForm, paged=False),)
