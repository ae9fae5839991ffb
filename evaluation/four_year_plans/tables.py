"""이행률의 표: 목표·분야별과 주관 부서별. 화면과 엑셀과 보고서가 같은 표를 쓴다."""

from __future__ import annotations

from core.formats import MISSING
from core.screens.board_table import BoardTable, Cell, Column, On, Row
from evaluation.four_year_plans.dashboard import Board, Tally

# 보고서의 머리글
SPACED = {"과제": "계", "구정목표·분야": "목표·분야", "주관 부서": "부서"}


def rates_table(board: Board) -> BoardTable:
    """목표와 그 아래 분야."""
    code = Column("번호", "text", on=On.EXCEL, width=9)
    return _table(board, "rates", "목표와 분야별", (code, Column("구정목표·분야", "name", width=30)), board.rates())


def departments_table(board: Board) -> BoardTable:
    """주관 부서, 직제순."""
    return _table(board, "departments", "주관 부서별", (Column("주관 부서", "name", width=22),), board.by_department())


def _table(board: Board, key: str, title: str, names: tuple[Column, ...], tallies: list[Tally]) -> BoardTable:
    columns = (
        *names, Column("과제", width=9), *(Column(label, group="평가", width=9) for label, _count, _url in board.total.cells),
        *(
            Column(label, "rate", group="이행률(%)", places=board.places, excel=f"이행률 {label}(%)", width=13)
            for label in ("단순", "가중")
        ),
    )  # fmt: skip

    def row(tally: Tally, *, is_sum: bool = False) -> Row:
        name = Cell(tally.label, text="계" if is_sum else None, lead=tally.code, is_bold=bool(tally.code) and not tally.level)
        counts = [(tally.total, tally.url()), *((count, url) for _label, count, url in tally.cells)]
        return Row((
            *((tally.code, name) if len(names) > 1 else (name,)),
            *(Cell(count, url, text=None if count else MISSING) for count, url in counts), tally.simple_rate, tally.weighted_rate,
        ), is_sum=is_sum, level=tally.level)  # fmt: skip

    rows = [row(board.total, is_sum=True), *(row(tally) for tally in tallies)]
    return BoardTable(key, f"{title} 상태의 건수와 단순·가중 이행률", columns, rows, groups=On.REPORT)
