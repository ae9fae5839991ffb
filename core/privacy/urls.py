"""개인정보 열람 기록과 「이름 보기」의 주소."""

from django.urls import path

from core.privacy import views

urlpatterns = [
    path("check/", views.CheckView.as_view(), name="core.personalaccess-check"),
    path("reveal/<int:content_type>/<int:pk>/", views.RevealView.as_view(), name="core.reveal"),
    *views.PersonalAccessScreens.urls(),
]
