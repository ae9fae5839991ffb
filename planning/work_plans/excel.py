"""주요업무, 본문의 줄, 추진상황의 엑셀. 주요업무는 본문까지 한 행에 적고, 옆에 지난해의 본문을 회색으로 보인다."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from core.excel.examine import Examiner
from core.excel.lookups import Lookup
from core.excel.resource import ExcelResource
from planning.work_plans.models import ProgressEntry, WorkItem, WorkLine
from planning.work_plans.models.plans import MONEY_KINDS, SOURCES

MONEY_FIELDS = tuple(f"{kind}_{source}_amount" for kind in MONEY_KINDS for source in SOURCES)


def _title(row: Any) -> str:
    return str(row.title)


def _full(row: Any) -> str:
    return f"{row.plan} {row.department.name} > {row.title}"


def _numbered(row: Any) -> str:
    return f"{row.plan} {row.department.name} {row.number}"


_ITEM = Lookup(names=(_title, _full, _numbered), related=("plan", "department"))


class WorkItemResource(ExcelResource):
    """주요업무 한 건에 한 행. 본문은 한 칸에 줄을 바꾸어 적는다."""

    model = WorkItem
    key = ("plan", "department", "number")
    other_keys = (("plan", "department", "title"),)
    required = ("title",)
    fields = (
        "plan", "department", "number", "title", "team", "purpose", "body", *MONEY_FIELDS, "spent_on", "starts_on", "ends_on", "page",
    )  # fmt: skip
    group = "plan_id"
    previous: ClassVar = {"body": "지난해 본문(보는 칸)"}
    lookups: ClassVar = {"plan": Lookup(names=(str,))}
    synonyms: ClassVar = {
        "title": ("사업명", "업무명", "주요업무명"), "department": ("부서명", "소관부서"), "number": ("번호", "연번"),
        "purpose": ("사업목적", "추진목적"), "body": ("내용", "세부내용"), "required_own_amount": ("소요예산(원)",),
    }  # fmt: skip
    notes: ClassVar = {
        "body": "줄마다 □ ○ - · ※ 로 시작해 적습니다. 한 칸 안의 줄바꿈은 Alt+Enter, 금액의 자리는 [소요예산] 이나 [예산현황] 입니다.",
    }

    def previous_values(self, rows: list[Any]) -> Mapping[Any, Mapping[str, Any]]:
        keys = {row.predecessor_id for row in rows if row.predecessor_id}
        bodies = dict(WorkItem.objects.filter(pk__in=keys).values_list("pk", "body"))
        return {row.pk: {"body": bodies.get(row.predecessor_id)} for row in rows}


class WorkLineResource(ExcelResource):
    """본문의 줄. 줄을 고치면 사업의 글도 따라 바뀐다."""

    model = WorkLine
    key = ("item", "order")
    fields = ("item", "order", "mark", "text", "right", "done_on")
    required = ("item", "text")
    group = "item_id"
    lookups: ClassVar = {"item": _ITEM}
    synonyms: ClassVar = {"item": ("사업명", "주요업무명"), "text": ("내용",), "done_on": ("완료일",)}
    notes: ClassVar = {
        "order": "새 줄은 넣을 자리의 앞 줄과 같은 차례를 적으면 그 뒤에 들어갑니다. 비우면 맨 끝입니다.",
        "done_on": "추진일정·향후계획의 줄이면 마친 날을 적습니다.",
    }

    def match(self, values: dict[str, Any], find: Any) -> Any:
        """같은 차례의 줄이 둘일 수 있어 행 번호가 없는 줄은 새 줄로 본다."""
        return None

    def complete(self, instance: Any, examiner: Examiner) -> None:
        """차례를 비운 새 줄은 저장할 때 맨 끝에 놓인다."""


class ProgressEntryResource(ExcelResource):
    """기준일마다의 추진상황."""

    model = ProgressEntry
    key = ("item", "as_of")
    fields = ("item", "as_of", "rate", "text")
    group = "as_of"
    lookups: ClassVar = {"item": _ITEM}
    synonyms: ClassVar = {"item": ("사업명", "주요업무명"), "rate": ("진도율", "공정률"), "text": ("추진실적", "추진사항")}
    notes: ClassVar = {"rate": "시작부터 기준일까지의 누계를 0~100으로 적습니다."}
