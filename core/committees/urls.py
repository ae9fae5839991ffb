"""위원회의 주소."""

from django.urls import path

from core.committees.views import pages, records

urlpatterns = [
    path("meetings/<int:pk>/book/", pages.AgendaBookView.as_view(), name="core.meeting-book"),
    path("meetings/<int:pk>/result/", pages.ResultSheetView.as_view(), name="core.meeting-result"),
    path("meetings/<int:pk>/move/", pages.MoveView.as_view(), name="core.meeting-move"),
    path("meetings/<int:pk>/attend/", pages.AttendView.as_view(), name="core.meeting-attend"),
    path("meetings/<int:pk>/decide-rest/", pages.DecideRestView.as_view(), name="core.meeting-decide_rest"),
    path("meetings/<int:pk>/pay/", pages.PayView.as_view(), name="core.meeting-pay"),
    path("items/<int:pk>/decide/", pages.DecideView.as_view(), name="core.agendaitem-decide"),
    path("items/<int:pk>/cancel/", pages.CancelView.as_view(), name="core.agendaitem-cancel"),
    *records.CommitteeFunctionScreens.urls("functions/"),
    *records.SeatScreens.urls("seats/"),
    *records.MeetingScreens.urls("meetings/"),
    *records.AgendaItemScreens.urls("items/"),
    *records.RecusalScreens.urls("recusals/"),
    *records.AttendanceScreens.urls("attendances/"),
    *records.FollowUpScreens.urls("follow-ups/"),
    *records.AllowanceScreens.urls("allowances/"),
    *records.CommitteeScreens.urls(),
]
