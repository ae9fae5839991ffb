"""학술용역의 주소."""

from django.urls import path

from budget.research_projects.views import board, records

urlpatterns = [
    path("", board.BoardView.as_view(), name="budget.research-projects"),
    path("export/", board.ExportView.as_view(), name="budget.research-projects-export"),
    path("print/<slug:code>/<slug:kind>/", board.PrintView.as_view(), name="budget.research-projects-print"),
    *records.ResearchProjectScreens.urls("projects/"),
    *records.SimilarJobScreens.urls("similar/"),
    *records.MilestoneScreens.urls("reports/"),
    *records.ResearchOutputScreens.urls("results/"),
    *records.UseCheckScreens.urls("use-checks/"),
    *records.SetAsideScreens.urls("set-aside/"),
]
