"""위원회의 주소. 업무가 올릴 자료의 줄(agendas)은 config/committees.py 가 준다."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern, path

from core.committees.agenda import Agenda
from core.committees.views import pages, records
from core.committees.views.acts import put_waiting


def committee_urls(agendas: Sequence[Agenda]) -> list[URLPattern]:
    """위원회, 위원, 회의, 안건의 주소."""
    found = agendas

    class CommitteeScreens(records.CommitteeScreens):
        agendas = found

    class MeetingScreens(records.MeetingScreens):
        agendas = found
        acts = (*records.MeetingScreens.acts, put_waiting(found))

    return [
        path("meetings/<int:pk>/book/", pages.AgendaBookView.as_view(), name="core.meeting-book"),
        path("meetings/<int:pk>/result/", pages.ResultSheetView.as_view(), name="core.meeting-result"),
        *records.CommitteeFunctionScreens.urls("functions/"),
        *records.SeatScreens.urls("seats/"),
        *MeetingScreens.urls("meetings/"),
        *records.AgendaItemScreens.urls("items/"),
        *records.RecusalScreens.urls("recusals/"),
        *records.AttendanceScreens.urls("attendances/"),
        *records.FollowUpScreens.urls("follow-ups/"),
        *records.AllowanceScreens.urls("allowances/"),
        *CommitteeScreens.urls(),
    ]
