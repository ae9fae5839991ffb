"""법무를 브라우저로: 판결에서 상소 기한과 확정까지, 조례가 입안에서 공포까지, 이름 보기와 그 기록."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from core.access import Role
from core.committees.models import Committee
from core.committees.services import put_on_agenda
from core.deadlines.models import Deadline
from core.history.settle import Settling
from core.privacy.models import PersonalAccess
from legal.lawsuits import services
from legal.lawsuits.load_report import load_buckets
from legal.lawsuits.models import Lawsuit, Ruling
from legal.local_laws.models import Bill, LawVersion
from legal.ordinance_council.load_report import COUNCIL, load_committees
from legal.ordinance_council.services import proposal
from tests.core.committees.factories import MeetingFactory, SeatFactory
from tests.factories import StaffFactory
from tests.legal.lawsuits.factories import case, clerk, rules
from tests.legal.local_laws.factories import BillFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.draws("브라우저의 그림과 스크립트를 본다")]
YEAR = "?period=2026-01-01:2026-12-31"


def open_page(page: Page, live_server: Any, route: str, *args: Any, query: str = "") -> None:
    page.goto(live_server.url + reverse(route, args=args) + query)


def save(page: Page, word: str, **values: str) -> None:
    """칸을 채우고 그 말의 단추를 누른다."""
    for name, value in values.items():
        box = page.locator(f"main [name='{name}']")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    page.locator("main form button[type=submit]", has_text=word).last.click()


def row(page: Page, text: str) -> Locator:
    return page.locator("main tr", has_text=text).first


def count_of(page: Page, live_server: Any, column: int) -> Locator:
    """현황판의 「계」 줄에서 column 번째 수."""
    open_page(page, live_server, "legal.lawsuits", query=YEAR)
    return page.locator("tr.sum").first.locator("a.v").nth(column)


# --- 판결에서 확정까지 ---------------------------------------------------------------------------------


def test_ruling_to_final_by_two_people(page, live_server, login, axe):
    """추석을 건너 9월 28일까지인 상소 기한을 두 사람이 확인해 끝내면 사건이 확정되고, 현황판의 수가 그 사건을 연다."""
    rules()
    load_buckets(Settling())
    me, colleague = clerk(name="송무담당"), clerk(name="법무동료")
    lawsuit = case(me, "홍길동", title="이행강제금 부과처분 취소")
    login(me)
    lost = count_of(page, live_server, 5)
    expect(lost).to_have_text("0")

    open_page(page, live_server, "legal.lawsuit-act", lawsuit.pk, "rule")
    save(
        page,
        "결과 입력",
        outcome="lost",
        ruled_on="2026-09-04",
        served_on="2026-09-11",
        opponent_served_on="2026-09-11",
    )
    line = row(page, "9. 28.")
    expect(line).to_contain_text("항소")
    line.locator("summary").click()
    for words in ("제396조", "9. 12.", "추석", "9. 28."):
        expect(line).to_contain_text(words)
    assert axe() == []
    clock = Deadline.objects.get(rule__code="suit.appeal")
    assert clock.due_on == date(2026, 9, 28)

    open_page(page, live_server, "legal.lawsuit-act", lawsuit.pk, "review")
    save(page, "상소 검토 시작", decided_by="소송심의회", opinion="다툴 실익이 없음")
    page.get_by_role("link", name="상소 결정").click()
    save(page, "상소 결정", decision="waive", on="2026-09-22", decided_by="소송심의회")
    # 포기해도 불변기간이라 혼자 끝내지 못한다.
    expect(page.locator("main")).to_contain_text("다른 사람")
    open_page(page, live_server, "core.deadline-detail", clock.pk)
    page.get_by_role("button", name="날짜 확인").click()
    save(page, "끝내기", outcome="상소하지 않기로 함")
    expect(page.locator("body")).to_contain_text("불변기간이라 혼자 끝낼 수 없습니다")

    login(colleague)
    open_page(page, live_server, "core.deadline-detail", clock.pk)
    page.get_by_role("button", name="날짜 확인").click()
    expect(page.locator(".tl")).to_contain_text("법무동료 님이 법정 기한")
    login(me)
    open_page(page, live_server, "core.deadline-detail", clock.pk)
    save(page, "끝내기", outcome="상소하지 않기로 함")
    clock.refresh_from_db()
    assert clock.state == Deadline.State.DONE

    open_page(page, live_server, "legal.lawsuit-act", lawsuit.pk, "finalise")
    save(page, "확정")
    expect(page.locator("main .ph, main h1 ~ *").first).to_contain_text("확정")
    lawsuit.refresh_from_db()
    assert (lawsuit.status, lawsuit.final_on, lawsuit.outcome) == (Lawsuit.Status.FINAL, date(2026, 9, 29), "lost")
    assert Ruling.objects.get().appeal == Ruling.Appeal.NONE

    lost = count_of(page, live_server, 5)
    expect(lost).to_have_text("1")
    lost.click()
    expect(page.locator("main tbody tr")).to_have_count(1)
    expect(page.locator("main tbody tr")).to_contain_text("이행강제금 부과처분 취소")


# --- 조례의 길 -----------------------------------------------------------------------------------------


def act(page: Page, live_server: Any, bill: Bill, name: str, word: str, **values: str) -> None:
    """의안 화면에서 할 일을 눌러 적는다."""
    open_page(page, live_server, "legal.bill-detail", bill.pk)
    page.locator(f"main a[href='{reverse('legal.bill-act', args=[bill.pk, name])}']").first.click()
    save(page, word, **values)
    page.wait_for_url(re.compile(reverse("legal.bill-detail", args=[bill.pk])))


def test_ordinance_from_drafting_to_promulgation(page, live_server, login):
    """구청장의 조례안이 부서의 입안에서 심의회·의회·이송·보고를 지나 공포되어, 시행일이 있는 판이 된다."""
    rules()
    load_committees(Settling())
    council = Committee.objects.get(code=COUNCIL)
    for number in range(5):
        SeatFactory(committee=council, order=number)
    meeting = MeetingFactory(committee=council, held_on=date(2024, 4, 22))
    bill = BillFactory(title="○○구 주차장 조례 일부개정조례안", main_points="주차요금을 낮춤")
    drafter, officer = StaffFactory(role=Role.DEPARTMENT, department=bill.department), clerk()

    login(drafter)
    act(page, live_server, bill, "finish", "입안 마치기", on="2024-03-11", note="협의 요청")
    act(page, live_server, bill, "finish", "부서협의 마치기", on="2024-03-12")
    login(officer)
    act(page, live_server, bill, "finish", "사전심사 마치기", on="2024-03-13")
    act(page, live_server, bill, "announce", "예고 시작", on="2024-03-14")
    expect(page.locator("body")).to_contain_text("예고기간은")
    act(page, live_server, bill, "finish", "입법예고 마치기", on="2024-04-05")
    act(page, live_server, bill, "finish", "법제심사 마치기", on="2024-04-08")

    open_page(page, live_server, "legal.ordinance-council")
    page.get_by_role("button", name="심의 대기 안건 1건 올리기").click()
    expect(page.locator("#items")).to_contain_text("주차장 조례")
    page.get_by_role("button", name="소집 통지").click()
    for box in page.locator("[name^='seat-']").all():
        box.select_option(label="출석")
    page.get_by_role("button", name="출석 저장").click()
    page.get_by_role("button", name="회의 열기").click()
    page.locator("#items").get_by_role("link", name="주차장 조례").click()
    save(page, "의결 저장", outcome="original", votes_for="5")
    expect(page.locator("body")).to_contain_text("자료에도 반영했습니다")
    bill.refresh_from_db()
    assert bill.status == "submission"
    open_page(page, live_server, "core.meeting-detail", meeting.pk)
    page.get_by_role("button", name="회의 종결").click()

    act(page, live_server, bill, "finish", "의회 제출 마치기", on="2024-04-23")
    act(page, live_server, bill, "finish", "위원회 심사 마치기", on="2024-05-02", result="original")
    act(page, live_server, bill, "finish", "본회의 의결 마치기", on="2024-05-10", result="original")
    expect(page.locator("main")).to_contain_text("2024. 5. 16.")  # 이송 5일: 15일이 부처님오신날이라 16일
    act(page, live_server, bill, "finish", "이송 마치기", on="2024-05-14")
    act(page, live_server, bill, "finish", "서울시 보고 마치기", on="2024-05-17", document="의회법무-77")
    act(page, live_server, bill, "promulgate", "공포", on="2024-05-30", number="1523", gazette="제1901호")
    expect(page.locator("body")).to_contain_text("시행일은 2024. 6. 20.")
    version = LawVersion.objects.get()
    assert (version.law_id, version.number, version.effective_on) == (bill.law_id, "1523", date(2024, 6, 20))
    open_page(page, live_server, "legal.locallaw-detail", bill.law_id)
    expect(page.locator("main")).to_contain_text("2024. 6. 20.")


# --- 이름 보기 -----------------------------------------------------------------------------------------


def test_only_the_handler_sees_the_name_and_it_is_logged(page, live_server, login, axe):
    rules()
    me, colleague, head = clerk(name="송무담당"), clerk(name="법무동료"), StaffFactory(role=Role.HEAD)
    lawsuit = case(me, "홍길동")
    login(me)
    open_page(page, live_server, "legal.lawsuit-detail", lawsuit.pk)
    expect(page.locator("main")).not_to_contain_text("홍길동")
    page.locator("#parties summary").click()
    save(page, "이름 보기", why="기일 출석 준비")
    expect(page.locator("main")).to_contain_text("홍길동")
    expect(page.locator("main")).to_contain_text("어느길 1")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert axe() == []
    page.set_viewport_size({"width": 1440, "height": 900})

    login(colleague)
    for route, args in (("legal.lawsuit-detail", [lawsuit.pk]), ("legal.lawsuit-list", []), ("legal.lawsuits", [])):
        open_page(page, live_server, route, *args)
        expect(page.locator("body")).not_to_contain_text("홍길동")
    open_page(page, live_server, "legal.lawsuit-detail", lawsuit.pk)
    expect(page.get_by_text("이름 보기", exact=True)).to_have_count(0)
    expect(page.locator("#parties")).to_contain_text("송무담당")

    login(head)
    open_page(page, live_server, "core.personalaccess-list")
    expect(row(page, "기일 출석 준비")).to_contain_text("송무담당")
    expect(page.locator("main")).not_to_contain_text("홍길동")
    assert set(PersonalAccess.objects.values_list("staff", flat=True)) == {me.pk}


# --- 접근성 --------------------------------------------------------------------------------------------


@pytest.fixture
def scene() -> dict[str, Any]:
    """판결이 있는 사건, 입안하는 의안, 안건을 올린 회의."""
    rules()
    load_buckets(Settling())
    load_committees(Settling())
    officer = clerk()
    council = Committee.objects.get(code=COUNCIL)
    SeatFactory(committee=council)
    meeting = MeetingFactory(committee=council)
    bill = BillFactory()
    put_on_agenda(meeting, [proposal(bill)])
    lawsuit = case(officer, "홍길동", "주식회사 가나")
    services.rule(lawsuit, Ruling(outcome="lost", ruled_on=date(2026, 9, 4), served_on=date(2026, 9, 11)))
    return {"officer": officer, "lawsuit": lawsuit, "bill": bill, "meeting": meeting, "committee": council}


@pytest.mark.parametrize("width", [1440, 390])
def test_no_serious_accessibility_trouble(page, live_server, login, axe, scene, width: int) -> None:
    """소송 현황판·목록·사건·할 일, 자치법규, 의안, 심의회, 회의, 고문, 위원회의 화면."""
    page.set_viewport_size({"width": width, "height": 900})
    login(scene["officer"])
    pages = [
        reverse("legal.lawsuits") + YEAR, reverse("legal.lawsuits-analysis") + YEAR, reverse("legal.lawsuit-list"),
        reverse("legal.lawsuit-detail", args=[scene["lawsuit"].pk]), reverse("legal.lawsuit-act", args=[scene["lawsuit"].pk, "serve"]),
        reverse("legal.local-laws"), reverse("legal.bill-detail", args=[scene["bill"].pk]),
        reverse("legal.bill-act", args=[scene["bill"].pk, "finish"]), reverse("legal.ordinance-council"),
        reverse("core.meeting-detail", args=[scene["meeting"].pk]), reverse("legal.legal-advisers"),
        reverse("core.committee-detail", args=[scene["committee"].pk]),
    ]  # fmt: skip
    wrong = []
    for url in pages:
        page.goto(live_server.url + url)
        wrong += [f"{url}: {problem}" for problem in axe()]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{url}: 옆으로 넘칩니다")
    assert not wrong, "\n".join(wrong)
