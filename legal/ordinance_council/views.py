"""조례·규칙심의회의 첫 화면: 올해의 회의와 의결유형, 기다리는 의안을 한 번에 올리기."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views import View

from core.access import RoleRequired, Team, owns_team, signed_in
from core.committees.amendments import compare
from core.committees.models import AgendaItem, Committee, Meeting
from core.excel.writer import ColumnOut, SheetOut
from core.figures.figure import newest_report_year
from core.history.revisions import kept_rows
from core.screens.views.board import BoardPage, chosen_year, download, year_choices
from legal.ordinance_council import services
from legal.ordinance_council.dashboard import MEETINGS_CODE, CouncilYear, years_of

WAITING_SHOWN = 20


def council_year(request: HttpRequest, committee: Committee) -> CouncilYear:
    """고른 해의 심의회. 고르지 않았으면 보고서가 있는 가장 늦은 해나 회의가 있는 가장 최근의 해."""
    return CouncilYear(committee, chosen_year(request, lambda: newest_report_year(MEETINGS_CODE) or next(iter(years_of(committee)), None)))


class CouncilView(RoleRequired, BoardPage):
    """조례·규칙심의회의 한 해."""

    template_name = "legal/council.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, committee = signed_in(self.request), services.council()
        context = super().get_context_data(**kwargs) | {"committee": committee}
        if committee is None:
            return context
        board = council_year(self.request, committee)
        following = board.next_meeting
        waiting = kept_rows(services.AGENDA.rows().for_user(user))  # type: ignore[attr-defined]
        amended = AgendaItem.objects.filter(
            meeting__in=[one.pk for one in board.held], outcome=AgendaItem.Outcome.AMENDED
        ).exclude(amended_text="").with_names().order_by("meeting__held_on", "order")  # fmt: skip
        return context | {
            "board": board, "years": year_choices(years_of(committee), board.year), "next": following,
            "next_url": reverse("core.meeting-detail", args=[following.pk]) if following else "",
            "waiting": waiting[:WAITING_SHOWN], "waiting_count": len(waiting), "may_put": owns_team(user, Team.LEGAL),
            "open_meetings": kept_rows(
                Meeting.objects.filter(committee=committee).waiting().select_related("committee").order_by("held_on")
            ),
            "total": sum(line.total for line in board.outcomes),
            "in_person_total": sum(line.in_person for line in board.outcomes),
            "written_total": sum(line.written for line in board.outcomes),
            "meetings_url": board.meetings_url(),
            "items_url": board.items_url(), "written_url": board.meetings_url(form="written"), "reconciled": board.reconciled,
            "printed_url": f"{reverse('core.reportedvalue-list')}?code={board.printed.code}" if board.printed else "",
            "lines": [
                {"line": line, "url": board.items_url(outcome=line.code),
                 "in_person_url": board.items_url(outcome=line.code, form_of="in_person"),
                 "written_url": board.items_url(outcome=line.code, form_of="written")}
                for line in board.outcomes
            ],
            "amended": [
                (item, [line for line in compare(item.original_text, item.amended_text) if line.changed]) for item in kept_rows(amended)
            ],
            "is_sample": any(one.is_sample for one in board.meetings),
        }  # fmt: skip


class PutView(RoleRequired, View):
    """기다리는 의안을 고른 회의의 안건으로 올린다."""

    team = Team.LEGAL

    def post(self, request: HttpRequest) -> HttpResponse:
        key = request.POST.get("meeting", "")
        rows = Meeting.objects.changeable_by(signed_in(request)).filter(committee__code=services.AGENDA.committee)
        if not key.isdecimal():
            messages.error(request, "안건을 올릴 회의를 고르세요. 없으면 회의를 먼저 등록하세요.")
            return redirect("legal.ordinance-council")
        meeting = get_object_or_404(rows, pk=int(key))
        try:
            count = services.put_waiting(meeting)
            messages.success(request, f"의안 {count:,}건을 {meeting}의 안건으로 올렸습니다.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("legal.ordinance-council")
        return redirect("core.meeting-detail", meeting.pk)


class CouncilExportView(RoleRequired, View):
    """한 해의 회의와 의결유형을 엑셀로."""

    def get(self, request: HttpRequest) -> FileResponse:
        committee = services.council()
        if committee is None:
            raise Http404("조례·규칙심의회가 없습니다.")
        board = council_year(request, committee)
        meetings = SheetOut(
            "회의", [ColumnOut("차례", "integer"), ColumnOut("회의일", "date"), ColumnOut("방법"), ColumnOut("상태"),
                    ColumnOut("안건(건)", "integer"), ColumnOut("의결(건)", "integer")],
            [[one.number, one.held_on, one.get_form_display(), one.get_state_display(), one.item_count, one.decided_count]
             for one in board.meetings],
            title_lines=[f"{committee} {board.year}년"],
        )  # fmt: skip
        outcomes = SheetOut(
            "의결유형", [ColumnOut("의결"), *(ColumnOut(name, "integer") for name in ("대면(건)", "서면(건)", "계(건)"))],
            [[line.label, line.in_person, line.written, line.total] for line in board.outcomes],
        )  # fmt: skip
        return download(request, f"조례규칙심의회_{board.year}.xlsx", [meetings, outcomes])
