"""보고서의 틀 「분기 추진실적」: 한 분기의 판정을 모은 표, 부진·주의 과제와 그 사유, 과제마다 한 쪽."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from core.access import Team
from core.formats import MISSING, date_plain, rate
from core.reports.document import (
    Block,
    Cell,
    Document,
    ItemHeading,
    Line,
    PageBreak,
    Run,
    Table,
    TitleBox,
    heading,
    plain,
)
from core.reports.publishing import split_mark
from core.reports.template import Check, Context, Part, Template
from core.screens.board_table import BoardTable
from evaluation.four_year_plans.dashboard import LABELS, Board, newest_board, text_of
from evaluation.four_year_plans.dashboard import checks as board_checks
from evaluation.four_year_plans.models import QuarterResult
from evaluation.four_year_plans.tables import SPACED, departments_table, rates_table

Status = QuarterResult.Status
PARTS = (
    Part("summary", "총괄"), Part("fields", "목표·분야별"), Part("departments", "부서별"), Part("watched", "부진·주의 과제"),
    Part("tasks", "과제별 추진실적"),
)  # fmt: skip
_NOTHING = "판정을 마친 분기가 없음"


def build(context: Context) -> Document:
    """기준일까지 판정을 마친 마지막 분기의 추진실적."""
    board = newest_board(context.as_of)
    title = f"{text_of(board.quarter) if board else f'{context.year}년'} 구정운영 4개년 계획 추진실적"
    blocks: list[Block] = [
        TitleBox("title", title, str(board.plan) if board else "", date_text=f"{date_plain(context.as_of)} 기준")
    ]
    if board is None:
        blocks.append(Line("nothing", "○", plain(_NOTHING)))
    else:
        for part, make in (
            ("summary", _summary),
            ("fields", _fields),
            ("departments", _departments),
            ("watched", _watched),
            ("tasks", _tasks),
        ):
            if context.has(part):
                blocks += make(context, board)
    return Document(title, tuple(blocks), header="구정운영 4개년 계획", properties={"date": context.as_of.isoformat()})


def _summary(context: Context, board: Board) -> Iterable[Block]:
    yield Line("summary", "□", plain("총괄"))
    count = "이행과제 {four_year_plan.tasks}건({four_year_plan.goals}대 구정목표, {four_year_plan.fields}개 분야)"
    yield Line("summary.count", "○", context.text(count))
    states = (
        "완료 {four_year_plan.done}, 정상 {four_year_plan.normal}, 주의 {four_year_plan.caution}, 부진 {four_year_plan.behind}, "
        "미착수 {four_year_plan.not_started}"
    )
    yield Line("summary.states", "-", context.text(states))
    rates = "이행률: 단순 {four_year_plan.simple_rate}%, 가중 {four_year_plan.weighted_rate}%"
    yield Line("summary.rates", "○", context.text(rates))
    if board.earlier is not None:
        words = ", ".join(
            f"{LABELS[state]} {board.earlier[state]} → {board.total.counts[state]}" for state in Status.values
        )
        yield Line("summary.earlier", "○", plain(f"지난 분기와 견주어: {words}"))


def _table(table: BoardTable, key: str, caption: str) -> Table:
    widths = (6, *(1.5,) * (len(Status) + 2), 2, 2)
    return table.block(key, caption=caption, widths=widths, unit="(단위: 건, %)", spaced=SPACED)


def _fields(context: Context, board: Board) -> Iterable[Block]:
    yield Line("fields", "□", plain("목표·분야별 현황"))
    yield _table(rates_table(board), "fields.table", "목표·분야별 현황")


def _departments(context: Context, board: Board) -> Iterable[Block]:
    yield Line("departments", "□", plain("부서별 현황"))
    yield _table(departments_table(board), "departments.table", "부서별 현황")


def _watched(context: Context, board: Board) -> Iterable[Block]:
    yield Line("watched", "□", plain("부진·주의 과제"))
    rows = [tuple(heading(text) for text in ("평가", "과제", "부서", "사유", "이어짐"))]
    for one in board.watched:
        rows.append((
            Cell(plain(one.state), align="center", bold=one.state == LABELS[Status.BAD]),
            Cell((Run(f"{one.task.code} {one.task.title}", url=one.url),)), Cell(plain(one.department), align="center"),
            Cell(plain(one.reason or MISSING)), Cell(plain(one.since), align="center"),
        ))  # fmt: skip
    if len(rows) == 1:
        yield Line("watched.none", "○", plain("없음"))
    else:
        yield Table("watched.table", tuple(rows), 1, (1.5, 5, 3, 6, 3), "부진·주의 과제")


def _tasks(context: Context, board: Board) -> Iterable[Block]:
    """과제마다 한 쪽: 목표, 실적, 평가."""
    for order, task in enumerate(board.tasks, start=1):
        key, result = f"task.{task.code}", board.results.get(task.pk)
        yield PageBreak(f"{key}.break")
        yield ItemHeading(key, str(order), f"{task.code} {task.title}", task.department.name)
        yield _task_table(board, task, result, key)
        for name, title in (
            ("target", "분기 목표"),
            ("actual", "추진실적"),
            ("reason", "사유"),
            ("plan_ahead", "향후계획"),
            ("opinion", "평가 의견"),
        ):
            yield from _written(f"{key}.{name}", title, getattr(result, name) if result else "")


def _task_table(board: Board, task: Any, result: QuarterResult | None, key: str) -> Table:
    url = reverse("evaluation.task-detail", args=[task.pk])
    progress = result.progress if result else None
    period = f"{date_plain(task.starts_on)} ~ {date_plain(task.due_on)}"
    values = (
        Cell(plain(f"{task.field.goal.title} / {task.field.title}")), Cell(plain(period), align="center"),
        Cell((Run(rate(progress), url=url),), align="center", value=progress), Cell((Run(LABELS[task.state], url=url),), align="center"),
    )  # fmt: skip
    heads = tuple(heading(text) for text in ("목표 / 분야", "사업 기간", "공정률(%)", "평가"))
    return Table(f"{key}.table", (heads, values), 1, (6, 5, 2, 2), f"{task.code} {text_of(board.quarter)}")


def _written(key: str, title: str, text: str) -> Iterable[Block]:
    """부서가 적은 글을 줄로. □ 는 ○ 로 낮춘다."""
    lines = [split_mark(line) for line in text.splitlines() if line.strip()]
    if not lines:
        return
    yield Line(key, "□", plain(title))
    for number_, (mark, rest) in enumerate(lines, start=1):
        yield Line(f"{key}.{number_}", "○" if mark in ("□", "") else mark, plain(rest))


def checks(context: Context) -> list[Check]:
    """한눈판의 검산."""
    board = newest_board(context.as_of)
    if board is None:
        return [
            Check(False, _NOTHING, "분기 점검을 열고 판정을 마쳐 주세요.", reverse("evaluation.four-year-plan-board"))
        ]
    return [Check(one.ok, one.text, one.detail, one.url) for one in board_checks(board)]


def default_as_of(year: int) -> date:
    """그해에 판정을 마친 마지막 분기의 끝날."""
    last = date(year, 12, 31)
    board = newest_board(last)
    return min(board.quarter.last_day, last) if board else last


QUARTER = Template(
    "four-year-quarter",
    "{year}년 구정운영 4개년 계획 분기 추진실적",
    Team.EVALUATION,
    "분기마다",
    PARTS,
    build,
    checks,
    default_as_of,
)
