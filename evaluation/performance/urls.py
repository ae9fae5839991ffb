"""성과관리의 주소."""

from django.urls import path

from evaluation.performance.views import acts, board, records

urlpatterns = [
    path("board/", board.BoardView.as_view(), name="evaluation.performance-board"),
    path("board/export/", board.BoardExportView.as_view(), name="evaluation.performance-export"),
    path("lint/", board.LintView.as_view(), name="evaluation.performance-lint"),
    path("plans/<int:pk>/departments/<int:department>/", board.SheetView.as_view(), name="evaluation.performance-sheet"),
    *(
        path(
            f"plans/<int:pk>/departments/<int:department>/{act}/", acts.DepartmentActView.as_view(act=act),
            name=f"evaluation.performance-{act}",
        )
        for act in ("submit", "take_back")
    ),
    path(
        "indicators/move/<str:status>/", acts.IndicatorMoveView.as_view(screens=records.IndicatorScreens),
        name="evaluation.indicator-move",
    ),
    *records.PerfPlanScreens.urls("plans/"),
    *records.GradeBandScreens.urls("bands/"),
    *records.PerfProjectScreens.urls("projects/"),
    *records.IndicatorScreens.urls("indicators/"),
    *records.IndicatorStepScreens.urls("steps/"),
    *records.IndicatorPastScreens.urls("pasts/"),
    *records.IndicatorActualScreens.urls("actuals/"),
    *records.PerfScoreScreens.urls("scores/"),
    *records.IndicatorChangeScreens.urls("changes/"),
    *records.ObjectionScreens.urls("objections/"),
]  # fmt: skip
