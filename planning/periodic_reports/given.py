"""주간·월중 보고가 내놓는 것."""

from __future__ import annotations

from core.given import Fact, Given, Sample
from core.org.open_items import OpenItems
from planning.periodic_reports import excel
from planning.periodic_reports.figures import FIGURES
from planning.periodic_reports.load_report import load_kinds, load_template
from planning.periodic_reports.models import ReportEntry
from planning.periodic_reports.reports import TEMPLATES
from planning.periodic_reports.rounds import WeekCollection
from planning.periodic_reports.sample import clear_periodic_reports, load_periodic_reports
from planning.periodic_reports.search import SOURCES
from planning.periodic_reports.todos import TODOS

GIVEN = Given(
    figures=FIGURES,
    excel=(excel.EntryKindResource, excel.ReportEntryResource),
    todos=TODOS,
    search=SOURCES,
    open_items=(
        OpenItems(
            "주간·월중 항목", lambda on: ReportEntry.objects.since(on).filter(status=ReportEntry.Status.PLANNED), related=("kind",)
        ),
    ),
    rounds=(WeekCollection(),),
    reports=TEMPLATES,
    facts=(Fact("재촉하는 차례의 처음 값", load_kinds), Fact("재촉하는 차례의 처음 값", load_template)),
    sample=Sample(lambda settling: load_periodic_reports(), clear_periodic_reports),
    help=("periodic-reports",),
)
