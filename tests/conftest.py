"""모든 시험이 함께 쓰는 것."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from core.org.models import Staff


@pytest.fixture
def signed_in() -> Callable[[Staff], Client]:
    """직원 한 사람으로 로그인한 브라우저를 만든다."""

    def sign_in(staff: Staff) -> Client:
        client = Client()
        client.force_login(staff)
        return client

    return sign_in
