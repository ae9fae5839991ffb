"""주요업무계획의 화면과 엑셀이 지키는 약속."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from planning.work_plans.excel import ProgressEntryResource, WorkItemResource, WorkLineResource
from planning.work_plans.models import ProgressEntry, WorkLine, WorkPlan
from planning.work_plans.views.records import (
    ProgressEntryScreens,
    WorkItemScreens,
    WorkLineScreens,
    WorkPlanScreens,
    WorkTableScreens,
)
from tests.excel_tests import ExcelTests
from tests.planning.work_plans.factories import (
    PLANNING,
    ProgressEntryFactory,
    WorkItemFactory,
    WorkLineFactory,
    WorkPlanFactory,
    WorkTableFactory,
)
from tests.screens import ScreenTests


class WorkScreenTests(ScreenTests):
    owner = PLANNING
    outsider: ClassVar = {"role": "head"}


class TestWorkPlan(WorkScreenTests):
    screens = WorkPlanScreens
    change: ClassVar = {"title": "새 제목"}
    made = 0

    def factory(self) -> WorkPlan:
        self.made += 1
        return WorkPlanFactory(year=2030 + self.made)


class TestWorkItem(WorkScreenTests):
    screens, factory = WorkItemScreens, WorkItemFactory
    change: ClassVar = {"title": "새 이름", "body": "□ 사업개요\r\n ○ 새 줄"}


class TestWorkLine(WorkScreenTests):
    screens, factory = WorkLineScreens, WorkLineFactory
    change: ClassVar = {"text": "고친 줄"}


class TestWorkTable(WorkScreenTests):
    screens, factory = WorkTableScreens, WorkTableFactory
    change: ClassVar = {"unit": "단위: 건"}


class TestProgressEntry(WorkScreenTests):
    screens, factory = ProgressEntryScreens, ProgressEntryFactory
    change: ClassVar = {"text": "○ 더 함"}


class TestWorkItemExcel(ExcelTests):
    resource = WorkItemResource
    broken = ("required_own_amount", "많음")

    def make(self) -> list[Any]:
        return [WorkItemFactory() for _ in range(3)]


class TestWorkLineExcel(ExcelTests):
    resource = WorkLineResource
    broken = ("done_on", "언젠가")

    def make(self) -> list[Any]:
        item = WorkItemFactory(body="□ 사업개요\n ○ 하나\n   - 둘")
        return list(item.lines.all())

    @pytest.mark.django_db
    def test_a_line_changed_in_excel_changes_the_text(self) -> None:
        line = WorkLine.objects.get(pk=self.make()[1].pk)
        line.text = "하나를 고침"
        line.save()
        line.item.refresh_from_db()
        assert line.item.body == "□ 사업개요\n ○ 하나를 고침\n   - 둘"


class TestProgressEntryExcel(ExcelTests):
    resource = ProgressEntryResource
    broken = ("rate", "절반")

    def make(self) -> list[ProgressEntry]:
        return [ProgressEntryFactory() for _ in range(3)]
