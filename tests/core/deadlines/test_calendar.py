"""달력 화면과 달력 구독."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.load_report import load_facts
from core.access import Role, Team
from core.deadlines.models import CalendarToken, Deadline
from core.deadlines.views import MOST_MISSES
from core.history.models import Change
from core.history.settle import Settling
from core.org.models import Staff
from tests.core.deadlines.factories import BackwardFactory, DeadlineFactory, RuleFactory
from tests.factories import DepartmentFactory, StaffFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Staff], Client]
PAGE, FEED = "/calendar/", "/calendar.ics"


@pytest.fixture(scope="module", autouse=True)
def facts(once: None) -> None:
    load_facts(Settling())


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def officer() -> Staff:
    return StaffFactory(role=Role.TEAM, team=Team.LEGAL)


def cell(page: str, day: str) -> str:
    """달력에서 day 의 칸."""
    found = re.search(rf'<td[^>]*>(?:(?!</td>).)*datetime="{day}"(?:(?!</td>).)*</td>', page, re.S)
    assert found, day
    return found.group()


# ── 화면 ──────────────────────────────────────────────────────────────


def test_the_month_shows_holidays_and_deadlines_in_their_cells(officer: Staff, signed_in: SignIn) -> None:
    DeadlineFactory(title="2026구합1", trigger_on=date(2026, 9, 11))
    page = signed_in(officer).get(PAGE, {"day": "2026-09-15"}).content.decode()
    assert "2026년 9월" in page
    assert "2026구합1" in cell(page, "2026-09-28")
    assert "추석" in cell(page, "2026-09-25")
    assert "2026구합1" not in cell(page, "2026-09-25")
    # 일요일에서 토요일까지, 앞뒤 달의 날도 채운다.
    assert len(re.findall(r"<time datetime", page)) == 35
    assert cell(page, "2026-08-30")


def test_a_deadline_on_a_day_off_shows_its_safe_date(officer: Staff, signed_in: SignIn) -> None:
    DeadlineFactory(rule=BackwardFactory(), title="예산안", trigger_on=date(2027, 1, 1))
    page = signed_in(officer).get(PAGE, {"day": "2026-11-01"}).content.decode()
    assert re.search(r"안전 (2026\. )?11\. 20\.\(금\)", cell(page, "2026-11-21"))


def test_week_and_list_show_the_same_deadlines(officer: Staff, signed_in: SignIn) -> None:
    DeadlineFactory(title="2026구합1")
    client = signed_in(officer)
    for view, count in (("week", 7), ("list", 0)):
        page = client.get(PAGE, {"view": view, "day": "2026-09-28"}).content.decode()
        assert "2026구합1" in page
        assert len(re.findall(r"<time datetime", page)) == count
    week = client.get(PAGE, {"view": "week", "day": "2026-09-28"}).content.decode()
    assert "2026. 9. 27. – 10. 3." in week
    assert "day=2026-10-05" in week
    assert "민사소송법 제396조" in client.get(PAGE, {"view": "list", "day": "2026-09-28"}).content.decode()


def test_team_mine_and_all(officer: Staff, signed_in: SignIn) -> None:
    DeadlineFactory(title="우리 사건")
    DeadlineFactory(title="나의 사건", team=Team.BUDGET, handler=officer)
    DeadlineFactory(title="남의 사건", team=Team.BUDGET)
    client = signed_in(officer)
    shown = {}
    for who in ("", "team", "mine", "all"):
        page = client.get(PAGE, {"who": who, "day": "2026-09-28", "view": "list"}).content.decode()
        shown[who] = {name for name in ("우리", "나의", "남의") if f"{name} 사건" in page}
    assert shown == {"": {"우리", "나의"}, "team": {"우리", "나의"}, "mine": {"나의"}, "all": {"우리", "나의", "남의"}}


def test_a_department_sees_only_its_own(signed_in: SignIn) -> None:
    person = StaffFactory(role=Role.DEPARTMENT)
    DeadlineFactory(title="우리 사건", department=person.department)
    DeadlineFactory(title="남의 사건", department=DepartmentFactory())
    page = signed_in(person).get(PAGE, {"day": "2026-09-28", "who": "all"}).content.decode()
    assert "우리 사건" in page
    assert "남의 사건" not in page


@pytest.mark.parametrize("day", ["", "어제", "2026-13-40", "0001-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_read_is_today(officer: Staff, signed_in: SignIn, day: str) -> None:
    response = signed_in(officer).get(PAGE, {"day": day, "view": "year", "who": "boss"})
    assert response.status_code == 200
    today = timezone.localdate()
    assert f"{today.year}년 {today.month}월" in response.content.decode()


def test_a_year_without_holidays_is_said(officer: Staff, signed_in: SignIn) -> None:
    page = signed_in(officer).get(PAGE, {"day": "2031-03-05"}).content.decode()
    assert "2031년 공휴일이 등록되지 않았습니다" in page


def test_the_queries_do_not_grow(officer: Staff, signed_in: SignIn) -> None:
    client = signed_in(officer)
    counts = []
    for more in (2, 20):
        for number in range(more):
            DeadlineFactory(handler=StaffFactory(), department=DepartmentFactory(), title=f"{more}-{number}")
        with CaptureQueriesContext(connection) as found:
            assert client.get(PAGE, {"day": "2026-09-28"}).status_code == 200
        counts.append(len([one for one in found if one["sql"].startswith("SELECT")]))
    assert counts[0] == counts[1]


# ── 구독 ──────────────────────────────────────────────────────────────


def subscribe(client: Client) -> str:
    """주소를 만들고 그 열쇠를 준다."""
    page = client.post(reverse("core.calendar-token"), {"act": "issue"}).content.decode()
    found = re.search(r"calendar\.ics\?token=([\w-]+)", page)
    assert found
    return found.group(1)


def unfolded(text: str) -> str:
    return text.replace("\r\n ", "")


def test_the_feed_opens_with_a_token_and_without_a_login(officer: Staff, signed_in: SignIn) -> None:
    soon = timezone.localdate() + timedelta(days=10)
    handler = StaffFactory(name="홍길동")
    rule = RuleFactory(length=0, rolls=False, name="답변서", article="민사소송법 제256조, 행정소송규칙; 제8조")
    DeadlineFactory(rule=rule, trigger_on=soon, title="2026가단1234 소유권이전등기 말소등기절차 이행 청구", handler=handler)
    DeadlineFactory(rule=rule, trigger_on=soon, title="남의 사건", team=Team.BUDGET)
    client = signed_in(officer)
    token = subscribe(client)
    response = Client().get(FEED, {"token": token})
    text = response.content.decode()
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "SUMMARY:2026가단1234 소유권이전등기 말소등기절차 이행 청구 답변서" in unfolded(text)
    assert f"DTSTART;VALUE=DATE:{soon:%Y%m%d}" in text
    assert "제256조\\, 행정소송규칙\\; 제8조" in unfolded(text)
    # 사람 이름도, 보지 않는 자리의 기한도 담지 않는다.
    assert "홍길동" not in text
    assert "남의 사건" not in unfolded(text)
    # 열쇠의 글자는 저장하지 않는다.
    stored = CalendarToken.objects.get()
    assert token not in {str(value) for value in vars(stored).values()}
    assert not Change.objects.filter(values__icontains=stored.digest).exists()
    assert token not in client.get(reverse("core.calendar-token")).content.decode()


def test_only_what_that_person_may_see() -> None:
    soon = timezone.localdate() + timedelta(days=10)
    rule = RuleFactory(length=0, rolls=False)
    person = StaffFactory(role=Role.DEPARTMENT)
    DeadlineFactory(rule=rule, trigger_on=soon, title="우리 사건", department=person.department)
    DeadlineFactory(rule=rule, trigger_on=soon, title="남의 사건", department=DepartmentFactory())
    text = unfolded(Client().get(FEED, {"token": CalendarToken.issue(person)}).content.decode())
    assert "우리 사건" in text
    assert "남의 사건" not in text


def test_done_deadlines_leave_the_feed(officer: Staff) -> None:
    deadline: Deadline = DeadlineFactory(rule=RuleFactory(length=0, rolls=False), trigger_on=timezone.localdate(), title="끝낼 일")
    token = CalendarToken.issue(officer)
    assert "끝낼 일" in unfolded(Client().get(FEED, {"token": token}).content.decode())
    deadline.close(officer)
    assert "끝낼 일" not in unfolded(Client().get(FEED, {"token": token}).content.decode())


def test_a_revoked_renewed_or_left_persons_token_closes(officer: Staff, signed_in: SignIn) -> None:
    client = signed_in(officer)
    first = subscribe(client)
    second = subscribe(client)
    assert Client().get(FEED, {"token": first}).status_code == 404
    assert Client().get(FEED, {"token": second}).status_code == 200
    officer.is_active = False
    officer.save()
    assert Client().get(FEED, {"token": second}).status_code == 404
    officer.is_active = True
    officer.save()
    client.post(reverse("core.calendar-token"), {"act": "revoke"})
    assert Client().get(FEED, {"token": second}).status_code == 404
    assert not CalendarToken.objects.exists()


@pytest.mark.parametrize("token", ["", "없는 열쇠", "a" * 5000])
def test_a_wrong_token_tells_nothing(token: str) -> None:
    response = Client().get(FEED, {"token": token})
    assert response.status_code == 404
    assert response.content.decode() == "없는 주소이거나 닫힌 주소입니다."
    assert Client().post(FEED, {"token": token}).status_code in (403, 405)


def test_guessing_is_slowed_down(officer: Staff) -> None:
    token = CalendarToken.issue(officer)
    client = Client()
    answers = [client.get(FEED, {"token": f"guess-{number}"}).status_code for number in range(MOST_MISSES + 1)]
    assert answers[-2:] == [404, 429]
    assert client.get(FEED, {"token": token}).status_code == 429
    # 다른 곳에서는 그대로 열린다.
    assert Client(REMOTE_ADDR="10.9.8.7").get(FEED, {"token": token}).status_code == 200


def test_one_person_never_sees_anothers_token(officer: Staff, signed_in: SignIn) -> None:
    CalendarToken.issue(StaffFactory())
    assert signed_in(officer).get(reverse("core.calendar-token")).context["token"] is None
