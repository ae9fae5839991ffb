"""예산편성·집행의 주소."""

from django.urls import path

from budget.appropriations.views import execution, layers, records, uploads

urlpatterns = [
    path("execution/", execution.ExecutionView.as_view(), name="budget.execution"),
    path("execution/export/", execution.ExecutionExportView.as_view(), name="budget.execution-export"),
    path("execution/compare/", execution.CompareView.as_view(), name="budget.execution-compare"),
    path("reconciliation/", execution.ReconciliationView.as_view(), name="budget.reconciliation"),
    path("layers/", layers.LayersView.as_view(), name="budget.layers"),
    path("snapshots/upload/", uploads.UploadView.as_view(), name="budget.snapshot-upload"),
    path("snapshots/upload/<int:pk>/columns/", uploads.ColumnsView.as_view(), name="budget.snapshot-columns"),
    path("snapshots/<int:pk>/", uploads.PreviewView.as_view(), name="budget.snapshot-preview"),
    path("snapshots/<int:pk>/file/", uploads.SnapshotFileView.as_view(), name="budget.snapshot-file"),
    *(
        path(f"snapshots/<int:pk>/{act}/", uploads.ApplyView.as_view(), {"act": act}, name=f"budget.snapshot-{act}")
        for act in ("apply", "discard", "take_back")
    ),
    *records.ExecutionRowScreens.urls("rows/"),
    *records.ExecutionReasonScreens.urls("reasons/"),
    *records.MonthlyPlanScreens.urls("monthly-plans/"),
    *records.DetailProgramScreens.urls("programs/"),
    *records.BudgetVersionScreens.urls("versions/"),
    *records.BudgetLineScreens.urls("lines/"),
    *records.EarlyExecutionTargetScreens.urls("early-targets/"),
]
