"""학술용역의 주소 × 역할."""

from __future__ import annotations

from uuid import UUID

from tests.access import (
    BUDGET_TEAM,
    DIVISION,
    OTHER,
    OWN,
    POST_ONLY,
    SIGNED_IN,
    Case,
    Make,
    Table,
    attached,
    by_department,
    changed_by_owner,
    common,
    expect,
    of_departments,
    one,
    own_and_other,
    read_own,
    screens,
)
from tests.budget.research_projects import factories as make

projects = of_departments(make.ResearchProjectFactory)
running = of_departments(make.ResearchProjectFactory, status="contracted")
similar = attached(make.SimilarJobFactory, "project", projects)
reports = attached(make.MilestoneFactory, "project", running)
outputs = attached(make.ResearchOutputFactory, "project", running)
checks = attached(make.UseCheckFactory, "project", of_departments(make.ResearchProjectFactory, status="used"))

BOARD = {f"budget.research-projects{page}": one(SIGNED_IN) for page in ("", "-export")}
NOBODY = expect(403)


def _part(route: str, extra: str, of: Make) -> Table:
    """일(Act)이 만드는 자료: 팀과 주관 부서가 고치기만 하고, 아무도 따로 더하거나 지우지 않는다."""
    table = screens(route, extra, SIGNED_IN, NOBODY, read_own(of), changed_by_owner(of, BUDGET_TEAM))
    table[f"{route}-undo"] = one(POST_ONLY, lambda rows: {"batch": UUID(int=1)})
    table[f"{route}-delete"] = own_and_other(of, NOBODY | {OTHER: 404}, NOBODY | {OWN: 404})
    return table


ACCESS: Table = {
    **BOARD,
    "budget.research-projects-print": one(SIGNED_IN, lambda rows: {"code": "results", "kind": "pdf"}),
    **by_department("budget.researchproject", "form bulk import", projects, BUDGET_TEAM),
    "budget.researchproject-act": [
        Case(BUDGET_TEAM | {OTHER: 404}, lambda rows: {"pk": rows(projects)["own"].pk, "act": "receive"}, "팀이 하는 일"),
        Case(BUDGET_TEAM | {OWN: 200, OTHER: 404}, lambda rows: {"pk": rows(running)["own"].pk, "act": "withdraw"}, "부서도 하는 일"),
    ],
    **by_department("budget.similarjob", "form", similar, BUDGET_TEAM),
    **_part("budget.milestone", "form", reports),
    **_part("budget.researchoutput", "form", outputs),
    "budget.researchoutput-import": one(BUDGET_TEAM | {OWN: 200, OTHER: 200}),
    **_part("budget.usecheck", "form", checks),
    **common("budget.setaside", "form", lambda rows: make.SetAsideFactory(), DIVISION, BUDGET_TEAM),
}
