"""주간·월중 보고의 수치: 그 주·그 달의 항목, 구청장 참석, 살펴볼 겹침, 이월률."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

from django.urls import reverse
from django.utils import timezone

from core.figures.figure import Figure, FigureValue, digest
from core.figures.models import RATE_MODE, RATE_PLACES, Setting
from core.formats import percent, round_rate
from planning.periodic_reports.dashboard import Board, MonthBoard, WeekBoard
from planning.periodic_reports.models import ReportEntry

Reader = Callable[[Board], tuple[Decimal | int | None, str]]


def _value(kind: type[WeekBoard] | type[MonthBoard], read: Reader, as_of: date | None) -> FigureValue:
    """기준일(없으면 오늘)이 든 주나 달에서 읽는다. 항목이 하나도 없으면 자료가 없는 것이다."""
    day = as_of or timezone.localdate()
    board = kind(ReportEntry.objects.all(), day)
    if not board.rows:
        return FigureValue(None, as_of, "missing")
    value, url = read(board)
    if value is None:
        return FigureValue(None, board.last, "missing")
    mark = digest(*((row.pk, row.version) for row in board.everything))
    source = f"{board.text} 주간·월중 항목{' 표본' if board.is_sample else ''}"
    return FigureValue(value, board.last, "computed", url, source, mark=mark)


def _entries(board: Board) -> tuple[int, str]:
    return len(board.standing), board.list_url()


def _mayor(board: Board) -> tuple[int, str]:
    return len(board.mayor_rows), board.list_url(mayor_attends="yes")


def _clashes(board: Board) -> tuple[int, str]:
    span = "&span=month" if isinstance(board, MonthBoard) else ""
    return len(board.open_clashes), f"{reverse('planning.periodic-reports-conflicts')}?on={board.first.isoformat()}{span}"


def _carry_rate(board: Board) -> tuple[Decimal | None, str]:
    """그 주의 주요업무 가운데 다음 주로 넘긴 것의 비율."""
    rows = [row for row in board.rows if row.kind.is_carried]
    moved = sum(row.status == ReportEntry.Status.CARRIED for row in rows)
    found = percent(moved, len(rows))
    settings = Setting.objects.values_on(board.last)
    value = None if found is None else round_rate(found, settings[RATE_PLACES], settings[RATE_MODE])
    return value, board.list_url(shown="live", status="carried")


_READERS: tuple[tuple[str, str, str, str, Reader], ...] = (
    ("entries", "항목", "건", "{} 동안 하루라도 든, 취소하거나 다른 주로 넘기지 않은 주간·월중 항목의 수.", _entries),
    ("mayor", "구청장 참석", "건", "{} 동안 구청장이 참석하는, 취소하거나 넘기지 않은 항목의 수.", _mayor),
    ("conflicts", "살펴볼 겹침", "건", "{} 동안 구청장 일정·장소·같은 행사가 겹치고 아직 살펴보지 않은 짝의 수.", _clashes),
    ("carry_rate", "이월률", "%", "{} 동안의 주요업무 가운데 다음 주로 넘긴 것 ÷ 주요업무 × 100.", _carry_rate),
)

FIGURES = [
    Figure(f"periodic_reports.{name}.{code}", f"{title} {label}", unit, definition.format(span), partial(_value, kind, read))
    for name, title, span, kind in (("week", "주간", "그 주(월~일)", WeekBoard), ("month", "월중", "그 달", MonthBoard))
    for code, label, unit, definition, read in _READERS
]
