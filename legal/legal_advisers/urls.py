"""법률고문의 주소."""

from django.urls import path

from legal.legal_advisers.views import board, records

urlpatterns = [
    path("", board.BoardView.as_view(), name="legal.legal-advisers"),
    path("export/", board.BoardExportView.as_view(), name="legal.legal-advisers-export"),
    path("propose/", board.ProposeView.as_view(), name="legal.advisers-propose"),
    path("pay/", board.PayRunView.as_view(), name="legal.advisers-pay"),
    path("advisers/<int:pk>/renew/", board.RenewView.as_view(), name="legal.adviser-renew"),
    *records.AdviserScreens.urls("advisers/"),
    *records.AppointmentScreens.urls("appointments/"),
    *records.ConflictScreens.urls("conflicts/"),
    *records.AllocationScreens.urls("allocations/"),
    *records.AdviserFeeScreens.urls("fees/"),
    *records.SpecialtyWordScreens.urls("words/"),
]
