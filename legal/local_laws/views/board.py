"""자치법규 현황판과 그 엑셀, 인쇄하는 입법 현황, 신구조문대비표."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views import View

from core.access import ALL_ROLES, RoleRequired, Team, owns_team, signed_in
from core.excel.values import CellError, parse_date
from core.excel.writer import ColumnOut, SheetOut
from core.figures.figure import newest_report_year
from core.formats import date_plain
from core.history.revisions import kept_count, kept_rows
from core.screens.views.board import BoardPage, chosen_year, download, year_choices
from legal.local_laws import dashboard
from legal.local_laws.comparing import compare, dashed
from legal.local_laws.models import ENACTED_DEFINITION, ArticleChange, Bill, BillStep, RevisionTask
from legal.local_laws.models.pipeline import INTERNAL_KINDS, LawKind


class Period:
    """현황표의 기간. 주소의 from·to, 없으면 year, 그것도 없으면 보는 해의 1월 1일부터 12월 31일(올해면 오늘)까지.

    보는 해를 고르지 않은 사람에게는 소송 현황판처럼 보고서가 있는 가장 늦은 해를 보인다.
    """

    def __init__(self, request: HttpRequest) -> None:
        today = timezone.localdate()
        query = request.GET
        chosen = chosen_year(request, lambda: newest_report_year("ordinances.total"))
        self.problem = ""
        self.start = self._read(query.get("from"), date(chosen, 1, 1))
        self.end = self._read(query.get("to"), today if chosen == today.year else date(chosen, 12, 31))
        if self.end < self.start:
            self.problem = "끝나는 날이 시작하는 날보다 앞서 서로 바꾸어 보입니다."
            self.start, self.end = self.end, self.start

    def _read(self, text: str | None, default: date) -> date:
        if not text:
            return default
        try:
            found = parse_date(text, default_year=default.year)
        except CellError as error:
            self.problem = f"{error} 기간을 {date_plain(default)}로 보입니다."
            return default
        return found or default

    @property
    def query(self) -> str:
        """같은 기간의 주소."""
        return urlencode({"from": self.start.isoformat(), "to": self.end.isoformat()})

    @property
    def text(self) -> str:
        return f"{date_plain(self.start)} ~ {date_plain(self.end)}"


def years(bills: QuerySet[Any], shown: int) -> list[int]:
    """고를 수 있는 해: 공포한 의안이 있는 해와 올해, 지금 보이는 해."""
    found = set(kept_rows(bills.exclude(promulgated_on=None).order_by().values_list("promulgated_on__year", flat=True).distinct()))
    return year_choices({*found, timezone.localdate().year}, shown)


class BoardView(RoleRequired, BoardPage):
    """자치법규 정비 현황판: 종류 × 유형, 의안의 길, 막힌 의안, 단계마다 걸린 날, 상위법 정비, 앞으로의 시행일, 대사."""

    roles = ALL_ROLES
    template_name = "legal/local_laws.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request, user = self.request, signed_in(self.request)
        today, period = timezone.localdate(), Period(request)
        bills, steps = Bill.objects.for_user(user), BillStep.objects.for_user(user)
        enacted = dashboard.Enacted(bills, period.start, period.end)
        found = dashboard.open_bills(bills, steps, today)
        held = dashboard.stuck(found)
        waiting = dashboard.waiting(RevisionTask.objects.for_user(user), today)
        coming = dashboard.coming_versions(today)
        compared = dashboard.compared(enacted) if user.role != "department" else []
        return super().get_context_data(**kwargs) | {
            "period": period, "today": today, "years": years(bills, period.end.year), "enacted": enacted,
            "definition": ENACTED_DEFINITION, "compared": compared, "wrong": sum(not one.ok for one in compared),
            "found": found, "stages": dashboard.stage_lines(found), "stuck": held, "late": sum(one.is_late for one in found),
            "clocks": dashboard.upcoming(found)[: dashboard.SHOWN], "stays": dashboard.stage_stays(steps, period.start, period.end),
            "waiting": waiting, "coming": coming, "coming_url": dashboard.coming_url(today), "coming_days": dashboard.COMING_DAYS,
            "open_url": dashboard.bills_url(open="yes"), "board_url": dashboard.bills_url(board="yes"),
            "board_count": kept_count(bills.waiting_for_council()), "council_url": reverse("legal.ordinance-council"),
            "is_team": owns_team(user, Team.LEGAL), "may_draft": Bill.scope.may_add(Bill, user),
            "sample": any(one.bill.is_sample for one in found) or bills.enacted(period.start, period.end).filter(is_sample=True).exists(),
            "export_url": f"{reverse('legal.local-laws-export')}?{period.query}",
            "report_url": f"{reverse('legal.local-laws-report')}?{period.query}",
            "see": see_more(), "calendar_url": reverse("core.calendar"),
        }  # fmt: skip


def see_more() -> list[tuple[str, str]]:
    """함께 보는 화면."""
    found = [
        ("자치법규", "locallaw"), ("공포한 판", "lawversion"), ("의안", "bill"), ("의안의 단계", "billstep"), ("사전심사", "impactreview"),
        ("예고 의견", "noticeopinion"), ("신구조문", "articlechange"), ("상위법 개정", "upperlawchange"), ("정비과제", "revisiontask"),
        ("사전심사 종류", "reviewkind"),
    ]  # fmt: skip
    return [(title, reverse(f"legal.{name}-list")) for title, name in found]


class ReportView(RoleRequired, BoardPage):
    """인쇄하는 입법 현황: 현황표와 공포한 의안의 목록."""

    roles = ALL_ROLES
    template_name = "legal/local_laws_report.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, period = signed_in(self.request), Period(self.request)
        bills = Bill.objects.for_user(user)
        rows = list(bills.enacted(period.start, period.end).select_related("department", "law").order_by("promulgated_on", "pk"))
        groups = [(kind.label, kind in INTERNAL_KINDS, [row for row in rows if row.kind == kind]) for kind in LawKind]
        return super().get_context_data(**kwargs) | {
            "period": period, "enacted": dashboard.Enacted(bills, period.start, period.end),
            "kinds": [one for one in groups if one[2]], "count": len(rows), "definition": ENACTED_DEFINITION,
            "sample": any(row.is_sample for row in rows),
        }  # fmt: skip


class BoardExportView(RoleRequired, View):
    """현황판을 엑셀로: 종류 × 유형, 공포한 의안, 진행 중인 의안, 단계마다 걸린 날. 날짜와 수는 진짜 값이다."""

    roles = ALL_ROLES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        user, today, period = signed_in(request), timezone.localdate(), Period(request)
        bills, steps = Bill.objects.for_user(user), BillStep.objects.for_user(user)
        enacted = dashboard.Enacted(bills, period.start, period.end)
        rows = bills.enacted(period.start, period.end).select_related("department", "law").order_by("promulgated_on", "pk")
        titles = ["자치법규 입법 현황", period.text]
        conditions: list[tuple[str, Any]] = [
            ("기간", period.text), ("세는 법", ENACTED_DEFINITION),
        ]  # fmt: skip
        sheets = [
            enacted.table.sheet("종류별 유형별", titles, conditions),
            SheetOut("공포한 의안", ENACTED_COLUMNS, [_enacted_row(row) for row in rows]),
            SheetOut("진행 중인 의안", OPEN_COLUMNS, [_open_row(one) for one in dashboard.open_bills(bills, steps, today)]),
            SheetOut("단계마다 걸린 날", STAY_COLUMNS, [
                [one.title, one.count, round(one.average, 1), one.middle, one.longest]
                for one in dashboard.stage_stays(steps, period.start, period.end)
            ]),
        ]  # fmt: skip
        return download(request, f"자치법규_입법현황_{period.start:%Y%m%d}-{period.end:%Y%m%d}.xlsx", sheets)


def _columns(kind: str, *titles: str) -> list[ColumnOut]:
    return [ColumnOut(title, kind) for title in titles]


ENACTED_COLUMNS = [
    *_columns("text", "종류", "유형", "의안명", "자치법규명", "발의자", "소관 부서", "공포번호"), *_columns("date", "공포일", "시행일"),
    *_columns("text", "공보 호수"),
]  # fmt: skip
OPEN_COLUMNS = [
    *_columns("text", "단계", "의안명", "종류", "유형", "발의자", "소관 부서", "쥔 곳"), *_columns("date", "단계 시작일"),
    *_columns("integer", "머문 날"), *_columns("text", "기한"), *_columns("date", "법정 기한"), *_columns("text", "막힌 까닭"),
]  # fmt: skip
STAY_COLUMNS = [*_columns("text", "단계"), *_columns("integer", "마친 횟수"), *_columns("decimal", "평균(일)", "중앙값(일)"),
                *_columns("integer", "가장 긴 것(일)")]  # fmt: skip


def _enacted_row(row: Bill) -> list[Any]:
    return [
        row.get_kind_display(), row.get_action_display(), row.title, row.law.title if row.law else row.law_title,
        row.get_proposer_kind_display(), row.department.name, row.promulgation_number, row.promulgated_on, row.effective_on,
        row.gazette_number,
    ]  # fmt: skip


def _open_row(one: dashboard.OpenBill) -> list[Any]:
    row, clock = one.bill, one.deadline
    return [
        row.stage_word, row.title, row.get_kind_display(), row.get_action_display(), row.get_proposer_kind_display(), row.department.name,
        one.holder, one.step.started_on if one.step else None, one.days, str(clock.rule) if clock else "", clock.due_on if clock else None,
        one.why,
    ]  # fmt: skip


class ComparisonView(RoleRequired, BoardPage):
    """신구조문대비표: 현행과 개정안을 나란히 놓고 바뀐 낱말을 표시한다. ?style=dash 는 같은 부분을 줄표로 적는다."""

    roles = ALL_ROLES
    template_name = "legal/comparison.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        bill = get_object_or_404(Bill.objects.for_user(user).select_related("department", "law"), pk=kwargs["pk"])
        is_dashed = self.request.GET.get("style") == "dash"
        lines = []
        for row in ArticleChange.objects.for_user(user).filter(bill=bill).order_by("order"):
            before, after = compare(row.old_text, row.new_text)
            lines.append((row, before, dashed(after) if is_dashed else after))
        return super().get_context_data(**kwargs) | {
            "bill": bill, "lines": lines, "is_dashed": is_dashed, "may_write": ArticleChange.scope.may_add(ArticleChange, user),
            "add_url": f"{reverse('legal.articlechange-add')}?bill={bill.pk}",
            "list_url": f"{reverse('legal.articlechange-list')}?bill={bill.pk}",
        }  # fmt: skip

