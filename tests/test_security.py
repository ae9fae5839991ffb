"""보안 약속: 머리말과 쿠키, CSRF, GET 은 바꾸지 않음, 밖으로 나가는 이동, 호스트, 오류 화면."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from config.health import CHECKS
from core.access import Role, Team
from core.org.models import Department, Staff

pytestmark = pytest.mark.django_db
LOCAL = "django.contrib.auth.backends.ModelBackend"
PASSWORD = "표본-비밀번호-1"
SAMPLES = {"int": 1, "uuid": uuid.UUID(int=1), "str": "x", "slug": "x", "path": "x"}
# 쓰는 사람이 스스로 남기는 것: 세션, 로그인 시도
KEPT_BY_VISITING = ("sessions.", "axes.")


def addresses(patterns: list[Any] | None = None, prefix: str = "/") -> Iterator[tuple[str, str]]:
    """모든 주소에 보기 값을 넣은 것: (주소 이름, 주소). 관리자 화면도 있다."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        text = str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, prefix + fill(pattern, text))
        elif isinstance(pattern, URLPattern) and "(?P" not in text:
            yield pattern.name or "", prefix + fill(pattern, text)


def fill(pattern: Any, text: str) -> str:
    for name, converter in getattr(pattern.pattern, "converters", {}).items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        sample = str(SAMPLES.get({"string": "str"}.get(kind, kind), "x"))
        for spelled in (f"<{name}>", *(f"<{one}:{name}>" for one in SAMPLES)):
            text = text.replace(spelled, sample)
    return text


def visited(person: Staff | None) -> list[str]:
    """person 이 열어 볼 주소: 화면(뷰 클래스)의 갈래마다 하나. 모든 주소 × 모든 역할은 표(tests/test_access.py)가 같은 약속으로 연다.

    관리자 화면은 시스템관리자와 비로그인만 연다. 나머지에게는 대문에서 닫힌다.
    """
    closed = person is not None and person.role != Role.ADMIN
    found: dict[Any, str] = {}
    for _name, url in addresses():
        if not (closed and url.startswith("/admin/") and url != "/admin/"):
            found.setdefault(kind_of(url), url)
    return list(found.values())


def kind_of(url: str) -> Any:
    """주소의 갈래: 그것을 여는 뷰 클래스나 함수. 관리자 화면은 모델마다 같은 함수를 쓴다."""
    view = resolve(url).func
    return getattr(view, "view_class", None) or (view.__module__, view.__qualname__, getattr(view, "model_admin", None).__class__)


def make(number: str, role: Role, **fields: Any) -> Staff:
    return Staff.objects.create_user(number, PASSWORD, name="시험", role=role, must_change_password=False, **fields)


def signed_in(person: Staff, **options: Any) -> Client:
    client = Client(raise_request_exception=False, **options)
    client.force_login(person, LOCAL)
    return client


@pytest.fixture
def people() -> list[Staff]:
    department = Department.objects.create(code="D1", name="재무과")
    return [
        make("9001", Role.ADMIN),
        make("9002", Role.TEAM, team=Team.BUDGET),
        make("9003", Role.DEPARTMENT, department=department),
        make("9004", Role.VIEWER),
    ]


# --- 머리말과 쿠키 -----------------------------------------------------------------------------------


def wrong_headers(answer: Any, signed: bool) -> list[str]:
    """답의 머리말에서 빠지거나 느슨한 것."""
    policy = answer.get("Content-Security-Policy", "")
    wrong = []
    if any(loose in policy for loose in ("unsafe", "http:", "https:", "*")):
        wrong.append(f"느슨한 CSP: {policy}")
    for ask in (
        "script-src 'self'", "style-src 'self'", "object-src 'none'", "base-uri 'self'", "form-action 'self'",
        "frame-ancestors 'none'",
    ):  # fmt: skip
        if ask not in policy:
            wrong.append(ask)
    expected = {
        "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }  # fmt: skip
    wrong += [name for name, value in expected.items() if answer.get(name) != value]
    if signed and "no-store" not in answer.get("Cache-Control", ""):
        wrong.append("no-store")
    return wrong


DRAWS = pytest.mark.draws("머리말과 오류 화면은 데이터베이스와 관계없다")


@DRAWS
@pytest.mark.parametrize("role", ["", Role.ADMIN, Role.TEAM, Role.DEPARTMENT, Role.VIEWER])
def test_every_address_has_safe_headers_and_looking_changes_nothing(people: list[Staff], role: str) -> None:
    """주소의 갈래마다 하나를 역할마다 GET 으로 연다. 머리말이 빠진 답, 500, 바뀐 행이 하나도 없어야 한다."""
    wrong, seen = [], 0
    who = next((one for one in people if one.role == role), None)
    client = signed_in(who) if who else Client(raise_request_exception=False)
    before = fingerprint()
    for url in visited(who):
        answer = client.get(url, {"q": "재", "page": "1"})
        if answer.streaming:
            b"".join(answer.streaming_content)
        found = wrong_headers(answer, signed=who is not None)
        if answer.status_code == 500:
            found.append("500")
        if found:
            wrong.append(f"{url}: {', '.join(found)}")
        seen += 1
    after = fingerprint()
    assert seen > 100
    assert not wrong, "\n".join(wrong)
    assert [label for label in before if before[label] != after[label]] == []


def test_cookies_are_not_for_scripts_and_other_sites(client: Client) -> None:
    make("9001", Role.VIEWER)
    client.get(reverse("login"))
    answer = client.post(reverse("login"), {"username": "9001", "password": PASSWORD})
    names = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    assert names <= set(answer.cookies)
    for cookie in (answer.cookies[name] for name in names):
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["domain"]
    assert set(client.cookies) == names, "다른 쿠키는 두지 않는다"


def test_cookies_in_production() -> None:
    """운영에서는 __Host- 쿠키라 https 로만 오가고 다른 호스트가 심을 수 없다."""
    show = (
        "import json; from django.conf import settings as s; print(json.dumps([s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME,"
        "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS >= 31536000, s.DEBUG]))"
    )
    environment = {**os.environ, "PRODUCTION": "1", "SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "example.go.kr"}
    for name in ("DEBUG", "HTTPS", "SSL_REDIRECT"):
        environment.pop(name, None)
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    printed = subprocess.run(
        [sys.executable, "-c", show], env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    expected = ["__Host-sessionid", "__Host-csrftoken", True, True, True, True, False]
    assert json.loads(printed.stdout) == expected


# --- CSRF 와 GET -------------------------------------------------------------------------------------


@DRAWS
def test_nothing_is_posted_without_a_token(people: list[Staff]) -> None:
    client = signed_in(people[0], enforce_csrf_checks=True)
    before = fingerprint()
    accepted = [url for _name, url in addresses() if client.post(url, {"name": "끼어들기"}).status_code != 403]
    assert accepted == []
    assert fingerprint() == before


def test_another_origin_is_refused_even_with_a_token(people: list[Staff]) -> None:
    client = signed_in(people[0], enforce_csrf_checks=True)
    client.get(reverse("preferences"))
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    data = {"csrfmiddlewaretoken": token, "density": "comfortable", "text_size": "large", "contrast": "light"}
    assert client.post(reverse("preferences"), data, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post(reverse("preferences"), data).status_code == 302


def fingerprint() -> dict[str, str]:
    """표마다 모든 행의 지문."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.label_lower.startswith(KEPT_BY_VISITING):
            rows = model._base_manager.order_by("pk").values_list()
            found[model._meta.label] = hashlib.sha256(repr(list(rows)).encode()).hexdigest()
    return found


# --- 이동과 호스트 -----------------------------------------------------------------------------------

OUTSIDE = [
    "//evil.example", "///evil.example", "https://evil.example/", "http:evil.example", "\\\\evil.example", "/\\evil.example",
    "javascript:alert(1)", "//evil.example/%2e%2e", " //evil.example", "https:///evil.example", "\x00//evil.example",
]  # fmt: skip


@pytest.mark.parametrize("target", OUTSIDE)
def test_login_never_leads_outside(client: Client, target: str) -> None:
    make("9001", Role.VIEWER)
    data = {"username": "9001", "password": PASSWORD, "next": target}
    assert client.post(reverse("login"), data).url == reverse("home")
    assert client.get(reverse("login"), {"next": target}).url == reverse("home")


@pytest.mark.parametrize("target", OUTSIDE)
def test_going_back_never_leads_outside(people: list[Staff], target: str) -> None:
    client = signed_in(people[0])
    for route, data in (
        ("preferences-year", {"fiscal_year": "2023"}),
        ("preferences-pin", {"package": "budget.funds"}),
    ):
        answer = client.post(reverse(route), {**data, "next": target})
        assert answer.url == reverse("home")


def test_foreign_host_is_refused(client: Client) -> None:
    answer = Client(raise_request_exception=False).get(reverse("login"), headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()
    answer = client.get(reverse("home"), headers={"x-forwarded-host": "evil.example"})
    assert "evil" not in answer.url
    assert answer.url.startswith("/"), "이동 주소에 호스트를 적지 않는다"


# --- 오류 화면 ---------------------------------------------------------------------------------------

TRACES = ("Traceback", "Exception", "SELECT ", "site-packages", str(settings.BASE_DIR), "settings.py", "DEBUG")


def check_error(answer: Any, status: int, words: str) -> None:
    text = answer.content.decode()
    assert answer.status_code == status
    assert words in text
    assert 'lang="ko"' in text
    assert [trace for trace in TRACES if trace in text] == []
    assert wrong_headers(answer, signed=True) == []


def test_error_pages_are_korean_and_tell_nothing_inside(people: list[Staff], monkeypatch: pytest.MonkeyPatch) -> None:
    admin, *_rest, viewer = people
    client = signed_in(admin)
    check_error(client.get("/없는/주소/"), 404, "찾는 화면이 없습니다")
    check_error(client.post(reverse("preferences-year"), {"fiscal_year": "x"}), 400, "요청을 읽지 못했습니다")
    kind = ContentType.objects.get_for_model(Department)
    attach = reverse("core.attachment-add", args=[kind.pk, Department.objects.get().pk])
    check_error(signed_in(viewer).post(attach), 403, "권한")
    check_error(signed_in(admin, enforce_csrf_checks=True).post(attach), 403, "보낸 내용을 받지 못했습니다")

    def broken(*args: Any) -> None:
        raise RuntimeError("SELECT secret FROM /srv/app/settings.py")

    monkeypatch.setattr("core.search.views.find", broken)
    check_error(client.get(reverse("search"), {"q": "재"}), 500, "처리하지 못했습니다")


def test_health_tells_nothing_inside(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get(reverse("health")).json() == {"status": "ok", "worker": "missing"}
    monkeypatch.setitem(CHECKS, "database", lambda: False)
    answer = client.get(reverse("health"))
    assert answer.status_code == 503
    assert answer.json() == {"status": "failed", "checks": {"database": "failed", "migrations": "ok"}}
    assert client.post(reverse("health")).status_code == 405


def test_notices_do_not_stay_in_the_browser(people: list[Staff]) -> None:
    """알림에 적힌 이름이 쿠키로 남으면 로그아웃한 뒤 다음 사람에게 보인다."""
    client = signed_in(people[0])
    client.post(reverse("preferences"), {"density": "compact", "text_size": "large", "contrast": "light"})
    assert "messages" not in client.cookies
    client.post(reverse("logout"))
    client.force_login(people[1], LOCAL)
    assert "저장했습니다" not in client.get(reverse("preferences")).content.decode()
