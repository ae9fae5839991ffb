"""4개년 계획의 목록·상세·입력·엑셀이 지키는 약속."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.access import Role, Team
from core.excel.preview import NEW
from core.org.models import Department
from evaluation.four_year_plans.excel import (
    GoalResource,
    MilestoneResource,
    PlanFieldResource,
    QuarterResultResource,
    TaskResource,
    TaskTargetResource,
)
from evaluation.four_year_plans.models import Goal, PlanField, Task
from evaluation.four_year_plans.views.records import (
    FourYearPlanScreens,
    GenerationMapScreens,
    GoalScreens,
    MilestoneScreens,
    PlanFieldScreens,
    QuarterResultScreens,
    TaskRevisionScreens,
    TaskScreens,
    TaskTargetScreens,
)
from tests.evaluation.four_year_plans.factories import (
    FourYearPlanFactory,
    GenerationMapFactory,
    GoalFactory,
    MilestoneFactory,
    PlanFieldFactory,
    QuarterResultFactory,
    TaskFactory,
    TaskRevisionFactory,
    TaskTargetFactory,
)
from tests.excel_tests import ExcelTests, admin, preview, write
from tests.factories import DepartmentFactory
from tests.screens import ScreenTests

TEAM = {"role": Role.TEAM, "team": Team.EVALUATION}
OTHER_TEAM = {"role": Role.TEAM, "team": Team.BUDGET}


class PlanScreenTests(ScreenTests):
    __test__ = False
    owner, outsider = TEAM, OTHER_TEAM


class TestFourYearPlan(PlanScreenTests):
    __test__ = True
    screens = FourYearPlanScreens
    change = {"task_count": 100}

    def factory(self) -> Any:
        from evaluation.four_year_plans.models import FourYearPlan

        last = FourYearPlan.objects.order_by("-generation").first()
        return FourYearPlanFactory(generation=last.generation + 1 if last else 8)


class TestGoal(PlanScreenTests):
    __test__ = True
    screens, factory = GoalScreens, GoalFactory
    change = {"title": "고친 목표"}


class TestPlanField(PlanScreenTests):
    __test__ = True
    screens, factory = PlanFieldScreens, PlanFieldFactory
    change = {"title": "고친 분야"}


class TestTask(PlanScreenTests):
    __test__ = True
    screens, factory = TaskScreens, TaskFactory
    change = {"title": "고친 과제"}
    bulk = {"weight": "2.00"}


class TestTaskTarget(PlanScreenTests):
    __test__ = True
    screens, factory = TaskTargetScreens, TaskTargetFactory
    change = {"text": "고친 목표"}


class TestMilestone(PlanScreenTests):
    __test__ = True
    screens, factory = MilestoneScreens, MilestoneFactory
    change = {"title": "고친 이정표"}
    bulk = {"done_on": "2023-06-30"}


class TestQuarterResult(PlanScreenTests):
    __test__ = True
    screens, factory = QuarterResultScreens, QuarterResultFactory
    change = {"actual": "□ 고친 실적"}


class TestTaskRevision(PlanScreenTests):
    __test__ = True
    screens, factory = TaskRevisionScreens, TaskRevisionFactory
    change = {"reason": "고친 사유"}


class TestGenerationMap(PlanScreenTests):
    __test__ = True
    screens, factory = GenerationMapScreens, GenerationMapFactory
    change = {"reason": "고친 사유"}


# ── 엑셀 ────────────────────────────────────────────────────────────────


class TestGoalExcel(ExcelTests):
    resource = GoalResource
    broken = ("number", "첫째")

    def make(self) -> list[Any]:
        return GoalFactory.create_batch(3)


class TestPlanFieldExcel(ExcelTests):
    resource = PlanFieldResource
    broken = ("number", "첫째")

    def make(self) -> list[Any]:
        goal = GoalFactory()
        return PlanFieldFactory.create_batch(3, goal=goal)


class TestTaskTargetExcel(ExcelTests):
    resource = TaskTargetResource
    broken = ("year", "내년쯤")

    def make(self) -> list[Any]:
        task = TaskFactory()
        return [TaskTargetFactory(task=task, year=year) for year in (2023, 2024, 2025)]


class TestMilestoneExcel(ExcelTests):
    resource = MilestoneResource
    broken = ("weight", "많이")

    def make(self) -> list[Any]:
        task = TaskFactory()
        return MilestoneFactory.create_batch(3, task=task, weight=30)


class TestQuarterResultExcel(ExcelTests):
    resource = QuarterResultResource
    broken = ("progress", "절반")

    def make(self) -> list[Any]:
        task = TaskFactory()
        return [QuarterResultFactory(task=task, quarter=quarter) for quarter in (1, 2, 3)]


class TestTaskExcel(ExcelTests):
    resource = TaskResource
    broken = ("weight", "무겁게")

    def make(self) -> list[Any]:
        field = PlanFieldFactory()
        return TaskFactory.create_batch(3, field=field)

    def read(self, tmp_path: Path, rows: list[list[Any]]) -> Any:
        return preview(TaskResource(), write(tmp_path / "과제.xlsx", rows), admin())

    def test_a_list_with_goal_and_field_names_builds_the_tree_in_file_order(self, tmp_path: Path) -> None:
        plan = FourYearPlanFactory()
        GoalFactory(plan=plan, number=1, title="소통 행정 목표")
        DepartmentFactory(name="주차과")
        found = self.read(tmp_path, [
            ["구정목표", "분야", "이행과제명", "담당부서"],
            ["소통 행정 목표", "소통", "소통 창구", "주차과"],
            ["새 목표", "교통", "주차장 조성", "주차과"],
            ["새 목표", "교통", "보행로 정비", "주차과"],
            ["새 목표", "환경", "숲길 조성", "주차과"],
        ])  # fmt: skip
        assert [str(issue) for issue in found.errors] == []
        assert found.counts[NEW] == 4
        assert not PlanField.objects.exists(), "미리보기는 아무것도 쓰지 않는다"
        TaskResource().apply(found, admin(), "과제.xlsx")
        assert list(Goal.objects.order_by("number").values_list("number", "title")) == [(1, "소통 행정 목표"), (2, "새 목표")]
        assert [str(task) for task in Task.objects.in_order()] == [
            "1-1-1 소통 창구", "2-1-1 주차장 조성", "2-1-2 보행로 정비", "2-2-1 숲길 조성",
        ]  # fmt: skip
        assert set(Task.objects.values_list("plan__generation", flat=True)) == {8}

    def test_the_same_list_twice_adds_nothing(self, tmp_path: Path) -> None:
        FourYearPlanFactory()
        DepartmentFactory(name="주차과")
        rows = [["구정목표", "분야", "이행과제명", "담당부서"], ["새 목표", "교통", "주차장 조성", "주차과"]]
        TaskResource().apply(self.read(tmp_path, rows), admin(), "과제.xlsx")
        again = self.read(tmp_path, rows)
        assert (again.counts[NEW], [str(issue) for issue in again.errors]) == (0, [])

    def test_one_number_twice_in_a_new_field_is_refused(self, tmp_path: Path) -> None:
        FourYearPlanFactory()
        DepartmentFactory(name="주차과")
        found = self.read(tmp_path, [
            ["구정목표", "분야", "번호", "이행과제명", "담당부서"],
            ["새 목표", "교통", 1, "주차장 조성", "주차과"],
            ["새 목표", "교통", 1, "보행로 정비", "주차과"],
        ])  # fmt: skip
        assert ["두 번" in issue.reason for issue in found.errors] == [True]

    def test_a_closed_department_of_the_period_is_accepted(self, tmp_path: Path) -> None:
        FourYearPlanFactory()
        DepartmentFactory(name="옛교통과", valid_to="2024-06-30")
        Department.objects.filter(name="옛교통과").first()
        found = self.read(tmp_path, [["구정목표", "분야", "이행과제명", "담당부서"], ["목표", "교통", "주차장", "옛교통과"]])
        assert [str(issue) for issue in found.errors] == []


@pytest.mark.django_db
def test_department_reads_its_own_tasks_only(client: Any) -> None:
    from tests.factories import StaffFactory

    own, other = DepartmentFactory(), DepartmentFactory()
    mine, theirs = TaskFactory(department=own), TaskFactory(department=other)
    client.force_login(StaffFactory(role=Role.DEPARTMENT, department=own))
    page = client.get(TaskScreens.url("list")).content.decode()
    assert mine.title in page
    assert theirs.title not in page
    assert client.get(TaskScreens.url("detail", theirs.pk)).status_code == 404
