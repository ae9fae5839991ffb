"""업무의 첫 화면은 행이 얼마든, 아무것도 바뀌지 않았으면 여덟 번 넘게 묻지 않는다."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.functions import FUNCTIONS
from core.org.models import Staff

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
