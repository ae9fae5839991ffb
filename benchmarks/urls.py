"""제품의 주소에 장고의 기본 관리자 화면(견줄 상대)을 더한다."""

from django.urls import include, path

from benchmarks.peer.admin import stock_site

urlpatterns = [path("stock-admin/", stock_site.urls), path("", include("config.urls"))]
