"""예산으로 본 큰 일: 사업마다 이은 세부사업의 예산액."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from budget.appropriations.models import DetailProgram, ExecutionPointer, ExecutionSummary
from budget.appropriations.models.execution import first_pointer
from core.history.revisions import kept_rows
from core.org.models import Staff
from core.projects.matters import Matter


def programmed_totals(user: Staff) -> Iterable[Matter]:
    """사업을 가리키는 세부사업의 예산액을 해마다 더한 값."""
    linked = dict(kept_rows(DetailProgram.objects.filter(project__isnull=False).values_list("pk", "project")))
    by_year = defaultdict[int, list[ExecutionPointer]](list)
    for pointer in kept_rows(ExecutionPointer.objects.select_related("fiscal_year").order_by("-as_of")):
        by_year[pointer.fiscal_year_id].append(pointer)
    shown = [one.snapshot_id for rows in by_year.values() if (one := first_pointer(rows))]
    summaries = ExecutionSummary.objects.filter(snapshot__in=shown, cut=ExecutionSummary.Cut.PROGRAM, detail_program__in=linked)
    sums = defaultdict[int, int](int)
    for line in summaries.by("detail_program"):
        sums[linked[line["detail_program"]]] += line["budget_amount"] or 0
    return Matter.of_projects(user, {key: (amount, "세부사업의 예산액") for key, amount in sums.items()})
