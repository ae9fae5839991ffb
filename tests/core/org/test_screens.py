"""조직과 사람의 화면."""

from __future__ import annotations

from typing import ClassVar

from core.access import Role
from core.org.views import (
    AssignmentScreens,
    DepartmentScreens,
    GradeScreens,
    LineageScreens,
    PostScreens,
    QuotaScreens,
    StaffScreens,
    VehicleScreens,
)
from tests.factories import (
    AssignmentFactory,
    DepartmentFactory,
    DepartmentLineageFactory,
    GradeFactory,
    PostFactory,
    QuotaFactory,
    StaffFactory,
    VehicleFactory,
)
from tests.screens import ScreenTests


class CommonScreenTests(ScreenTests):
    """모두 보고 시스템관리자만 고친다."""

    owner: ClassVar = {"role": Role.ADMIN}
    outsider: ClassVar = {"role": Role.TEAM}


class TestDepartment(CommonScreenTests):
    screens, factory = DepartmentScreens, DepartmentFactory
    change: ClassVar = {"short_name": "줄임"}
    bulk: ClassVar = {"kind": "dong"}


class TestLineage(CommonScreenTests):
    screens, factory = LineageScreens, DepartmentLineageFactory
    change: ClassVar = {"note": "고침"}


class TestStaff(CommonScreenTests):
    screens, factory = StaffScreens, StaffFactory
    change: ClassVar = {"extension": "1234"}
    bulk: ClassVar = {"extension": "1234"}


class TestGrade(CommonScreenTests):
    screens, factory = GradeScreens, GradeFactory
    change: ClassVar = {"order": "99"}


class TestPost(CommonScreenTests):
    screens, factory = PostScreens, PostFactory
    change: ClassVar = {"duties": "예산편성"}
    bulk: ClassVar = {"team": "legal"}


class TestAssignment(CommonScreenTests):
    screens, factory = AssignmentScreens, AssignmentFactory
    change: ClassVar = {"ends_on": "20231231"}
    bulk: ClassVar = {"ends_on": "2023. 12. 31.(일)"}


class TestQuota(CommonScreenTests):
    screens, factory = QuotaScreens, QuotaFactory
    change: ClassVar = {"headcount": "7"}
    bulk: ClassVar = {"basis": "정원 규칙"}


class TestVehicle(CommonScreenTests):
    screens, factory = VehicleScreens, VehicleFactory
    change: ClassVar = {"note": "고침"}
    bulk: ClassVar = {"category": "특수"}
