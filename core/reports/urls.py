"""보고서의 주소. 틀의 모음(library)은 config/reports.py 가 준다."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from core.reports import views
from core.reports.template import Library


def report_urls(found: Library) -> list[URLPattern]:
    """보고서 목록·초안·글·발간·견주기·내려받기의 주소."""

    class ReportForm(views.ReportForm):
        library = found

    class ReportScreens(views.ReportScreens):
        library, form = found, ReportForm

    return [
        *ReportScreens.urls("reports/"),
        path("reports/<int:pk>/lines/<str:key>/", views.ReportTextView.as_view(library=found), name="core.report-text"),
        re_path(
            r"^reports/(?P<pk>\d+)/(?P<act>acknowledge|issue|correct)/$",
            views.ReportActView.as_view(library=found),
            name="core.report-act",
        ),
        path("reports/<int:pk>/compare/", views.ReportCompareView.as_view(library=found), name="core.report-compare"),
        path("reports/<int:pk>/figures/", views.ReportFiguresView.as_view(library=found), name="core.report-figures"),
        path(
            "reports/<int:pk>/download/<str:kind>/",
            views.ReportDownloadView.as_view(library=found),
            name="core.report-download",
        ),
    ]
