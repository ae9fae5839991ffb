"""평가팀의 주소."""

from django.urls import include, path

urlpatterns = [
    path("four-year-plans/", include("evaluation.four_year_plans.urls")),
    path("performance/", include("evaluation.performance.urls")),
]
