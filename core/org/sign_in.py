"""로그인한 뒤의 문: 첫 비밀번호를 바꾸기 전에는 다른 화면에 갈 수 없다.

통합 로그인(LDAP, OIDC)을 붙이는 자리는 docs/operators/sign-on.md 에 있다. 인증 방법이 바뀌어도
Staff 한 행과 역할은 그대로이고, 바깥에서 인증한 사람은 비밀번호가 없으므로 이 문에 걸리지 않는다.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from core.privacy.services import client_address


class AddressLimitBackend:
    """한 주소에서 사번을 바꾸어 가며 틀린 것이 ADDRESS_FAILURE_LIMIT 번이면 그 주소를 잠시 막는다. 들여보내는 일은 하지 않는다."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """막힌 주소면 PermissionDenied. django-axes 가 같은 잠금 화면을 보인다."""
        address = client_address(request) if request else None
        if request is None or address is None or not settings.ADDRESS_FAILURE_LIMIT:
            return
        since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
        recent = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since)
        if (recent.aggregate(total=Sum("failures_since_start"))["total"] or 0) >= settings.ADDRESS_FAILURE_LIMIT:
            request.axes_locked_out = True  # type: ignore[attr-defined]
            raise PermissionDenied


class SignInMiddleware:
    """첫 비밀번호 바꾸기를 강제하고, 로그인한 화면을 브라우저가 보관하지 못하게 한다."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and user.must_change_password and user.has_usable_password():
            open_paths = {reverse("password_change"), reverse("logout")}
            if request.path not in open_paths:
                return redirect("password_change")
        response = self.get_response(request)
        if user.is_authenticated:
            # 로그아웃한 뒤 「뒤로」를 눌러도 남의 화면이 보이지 않게 한다.
            response.setdefault("Cache-Control", "no-store")
        return response
