"""자치법규 정비의 목록·입력 화면과 엑셀의 약속."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest

from core.access import Role, Team
from core.excel.preview import NEW
from legal.local_laws import excel
from legal.local_laws.models import LocalLaw
from legal.local_laws.views import records
from tests.excel_tests import ExcelTests, admin, preview, write
from tests.factories import DepartmentFactory
from tests.legal.local_laws import factories as make
from tests.screens import ScreenTests

TEAM: dict[str, Any] = {"role": Role.TEAM, "team": Team.LEGAL}
OTHER_TEAM: dict[str, Any] = {"role": Role.TEAM, "team": Team.BUDGET}


class TestLocalLaw(ScreenTests):
    screens, factory, owner, outsider = records.LocalLawScreens, make.LocalLawFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"note": "고침"}


class TestBill(ScreenTests):
    screens, factory, owner, outsider = records.BillScreens, make.BillFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"reason": "상위법 개정을 반영함"}


class TestRevisionTask(ScreenTests):
    screens, factory, owner, outsider = records.RevisionTaskScreens, make.RevisionTaskFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"opinion": "연내 개정"}
    bulk: ClassVar = {"due_on": "2026-10-30"}


class TestNoticeOpinion(ScreenTests):
    screens, factory, owner, outsider = records.NoticeOpinionScreens, make.NoticeOpinionFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"answer": "시행규칙에 반영함"}


class TestLocalLawExcel(ExcelTests):
    resource = excel.LocalLawResource
    broken = ("promulgated_on", "언젠가")

    def make(self) -> list[Any]:
        return [make.LocalLawFactory() for _ in range(3)]


class TestBillExcel(ExcelTests):
    resource = excel.BillResource
    broken = ("received_on", "언젠가")

    def make(self) -> list[Any]:
        return [make.BillFactory() for _ in range(3)]


@pytest.mark.django_db
def test_an_existing_list_of_local_laws_is_taken_as_it_is(tmp_path: Path) -> None:
    """부서가 쓰던 목록: 제목 줄, 다른 머리글, 온점 날짜, 한 칸에 여러 상위법."""
    DepartmentFactory(name="주차문화과")
    path = write(tmp_path / "목록.xlsx", [
        ["○○구 자치법규 목록(2026. 3. 현재)"],
        ["연번", "구분", "법규명", "공포번호", "공포일자", "시행일자", "소관부서", "상위법령"],
        [1, "조례", "○○구 주차장 설치 조례", "1523", "2023. 3. 2.", "2023. 3. 23.", "주차문화과", "주차장법, 주차장법 시행령"],
        [2, "규칙", "○○구 주차장 설치 조례 시행규칙", 812, "'23.5.4.", "20230525", "주차문화과", ""],
    ])  # fmt: skip
    found = preview(excel.LocalLawResource(), path, admin())
    assert [str(issue) for issue in found.errors] == []
    assert found.counts[NEW] == 2
    excel.LocalLawResource().apply(found, admin(), "목록.xlsx")
    law = LocalLaw.objects.with_state().get(kind="ordinance")
    assert (law.number, law.state, law.upper_titles) == ("1523", "in_force", ["주차장법", "주차장법 시행령"])
