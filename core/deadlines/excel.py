"""공휴일의 엑셀."""

from __future__ import annotations

from typing import ClassVar

from core.deadlines.models import Holiday
from core.excel.resource import ExcelResource


class HolidayResource(ExcelResource):
    """공휴일. 해마다 한 파일로 올린다."""

    model = Holiday
    key = ("date",)
    required = ("date", "name")
    synonyms: ClassVar = {
        "date": ("일자", "공휴일자", "휴일"), "name": ("공휴일", "공휴일명", "명칭", "휴일명"), "kind": ("종류",),
    }  # fmt: skip
    notes: ClassVar = {
        "date": "그해의 1월 1일까지 모두 적어야 그해의 날짜를 셉니다.",
        "kind": "비워 두면 공휴일입니다.",
        "source": "임시공휴일은 국무회의 의결이나 관보를 적습니다.",
    }
