"""로그인 한 번으로 쓸 수 있는 시간. 계속 쓰고 있어도 이 시간이 지나면 다시 로그인한다."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"
# 화면을 볼 때마다 세션을 적으면 읽기만 하는 사람도 쓰는 사람의 뒤에 줄을 선다(SQLite). 1분에 한 번만 적는다.
SAVE_SECONDS = 60


class SessionLimitMiddleware:
    """로그인한 지 SESSION_HOURS 시간이 지난 세션을 끝낸다. 쓰지 않은 시간(IDLE_MINUTES)은 세션의 수명이 센다."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            # 통합 로그인처럼 다른 문으로 들어온 세션은 처음 본 때부터 센다.
            now = time.time()
            started = request.session.setdefault(SIGNED_IN_AT, now)
            if now - started > settings.SESSION_HOURS * 3600:
                logout(request)
            elif now - request.session.get(SEEN_AT, 0) > SAVE_SECONDS:
                request.session[SEEN_AT] = now
        return self.get_response(request)
