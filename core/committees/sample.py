"""표본의 회의: 사람이 하는 차례대로 올리고, 소집하고, 열고, 모두 출석한 것으로 적는다. 무엇을 어떻게 의결했는지는 업무가 정한다."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone

from core.committees.agenda import Agenda
from core.committees.models import AgendaItem, Attendance, Committee, Meeting, Seat
from core.committees.services import move, record_attendance
from core.history.clearing import Clearing
from core.history.models import Record

PLACE = "기획상황실"


def open_meeting(committee: Committee, agenda: Agenda, records: Sequence[Record], held_on: date) -> tuple[Meeting, list[AgendaItem]]:
    """held_on 에 연 회의와 의결을 기다리는 안건."""
    meeting = Meeting(committee=committee, held_on=held_on, notified_on=held_on - timedelta(days=7), place=PLACE, is_sample=True)
    meeting.save()
    items = agenda.put(records, meeting)
    move(meeting, Meeting.State.NOTIFIED)
    move(meeting, Meeting.State.OPEN)
    record_attendance(meeting, {one.pk: str(Attendance.Status.PRESENT) for one in meeting.attendances.all()})
    return meeting, items


def coming_meeting(committee: Committee, days: int) -> Meeting:
    """days 일 뒤의 회의."""
    meeting = Meeting(committee=committee, held_on=timezone.localdate() + timedelta(days=days), place=PLACE, is_sample=True)
    meeting.save()
    return meeting


def clear_meetings(clearing: Clearing, code: str) -> None:
    """그 위원회의 표본 회의와 위원을 걷는다. 위원회는 사실이라 남는다."""
    clearing.clear(Meeting.objects.filter(is_sample=True, committee__code=code))
    clearing.clear(Seat.objects.filter(is_sample=True, committee__code=code))
