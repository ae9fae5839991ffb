"""공휴일, 기한 규칙, 기한의 화면과 엑셀."""

from __future__ import annotations

from typing import Any, ClassVar

from core.access import Role, Team
from core.deadlines.excel import DeadlineRuleResource, HolidayResource
from core.deadlines.views import DeadlineRuleScreens, DeadlineScreens, HolidayScreens
from tests.core.deadlines.factories import DeadlineFactory, HolidayFactory, RuleFactory
from tests.excel_tests import ExcelTests
from tests.factories import DepartmentFactory
from tests.screens import ScreenTests


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


class TestRule(ScreenTests):
    screens, factory = DeadlineRuleScreens, RuleFactory
    owner: ClassVar = {"role": Role.ADMIN}
    outsider: ClassVar = {"role": Role.TEAM}
    change: ClassVar = {"length": "20"}
    bulk: ClassVar = {"alert_days": "30, 7"}


class TestRuleExcel(ExcelTests):
    resource = DeadlineRuleResource
    broken: ClassVar = ("length", "열나흘")

    def make(self) -> list[Any]:
        return [RuleFactory() for _ in range(3)]


class TestDeadline(ScreenTests):
    """맡은 팀이 고치고, 다른 팀은 본다."""

    screens, factory = DeadlineScreens, DeadlineFactory
    owner: ClassVar = {"role": Role.TEAM, "team": Team.LEGAL}
    outsider: ClassVar = {"role": Role.VIEWER}
    change: ClassVar = {"title": "2026누999"}
    bulk: ClassVar = {"department": ""}

    def make(self, count: int = 1) -> list[Any]:
        # 한꺼번에 비울 부서를 적어 둔다.
        return [DeadlineFactory(department=DepartmentFactory()) for _ in range(count)]
