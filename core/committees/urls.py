"""위원회의 주소. 업무가 올릴 자료의 줄(agendas)은 config/committees.py 가 준다."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern, path

from core.committees.agenda import Agenda
from core.committees.views import pages, records


def committee_urls(agendas: Sequence[Agenda]) -> list[URLPattern]:
    """위원회, 위원, 회의, 안건의 주소."""
    found = agendas

    class CommitteeScreens(records.CommitteeScreens):
        agendas = found

    class MeetingScreens(records.MeetingScreens):
        agendas = found

    return [
        path("meetings/<int:pk>/book/", pages.AgendaBookView.as_view(), name="core.meeting-book"),
        path("meetings/<int:pk>/result/", pages.ResultSheetView.as_view(), name="core.meeting-result"),
        path("meetings/<int:pk>/move/", pages.MoveView.as_view(), name="core.meeting-move"),
        path("meetings/<int:pk>/put/", pages.PutView.as_view(agendas=found), name="core.meeting-put"),
        path("meetings/<int:pk>/attend/", pages.AttendView.as_view(), name="core.meeting-attend"),
        path("meetings/<int:pk>/decide-rest/", pages.DecideRestView.as_view(), name="core.meeting-decide_rest"),
        path("meetings/<int:pk>/pay/", pages.PayView.as_view(), name="core.meeting-pay"),
        path("items/<int:pk>/decide/", pages.DecideView.as_view(), name="core.agendaitem-decide"),
        path("items/<int:pk>/cancel/", pages.CancelView.as_view(), name="core.agendaitem-cancel"),
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
