"""알림함의 주소."""

from django.urls import path

from core.notices import views

urlpatterns = [
    path("", views.notices, name="notices"),
    path("read/", views.read_all, name="notices-read"),
    path("<int:pk>/", views.open_notice, name="notices-open"),
]
