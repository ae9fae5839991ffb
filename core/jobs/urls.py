"""작업의 주소."""

from django.urls import path

from core.jobs.views import JobListView, JobView

urlpatterns = [
    path("", JobListView.as_view(), name="core.job-list"),
    path("<int:pk>/", JobView.as_view(), name="core.job-detail"),
]
