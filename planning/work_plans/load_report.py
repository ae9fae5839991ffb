"""보고서의 주요업무(Ⅱ·Ⅲ·Ⅳ장)를 줄까지 그대로 싣는다. 사람이 고친 것은 덮지 않는다."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from core.access import Team
from core.history.settle import Settling, read_fixture
from core.org.load_report import DIVISION_CODE
from core.org.models import Department
from core.rounds.load_report import usual_ladder
from core.rounds.models import RoundTemplate
from core.rounds.period import Cycle
from planning.work_plans.models import WorkItem, WorkPlan, WorkTable
from planning.work_plans.models.plans import ROUND_FORM, SOURCES


@transaction.atomic
def load_report(data: dict[str, Any], settling: Settling) -> None:
    """보고서 해의 주요업무 파일(fixtures/work_plans_2023.json)을 싣는다. 두 번 실어도 같다."""
    found = read_fixture(f"work_plans_{data['meta']['report_year']}")
    if found is None:
        return
    department = Department.objects.get(code=DIVISION_CODE)
    for section in found["plans"]:
        plan = settling.put(
            WorkPlan, {"year": section["year"], "kind": section["kind"]},
            {"chapter": section["chapter"], "title": section["title"], "has_contents": section["has_contents"]},
        )  # fmt: skip
        spent_on = date.fromisoformat(section["spent_on"]) if section["spent_on"] else None
        for one in section["items"]:
            _load_item(plan, department, one, spent_on, settling)


def _load_item(plan: WorkPlan, department: Department, one: dict[str, Any], spent_on: date | None, settling: Settling) -> None:
    values: dict[str, Any] = {
        "title": one["title"], "team": one["team"], "page": one["page"], "purpose": one["purpose"], "body": "\n".join(one["body"]),
        "spent_on": spent_on if one["spent"] else None, "state": WorkItem.State.PUBLISHED,
        **{
            f"{kind}_{source}_amount": amounts.get(source)
            for kind in WorkItem.MONEY if (amounts := one[kind]) for source in SOURCES
        },
    }  # fmt: skip
    item = settling.put(WorkItem, {"plan": plan, "department": department, "number": one["number"]}, values)
    for table in one["tables"]:
        settling.put(
            WorkTable, {"item": item, "name": table["name"]},
            {name: table[name] for name in ("source", "heading_rows", "unit", "unit_below")} | {"grid": "\n".join(table["grid"])},
        )  # fmt: skip


def load_template(settling: Settling) -> RoundTemplate:
    """해마다 여는 계획 수립의 틀(Ⅱ-1 부서별 계획 수립 8월). 저절로 열지는 않는다. 사람이 고친 틀은 덮지 않는다."""
    return settling.put(
        RoundTemplate, {"form": ROUND_FORM},
        {
            "title": "주요업무계획", "team": Team.PLANNING, "cycle": Cycle.YEAR, "ladder": usual_ladder(), "open_offset": -518,
            "due_workdays": 20,
            "instructions": "다음 해 주요업무계획의 목적, 본문(□ ○ - ·), 일정, 소요예산을 적어 주세요. 지난해 것은 옆에 있습니다.",
        },
    )  # fmt: skip
