"""주요업무계획의 주소."""

from __future__ import annotations

from django.urls import URLPattern, path

from planning.work_plans.views import board, details, records


def work_plan_urls(item_screens: type[records.WorkItemScreens], book_view: type[board.BookView]) -> list[URLPattern]:
    """주소의 줄. 수치의 값을 아는 사업 화면(item_screens)과 인쇄본(book_view)은 config 가 준다."""
    return [
        path("", board.BoardView.as_view(), name="planning.work-plans"),
        path("behind/", board.BehindView.as_view(), name="planning.work-plans-behind"),
        path("book/", book_view.as_view(), name="planning.work-plans-book"),
        path("plans/<int:pk>/move/<str:act>/", board.MoveManyView.as_view(), name="planning.workplan-move"),
        path("plans/<int:pk>/roll/<str:kind>/", board.RollView.as_view(), name="planning.workplan-roll"),
        path("items/<int:pk>/act/<str:act>/", details.ActView.as_view(), name="planning.workitem-act"),
        path("items/<int:pk>/done/", details.DoneView.as_view(), name="planning.workitem-done"),
        path("items/<int:pk>/compare/", details.CompareView.as_view(), name="planning.workitem-compare"),
        *records.WorkPlanScreens.urls("plans/"),
        *item_screens.urls("items/"),
        *records.WorkLineScreens.urls("lines/"),
        *records.WorkTableScreens.urls("tables/"),
        *records.ProgressEntryScreens.urls("progress/"),
    ]  # fmt: skip
