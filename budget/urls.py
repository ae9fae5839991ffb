"""예산팀의 주소."""

from django.urls import include, path

urlpatterns = [
    path("appropriations/", include("budget.appropriations.urls")),
    path("research-projects/", include("budget.research_projects.urls")),
]
