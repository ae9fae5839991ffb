"""집행 현황과 추경 편성의 표. 화면과 엑셀과 보고서가 같은 표를 쓴다."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator

from budget.appropriations.dashboard import Execution, Line
from core.screens.board_table import BoardTable, Cell, Column, On, Row

BUDGET, SPENT = Column("예산액", "amount", width=18), Column("집행액", "amount", width=18)
_NAMES = {"units": "단위사업 / 업무보고 사업", "programs": "세부사업"}
_OWNERS = {"units": "담당", "programs": "부서"}
_SUPPLEMENT = "추경"
LAYER_COLUMNS = {
    "account": Column("회계 구분", "name", css="c stick", align="center"), "total": Column("계", "amount"),
    "original": Column("본예산", "amount"), "supp_sum": Column("소계", "amount", group=_SUPPLEMENT),
    "supp_1": Column("1차", "amount", group=_SUPPLEMENT), "supp_2": Column("2차", "amount", group=_SUPPLEMENT),
    "deemed": Column("간주처리", "amount"),
}  # fmt: skip


def execution_table(
    execution: Execution, tab: str, tab_label: str, total: Line, lines: Iterable[Line], can_explain: bool = False
) -> BoardTable:
    """한 탭의 집행 현황. 세부사업에는 부진 사유를 붙인다."""
    is_programs = tab == "programs"
    columns = [
        Column(_NAMES.get(tab, "구분"), "name", excel="구분", width=44),
        Column(_OWNERS.get(tab, "담당"), "text", on=On.ALL if tab in _OWNERS else On.EXCEL, excel="담당", width=16),
        BUDGET, Column("예산현액", "amount", on=On.EXCEL, width=18), SPENT, Column("잔액", "amount", width=18),
        Column("집행률 (%)", "bar", places=execution.standard.places, excel="집행률(%)", width=12),
        Column("목표", "rate", on=On.EXCEL, excel="목표(%)", width=12), Column("기준 대비", "points", small="(%p)", width=14),
        Column("상태", "state", width=10),
        *([Column("부진 사유 / 대책", "text", on=On.SCREEN, head="w-rd", css="cap")] if is_programs else []),
    ]  # fmt: skip

    def row(line: Line) -> Row:
        is_sum = line is total
        return Row((
            Cell(line.label, "" if is_sum else line.rows_url if is_programs else line.url), line.owner,
            Cell(line.budget, line.rows_url), line.current, Cell(line.spent, line.rows_url), line.balance,
            Cell(line.rate, target=line.target), execution.standard.rounded(line.target), line.gap,
            Cell(line.state, text="" if line.level else None),
            *([Cell(text="" if is_sum else _reason(line, execution, can_explain))] if is_programs else []),
        ), is_sum=is_sum, level=line.level)  # fmt: skip

    rows = [row(line) for line in lines]
    words = "예산액, 집행액, 잔액, 집행률, 목표 대비 차이, 상태"
    caption = f"세부사업별 {words}, 부진 사유와 대책" if is_programs else f"{tab_label} {words}"
    shown = [row(total), *rows] if rows or not is_programs else []
    return BoardTable("execution", caption, columns, shown, empty="조건에 맞는 세부사업이 없습니다.")


def _reason(line: Line, execution: Execution, can_explain: bool) -> str:
    """적은 사유와 대책, 없으면 적는 길."""
    if line.reason:
        url = reverse("budget.executionreason-detail", args=[line.reason.pk])
        reason, measure = (Truncator(text).chars(40) for text in (line.reason.reason, line.reason.measure))
        return format_html('<a href="{}">{}</a><br><span class="sub">{}</span>', url, reason, measure)
    if line.state == "부진" and can_explain:
        url = f"{reverse('budget.executionreason-add')}?detail_program={line.filters['program']}&as_of={execution.as_of}"
        return format_html('<a href="{}">사유 적기</a>', url)
    return ""


def layer_table(rows: Iterable[Mapping[str, Any]], cell: Callable[[Mapping[str, Any], str], Any]) -> BoardTable:
    """추가경정예산 편성: 회계마다 본예산, 추경, 간주처리(백만원). cell 은 줄과 층의 칸을 준다."""
    lines = [
        Row((row["account"], *(cell(row, name) for name in LAYER_COLUMNS if name != "account")), is_sum=not at)
        for at, row in enumerate(rows)
    ]
    caption = "회계 구분별 본예산, 추경, 간주처리"
    return BoardTable("supplementary", caption, tuple(LAYER_COLUMNS.values()), lines, unit="백만원", dash_zero=True)
