"""정책실명제의 화면: 사업마다의 총사업비를 예산팀의 세부사업과 사업의 실적에서 엮는다."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from django.urls import reverse

from budget.appropriations.models import DetailProgram, ExecutionPointer, ExecutionSummary
from budget.appropriations.models.execution import first_pointer
from core.projects.models import ProjectResult
from planning.named_policies.dashboard import Total
from planning.named_policies.urls import named_policy_urls

# 취합이 사업에 적는 실적의 이름(core.projects.results)
TOTAL = "총사업비"


def project_totals() -> dict[int, Total]:
    """{사업 번호: 총사업비}. 「총사업비」로 적은 실적이 있으면 그 값, 없으면 이은 세부사업의 해마다의 예산액을 더한 값이다."""
    linked = dict(DetailProgram.objects.filter(project__isnull=False).values_list("pk", "project"))
    by_year = defaultdict[int, list[ExecutionPointer]](list)
    for pointer in ExecutionPointer.objects.select_related("fiscal_year").order_by("-as_of"):
        by_year[pointer.fiscal_year_id].append(pointer)
    shown = [one.snapshot_id for rows in by_year.values() if (one := first_pointer(rows))]
    summaries = ExecutionSummary.objects.filter(snapshot__in=shown, cut=ExecutionSummary.Cut.PROGRAM, detail_program__in=linked)
    sums: dict[int, int] = defaultdict(int)
    for line in summaries.by("detail_program"):
        sums[linked[line["detail_program"]]] += line["budget_amount"] or 0
    found = {key: Total(amount, "세부사업의 예산액", reverse("core.project-detail", args=[key])) for key, amount in sums.items()}
    for result in ProjectResult.objects.filter(figure=TOTAL).order_by("year", "number"):
        url = reverse("core.project-detail", args=[result.project_id])
        found[result.project_id] = Total(int(Decimal(result.value)), result.source, url)
    return found


urlpatterns = named_policy_urls(project_totals)
