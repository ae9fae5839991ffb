"""소송의 표: 구분별 현황, 분석의 묶음, 해마다의 추이. 화면과 엑셀과 보고서가 같은 표를 쓴다."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from core.screens.board_table import BoardTable, Cell, Column, Row
from legal.lawsuits.dashboard import Board, Line

_NAME = Column("구분", "name", css="c stick", align="center")
_CLOSED = "확정(종결)"
HEADS = (
    _NAME, Column("계", small="(A+B)"), Column("신규"), Column("진행중", small="(A)"), Column("소계", small="(B)", group=_CLOSED),
    Column("승소", small="(소취하 등)", group=_CLOSED), Column("패소", small="(일부인용)", group=_CLOSED),
    Column("승소율", "rate", small="(%)", group=_CLOSED, is_bold=True),
)  # fmt: skip
ADVISER_NOTE = "심급마다 고문이 다른 사건은 고문마다 셉니다. 고문 없이 수행한 사건은 넣지 않습니다."
# 보고서는 두 글자의 머리글을 띄어 적는다.
SPACED = {"구분": "구 분", "신규": "신 규", "소계": "소 계", "승소": "승 소", "패소": "패 소", _CLOSED: "확 정(종 결)"}
_COUNTS = tuple(Column(title) for title in ("계", "신규", "진행중", "확정", "승소", "패소"))


def _rate(line: Line) -> Cell:
    return Cell(line.rate, text=line.rate_text)


def kinds_table(board: Board) -> BoardTable:
    """구분별 현황."""
    caption = f"{board.period.text} 사건 구분별 계, 신규, 진행중, 확정(승소, 패소), 승소율"
    rows = [
        Row((line.label, *(Cell(count, url) for count, url in line.cells), _rate(line)), is_sum=line is board.total)
        for line in board.lines
    ]
    return BoardTable("lawsuits", caption, HEADS, rows, css="big")


def figures_table(kinds: dict[str, str], names: Iterable[str]) -> BoardTable:
    """보고서의 소송 수행 표(Ⅱ-5). 칸마다 수치다."""
    names = list(names)
    rows = [
        Row((label, *(Cell(figure=f"lawsuits.{kind}.{name}") for name in names)), is_sum=kind == "total")
        for kind, label in kinds.items()
    ]
    return BoardTable("lawsuits", "소송 수행", HEADS, rows)


def tallies_table(key: str, first: str, lines: list[tuple[str, Line]]) -> BoardTable:
    """해나 심급마다의 추이."""
    columns = (Column(first, "name", css="c nw stick"), *_COUNTS, Column("승소율(%)", "rate", is_bold=True))
    rows = [Row((label, *(Cell(count, url) for count, url in line.cells), _rate(line))) for label, line in lines]
    return BoardTable(key, f"{first}마다의 계, 신규, 진행중, 확정, 승소, 패소, 승소율", columns, rows)


def group_table(key: str, title: str, lines: list[Line]) -> BoardTable:
    """심급·부서·대리인별 분석. 분모가 적은 비율은 흐리게 적고, 승소/분모를 곁들인다."""
    columns = (
        replace(_NAME, css=""), Column("계"), Column("확정"), Column("승소"), Column("패소"),
        Column("승소율(%)", "rate", css="num nw", is_bold=True),
    )  # fmt: skip
    rows = []
    for line in lines:
        tail = f"({line.counts['won']}/{line.decided})" if line.decided else ""
        rate = replace(_rate(line), tail=tail, is_weak=line.is_few)
        rows.append(Row((line.label, *(Cell(count, url) for count, url in line.short), rate)))
    return BoardTable(f"by-{key}-table", f"{title} 계, 확정, 승소, 패소, 승소율", columns, rows)


class Cut(NamedTuple):
    """분석의 한 묶음."""

    title: str
    key: str
    note: str
    lines: list[Line]

    @property
    def table(self) -> BoardTable:
        return group_table(self.key, self.title, self.lines)


def groups_of(board: Board) -> list[Cut]:
    """심급별, 부서별, 대리인별. 고문의 명단은 과 사람만 본다."""
    return [
        Cut("심급별", "level", "사건이 지금 있거나 끝난 심급으로 한 번만 셉니다.", board.levels()),
        Cut("부서별", "department", "확정 사건이 있는 소관 부서를 직제순으로 적습니다.", board.departments()),
        *([] if board.is_partial else [Cut("대리인별", "adviser", ADVISER_NOTE, board.advisers)]),
    ]
