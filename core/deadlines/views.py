"""공휴일, 기한 규칙, 기한의 화면과 달력."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from core.access import Role, signed_in
from core.deadlines.agenda import Agenda
from core.deadlines.excel import DeadlineRuleResource, HolidayResource
from core.deadlines.ical import feed
from core.deadlines.models import CalendarToken, Deadline, DeadlineRule, Holiday
from core.deadlines.services import recount_open
from core.formats import date_long
from core.org.models import Staff
from core.privacy.services import client_address
from core.screens.acts import Act, ActForm
from core.screens.binder import Screens
from core.screens.filters import RecordFilter, SearchFilter
from core.screens.forms import RecordForm
from core.screens.tables import ValueColumn
from core.screens.texts import particle
from core.screens.views.base import route_url
from core.screens.views.detail import DetailView
from core.screens.views.removal import DeleteView

CRUMBS = ("공통",)
CALENDAR = (("일정·기한", "core.calendar"),)


# ── 공휴일과 규칙: 고치면 진행 중인 기한을 다시 센다 ─────────────────


def recounting(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """고치는 화면에 붙인다. 고친 뒤 진행 중인 기한을 다시 세고, 달라진 것을 알린다."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code < 400 and (moved := recount_open()):
            first = moved[0]
            rest = f" 등 {len(moved):,}건" if len(moved) > 1 else ""
            messages.warning(
                request,
                f"진행 중인 기한 ‘{first}’{rest}의 날짜가 달라졌습니다(새 법정 기한 {date_long(first.due_on)}). 이력에 전과 후가 있습니다.",
            )
        return response

    return wrapped


class RecountingScreens(Screens):
    """고치면 진행 중인 기한이 달라지는 자료의 화면 묶음. 등록·고치기·지우기·되돌리기·한꺼번에·엑셀 모두 같다."""

    @classmethod
    def urls(cls, prefix: str = "") -> list[URLPattern]:
        patterns = super().urls(prefix)
        for pattern in patterns:
            pattern.callback = recounting(pattern.callback)
        return patterns


class HolidayScreens(RecountingScreens):
    model, resource = Holiday, HolidayResource
    columns = ("date", "name", "kind", "is_disputed", "source")
    shown = ("date", "name", "kind", "source")
    search, search_hint = ("name", "source"), "예: 추석, 임시"
    crumbs = CRUMBS
    segments = "kind"
    bulk_fields = ("kind", "is_disputed", "source")


class DeadlineRuleForm(RecordForm):
    class Meta:
        model = DeadlineRule
        fields = DeadlineRuleResource.fields


class DeadlineRuleScreens(RecountingScreens):
    model, form, resource = DeadlineRule, DeadlineRuleForm, DeadlineRuleResource
    columns = (
        "name", "code", "area", "trigger", ("period", ValueColumn("기간", accessor="period_text", order_by="length")),
        "rolls", "is_peremptory", "needs_second_person", "article", "confidence", "alert_days", "valid_from",
        "valid_to", "note",
    )  # fmt: skip
    shown = ("name", "area", "trigger", "period", "is_peremptory", "article", "confidence")
    filters = ("confidence", "is_peremptory")
    search, search_label, search_hint = ("name", "code", "article", "trigger", "note"), "이름·코드·조문", "예: 항소, 142"
    crumbs = CRUMBS
    segments = "area"
    bulk_fields = ("alert_days", "needs_second_person", "confidence", "valid_to")
    sections = (
        ("무엇을 언제까지", ("name", "code", "area", "trigger", ("기간", "period_text"), "rolls", "counts_first_day")),
        ("근거", ("article", "confidence", "valid_from", "valid_to", "note")),
        ("확인과 알림", ("is_peremptory", "needs_second_person", "alert_days")),
    )


# ── 기한 ─────────────────────────────────────────────────────────────


class DueColumn(ValueColumn):
    """법정 기한. 시간으로 센 기한은 시각까지 적는다."""

    def render(self, record: Deadline) -> str:
        return record.due_plain


class DeadlineFilter(RecordFilter):
    q = SearchFilter(["title", "rule__name", "rule__article"], "무엇·규칙·조문", "예: 항소, 예산안")

    class Meta:
        model = Deadline
        fields = {"state": ["exact"], "team": ["exact"], "rule__area": ["exact"], "department": ["exact"]}


class DeadlineForm(RecordForm):
    """손으로 등록하는 기한. 업무 자료에 붙은 기한의 규칙과 날짜는 그 자료에서만 바뀐다."""

    class Meta:
        model = Deadline
        fields = ("title", "rule", "trigger_on", "trigger_time", "team", "department", "handler")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule: Any = self.fields["rule"]
        rule.label_from_instance = lambda found: f"{found.name} — {found.trigger}부터 {found.period_text}"
        if self.is_new and self.user.role != Role.ADMIN:
            self.instance.team = self.user.team
        if self.instance.object_id:
            del self.fields["rule"], self.fields["trigger_on"], self.fields["trigger_time"]
        elif not self.is_new and self.instance.rule.two_people:
            # 규칙을 바꾸어 두 사람의 확인을 비켜 가지 못하게 한다.
            del self.fields["rule"]


def may_delete(deadline: Any, user: Any) -> bool:
    """자료에 붙었거나 두 사람이 확인하는 기한은 시스템관리자만 지운다. 지워서 확인을 비켜 가지 못한다."""
    return user.role == Role.ADMIN or not (deadline.object_id or deadline.rule.two_people)


class DeadlineDeleteView(DeleteView):
    """손으로 등록한 보통 기한만 지운다."""

    def check(self) -> None:
        super().check()
        if not may_delete(self.record, self.user):
            raise PermissionDenied("자료에 붙었거나 두 사람이 확인하는 기한은 시스템관리자만 지웁니다. 끝난 일은 「끝내기」를 누르세요.")


class DeadlineDetailView(DetailView):
    """기한 한 건: 날짜, 어떻게 세었는지, 누가 확인했는지, 할 수 있는 일."""

    template_name = "core/deadline_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        deadline: Any = self.record
        confirmed = deadline.confirmed_by()
        stale = [one for one in deadline.confirmations.select_related("staff") if one.due_on != deadline.due_on]
        may_change = deadline.scope.may_change(deadline, self.user)
        State = Deadline.State
        acts = []
        if may_change and deadline.state == State.OPEN and not deadline.rule.is_peremptory:
            acts.append(("core.deadline-suspend", "정지"))
        if may_change and deadline.state == State.SUSPENDED:
            acts.append(("core.deadline-resume", "다시 세기"))
        if may_change and deadline.state == State.DONE:
            acts.append(("core.deadline-reopen", "다시 열기"))
        found = super().get_context_data(
            confirmed=confirmed, stale=stale, acts=acts,
            may_close=may_change and deadline.state != State.DONE,
            may_confirm=deadline.state != State.DONE and deadline.scope.may_confirm(self.user)
            and all(one.staff_id != self.user.pk for one in confirmed),
            waiting=deadline.rule.two_people and all(one.staff_id == self.user.pk for one in confirmed),
            record_url=self.record_url(deadline), **kwargs,
        )  # fmt: skip
        return found if may_delete(deadline, self.user) else found | {"delete_url": ""}

    def sections(self) -> list[tuple[str, list[tuple[Any, ...]]]]:
        """규칙의 기산, 기간, 조문을 가운데에 끼운다."""
        rule: DeadlineRule = self.record.rule  # type: ignore[attr-defined]
        (title, cells), *rest = super().sections()
        if self.record.due_time is not None:  # type: ignore[attr-defined]
            cells += [self.cell("trigger_time"), self.cell("due_time")]
        basis: list[tuple[Any, ...]] = [
            ("기산의 바탕", rule.trigger), ("기간", rule.period_text), ("조문", rule.article),
            ("불변기간", "예" if rule.is_peremptory else "아니오"), ("확실한 정도", rule.get_confidence_display()),
        ]  # fmt: skip
        return [(title, cells), ("근거", [*basis, ("비고", rule.note, "wide")] if rule.note else basis), *rest]

    def record_url(self, deadline: Deadline) -> str:
        """붙은 자료의 화면. 볼 수 없는 자료면 빈 글자."""
        found: Any = deadline.record
        if found is None or not type(found)._default_manager.filter(pk=found.pk).for_user(self.user).exists():
            return ""
        return route_url(found, "detail", found.pk)


class CloseForm(ActForm):
    """끝내며 적을 것."""

    outcome = forms.CharField(label="처리 내용", required=False)


def _said(deadline: Deadline, done: str) -> str:
    return f"{particle(f'기한 ‘{deadline}’', '을/를')} {done}."


def _confirm(deadline: Deadline, data: dict[str, Any], user: Staff) -> str:
    deadline.confirm(user)
    return _said(deadline, "확인했습니다")


def _close(deadline: Deadline, data: dict[str, Any], user: Staff) -> str:
    deadline.close(user, data["outcome"][:200])
    return _said(deadline, "끝냈습니다")


def _suspend(deadline: Deadline, data: dict[str, Any], user: Staff) -> str:
    deadline.suspend()
    return _said(deadline, "멈췄습니다")


def _resume(deadline: Deadline, data: dict[str, Any], user: Staff) -> str:
    deadline.resume()
    return _said(deadline, f"다시 셉니다. 새 법정 기한은 {date_long(deadline.due_on)}입니다")


def _reopen(deadline: Deadline, data: dict[str, Any], user: Staff) -> str:
    deadline.reopen()
    return _said(deadline, "다시 열었습니다")


ACTS = (
    Act("confirm", "날짜 확인", _confirm, may=lambda deadline, user: deadline.scope.may_confirm(user), paged=False),
    Act("close", "끝내기", _close, CloseForm, paged=False),
    Act("suspend", "멈추기", _suspend, paged=False),
    Act("resume", "다시 세기", _resume, paged=False),
    Act("reopen", "다시 열기", _reopen, paged=False),
)


class DeadlineScreens(Screens):
    model, filterset, form = Deadline, DeadlineFilter, DeadlineForm
    columns = (
        "title", "rule", "trigger_on", ("due_on", DueColumn("법정 기한", accessor="due_on")), "safe_on", "state", "team",
        "department", "handler",
        ("article", ValueColumn("조문", accessor="rule__article", order_by="rule__article")), "closed_on", "outcome",
    )  # fmt: skip
    shown = ("title", "rule", "due_on", "safe_on", "state", "team", "department", "handler")
    detail_view = DeadlineDetailView
    acts = ACTS
    delete_view = DeadlineDeleteView
    crumbs = CALENDAR
    state = "state"
    segments = "state"
    select_related = ("rule", "department", "handler", "closed_by")
    bulk_fields = ("department", "handler")
    first_use = "등록된 기한이 없습니다. 업무 자료에서 저절로 생기고, 여기서 손으로 등록할 수도 있습니다."
    sections = (
        ("기한", ("title", "rule", "trigger_on", "due_on", "safe_on", "raw_on")),
        ("맡은 곳과 처리", ("team", "department", "handler", "suspended_on", "paused_days", "closed_on", "closed_by", "outcome")),
    )  # fmt: skip


# ── 달력 ─────────────────────────────────────────────────────────────


class CalendarView(TemplateView):
    """달력: 달, 주, 목록으로. 우리 팀, 내 것, 모두."""

    template_name = "core/calendar.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, query = signed_in(self.request), self.request.GET
        agenda = Agenda(user, query.get("view", ""), query.get("who", ""), _day(query.get("day", "")))
        path = reverse("core.calendar")

        def link(**changes: str) -> str:
            return f"{path}?{agenda.address(**changes)}"

        return super().get_context_data(
            agenda=agenda,
            views=[
                {"title": title, "url": link(view=name), "current": name == agenda.view}
                for name, title in (("month", "달"), ("week", "주"), ("list", "목록"))
            ],
            whose=[(title, link(who=name), name == agenda.who) for name, title in agenda.whose],
            before_url=link(day=agenda.before.isoformat()), after_url=link(day=agenda.after.isoformat()),
            today_url=link(day=""),
            may_add=DeadlineScreens.may_add(user), **kwargs,
        )  # fmt: skip


def _day(text: str) -> date:
    """주소의 날짜. 읽을 수 없거나 달력 밖이면 오늘."""
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    return found if found and 1950 <= found.year <= 2200 else timezone.localdate()


class CalendarTokenView(TemplateView):
    """내 달력의 구독 주소: 만들고, 바꾸고, 닫는다. 주소는 만든 자리에서 한 번만 보인다."""

    template_name = "core/calendar_token.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        token = CalendarToken.objects.for_user(signed_in(self.request)).first()
        return super().get_context_data(token=token, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = signed_in(request)
        if request.POST.get("act") == "revoke":
            CalendarToken.revoke(user)
            messages.success(request, "구독 주소를 닫았습니다. 이미 받아 간 달력 프로그램에는 새 기한이 더 가지 않습니다.")
            return redirect("core.calendar-token")
        address = request.build_absolute_uri(f"{reverse('core.calendar-feed')}?token={CalendarToken.issue(user)}")
        return self.render_to_response(self.get_context_data(address=address))


# 한 곳에서 이만큼 틀린 주소를 대면 한동안 답하지 않는다.
MOST_MISSES, MISS_SECONDS = 30, 600


@login_not_required
@never_cache
@require_safe
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """달력 구독(iCalendar). 로그인 없이 열쇠로만 열고, 그 사람이 볼 수 있는 기한만 준다. 사람 이름은 담지 않는다."""
    place = f"calendar-misses:{client_address(request)}"
    if cache.get(place, 0) >= MOST_MISSES:
        return HttpResponse("잠시 뒤에 다시 읽어 주세요.", status=429, content_type="text/plain; charset=utf-8")
    token = CalendarToken.objects.owner_of(request.GET.get("token", ""))
    if token is None:
        cache.add(place, 0, MISS_SECONDS)
        cache.incr(place)
        return HttpResponse("없는 주소이거나 닫힌 주소입니다.", status=404, content_type="text/plain; charset=utf-8")
    token.used()
    return HttpResponse(feed(token.staff, request.get_host(), timezone.localdate()), content_type="text/calendar; charset=utf-8")
