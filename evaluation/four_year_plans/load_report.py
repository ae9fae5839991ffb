"""보고서의 4개년 계획을 싣는다: 민선 기수, 대상기간, 5–10–100. 점검 주기와 일정은 config/report_values.py 가 인쇄된 값으로 싣는다."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Any

from django.db import transaction

from core.access import Team
from core.history.context import acting_as
from core.history.settle import Settling
from core.rounds.load_report import usual_ladder
from core.rounds.models import RoundTemplate
from core.rounds.period import Cycle
from evaluation.four_year_plans.models import FourYearPlan
from evaluation.four_year_plans.models.results import ROUND_FORM


def plan_section(data: dict[str, Any]) -> dict[str, Any]:
    """보고서의 4개년 계획 절(Ⅱ-4)."""
    section: dict[str, Any] = next(one for one in data["sections_2023"] if one["src"] == "Ⅱ-4")
    return section


@transaction.atomic
def load_report(data: dict[str, Any], settling: Settling | None = None) -> dict[str, int]:
    """보고서 파일(fixtures/report2023.json)의 4개년 계획을 싣고 건수를 준다. 두 번 실어도 같다."""
    settling = settling or Settling()
    section = plan_section(data)
    generation = re.search(r"민선(\d+)기", section["title"])
    period = next(one for one in section["overview"] if "from" in one)
    structure = next(one["structure"] for one in section["achievements"] if "structure" in one)
    first, last = (list(map(int, period[name].split("-"))) for name in ("from", "to"))
    with acting_as(None, f"보고서 {data['meta']['report_year']} 주요업무보고"):
        if generation:
            settling.put(
                FourYearPlan,
                {"generation": int(generation[1])},
                {
                    "starts_on": date(first[0], first[1], 1),
                    "ends_on": date(last[0], last[1], monthrange(last[0], last[1])[1]),
                    "goal_count": structure["goals_구정목표"], "field_count": structure["fields_분야"],
                    "task_count": structure["tasks_이행과제"],
                    # 2023년 2월에 확정했다(Ⅱ-4).
                    "status": FourYearPlan.Status.RUNNING,
                },
            )  # fmt: skip
    return settling.result()


def load_template(settling: Settling) -> RoundTemplate:
    """분기마다 여는 점검의 틀(Ⅲ-3 「분기별」). 저절로 열지는 않는다. 사람이 고친 틀은 덮지 않는다."""
    return settling.put(
        RoundTemplate,
        {"form": ROUND_FORM},
        {
            "title": "4개년 계획 추진실적", "team": Team.EVALUATION, "cycle": Cycle.QUARTER, "ladder": usual_ladder(),
            "instructions": "주관 이행과제의 분기 추진실적과 공정률, 자체 평가를 적고 증빙을 붙여 주세요.",
        },
    )  # fmt: skip
