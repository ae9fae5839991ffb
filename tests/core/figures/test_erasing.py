"""개인정보를 파기하는 날: 업무마다 따로 정하고, 끝난 날의 설정으로 센다."""

from __future__ import annotations

from datetime import date

import pytest

from core.figures.models import SETTING_KEYS, EraseKey, Setting

pytestmark = pytest.mark.django_db
ONE, OTHER = EraseKey("privacy.erase_one", "하나", "5"), EraseKey("privacy.erase_other", "다른 것", "3")


def test_each_function_counts_with_its_own_years_of_the_day_it_ended() -> None:
    assert (ONE.day(date(2026, 11, 10)), OTHER.day(date(2026, 11, 10))) == (date(2031, 11, 10), date(2029, 11, 10))
    Setting.objects.create(key=ONE.key, value="2", valid_from=date(2027, 1, 1))
    assert ONE.day(date(2026, 12, 31)) == date(2031, 12, 31)
    assert ONE.day(date(2027, 1, 1)) == date(2029, 1, 1)
    assert OTHER.day(date(2027, 1, 1)) == date(2030, 1, 1)


def test_a_day_that_is_not_in_that_year_is_the_next_day() -> None:
    assert OTHER.day(date(2024, 2, 29)) == date(2027, 3, 1)


def test_every_erase_setting_has_a_name_of_its_own() -> None:
    keys = [one for one in SETTING_KEYS if isinstance(one, EraseKey)]
    assert keys and all(one.key.startswith("privacy.erase_") and one.parse(one.default) > 0 for one in keys)
