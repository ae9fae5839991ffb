"""브라우저 시험의 준비: 시스템에 깔린 Chromium, 로그인, 접근성 검사, 화면에 난 오류 모으기."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page, Request

from core.org.models import Staff

# 플레이라이트의 동기 API 는 이벤트 루프를 켜 둔다. 시험은 한 스레드에서 차례로 돌므로 장고의 비동기 금지를 푼다.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

AXE = Path(__file__).parent.parent / "axe" / "axe.min.js"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """시스템의 Chromium 을 쓴다. 없으면 건너뛰고, CI 에서는 실패다."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if not found:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("Chromium 이 없습니다.")
    return {**browser_type_launch_args, "executable_path": found, "args": CHROMIUM_ARGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """우리 화면의 기본: 한국어, 서울, 1440 × 900."""
    return {
        **browser_context_args,
        "locale": "ko-KR",
        "timezone_id": "Asia/Seoul",
        "viewport": {"width": 1440, "height": 900},
    }


@pytest.fixture
def troubles() -> list[str]:
    """화면에서 난 오류. 일부러 낸 오류는 시험이 clear() 한다."""
    return []


@pytest.fixture
def page(page: Page, live_server: Any, troubles: list[str]) -> Iterator[Page]:
    """스크립트 오류, CSP 위반, 다른 서버로 나가는 요청이 하나라도 있으면 시험이 실패한다."""

    def on_console(message: ConsoleMessage) -> None:
        # 422 는 고칠 곳이 있어 다시 보여 준 폼이다.
        if message.type == "error" and "status of 422" not in message.text:
            troubles.append(f"콘솔: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((live_server.url, "data:", "blob:", "about:")):
            troubles.append(f"다른 서버: {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: troubles.append(f"스크립트: {error}"))
    page.on("request", on_request)
    page.set_default_timeout(15_000)
    yield page
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def login(page: Page, live_server: Any) -> Callable[[Staff], Page]:
    """staff 로 로그인한 브라우저. 로그인 화면을 거치지 않고 세션만 심는다."""

    def log_in(staff: Staff) -> Page:
        client = Client()
        client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        return page

    return log_in


@pytest.fixture
def axe(page: Page) -> Callable[[], list[str]]:
    """지금 화면의 심각한(serious, critical) 접근성 문제. 없으면 빈 목록이다."""

    def run() -> list[str]:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}({one['impact']}): {one['help']} — {node['target']}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]

    return run
