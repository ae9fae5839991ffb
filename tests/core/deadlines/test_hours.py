"""시간으로 세는 기한(72시간 전 따위): 시각까지 세고, 목록·달력·구독·알림에 시각이 나온다."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from config.deadlines import watch_deadlines
from config.load_report import load_facts
from core.access import Role, Team
from core.deadlines.ical import feed
from core.deadlines.models import Deadline
from core.deadlines.periods import Direction, Period, Unit, count
from core.deadlines.services import recount_open, track
from core.history.settle import Settling
from core.notices.models import Notice
from core.org.models import Staff
from tests.core.deadlines.factories import DeadlineFactory, RuleFactory
from tests.core.deadlines.test_periods import CALENDAR
from tests.factories import ProjectFactory, StaffFactory

pytestmark = pytest.mark.django_db
SEOUL = ZoneInfo("Asia/Seoul")
BEFORE = Period(72, Unit.HOURS, Direction.BACKWARD, rolls=False)


def hours_rule(**fields: object) -> object:
    return RuleFactory(length=72, unit=Unit.HOURS, direction=Direction.BACKWARD, rolls=False, **fields)


def question(**fields: object) -> Deadline:
    """2026년 3월 6일 10시 구정질문의 72시간 전."""
    return DeadlineFactory(rule=hours_rule(), trigger_on=date(2026, 3, 6), trigger_time=time(10), **fields)


@pytest.mark.parametrize(
    ("trigger", "at", "due", "safe"),
    [
        # 의회 회의규칙의 보기: 3월 6일(금) 10시의 72시간 전은 3월 3일(화) 10시
        (date(2026, 3, 6), time(10), datetime(2026, 3, 3, 10), date(2026, 3, 3)),
        # 시각을 모르면 0시로 세고, 0시에는 할 수 없으므로 앞선 근무일(3·1절 대체공휴일과 주말을 지난다)
        (date(2026, 3, 6), None, datetime(2026, 3, 3), date(2026, 2, 27)),
        # 쉬는 날에 걸려도 미루지 않는다
        (date(2026, 3, 3), time(14), datetime(2026, 2, 28, 14), date(2026, 2, 27)),
        # 출근하기 전이면 앞선 근무일
        (date(2026, 11, 20), time(8, 30), datetime(2026, 11, 17, 8, 30), date(2026, 11, 16)),
    ],
)
def test_counting_back_by_hours(trigger: date, at: time | None, due: datetime, safe: date) -> None:
    found = count(BEFORE, trigger, CALENDAR, at=at)
    assert (datetime.combine(found.due, found.due_time or time()), found.raw, found.safe) == (due, due.date(), safe)
    assert "민법 제156조" in " ".join(found.steps)
    assert ("시각을 적지 않아" in " ".join(found.steps)) == (at is None)


@given(st.integers(1, 500), st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 1)).map(lambda at: at.replace(second=0, microsecond=0)))
def test_hours_are_exact_and_safe_is_never_late(length: int, start: datetime) -> None:
    for direction, sign in ((Direction.FORWARD, 1), (Direction.BACKWARD, -1)):
        found = count(Period(length, Unit.HOURS, direction, rolls=False), start.date(), CALENDAR, at=start.time())
        assert found.due_time is not None
        moment = datetime.combine(found.due, found.due_time)
        assert (moment - start).total_seconds() == sign * length * 3600
        assert CALENDAR.is_working_day(found.safe)
        assert found.safe < found.due or (found.safe == found.due and found.due_time > time(9))


def test_only_a_clock_in_hours_has_a_time() -> None:
    with pytest.raises(ValidationError, match="시각을 쓰지 않습니다"):
        DeadlineFactory.build(rule=RuleFactory(), trigger_time=time(10), title="x").clean()
    with pytest.raises(ValidationError, match="바로 그때부터"):
        RuleFactory.build(unit=Unit.HOURS).full_clean()
    assert DeadlineFactory().due_at is None


def test_a_moment_given_to_track_becomes_a_day_and_a_time() -> None:
    load_facts(Settling())
    record, moment = ProjectFactory(), datetime(2026, 3, 6, 10, tzinfo=SEOUL)
    deadline = track(record, "council.question_outline_hours", moment, "구정질문", team=Team.LEGAL)
    assert (deadline.due_at, deadline.due_text) == (datetime(2026, 3, 3, 10, tzinfo=SEOUL), "2026. 3. 3.(화) 10:00")
    later = track(record, "council.question_outline_hours", moment.replace(hour=14), "구정질문", team=Team.LEGAL)
    assert (later.pk, later.due_time) == (deadline.pk, time(14))
    by_day = track(record, "council.question_answer", moment, "구정질문", team=Team.LEGAL)
    assert (by_day.trigger_time, by_day.due_time) == (None, None)
    assert recount_open() == []


def test_a_moved_time_is_counted_again_and_late_is_told_to_the_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    deadline = question()
    deadline.trigger_time = time(15)
    deadline.save()
    assert deadline.due_time == time(15)
    for minute, late in ((59, False), (1, True)):
        now = datetime(2026, 3, 3, 14 if minute == 59 else 15, minute, tzinfo=SEOUL)
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        assert deadline.is_late == late


def test_the_list_the_page_and_the_calendar_show_the_time(signed_in: Callable[[Staff], Client]) -> None:
    client = signed_in(StaffFactory(role=Role.TEAM, team=Team.LEGAL))
    deadline = question(title="구정질문")
    DeadlineFactory(title="2026구합9", rule=RuleFactory(), trigger_on=date(2026, 3, 6))
    assert "2026. 3. 3. 10:00" in client.get(reverse("core.deadline-list")).content.decode()
    page = client.get(reverse("core.deadline-detail", args=[deadline.pk])).content.decode()
    assert "법정 기한 2026. 3. 3.(화) 10:00" in page and "2026. 3. 6.(금) 10:00 − 72시간" in page
    assert "<small>10:00</small>" in client.get("/calendar/", {"day": "2026-03-03"}).content.decode()
    assert "2026. 3. 3.(화) 10:00" in client.get("/calendar/", {"day": "2026-03-03", "view": "list"}).content.decode()


def test_the_feed_and_the_alert_carry_the_time() -> None:
    officer = StaffFactory(role=Role.TEAM, team=Team.LEGAL)
    question(title="구정질문", handler=officer)
    lines = feed(officer, "test", date(2026, 3, 1)).split("\r\n")
    assert "DTSTART:20260303T010000Z" in lines and not any(line.startswith("DTEND") for line in lines)
    watch_deadlines(date(2026, 3, 2))
    assert "법정 기한 2026. 3. 3.(화) 10:00" in Notice.objects.get(recipient=officer).text


def test_the_time_is_entered_on_the_form(signed_in: Callable[[Staff], Client]) -> None:
    client = signed_in(StaffFactory(role=Role.TEAM, team=Team.LEGAL))
    sent = {"title": "구정질문", "rule": hours_rule().pk, "trigger_on": "2026-03-06", "trigger_time": "10:00"}  # type: ignore[attr-defined]
    assert client.post(reverse("core.deadline-add"), sent).status_code == 302
    assert Deadline.objects.get().due_time == time(10)
    refused = client.post(reverse("core.deadline-add"), {**sent, "rule": RuleFactory().pk})
    assert refused.status_code == 422 and "시각을 쓰지 않습니다" in refused.content.decode()
