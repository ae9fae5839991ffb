"""주소 × 역할 한 표. 모든 주소를 모든 역할로 열어 본다. 표에 없는 주소가 생기면 시험이 실패한다.

줄 하나는 `주소 이름: 경우` 이고, 같은 주소를 자기 부서와 다른 부서의 행으로 나누어 볼 때는 경우를 여럿 적는다.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from budget.appropriations import models as budget
from core.access import Role, Team
from core.org.models import Department, Staff

pytestmark = pytest.mark.django_db

ANONYMOUS = "비로그인"
PEOPLE: dict[str, dict[str, Any]] = {
    "시스템관리자": {"role": Role.ADMIN},
    "과장": {"role": Role.HEAD},
    "기획조정팀": {"role": Role.TEAM, "team": Team.PLANNING},
    "예산팀": {"role": Role.TEAM, "team": Team.BUDGET},
    "평가팀": {"role": Role.TEAM, "team": Team.EVALUATION},
    "의회법무팀": {"role": Role.TEAM, "team": Team.LEGAL},
    "열람자": {"role": Role.VIEWER},
    "부서 담당자": {"role": Role.DEPARTMENT, "department": "own"},
    "다른 부서 담당자": {"role": Role.DEPARTMENT, "department": "other"},
}
DEPARTMENTS = ("부서 담당자", "다른 부서 담당자")
Expected = dict[str, int]


def expect(everyone: int, *, anonymous: int = 302, **changed: int) -> Expected:
    """모두 everyone, 다른 사람만 따로. changed 의 이름은 밑줄을 빈칸으로 읽는다."""
    expected = {ANONYMOUS: anonymous, **dict.fromkeys(PEOPLE, everyone)}
    for role, status in changed.items():
        if role.replace("_", " ") not in expected:
            raise KeyError(role)
        expected[role.replace("_", " ")] = status
    return expected


def only(*roles: str, otherwise: int = 403) -> Expected:
    """roles 만 200, 나머지는 otherwise."""
    return expect(otherwise) | dict.fromkeys(roles, 200)


OPEN = expect(200, anonymous=200)
SIGNED_IN = expect(200)
POST_ONLY = expect(405)
DIVISION = expect(200, 부서_담당자=403, 다른_부서_담당자=403)
OWN_DEPARTMENT = expect(200, 다른_부서_담당자=404)
BUDGET_TEAM = only("시스템관리자", "예산팀")
ADMIN = only("시스템관리자", otherwise=302)


class Rows:
    """주소에 넣을 행. 부르는 것만 만든다."""

    @cached_property
    def own(self) -> Department:
        return Department.objects.create(code="T01", name="시험과")

    @cached_property
    def other(self) -> Department:
        return Department.objects.create(code="T02", name="다른과")

    @cached_property
    def year(self) -> budget.FiscalYear:
        return budget.FiscalYear.objects.create(year=2023)

    @cached_property
    def people(self) -> dict[str, Staff]:
        found = {}
        for number, (label, fields) in enumerate(PEOPLE.items(), start=9101):
            department = {"own": self.own, "other": self.other}.get(fields.get("department", ""))
            found[label] = Staff.objects.create(
                employee_number=str(number), name=label[:30], must_change_password=False,
                **{**fields, "department": department},
            )  # fmt: skip
        return found


@dataclass(frozen=True)
class Case:
    """한 주소를 한 가지 행으로 열 때 역할마다 받는 상태."""

    expected: Expected
    kwargs: Callable[[Rows], dict[str, Any]] = lambda rows: {}
    query: dict[str, str] = field(default_factory=dict)
    note: str = ""


ACCESS: dict[str, Case | list[Case]] = {
    "home": Case(SIGNED_IN),
    "health": Case(OPEN),
    # 내 계정
    "login": Case(expect(302, anonymous=200)),
    "logout": Case(POST_ONLY),
    "password_change": Case(SIGNED_IN),
    "password_change_done": Case(SIGNED_IN),
    "keepalive": Case(expect(204)),
    "preferences": Case(SIGNED_IN),
    "preferences-year": Case(POST_ONLY),
    "preferences-pin": Case(POST_ONLY),
    "help": Case(SIGNED_IN),
}


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """모든 주소 이름. 관리자 화면(admin:)은 따로 본다."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                yield from routes(pattern.url_patterns, space)
        else:
            yield f"{prefix}{pattern.name or f'(이름 없음 {pattern.pattern})'}", pattern


def open_as(label: str, rows: Rows, url: str, query: dict[str, str] | None = None) -> Any:
    """label 로 로그인해 url 을 연 답. 500 도 상태로 받는다."""
    client = Client(raise_request_exception=False)
    if label != ANONYMOUS:
        client.force_login(rows.people[label], backend="django.contrib.auth.backends.ModelBackend")
    return client.get(url, query)


def test_every_url_is_in_the_table() -> None:
    known = {name for name, _pattern in routes(get_resolver().url_patterns)}
    assert sorted(known - set(ACCESS)) == [], "표에 없는 주소"
    assert sorted(set(ACCESS) - known) == [], "주소가 없어진 줄"


@pytest.mark.parametrize("route", sorted(ACCESS))
def test_every_role_at_every_url(route: str) -> None:
    entry = ACCESS[route]
    rows, wrong = Rows(), []
    for case in entry if isinstance(entry, list) else [entry]:
        url = reverse(route, kwargs=case.kwargs(rows))
        for label, expected in case.expected.items():
            answer = open_as(label, rows, url, case.query)
            if answer.status_code != expected:
                wrong.append(f"{label} {case.note}: {answer.status_code} (바라는 것 {expected}) {url}")
            if label == ANONYMOUS and expected == 302 and not answer.url.startswith(reverse(settings.LOGIN_URL)):
                wrong.append(f"비로그인은 로그인 화면으로 가야 한다: {answer.url}")
    assert not wrong, "\n".join(wrong)


def test_admin_is_for_administrators_only() -> None:
    """관리자 화면의 모든 목록과 추가 화면."""
    from django.contrib import admin

    rows, wrong = Rows(), []
    urls = [reverse("admin:index"), reverse("admin:password_change")]
    for model in admin.site._registry:
        urls.append(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
    for url in urls:
        for label, expected in ADMIN.items():
            status = open_as(label, rows, url).status_code
            if status != expected:
                wrong.append(f"{label}: {status} (바라는 것 {expected}) {url}")
    assert not wrong, "\n".join(wrong)
