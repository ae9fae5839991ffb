"""사업과 사업 실적의 목록·입력 화면. 사업 한 장(상세)은 팀의 자료를 모으므로 config/projects.py 에 있다."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from core.projects.excel import ProjectResource
from core.projects.models import Project, ProjectResult
from core.screens.binder import Screens
from core.screens.filters import RecordFilter, SearchFilter
from core.screens.tables import ValueColumn


class ProjectFilter(RecordFilter):
    year = django_filters.NumberFilter(label="하고 있는 해", method="by_year", min_value=1990, max_value=2100)
    q = SearchFilter(["title", "summary"], "사업명·개요", "예: 도서관, 주차")

    class Meta:
        model = Project
        fields = ("status", "department", "team", "handler")

    def by_year(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """그해에 하고 있는 사업."""
        found: QuerySet[Any] = rows.in_year(int(value))  # type: ignore[attr-defined]
        return found


class ProjectResultScreens(Screens):
    """취합이 적는 값이라 여기서는 보기만 한다."""

    model, form = ProjectResult, None
    columns = (
        "figure", "project", ("period", ValueColumn("기간", order_by=("year", "cycle", "number"))),
        ("value_text", ValueColumn("값", order_by="value")), "source", "entered_by", "entered_at",
    )  # fmt: skip
    filters = ("year", "cycle", "project")
    search, search_label, search_hint = ("project__title", "figure", "source"), "사업·실적·출처", "예: 공정률"
    crumbs = (("사업", "core.project-list"),)
    first_use = "취합에서 확정한 사업의 실적이 여기에 쌓입니다."
    sections = (("실적", ("project", "figure", ("기간", "period"), ("값", "value_text"), "source", "entered_by", "entered_at")),)


class ProjectScreens(Screens):
    model, filterset, resource = Project, ProjectFilter, ProjectResource
    columns = (
        "title", "department", ("period_text", ValueColumn("기간", order_by="start_year")), "status", "team",
        "handler", "start_year", "end_year",
    )  # fmt: skip
    shown = ("title", "department", "period_text", "status", "team", "handler")
    inputs = ("title", "department", "start_year", "end_year", "status", "team", "handler", "summary")
    state = "status"
    segments = "status"
    bulk_fields = ("status", "department", "handler", "team", "end_year")
    related = ((ProjectResultScreens, "project"),)
    sections = (("사업 정보", ("department", "handler", ("기간", "period_text"), "status", "team", "summary")),)
