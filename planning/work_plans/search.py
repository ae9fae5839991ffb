"""통합 찾기가 찾는 주요업무."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.org.models import Department
from core.search.index import Entry, Source
from planning.work_plans.models import WorkItem, WorkPlan


def _work_items() -> Iterator[Entry]:
    for row in WorkItem.objects.select_related("plan", "department").in_order():
        url = reverse("planning.workitem-detail", args=[row.pk])
        yield Entry(row.title, url, f"{row.plan} · {row.owner}", words=row.purpose[:60], pk=row.pk)


SOURCES = (Source("주요업무", _work_items, WorkItem, also=(Department, WorkPlan)),)
