"""자치법규, 공포한 판, 의안, 상위법 개정, 정비과제, 신구조문의 엑셀."""

from __future__ import annotations

from typing import Any, ClassVar

from core.excel.lookups import Lookup
from core.excel.resource import ExcelResource
from legal.local_laws.models import ArticleChange, Bill, LawVersion, LocalLaw, RevisionTask, UpperLawChange


def _title(row: Any) -> str:
    return str(row.title)


def _full_law(row: Any) -> str:
    return f"{row.get_kind_display()} {row.title}"


class LocalLawResource(ExcelResource):
    """자치법규 목록. 자치법규정보시스템이나 부서가 만든 목록을 그대로 올린다."""

    model = LocalLaw
    key = ("kind", "title")
    group = "kind"
    synonyms: ClassVar = {
        "kind": ("구분", "법규종류", "자치법규종류", "법규구분"), "title": ("법규명", "자치법규 명", "조례명", "조례·규칙명", "제명"),
        "department": ("소관부서", "담당부서", "부서명", "부서"), "number": ("공포번호", "발령번호"),
        "promulgated_on": ("공포일", "공포일자", "발령일", "발령일자"),
        "effective_on": ("시행일", "시행일자"), "upper_laws": ("상위법령", "관련법령", "위임법령"),
        "repealed_on": ("폐지일자",), "elis_id": ("ELIS 번호", "자치법규 번호"),
    }  # fmt: skip
    notes: ClassVar = {"upper_laws": "여럿이면 한 칸에서 줄을 바꾸거나 쉼표로 나눕니다."}


class LawVersionResource(ExcelResource):
    """공포한 판(연혁)."""

    model = LawVersion
    key = ("law", "promulgated_on")
    fields = (
        "law", "action", "number", "promulgated_on", "effective_on", "is_effective_stated", "gazette_number", "elis_id", "text_sha256",
        "reason",
    )  # fmt: skip
    group = "law_id"
    lookups: ClassVar = {"law": Lookup(names=(_full_law, _title))}
    synonyms: ClassVar = {
        "law": ("자치법규명", "법규명", "조례명", "제명"), "action": ("구분", "제개정구분", "제·개정구분"),
        "promulgated_on": ("공포일자", "발령일"),
        "effective_on": ("시행일자",), "number": ("발령번호",), "gazette_number": ("공보번호", "구보"),
    }  # fmt: skip


class BillResource(ExcelResource):
    """의안. 새 행은 첫 단계에서 시작하고, 단계는 화면에서 옮긴다."""

    model = Bill
    key = ("title", "received_on")
    fields = (
        "kind", "action", "title", "law", "law_title", "proposer_kind", "proposer", "department", "handler", "received_on", "reason",
        "main_points", "notice_skip", "notice_skip_reason", "planned_promulgation_on", "stated_effective_on", "note",
    )  # fmt: skip
    lookups: ClassVar = {"law": Lookup(names=(_title, _full_law))}
    synonyms: ClassVar = {
        "title": ("의안 이름", "안건명", "법규안명"), "department": ("소관부서", "부서"), "handler": ("담당", "담당자"),
        "received_on": ("접수일", "입안일"),
        "kind": ("구분",), "action": ("제개정구분",), "law": ("대상 자치법규",),
    }  # fmt: skip


class UpperLawChangeResource(ExcelResource):
    """상위법의 제·개정."""

    model = UpperLawChange
    key = ("law_title", "promulgated_on")
    synonyms: ClassVar = {
        "law_title": ("법령", "상위법령"), "action": ("제개정구분", "구분"), "promulgated_on": ("공포일자",), "effective_on": ("시행일자",),
    }  # fmt: skip


class RevisionTaskResource(ExcelResource):
    """정비과제."""

    model = RevisionTask
    key = ("law", "change")
    fields = ("law", "change", "reason", "department", "due_on", "status", "opinion")
    lookups: ClassVar = {"law": Lookup(names=(_title, _full_law)), "change": Lookup(names=(str,))}
    synonyms: ClassVar = {"department": ("소관부서", "부서"), "due_on": ("기한",), "law": ("자치법규명",), "opinion": ("검토의견",)}


class ArticleChangeResource(ExcelResource):
    """신구조문대비표의 줄."""

    model = ArticleChange
    key = ("bill", "order")
    group = "bill_id"
    lookups: ClassVar = {"bill": Lookup(names=(_title,))}
    synonyms: ClassVar = {
        "old_text": ("현 행", "현행 조문"), "new_text": ("개 정 안", "개정 조문"), "article": ("조항",), "bill": ("의안명",),
    }  # fmt: skip
