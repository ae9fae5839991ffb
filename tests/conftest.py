"""모든 시험이 함께 쓰는 것."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, settings

from core.deadlines.load_report import load_holidays, load_rules
from core.history import revisions
from core.history.models import Record
from core.history.settle import Settling, read_fixture
from core.org.models import Staff
from tests.databases import Databases

# 바쁜 기계에서 시간으로 떨어지지 않게 하고, CI 에서는 늘 같은 보기를 본다. 몇 번 볼지만 시험마다 적는다.
settings.register_profile("house", deadline=None, suppress_health_check=list(HealthCheck), derandomize="CI" in os.environ)
settings.load_profile("house")


@cache
def revised_tables() -> dict[str, str]:
    """표마다 판이 오르는 자료의 이름."""
    return {one._meta.db_table: one._meta.label_lower for one in apps.get_models() if issubclass(one, Record | revisions.Revised)}


def read_only_what_is_named(names: Iterable[str], read: Callable[[], Any]) -> Any:
    """기억할 답은 적은 자료만 읽는다. 적지 않은 자료가 바뀌면 옛 답이 남으므로, 어느 시험에서든 그런 자리를 짚는다."""
    words: set[str] = set()

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        words.update(re.findall(r'"(\w+)"', sql))
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        answer = read()
    missed = {revised_tables()[word] for word in words & revised_tables().keys()} - set(names)
    assert not missed, f"kept 에 적지 않은 자료를 읽습니다: {sorted(missed)}"
    return answer


revisions._read = read_only_what_is_named


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Databases:
    """이 일꾼의 데이터베이스. 나누어 돌면 일꾼들의 임시 폴더 위가 함께 보는 곳이다."""
    base = tmp_path_factory.getbasetemp()
    return Databases(base if worker_id == "master" else base.parent, worker_id)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any, databases: Databases) -> Iterator[None]:
    """pytest-django 가 일꾼마다 마이그레이션하는 대신 만들어 둔 것을 베낀다."""
    with django_db_blocker.unblock():
        databases.open()
    yield
    with django_db_blocker.unblock():
        databases.close()


@pytest.fixture(scope="module")
def sample_database(django_db_setup: None, django_db_blocker: Any, databases: Databases) -> Iterator[dict[str, int]]:
    """이 파일의 시험은 표본 한 벌이 실린 데이터베이스에서 돈다. 시험이 바꾼 것은 시험마다 되돌린다. 실은 건수를 준다."""
    with django_db_blocker.unblock(), databases.sample() as counts:
        yield counts


@pytest.fixture(scope="module")
def once(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """파일마다 한 번 놓는 자료의 바탕. 이 뒤에 놓은 것은 시험마다 그대로 있고, 파일이 끝나면 되돌린다."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def law_facts(db: None) -> None:
    """공휴일과 기한 규칙. 배포에 든 파일 그대로다."""
    settling = Settling()
    load_holidays(read_fixture("holidays_2023_2027"), settling)
    load_rules(read_fixture("deadline_rules"), settling)


@pytest.fixture
def signed_in() -> Callable[[Staff], Client]:
    """직원 한 사람으로 로그인한 브라우저를 만든다."""

    def sign_in(staff: Staff) -> Client:
        client = Client()
        client.force_login(staff)
        return client

    return sign_in
