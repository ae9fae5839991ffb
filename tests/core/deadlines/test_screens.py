"""공휴일의 화면과 엑셀."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

import factory
from factory.django import DjangoModelFactory

from core.access import Role
from core.deadlines.excel import HolidayResource
from core.deadlines.models import Holiday
from core.deadlines.views import HolidayScreens
from tests.excel_tests import ExcelTests
from tests.screens import ScreenTests


class HolidayFactory(DjangoModelFactory[Holiday]):
    class Meta:
        model = Holiday

    date = factory.Sequence(lambda n: date(2026, 1, 1) + timedelta(days=n))
    name = factory.Sequence(lambda n: f"쉬는 날 {n}")


class TestHoliday(ScreenTests):
    screens, factory = HolidayScreens, HolidayFactory
    owner: ClassVar = {"role": Role.ADMIN}
    outsider: ClassVar = {"role": Role.TEAM}
    change: ClassVar = {"name": "임시공휴일"}
    bulk: ClassVar = {"kind": "temporary"}


class TestHolidayExcel(ExcelTests):
    resource = HolidayResource
    broken: ClassVar = ("date", "추석")

    def make(self) -> list[Any]:
        return [HolidayFactory() for _ in range(3)]
