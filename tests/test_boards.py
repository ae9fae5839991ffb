"""업무의 첫 화면과 목록은 행이 얼마든, 아무것도 바뀌지 않았으면 여덟 번 넘게 묻지 않는다."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from config.functions import FUNCTIONS
from config.reports import LIBRARY
from core.org.models import Staff
from core.reports import publishing
from core.reports.document import Line
from core.reports.models import Report
from core.screens.views.lists import ListView

MOST = 8
ROUTES = [one.route for functions in FUNCTIONS.values() for one in functions if one.route]
# 관리자, 과장, 네 팀, 부서
PEOPLE = ("9001", "9002", "9003", "9004", "9005", "9006", "9007")


@pytest.fixture
def outside(sample_database: Any, django_db_blocker: Any) -> Any:
    """거래 밖의 표본. 거래 안에서는 아무것도 기억하지 않으므로, 보기만 하는 이 시험은 거래 없이 연다."""
    with django_db_blocker.unblock():
        yield
        # 로그인한 자취를 지워, 뒤의 파일이 보는 표본은 그대로다.
        Session.objects.all().delete()
        QuerySet(Staff).update(last_login=None)


@pytest.mark.parametrize("number", PEOPLE)
def test_a_board_asks_little_once_it_was_seen(outside: Any, number: str) -> None:
    user = Staff.objects.get(employee_number=number)
    client = Client()
    client.force_login(user)
    asked = {}
    for route in (*ROUTES, "home", "todo"):
        url = reverse(route)
        if client.get(url).status_code == 403:
            continue
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        asked[url] = len(found)
    assert len(asked) >= 3
    assert {url: count for url, count in asked.items() if count > MOST} == {}


def test_a_list_asks_little_whatever_it_lists(outside: Any) -> None:
    """모든 목록. 업무를 더하면 저절로 든다."""
    client = Client()
    client.force_login(Staff.objects.get(employee_number="9001"))
    asked = {}
    for name in list_routes():
        url = reverse(name)
        assert client.get(url).status_code == 200, url
        with CaptureQueriesContext(connection) as found:
            client.get(url)
        asked[url] = len(found)
    assert len(asked) > 90
    assert {url: count for url, count in asked.items() if count > MOST} == {}
    # 자료마다 남다르게 더 묻는 목록은 몇 되지 않는다.
    assert sum(count > 5 for count in asked.values()) < len(asked) / 10


@pytest.fixture
def draft(outside: Any) -> Any:
    """연간 업무보고의 초안. 쓰고 지운다."""
    template = LIBRARY.template("annual")
    report = Report(template=template.code, year=2023, start_on=date(2023, 1, 1), as_of=date(2023, 11, 6))
    publishing.start(report, LIBRARY)
    yield report
    report.delete()


def test_a_report_is_not_built_again_for_a_changed_line(draft: Any) -> None:
    client = Client()
    client.force_login(Staff.objects.get(employee_number="9001"))
    url = reverse("core.report-detail", args=[draft.pk])

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    first = asked()
    asked()
    assert asked() < first / 3
    line = next(block for block in publishing.Desk(draft, LIBRARY).document.blocks if isinstance(block, Line))
    edit = reverse("core.report-text", args=[draft.pk, line.key])
    client.post(edit, {"act": "save", "text": "○ 새로 고친 글"})
    assert asked() < first / 3
    assert "새로 고친 글" in client.get(url).content.decode()


def list_routes(patterns: Any = None, space: str = "") -> list[str]:
    """모든 목록의 주소 이름."""
    found = []
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(one, "url_patterns"):
            found += list_routes(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space)
        elif one.name and one.name.endswith("-list") and issubclass(getattr(one.callback, "view_class", object), ListView):
            found.append(f"{space}{one.name}")
    return found
