"""위원회의 주소 × 역할: 과 사람이 보고 맡은 팀이 고친다. 부서는 제 안건과 후속조치만 본다."""

from __future__ import annotations

from typing import Any

from core.access import Team
from core.committees.models import Allowance, Attendance, CommitteeFunction, Recusal, Seat
from tests.access import (
    DIVISION,
    LEGAL_TEAM,
    POST_ONLY,
    TEAMS,
    Make,
    Rows,
    Table,
    acts,
    by_department,
    by_department_read,
    deleted_by_team,
    key,
    one,
    screens,
)
from tests.core.committees import factories as make


def items(rows: Rows) -> dict[str, Any]:
    """의회법무팀이 맡은 위원회의 안건, 부서마다 하나."""
    meeting = make.MeetingFactory(committee__team=Team.LEGAL)
    return {
        whose: make.AgendaItemFactory(meeting=meeting, department=department)
        for whose, department in rows.departments.items()
    }


def follow_ups(rows: Rows) -> dict[str, Any]:
    return {whose: make.FollowUpFactory(item=item, department=item.department) for whose, item in rows(items).items()}


def parts(rows: Rows) -> dict[type, Any]:
    """위원회에 딸린 자료 하나씩."""
    item = rows(items)["own"]
    committee = item.meeting.committee
    seat = make.SeatFactory(committee=committee)
    attendance = Attendance.objects.create(meeting=item.meeting, seat=seat)
    return {
        Seat: seat, Attendance: attendance,
        CommitteeFunction: CommitteeFunction.objects.create(committee=committee, title="심의"),
        Recusal: Recusal.objects.create(item=item, seat=seat, kind="excluded", reason="이해관계"),
        Allowance: Allowance.objects.create(attendance=attendance, amount=1),
    }  # fmt: skip


def of_committee(route: str, extra: str, row: Make) -> Table:
    """과 사람이 보고 위원회를 맡은 팀(의회법무팀)이 고치는 자료. 등록 화면은 네 팀이 모두 연다."""
    return screens(route, extra, DIVISION, TEAMS, one(DIVISION, key(row)), one(LEGAL_TEAM, key(row)))


ACCESS: Table = {
    **of_committee("core.committee", "form", lambda rows: rows(items)["own"].meeting.committee),
    **of_committee("core.committeefunction", "form", lambda rows: rows(parts)[CommitteeFunction]),
    **of_committee("core.seat", "form bulk import", lambda rows: rows(parts)[Seat]),
    **of_committee("core.meeting", "form import", lambda rows: rows(items)["own"].meeting),
    **of_committee("core.recusal", "form", lambda rows: rows(parts)[Recusal]),
    **of_committee("core.allowance", "form bulk", lambda rows: rows(parts)[Allowance]),
    **screens("core.attendance", "", DIVISION, {}, one(DIVISION, key(lambda rows: rows(parts)[Attendance])), []),
    **by_department_read("core.agendaitem", "form import", items, LEGAL_TEAM, TEAMS),
    **by_department("core.followup", "form import", follow_ups, LEGAL_TEAM, TEAMS),
    **deleted_by_team("core.followup", follow_ups, LEGAL_TEAM),
    **acts("core.meeting", "book result", DIVISION, lambda rows: {"pk": rows(items)["own"].meeting_id}),
    **acts("core.meeting", "move put attend decide_rest pay", POST_ONLY),
    **acts("core.agendaitem", "decide cancel", POST_ONLY),
}
