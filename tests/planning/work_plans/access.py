"""구정 주요업무계획의 주소 × 역할: 과 사람과 자기 부서가 보고, 기획조정팀과 자기 부서가 고치며, 네 팀이 더한다."""

from __future__ import annotations

from typing import Any

from tests.access import (
    OTHER,
    OWN,
    PLANNING_TEAM,
    POST_ONLY,
    SIGNED_IN,
    TEAMS,
    Make,
    Rows,
    Table,
    attached,
    by_department,
    common,
    key_of,
    one,
    read_own,
    with_rows,
)
from tests.core.rounds.access import submissions
from tests.planning.work_plans.factories import ProgressEntryFactory, WorkItemFactory, WorkLineFactory, WorkTableFactory


def items(rows: Rows) -> dict[str, Any]:
    """취합으로 받고 있는 주요업무. 「기획조정팀」의 것이다."""
    return {
        whose: WorkItemFactory(department=department, team="planning", submission=rows(submissions)[whose], state="requested")
        for whose, department in rows.departments.items()
    }


def of_items(route: str, extra: str, of: Make) -> Table:
    return by_department(route, extra, of, PLANNING_TEAM, TEAMS | {OWN: 200, OTHER: 200})


ACCESS: Table = {
    "planning.work-plans": one(SIGNED_IN, with_rows(items)),
    "planning.work-plans-behind": one(SIGNED_IN, with_rows(items)),
    "planning.work-plans-book": one(SIGNED_IN, with_rows(items)),
    "planning.workplan-move": one(POST_ONLY, lambda rows: {"pk": rows(items)["own"].plan_id, "act": "accept"}),
    "planning.workplan-roll": one(POST_ONLY, lambda rows: {"pk": rows(items)["own"].plan_id, "kind": "result"}),
    "planning.workitem-act": one(POST_ONLY, lambda rows: {"pk": rows(items)["own"].pk, "act": "accept"}),
    "planning.workitem-done": one(POST_ONLY, key_of("own", items)),
    "planning.workitem-compare": read_own(items),
    **common("planning.workplan", "form", lambda rows: rows(items)["own"].plan, SIGNED_IN, PLANNING_TEAM),
    **of_items("planning.workitem", "form import", items),
    **of_items("planning.workline", "form import", attached(WorkLineFactory, "item", items)),
    **of_items("planning.worktable", "form", attached(WorkTableFactory, "item", items)),
    **of_items("planning.progressentry", "form import", attached(ProgressEntryFactory, "item", items)),
}
