"""로그인 한 번으로 쓸 수 있는 시간. 계속 쓰고 있어도 이 시간이 지나면 다시 로그인한다."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

SIGNED_IN_AT = "signed_in_at"


class SessionLimitMiddleware:
    """로그인한 지 SESSION_HOURS 시간이 지난 세션을 끝낸다. 쓰지 않은 시간(IDLE_MINUTES)은 쿠키 수명이 센다."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            # 통합 로그인처럼 다른 문으로 들어온 세션은 처음 본 때부터 센다.
            started = request.session.setdefault(SIGNED_IN_AT, time.time())
            if time.time() - started > settings.SESSION_HOURS * 3600:
                logout(request)
        return self.get_response(request)
