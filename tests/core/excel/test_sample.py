"""표본의 표: 올리는 길 그대로 실리고, 오늘에서 센 날짜를 알고, 틀린 줄이 있으면 하나도 싣지 않는다."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from core.excel.sample import SampleRefused, load_sheet, sheet_lines
from core.history.models import Change
from core.org.excel import DepartmentResource
from core.org.models import Department

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(tmp_path: Path, settings: Any) -> Path:
    settings.BASE_DIR = tmp_path
    folder = tmp_path / "fixtures" / "sample" / "core"
    folder.mkdir(parents=True)
    return folder / "departments.csv"


def test_a_sheet_goes_in_as_an_upload_does(sheet: Path) -> None:
    sheet.write_text("부서 코드,부서명,설치일\nS1,표본과,오늘-30\nS2,\"오늘, 표본\",2023-01-01\n", encoding="utf-8")
    made = load_sheet(DepartmentResource(), "core/departments")
    assert [(one.code, one.name, one.is_sample) for one in made] == [("S1", "표본과", True), ("S2", "오늘, 표본", True)]
    assert all(one.pk for one in made)
    started = Department.objects.get(code="S1").valid_from
    assert 30 <= (timezone.localdate() - started).days <= 40
    assert started.weekday() < 5
    change = Change.objects.filter(model="core.department").first()
    assert change is not None
    assert (change.actor, change.source) == (None, "엑셀 표본 자료")
    # 두 번 실어도 같다.
    assert [one.pk for one in load_sheet(DepartmentResource(), "core/departments")] == [one.pk for one in made]
    assert Department.objects.count() == 2


def test_a_row_the_product_forbids_stops_the_whole_sheet(sheet: Path) -> None:
    sheet.write_text("부서 코드,부서명,부서 구분\nS1,표본과,과\nS2,표본국,없는 구분\n", encoding="utf-8")
    with pytest.raises(SampleRefused, match="없는 구분"):
        load_sheet(DepartmentResource(), "core/departments")
    assert not Department.objects.exists()


def test_a_heading_the_product_does_not_read_stops_the_sheet(sheet: Path) -> None:
    sheet.write_text("부서 코드,부서명,없는 머리글\nS1,표본과,1\n", encoding="utf-8")
    with pytest.raises(SampleRefused, match="없는 머리글"):
        load_sheet(DepartmentResource(), "core/departments")


def test_lines_without_a_resource_are_read_by_heading(sheet: Path) -> None:
    sheet.write_text("해,실적\n2022,91\n", encoding="utf-8")
    assert sheet_lines("core/departments") == [{"해": "2022", "실적": "91"}]
