"""기한과 달력의 주소 × 역할."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.access import Team
from core.deadlines.models import Deadline, DeadlineRule, Holiday
from tests.access import (
    LEGAL_TEAM,
    POST_ONLY,
    SIGNED_IN,
    TEAMS,
    Rows,
    Table,
    acts,
    by_department_read,
    common,
    expect,
    one,
)


def holiday(rows: Rows) -> Holiday:
    return Holiday.objects.create(date=date(2023, 1, 1), name="1월 1일")


def rule(rows: Rows) -> DeadlineRule:
    return DeadlineRule.objects.create(
        code="suit.appeal", name="항소", area="suit", trigger="송달받은 날", length=14, article="민사소송법 제396조"
    )


def deadlines(rows: Rows) -> dict[str, Any]:
    return {
        whose: Deadline.objects.create(
            rule=rows(rule), title="사건", trigger_on=date(2026, 9, 11), team=Team.LEGAL, department=department
        )
        for whose, department in rows.departments.items()
    }


ACCESS: Table = {
    **common("core.holiday", "form bulk import", holiday),
    **common("core.deadlinerule", "form bulk import", rule),
    **by_department_read("core.deadline", "form bulk", deadlines, LEGAL_TEAM, TEAMS),
    **acts("core.deadline", "confirm close suspend resume reopen", POST_ONLY),
    "core.calendar": one(SIGNED_IN),
    "core.calendar-token": one(SIGNED_IN),
    # 로그인 없이 여는 단 하나의 업무 주소. 열쇠가 없으면 누구에게나 없는 주소다(열쇠로 여는 것은 tests/core/deadlines).
    "core.calendar-feed": one(expect(404, anonymous=404)),
}
