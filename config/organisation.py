"""업무분장과 정·현원. 네 팀의 업무 목록과 보고서 값을 함께 본다."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from config.functions import FUNCTIONS
from core.access import RoleRequired, signed_in
from core.excel.values import CellError, parse_date
from core.formats import MISSING, number
from core.org.figures import Staffing
from core.org.models import Grade, Vehicle, division


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
        staffing = Staffing(division(), on)
        grades = staffing.grades
        series = [
            {"label": kind.label, "levels": [grade.level for grade in grades if grade.series == kind]}
            for kind in Grade.Series
        ]
        lines = [_line(label, grades, counts) for label, counts in staffing.rows()]
        return super().get_context_data(**kwargs) | {
            "on": on, "series": series, "lines": lines, "source": staffing.source, "division": staffing.department,
        }  # fmt: skip


def _line(label: str, grades: list[Grade], counts: Mapping[int, int]) -> dict[str, Any]:
    """표의 한 줄. 0은 보고서처럼 「-」로 적는다."""
    cells = [number(counts[grade.pk]) if counts.get(grade.pk) else MISSING for grade in grades]
    return {"label": label, "total": number(sum(counts.values())) if counts else MISSING, "cells": cells}
