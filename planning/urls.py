"""기획조정팀의 주소."""

from django.urls import include, path

urlpatterns = [
    path("periodic-reports/", include("planning.periodic_reports.urls")),
]
