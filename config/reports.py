"""보고서 틀의 줄. 업무의 reports.py 에 적은 틀을 여기에 한 줄씩 더하면 만들 수 있다."""

from __future__ import annotations

from budget.appropriations.models.execution import newest_year
from budget.appropriations.reports import EXECUTION
from config.figures import FIGURES
from core.reports.template import Library, Template
from core.reports.urls import report_urls
from planning.periodic_reports.reports import TEMPLATES as PERIODIC_REPORTS

TEMPLATES: list[Template] = [EXECUTION, *PERIODIC_REPORTS]

LIBRARY = Library(tuple(TEMPLATES), {one.code: one for one in FIGURES}, newest_year)

urlpatterns = report_urls(LIBRARY)
