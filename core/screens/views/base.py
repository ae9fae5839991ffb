"""화면의 바탕: 어느 자료의 화면인지, 누가 열 수 있는지, 빵부스러기."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.views.generic.base import ContextMixin, TemplateResponseMixin, View

from core.history.models import Record
from core.screens.listing import Listing

if TYPE_CHECKING:
    from core.org.models import Staff
    from core.screens.binder import Screens


class ScreenView(TemplateResponseMixin, ContextMixin, View):
    """한 자료의 화면. 행은 늘 screens.rows(user)로만 읽는다."""

    # as_view(screens=…)로 받는다.
    screens: type[Screens] = None  # type: ignore[assignment]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.check()
        return super().dispatch(request, *args, **kwargs)

    @property
    def user(self) -> Staff:
        """로그인한 사람. 로그인하지 않은 요청은 여기까지 오지 않는다(LoginRequiredMiddleware)."""
        return cast("Staff", self.request.user)

    def check(self) -> None:
        """열 수 있는 사람인지. 더 볼 것이 있으면 물려받아 덧붙인다."""
        if not self.screens.scope().may_open(self.user):
            raise PermissionDenied("이 화면은 기획예산과에서만 봅니다.")

    @cached_property
    def record(self) -> Record:
        """주소의 행. 볼 수 없으면 없는 것과 같다(404)."""
        return get_object_or_404(self.screens.rows(self.user), pk=self.kwargs["pk"])

    @cached_property
    def listing(self) -> Listing:
        return Listing(self.screens, self.user, self.request.GET)

    @property
    def query(self) -> str:
        """상세·고치기 화면이 이어받은 목록의 조건."""
        return self.listing.address("page", "per_page")

    def require(self, allowed: bool) -> None:
        """볼 수는 있지만 고칠 수 없으면 403."""
        if not allowed:
            raise PermissionDenied(
                f"{self.screens.scope().owner_text(self.screens.model)}만 고칠 수 있습니다. 볼 수는 있습니다."
            )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        screens, user = self.screens, self.user
        return super().get_context_data(
            **{
                "screens": screens,
                "noun": screens.noun(),
                "title": screens.heading(),
                "crumbs": screens.trail(),
                "list_url": screens.url("list"),
                "may_add": screens.may_add(user),
                **kwargs,
            }
        )


def crumbs(declared: Sequence[str | tuple[str, str]]) -> list[tuple[str, str]]:
    """빵부스러기의 (이름, 주소). 홈은 템플릿이 적는다."""
    return [(one, "") if isinstance(one, str) else (one[0], reverse(one[1])) for one in declared]


def route_url(model: Any, action: str, *args: Any) -> str:
    """모델의 화면 주소. 그런 화면이 없으면 빈 글자."""
    try:
        return reverse(f"{model._meta.app_label}.{model._meta.model_name}-{action}", args=args)
    except NoReverseMatch:
        return ""
