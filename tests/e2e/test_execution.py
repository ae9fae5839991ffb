"""예산 담당자의 하루: 현황을 읽고, 행까지 내려가고, 새 자료를 올렸다가 되돌린다."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from budget.appropriations.models import ExecutionPointer
from core.access import Role
from tests.budget.appropriations import factories as make
from tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.draws("브라우저의 그림과 스크립트를 본다")]


@pytest.fixture
def officer():
    return StaffFactory(role=Role.TEAM, team="budget")


@pytest.fixture
def october():
    own = make.department()
    snapshot = make.snapshot(date(2023, 10, 31))
    for number, (name, budget, spent) in enumerate(
        [("소송 수행", 630_372_000, 378_933_000), ("법률 자문", 100_000_000, 90_000_000)], start=5
    ):
        make.row(snapshot, number, make.program(name, department=own), budget, spent)
    return snapshot


def test_read_the_board_and_drill_down_to_the_excel_row(page: Page, live_server, login, officer, october) -> None:
    login(officer).goto(f"{live_server.url}/budget/appropriations/execution/")
    expect(page.get_by_role("heading", name="예산 집행 현황", exact=True)).to_be_visible()
    expect(page.locator("#execution tr.sum")).to_contain_text("730,372")
    page.locator("#execution").get_by_role("link", name="신뢰받는 법무행정").click()
    expect(page.locator("#execution tbody tr:not(.sum)")).to_have_count(2)
    page.locator("#execution").get_by_role("link", name="소송 수행").click()
    expect(page.locator(".kpi")).to_contain_text("378,933,000")
    page.locator("#list tbody th a").first.click()
    expect(page.get_by_role("heading", name="5행 소송 수행")).to_be_visible()
    expect(page.locator("main")).to_contain_text("집행.xlsx")


def test_upload_a_snapshot_see_the_board_follow_and_take_it_back(page: Page, live_server, login, officer, october, tmp_path: Path) -> None:
    path = make.ehojo_file(tmp_path / "11월.xlsx", [make.line("소송 수행", 630_372_000, 500_000_000), make.line("새 사업", 1_000_000, 0)])
    login(officer).goto(f"{live_server.url}/budget/appropriations/execution/")
    page.get_by_role("link", name="가져오기").click()
    page.get_by_label("파일").set_input_files(path)
    page.get_by_label("회계연도").fill("2023")
    page.get_by_label("기준일").fill("2023. 11. 30.")
    page.get_by_role("button", name="다음: 열 맞추기").click()
    expect(page.get_by_label("예산액에 맞는 파일의 열", exact=True)).to_have_value("예산액")
    page.get_by_role("button", name="다음: 미리보기").click()
    expect(page.locator("main")).to_contain_text("새로 생김")
    page.get_by_role("button", name="2행 반영").click()
    expect(page.locator("main")).to_contain_text("반영했습니다")
    page.goto(f"{live_server.url}/budget/appropriations/execution/")
    expect(page.locator("#execution tr.sum")).to_contain_text("631,372")
    page.goto(f"{live_server.url}/budget/appropriations/snapshots/{ExecutionPointer.objects.get(as_of=date(2023, 11, 30)).snapshot_id}/")
    page.get_by_role("button", name="되돌리기").first.click()
    expect(page.locator("main")).to_contain_text("되돌렸습니다")
    page.goto(f"{live_server.url}/budget/appropriations/execution/")
    expect(page.locator("#execution tr.sum")).to_contain_text("730,372")


def test_keyboard_only_from_login_to_the_rows(page: Page, live_server, october) -> None:
    staff = StaffFactory(role=Role.VIEWER)
    staff.set_password("열쇠말-2023!")
    staff.save()
    page.goto(f"{live_server.url}/login/?next=/budget/appropriations/execution/")
    page.keyboard.type(staff.employee_number)
    page.keyboard.press("Tab")
    page.keyboard.type("열쇠말-2023!")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="예산 집행 현황", exact=True)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="본문 바로가기")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "신뢰받는 법무행정":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#execution tbody tr:not(.sum)")).to_have_count(2)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("searchbox", name="통합 찾기")).to_be_focused()


def test_copy_a_table_for_hwp(page: Page, live_server, login, officer, october) -> None:
    login(officer).goto(f"{live_server.url}/budget/appropriations/execution/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="한글에 붙여넣기").first.click()
    expect(page.locator("body")).to_contain_text("표를 복사했습니다")
    text = page.evaluate("navigator.clipboard.readText()")
    assert "730,372" in text and "\t" in text


def test_print_to_pdf_has_every_program(page: Page, live_server, login, officer, october) -> None:
    for number in range(100, 170):
        make.row(october, number, make.program(f"사업 {number}", department=make.department()), 1_000, 10)
    login(officer).goto(f"{live_server.url}/budget/appropriations/execution/?tab=programs&print=1")
    expect(page.locator("#execution tbody tr:not(.sum)")).to_have_count(72)
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF") and pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") >= 2
