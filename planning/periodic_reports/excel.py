"""주간·월중 항목과 구분의 엑셀."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from core.access import Role
from core.excel.resource import ExcelResource
from core.excel.values import CellError
from planning.periodic_reports.hours import HourError, normal_hour
from planning.periodic_reports.models import EntryKind, ReportEntry, weekly_submissions


class EntryKindResource(ExcelResource):
    """항목의 구분."""

    model = EntryKind
    key = ("name",)


class ReportEntryResource(ExcelResource):
    """주간·월중 항목. 부서가 올린 새 줄은 지금 접수하는 주간 회차의 제출에 들어간다."""

    model = ReportEntry
    key = ("department", "starts_on", "hour", "title")
    required = ("starts_on", "title")
    fields = (
        "department", "starts_on", "ends_on", "hour", "kind", "title", "content", "place", "mayor_attends", "deputy_attends",
        "attendees", "contact", "status", "note",
    )  # fmt: skip
    synonyms: ClassVar = {
        "department": ("부서명", "담당부서", "주관부서"), "starts_on": ("일자", "시작일", "일시"), "ends_on": ("종료일", "끝나는 날"),
        "hour": ("시간",), "kind": ("종류",), "title": ("행사명", "업무명", "건명"), "content": ("주요내용", "세부내용"),
        "mayor_attends": ("구청장", "구청장참석"), "deputy_attends": ("부구청장", "부구청장참석"),
        "attendees": ("참석자", "참석인원", "참석범위"), "contact": ("담당자", "연락처"),
    }  # fmt: skip
    notes: ClassVar = {
        "department": "부서 담당자가 올리면 비워 두어도 우리 부서로 들어갑니다.",
        "hour": "14:00 이나 14:00~15:30. 오후 2시, 1400도 읽습니다. 정하지 않았으면 비워 둡니다.",
        "kind": "비우면 첫 구분으로 들어갑니다.",
    }

    def match(self, values: dict[str, Any], find: Callable[[tuple[str, ...], dict[str, Any]], Any]) -> Any:
        """부서·날짜·시각·제목이 같은 항목. 시각은 한 모양으로 바꾸어 보고, 비었으면 빼고 본다."""
        try:
            hour = normal_hour(str(values.get("hour") or ""))
        except HourError as error:
            raise CellError("시각을 읽지 못했습니다", str(error)) from error
        names = tuple(name for name in self.key if name != "hour" or hour)
        if any(values.get(name) in (None, "") for name in names):
            return None
        return find(names, values | {"hour": hour})

    def complete(self, instance: Any, examiner: Any) -> None:
        """새 줄의 부서, 구분, 주간 회차의 제출. 부서가 적을 수 있는 회차가 없으면 올리지 못한다."""
        memo, user = examiner.memo, examiner.user
        if instance.department_id is None and user is not None and user.role == Role.DEPARTMENT:
            instance.department_id = user.department_id
        if instance.department_id is None:
            raise CellError("부서가 비어 있습니다", "부서 이름을 적어 주세요")
        if instance.kind_id is None:
            if "kind" not in memo:
                memo["kind"] = EntryKind.objects.first()
            instance.kind = memo["kind"]
        if "submissions" not in memo:
            memo["submissions"] = {}
            for one in weekly_submissions():
                memo["submissions"].setdefault(one.responsible_id, []).append(one)
        instance.join_round(memo["submissions"].get(instance.department_id, []))
        if user is not None and user.role == Role.DEPARTMENT:
            joined = instance.submission
            if joined is None or not joined.is_writing or not (joined.round.is_open or joined.is_reopened):
                raise CellError("지금 적을 수 있는 주간 회차가 없는 날짜입니다", "접수하는 주의 날짜로 적거나 기획조정팀에 요청하세요")
