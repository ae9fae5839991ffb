"""정책실명제의 화면과 엑셀의 약속."""

from __future__ import annotations

from typing import Any, ClassVar

from core.access import Role, Team
from planning.named_policies import views
from planning.named_policies.excel import NamedPolicyResource, PolicyPersonResource, PolicyUpdateResource
from tests.excel_tests import ExcelTests
from tests.factories import StaffFactory
from tests.planning.named_policies import factories as make
from tests.screens import ScreenTests

TEAM: dict[str, Any] = {"role": Role.TEAM, "team": Team.PLANNING}
OTHER: dict[str, Any] = {"role": Role.TEAM, "team": Team.BUDGET}


class TestPolicy(ScreenTests):
    screens, factory, owner, outsider = views.PolicyScreens, make.PolicyFactory, TEAM, OTHER
    change: ClassVar = {"background": "○ 구민의 요구"}


class TestPerson(ScreenTests):
    screens, factory, owner, outsider = views.PersonScreens, make.PersonFactory, TEAM, OTHER
    change: ClassVar = {"opinion": "원안 동의"}


class TestUpdate(ScreenTests):
    screens, factory, owner, outsider = views.UpdateScreens, make.UpdateFactory, TEAM, OTHER
    change: ClassVar = {"results": "○ 40% 추진"}


class TestApplication(ScreenTests):
    """신청은 맡은 사람만 고친다."""

    screens, factory, owner, outsider = views.ApplicationScreens, make.ApplicationFactory, TEAM, OTHER
    change: ClassVar = {"reason": "까닭을 고쳐 적습니다."}

    def person(self, **values: Any) -> Any:
        if values == TEAM:
            self.handler = StaffFactory(**values)
            return self.handler
        return super().person(**values)

    def make(self, count: int = 1) -> list[Any]:
        handler = getattr(self, "handler", None) or StaffFactory(**TEAM)
        return [self.factory(handler=handler) for _ in range(count)]


class TestPolicyExcel(ExcelTests):
    resource = NamedPolicyResource
    broken = ("starts_on", "언젠가")

    def make(self) -> list[Any]:
        return [make.PolicyFactory() for _ in range(3)]


class TestPersonExcel(ExcelTests):
    resource = PolicyPersonResource
    broken = ("starts_on", "언젠가")

    def make(self) -> list[Any]:
        policy = make.PolicyFactory()
        return [make.PersonFactory(policy=policy) for _ in range(3)]


class TestUpdateExcel(ExcelTests):
    resource = PolicyUpdateResource
    broken = ("on", "언젠가")

    def make(self) -> list[Any]:
        return [make.UpdateFactory() for _ in range(3)]
