"""주간·월중 보고의 주소 × 역할."""

from __future__ import annotations

from typing import Any

from tests.access import DIVISION, PLANNING_TEAM, SIGNED_IN, Rows, Table, by_department, common, one, posted, with_rows
from tests.core.rounds.access import submissions
from tests.planning.periodic_reports.factories import ReportEntryFactory


def entries(rows: Rows) -> dict[str, Any]:
    return {
        whose: ReportEntryFactory(department=department, submission=rows(submissions)[whose])
        for whose, department in rows.departments.items()
    }


ACCESS: Table = {
    "planning.periodic-reports": one(SIGNED_IN, with_rows(entries)),
    "planning.periodic-reports-month": one(SIGNED_IN, with_rows(entries)),
    "planning.periodic-reports-mayor": one(DIVISION, with_rows(entries)),
    "planning.periodic-reports-conflicts": one(DIVISION, with_rows(entries)),
    "planning.periodic-reports-carry": one(posted(DIVISION)),
    "planning.periodic-reports-download": one(DIVISION, lambda rows: {"code": "periodic-mayor", "kind": "hwpx"}),
    **common("planning.entrykind", "form import", lambda rows: rows(entries)["own"].kind, SIGNED_IN, PLANNING_TEAM),
    **by_department("planning.reportentry", "form bulk import", entries, PLANNING_TEAM),
}
