"""예산의 할 일."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from budget.appropriations.dashboard import Execution, all_summaries, unexplained
from budget.appropriations.models import (
    DetailProgram,
    ExecutionPointer,
    ExecutionReason,
    FiscalYear,
    MonthlyPlan,
)
from budget.appropriations.models.execution import newest_year
from core.access import Role
from core.figures.models import Setting
from core.formats import date_plain, money, rate
from core.history.models import RecordQuerySet
from core.history.revisions import kept
from core.inbox.source import Inbox, Line
from core.org.models import Staff


def _reason_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """집행이 부진한데 사유가 없는 세부사업, 잔액이 큰 것부터. 사유를 적을 수 있는 부서와 예산팀의 일이다."""
    for year in rows.filter(pointers__isnull=False).distinct():
        pointer = ExecutionPointer.objects.chosen(year.year)
        if pointer is None:
            continue
        for part in Execution(all_summaries(), year.year, pointer.as_of).parts():
            assert part.department
            own = ExecutionReason.objects.filter(detail_program__department=part.department)
            yield from _lines(year, part, _whom(year.year, part.department.pk), own)
            if part.is_division:
                yield from _lines(year, part, _whom(year.year), ExecutionReason.objects.all())


def _lines(year: FiscalYear, part: Execution, whom: str, reasons: RecordQuerySet) -> Iterator[Line]:
    add = reverse("budget.executionreason-add")
    for rank, line in enumerate(unexplained(part.detail_programs({}, reasons))):
        yield Line(
            year.pk, whom, "예산", f"{line.label} 집행 부진 사유", line.rows_url, "사유 적기",
            f"{date_plain(part.as_of)} 기준 집행률 {rate(line.rate)}% · 잔액 {money(line.balance)}천원", owner=line.owner,
            verb_url=f"{add}?detail_program={line.filters['program']}&as_of={part.as_of:%Y-%m-%d}", rank=rank,
            together=f"{part.as_of} {line.filters['program']}", is_sample=bool(part.is_sample),
        )  # fmt: skip


def _whom(year: int, department: int | None = None) -> str:
    """그 회계연도를 보는 부서 담당자, 부서를 주지 않으면 사유를 적는 과 사람."""
    return f"reasons:{year}:{department or 'division'}"


def _keys(user: Staff) -> list[str]:
    """user 가 보는 회계연도의 사유. 그해의 자료가 없으면 자료가 있는 가장 늦은 해다."""
    if not ExecutionReason.scope.may_add(ExecutionReason, user):
        return []
    years = kept(
        "execution years", (ExecutionPointer, FiscalYear),
        lambda: frozenset(ExecutionPointer.objects.values_list("fiscal_year__year", flat=True)),
    )  # fmt: skip
    year = user.fiscal_year if user.fiscal_year in years else newest_year()
    if year is None or (user.role == Role.DEPARTMENT and not user.department_id):
        return []
    return [_whom(year, user.department_id if user.role == Role.DEPARTMENT else None)]


REASONS = Inbox(
    "appropriations.reasons", FiscalYear, _reason_lines, whole=(Setting,), keys=_keys,
    follows={
        ExecutionPointer: "pointers", ExecutionReason: "detailprogram__reasons", MonthlyPlan: "detailprogram__plans",
        DetailProgram: "detailprogram",
    },
)  # fmt: skip
TODOS = (REASONS,)
