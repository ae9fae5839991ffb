"""통합 찾기가 찾는 주간·월중 항목."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.formats import date_plain
from core.org.models import Department
from core.search.index import Entry, Source
from planning.periodic_reports.models import EntryKind, ReportEntry


def _report_entries() -> Iterator[Entry]:
    """주간·월중 항목, 가까운 날의 것부터."""
    for row in ReportEntry.objects.with_names().order_by("-starts_on", "hour"):
        hint = f"{date_plain(row.starts_on)} {row.hour} · {row.department}".replace("  ", " ")
        yield Entry(row.title, reverse("planning.reportentry-detail", args=[row.pk]), hint, words=row.place, pk=row.pk)


SOURCES = (Source("주간·월중 항목", _report_entries, ReportEntry, also=(Department, EntryKind)),)
