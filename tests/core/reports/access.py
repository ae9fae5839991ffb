"""보고서의 주소 × 역할: 과 사람이 보고, 맡은 팀이 초안을 고친다."""

from __future__ import annotations

from core.reports.models import Report
from tests.access import BUDGET_TEAM, DIVISION, TEAMS, Rows, Table, key, one, posted, screens
from tests.core.reports.factories import ReportFactory


def report(rows: Rows) -> Report:
    """예산팀의 보고서 초안."""
    return ReportFactory()


ACCESS: Table = {
    **screens("core.report", "form", DIVISION, TEAMS, one(DIVISION, key(report)), one(BUDGET_TEAM, key(report))),
    "core.report-text": one(BUDGET_TEAM, lambda rows: {"pk": rows(report).pk, "key": "units.total"}),
    "core.report-act": one(posted(DIVISION), lambda rows: {"pk": rows(report).pk, "act": "acknowledge"}),
    "core.report-compare": one(DIVISION, key(report)),
    "core.report-figures": one(DIVISION, key(report)),
    "core.report-download": one(DIVISION, lambda rows: {"pk": rows(report).pk, "kind": "html"}),
}
