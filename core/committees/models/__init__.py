"""위원회의 모델."""

from core.committees.models.committees import Committee, CommitteeFunction, Seat
from core.committees.models.meetings import AgendaItem, Allowance, Attendance, FollowUp, Meeting, Recusal

__all__ = [
    "AgendaItem",
    "Allowance",
    "Attendance",
    "Committee",
    "CommitteeFunction",
    "FollowUp",
    "Meeting",
    "Recusal",
    "Seat",
]
