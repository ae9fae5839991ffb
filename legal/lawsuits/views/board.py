"""소송 현황판과 분석, 그 엑셀, 승패 분류의 화면."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.views import View

from core.access import ALL_ROLES, RoleRequired, Team, owns_team, signed_in
from core.figures.concentration import DEFINITION
from core.formats import date_plain, money, number, rate
from core.screens.binder import Screens
from core.screens.forms import KoreanDateField
from core.screens.views.board import BoardPage, download
from legal.lawsuits import tables
from legal.lawsuits.dashboard import (
    APPEAL_DAYS,
    FEW,
    SHOWN,
    Board,
    Coming,
    Period,
    cases_url,
    default_period,
    report_bases,
)
from legal.lawsuits.figures import reconciled
from legal.lawsuits.models import Lawsuit, OutcomeBucket

PARTS = ("승소(소취하 등)", "패소(일부인용)")


class PeriodForm(forms.Form):
    """기간 적기. 끝나는 날이 기준일이다."""

    start = KoreanDateField(label="시작일")
    end = KoreanDateField(label="기준일(끝나는 날)")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and start > end:
            self.add_error("start", "시작일이 기준일보다 늦습니다. 두 날짜를 확인해 주세요.")
        return cleaned


class Chosen:
    """주소에서 고른 기간. 읽지 못하면 처음 기간을 보이고 까닭을 적는다."""

    def __init__(self, request: HttpRequest, today: date) -> None:
        self.bases = report_bases()
        user = signed_in(request)
        first = default_period(user.fiscal_year, today, self.bases)
        asked = dict(request.GET.items())
        if "period" in asked and not {"start", "end"} & set(asked):
            asked["start"], _colon, asked["end"] = asked["period"].partition(":")
        given = {name: asked.get(name, "") for name in ("start", "end")}
        self.form = PeriodForm(given if any(given.values()) else {"start": first.start.isoformat(), "end": first.end.isoformat()})
        self.period = Period(self.form.cleaned_data["start"], self.form.cleaned_data["end"]) if self.form.is_valid() else first
        years = sorted({*self.bases, *range(today.year - 2, today.year + 1), self.period.end.year}, reverse=True)
        choices = [default_period(year, today, self.bases) for year in years]
        self.choices = choices if self.period in choices else [self.period, *choices]
        self.today = today

    def title(self, period: Period) -> str:
        """고르는 칸의 글: 2023년 (1. 1. ~ 11. 6.), 올해는 2026년 (1. 1. ~ 오늘)."""
        if (period.start.month, period.start.day) != (1, 1) or period.start.year != period.end.year:
            return period.text
        last = "오늘" if period.end == self.today else f"{period.end.month}. {period.end.day}."
        return f"{period.start.year}년 (1. 1. ~ {last})"

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        return [(one.value, self.title(one), one == self.period) for one in self.choices]


class PageMixin(RoleRequired):
    """소송 현황 화면이 함께 쓰는 것: 기간, 탭, 단추."""

    roles = ALL_ROLES
    tab = ""
    request: HttpRequest

    def board(self) -> tuple[Chosen, Board]:
        today = timezone.localdate()
        chosen = Chosen(self.request, today)
        return chosen, Board(signed_in(self.request), chosen.period, today)

    def page(self, chosen: Chosen, board: Board) -> dict[str, Any]:
        user, period = signed_in(self.request), board.period
        return {
            "board": board, "period": period, "chosen": chosen, "total": board.total, "is_partial": board.is_partial,
            "tabs": self._tabs(board), "has_sample": board.has_sample,
            "export_url": f"{reverse('legal.lawsuits-export')}?{period.query}",
            "may_add": Lawsuit.scope.may_add(Lawsuit, user), "is_team": owns_team(user, Team.LEGAL),
        }  # fmt: skip

    def _tabs(self, board: Board) -> list[dict[str, Any]]:
        period = board.period
        pages = (
            ("현황", f"{reverse('legal.lawsuits')}?{period.query}", None),
            ("사건 목록", cases_url(counted=period.value), board.total.counts["total"]),
            ("기일·기한", reverse("legal.hearing-list"), None),
            ("판결·결정", reverse("legal.ruling-list"), None),
            ("소송비용", reverse("legal.cost-list"), None),
            ("분석", f"{reverse('legal.lawsuits-analysis')}?{period.query}", None),
        )  # fmt: skip
        return [{"title": title, "url": url, "count": count, "current": title == self.tab} for title, url, count in pages]


class BoardView(PageMixin, BoardPage):
    """소송 수행 현황: 보고서의 표, 확정 결과의 그림, 불변기간, 다가오는 기일·기한, 최근 확정, 보고서와의 대사."""

    template_name = "legal/lawsuits_board.html"
    tab = "현황"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen, board = self.board()
        coming = board.coming()
        late = [one for one in coming if one.on < board.today]
        ahead = [one for one in coming if one.on >= board.today]
        appeals = board.appeals_of(coming)
        rows = [] if board.is_partial else reconciled(board, chosen.bases)
        return super().get_context_data(**kwargs) | self.page(chosen, board) | {
            "parts": PARTS, "closed_text": number(board.total.counts["closed"]), "closed_url": board.total.url("closed"),
            "carried_url": board.total.url("carried"), "neither_url": board.total.url("neither"),
            "coming_sample": any(one.lawsuit.is_sample for one in coming),
            "lines": board.lines, "table": tables.kinds_table(board), "chart": board.chart(),
            "balanced": all(line.balanced for line in board.lines),
            "lost": [line for line in board.kinds if line.counts["lost"]],
            "coming": [*late, *ahead][:SHOWN], "more": max(len(coming) - SHOWN, 0), "late": len(late),
            "appeals": len({one.lawsuit.pk for one in appeals}), "appeals_url": appeals_url(board, appeals), "appeal_days": APPEAL_DAYS,
            "recent": board.recent, "reconciled": rows, "reconciled_ok": all(one.ok for one in rows),
            "bases": [(year, default_period(year, board.today, chosen.bases)) for year in sorted(chosen.bases, reverse=True)],
        }  # fmt: skip


def appeals_url(board: Board, appeals: list[Coming]) -> str:
    """상소 기한이 곧 끝나는 사건. 하나면 그 사건을 바로 연다."""
    cases = {one.lawsuit.pk: one for one in appeals}
    if len(cases) == 1:
        return next(iter(cases.values())).url
    return cases_url(appeal_due=Period(board.today, date.fromordinal(board.today.toordinal() + APPEAL_DAYS)).value)


class AnalysisView(PageMixin, BoardPage):
    """소송 분석: 승소율의 정의와 구분·심급·부서·대리인별, 다섯 해, 소가·비용·회수, 편중, 패소 원인, 걸린 기간."""

    template_name = "legal/lawsuits_analysis.html"
    tab = "분석"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen, board = self.board()
        years = board.years()
        return super().get_context_data(**kwargs) | self.page(chosen, board) | {
            "outcomes": board.by_outcome(),
            "few": FEW, "groups": tables.groups_of(board), "years": years,
            "years_table": tables.tallies_table("years", "연도", years),
            "years_chart": [
                {"label": label.partition(" ")[0], "side": f"{line.rate_text}%" if line.decided else "-",
                 "values": [line.counts["won"], line.counts["lost"]] if line.counts["closed"] else [None, None]}
                for label, line in years
            ],
            "concentration": None if board.is_partial else board.concentration(), "hhi_meaning": DEFINITION, "busiest": board.advisers[:1],
            "causes": board.causes(), "durations": board.durations(),
            "parts": PARTS, "lost_text": number(board.total.counts["lost"]), **amounts(board),
        }  # fmt: skip


def amounts(board: Board) -> dict[str, Any]:
    """소가·비용·회수의 수치 띠."""
    found = board.money
    claims, recovery = found.claims, found.recovery
    return {
        "money": found, "claims": money(claims["amount"]), "claims_url": board.total.url("total"),
        "claims_note": f"{number(claims['count'])}건 중 소가를 적은 {number(claims['known'])}건",
        "paid": money(found.paid), "paid_url": found.paid_url, "paid_note": f"지급 {number(found.count)}건",
        "decided": money(recovery["decided"]), "decided_note": f"확정 결정 {number(recovery['count'])}건",
        "collected": money(recovery["collected"]), "collected_note": f"거둔 것 {number(recovery['done'])}건",
        "recovery_rate": rate(found.recovery_rate), "recovery_url": found.recovery_url,
        "collected_url": found.collected_url,
    }  # fmt: skip


class ExportView(PageMixin, View):
    """현황표를 엑셀로: 보고서의 두 줄 머리글 그대로, 분석표와 조건까지. 모두 진짜 수다."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        _chosen, board = self.board()
        standard, period = board.standard, board.period
        conditions: list[tuple[str, Any]] = [
            ("기간", period.text), ("기준일", date_plain(period.end)), ("세는 단위", "사건(심급이 여럿이어도 한 건)"),
            ("계", "기준일에 진행 중이거나 기간 안에 확정된 사건. 신규는 계에 든다"),
            ("승소율", f"승소 ÷ (승소 + 패소) × 100, {standard.mode_label}, 소수 {standard.places}자리"),
            *((f"승패 분류: {found[0].label}", f"{found[1]} {number(found[3])}건") for found in board.by_outcome()),
            ("범위", "소관 부서의 사건과 맡은 사건" if board.is_partial else "구의 모든 사건"),
            ("자료", "표본이 들어 있음" if board.has_sample else "등록한 사건"),
        ]  # fmt: skip
        sheets = [
            tables.kinds_table(board).sheet("소송 수행", ["소송 수행 현황", f"{period.text}   (단위: 건)"], conditions),
            *(group.table.sheet(group.title) for group in tables.groups_of(board)),
            tables.tallies_table("years", "연도", board.years()).sheet("5년 추이"),
        ]
        return download(request, f"소송_수행_현황_{period.end.isoformat()}.xlsx", sheets)


class OutcomeBucketScreens(Screens):
    """승패 분류. 고치면 그 적용일부터의 승소율이 바뀌므로, 지난 정의는 두고 새 행을 더한다."""

    model = OutcomeBucket
    columns = ("outcome", "bucket", "valid_from", "basis")
    filters = ("outcome", "bucket")
    first_use = "승패 분류가 없어 모든 결과를 「세지 않음」으로 봅니다. 결과마다 현황표의 어느 칸에 셀지 적어 주세요."
