"""보고서를 브라우저로: 초안을 만들면 곧바로 종이 모양으로 보인다."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from core.access import Role, Team
from tests.budget.appropriations import factories
from tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.draws("브라우저의 그림과 스크립트를 본다")]


def test_a_new_draft_looks_like_paper_at_once(page: Page, live_server: Any, login: Any) -> None:
    """저장하고 온 화면은 몸통만 바뀐다. 종이의 모양도 함께 온다."""
    program = factories.program("소송 수행", department=factories.department())
    factories.row(factories.snapshot(), 2, program, 2_000_000, 1_000_000)
    login(StaffFactory(role=Role.TEAM, team=Team.BUDGET, fiscal_year=2023))
    page.goto(live_server.url + reverse("core.report-add") + "?template=execution")
    page.evaluate("() => { window.stays = true }")
    page.locator("main form [type=submit]").first.click()
    paper = page.locator("main .rp-sheet").first
    expect(paper).to_be_visible()
    assert page.evaluate("() => window.stays")
    # 종이의 여백 20mm. 다시 열어도 같다.
    margin = "paper => getComputedStyle(paper).paddingTop"
    at_once = paper.evaluate(margin)
    page.reload()
    assert at_once == paper.evaluate(margin) != "0px"
