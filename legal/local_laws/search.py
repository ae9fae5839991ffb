"""통합 찾기가 찾는 자치법규와 의안."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.org.models import Department
from core.search.index import Entry, Source
from legal.local_laws.models import Bill, LocalLaw


def _local_laws() -> Iterator[Entry]:
    for row in LocalLaw.objects.select_related("department"):
        hint = f"{row.get_kind_display()} · {row.department}{' · 폐지' if row.repealed_on else ''}"
        yield Entry(row.title, reverse("legal.locallaw-detail", args=[row.pk]), hint, words=f"{row.number} {row.upper_laws}", pk=row.pk)


def _bills() -> Iterator[Entry]:
    for row in Bill.objects.select_related("department"):
        hint = f"{row.get_status_display()} · {row.department}"
        yield Entry(row.title, reverse("legal.bill-detail", args=[row.pk]), hint, words=row.promulgation_number, pk=row.pk)


SOURCES = (
    Source("자치법규", _local_laws, LocalLaw, also=(Department,)),
    Source("의안", _bills, Bill, also=(Department,)),
)
