"""구정운영 4개년 계획의 주소."""

from django.urls import path

from evaluation.four_year_plans.views import board, generations, records, review

urlpatterns = [
    path("board/", board.BoardView.as_view(), name="evaluation.four-year-plan-board"),
    path("board/export/", board.BoardExportView.as_view(), name="evaluation.four-year-plan-export"),
    path("board/compare/", board.CompareView.as_view(), name="evaluation.four-year-plan-compare"),
    path("review/", review.ReviewView.as_view(), name="evaluation.four-year-plan-review"),
    path("book/", review.BookView.as_view(), name="evaluation.four-year-plan-book"),
    path(
        "plans/<int:pk>/close/", generations.ClosePlanView.as_view(screens=records.FourYearPlanScreens),
        name="evaluation.fouryearplan-close",
    ),
    path(
        "plans/<int:pk>/carry/", generations.CarryView.as_view(screens=records.FourYearPlanScreens),
        name="evaluation.fouryearplan-carry",
    ),
    *records.FourYearPlanScreens.urls("plans/"),
    *records.GoalScreens.urls("goals/"),
    *records.PlanFieldScreens.urls("fields/"),
    *records.TaskScreens.urls("tasks/"),
    *records.TaskTargetScreens.urls("targets/"),
    *records.MilestoneScreens.urls("milestones/"),
    *records.QuarterResultScreens.urls("results/"),
    *records.TaskRevisionScreens.urls("revisions/"),
    *records.GenerationMapScreens.urls("generations/"),
]  # fmt: skip
