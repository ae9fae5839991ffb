"""기간 계산: 손으로 센 보기(vectors.json)와, 어떤 날에도 지켜야 하는 것."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from core.deadlines.periods import Direction, Period, Unit, count
from core.deadlines.working_days import Calendar

_HOLIDAYS = json.loads((settings.BASE_DIR / "fixtures" / "holidays_2023_2027.json").read_text(encoding="utf-8"))["holidays"]
CALENDAR = Calendar(
    {date.fromisoformat(day): name for rows in _HOLIDAYS.values() for day, name in rows},
    disputed=frozenset({date(2026, 5, 1), date(2027, 5, 1), date(2027, 5, 3)}),
)
VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))["vectors"]
DAY = timedelta(days=1)


def on(text: str) -> date:
    return date.fromisoformat(text)


def period_of(vector: dict[str, Any]) -> tuple[Period, date]:
    """보기의 입력을 계산기의 말로."""
    given_, name = vector["inputs"], vector["calculator"].split()[-1]
    days = {"appeal_deadline": 14}.get(name, given_.get("days"))
    if name in ("budget_submission", "budget_vote"):
        return Period(given_["days_before"], direction=Direction.BACKWARD, rolls=False), on(given_["fiscal_year_start"])
    if name == "effective_date":
        return Period(days, direction=Direction.ELAPSED, rolls=False), on(given_["promulgated"])
    if name == "settlement_deadline":
        return Period(given_["months"], Unit.MONTHS), on(given_["event"])
    trigger = next(value for key, value in given_.items() if key not in ("note", "days", "kind"))
    return Period(days), on(trigger)


@pytest.mark.parametrize("vector", [one for one in VECTORS if one["id"] != "V31"], ids=lambda one: one["id"])
def test_worked_examples(vector: dict[str, Any]) -> None:
    found = count(*period_of(vector), CALENDAR)
    expected = vector["expected"]
    if isinstance(expected, str):
        expected = {"due": expected}
    assert {name: getattr(found, name).isoformat() for name in expected} == expected


def test_the_earlier_of_two_clocks_binds() -> None:
    vector = next(one for one in VECTORS if one["id"] == "V31")
    known = count(Period(90), on(vector["inputs"]["known"]), CALENDAR)
    disposed = count(Period(180), on(vector["inputs"]["disposed"]), CALENDAR)
    assert known.due.isoformat() == vector["expected"]["known_due"]
    assert disposed.due.isoformat() == vector["expected"]["disposed_due"]
    assert min(known.due, disposed.due).isoformat() == vector["expected"]["due"]


def test_the_appeal_over_chuseok_says_how_it_was_counted() -> None:
    found = count(Period(14), on("2026-09-11"), CALENDAR)
    assert (found.raw, found.due, found.safe) == (on("2026-09-25"), on("2026-09-28"), on("2026-09-28"))
    assert [name for _day, name in found.crossed] == ["추석", "추석 다음 날", "일요일"]
    text = "\n".join(found.steps)
    assert "식: 2026. 9. 11.(금) + 14일 = 2026. 9. 25.(금)" in text
    assert "민법 제157조" in text
    assert "추석" in text
    assert "민법 제161조" in text


@pytest.mark.parametrize(
    ("period", "trigger", "raw", "due", "safe"),
    [
        # 달과 해: 해당하는 날의 전날, 없으면 말일(민법 160)
        (Period(1, Unit.MONTHS), "2026-01-30", "2026-02-28", "2026-03-03", "2026-03-03"),
        (Period(1, Unit.YEARS), "2024-02-28", "2025-02-28", "2025-02-28", "2025-02-28"),
        (Period(1, Unit.YEARS), "2025-09-24", "2026-09-24", "2026-09-28", "2026-09-28"),
        # 공휴일법: 공포 2026-02-10, 3개월이 지난 날
        (Period(3, Unit.MONTHS, Direction.ELAPSED, rolls=False), "2026-02-10", "2026-05-11", "2026-05-11", "2026-05-11"),
        # 권리를 제한하는 기간은 첫날을 세고 미루지 않는다(행정기본법 6②)
        (Period(10, rolls=False, counts_first_day=True), "2026-09-17", "2026-09-26", "2026-09-26", "2026-09-23"),
        # 근무일
        (Period(5, Unit.WORKING_DAYS), "2026-09-21", "2026-09-30", "2026-09-30", "2026-09-30"),
        (Period(3, Unit.WORKING_DAYS, Direction.BACKWARD, rolls=False), "2026-09-30", "2026-09-22", "2026-09-22", "2026-09-22"),
        # 거꾸로: 연휴에 걸리면 연휴 앞까지
        (Period(3, direction=Direction.BACKWARD, rolls=False), "2026-09-30", "2026-09-26", "2026-09-26", "2026-09-23"),
        (Period(6, Unit.MONTHS, Direction.BACKWARD, rolls=False), "2026-08-31", "2026-02-27", "2026-02-27", "2026-02-27"),
        # 지체 없이
        (Period(0, Unit.PROMPT), "2026-09-25", "2026-09-25", "2026-09-28", "2026-09-28"),
        (Period(3, Unit.PROMPT), "2026-09-23", "2026-09-30", "2026-09-30", "2026-09-30"),
        # 노동절에 법원의 기간이 미뤄지는지는 분명하지 않다: 법정 기한은 뒤로, 안전 기한은 앞으로
        (Period(14), "2026-04-17", "2026-05-01", "2026-05-04", "2026-04-30"),
        (Period(0, rolls=False), "2026-11-21", "2026-11-21", "2026-11-21", "2026-11-20"),
    ],
)
def test_each_way_of_counting(period: Period, trigger: str, raw: str, due: str, safe: str) -> None:
    found = count(period, on(trigger), CALENDAR)
    assert (found.raw.isoformat(), found.due.isoformat(), found.safe.isoformat()) == (raw, due, safe)
    assert found.steps


def test_paused_days_push_the_end() -> None:
    found = count(Period(30), on("2026-09-01"), CALENDAR, paused_days=7)
    assert (found.raw, found.due) == (on("2026-10-08"), on("2026-10-08"))
    assert any("멈춘 7일" in step for step in found.steps)


def test_a_year_without_holidays_is_counted_but_says_so() -> None:
    found = count(Period(14), on("2027-12-24"), CALENDAR)
    assert found.due == on("2028-01-07")
    assert found.is_provisional
    assert "2028년 공휴일이 아직 등록되지 않아" in found.steps[-1]


dates = st.dates(date(2023, 2, 1), date(2026, 11, 1))
lengths = st.integers(1, 200)
forward = st.one_of(
    st.builds(Period, lengths), st.builds(Period, st.integers(1, 10), st.just(Unit.MONTHS)),
    st.builds(Period, st.integers(1, 40), st.just(Unit.WORKING_DAYS)),
    st.builds(Period, lengths, counts_first_day=st.just(True)),
)  # fmt: skip
backward = st.builds(
    Period, st.integers(0, 30), st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS]), st.just(Direction.BACKWARD), st.just(False)
)


@given(forward, dates)
def test_a_rolling_deadline_is_never_a_day_off_and_never_earlier(period: Period, trigger: date) -> None:
    found = count(period, trigger, CALENDAR)
    assert CALENDAR.is_working_day(found.due)
    assert CALENDAR.is_working_day(found.safe)
    assert trigger <= found.raw <= found.due
    assert found.safe <= found.due
    # 미룬 사이에는 근무일이 없다.
    assert not any(CALENDAR.is_working_day(found.raw + DAY * n) for n in range((found.due - found.raw).days))


@given(backward, dates.filter(lambda day: day > date(2023, 5, 1)))
def test_counting_back_is_never_late(period: Period, base: date) -> None:
    found = count(period, base, CALENDAR)
    assert found.safe <= found.due == found.raw < base
    assert CALENDAR.is_working_day(found.safe)
    if period.unit == Unit.DAYS:
        assert (base - found.raw).days - 1 == period.length
    else:
        assert CALENDAR.working_days_between(found.raw, base - DAY) >= period.length


@given(forward, dates, st.integers(0, 40))
def test_a_later_trigger_never_ends_earlier(period: Period, trigger: date, more: int) -> None:
    early, late = count(period, trigger, CALENDAR), count(period, trigger + DAY * more, CALENDAR)
    assert early.raw <= late.raw
    assert early.due <= late.due


@given(st.integers(1, 200), st.integers(0, 50), dates)
def test_a_longer_period_never_ends_earlier(length: int, more: int, trigger: date) -> None:
    assert count(Period(length), trigger, CALENDAR).due <= count(Period(length + more), trigger, CALENDAR).due


@given(st.integers(1, 400), dates)
def test_an_effective_date_never_moves_for_holidays(length: int, trigger: date) -> None:
    found = count(Period(length, direction=Direction.ELAPSED, rolls=False), trigger, CALENDAR)
    assert found.raw == found.due == found.safe == trigger + DAY * (length + 1)
