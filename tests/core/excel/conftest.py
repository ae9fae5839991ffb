"""엑셀의 시험이 함께 쓰는 화면."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.excel_tests import admin


@pytest.fixture
def here() -> str:
    """부서 가져오기의 주소."""
    return reverse("admin:core_department_import")


@pytest.fixture
def desk(client: Client, db: None) -> Client:
    """시스템관리자로 로그인한 브라우저."""
    client.force_login(admin())
    return client
