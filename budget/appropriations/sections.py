"""사업 한 장의 예산과 집행 구역."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from budget.appropriations.dashboard import Standard
from budget.appropriations.models import DetailProgram, ExecutionPointer, ExecutionSummary
from budget.appropriations.models.execution import first_pointer
from core.figures.models import Setting
from core.formats import date_plain, money, percent, rate
from core.org.models import Staff
from core.projects.models import Project
from core.projects.sections import Cell, Row, Section


def budget(project: Project, user: Staff) -> Section:
    """예산과 집행률: 이 사업을 가리키는 세부사업을 회계연도마다 그해의 보고 기준일로 적는다."""
    linked = DetailProgram.objects.for_user(user).filter(project=project).select_related("fiscal_year", "department")
    programs = list(linked.order_by("-fiscal_year__year", "name"))
    pointers = _pointers({program.fiscal_year_id for program in programs})
    summaries = ExecutionSummary.objects.for_user(user).filter(
        snapshot__in=[pointer.snapshot_id for pointer in pointers.values()], cut=ExecutionSummary.Cut.PROGRAM, detail_program__in=programs
    )
    amounts = {line["detail_program"]: line for line in summaries.by("detail_program")}
    standard = Standard.of(Setting.objects.values_on(max((pointer.as_of for pointer in pointers.values()), default=None)))
    lines, totals = [], defaultdict[int, list[dict[str, Any]]](list)
    for program in programs:
        found, pointer = amounts.get(program.pk), pointers.get(program.fiscal_year_id)
        url = ""
        if found and pointer:
            query = {"year": program.fiscal_year.year, "as_of": pointer.as_of.isoformat(), "program": program.pk}
            url = f"{reverse('budget.executionrow-list')}?{urlencode(query)}"
            totals[program.fiscal_year.year].append(found)
        name = Cell(f"{program.fiscal_year.year} {program.name}", reverse("budget.detailprogram-detail", args=[program.pk]))
        lines.append(Row([name, Cell(program.department or "-"), *_amounts([found] if found else [], standard, url)]))
    for year, found_rows in totals.items():
        if len(found_rows) > 1:
            lines.append(Row([Cell(f"{year} 계"), Cell(""), *_amounts(found_rows, standard)], is_total=True))
    days = sorted({pointer.as_of for pointer in pointers.values()}, reverse=True)
    return Section(
        "예산과 집행", (("세부사업", ""), ("부서", "c nw"), (standard.base_label, "num"), ("지출액", "num"), ("집행률(%)", "num")), lines,
        unit="천원", note=f"{', '.join(date_plain(day) for day in days)} 기준" if days else "",
        nothing="이 사업을 가리키는 세부사업이 아직 없습니다. 세부사업의 「사업」 칸에서 고르면 여기에 모입니다.",
    )  # fmt: skip


def _pointers(years: set[int]) -> dict[int, ExecutionPointer]:
    """회계연도(번호)마다 볼 집행 자료. 질의 한 번."""
    grouped = defaultdict[int, list[ExecutionPointer]](list)
    for pointer in ExecutionPointer.objects.filter(fiscal_year__in=years).select_related("fiscal_year").order_by("-as_of"):
        grouped[pointer.fiscal_year_id].append(pointer)
    return {year: found for year, pointers in grouped.items() if (found := first_pointer(pointers))}


def _amounts(found: list[dict[str, Any]], standard: Standard, url: str = "") -> list[Cell]:
    """분모(설정에 따라 예산액이나 예산현액), 지출액, 집행률의 칸. 자료가 없으면 「-」."""
    if not found:
        return [Cell("-"), Cell("-"), Cell("-")]
    base = sum(line["current_amount"] if standard.base == "current" and line["current_amount"] is not None
               else line["budget_amount"] for line in found)  # fmt: skip
    spent = sum(line["spent_amount"] for line in found)
    value: Decimal | None = standard.rounded(percent(spent, base))
    return [Cell(money(base), url), Cell(money(spent), url), Cell(rate(value, standard.places))]
