"""학술용역의 화면과 엑셀의 약속."""

from __future__ import annotations

from typing import Any, ClassVar

from budget.research_projects.excel import ResearchOutputResource, ResearchProjectResource
from budget.research_projects.views.records import ResearchProjectScreens, SetAsideScreens, SimilarJobScreens
from core.access import Role, Team
from tests.budget.research_projects import factories as make
from tests.excel_tests import ExcelTests
from tests.screens import ScreenTests

TEAM: dict[str, Any] = {"role": Role.TEAM, "team": Team.BUDGET}


class TestResearchProject(ScreenTests):
    screens, factory = ResearchProjectScreens, make.ResearchProjectFactory
    owner, outsider = TEAM, {"role": Role.VIEWER}
    change: ClassVar = {"subject": "구민 1,000명"}
    bulk: ClassVar = {"year": 2027}


class TestSimilarJob(ScreenTests):
    screens, factory = SimilarJobScreens, make.SimilarJobFactory
    owner, outsider = TEAM, {"role": Role.VIEWER}
    change: ClassVar = {"judgement": "different", "reason": "대상이 다르다"}


class TestSetAside(ScreenTests):
    screens, factory = SetAsideScreens, make.SetAsideFactory
    owner, outsider = TEAM, {"role": Role.VIEWER}
    change: ClassVar = {"reason": "공사의 기본설계"}


class TestProjectExcel(ExcelTests):
    resource = ResearchProjectResource
    broken = ("requested_amount", "많이")

    def make(self) -> list[Any]:
        return make.ResearchProjectFactory.create_batch(3)


class TestOutputExcel(ExcelTests):
    resource = ResearchOutputResource
    broken = ("contract_amount", "많이")

    def make(self) -> list[Any]:
        return make.ResearchOutputFactory.create_batch(3)
