"""모든 자료의 변경 이력. 과 사람만 본다."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.apps import apps
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.views.generic.base import TemplateView

from core.access import RoleRequired
from core.history.models import Change, Record
from core.org.models import Staff
from core.screens.filters import ALL, DayFilter
from core.screens.listing import page_size
from core.screens.views.detail import entries


def _kinds() -> list[tuple[str, str]]:
    """이력이 있는 자료의 (모델, 이름)."""
    return sorted(
        ((model._meta.label_lower, str(model._meta.verbose_name)) for model in apps.get_models() if issubclass(model, Record)),
        key=lambda pair: pair[1],
    )


class ChangeFilter(django_filters.FilterSet):  # type: ignore[misc]
    """사람, 자료, 한 일, 날짜, 출처로 거른다."""

    actor = django_filters.ModelChoiceFilter(queryset=Staff.objects.all(), label="사람", empty_label=ALL)
    model = django_filters.ChoiceFilter(choices=_kinds, label="자료", empty_label=ALL)
    action = django_filters.ChoiceFilter(choices=Change.Action.choices, label="한 일", empty_label=ALL)
    since = DayFilter("at", "date__gte", label="부터")
    until = DayFilter("at", "date__lte", label="까지")
    source = django_filters.CharFilter(
        method="by_source", label="출처·이름",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "예: 집행현황.xlsx, 감사담당관"}),
    )  # fmt: skip

    def by_source(self, queryset: QuerySet[Change], name: str, value: str) -> QuerySet[Change]:
        return queryset.filter(source__icontains=value) | queryset.filter(object_text__icontains=value)


class ChangeListView(RoleRequired, TemplateView):
    """변경 이력. 새 것부터, 데이터베이스에서 쪽을 나눠 읽는다."""

    template_name = "core/changes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET
        filterset = ChangeFilter(query, Change.objects.for_user(self.request.user).select_related("actor"))
        page = Paginator(filterset.qs, page_size(query, 50)).get_page(query.get("page"))
        filtered = any(value for name, value in query.items() if name in filterset.filters)
        return super().get_context_data(
            filterset=filterset, page=page, entries=entries(page.object_list), filtered=filtered, **kwargs
        )
