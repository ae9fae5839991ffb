"""정책실명제를 브라우저로: 부서의 후보 등록, 심의, 공개, 담당 변경 반영, 현황판의 수와 인쇄물."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.access import Role, Team
from core.committees import services as committees
from core.committees.models import Attendance, Committee, Meeting
from core.history.settle import Settling
from planning.named_policies.load_report import COMMITTEE, load_committee
from planning.named_policies.models import NamedPolicy
from tests.core.committees.factories import MeetingFactory, SeatFactory
from tests.factories import AssignmentFactory, GradeFactory, PostFactory, StaffFactory

pytestmark = pytest.mark.django_db(transaction=True)


def save(page: Page, word: str, **values: str) -> None:
    """칸을 채우고 그 말의 단추를 누른다."""
    for name, value in values.items():
        box = page.locator(f"main [name='{name}']")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    page.locator("main form button[type=submit]", has_text=word).first.click()


def test_a_candidate_becomes_a_card_and_keeps_the_people_of_the_day(page: Page, live_server: Any, login: Any, axe: Any) -> None:
    load_committee(Settling())
    committee = Committee.objects.get(code=COMMITTEE)
    SeatFactory.create_batch(3, committee=committee)
    officer, clerk = StaffFactory(role=Role.TEAM, team=Team.PLANNING), StaffFactory(role=Role.DEPARTMENT)
    post, today = PostFactory(department=clerk.department, title="도서관팀 주무관"), timezone.localdate()
    before = AssignmentFactory(post=post, staff=StaffFactory(name="김전임"), grade=GradeFactory(level=7), starts_on=date(2025, 1, 1))

    # 부서가 후보와 관련자를 적는다.
    login(clerk)
    page.goto(live_server.url + reverse("planning.named-policies"))
    page.get_by_role("link", name="후보 등록").click()
    save(page, "저장", title="구립도서관 건립", ground="budget", overview="○ 도서관 1곳", own_amount="3000000000")
    page.wait_for_url(re.compile(r"/policies/\d+/$"))
    policy = NamedPolicy.objects.get()
    assert (policy.total_amount, policy.department) == (3_000_000_000, clerk.department)
    page.get_by_role("link", name="관련자 등록").click()
    save(page, "저장", part="draft", post=str(post.pk), starts_on="2025-03-02")
    expect(page.locator("main")).to_contain_text("김전임")

    # 팀이 심의에 올리고, 위원회가 선정한다.
    meeting = MeetingFactory(committee=committee, held_on=today)
    login(officer)
    page.goto(live_server.url + reverse("planning.namedpolicy-detail", args=[policy.pk]))
    page.get_by_role("link", name="심의에 올리기").click()
    save(page, "심의에 올리기", meeting=str(meeting.pk))
    expect(page.locator("main h1 ~ *, main .ph").first).to_contain_text("심의 상정")
    committees.move(meeting, Meeting.State.NOTIFIED)
    committees.move(meeting, Meeting.State.OPEN)
    committees.record_attendance(meeting, {one.pk: Attendance.Status.PRESENT for one in meeting.attendances.all()})
    committees.decide_rest(meeting)

    # 공개한다. 같은 폼에서 한 일은 되돌릴 수 있다.
    page.goto(live_server.url + reverse("planning.namedpolicy-detail", args=[policy.pk]))
    page.get_by_role("link", name="공개", exact=True).click()
    save(page, "공개", on=today.isoformat(), url="https://www.example.go.kr/1")
    expect(page.locator("main")).to_contain_text("게시한 카드 열기")
    assert axe() == []

    # 담당이 바뀌면 앞사람의 줄은 그대로 닫히고 새 담당이 이어진다.
    before.ends_on = today - timedelta(days=1)
    before.save()
    AssignmentFactory(post=post, staff=StaffFactory(name="이후임"), grade=before.grade, starts_on=today)
    page.goto(live_server.url + reverse("planning.named-policies"))
    assert axe() == []
    moved = page.locator("main a[href*='check=moved']").first
    expect(moved).to_contain_text("1건")
    moved.click()
    page.locator("main tbody th a").first.click()
    page.get_by_role("link", name="담당 변경 반영").click()
    save(page, "담당 변경 반영")
    for name in ("김전임", "이후임"):
        expect(page.locator("#people")).to_contain_text(name)

    # 다른 부서도 공개한 카드를 보고 내려받는다.
    login(StaffFactory(role=Role.DEPARTMENT))
    page.goto(live_server.url + reverse("planning.namedpolicy-detail", args=[policy.pk]))
    expect(page.get_by_role("link", name="고치기", exact=True)).to_have_count(0)
    with page.expect_download() as found:
        page.get_by_role("link", name="사업내역서(PDF)").click()
    assert found.value.suggested_filename == f"정책실명제 사업내역서 {policy.number}.pdf"
