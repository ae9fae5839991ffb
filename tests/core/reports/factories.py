"""보고서의 공장."""

from __future__ import annotations

from datetime import date

from factory.django import DjangoModelFactory

from core.access import Team
from core.reports.models import Report


class ReportFactory(DjangoModelFactory[Report]):
    """예산팀의 「예산 집행 현황」 초안."""

    class Meta:
        model = Report

    template = "execution"
    title = "2023년 예산 집행 현황"
    team = Team.BUDGET
    year = 2023
    start_on = date(2023, 1, 1)
    as_of = date(2023, 11, 6)
