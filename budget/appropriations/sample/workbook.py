"""e호조 「세부사업별 집행현황」을 흉내 낸 엑셀: 제목 줄, 두 줄 머리글, 계와 단위사업 소계."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

import xlsxwriter

from budget.appropriations.models.versions import SOURCES
from budget.appropriations.sample.ledger import SEED, YEAR, LedgerLine, ledger

TITLE = "세부사업별 집행현황"
LEFT = ("회계연도", "회계", "분야", "부문", "정책사업", "단위사업", "세부사업", "세부사업코드", "편성목", "통계목", "부서", "예산액")
GROUP = "재원별 예산"
RIGHT = ("예산현액", "원인행위액", "지출액", "집행잔액")
WIDTHS = (9, 10, 16, 18, 28, 28, 30, 13, 18, 26, 18)
AMOUNT_AT = LEFT.index("예산액")


def write_execution_file(path: Path, as_of: date, seed: int = SEED) -> int:
    """as_of 기준의 집행현황 파일을 쓰고 자료 줄의 수를 준다. 같은 기준일과 씨앗이면 같은 파일이다."""
    if as_of.year != YEAR:
        raise ValueError(f"표본은 {YEAR} 회계연도뿐입니다.")
    lines = [line for line in ledger(seed) if line.current(as_of)]
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"title": TITLE, "comments": "표본", "created": datetime(YEAR, 1, 1)})
        sheet = book.add_worksheet(TITLE)
        bold = book.add_format({"bold": True, "font_size": 14, "align": "center"})
        head = book.add_format({"bold": True, "border": 1, "align": "center", "valign": "vcenter", "bg_color": "#EDEDED"})
        text, amount = book.add_format({"border": 1}), book.add_format({"border": 1, "num_format": "#,##0"})
        last = len(LEFT) + len(SOURCES) + len(RIGHT) - 1
        sheet.merge_range(0, 0, 0, last, TITLE, bold)
        sheet.write(1, 0, f"회계연도: {YEAR}  기준일: {as_of.isoformat()}  (표본)")
        sheet.write(2, last, "(단위: 원)")
        for at, name in enumerate(LEFT):
            sheet.merge_range(3, at, 4, at, name, head)
        sheet.merge_range(3, len(LEFT), 3, len(LEFT) + len(SOURCES) - 1, GROUP, head)
        for at, name in enumerate(SOURCES.values(), start=len(LEFT)):
            sheet.write(4, at, name, head)
        for at, name in enumerate(RIGHT, start=len(LEFT) + len(SOURCES)):
            sheet.merge_range(3, at, 4, at, name, head)
        for at, width in enumerate(WIDTHS):
            sheet.set_column(at, at, width)
        sheet.set_column(AMOUNT_AT, last, 16)
        sheet.freeze_panes(5, 0)
        for number, row in enumerate(_rows(lines, as_of), start=5):
            for at, value in enumerate(row):
                if value is not None:
                    sheet.write(number, at, value, amount if at >= AMOUNT_AT else text)
    return len(lines)


def _rows(lines: list[LedgerLine], day: date) -> Iterable[list[str | int | None]]:
    """계, 그리고 부서의 단위사업마다 줄과 소계."""
    blank: list[str | int | None] = [None] * AMOUNT_AT
    total = list(blank)
    total[LEFT.index("회계")] = "계"
    yield [*total, *_sum(lines, day)]
    for (department, unit), group in groupby(lines, key=lambda line: (line.department, line.unit)):
        members = list(group)
        for line in members:
            yield [
                YEAR, line.account, line.field, line.sector, line.policy, unit, line.program, line.code,
                line.expense_item, line.stat_item, department, *_amounts(line, day),
            ]
        subtotal = list(blank)
        subtotal[LEFT.index("단위사업")], subtotal[LEFT.index("세부사업")] = unit, "소계"
        yield [*subtotal, *_sum(members, day)]


def _amounts(line: LedgerLine, day: date) -> list[int]:
    current, spent = line.current(day), line.spent(day)
    return [line.budget(day), *line.sources(day).values(), current, line.committed(day), spent, current - spent]


def _sum(lines: list[LedgerLine], day: date) -> list[int]:
    return [sum(column) for column in zip(*(_amounts(line, day) for line in lines), strict=True)]
