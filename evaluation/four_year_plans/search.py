"""통합 찾기가 찾는 이행과제."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.org.models import Department
from core.search.index import Entry, Source
from evaluation.four_year_plans.models import PlanField, Task


def _plan_tasks() -> Iterator[Entry]:
    for row in Task.objects.select_related("plan", "field__goal", "department").in_order():
        hint = f"{row.plan} · {row.department}{' · 끝남' if row.ended_on else ''}"
        yield Entry(row.title, reverse("evaluation.task-detail", args=[row.pk]), hint, words=row.code, pk=row.pk)


SOURCES = (Source("이행과제", _plan_tasks, Task, also=(Department, PlanField)),)
