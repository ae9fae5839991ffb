"""로그인 화면: 뜨고, 접근성 문제가 없고, 사번과 비밀번호로 들어간다."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from core.access import Role
from core.org.models import Staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.draws("브라우저의 그림과 스크립트를 본다")]


@pytest.mark.parametrize("width", [1440, 390])
def test_login_page_is_accessible(page: Page, live_server, axe, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/")
    expect(page).to_have_title("로그인 | 기획예산 업무통합")
    assert axe() == []


def test_log_in_and_out(page: Page, live_server) -> None:
    Staff.objects.create_user("9101", "표본-비밀번호-1", name="시험", role=Role.VIEWER, must_change_password=False)
    page.goto(f"{live_server.url}/")
    page.get_by_label("사번").fill("9101")
    page.get_by_label("비밀번호").fill("표본-비밀번호-1")
    page.get_by_role("button", name="로그인").click()
    expect(page).to_have_url(f"{live_server.url}/")
