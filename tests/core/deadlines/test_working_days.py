"""근무일 세기: 주말과 공휴일을 건너뛰고, 모르는 해는 모른다고 한다."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from config.load_report import load_facts
from core.deadlines.models import Holiday
from core.deadlines.working_days import Calendar, CalendarMissing
from core.history.settle import Settling

FILE = settings.BASE_DIR / "fixtures" / "holidays_2023_2027.json"
DAYS = json.loads(FILE.read_text(encoding="utf-8"))["holidays"]
CALENDAR = Calendar({date.fromisoformat(day): name for rows in DAYS.values() for day, name in rows})


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "n", "found"),
    [
        ("2026-09-23", 1, "2026-09-28"),  # 추석 연휴와 일요일
        ("2026-09-28", -1, "2026-09-23"),
        ("2026-10-02", 1, "2026-10-06"),  # 개천절이 토요일이라 월요일이 대체공휴일
        ("2026-12-31", 1, "2027-01-04"),  # 해를 넘긴다
        ("2026-09-26", 0, "2026-09-26"),
        ("2026-11-16", 5, "2026-11-23"),
        ("2026-11-21", -3, "2026-11-18"),  # 토요일에서 거꾸로
    ],
)
def test_working_days_are_added(start: str, n: int, found: str) -> None:
    assert CALENDAR.add_working_days(day(start), n) == day(found)


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2026-09-23", "2026-09-28", 1),
        ("2026-09-25", "2026-09-27", 0),
        ("2026-11-20", "2026-11-20", 0),
        ("2026-11-20", "2026-11-19", 0),
        ("2026-11-20", "2026-11-23", 1),
    ],
)
def test_working_days_between_leave_out_the_first_day(start: str, end: str, count: int) -> None:
    assert CALENDAR.working_days_between(day(start), day(end)) == count


@given(st.dates(date(2023, 2, 1), date(2027, 10, 1)), st.integers(1, 20))
def test_adding_and_counting_agree(start: date, n: int) -> None:
    end = CALENDAR.add_working_days(start, n)
    assert CALENDAR.is_working_day(end)
    assert CALENDAR.working_days_between(start, end) == n
    assert CALENDAR.working_days_between(start, end - timedelta(days=1)) == n - 1


def test_an_unknown_year_is_not_taken_as_free_of_holidays() -> None:
    with pytest.raises(CalendarMissing, match="2028년 공휴일이 등록되지 않아") as caught:
        CALENDAR.add_working_days(day("2027-12-31"), 1)
    assert caught.value.year == 2028
    # 임시공휴일 하루만 적은 해도 아직 모르는 해다.
    some = Calendar({**CALENDAR.holidays, day("2028-04-12"): "국회의원 선거일"})
    assert not some.knows(2028)
    assert not some.is_working_day(day("2028-04-12"))
    # 주말만 세어 달라고 하면 세어 준다.
    weekends = Calendar(CALENDAR.holidays, weekends_only=True)
    assert weekends.add_working_days(day("2027-12-31"), 1) == day("2028-01-03")


@pytest.mark.django_db
def test_the_table_is_read_once(django_assert_num_queries: object) -> None:
    load_facts(Settling())
    assert sum(map(len, DAYS.values())) == Holiday.objects.count()
    with django_assert_num_queries(1):  # type: ignore[operator]
        calendar = Calendar.load(day("2026-09-23"), day("2026-09-28"))
        assert calendar.working_days_between(day("2026-09-23"), day("2026-09-28")) == 1
    assert (calendar.knows(2025), calendar.knows(2027), calendar.knows(2024)) == (True, True, False)
    # 임시공휴일을 더하면 그날은 근무일이 아니다.
    Holiday.objects.create(date=day("2026-09-28"), name="임시공휴일", kind=Holiday.Kind.TEMPORARY)
    assert Calendar.load().add_working_days(day("2026-09-23"), 1) == day("2026-09-29")


@pytest.mark.django_db
def test_loading_twice_keeps_what_people_changed() -> None:
    load_facts(Settling())
    Holiday.objects.filter(date=day("2026-05-01")).update(name="근로자의 날")
    again = Settling()
    load_facts(again)
    assert (again.counts["created"], again.counts["kept"]) == (0, 1)
    assert Holiday.objects.get(date=day("2026-05-01")).name == "근로자의 날"
    kinds = dict(Holiday.objects.filter(date__year=2026).values_list("date", "kind"))
    assert kinds[day("2026-10-05")] == Holiday.Kind.SUBSTITUTE
    assert kinds[day("2026-06-03")] == Holiday.Kind.ELECTION
