"""법률고문 현황: 인원, 쏠림, 성적표, 배정을 기다리는 심급, 그리고 달마다의 수당."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views import View
from django.views.generic import TemplateView

from core.access import RoleRequired, Team, owns_team, signed_in
from core.excel.download import attachment
from core.excel.values import CellError, parse_date
from core.excel.writer import ColumnOut, SheetOut, write_xlsx
from core.figures.concentration import DEFINITION, Concentration
from core.figures.figure import newest_report_year
from core.figures.models import ADVISER_MAX, ADVISER_TOP_SHARE, Setting
from core.formats import date_plain, money, number, rate
from core.history.revisions import kept_count, kept_rows
from core.org.models import Department
from core.screens.views.base import route_url
from core.screens.views.board import BoardPage, chosen_year, download
from core.screens.views.detail import DetailView
from legal.lawsuits.models import Instance, Lawsuit
from legal.legal_advisers import services
from legal.legal_advisers.models import Adviser, Allocation
from legal.legal_advisers.services import Scorecard, Work, pay_lines, total_line

TERM_ALERT_DAYS = 90
WAITING_SHOWN = 10


def chosen_period(request: HttpRequest) -> tuple[date, date]:
    """주소의 기간. 적지 않으면 소송 현황판과 같은 해의 첫날부터 마지막 날(올해면 오늘)까지."""
    today = timezone.localdate()
    start, end = _day(request.GET.get("start")), _day(request.GET.get("end"))
    if start is None and end is None:
        year = chosen_year(request, lambda: newest_report_year("lawsuits.계.total"))
        return date(year, 1, 1), today if year == today.year else date(year, 12, 31)
    start, end = start or date((end or today).year, 1, 1), end or today
    return (start, end) if start <= end else (end, start)


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text, default_year=timezone.localdate().year) if text else None
    except CellError:
        return None


def card_lines(card: Scorecard) -> list[dict[str, Any]]:
    """성적표의 줄, 많이 맡은 사람부터. 기간에 위촉되었거나 맡은 일이 있는 고문만."""
    lines = []
    for one in card.advisers:
        rulings: Counter[str] = card.rulings.get(one.pk, Counter())
        days, again, satisfaction = card.median_days(one.pk), card.again_rate(one.pk), card.satisfaction(one.pk)
        lines.append({
            "adviser": one, "suits": card.count(one.pk, Allocation.Kind.SUIT), "advices": card.count(one.pk, Allocation.Kind.ADVICE),
            "count": card.count(one.pk), "share": card.by_count.share(one.pk), "open": card.open_counts[one.pk], "days": days,
            "again": again, "won": rulings.get("won", 0), "lost": rulings.get("lost", 0), "win_rate": card.win_rate(one.pk),
            "fee": card.fees[one.pk], "fee_share": card.by_fee.share(one.pk), "satisfaction": satisfaction,
        })  # fmt: skip
    return sorted(lines, key=lambda line: (-line["count"], -line["fee"], line["adviser"].name))


def seen_advisers(start: date, end: date) -> list[Adviser]:
    """기간의 어느 날에든 위촉되어 있던 고문."""
    return kept_rows(Adviser.objects.filter(appointments__appointed_on__lte=end, appointments__term_end_on__gte=start).distinct())


class BoardView(RoleRequired, BoardPage):
    """법률고문의 현황판."""

    template_name = "legal/advisers_board.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = signed_in(self.request), timezone.localdate()
        start, end = chosen_period(self.request)
        stored = Setting.objects.values_on(end)
        card = Scorecard(start, end, seen_advisers(start, end))
        active = Adviser.objects.active_on(end)
        active_count = kept_count(active)
        expiring = kept_count(Adviser.objects.expiring(today, TERM_ALERT_DAYS))
        lines = card_lines(card)
        names = {one.pk: one.name for one in card.advisers}
        waiting = _waiting(user)
        query = urlencode({"start": start.isoformat(), "end": end.isoformat()})
        allocations = f"{reverse('legal.allocation-list')}?{query}"
        top = card.by_count.top_share
        return super().get_context_data(**kwargs) | {
            "start": start, "end": end, "lines": lines, "most": stored[ADVISER_MAX], "active": active_count,
            "active_url": f"{reverse('legal.adviser-list')}?on={end.isoformat()}", "room": stored[ADVISER_MAX] - active_count,
            "expiring": expiring,
            "expiring_url": f"{reverse('legal.adviser-list')}?expiring={TERM_ALERT_DAYS}", "alert_days": TERM_ALERT_DAYS,
            "total": card.by_count.total, "allocations_url": allocations, "is_sample": any(one.is_sample for one in card.advisers),
            "meters": [_meter("건수", card.by_count, names), _meter("금액", card.by_fee, names)], "definition": DEFINITION,
            "is_concentrated": top is not None and top > stored[ADVISER_TOP_SHARE], "top_limit": stored[ADVISER_TOP_SHARE],
            "top": top, "top_name": names.get(card.by_count.top or 0, ""), "fee_total": money(card.by_fee.total, 1),
            "waiting": waiting[:WAITING_SHOWN], "waiting_count": len(waiting), "may_allocate": owns_team(user, Team.LEGAL),
            "query": query,
        }  # fmt: skip


def _waiting(user: Any) -> list[Any]:
    """아직 대리인도 수행자도 정하지 않은, 끝나지 않은 심급."""
    rows = Instance.objects.for_user(user).filter(ruling=None, adviser=None, counsel="").exclude(lawsuit__status__in=Lawsuit.ENDED)
    return kept_rows(rows.select_related("lawsuit__department").order_by("received_on", "pk"))


def _meter(title: str, found: Concentration, names: dict[int, str]) -> dict[str, Any]:
    """쏠림의 한 줄: 이름, 점유율이 가장 큰 사람, HHI."""
    return {
        "title": title, "hhi": number(found.hhi) if found.hhi is not None else "-", "level": found.level, "top_share": found.top_share,
        "top_name": names.get(found.top or 0, "-"), "total": found.total,
    }  # fmt: skip


class BoardExportView(RoleRequired, View):
    """성적표와 쏠림을 엑셀로."""

    def get(self, request: HttpRequest) -> FileResponse:
        start, end = chosen_period(request)
        card = Scorecard(start, end, seen_advisers(start, end))
        columns = [
            ColumnOut("고문"), ColumnOut("전문분야"),
            *(ColumnOut(name, "integer") for name in ("소송(건)", "자문(건)", "계(건)", "지금 맡은 일(건)")),
            ColumnOut("점유율(%)", "rate"), ColumnOut("회신 중앙값(일)", "decimal"), ColumnOut("다시 물음(%)", "rate"),
            ColumnOut("승소(건)", "integer"), ColumnOut("패소(건)", "integer"),
            ColumnOut("승소율(%)", "rate"), ColumnOut("만족도", "decimal"),
            ColumnOut("지급액(원)", "amount"), ColumnOut("금액 점유율(%)", "rate"),
        ]  # fmt: skip
        rows = [
            [str(line["adviser"]), line["adviser"].specialty, line["suits"], line["advices"], line["count"], line["open"], line["share"],
             line["days"], line["again"], line["won"], line["lost"], line["win_rate"], line["satisfaction"], line["fee"], line["fee_share"]]
            for line in card_lines(card)
        ]  # fmt: skip
        conditions: list[tuple[str, Any]] = [
            ("기간", f"{date_plain(start)} ~ {date_plain(end)}"), ("건수 HHI", rate(card.by_count.hhi, 0)),
            ("금액 HHI", rate(card.by_fee.hhi, 0)), ("뜻", DEFINITION),
        ]  # fmt: skip
        sheet = SheetOut("성적표", columns, rows, title_lines=["법률고문 배정과 성적"], conditions=conditions)
        return download(request, f"법률고문_{start:%Y%m%d}_{end:%Y%m%d}.xlsx", [sheet])


# ── 배정 제안 ─────────────────────────────────────────────────────────


class WorkForm(forms.Form):
    """자문을 배정할 때 적는 것."""

    title = forms.CharField(label="질의", max_length=200, help_text="사람 이름을 적지 않습니다. 예: 위반건축물 이행강제금 산정 기준")
    department = forms.ModelChoiceField(Department.objects.filter(is_reporting=True), label="소관 부서", required=False)


class ProposeView(RoleRequired, TemplateView):
    """배정 제안: 고문을 맞는 차례로 늘어놓고, 사람이 까닭을 적어 고른다."""

    team = Team.LEGAL
    template_name = "legal/advisers_propose.html"

    def _work(self) -> tuple[Work | None, WorkForm]:
        data = self.request.POST if self.request.method == "POST" else self.request.GET
        user = signed_in(self.request)
        if key := data.get("instance", ""):
            rows = Instance.objects.for_user(user).select_related("lawsuit__department")
            return Work.of_instance(get_object_or_404(rows, pk=int(key) if key.isdecimal() else 0)), WorkForm()
        form = WorkForm(data if data.get("title") else None)
        if not form.is_bound or not form.is_valid():
            return None, form
        title, department = form.cleaned_data["title"], form.cleaned_data["department"]
        return Work(title, title, Allocation.Kind.ADVICE, department), form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        work, form = self._work()
        today = timezone.localdate()
        return super().get_context_data(**kwargs) | {
            "work": work, "form": form, "today": today, "candidates": services.propose(work, today) if work else [],
            "may_allocate": owns_team(signed_in(self.request), Team.LEGAL),
            "instance_url": route_url(Lawsuit, "detail", work.instance.lawsuit_id) if work and work.instance else "",
        }  # fmt: skip

    def post(self, request: HttpRequest) -> HttpResponse:
        work, _form = self._work()
        key = request.POST.get("adviser", "")
        try:
            if work is None:
                raise ValidationError("무엇을 배정할지 먼저 적어 주세요.")
            adviser = Adviser.objects.filter(pk=int(key)).first() if key.isdecimal() else None
            if adviser is None:
                raise ValidationError("맡길 고문을 골라 주세요.")
            found = services.allocate(work, adviser, timezone.localdate(), request.POST.get("reason", ""))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return self.render_to_response(self.get_context_data(), status=422)
        messages.success(request, f"「{found.title}」을(를) {adviser.name} 고문에게 배정했습니다.")
        return redirect("legal.allocation-detail", found.pk)


# ── 위촉과 수당 ───────────────────────────────────────────────────────


class AdviserDetailView(DetailView):
    """고문 한 사람: 임기, 위촉 기록, 이해충돌, 맡은 일."""

    template_name = "legal/adviser_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        adviser: Adviser = self.record  # type: ignore[assignment]
        return super().get_context_data(
            may_renew=owns_team(self.user, Team.LEGAL) and adviser.ended_on is None,
            next_day=adviser.term_end_on and date.fromordinal(adviser.term_end_on.toordinal() + 1), **kwargs,
        )


class RenewView(RoleRequired, View):
    """고문을 연임한다."""

    team = Team.LEGAL

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        adviser = get_object_or_404(Adviser.objects.for_user(request.user), pk=pk)
        try:
            day = _day(request.POST.get("on"))
            if day is None:
                raise ValidationError("연임하는 날을 적어 주세요. 예: 2023-10-31")
            found = services.renew(adviser, day)
            messages.success(request, f"{found.name} 고문을 {date_plain(found.term_end_on)}까지 연임으로 적었습니다.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("legal.adviser-detail", pk)


class PayRunView(RoleRequired, TemplateView):
    """한 달의 고문 수당: 적기, 표, 엑셀."""

    team = Team.LEGAL
    template_name = "legal/advisers_pay.html"

    def month(self) -> tuple[int, int]:
        """주소의 달. 적지 않으면 지난달."""
        data = self.request.POST if self.request.method == "POST" else self.request.GET
        year, _, month = data.get("month", "").partition("-")
        if year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12 and 1990 <= int(year) <= 2100:
            return int(year), int(month)
        today = timezone.localdate()
        return (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | FileResponse:  # type: ignore[override]
        if request.GET.get("format") == "xlsx":
            return self.excel()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        year, month = self.month()
        lines = pay_lines(year, month)
        return super().get_context_data(**kwargs) | {
            "year": year, "month": month, "value": f"{year}-{month:02}", "lines": lines, "totals": total_line(lines),
            "fees_url": f"{reverse('legal.adviserfee-list')}?year={year}&month={month}",
            "may_run": owns_team(signed_in(self.request), Team.LEGAL),
            "is_sample": any(line.adviser.is_sample for line in lines),
        }  # fmt: skip

    def post(self, request: HttpRequest) -> HttpResponse:
        year, month = self.month()
        try:
            count = services.run_month(year, month)
            messages.success(request, f"{year}년 {month}월 수당 {count:,}건을 적었습니다." if count else "새로 적을 수당이 없습니다.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(f"{reverse('legal.advisers-pay')}?month={year}-{month:02}")

    def excel(self) -> FileResponse:
        """지급표. 금액은 진짜 수다."""
        year, month = self.month()
        lines = pay_lines(year, month)
        columns = [ColumnOut("고문"), ColumnOut("소속"), *(
            ColumnOut(f"{name}(원)", "amount") for name in ("월 자문료", "자문 수당", "기타", "착수금", "사례금", "계")
        )]  # fmt: skip
        rows: list[list[Any]] = [
            [line.adviser.name, line.adviser.firm, line.monthly, line.opinion, line.other, line.retainer, line.success, line.total]
            for line in lines
        ]
        rows.append(["계", "", *total_line(lines)])
        sheet = SheetOut(f"{year}년 {month}월", columns, rows, title_lines=[f"법률고문 수당 {year}년 {month}월"])
        return attachment(lambda file: write_xlsx(file, [sheet]), f"법률고문수당_{year}{month:02}.xlsx")
