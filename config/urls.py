"""주소. 팀의 업무는 /<팀>/<업무>/ 아래에 있다."""

from django.contrib import admin
from django.urls import include, path

from config.health import health
from config.views import HomeView

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("health/", health, name="health"),
    path("", include("core.urls")),
    path("budget/", include("budget.urls")),
    path("admin/", admin.site.urls),
]
