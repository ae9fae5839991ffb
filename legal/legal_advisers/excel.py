"""법률고문, 배정, 수당의 엑셀."""

from __future__ import annotations

from typing import ClassVar

from core.excel.resource import ExcelResource
from legal.legal_advisers.models import Adviser, AdviserFee


class AdviserResource(ExcelResource):
    """법률고문. 같은 이름과 소속이면 같은 고문이다."""

    model = Adviser
    key = ("name", "firm")
    fields = ("name", "firm", "specialty", "appointed_on", "term_end_on", "ended_on", "end_reason")
    required = ("name",)
    synonyms: ClassVar = {
        "name": ("성명", "고문", "변호사"), "firm": ("법무법인", "사무소"), "specialty": ("분야", "전문 분야"),
        "appointed_on": ("위촉 일자",),
        "term_end_on": ("임기만료일", "임기"), "ended_on": ("해촉 일자",),
    }  # fmt: skip
    notes: ClassVar = {"term_end_on": "비우면 법률고문 임기의 기한 규칙으로 셉니다.", "specialty": "여럿이면 쉼표로 나눕니다."}


class AdviserFeeResource(ExcelResource):
    """고문 수당. 같은 고문, 같은 달, 같은 종류, 같은 비고면 같은 수당이다."""

    model = AdviserFee
    key = ("adviser", "year", "month", "kind", "note")
    fields = ("adviser", "kind", "year", "month", "amount", "paid_on", "note")
    required = ("adviser", "year", "month", "kind")
    synonyms: ClassVar = {"adviser": ("고문", "성명"), "amount": ("지급액", "금액"), "paid_on": ("지급 일자",)}
