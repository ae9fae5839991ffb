"""자치법규 정비의 주소."""

from django.urls import path

from legal.local_laws.views import acts, board, details, records

urlpatterns = [
    path("", board.BoardView.as_view(), name="legal.local-laws"),
    path("report/", board.ReportView.as_view(), name="legal.local-laws-report"),
    path("export/", board.BoardExportView.as_view(), name="legal.local-laws-export"),
    path("bills/<int:pk>/comparison/", board.ComparisonView.as_view(), name="legal.bill-comparison"),
    path("bills/<int:pk>/<str:act>/act/", acts.BillActView.as_view(screens=records.BillScreens), name="legal.bill-act"),
    path("upper-laws/<int:pk>/tasks/", details.MakeTasksView.as_view(), name="legal.upperlawchange-tasks"),
    *records.LocalLawScreens.urls("laws/"),
    *records.LawVersionScreens.urls("versions/"),
    *records.BillScreens.urls("bills/"),
    *records.BillStepScreens.urls("steps/"),
    *records.ReviewKindScreens.urls("review-kinds/"),
    *records.ImpactReviewScreens.urls("reviews/"),
    *records.NoticeOpinionScreens.urls("opinions/"),
    *records.ArticleChangeScreens.urls("articles/"),
    *records.UpperLawChangeScreens.urls("upper-laws/"),
    *records.RevisionTaskScreens.urls("tasks/"),
]
