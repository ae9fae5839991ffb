"""학술용역을 브라우저로: 접수와 상정, 발주에서 활용 점검까지."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from budget.research_projects.models import ResearchProject
from core.access import Role, Team
from core.committees.models import Meeting
from core.committees.services import Votes, decide, move, record_attendance
from tests.budget.research_projects import factories as make
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db(transaction=True)


def do(page: Page, name: str, **values: str) -> None:
    """상세 화면의 단추를 누르고, 칸을 채워 보낸다."""
    page.locator("main p.formbar a", has_text=name).first.click()
    for field, value in values.items():
        box = page.locator(f"main [name='{field}']")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    page.locator("main form button[type=submit]", has_text=name).last.click()


def state(page: Page, word: str) -> None:
    expect(page.locator("main .sig", has_text=word).first).to_be_visible()


def test_from_request_to_use(page: Page, live_server: Any, login: Any, axe: Any) -> None:
    team, officer = StaffFactory(role=Role.TEAM, team=Team.BUDGET), StaffFactory(role=Role.DEPARTMENT)
    project = make.ResearchProjectFactory(department=officer.department, title="골목상권 실태 연구")
    meeting = Meeting.objects.create(committee=make.council(), held_on=date(2025, 9, 15))
    detail = live_server.url + reverse("budget.researchproject-detail", args=[project.pk])
    login(team)
    page.goto(detail)
    do(page, "접수")
    state(page, "검토")
    do(page, "심의 상정", meeting=str(meeting.pk))
    state(page, "심의")
    move(meeting, Meeting.State.NOTIFIED)
    move(meeting, Meeting.State.OPEN)
    record_attendance(meeting, {one.pk: "present" for one in meeting.attendances.all()})
    decide(meeting.items.get(), "original", Votes(3, 0, 0), amount=80_000_000)
    page.context.clear_cookies()
    login(officer)
    page.goto(detail)
    do(page, "발주", contracted_on="2026-02-10", contract_amount="76,000천원", contractor="연구원", period="착수일부터 5개월")
    do(page, "착수", on="2026-02-20")
    do(page, "중간", on="2026-05-11")
    do(page, "완료", on="2026-07-06")
    do(page, "결과공개", on="2026-07-20", product="보고서 1권")
    state(page, "결과공개")
    do(page, "활용점검", after="6", checked_on="2027-01-05", result="used", evidence="ordinance", evidence_text="○○ 조례 제3조")
    expect(page.locator("main")).to_contain_text("그래서 무엇이 되었나")
    expect(page.locator("main")).to_contain_text("○○ 조례 제3조")
    axe()
    page.goto(f"{live_server.url}{reverse('budget.research-projects')}?year={project.year}")
    page.locator("figure a", has_text="골목상권 실태 연구").first.click()
    expect(page).to_have_url(detail)
    page.go_back()
    axe()
    assert ResearchProject.objects.get().status == "used"
