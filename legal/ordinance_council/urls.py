"""조례·규칙심의회의 주소. 회의와 안건은 위원회(/committees/)의 화면을 쓴다."""

from django.urls import path

from legal.ordinance_council import views

urlpatterns = [
    path("", views.CouncilView.as_view(), name="legal.ordinance-council"),
    path("put/", views.PutView.as_view(), name="legal.ordinance-council-put"),
    path("export/", views.CouncilExportView.as_view(), name="legal.ordinance-council-export"),
]
