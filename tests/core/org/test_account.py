"""내 계정: 로그인·잠금·세션, 비밀번호, 화면 설정, 통합 로그인."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.access import Role
from core.history.models import Change
from core.org.models import Staff
from core.org.password_rules import MixedValidator
from core.privacy.services import client_address

pytestmark = pytest.mark.django_db
PASSWORD = "표본-비밀번호-1"
LOCAL = "django.contrib.auth.backends.ModelBackend"


def make(number: str = "9101", password: str | None = PASSWORD, **fields: Any) -> Staff:
    return Staff.objects.create_user(
        number, password, **{"name": "시험", "role": Role.VIEWER, "must_change_password": False, **fields}
    )


def sign_in(client: Client, username: str = "9101", password: str = PASSWORD, **data: str) -> Any:
    return client.post(reverse("login"), {"username": username, "password": password, **data})


# --- 로그인 -----------------------------------------------------------------------------------------


def test_login_takes_the_next_page(client: Client) -> None:
    make()
    answer = sign_in(client, next=reverse("preferences"))
    assert answer.status_code == 302
    assert answer.url == reverse("preferences")


def test_wrong_password_and_unknown_number_get_the_same_answer(client: Client) -> None:
    make()
    make("9102", is_active=False)
    pages = []
    for username, password in (("9101", "틀린-비밀번호"), ("없는사번", PASSWORD), ("9102", PASSWORD)):
        answer = sign_in(client, username, password)
        assert answer.status_code == 200
        pages.append(answer.context["form"].non_field_errors())
    assert pages[0] == pages[1] == pages[2]
    assert "다시 적어 주세요" in pages[0][0]


def test_locked_after_five_failures_and_others_are_not(client: Client) -> None:
    make()
    make("9102")
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert sign_in(client, password="틀린-비밀번호").status_code == 200
    answer = sign_in(client, password="틀린-비밀번호")
    assert answer.status_code == 429
    assert "잠시 막았습니다" in answer.content.decode()
    assert sign_in(client).status_code == 429, "맞는 비밀번호도 막힌 동안에는 받지 않는다"
    assert sign_in(Client(), "9102").status_code == 302, "같은 주소의 다른 사람은 들어온다"


def test_one_address_trying_many_numbers_is_stopped(client: Client, settings: Any) -> None:
    """흔한 비밀번호 하나를 사번마다 대 보는 일. 다른 주소의 사람은 그대로 들어온다."""
    settings.ADDRESS_FAILURE_LIMIT = 6
    make()
    for number in range(6):
        assert sign_in(client, f"92{number:02}", "흔한-비밀번호-1").status_code == 200
    answer = sign_in(client)
    assert answer.status_code == 429 and "잠시 막았습니다" in answer.content.decode()
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9")).status_code == 302
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(hours=1))
    assert sign_in(client).status_code == 302, "시간이 지나면 풀린다"


def test_session_number_changes_at_login_and_dies_at_logout(client: Client) -> None:
    make()
    client.get(reverse("login"))
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = session.session_key
    sign_in(client)
    signed_in = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert signed_in != planted

    answer = client.post(reverse("logout"))
    assert answer.status_code == 302
    assert answer["Clear-Site-Data"] == '"cache"'
    client.cookies[settings.SESSION_COOKIE_NAME] = signed_in
    assert client.get(reverse("preferences")).status_code == 302, "로그아웃한 세션은 다시 쓸 수 없다"


def test_logout_needs_post(client: Client) -> None:
    client.force_login(make(), LOCAL)
    assert client.get(reverse("logout")).status_code == 405


def test_disabled_account_is_out_at_the_next_request(client: Client) -> None:
    person = make()
    client.force_login(person, LOCAL)
    assert client.get(reverse("preferences")).status_code == 200
    person.is_active = False
    person.save()
    assert client.get(reverse("preferences")).status_code == 302


def test_session_ends_after_the_absolute_limit(client: Client) -> None:
    make()
    sign_in(client)
    session = client.session
    session["signed_in_at"] = time.time() - settings.SESSION_HOURS * 3600 + 60
    session.save()
    assert client.post(reverse("keepalive")).status_code == 204
    session["signed_in_at"] -= 120
    session.save()
    assert client.post(reverse("keepalive")).status_code == 302


def test_an_idle_session_ends_and_a_used_one_lives_on(client: Client) -> None:
    make()
    sign_in(client)
    client.get(reverse("preferences"))
    kept = Session.objects.get(session_key=client.session.session_key)
    nearly_over = timezone.now() + timedelta(seconds=30)
    session = client.session
    session["seen_at"] -= settings.IDLE_MINUTES * 60
    session.save()
    Session.objects.update(expire_date=nearly_over)
    client.get(reverse("preferences"))
    kept.refresh_from_db()
    assert kept.expire_date >= timezone.now() + timedelta(minutes=settings.IDLE_MINUTES), "쓰는 동안은 이어진다"
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get(reverse("preferences")).status_code == 302, "쓰지 않으면 끝난다"


def test_looking_at_pages_does_not_write_the_session_each_time(client: Client) -> None:
    make()
    sign_in(client)
    client.get(reverse("preferences"))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("preferences"))
    assert not [one["sql"] for one in queries if one["sql"].startswith(("UPDATE", "INSERT", "BEGIN"))]


# --- 비밀번호 ---------------------------------------------------------------------------------------


def test_first_password_must_be_changed(client: Client) -> None:
    person = make(must_change_password=True)
    other = Client()
    other.force_login(person, LOCAL)
    sign_in(client)
    assert client.get(reverse("home")).url == reverse("password_change")
    before = client.session.session_key
    new = "새로-정한-비밀번호-2"
    answer = client.post(
        reverse("password_change"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )
    assert answer.url == reverse("password_change_done")
    assert Change.objects.for_record(person).filter(actor=person, values__password=["", "본인이 바꿈"]).exists()
    person.refresh_from_db()
    assert not person.must_change_password
    assert person.check_password(new)
    assert client.session.session_key != before
    assert client.get(reverse("preferences")).status_code == 200
    assert other.get(reverse("preferences")).status_code == 302, "다른 컴퓨터의 로그인은 끝난다"
    assert PASSWORD not in str(list(Change.objects.values())), "비밀번호는 이력에 남지 않는다"
    assert person.password not in str(list(Change.objects.for_record(person).values_list("values", flat=True)))


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("가나1", "너무 짧습니다"),
        ("9101-비밀번호", "사번"),
        ("시험-비밀번호", "이름"),
        ("135792468", "한 가지 글자"),
        ("password1", "널리 쓰는"),
        ("가나다라마바사아자", "섞어"),
    ],
)
def test_weak_passwords_get_a_korean_reason(client: Client, new: str, sentence: str) -> None:
    client.force_login(make(), LOCAL)
    answer = client.post(
        reverse("password_change"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )
    assert answer.status_code == 200
    assert sentence in " ".join(answer.context["form"].errors["new_password2"])


def test_mixed_rule_is_a_setting(settings: Any) -> None:
    rule = MixedValidator()
    settings.PASSWORD_MIXED = True
    for weak in ("abcdefghij", "가나다라마바사아자", "1234567890"):
        with pytest.raises(ValidationError):
            rule.validate(weak)
    rule.validate("abcdefghi1")
    rule.validate("가나다라-마바사아")
    assert "두 가지" in rule.get_help_text()
    settings.PASSWORD_MIXED = False
    rule.validate("abcdefghij")
    with pytest.raises(ValidationError):
        rule.validate("1234567890")
    assert "숫자만" in rule.get_help_text()


# --- 화면 설정 --------------------------------------------------------------------------------------


def test_preferences_are_saved_without_history(client: Client) -> None:
    person = make()
    client.force_login(person, LOCAL)
    before = Change.objects.count()
    data = {"density": "comfortable", "text_size": "large", "contrast": "high-contrast"}
    extra = {"role": Role.ADMIN, "is_superuser": "1", "department": "1", "version": "99"}
    assert client.post(reverse("preferences"), data | extra).status_code == 302
    person.refresh_from_db()
    assert (person.density, person.text_size, person.contrast) == tuple(data.values())
    assert (person.role, person.is_superuser, person.department_id) == (Role.VIEWER, False, None), "S15 대량 대입"
    assert Change.objects.count() == before
    assert 'data-krds-mode="high-contrast"' in client.get(reverse("preferences")).content.decode()


def test_wrong_preference_is_told(client: Client) -> None:
    client.force_login(make(), LOCAL)
    answer = client.post(reverse("preferences"), {"density": "tiny", "text_size": "large", "contrast": "light"})
    assert answer.status_code == 200
    assert answer.context["form"].errors


@pytest.mark.parametrize(
    ("next_page", "referer", "expected"),
    [
        ("/preferences/?a=1", "", "/preferences/?a=1"),
        ("//evil.example/", "", "/"),
        ("https://evil.example/", "", "/"),
        ("\\\\evil.example", "", "/"),
        ("javascript:alert(1)", "", "/"),
        ("", "http://testserver/preferences/", "/preferences/"),
        ("", "http://testserver//evil.example/", "/"),
        ("", "http://evil.example/preferences/", "/"),
    ],
)
def test_choosing_a_year_goes_back_only_to_our_pages(
    client: Client, next_page: str, referer: str, expected: str
) -> None:
    person = make()
    client.force_login(person, LOCAL)
    answer = client.post(
        reverse("preferences-year"), {"fiscal_year": "2023", "next": next_page}, headers={"referer": referer}
    )
    assert answer.url == expected
    person.refresh_from_db()
    assert person.fiscal_year == 2023


@pytest.mark.parametrize("year", ["", "이천", "20233", "1", "2023 OR 1=1"])
def test_a_year_that_is_not_a_year_is_refused(client: Client, year: str) -> None:
    client.force_login(make(), LOCAL)
    assert client.post(reverse("preferences-year"), {"fiscal_year": year}).status_code == 400


def test_pins_toggle_and_stop_at_eight(client: Client) -> None:
    person = make()
    client.force_login(person, LOCAL)
    before = Change.objects.count()
    packages = [f"budget.work_{letter}" for letter in "abcdefghi"]
    for package in packages:
        client.post(reverse("preferences-pin"), {"package": package})
    person.refresh_from_db()
    assert person.pins == packages[:8]
    client.post(reverse("preferences-pin"), {"package": packages[0]})
    person.refresh_from_db()
    assert person.pins == packages[1:8]
    assert client.post(reverse("preferences-pin"), {"package": "<script>"}).status_code == 400
    assert Change.objects.count() == before


def test_help_and_keepalive(client: Client) -> None:
    client.force_login(make(), LOCAL)
    assert client.get(reverse("help")).status_code == 200
    assert client.post(reverse("keepalive")).status_code == 204


# --- 통합 로그인 -------------------------------------------------------------------------------------


class PortalBackend(BaseBackend):
    """행정망 통합 로그인을 흉내 낸다. 사번이 같은 직원을 찾아 준다."""

    def authenticate(self, request: Any, username: str = "", password: str = "", **kwargs: Any) -> Staff | None:
        if password != "portal-ticket":
            return None
        return Staff.objects.filter(employee_number=username, is_active=True).first()

    def get_user(self, user_id: int) -> Staff | None:
        return Staff.objects.filter(pk=user_id, is_active=True).first()


def test_someone_from_the_portal_gets_in_without_a_password_change(client: Client, settings: Any) -> None:
    axes, *local = settings.AUTHENTICATION_BACKENDS
    settings.AUTHENTICATION_BACKENDS = [axes, f"{__name__}.PortalBackend", *local]
    person = make(password=None, must_change_password=True)
    assert not person.has_usable_password()
    assert sign_in(client, password="portal-ticket").url == reverse("home")
    assert client.get(reverse("preferences")).status_code == 200
    assert client.get(reverse("password_change")).url == reverse("preferences"), "바꿀 비밀번호가 없다"
    person.is_active = False
    person.save()
    assert client.get(reverse("preferences")).status_code == 302


@pytest.mark.parametrize(
    ("count", "forwarded", "expected"),
    [
        (0, "9.9.9.9", "127.0.0.1"),
        (1, "6.6.6.6, 10.0.0.7", "10.0.0.7"),
        (2, "6.6.6.6, 10.0.0.7, 10.0.0.1", "10.0.0.7"),
        (1, "", "127.0.0.1"),
    ],
)
def test_only_the_trusted_proxy_tells_the_address(rf, settings, count, forwarded, expected) -> None:
    settings.PROXY_COUNT = count
    request = rf.get("/login/", headers={"X-Forwarded-For": forwarded} if forwarded else {}, REMOTE_ADDR="127.0.0.1")
    assert client_address(request) == expected


def test_a_function_is_pinned_from_the_chart_and_shown_in_the_menu(client) -> None:
    staff = Staff.objects.create_user("9777", "열쇠말-2023!", name="김시험", role=Role.VIEWER, must_change_password=False)
    client.force_login(staff)
    assert "자주 쓰는 업무</h2>" not in client.get("/").text  # 팀이 없으면 처음부터 고정된 업무도 없다
    client.post(reverse("preferences-pin"), {"package": "budget.appropriations", "next": "/organisation/"})
    page = client.get("/").text
    assert "자주 쓰는 업무</h2>" in page
    assert "고정 풀기" in client.get("/organisation/").text
