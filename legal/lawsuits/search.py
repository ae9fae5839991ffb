"""통합 찾기가 찾는 소송."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.org.models import Department
from core.search.index import Entry, Source
from legal.lawsuits.models import Instance, Lawsuit


def _lawsuits() -> Iterator[Entry]:
    """사건명과 사건번호. 당사자는 가린 이름도 찾지 않는다."""
    for row in Instance.objects.select_related("lawsuit__department").in_order():
        hint = f"{row.lawsuit.get_kind_display()} · {row.get_level_display()} · {row.lawsuit.department}"
        yield Entry(f"{row.case_number} {row.lawsuit.title}", reverse("legal.lawsuit-detail", args=[row.lawsuit_id]), hint, pk=row.pk)


SOURCES = (Source("소송", _lawsuits, Instance, also=(Lawsuit, Department)),)
