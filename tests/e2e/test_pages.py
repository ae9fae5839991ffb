"""모든 종류의 화면을 1440과 390에서: 심각한 접근성 문제가 없고 옆으로 넘치지 않는다."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from budget.appropriations.models import BudgetLine, BudgetVersion, ExecutionReason
from core.access import Role
from tests.budget.appropriations import factories as make
from tests.factories import StaffFactory, VehicleFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.draws("브라우저의 그림과 스크립트를 본다")]


def addresses() -> list[str]:
    """화면 종류마다 하나씩의 주소. 자료도 여기서 만든다."""
    own = make.department()
    first, snapshot = make.snapshot(date(2023, 9, 30)), make.snapshot(date(2023, 10, 31))
    program = make.program("소송 수행", department=own)
    make.row(first, 5, program, 1_000_000, 100_000, stat_item=make.stat_item())
    row = make.row(snapshot, 5, program, 1_000_000, 300_000, stat_item=make.stat_item())
    reason = ExecutionReason.objects.create(detail_program=program, as_of=date(2023, 10, 31), reason="늦은 계약", measure="11월 준공")
    version = BudgetVersion.objects.create(
        fiscal_year=make.fiscal_year(), kind="original", effective_on=date(2023, 1, 1), status="announced"
    )
    BudgetLine.objects.create(budget_version=version, detail_program=program, stat_item=make.stat_item(), amount=1_000_000)
    VehicleFactory(department=own)
    board = reverse("budget.execution")
    return [
        reverse("home"), board, *(f"{board}?tab={tab}" for tab in ("teams", "departments", "fundings", "stat-items", "programs")),
        f"{board}?year=2030", reverse("budget.execution-compare"), reverse("budget.reconciliation"), reverse("budget.layers"),
        reverse("budget.executionrow-list"), reverse("budget.executionrow-detail", args=[row.pk]),
        reverse("budget.executionreason-list"), reverse("budget.executionreason-detail", args=[reason.pk]),
        reverse("budget.executionreason-add"), reverse("budget.executionreason-edit", args=[reason.pk]),
        reverse("budget.executionreason-delete", args=[reason.pk]), reverse("budget.executionreason-history", args=[reason.pk]),
        reverse("budget.executionreason-print"), reverse("budget.budgetversion-detail", args=[version.pk]),
        reverse("budget.snapshot-upload"), reverse("budget.snapshot-preview", args=[snapshot.pk]),
        reverse("budget.monthlyplan-import"), reverse("core.department-list"), reverse("core.change-list"),
        reverse("core.org-chart"), reverse("core.staffing"), reverse("preferences"), reverse("help"), reverse("password_change"),
        reverse("search") + "?q=소송", "/없는-화면/", reverse("core.department-add"),
    ]  # fmt: skip


@pytest.mark.parametrize("width", [1440, 390])
def test_no_serious_accessibility_trouble_anywhere(page: Page, live_server, login, axe, troubles, width: int) -> None:
    urls = addresses()
    login(StaffFactory(role=Role.TEAM, team="budget"))
    page.set_viewport_size({"width": width, "height": 900})
    wrong = []
    for url in urls:
        page.goto(live_server.url + url)
        wrong += [f"{url}: {problem}" for problem in axe()]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{url}: 옆으로 넘칩니다")
    # 일부러 연 없는 화면과 막힌 화면의 상태 알림은 문제가 아니다.
    troubles[:] = [text for text in troubles if "404" not in text and "403" not in text]
    assert not wrong, "\n".join(wrong)


def test_high_contrast_and_large_text_hold(page: Page, live_server, login, axe) -> None:
    urls = addresses()[:2]
    login(StaffFactory(role=Role.TEAM, team="budget", contrast="high-contrast", text_size="xlarge", density="comfortable"))
    for url in urls:
        page.goto(live_server.url + url)
        assert page.locator("html").get_attribute("data-krds-mode") == "high-contrast"
        assert axe() == []


def test_filter_sort_save_and_choose_columns_of_a_list(page: Page, live_server, login) -> None:
    for name in ("건축과", "주택과", "건설과"):
        make.department(name)
    login(StaffFactory(role=Role.ADMIN)).goto(live_server.url + reverse("core.department-list"))
    expect(page.locator("#list tbody tr")).to_have_count(3)
    page.get_by_label("부서명·코드").fill("건")
    page.get_by_role("button", name="찾기").click()
    expect(page.locator("#list tbody tr")).to_have_count(2)
    expect(page).to_have_url(re.compile("q="))
    page.get_by_text("이 조건 저장").click()
    page.get_by_label("조건의 이름").fill("건으로 시작")
    page.locator("#list").get_by_role("button", name="저장").click()
    page.goto(live_server.url + reverse("core.department-list"))
    page.locator("summary", has_text="보기:").click()
    page.get_by_role("link", name="건으로 시작").click()
    expect(page.locator("#list tbody tr")).to_have_count(2)
    page.get_by_role("link", name="부서명", exact=True).first.click()
    expect(page.locator("th[aria-sort]").first).to_be_visible()
    first = page.locator("#list tbody th").first.inner_text()
    assert first.strip() in ("건설과", "건축과")


def test_bulk_edit_and_undo(page: Page, live_server, login) -> None:
    rows = [make.department(name) for name in ("건축과", "주택과", "건설과")]
    login(StaffFactory(role=Role.ADMIN)).goto(live_server.url + reverse("core.department-list"))
    for box in page.locator("#list tbody input[type=checkbox]").all()[:2]:
        box.check()
    expect(page.locator(".picked")).to_contain_text("2건 선택")
    page.get_by_role("button", name="한꺼번에 고치기").click()
    expect(page.locator("main")).to_contain_text("2건")
    field = page.locator(".fr", has_text="자료 제출 부서")
    field.get_by_label("바꾸기").check()
    field.locator("select").select_option(label="아니오")
    page.get_by_role("button", name="2건 고치기").click()
    expect(page.locator("main")).to_contain_text("되돌리기")
    changed = [row for row in rows if not type(row).objects.get(pk=row.pk).is_reporting]
    assert len(changed) == 2
    page.get_by_role("button", name="되돌리기").first.click()
    expect(page.locator("main")).to_contain_text("되돌렸습니다")
    assert all(type(row).objects.get(pk=row.pk).is_reporting for row in rows)


def test_what_was_typed_survives_the_end_of_the_session(page: Page, live_server, login, troubles) -> None:
    program = make.program("소송 수행", department=make.department())
    staff = StaffFactory(role=Role.TEAM, team="budget")
    staff.set_password("열쇠말-2023!")
    staff.save()
    login(staff).goto(live_server.url + reverse("budget.executionreason-add"))
    page.get_by_label("세부사업").select_option(label=str(program))
    page.get_by_label("부진 사유").fill("오래 적은 글")
    page.get_by_label("향후 대책").fill("대책")
    page.get_by_label("기준일").fill("2023-10-31")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="저장 (Ctrl+S)").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("로그인이 끝났습니다")
    dialog.get_by_label("비밀번호").fill("열쇠말-2023!")
    dialog.get_by_role("button", name="로그인").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_label("부진 사유")).to_have_value("오래 적은 글")
    page.get_by_role("button", name="저장 (Ctrl+S)").click()
    expect(page.locator("main")).to_contain_text("오래 적은 글")
    assert ExecutionReason.objects.get().reason == "오래 적은 글"
    troubles.clear()


def test_an_officer_uploads_departments_from_excel(page: Page, live_server, login, tmp_path: Path) -> None:
    path = tmp_path / "부서.csv"
    path.write_bytes("부서 코드,부서명,직제순\nA1,감사담당관,1\nA2,총무과,2\n".encode("cp949"))
    login(StaffFactory(role=Role.ADMIN)).goto(live_server.url + reverse("core.department-import"))
    page.locator("input[type=file]").set_input_files(path)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    if "반영" not in page.locator("main").inner_text().split("반영 결과")[-1]:
        page.locator("main form button[type=submit]").last.click()
    page.get_by_role("button", name="2건 반영").click()
    expect(page.locator("main")).to_contain_text("2건")
    page.goto(live_server.url + reverse("core.department-list"))
    expect(page.locator("#list")).to_contain_text("감사담당관")


def test_an_officer_corrects_a_cell_in_place_applies_and_takes_it_back(page: Page, live_server, login, tmp_path: Path) -> None:
    path = tmp_path / "부서.csv"
    path.write_bytes("부서 코드,부서명,설치일\nA1,감사담당관,2023-13-02\nA2,총무과,2023-01-01\n".encode())
    login(StaffFactory(role=Role.ADMIN)).goto(live_server.url + reverse("core.department-import"))
    page.locator("input[type=file]").set_input_files(path)
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("달이 13월로 적혀 있습니다")
    expect(page.get_by_role("button", name="오류 1행 빼고 1건 반영")).to_be_visible()
    page.get_by_label("2행 설치일 고치기").fill("2023-03-02")
    page.get_by_role("button", name="고친 값으로 다시 검사").click()
    page.get_by_role("button", name="2건 반영", exact=True).click()
    expect(page.locator("main")).to_contain_text("2건을 반영했습니다")
    page.get_by_role("button", name="되돌리기").last.click()
    expect(page.locator("main")).to_contain_text("2건을 되돌렸습니다")
