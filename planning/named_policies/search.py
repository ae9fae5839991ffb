"""통합 찾기가 찾는 정책실명제 사업."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.org.models import Department
from core.search.index import Entry, Source
from planning.named_policies.models import NamedPolicy


def _policies() -> Iterator[Entry]:
    for row in NamedPolicy.objects.select_related("department"):
        url = reverse("planning.namedpolicy-detail", args=[row.pk])
        yield Entry(row.title, url, f"정책실명제 {row.number} · {row.department}", words=row.overview[:60], pk=row.pk)


SOURCES = (Source("정책실명제", _policies, NamedPolicy, also=(Department,)),)
