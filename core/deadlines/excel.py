"""공휴일과 기한 규칙의 엑셀."""

from __future__ import annotations

from typing import ClassVar

from core.deadlines.models import DeadlineRule, Holiday
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
        "is_disputed": "비워 두면 아니오입니다.",
        "source": "임시공휴일은 국무회의 의결이나 관보를 적습니다.",
    }


class DeadlineRuleResource(ExcelResource):
    """기한 규칙. 법이 바뀌면 앞의 행에 적용 종료일을 적고 같은 코드로 새 행을 더한다."""

    model = DeadlineRule
    key = ("code", "valid_from")
    fields = (
        "code", "name", "area", "trigger", "length", "unit", "direction", "rolls", "counts_first_day", "is_peremptory",
        "needs_second_person", "article", "confidence", "alert_days", "valid_from", "valid_to", "note",
    )  # fmt: skip
    required = ("code", "name", "length", "article")
    other_keys = (("code",),)
    synonyms: ClassVar = {
        "name": ("기한", "기한명"), "trigger": ("기산일", "기산점"), "length": ("기간", "날수"), "article": ("근거", "근거 조문"),
    }  # fmt: skip
