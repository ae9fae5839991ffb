"""위원회 한 장, 회의 한 장, 안건 한 장, 안건 자료집과 의결 결과."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, Prefetch, Sum
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from core.access import RoleRequired, signed_in
from core.committees import services
from core.committees.agenda import waiting_for
from core.committees.amendments import compare
from core.committees.models import AgendaItem, Allowance, Attendance, Committee, FollowUp, Meeting, Recusal, Seat
from core.committees.models.committees import lesser_gender_share, warnings
from core.committees.quorum import Passing, Quorum, Tally
from core.committees.views.forms import DecisionForm
from core.figures.models import COMMITTEE_GENDER_SHARE, COMMITTEE_TERM_ALERT, Setting
from core.formats import date_plain, date_short, money, percent, rate
from core.org.models import Department
from core.screens.views.base import route_url
from core.screens.views.detail import DetailView

_S = Meeting.State
# 회의를 옮기는 단추의 말: (지금, 다음)
MOVE_WORDS = {
    (_S.PREPARING, _S.NOTIFIED): "소집 통지", (_S.NOTIFIED, _S.OPEN): "회의 열기", (_S.NOTIFIED, _S.PREPARING): "통지 취소",
    (_S.OPEN, _S.CLOSED): "회의 종결", (_S.OPEN, _S.NOTIFIED): "개회 취소", (_S.CLOSED, _S.OPEN): "다시 열기",
}  # fmt: skip


class CommitteeDetailView(DetailView):
    """위원회 한 장: 재적과 성별, 임기, 올해의 회의."""

    template_name = "core/committees/committee_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        committee: Committee = self.record  # type: ignore[assignment]
        today = timezone.localdate()
        stored = Setting.objects.values_on(today)
        seats = list(Seat.objects.filter(committee=committee).active_on(today).select_related("staff"))
        share, alert = lesser_gender_share(seats), stored[COMMITTEE_TERM_ALERT]
        expiring = [one for one in seats if one.term_end_on and (one.term_end_on - today).days <= alert]
        held = Meeting.objects.filter(committee=committee).held()
        shown = held.filter(year__lte=today.year).values_list("year", flat=True).order_by("-year").first() or today.year
        meetings = list(Meeting.objects.filter(committee=committee, year=shown).with_counts().order_by("number"))
        written = sum(one.is_written for one in meetings if one.state in (_S.OPEN, _S.CLOSED))
        count = sum(one.state in (_S.OPEN, _S.CLOSED) for one in meetings)
        kinds = "·".join(f"{label} {n}" for value, label in Seat.Kind.choices if (n := sum(one.kind == value for one in seats)))
        query = f"?committee={committee.pk}"
        return super().get_context_data(
            seats=seats, kinds=kinds or "위원을 등록하세요", share=share, share_note=f"목표 {stored[COMMITTEE_GENDER_SHARE]}% 이상, 위촉직",
            expiring=len(expiring), alert=alert, alert_text=str(alert), written_note=f"서면 {written}회", year=shown, meetings=meetings,
            held=count, written_rate=percent(written, count),
            written=written, problems=warnings(committee, seats, today), today=today,
            waiting=_waiting(self.screens, committee, self.user),
            seats_url=f"{reverse('core.seat-list')}{query}&active=yes", meetings_url=f"{reverse('core.meeting-list')}{query}&year={shown}",
            add_meeting_url=f"{reverse('core.meeting-add')}{query}" if self.screens.may_change(committee, self.user) else "",
            **kwargs,
        )  # fmt: skip


class MeetingDetailView(DetailView):
    """회의 한 장: 단계, 정족수, 안건과 의결, 출석, 회의록, 후속조치, 수당."""

    template_name = "core/committees/meeting_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        meeting: Meeting = self.record  # type: ignore[assignment]
        may_change = Meeting.scope.may_change(meeting, self.user)
        items = list(meeting.items.select_related("department").annotate(recused=Count("recusals")).order_by("order"))
        rows = list(meeting.attendances.select_related("seat").order_by("seat__order", "pk"))
        present = sum(row.status in Attendance.COUNTED and row.seat.votes for row in rows)
        committee = meeting.committee
        whole = Tally(committee.quorum, committee.passing, services.members(meeting).count(), present)
        follow_ups = list(FollowUp.objects.filter(item__meeting=meeting).select_related("department", "item"))
        paid = Allowance.objects.filter(attendance__meeting=meeting).aggregate(count=Count("pk"), total=Sum("amount"))
        states = list(_S)
        at = states.index(_S(meeting.state))
        flow = [
            (state.label, date_short(meeting.notified_on) if state == _S.NOTIFIED and meeting.notified_on
             else date_short(meeting.held_on) if state == _S.OPEN else "",
             "done" if place < at or meeting.is_closed else "now" if place == at else "todo")
            for place, state in enumerate(states)
        ]  # fmt: skip
        moves = [
            (str(state), MOVE_WORDS[_S(meeting.state), state], state == states[min(at + 1, 3)] and at < 3)
            for state in Meeting.NEXT[_S(meeting.state)]
        ]  # fmt: skip
        undecided = [one for one in items if not one.is_decided]
        return super().get_context_data(
            items=items, undecided=len(undecided), attendances=rows, whole=whole, quorum_ok=whole.is_open, flow=flow,
            moves=moves if may_change else [], may_change=may_change, follow_ups=follow_ups,
            statuses=[(value, label) for value, label in Attendance.Status.choices
                      if value != (Attendance.Status.PRESENT if meeting.is_written else Attendance.Status.WRITTEN)],
            may_attend=may_change and meeting.state in (_S.NOTIFIED, _S.OPEN),
            may_decide=may_change and meeting.state == _S.OPEN, may_add_item=may_change and meeting.takes_items,
            may_pay=may_change and meeting.state in (_S.OPEN, _S.CLOSED), paid=paid, paid_total=money(paid["total"], 1),
            waiting=_waiting(self.screens, committee, self.user) if may_change and meeting.is_coming else [],
            **kwargs,
        ) | ({} if self.screens.may_delete(meeting, self.user) else {"delete_url": ""})  # fmt: skip


class AgendaItemDetailView(DetailView):
    """안건 한 장: 원안, 가리키는 자료, 제척, 의결, 수정안 견주기, 후속조치."""

    template_name = "core/committees/agendaitem_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        item: AgendaItem = self.record  # type: ignore[assignment]
        meeting = item.meeting
        owner = Meeting.scope.may_change(meeting, self.user)
        found = services.tally(item)
        lines = compare(item.original_text, item.amended_text) if item.amended_text else []
        return super().get_context_data(
            meeting=meeting, about=_about(item, self.user), tally=found, lines=lines,
            changed=sum(line.changed for line in lines),
            decision=DecisionForm(record=item, user=self.user)
            if owner and meeting.state == _S.OPEN and not item.is_decided else None,
            may_cancel=owner and item.is_decided and not meeting.is_closed, **kwargs,
        )  # fmt: skip


def _waiting(screens: Any, committee: Committee, user: Any) -> list[dict[str, Any]]:
    """심의를 기다리는 자료의 줄. 누르면 그 자료를 연다."""
    found = [
        (agenda, record, agenda.proposal(record))
        for agenda, records in waiting_for(screens.agendas, committee, user) for record in records
    ]
    names = Department.objects.in_bulk({one.department_id for _agenda, _record, one in found if one.department_id})
    return [
        {"key": agenda.key(record), "kind": str(record._meta.verbose_name), "title": one.title, "amount": one.amount,
         "department": names.get(one.department_id), "url": route_url(type(record), "detail", record.pk)}
        for agenda, record, one in found
    ]  # fmt: skip


def _about(item: AgendaItem, user: Any) -> dict[str, str] | None:
    """안건이 가리키는 자료의 이름과 주소. 볼 수 없는 사람에게는 주지 않는다."""
    record: Any = item.record
    if record is None:
        return None
    model = type(record)
    if not model.scope.readable(model._default_manager.filter(pk=record.pk), user).exists():
        return None
    return {"kind": str(model._meta.verbose_name), "title": str(record), "url": route_url(model, "detail", record.pk)}


# ── 인쇄하는 화면 ─────────────────────────────────────────────────────


class MeetingPrintView(RoleRequired, TemplateView):
    """한 회의의 인쇄물."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        meeting = get_object_or_404(Meeting.objects.for_user(user).select_related("committee"), pk=self.kwargs["pk"])
        recusals = Prefetch("recusals", Recusal.objects.select_related("seat"), "recused_rows")
        follow_ups = Prefetch("follow_ups", FollowUp.objects.select_related("department"), "follow_rows")
        items = list(meeting.items.select_related("department").prefetch_related(recusals, follow_ups).order_by("order"))
        rows = list(meeting.attendances.select_related("seat").order_by("seat__order", "pk"))
        seats = [row.seat for row in rows] or list(Seat.objects.filter(committee=meeting.committee_id).active_on(meeting.held_on))
        committee = meeting.committee
        present = sum(row.status in Attendance.COUNTED and row.seat.votes for row in rows)
        whole = Tally(committee.quorum, committee.passing, services.members(meeting).count(), present)
        rule = f"{Quorum(committee.quorum).label}, {Passing(committee.passing).label}"
        place = meeting.place or ("서면" if meeting.is_written else "-")
        return super().get_context_data(**kwargs) | {
            "meeting": meeting, "committee": committee, "items": items, "attendances": rows, "seats": seats, "whole": whole,
            "present_rate": rate(percent(present, whole.members)),
            "facts": [
                ("회의", f"{meeting.year}년 제{meeting.number}회 ({meeting.get_form_display()})"), ("일시", date_plain(meeting.held_on)),
                ("장소", place), ("안건", f"{len(items)}건"), ("정족수", whole.text if rows else rule, "wide"),
            ],
        }  # fmt: skip


class AgendaBookView(MeetingPrintView):
    """안건 자료집: 회의 개요, 안건 목록, 위원 명단, 안건마다 제안 이유와 원안."""

    template_name = "core/committees/agenda_book.html"


class ResultSheetView(MeetingPrintView):
    """의결 결과: 안건마다의 의결과 찬반, 수정 내용, 출석과 서명란, 후속조치."""

    template_name = "core/committees/result_sheet.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        for item in context["items"]:
            item.diff = compare(item.original_text, item.amended_text) if item.amended_text else []
        order = list(AgendaItem.Outcome)
        decided = sorted((one for one in context["items"] if one.is_decided), key=lambda one: order.index(one.outcome))
        return context | {"outcomes": list(Counter(one.outcome_text for one in decided).items())}
