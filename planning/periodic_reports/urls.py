"""주간·월중 보고의 주소."""

from django.urls import path

from planning.periodic_reports.views import board, records

urlpatterns = [
    path("", board.WeekView.as_view(), name="planning.periodic-reports"),
    path("month/", board.MonthView.as_view(), name="planning.periodic-reports-month"),
    path("mayor/", board.MayorView.as_view(), name="planning.periodic-reports-mayor"),
    path("conflicts/", board.ConflictsView.as_view(), name="planning.periodic-reports-conflicts"),
    path("carry/", board.CarryView.as_view(), name="planning.periodic-reports-carry"),
    path("download/<str:code>/<str:kind>/", board.DownloadView.as_view(), name="planning.periodic-reports-download"),
    *records.EntryKindScreens.urls("kinds/"),
    *records.ReportEntryScreens.urls("entries/"),
]
