"""사업의 엑셀."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from core.excel.lookups import Lookup
from core.excel.resource import ExcelResource
from core.projects.models import Project


def _years(row: Any) -> tuple[date, date]:
    """사업을 하는 동안 있던 부서면 된다."""
    return date(row.start_year or 2000, 1, 1), date(row.end_year or 9999, 12, 31)


class ProjectResource(ExcelResource):
    """사업. 같은 부서, 같은 이름, 같은 시작 연도면 같은 사업이다."""

    model = Project
    key = ("department", "title", "start_year")
    fields = ("title", "department", "start_year", "end_year", "status", "team", "handler", "summary")
    lookups: ClassVar = {"department": Lookup(period=_years)}
    synonyms: ClassVar = {
        "title": ("사업", "사업 이름", "세부사업명"), "department": ("부서명", "소관부서", "담당부서"),
        "start_year": ("시작연도", "착수 연도"), "end_year": ("종료 연도", "끝연도", "완료 연도"), "status": ("추진 상태",),
        "handler": ("담당", "사업 담당자"), "summary": ("사업 개요", "내용"),
    }  # fmt: skip
    notes: ClassVar = {
        "end_year": "해마다 이어지는 사업은 비웁니다.",
        "status": "비워 두면 진행입니다.",
        "handler": "이름이나 사번을 적습니다. 같은 이름이 있으면 사번을 적습니다.",
    }
