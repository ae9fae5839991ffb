"""운영자의 화면: 회차 목록, 한 회차의 현황과 처리, 합친 표."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views import View
from django.views.generic import TemplateView

from core.access import DIVISION_ROLES, Role, RoleRequired, signed_in
from core.deadlines.working_days import Calendar
from core.excel.download import attachment
from core.formats import rate
from core.rounds import services
from core.rounds.collection import Collection, collection_of
from core.rounds.measures import DEFINITIONS, delay, measure
from core.rounds.models import ConfirmationRule, ReminderLadder, ReminderStep, Round, RoundTemplate, Submission
from core.rounds.period import Cycle
from core.rounds.views import forms
from core.screens.binder import Screens
from core.screens.forms import RecordForm
from core.screens.tables import ValueColumn
from core.screens.views.base import ScreenView
from core.screens.views.change import AddView, EditView
from core.screens.views.detail import DetailView

CRUMBS = (("취합", "core.round-list"),)
PER_PAGE = 50
Status = Submission.Status


class WithCollections:
    """서식을 고르는 폼에 서식의 줄을 건넨다."""

    def get_form(self, data: Any = None) -> RecordForm:
        view: Any = self
        extra = {"initial": view.get_initial()} if isinstance(self, AddView) else {"instance": view.record}
        form: RecordForm = view.screens.form(data, user=view.user, collections=view.screens.collections, **extra)
        return form


class CollectionAdd(WithCollections, AddView):
    """서식을 골라 등록한다."""


class CollectionEdit(WithCollections, EditView):
    """서식이 있는 자료를 고친다."""


class RoundView(ScreenView, TemplateView):
    """한 회차: 재는 값, 부서 판, 부서마다의 상태와 한꺼번에 처리하기."""

    template_name = "core/rounds/round.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        round: Any = self.record
        collection = self.screens.collections.get(round.form)  # type: ignore[attr-defined]
        today = timezone.localdate()
        submissions = list(round.submissions.select_related("responsible", "round", "handler"))
        calendar = Calendar.load(min(today, timezone.localdate(round.due_at)), today, weekends_only=True)
        chosen = self.request.GET.get("status", "")
        groups = {name: [one for one in submissions if test(one)] for name, (_title, test) in GROUPS.items()}
        shown = groups.get(chosen, submissions)
        measures = measure(submissions, calendar)
        return context | {
            "left_text": f"대상 {measures.target} · 해당없음 {measures.nothing} · 남은 부서 {measures.left}",
            "base_text": f"{measures.submitted} ÷ {measures.base}곳",
            "on_time_text": f"제때 {measures.on_time} ÷ {measures.base}곳",
            "first_pass_text": f"보완 없이 확정 {measures.first_pass} ÷ 제출 {measures.submitted}곳",
            "median_text": f"늦은 {len(measures.delays)}곳 · 중앙값 {rate(measures.median_delay)}",
            "round": round,
            "collection": collection,
            "after": collection.after_url(round) if collection else None,
            "measures": measures,
            "definitions": DEFINITIONS,
            "lines": [(one, delay(one, calendar)) for one in shown],
            "board": submissions,
            "tabs": [{"title": "전체", "url": "?", "current": chosen not in groups, "count": len(submissions)}] + [
                {"title": title, "url": f"?status={name}", "current": chosen == name, "count": len(groups[name])}
                for name, (title, _test) in GROUPS.items()
            ],
            "may_change": self.screens.may_change(round, self.user),
            "edit_url": self.screens.url("edit", round.pk),
            "history_url": self.screens.url("history", round.pk),
            "late_reasons": Submission.LateReason.choices,
            "due_date": timezone.localtime(round.due_at),
            "Status": Round.Status,
        }  # fmt: skip


GROUPS: dict[str, tuple[str, Any]] = {
    "left": ("아직 내지 않음", lambda one: one.status in Submission.WITH_DEPARTMENT and not one.first_submitted_at),
    "returned": ("보완 요청", lambda one: one.status == Status.RETURNED),
    "review": ("검토 전", lambda one: one.is_waiting_review),
    "confirmed": ("확정", lambda one: one.status == Status.CONFIRMED),
    "nothing": ("해당없음", lambda one: one.status == Status.NOTHING),
    "late": ("늦음", lambda one: one.is_late),
}


class RoundScreens(Screens):
    """취합 회차의 화면. collections 는 config 가 채운 서식의 줄이다."""

    model, form = Round, forms.RoundForm
    columns = (
        "title", "team", "as_of", "due_at", "status", ("target_count", ValueColumn("대상(곳)", order_by="target_count")),
        ("submitted_count", ValueColumn("제출(곳)", order_by="submitted_count")),
        ("review_count", ValueColumn("검토 전(곳)", order_by="review_count")),
        ("confirmed_count", ValueColumn("확정(곳)", order_by="confirmed_count")),
    )  # fmt: skip
    filters, search, search_hint = ("team", "year"), ("title",), "예: 4개년, 분기"
    collections: ClassVar[Mapping[str, Collection]] = {}
    title = "취합"
    first_use = "아직 연 회차가 없습니다. 서식을 골라 회차를 만들면 대상 부서가 저절로 정해집니다."
    state = "status"
    segments = "status"
    select_related = ("ladder", "contact")
    add_view, edit_view, detail_view = CollectionAdd, CollectionEdit, RoundView

    @classmethod
    def rows(cls, user: Any) -> models.QuerySet[Any]:
        rows: Any = super().rows(user)
        return rows.with_measures()


class RoundTemplateView(DetailView):
    """회차의 틀. 지금 열 때가 된 기간의 회차를 바로 만들 수 있다."""

    template_name = "core/rounds/template.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        template: Any = self.record
        return context | {"period": services.due_period(template, timezone.localdate())}


class RoundFromTemplate(View):
    """틀로 회차를 만든다. 만들기만 하고, 여는 것은 회차 화면에서 마감을 확인한 뒤에 한다."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = signed_in(request)
        template = get_object_or_404(RoundTemplate.objects.for_user(user), pk=pk)
        if not RoundTemplate.scope.may_change(template, user):
            raise PermissionDenied("틀을 만든 팀만 회차를 만들 수 있습니다. 볼 수는 있습니다.")
        today = timezone.localdate()
        round = services.round_from(template, services.due_period(template, today), today)
        known = Round.objects.filter(form=round.form, cycle=round.cycle, year=round.year, number=round.number)
        if round.cycle != Cycle.ONCE and (found := known.first()):
            messages.info(request, f"{found.period} 회차가 이미 있습니다.")
            return redirect("core.round-detail", pk=found.pk)
        round.contact = user if user.role == Role.TEAM else None
        round.save()
        messages.success(request, "회차를 만들었습니다. 마감과 안내문을 확인한 뒤 「회차 열기」를 눌러 주세요.")
        return redirect("core.round-detail", pk=round.pk)


class TemplateScreens(Screens):
    """회차의 틀."""

    model, form = RoundTemplate, forms.TemplateForm
    columns = ("title", "team", "cycle", "open_offset", "due_workdays", "due_hour", "ladder", "is_automatic")
    filters = ("team", "cycle")
    collections: ClassVar[Mapping[str, Collection]] = {}
    crumbs = CRUMBS
    add_view, edit_view, detail_view = CollectionAdd, CollectionEdit, RoundTemplateView


class StepScreens(Screens):
    """재촉 한 번."""

    model = ReminderStep
    columns, filters = ("ladder", "offset", "audience"), ("ladder", "audience")
    crumbs = CRUMBS


class LadderScreens(Screens):
    """재촉하는 차례."""

    model, columns = ReminderLadder, ("name",)
    crumbs = CRUMBS
    related = ((StepScreens, "ladder"),)


class RuleScreens(Screens):
    """부서의 확인 단계."""

    model = ConfirmationRule
    columns, filters = ("department", "steps"), ("steps",)
    search, search_hint = ("department__name",), "예: 건축"
    crumbs = CRUMBS
    bulk_fields = ("steps",)


class RoundAct(View):
    """회차와 고른 제출을 처리한다: 열기, 마감, 알림, 보완 요청, 확정, 기한 연장, 다시 열기, 늦은 까닭."""

    http_method_names = ["post"]
    collections: Mapping[str, Collection] = {}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = signed_in(request)
        round = get_object_or_404(Round.objects.for_user(user), pk=pk)
        if not Round.scope.may_change(round, user):
            raise PermissionDenied("회차를 연 팀만 처리할 수 있습니다. 볼 수는 있습니다.")
        collection = collection_of(self.collections, round)
        chosen = list(
            round.submissions.filter(pk__in=[key for key in request.POST.getlist("pk") if key.isdecimal()])
            .select_related("round__contact", "responsible")
        )  # fmt: skip
        try:
            messages.success(request, self.act(request.POST.get("action", ""), round, collection, chosen))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(self.back(round))

    def back(self, round: Round) -> str:
        status = self.request.GET.get("status", "")
        return reverse("core.round-detail", args=[round.pk]) + (f"?status={status}" if status in GROUPS else "")

    def act(self, action: str, round: Round, collection: Collection, chosen: list[Submission]) -> str:
        """한 일을 알리는 문장. 할 수 없으면 ValidationError."""
        posted, user = self.request.POST, signed_in(self.request)
        note = posted.get("note", "")
        match action:
            case "open":
                return f"{services.open_round(round, collection)}개 부서에 회차를 열었습니다."
            case "close":
                round.close()
                return "접수를 마감했습니다."
            case "again":
                round.reopen()
                return "접수를 다시 열었습니다."
            case "report":
                round.report()
                return "보고를 마쳤다고 적었습니다."
        if not chosen:
            raise ValidationError("고른 부서가 없습니다. 표의 앞 칸에서 부서를 고른 뒤 눌러 주세요.")
        match action:
            case "urge":
                left = [one for one in chosen if one.status in Submission.WITH_DEPARTMENT]
                if not left:
                    raise ValidationError("고른 부서는 모두 냈습니다. 아직 내지 않은 부서를 골라 주세요.")
                if not (told := services.urge(left)):
                    raise ValidationError(
                        "알린 사람이 없습니다. 고른 부서에 담당자가 없거나 한 시간 안에 이미 알렸습니다."
                        " 부서의 담당자를 확인해 주세요."
                    )
                return f"{len(left)}개 부서, {told}명에게 알렸습니다."
            case "return":
                return f"{services.return_for_more(chosen, collection, user, note)}개 부서에 보완을 요청했습니다."
            case "confirm":
                return f"{services.confirm(chosen, collection, user, note)}개 부서를 확정했습니다."
            case "extend":
                return f"{services.extend(chosen, user, self.due(), posted.get('reason', ''))}개 부서의 마감을 늘렸습니다."
            case "reopen":
                due = self.due() if posted.get("due_0") else None
                return f"{services.reopen(chosen, collection, user, note, due)}개 부서에 다시 열어 주었습니다."
            case "nothing":
                return f"{services.mark_nothing(chosen, user, note)}개 부서를 해당없음으로 적었습니다."
            case "late":
                return self.late(chosen, posted.get("late_reason", ""))
        raise ValidationError("무엇을 할지 단추로 골라 주세요.")

    def due(self) -> datetime:
        """폼에 적은 새 마감."""
        field = forms.DueField()
        found: datetime = field.clean([self.request.POST.get("due_0", ""), self.request.POST.get("due_1", "")])
        return found

    def late(self, chosen: list[Submission], reason: str) -> str:
        if reason not in Submission.LateReason.values:
            raise ValidationError("늦은 까닭을 골라 주세요.")
        for one in chosen:
            one.late_reason = reason
            one.save()
        return f"{len(chosen)}개 부서의 늦은 까닭을 적었습니다."


class MergedView(RoleRequired, TemplateView):
    """합친 표: 모든 부서의 행을 직제순으로. 빈칸과 이상값만 볼 수도 있다."""

    roles = DIVISION_ROLES
    template_name = "core/rounds/merged.html"
    collections: Mapping[str, Collection] = {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        round = get_object_or_404(Round.objects.for_user(signed_in(self.request)), pk=self.kwargs["pk"])
        collection = collection_of(self.collections, round)
        rows = list(collection.rows(round.submissions.all()))
        previous = collection.previous(rows)
        warned = collection.warn(rows, previous)
        lines = [MergedLine(collection, row, warned.get(row.pk, {})) for row in rows]
        groups = {"blank": [one for one in lines if one.blank], "odd": [one for one in lines if one.odd]}
        chosen = self.request.GET.get("show", "")
        page = Paginator(groups.get(chosen, lines), PER_PAGE).get_page(self.request.GET.get("page"))
        titles = (("", "모두", lines), ("blank", "빈칸 있음", groups["blank"]), ("odd", "살펴볼 값", groups["odd"]))
        return super().get_context_data(**kwargs) | {
            "round": round, "collection": collection, "page_obj": page,
            "headings": [collection.heading(name) for name in collection.fields],
            "tabs": [
                {"title": title, "url": f"?show={name}", "current": chosen == name, "count": len(found)}
                for name, title, found in titles
            ],
        }  # fmt: skip


class MergedLine:
    """합친 표의 한 줄."""

    def __init__(self, collection: Collection, row: Any, warnings: Mapping[str, str]) -> None:
        self.row, self.title, self.submission = row, collection.row_title(row), row.submission
        self.warnings = warnings
        # 아직 시작하지 않은 부서의 빈칸은 빈칸으로 세지 않는다. 그런 부서는 회차 화면의 판이 알려 준다.
        missing = set(collection.missing(row)) if row.submission.status != Status.NOT_STARTED else set()
        self.cells = [
            (name, collection.heading(name), collection.text(row, name), name in missing, self.warnings.get(name, ""))
            for name in collection.fields
        ]
        self.blank, self.odd = bool(missing), bool(self.warnings)


class MergedExport(RoleRequired, View):
    """합친 표를 직제순 엑셀로. 고쳐서 다시 올릴 수 있는 서식이다."""

    roles = DIVISION_ROLES
    collections: Mapping[str, Collection] = {}

    def get(self, request: HttpRequest, pk: int) -> FileResponse:
        user = signed_in(request)
        round = get_object_or_404(Round.objects.for_user(user), pk=pk)
        collection = collection_of(self.collections, round)
        excel = collection.resource()
        rows = collection.rows(round.submissions.all())
        conditions = [("회차", str(round)), ("기준일", round.as_of), ("차례", "직제순")]
        return attachment(lambda file: excel.export(rows, user, file, conditions=conditions), f"{round}_합친표.xlsx")
