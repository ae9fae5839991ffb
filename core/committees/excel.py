"""위원, 회의, 안건의 엑셀."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from core.committees.models import AgendaItem, FollowUp, Meeting, Seat
from core.excel.lookups import Lookup
from core.excel.resource import ExcelResource


def _meeting(row: Any) -> str:
    return f"{row.committee.name} {row.year}-{row.number}"


def _item(row: Any) -> str:
    return f"{row.meeting.committee.name} {row.meeting.year}-{row.meeting.number}-{row.order}"


def _meeting_day(row: Any) -> tuple[date, date]:
    """회의가 열린 해에 있던 부서면 된다."""
    return date(row.meeting.year, 1, 1), date(row.meeting.year, 12, 31)


class SeatResource(ExcelResource):
    """위원. 같은 위원회, 같은 이름, 같은 위촉일이면 같은 위원이다. 연락처와 계좌는 받지 않는다."""

    model = Seat
    key = ("committee", "name", "appointed_on")
    fields = (
        "committee", "order", "name", "affiliation", "kind", "duty", "is_official", "is_expert", "gender", "appointed_on", "term_end_on",
        "renewals", "ended_on", "end_reason",
    )  # fmt: skip
    synonyms: ClassVar = {
        "committee": ("위원회명",), "name": ("성명", "위원명", "이름"), "affiliation": ("소속", "직위", "소속 및 직위"),
        "kind": ("위원 구분",),
        "appointed_on": ("위촉일", "임명일"), "term_end_on": ("임기만료일", "임기"), "order": ("연번", "순번"),
    }  # fmt: skip
    notes: ClassVar = {"term_end_on": "위촉직은 비우면 위원회의 임기로 셉니다."}


class MeetingResource(ExcelResource):
    """회의. 같은 위원회, 같은 날, 같은 방법이면 같은 회의다."""

    model = Meeting
    key = ("committee", "held_on", "form")
    fields = ("committee", "held_on", "form", "place", "minutes")
    synonyms: ClassVar = {"committee": ("위원회명",), "held_on": ("개최일", "일자"), "form": ("개최 방법", "구분")}


class AgendaItemResource(ExcelResource):
    """안건. 회의는 「위원회 이름 해-차례」로 적는다. 의결은 화면에서 한다."""

    model = AgendaItem
    key = ("meeting", "title")
    fields = ("meeting", "order", "title", "department", "is_report", "proposed_amount", "summary", "original_text")
    lookups: ClassVar = {
        "meeting": Lookup(names=(_meeting, str), related=("committee",)), "department": Lookup(period=_meeting_day),
    }  # fmt: skip
    synonyms: ClassVar = {"title": ("안건", "의안명"), "department": ("제안부서", "소관부서", "부서"), "summary": ("주요 내용",)}
    notes: ClassVar = {"meeting": "예: 조례·규칙심의회 2023-3"}


class FollowUpResource(ExcelResource):
    """후속조치. 안건은 「위원회 이름 해-차례-번호」로 적는다."""

    model = FollowUp
    key = ("item", "department", "text")
    fields = ("item", "department", "text", "due_on", "result", "done_on", "confirmed_on")
    lookups: ClassVar = {"item": Lookup(names=(_item,), related=("meeting__committee",))}
    synonyms: ClassVar = {"text": ("조치 사항", "후속조치"), "due_on": ("조치 기한",), "result": ("결과",), "done_on": ("완료일",)}
