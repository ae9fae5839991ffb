"""소송사무의 주소. 현황판은 팀의 다른 실적을 함께 놓으므로 legal/urls.py 에 있다."""

from django.urls import path

from legal.lawsuits.views import acts, board, records

urlpatterns = [
    path("dashboard/export/", board.ExportView.as_view(), name="legal.lawsuits-export"),
    path("analysis/", board.AnalysisView.as_view(), name="legal.lawsuits-analysis"),
    *board.OutcomeBucketScreens.urls("buckets/"),
    path("case-number/", acts.case_number, name="legal.case-number"),
    *records.LedgerScreens.urls("ledger/"),
    *records.PartyScreens.urls("parties/"),
    *records.InstanceScreens.urls("instances/"),
    *records.HearingScreens.urls("hearings/"),
    *records.FilingScreens.urls("filings/"),
    *records.RulingScreens.urls("rulings/"),
    *records.AppealReviewScreens.urls("reviews/"),
    *records.CostScreens.urls("costs/"),
    *records.CostRecoveryScreens.urls("recoveries/"),
    *records.LossReviewScreens.urls("losses/"),
    *records.LawsuitScreens.urls(),
]
