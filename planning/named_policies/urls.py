"""정책실명제의 주소."""

from __future__ import annotations

from django.urls import URLPattern, path

from planning.named_policies import views
from planning.named_policies.dashboard import Matters


def named_policy_urls(matters: Matters) -> list[URLPattern]:
    """주소의 줄. 구의 큰 일(matters)은 네 팀을 아는 config 가 준다."""
    return [
        path("", views.BoardView.as_view(matters=matters), name="planning.named-policies"),
        path("policies/<int:pk>/sheet/<str:kind>/", views.SheetView.as_view(), name="planning.namedpolicy-sheet"),
        path("policies/listing/<str:kind>/", views.ListingView.as_view(screens=views.PolicyScreens), name="planning.namedpolicy-listing"),
        *views.PolicyScreens.urls("policies/"),
        *views.PersonScreens.urls("people/"),
        *views.UpdateScreens.urls("updates/"),
        *views.ApplicationScreens.urls("applications/"),
    ]
