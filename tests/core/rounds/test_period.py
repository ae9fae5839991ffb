"""취합하는 기간."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rounds.period import Cycle, Period


@pytest.mark.parametrize(
    ("day", "cycle", "text"),
    [
        (date(2023, 11, 6), Cycle.QUARTER, "2023년 4/4분기"),
        (date(2023, 7, 1), Cycle.HALF, "2023년 하반기"),
        (date(2023, 2, 28), Cycle.MONTH, "2023년 2월"),
        (date(2023, 1, 1), Cycle.WEEK, "2022년 52주"),
        (date(2024, 12, 31), Cycle.DAY, "2024년 12월 31일"),
        (date(2023, 5, 5), Cycle.YEAR, "2023년"),
    ],
)
def test_name_of_the_period(day, cycle, text):
    assert str(Period.containing(day, cycle)) == text


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from([one for one in Cycle if one != Cycle.ONCE]))
def test_periods_touch_without_gaps(day, cycle):
    period = Period.containing(day, cycle)
    assert period.first_day <= day <= period.last_day
    assert period.next().first_day == period.last_day + timedelta(days=1)
    assert period.previous().next() == period
