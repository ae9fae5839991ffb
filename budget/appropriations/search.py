"""통합 찾기가 찾는 예산 사업."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from budget.appropriations.models import DetailProgram, FiscalYear, UnitProgram
from core.org.models import Department
from core.search.index import Entry, Source


def _unit_programs() -> Iterator[Entry]:
    rows = UnitProgram.objects.select_related("fiscal_year", "policy_program").order_by("-fiscal_year__year", "name")
    url = reverse("budget.execution")
    for row in rows:
        hint = f"{row.fiscal_year.year} · {row.policy_program.name}"
        yield Entry(row.name, url, hint, words=f"{row.short_name} {row.code}", pk=row.pk)


def _detail_programs() -> Iterator[Entry]:
    rows = DetailProgram.objects.select_related("fiscal_year", "department").order_by("-fiscal_year__year", "name")
    for row in rows:
        url = reverse("budget.detailprogram-detail", args=[row.pk])
        hint = " · ".join([str(row.fiscal_year.year), row.department.name if row.department else "부서 없음"])
        yield Entry(row.name, url, hint, words=row.code, pk=row.pk)


SOURCES = (
    Source("단위사업", _unit_programs, UnitProgram, also=(FiscalYear,)),
    Source("세부사업", _detail_programs, DetailProgram, also=(Department, FiscalYear)),
)
