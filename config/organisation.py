"""업무분장과 정·현원. 네 팀의 업무 목록과 보고서 값을 함께 본다."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from budget.appropriations.models.codes import division
from config.frame import FUNCTIONS
from core.access import RoleRequired, signed_in
from core.excel.values import CellError, parse_date
from core.figures.models import ReportedValue
from core.formats import MISSING, number
from core.org.models import Assignment, Grade, Quota, Vehicle


class OrgChartView(RoleRequired, TemplateView):
    """업무분장: 네 팀의 36개 업무. 만들어진 업무는 누르면 열린다."""

    template_name = "org_chart.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        teams: list[dict[str, Any]] = [
            {
                "label": team.label,
                "functions": [
                    {
                        "title": item.title, "href": reverse(item.route) if item.route else "", "package": item.package,
                        "is_pinned": item.package in signed_in(self.request).pins,
                    }
                    for item in functions
                ],
            }
            for team, functions in FUNCTIONS.items()
        ]
        own = division()
        return super().get_context_data(**kwargs) | {
            "teams": teams,
            "division": own,
            "total": sum(len(team["functions"]) for team in teams),
            "built": sum(bool(item["href"]) for team in teams for item in team["functions"]),
            "vehicles": Vehicle.objects.for_user(self.request.user).filter(department=own),
        }


class StaffingView(RoleRequired, TemplateView):
    """정·현원: 직급별 정원, 현원, 과부족(현원 − 정원, 모자라면 △). 보고서 Ⅰ-2 의 표다."""

    template_name = "staffing.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        try:
            on = parse_date(self.request.GET.get("on"), default_year=timezone.localdate().year) or timezone.localdate()
        except CellError:
            on = timezone.localdate()
        grades = list(Grade.objects.all())
        series = [
            {"label": kind.label, "levels": [grade.level for grade in grades if grade.series == kind]}
            for kind in Grade.Series
        ]
        quota, present, source = self._counts(on)
        lines = []
        if quota or present:
            gaps = {grade.pk: present.get(grade.pk, 0) - quota.get(grade.pk, 0) for grade in grades} if present else {}
            lines = [_line("정원", grades, quota), _line("현원", grades, present), _line("과부족", grades, gaps)]
        return super().get_context_data(**kwargs) | {
            "on": on, "series": series, "lines": lines, "source": source, "division": division(),
        }  # fmt: skip

    def _counts(self, on: date) -> tuple[dict[int, int], dict[int, int], str]:
        """(정원, 현원, 현원의 출처). 보임이 하나도 없으면 보고서에 인쇄된 현원을 쓴다."""
        own = division()
        quota = dict(Quota.objects.valid_on(on).filter(department=own).values_list("grade", "headcount"))
        present = dict(
            Assignment.objects.on(on).filter(post__department=own).order_by().values_list("grade").annotate(Count("staff", distinct=True))
        )
        if present:
            return quota, present, "보임 기록에서 셈"
        printed = {value.code: value for value in ReportedValue.objects.filter(code__startswith="staffing.current.")}
        for grade in Grade.objects.all():
            value = printed.get(f"staffing.current.{grade.series}.{grade.level}")
            if value is not None and value.value is not None:
                present[grade.pk] = int(value.value)
        return quota, present, "보고서 값"


def _line(label: str, grades: list[Grade], counts: dict[int, int]) -> dict[str, Any]:
    """표의 한 줄. 0은 보고서처럼 「-」로 적는다."""
    cells = [number(counts[grade.pk]) if counts.get(grade.pk) else MISSING for grade in grades]
    return {"label": label, "total": number(sum(counts.values())) if counts else MISSING, "cells": cells}
