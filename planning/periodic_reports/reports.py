"""보고서의 틀 셋: 주간 주요업무, 월중 주요업무, 구청장 일정. 모두 같은 항목에서 나오고 부서는 직제순이다.

기준일이 든 주(월~일)나 달을 싣는다. 구청장 일정은 기간 첫날부터 기준일까지이고, 한 달이 넘으면 기준일이 든 주다.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from core.access import Team
from core.formats import date_plain
from core.reports.document import Block, Cell, Document, Line, Run, Table, Text, TitleBox, plain
from core.reports.template import Check, Context, Part, Template
from planning.periodic_reports.dashboard import Board, MonthBoard, WeekBoard
from planning.periodic_reports.models import ReportEntry

DIVISION = "기획예산과"
LONGEST = 31
_MISSING = plain("-")

WEEK_PARTS = (
    Part("mayor", "구청장 참석 일정"), Part("days", "일자별 총괄"), Part("departments", "부서별 주요업무"),
    Part("missing", "내지 않은 부서"),
)  # fmt: skip
MONTH_PARTS = (Part("days", "일자별 주요 행사"), Part("departments", "부서별 주요업무"))
MAYOR_PARTS = (Part("days", "일자별 일정"), Part("undecided", "시각을 정하지 않은 일정"))


# --- 조각 -------------------------------------------------------------------------------------------


def _heading(*titles: str) -> tuple[Cell, ...]:
    return tuple(Cell(plain(title), align="center", is_heading=True) for title in titles)


def _text(text: str) -> Text:
    return plain(text) or _MISSING


def _what(row: ReportEntry) -> Cell:
    """내용 칸: 제목과 그 아래의 줄. 이월해 온 것은 제목 뒤에 적는다."""
    mark = " (이월)" if row.carried_from_id else ""
    url = reverse("planning.reportentry-detail", args=[row.pk])
    lines = ((Run(f"{row.title}{mark}", url=url),), *(plain(line) for line in row.content_lines))
    return Cell(lines[0], lines=lines if len(lines) > 1 else ())


def _cells(row: ReportEntry, when: str, *, with_department: bool) -> tuple[Cell, ...]:
    found = [Cell(_text(when), align="center"), _what(row), Cell(_text(row.place)), Cell(_text(row.who_text))]
    return (*found, Cell(plain(row.department.short_name or row.department.name), align="center")) if with_department else tuple(found)


def _table(key: str, caption: str, rows: Sequence[ReportEntry]) -> Table:
    """일시·내용·장소·참석·부서."""
    body = tuple(_cells(row, row.when_text, with_department=True) for row in rows)
    return Table(key, (_heading("일 시", "내 용", "장 소", "참 석", "부 서"), *body), 1, (3, 6, 3, 3, 2), caption)


def _department_table(key: str, caption: str, rows: Sequence[ReportEntry]) -> Table:
    """일시·내용·장소·참석. 부서는 절의 제목에 있다."""
    body = tuple(_cells(row, row.when_text, with_department=False) for row in rows)
    return Table(key, (_heading("일 시", "내 용", "장 소", "참 석"), *body), 1, (3, 7, 3, 3), caption)


def _box(title: str, subtitle: str) -> TitleBox:
    return TitleBox("title", title, subtitle, DIVISION, date_plain(timezone.localdate()))


def _nothing(key: str, text: str) -> Line:
    return Line(key, "○", plain(text))


def _summary(context: Context, key: str, span: str) -> Line:
    """항목과 구청장 참석의 수. 수는 살아 있는 수치라 누르면 그 항목이 열린다."""
    entries, mayor = (context.figure(f"periodic_reports.{span}.{name}", bold=True) for name in ("entries", "mayor"))
    return Line(key, "○", (Run("행사·회의·주요업무 "), entries, Run("건, 구청장 참석 "), mayor, Run("건")))


def _departments(board: Board, key: str, rows: Sequence[ReportEntry] | None = None) -> list[Block]:
    """부서마다 □ 부서명과 표. 직제순."""
    found: list[Block] = []
    for department, own in board.by_department(rows):
        found.append(Line(f"{key}-{department.code}", "□", plain(department.name)))
        found.append(_department_table(f"{key}-table-{department.code}", f"{department.name} 주요업무", own))
    return found


# --- 틀 ---------------------------------------------------------------------------------------------


def week_of(context: Context) -> WeekBoard:
    """기준일이 든 주."""
    return WeekBoard(ReportEntry.objects.all(), context.as_of)


def month_of(context: Context) -> MonthBoard:
    """기준일이 든 달."""
    return MonthBoard(ReportEntry.objects.all(), context.as_of)


def mayor_of(context: Context) -> Board:
    """기간 첫날부터 기준일까지. 한 달이 넘으면 기준일이 든 주."""
    if timedelta(0) <= context.as_of - context.start < timedelta(days=LONGEST):
        return Board(ReportEntry.objects.all(), context.start, context.as_of)
    return week_of(context)


def weekly(context: Context) -> Document:
    """주간 주요업무: 구청장 참석 일정, 일자별 총괄, 부서별 주요업무, 내지 않은 부서."""
    board = week_of(context)
    # 고친 글이 다음 주의 자료로 옮겨 가지 않도록 글의 자리에 주를 적는다.
    key = f"w{board.week.year}-{board.week.number}"
    blocks: list[Block] = [
        _box("주간 주요업무", board.text), Line(f"{key}-head", "□", plain("총괄")), _summary(context, f"{key}-summary", "week")
    ]
    standing = board.standing
    if context.has("mayor"):
        blocks.append(Line(f"{key}-mayor", "□", plain("구청장 참석 일정")))
        blocks.append(
            _table(f"{key}-mayor-table", "구청장 참석 일정", board.mayor_rows)
            if board.mayor_rows else _nothing(f"{key}-mayor-none", "해당 없음")
        )  # fmt: skip
    if context.has("days"):
        events = [row for row in standing if not row.kind.is_carried]
        blocks.append(Line(f"{key}-days", "□", plain("일자별 총괄")))
        blocks.append(_table(f"{key}-days-table", "일자별 총괄", events) if events else _nothing(f"{key}-days-none", "해당 없음"))
    if context.has("departments"):
        blocks += _departments(board, key, standing)
    if context.has("missing") and board.waiting:
        names = ", ".join(one.department_name for one in board.waiting)
        blocks.append(Line(f"{key}-missing", "※", plain(f"자료를 내지 않은 부서({len(board.waiting)}곳): {names}")))
    return Document(f"{board.title} 주간 주요업무", tuple(blocks), header=f"{board.title} 주간 주요업무")


def monthly(context: Context) -> Document:
    """월중 주요업무: 일자별 주요 행사(행사·회의·점검)와 부서별 주요업무."""
    board = month_of(context)
    key = f"m{board.month.year}-{board.month.number}"
    standing = board.standing
    blocks: list[Block] = [
        _box("월중 주요업무", board.text), Line(f"{key}-head", "□", plain("총괄")), _summary(context, f"{key}-summary", "month")
    ]
    if context.has("days"):
        events = [row for row in standing if not row.kind.is_carried]
        blocks.append(Line(f"{key}-days", "□", plain("일자별 주요 행사")))
        blocks.append(_table(f"{key}-days-table", "일자별 주요 행사", events) if events else _nothing(f"{key}-days-none", "해당 없음"))
    if context.has("departments"):
        blocks += _departments(board, key, [row for row in standing if row.kind.is_carried])
    return Document(f"{board.text} 월중 주요업무", tuple(blocks), header=f"{board.text} 월중 주요업무")


def mayor(context: Context) -> Document:
    """구청장 일정: 날짜마다 시각·내용·장소·참석·부서. 시각을 정하지 않은 것은 뒤에 모은다."""
    board = mayor_of(context)
    key = f"s{board.first:%Y%m%d}"
    blocks: list[Block] = [_box("구청장 일정", f"{date_plain(board.first)} ~ {date_plain(board.last)}")]
    decided = [row for row in board.mayor_rows if row.hour]
    if context.has("days"):
        for day in board.days(decided, every=False):
            holiday = f" {day.holiday}" if day.holiday else ""
            blocks.append(Line(f"{key}-{day.on:%d}", "□", plain(f"{day.text}{holiday}")))
            body = tuple(
                _cells(row, row.when_text if row.ends_on else row.hour, with_department=True) for row in day.rows
            )
            rows = (_heading("시 각", "내 용", "장 소", "참 석", "부 서"), *body)
            blocks.append(Table(f"{key}-table-{day.on:%d}", rows, 1, (3, 6, 3, 3, 2), f"{day.text} 구청장 일정"))
        if not decided:
            blocks.append(_nothing(f"{key}-none", "일정 없음"))
    if context.has("undecided") and board.undecided_rows:
        blocks.append(Line(f"{key}-undecided", "□", plain("시각 미정")))
        blocks.append(_table(f"{key}-undecided-table", "시각을 정하지 않은 구청장 일정", board.undecided_rows))
    return Document("구청장 일정", tuple(blocks), header="구청장 일정")


# --- 검산 -------------------------------------------------------------------------------------------


def _clash_check(board: Board) -> Check:
    url = f"{reverse('planning.periodic-reports-conflicts')}?on={board.first.isoformat()}"
    count = len(board.open_clashes)
    return Check(not count, f"살펴보지 않은 겹침 {count}건", "구청장 일정, 장소, 같은 행사가 겹친 것", url if count else "")


def _undecided_check(board: Board) -> Check:
    count = len(board.undecided_rows)
    url = board.list_url(mayor_attends="yes", undecided="yes")
    return Check(not count, f"시각을 정하지 않은 구청장 일정 {count}건", "", url if count else "")


def week_checks(context: Context) -> list[Check]:
    """겹침, 시각 미정, 내지 않은 부서."""
    board = week_of(context)
    count = len(board.waiting)
    url = f"{reverse('core.round-detail', args=[board.round.pk])}?status=left" if board.round and count else ""
    return [
        _clash_check(board), _undecided_check(board),
        Check(not count and bool(board.round), f"내지 않은 부서 {count}곳" if board.round else "이 주의 회차를 열지 않음", "", url),
    ]  # fmt: skip


def month_checks(context: Context) -> list[Check]:
    """겹침과 시각 미정."""
    board = month_of(context)
    return [_clash_check(board), _undecided_check(board)]


def mayor_checks(context: Context) -> list[Check]:
    """겹침과 시각 미정."""
    board = mayor_of(context)
    return [_clash_check(board), _undecided_check(board)]


def _coming(year: int) -> date:
    """그해의 처음 기준일: 올해면 준비하고 있는 주(목요일부터는 다음 주)의 일요일, 지난해면 마지막 날."""
    today = timezone.localdate()
    if today.year != year:
        return date(year, 12, 31)
    return today + timedelta(days=6 - today.weekday() + (7 if today.weekday() >= 3 else 0))



WEEKLY = Template(
    "periodic-weekly", "{year}년 주간 주요업무", Team.PLANNING, "주마다", WEEK_PARTS, weekly, week_checks, _coming
)
MONTHLY = Template(
    "periodic-monthly", "{year}년 월중 주요업무", Team.PLANNING, "달마다", MONTH_PARTS, monthly, month_checks, _coming
)
MAYOR = Template("periodic-mayor", "{year}년 구청장 일정", Team.PLANNING, "주마다", MAYOR_PARTS, mayor, mayor_checks, _coming)
TEMPLATES = [WEEKLY, MONTHLY, MAYOR]
