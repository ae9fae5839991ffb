"""주간, 월중, 구청장 일정, 겹침, 이월, 자료 내려받기."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views import View
from django.views.generic import TemplateView

from core.access import ALL_ROLES, DIVISION_ROLES, Role, RoleRequired, Team, owns_team, signed_in
from core.figures.inline import FigureReader
from core.reports.download import KINDS, document_file
from core.reports.template import Context, Template
from core.rounds.period import Cycle, Period
from core.screens.views.board import BoardPage
from planning.periodic_reports import conflicts, services
from planning.periodic_reports.dashboard import Board, MonthBoard, WeekBoard
from planning.periodic_reports.figures import FIGURES
from planning.periodic_reports.models import ReportEntry, short_day, week_text
from planning.periodic_reports.reports import MAYOR, MONTHLY, WEEKLY

_TEMPLATES = {one.code: one for one in (WEEKLY, MONTHLY, MAYOR)}


def chosen_day(request: HttpRequest) -> date:
    """주소의 on. 없거나 읽지 못하면 오늘."""
    try:
        found = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return timezone.localdate()
    return found if 2000 <= found.year < 2100 else timezone.localdate()


def page_tabs(request: HttpRequest, on: date, current: str, open_count: int | None = None) -> list[dict[str, Any]]:
    """주간 · 월중 · 구청장 일정 · 겹침 · 목록. 부서 담당자에게는 자기 것만 있는 주간·월중·목록을 보인다."""
    names = [("", "주간"), ("-month", "월중")]
    if signed_in(request).role in DIVISION_ROLES:
        names += [("-mayor", "구청장 일정"), ("-conflicts", "겹침")]
    tabs: list[dict[str, Any]] = [
        {"title": title, "url": f"{reverse(f'planning.periodic-reports{name}')}?on={on.isoformat()}", "current": name == current,
         "count": open_count if name == "-conflicts" else None}
        for name, title in names
    ]  # fmt: skip
    return [*tabs, {"title": "목록", "url": reverse("planning.reportentry-list"), "current": False, "count": None}]


def report_url(template: Template, title: str, board: Board) -> str:
    """이 기간의 보고서 초안을 만드는 주소."""
    asked = {"template": template.code, "title": title, "year": board.last.year, "start_on": board.first, "as_of": board.last}
    return f"{reverse('core.report-add')}?{urlencode(asked)}"


def downloads(template: Template, board: Board) -> list[tuple[str, str]]:
    """(단추의 글, 주소)."""
    query = urlencode({"since": board.first, "until": board.last})
    return [
        (title, f"{reverse('planning.periodic-reports-download', args=[template.code, kind])}?{query}")
        for kind, (title, _write, _type) in KINDS.items()
    ]


class BoardView(RoleRequired, BoardPage):
    """한 기간을 보는 화면의 바탕."""

    roles = ALL_ROLES
    template: Template
    tab = ""

    def board(self, on: date) -> Board:
        raise NotImplementedError

    def beside(self, board: Board) -> tuple[date, date]:
        """앞 기간과 다음 기간의 첫날."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, on = signed_in(self.request), chosen_day(self.request)
        board = self.board(on)
        before, after = self.beside(board)
        in_division = user.role in DIVISION_ROLES
        path = self.request.path
        return super().get_context_data(**kwargs) | {
            "board": board, "on": on, "in_division": in_division, "is_team": owns_team(user, Team.PLANNING),
            "may_add": ReportEntry.scope.may_add(ReportEntry, user), "is_own": user.role == Role.DEPARTMENT,
            "before_url": f"{path}?on={before.isoformat()}", "after_url": f"{path}?on={after.isoformat()}",
            "tabs": page_tabs(self.request, on, self.tab, len(board.open_clashes)),
            "downloads": downloads(self.template, board) if in_division else [],
            "add_url": f"{reverse('planning.reportentry-add')}?starts_on={max(on, board.first).isoformat()}",
            "kpi": self.kpi(board), "clash_url": f"{reverse('planning.periodic-reports-conflicts')}?on={board.first.isoformat()}",
        }  # fmt: skip

    def kpi(self, board: Board) -> list[dict[str, Any]]:
        """수치 띠. 수마다 그 항목의 목록이 열린다."""
        moved = len(board.rows) - len(board.standing)
        return [
            {"title": "항목", "value": len(board.standing), "url": board.list_url(),
             "note": f"다른 주로 넘긴 것 {moved}건 빼고" if moved else f"부서 {len(board.by_department())}곳"},
            {"title": "구청장 참석", "value": len(board.mayor_rows), "url": board.list_url(mayor_attends="yes"),
             "note": f"시간 미정 {len(board.undecided_rows)}건" if board.undecided_rows else "시각을 모두 정함"},
            {"title": "이월해 온 업무", "value": len(board.carried_rows), "url": board.list_url(carried="yes"), "note": "끝나지 않은 것"},
        ]  # fmt: skip


class WeekView(BoardView):
    """주간: 날짜별 또는 부서별(직제순), 회차와 내지 않은 부서, 겹침."""

    template_name = "planning/periodic_week.html"
    template = WEEKLY

    def board(self, on: date) -> WeekBoard:
        return WeekBoard(ReportEntry.objects.for_user(self.request.user), on)

    def beside(self, board: Board) -> tuple[date, date]:
        return board.first - timedelta(days=7), board.last + timedelta(days=1)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        board: WeekBoard = context["board"]
        by_department = self.request.GET.get("by") == "department"
        base = f"{self.request.path}?on={context['on'].isoformat()}"
        return context | {
            "by_department": by_department, "day_url": base, "department_url": f"{base}&by=department",
            "departments": [(one, rows, board.list_url(shown="live", department=str(one.pk))) for one, rows in board.by_department()],
            "title": f"{board.title} 주간 주요업무", "report_url": report_url(WEEKLY, f"{board.title} 주간 주요업무", board),
        }  # fmt: skip

    def kpi(self, board: Board) -> list[dict[str, Any]]:
        found = super().kpi(board)
        if isinstance(board, WeekBoard) and board.round and signed_in(self.request).role in DIVISION_ROLES:
            found.append({
                "title": "내지 않은 부서", "value": len(board.waiting), "unit": "곳",
                "url": f"{reverse('core.round-detail', args=[board.round.pk])}?status=left",
                "note": f"{len(board.submissions)}곳 중 {len(board.handed_in)}곳 제출",
            })  # fmt: skip
        return found


class MonthView(BoardView):
    """월중: 날짜마다 한 줄인 달력 표."""

    template_name = "planning/periodic_month.html"
    template, tab = MONTHLY, "-month"

    def board(self, on: date) -> MonthBoard:
        return MonthBoard(ReportEntry.objects.for_user(self.request.user), on)

    def beside(self, board: Board) -> tuple[date, date]:
        return board.first - timedelta(days=1), board.last + timedelta(days=1)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        board: MonthBoard = context["board"]
        events = [row for row in board.rows if not row.kind.is_carried]
        works = [row for row in board.rows if row.kind.is_carried]
        return context | {
            "days": board.days(events), "works": board.by_department(works), "title": f"{board.text} 월중 주요업무",
            "report_url": report_url(MONTHLY, f"{board.text} 월중 주요업무", board),
        }  # fmt: skip


class MayorView(BoardView):
    """구청장 일정: 한 주나 한 달. 날짜마다 시각의 차례로."""

    roles = DIVISION_ROLES
    template_name = "planning/periodic_mayor.html"
    template, tab = MAYOR, "-mayor"

    @property
    def is_month(self) -> bool:
        return self.request.GET.get("span") == "month"

    def board(self, on: date) -> Board:
        rows = ReportEntry.objects.for_user(self.request.user)
        return MonthBoard(rows, on) if self.is_month else WeekBoard(rows, on)

    def beside(self, board: Board) -> tuple[date, date]:
        return board.first - timedelta(days=1), board.last + timedelta(days=1)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        board: Board = context["board"]
        span = "&span=month" if self.is_month else ""
        base = f"{self.request.path}?on={context['on'].isoformat()}"
        text = f"{short_day(board.first)} ~ {short_day(board.last)}"
        return context | {
            "days": board.days([row for row in board.mayor_rows if row.hour], every=not self.is_month),
            "title": "구청장 일정", "text": text, "is_month": self.is_month, "week_url": base, "month_url": f"{base}&span=month",
            "before_url": context["before_url"] + span, "after_url": context["after_url"] + span,
            "mayor_clashes": [one for one in board.open_clashes if one.kind == conflicts.MAYOR],
            "report_url": report_url(MAYOR, f"구청장 일정({text})", board),
        }  # fmt: skip


class ConflictsView(RoleRequired, TemplateView):
    """겹침: 살펴볼 것과 살펴본 것. 팀은 까닭을 적고 그대로 두거나, 항목을 열어 고친다."""

    roles = DIVISION_ROLES
    team = Team.PLANNING
    template_name = "planning/periodic_conflicts.html"
    SPANS = (("week", "이 주"), ("two_weeks", "두 주"), ("month", "이 달"))

    def board(self) -> Board:
        rows, on = ReportEntry.objects.for_user(self.request.user), chosen_day(self.request)
        match self.request.GET.get("span", "week"):
            case "month":
                return MonthBoard(rows, on)
            case "two_weeks":
                return Board(rows, on, on + timedelta(days=13))
        return WeekBoard(rows, on)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on, board = chosen_day(self.request), self.board()
        span = self.request.GET.get("span", "week")
        return super().get_context_data(**kwargs) | {
            "board": board, "on": on, "text": f"{short_day(board.first)} ~ {short_day(board.last)}",
            "groups": [("살펴볼 겹침", board.open_clashes), ("살펴본 겹침", [one for one in board.clashes if not one.is_open])],
            "is_team": owns_team(signed_in(self.request), Team.PLANNING), "span": span,
            "spans": [(title, f"?on={on.isoformat()}&span={name}", name == span) for name, title in self.SPANS],
            "tabs": page_tabs(self.request, on, "-conflicts", len(board.open_clashes)),
        }  # fmt: skip

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = ReportEntry.objects.for_user(request.user)
        first, second = (get_object_or_404(rows, pk=_key(request.POST.get(name, ""))) for name in ("first", "second"))
        kind = request.POST.get("kind", "")
        if kind not in conflicts.LABELS:
            raise Http404("그런 겹침은 없습니다.")
        try:
            services.decide(first, second, kind, request.POST.get("note", ""))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, "살펴본 것으로 적었습니다. 두 항목의 때나 곳이 바뀌면 다시 알립니다.")
        return redirect(request.get_full_path())


def _key(text: str) -> int:
    return int(text) if text.isdecimal() else 0


class CarryView(RoleRequired, View):
    """끝나지 않은 주요업무를 고른 주로 옮긴다. 회차를 열 때 하는 일과 같고, 여러 번 눌러도 한 번만 옮긴다."""

    roles = DIVISION_ROLES
    team = Team.PLANNING
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        on = chosen_day(request)
        week = Period.containing(on, Cycle.WEEK)
        count = services.carry(week)
        nothing = "이월할 것이 없습니다. 지난 주요업무를 모두 마쳤거나 이미 옮겼습니다."
        messages.success(request, f"끝나지 않은 주요업무 {count}건을 {week_text(week)}로 이월했습니다." if count else nothing)
        return redirect(f"{reverse('planning.periodic-reports')}?on={on.isoformat()}")


class DownloadView(RoleRequired, View):
    """자료를 한글이나 PDF 로 바로 내려받는다. 글을 고치거나 굳히려면 보고서를 만든다."""

    roles = DIVISION_ROLES

    def get(self, request: HttpRequest, code: str, kind: str) -> FileResponse:
        if code not in _TEMPLATES:
            raise Http404("그런 자료는 없습니다.")
        try:
            since, until = (date.fromisoformat(request.GET.get(name, "")) for name in ("since", "until"))
            if not all(2000 <= one.year < 2100 for one in (since, until)):
                raise ValueError
        except ValueError:
            week = Period.containing(timezone.localdate(), Cycle.WEEK)
            since, until = week.first_day, week.last_day
        reader = FigureReader({one.code: one for one in FIGURES}, until)
        document = _TEMPLATES[code].build(Context(until.year, since, until, reader))
        return document_file(document, kind, f"{document.title} {since:%m%d}-{until:%m%d}")
