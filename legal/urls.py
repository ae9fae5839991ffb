"""의회법무팀의 주소."""

from django.urls import include, path

from legal.dashboard import LawsuitBoardView

urlpatterns = [
    path("lawsuits/dashboard/", LawsuitBoardView.as_view(), name="legal.lawsuits"),
    path("lawsuits/", include("legal.lawsuits.urls")),
    path("local-laws/", include("legal.local_laws.urls")),
    path("ordinance-council/", include("legal.ordinance_council.urls")),
    path("legal-advisers/", include("legal.legal_advisers.urls")),
]
