"""학술용역의 엑셀: 심의 신청과 결과."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from budget.research_projects.models import ResearchOutput, ResearchProject, Status, coming_year
from core.excel.examine import Examiner
from core.excel.lookups import Lookup
from core.excel.resource import ExcelResource
from core.excel.values import CellError


class ResearchProjectResource(ExcelResource):
    """심의 신청서. 부서가 늘 쓰는 아홉 열이 앞에 있고, 나머지는 비워도 된다."""

    model = ResearchProject
    key = ("year", "title")
    required = ("title",)
    fields = (
        "number", "department", "title", "purpose", "months", "requested_amount", "basis", "prior_search", "use_plan", "year", "partners",
        "subject", "method",
    )  # fmt: skip
    group = "year"
    synonyms: ClassVar = {
        "title": ("과제명", "용역 명"), "department": ("소관부서", "요구부서", "부서명"), "purpose": ("목적", "필요성", "목적·필요성"),
        "months": ("용역기간", "기간"), "requested_amount": ("요구액", "용역비", "신청액"), "basis": ("산출내역",),
        "prior_search": ("유사용역", "중복 검토"), "use_plan": ("활용 계획",),
    }  # fmt: skip
    notes: ClassVar = {
        "year": "비우면 지금 심의하는 예산의 해입니다. 지난 해의 새 줄은 견주어 볼 지난 용역으로 보고 「종결」로 넣습니다.",
        "partners": "여러 부서가 함께 사는 용역은 한 줄로 적고 나머지 부서를 여기에 쉼표로 적습니다.",
    }  # fmt: skip

    def match(self, values: dict[str, Any], find: Callable[[tuple[str, ...], dict[str, Any]], Any]) -> Any:
        return find(self.key, {**values, "year": values.get("year") or coming_year()}) if values.get("title") else None

    def complete(self, instance: Any, examiner: Examiner) -> None:
        """지난 해의 새 줄은 지난 용역이다."""
        instance.year = instance.year or coming_year()
        if instance.year < coming_year() - 1:
            instance.status = Status.CLOSED


class ResearchOutputResource(ExcelResource):
    """결과. 발주한 용역의 줄을 채우고, 지난 용역은 새 줄로 더한다."""

    model = ResearchOutput
    key = ("project",)
    fields = (
        "project", "contract_amount", "contractor", "period", "product", "use_text", "disclosure", "withheld_reason", "contracted_on",
        "result_on", "registration",
    )  # fmt: skip
    lookups: ClassVar = {"project": Lookup(names=(str, lambda row: f"{row.year} {row.title}"))}
    synonyms: ClassVar = {
        "project": ("과제명",), "contract_amount": ("계약액", "계약금액"), "contractor": ("계약상대자", "수행기관", "용역기관"),
        "period": ("용역기간", "계약기간"), "product": ("성과물",), "use_text": ("활용 내용", "활용결과"), "disclosure": ("공개 여부",),
    }  # fmt: skip

    def complete(self, instance: Any, examiner: Examiner) -> None:
        """발주는 화면에서 적는다. 엑셀로는 지난 용역의 결과만 새로 더한다."""
        if instance.project and instance.project.status != Status.CLOSED:
            raise CellError(f"「{instance.project}」은(는) 아직 발주하지 않은 용역입니다", "용역의 화면에서 「발주」를 먼저 적으세요")
