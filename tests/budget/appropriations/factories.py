"""예산 시험에 쓰는 자료를 만든다."""

from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from django.core.files.base import ContentFile

from budget.appropriations.models import (
    DetailProgram,
    ExecutionRow,
    ExecutionSnapshot,
    FiscalYear,
    PolicyProgram,
    StatItem,
    UnitProgram,
)
from budget.appropriations.models.codes import ExpenseItem
from core.documents.models import StoredFile
from core.org.models import Department

HEADING = ["회계연도", "회계", "분야", "부문", "정책사업", "단위사업", "세부사업", "통계목", "부서", "예산액", "구비", "예산현액", "원인행위액", "지출액", "집행잔액"]


def fiscal_year(year: int = 2023) -> FiscalYear:
    return FiscalYear.objects.get_or_create(year=year)[0]


def department(name: str = "기획예산과", **values: Any) -> Department:
    return Department.objects.filter(name=name).first() or Department.objects.create(
        code=values.pop("code", name), name=name, **values
    )


def unit(name: str = "신뢰받는 법무행정", team: str = "legal", year: int = 2023) -> UnitProgram:
    policy, _ = PolicyProgram.objects.get_or_create(fiscal_year=fiscal_year(year), name="구정 기획")
    return UnitProgram.objects.get_or_create(fiscal_year=fiscal_year(year), policy_program=policy, name=name, defaults={"team": team})[0]


def program(name: str, unit_program: UnitProgram | None = None, **values: Any) -> DetailProgram:
    unit_program = unit_program or unit()
    return DetailProgram.objects.create(
        fiscal_year=unit_program.fiscal_year, unit_program=unit_program, name=name, **values
    )


def stat_item(code: str = "201-01", name: str = "사무관리비", year: int = 2023) -> StatItem:
    item, _ = ExpenseItem.objects.get_or_create(fiscal_year=fiscal_year(year), code=code[:3], defaults={"name": "일반운영비"})
    return StatItem.objects.get_or_create(fiscal_year=fiscal_year(year), code=code, defaults={"name": name, "expense_item": item})[0]


def snapshot(as_of: date = date(2023, 10, 31), apply: bool = True, **values: Any) -> ExecutionSnapshot:
    stored = StoredFile.objects.store(ContentFile(b"x", name="집행.xlsx"), None)
    made = ExecutionSnapshot.objects.create(
        fiscal_year=fiscal_year(as_of.year), as_of=as_of, file=stored, row_count=values.pop("row_count", 1),
        report={"errors": [], "error_count": 0, "skipped": [], "skipped_count": 0, "checks": [], "warnings": [],
                "totals": {}, "new_programs": [], "new_program_count": 0, "check_count": 0, "missing": [], "rows": 0, "taken": 0}, **values,
    )  # fmt: skip
    if apply:
        made.apply()
    return made


def row(of: ExecutionSnapshot, number: int, detail: DetailProgram, budget: int, spent: int, **values: Any) -> ExecutionRow:
    defaults: dict[str, Any] = {
        "department": detail.department, "department_name": str(detail.department or "다른 과"), "funding": "own",
        "own_amount": budget, "current_amount": budget, "committed_amount": spent, "balance_amount": budget - spent,
    }  # fmt: skip
    made = ExecutionRow.objects.create(
        snapshot=of, row_number=number, detail_program=detail, budget_amount=budget, spent_amount=spent, **(defaults | values)
    )
    # 가져오기처럼 행을 적고 합을 함께 적는다.
    ExecutionSnapshot.objects.get(pk=of.pk).summarise()
    return made


def line(detail: str, budget: Any, spent: Any, **values: Any) -> list[Any]:
    """e호조 파일의 한 줄. 이름으로 다른 칸을 바꾼다."""
    row = dict(zip(HEADING, [2023, "일반회계", "일반공공행정", "일반행정", "구정 기획", "신뢰받는 법무행정", detail, "201-01 사무관리비", "기획예산과", budget, budget, budget, spent, spent, None], strict=True))
    return list((row | values).values())


def ehojo_file(path: Path, lines: list[list[Any]], *, before: list[list[Any]] | None = None, heading: list[str] | None = None) -> Path:
    """제목 줄 아래에 머리글과 줄을 적은 엑셀."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("집행현황")
    for at, cells in enumerate([*(before or []), heading or HEADING, *lines]):
        for column, cell in enumerate(cells):
            if cell is not None:
                sheet.write(at, column, cell)
    book.close()
    return path
