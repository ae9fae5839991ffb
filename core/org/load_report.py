"""보고서 Ⅰ장(일반현황)의 조직을 싣는다: 과, 직급, 정원, 차량."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.history.settle import Settling
from core.org.models import Department, Grade, Quota, Vehicle

DIVISION_CODE = "planning-budget"


def load_organisation(data: dict[str, Any], settling: Settling) -> None:
    """과 한 곳과 직급별 정원, 차량. 이미 있는 행은 사람이 고쳤을 수 있으므로 덮어쓰지 않는다."""
    year = data["meta"]["report_year"]
    document = f"{year}년 주요업무보고"
    department = settling.put(
        Department,
        {"code": DIVISION_CODE},
        {"name": data["organisation"]["heading"].partition(" ")[0], "short_name": "기획예산", "kind": Department.Kind.DIVISION},
    )
    staffing = data["staffing"]
    grades = load_grades(staffing["columns"], settling)
    for grade, headcount in zip(grades, staffing["quota_정원"]["by_grade"], strict=True):
        settling.put(
            Quota,
            {"department": department, "grade": grade, "valid_from": date(year, 1, 1)},
            {"headcount": headcount, "basis": f"{document} {staffing['src']}"},
        )
    for item in data["equipment"]["items"]:
        settling.put(
            Vehicle,
            {"department": department, "name": item["name"]},
            {"category": item["category"], "model_name": item["model"], "body": item["body"], "quantity": item["count"]},
        )


def load_grades(columns: list[str], settling: Settling) -> list[Grade]:
    """정·현원표의 칸(예: 일반직6급)을 차례대로 직급으로 둔다."""
    rows = []
    for order, column in enumerate(columns, start=1):
        series, level = grade_of(column)
        rows.append(settling.put(Grade, {"series": series, "level": level}, {"order": order}))
    return rows


def grade_of(column: str) -> tuple[str, int]:
    """「별정직·임기제6급」 → ("special", 6)"""
    name = column[:-2]
    series = next(value for value, label in Grade.Series.choices if label == name)
    return str(series), int(column[-2])
