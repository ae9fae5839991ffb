"""모든 목록이 함께 쓰는 주소: 변경 이력, 저장한 조건, 고른 열."""

from django.urls import path

from core.screens.views.changes import ChangeListView
from core.screens.views.choices import ColumnsView, DropFilterView, SaveFilterView

urlpatterns = [
    path("changes/", ChangeListView.as_view(), name="core.change-list"),
    path("saved-filters/", SaveFilterView.as_view(), name="core.savedfilter-add"),
    path("saved-filters/<int:pk>/delete/", DropFilterView.as_view(), name="core.savedfilter-delete"),
    path("columns/", ColumnsView.as_view(), name="core.columns"),
]
