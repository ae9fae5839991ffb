"""보고서 한 권을 싣는다: 업무마다 싣는 일과 인쇄된 값(core.figures)을 한 거래로 묶는다."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from budget.appropriations.load_report import history_source
from config.functions import GIVEN
from config.report_values import printed_values
from core.figures.load_report import load_values
from core.history.context import acting_as
from core.history.settle import FIXTURES, Settling

REPORT = FIXTURES / "report2023.json"


def read_report(path: Path = REPORT) -> dict[str, Any]:
    """보고서 파일을 읽는다."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


@transaction.atomic
def load_report(data: dict[str, Any]) -> dict[str, int]:
    """보고서와 그해의 통계목을 싣고 건수(created, changed, unchanged, kept)를 준다. 두 번 실어도 같다."""
    settling = Settling()
    with acting_as(None, history_source(data)):
        for given in GIVEN:
            for load in given.loads:
                load(data, settling)
        load_values(f"{data['meta']['report_year']}년 주요업무보고", printed_values(data), settling)
    load_facts(settling)
    return settling.result()


def load_facts(settling: Settling) -> None:
    """보고서와 관계없이 쓰는 사실: 공휴일, 기한 규칙, 재촉하는 차례, 위원회, 낱말과 분류의 처음 값."""
    for given in GIVEN:
        for fact in given.facts:
            with acting_as(None, fact.source):
                fact.load(settling)
