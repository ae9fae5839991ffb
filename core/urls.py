"""공통 화면의 주소."""

from django.urls import include, path

urlpatterns = [
    path("", include("core.screens.urls")),
    path("", include("core.deadlines.urls")),
    path("org/", include("core.org.urls")),
    path("jobs/", include("core.jobs.urls")),
    path("personal-access/", include("core.privacy.urls")),
]
