"""4개년 계획의 수치: 목표·분야·과제 수, 상태마다의 과제 수, 단순·가중 이행률."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

from core.figures.figure import Figure, FigureValue, digest, reported, rows_mark
from evaluation.four_year_plans.dashboard import Board, Status, newest_board, plan_counts, text_of
from evaluation.four_year_plans.models import QuarterResult, Task

_STATES = {
    "done": (Status.DONE, "완료"), "normal": (Status.OK, "정상"), "caution": (Status.WARN, "주의"), "behind": (Status.BAD, "부진"),
    "not_started": (Status.NONE, "미착수"),
}  # fmt: skip


def _answer(board: Board, value: Decimal | int | None, url: str) -> FigureValue:
    if value is None:
        return FigureValue(None, board.quarter.last_day, "missing")
    source = f"{board.plan} 구정운영 4개년 계획 {text_of(board.quarter)}{' 표본' if board.is_sample else ''}"
    results = QuarterResult.objects.filter(task__plan=board.plan, year=board.quarter.year, quarter=board.quarter.number)
    mark = digest(rows_mark(Task.objects.filter(plan=board.plan)), rows_mark(results))
    return FigureValue(value, board.quarter.last_day, "computed", url, source, mark=mark)


def _count(name: str, as_of: date | None) -> FigureValue:
    """목표·분야·과제 수. 등록한 과제가 없으면 보고서 값이다."""
    board = newest_board(as_of)
    return _answer(board, plan_counts(board)[name], board.total.url()) if board else reported(f"four_year_plan.{name}", as_of)


def _judged(read: Callable[[Board], tuple[Decimal | int | None, str]], as_of: date | None) -> FigureValue:
    """판정한 실적에서 셈하는 수. 판정이 하나도 없으면 자료가 없는 것이다."""
    board = newest_board(as_of)
    if board is None or board.total.unjudged == board.total.total:
        return FigureValue(None, as_of, "missing")
    return _answer(board, *read(board))


def _state(status: Status, board: Board) -> tuple[int, str]:
    return board.total.counts[status], board.total.url(state=status.value)


def _figures() -> list[Figure]:
    figures = [
        Figure(f"four_year_plan.{name}", f"4개년 계획 {title}", unit, definition, partial(_count, name))
        for name, title, unit, definition in (
            ("goals", "구정목표", "개", "이행과제가 있는 구정목표의 수."),
            ("fields", "분야", "개", "이행과제가 있는 분야의 수."),
            ("tasks", "이행과제", "건", "그 분기 끝에 살아 있는 이행과제의 수."),
        )
    ]
    for name, (status, label) in _STATES.items():
        definition = f"판정을 마친 마지막 분기에 「{label}」으로 판정한 이행과제의 수."
        compute = partial(_judged, partial(_state, status))
        figures.append(Figure(f"four_year_plan.{name}", f"4개년 계획 {label} 과제", "건", definition, compute))
    rates: tuple[tuple[str, str, str, Callable[[Board], tuple[Decimal | int | None, str]]], ...] = (
        ("simple_rate", "이행률(단순)", "공정률의 합 ÷ 공정률을 아는 과제 수.", lambda board: (board.total.simple_rate, board.total.url())),
        (
            "weighted_rate", "이행률(가중)", "Σ(가중치 × 공정률) ÷ Σ가중치. 공정률을 아는 과제만 센다.",
            lambda board: (board.total.weighted_rate, board.total.url()),
        ),
    )  # fmt: skip
    for name, title, definition, read in rates:
        figures.append(Figure(f"four_year_plan.{name}", f"4개년 계획 {title}", "%", definition, partial(_judged, read)))
    return figures


FIGURES = _figures()
