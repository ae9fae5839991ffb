"""의회법무팀의 주소."""

from django.urls import include, path

urlpatterns = [
    path("lawsuits/", include("legal.lawsuits.urls")),
    path("local-laws/", include("legal.local_laws.urls")),
    path("ordinance-council/", include("legal.ordinance_council.urls")),
    path("legal-advisers/", include("legal.legal_advisers.urls")),
]
