"""보고서 한 권을 싣는다: 조직(core), 예산(budget), 인쇄된 값(core.figures)을 한 거래로 묶는다."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from budget.appropriations import load_report as budget_report
from config.report_values import printed_values
from core.deadlines.load_report import load_holidays, load_rules
from core.figures.load_report import load_values
from core.history.context import acting_as
from core.history.settle import Settling
from core.org.load_report import DIVISION_CODE, load_organisation
from core.org.models import Department
from core.rounds.load_report import load_ladder
from evaluation.four_year_plans import load_report as four_year_plan_report
from legal.lawsuits.load_report import load_buckets
from legal.legal_advisers.load_report import load_words
from legal.local_laws.load_report import load_review_kinds
from legal.ordinance_council.load_report import load_committees
from planning.periodic_reports import load_report as periodic_reports
from planning.work_plans import load_report as work_plan_report

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
REPORT = FIXTURES / "report2023.json"


def read_report(path: Path = REPORT) -> dict[str, Any]:
    """보고서 파일을 읽는다."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


@transaction.atomic
def load_report(data: dict[str, Any]) -> dict[str, int]:
    """보고서와 그해의 통계목을 싣고 건수(created, changed, unchanged, kept)를 준다. 두 번 실어도 같다."""
    settling = Settling()
    year = data["meta"]["report_year"]
    with acting_as(None, budget_report.history_source(data)):
        load_organisation(data, settling)
        budget_report.load_report(data, settling)
        four_year_plan_report.load_report(data, settling)
        work_items = FIXTURES / f"work_plans_{year}.json"
        if work_items.exists():
            division = Department.objects.get(code=DIVISION_CODE)
            work_plan_report.load_report(json.loads(work_items.read_text(encoding="utf-8")), division, settling)
        load_values(f"{year}년 주요업무보고", printed_values(data), settling)
    load_facts(settling)
    stat_items = FIXTURES / f"stat_items_{year}.json"
    if stat_items.exists():
        budget_report.load_stat_items(json.loads(stat_items.read_text(encoding="utf-8")), settling)
    return settling.result()


def load_facts(settling: Settling) -> None:
    """보고서와 관계없이 쓰는 사실: 공휴일, 기한 규칙, 재촉하는 차례, 위원회, 전문분야 낱말, 승패 분류."""
    with acting_as(None, "공휴일과 기한 규칙"):
        load_holidays(_fixture("holidays_2023_2027"), settling)
        load_rules(_fixture("deadline_rules"), settling)
    with acting_as(None, "재촉하는 차례의 처음 값"):
        ladder = load_ladder(settling)
        four_year_plan_report.load_template(settling, ladder)
        work_plan_report.load_template(settling, ladder)
        periodic_reports.load_kinds(settling)
        periodic_reports.load_template(settling, ladder)
    with acting_as(None, "위원회와 전문분야 낱말의 처음 값"):
        load_committees(settling)
        load_words(settling)
    with acting_as(None, "승패 분류의 처음 값"):
        load_buckets(settling)
    with acting_as(None, "사전심사 종류의 처음 값"):
        load_review_kinds(settling)


def _fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
