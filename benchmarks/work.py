"""작업 파일: e호조 집행현황과 같은 열세 열의 엑셀. 같은 행 수면 언제나 같은 내용이다."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from benchmarks.ledger import department_names

# 표의 항목 이름 → 엑셀 머리글
COLUMNS = {
    "number": "연번", "account": "회계", "field": "분야", "policy": "정책사업", "unit": "단위사업", "program": "세부사업",
    "program_code": "세부사업코드", "stat_item": "통계목", "department": "부서", "budget_amount": "예산액(원)",
    "current_amount": "예산현액(원)", "committed_amount": "원인행위액(원)", "spent_amount": "지출액(원)",
}  # fmt: skip
PLACES = {name: place for place, name in enumerate(COLUMNS)}
STAT_ITEMS = (
    "201-01 사무관리비", "201-02 공공운영비", "202-01 국내여비", "203-01 기관운영업무추진비", "301-01 사회보장적수혜금",
    "307-04 민간행사사업보조", "308-01 자치단체경상보조금", "401-01 시설비", "402-01 민간자본사업보조", "405-01 자산및물품취득비",
)  # fmt: skip


def work_rows(count: int) -> Iterator[list[Any]]:
    """행 count 개. 세부사업은 40행에 하나꼴(많아야 1,500)이고 서른일곱 부서와 단위사업에 고르게 나뉜다."""
    random = Random(2023)
    departments = department_names()
    programs = max(1, min(1_500, count // 40))
    for number in range(1, count + 1):
        program = number % programs
        unit = program % 200
        budget = random.randrange(1_000, 900_000) * 1_000
        committed = budget * random.randrange(40, 100) // 100
        yield [
            number, "일반회계" if program % 9 else "주차장특별회계", f"{unit % 13:02}0 분야", f"정책사업 {unit % 60}", f"단위사업 {unit}",
            f"지역 주민 생활환경 개선 세부사업 {program}", f"{program:06}", STAT_ITEMS[number % len(STAT_ITEMS)],
            departments[program % len(departments)], budget, budget, committed, committed * 9 // 10,
        ]  # fmt: skip


def write_work(path: Path, count: int, errors: int = 0) -> Path:
    """작업 파일을 쓴다. errors 를 주면 그만큼의 행에서 예산액 칸을 글자로 망가뜨린다."""
    step = count // errors if errors else 0
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_numbers": False}) as book:
        page = book.add_worksheet("집행현황")
        page.write_row(0, 0, COLUMNS.values())
        for number, row in enumerate(work_rows(count), 1):
            if step and number % step == 0:
                row[PLACES["budget_amount"]] = "약 삼백만원쯤"
            page.write_row(number, 0, row)
    return path
