"""한눈판, 부진사업, 보고서 모양의 인쇄본, 여럿을 한꺼번에 옮기기, 이월."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views import View

from core.access import ALL_ROLES, DIVISION_ROLES, RoleRequired, Team, owns_team, signed_in
from core.excel.values import CellError, parse_date
from core.figures.figure import Figure
from core.figures.inline import FigureReader
from core.formats import money
from core.history.revisions import kept_first, kept_rows
from core.rounds.models import Round
from core.screens.views.base import route_url
from core.screens.views.board import BoardPage
from planning.work_plans import services
from planning.work_plans.dashboard import BEHIND_DEFINITION, Board, default_day, items_url
from planning.work_plans.figures import printed_required
from planning.work_plans.models import ItemVersion, WorkItem, WorkPlan
from planning.work_plans.models.plans import ROUND_FORM
from planning.work_plans.views.report import report_items
from planning.work_plans.views.tabs import chosen_day, chosen_plan, plan_tabs


def board_of(request: HttpRequest) -> Board | None:
    """주소의 계획을 보는 사람의 범위에서. 계획이 없으면 None."""
    plan = chosen_plan(request)
    return Board(WorkItem.objects.for_user(request.user), plan, chosen_day(request)) if plan else None


class BoardView(RoleRequired, BoardPage):
    """단계마다의 사업, 부서마다의 건수와 소요예산."""

    roles = ALL_ROLES
    template_name = "planning/work_board.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, board = signed_in(self.request), board_of(self.request)
        context = super().get_context_data(**kwargs) | {
            "board": board, "plans": kept_rows(WorkPlan.objects.all()), "in_division": user.role in DIVISION_ROLES,
            "can_add": WorkPlan.scope.may_add(WorkPlan, user),
        }  # fmt: skip
        if board is None:
            return context
        plan, kind = board.plan, board.money_kind
        return context | {
            "plan": plan, "tabs": plan_tabs(plan, "board", len(board.items), len(board.behind)), "money_kind": WorkItem.MONEY[kind],
            "total": board.total(kind), "total_note": self.total_note(board, kind), "items_url": items_url(plan=plan.pk),
            "money_url": items_url(plan=plan.pk, has_required=True) if kind == "required" else items_url(plan=plan.pk),
            "behind_count": len(board.behind) if any(one.has_data for one in board.judged.values()) else None,
            "behind_url": f"{reverse('planning.work-plans-behind')}?plan={plan.pk}",
            "acts": self.acts(board), "rolls": services.targets_of(plan) if owns_team(user, Team.PLANNING) and board.items else [],
            "round": self.round(plan, user),
        }  # fmt: skip

    @staticmethod
    def total_note(board: Board, kind: str) -> str:
        """금액 아래의 말: 적은 사업의 수와, 보고서에 인쇄된 합이 다르면 그 값."""
        known = sum(item.total(kind) is not None for item in board.items)
        note = f"금액을 적은 사업 {known}건"
        printed = printed_required(board.plan.kind, board.plan.year) if kind == "required" else None
        if printed is None or printed.value is None:
            return note
        own = [value for item in board.items if item.team and (value := item.total(kind)) is not None]
        return f"{note} · 과의 팀 {money(sum(own))}(보고서 {money(int(printed.value))})"

    def acts(self, board: Board) -> list[dict[str, Any]]:
        """한꺼번에 옮길 수 있는 걸음과 그 건수."""
        user, found = signed_in(self.request), []
        for act in services.BULK:
            step = services.STEPS[act]
            waiting = [item for item in board.items if item.stage in step.before and not services.is_with_round(item)]
            if waiting and services.may_act(waiting[0], act, user):
                found.append({"act": act.value, "step": step, "count": len(waiting)})
        return found

    @staticmethod
    def round(plan: WorkPlan, user: Any) -> Any:
        """접수하고 있는 회차와 그 주소."""
        opened = kept_first(Round.objects.running().for_user(user).filter(form=ROUND_FORM, year=plan.year).with_measures().order_by("pk"))
        if opened is None or plan.kind != WorkPlan.Kind.PLAN:
            return None
        opened.url = route_url(Round, "detail", opened.pk)
        return opened


class BehindView(RoleRequired, BoardPage):
    """부진사업: 기준일까지의 일정, 진척률, 집행률로 판단한다."""

    roles = ALL_ROLES
    template_name = "planning/work_behind.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        board = board_of(self.request)
        context = super().get_context_data(**kwargs) | {"board": board, "definition": BEHIND_DEFINITION}
        if board is None:
            return context
        show = self.request.GET.get("show")
        everything = show == "all"
        rows = list(board.judged.values()) if everything else board.behind
        if show == "division":
            rows = [one for one in rows if one.item.team]
        return context | {
            "plan": board.plan, "tabs": plan_tabs(board.plan, "behind", len(board.items), len(board.behind)),
            "rows": rows, "everything": everything,
            "other_url": f"?plan={board.plan.pk}&as_of={board.as_of}{'' if everything else '&show=all'}",
            "watched": len(board.judged), "no_data": sum(not one.has_data for one in board.judged.values()),
        }  # fmt: skip


class BookView(RoleRequired, BoardPage):
    """한 부서의 계획을 보고서 모양으로. 기획예산과의 것이면 업무보고의 그 장이다."""

    roles = ALL_ROLES
    template_name = "planning/work_book.html"
    # 글에 든 {수치} 의 값. 네 팀의 수치를 아는 config 가 준다.
    figures: ClassVar[Sequence[Figure]] = ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, plan = signed_in(self.request), chosen_plan(self.request)
        context = super().get_context_data(**kwargs) | {"plan": plan}
        if plan is None:
            return context
        rows = WorkItem.objects.for_user(user).filter(plan=plan).select_related("plan", "department").with_stage().in_order()
        departments = {item.department_id: item.department for item in rows}
        asked = self.request.GET.get("department", "")
        chosen = int(asked) if asked.isdecimal() and len(asked) < 10 else user.department_id
        chosen = chosen if chosen in departments else next(iter(departments), None)
        items = [item for item in rows if item.department_id == chosen]
        reader = FigureReader({figure.code: figure for figure in self.figures}, default_day(plan))
        return context | {
            "tabs": plan_tabs(plan, "book", len(rows)), "departments": list(departments.values()), "chosen": chosen,
            "items": report_items(items, reader), "department": departments.get(chosen) if chosen else None,
            "is_sample": any(item.is_sample for item in items),
        }  # fmt: skip


class MoveManyView(View):
    """한 단계의 사업을 모두 다음 단계로 옮긴다."""

    def post(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        user = signed_in(request)
        plan = get_object_or_404(WorkPlan.objects.for_user(user), pk=pk)
        if act not in services.BULK:
            raise PermissionDenied("한꺼번에 옮길 수 없는 걸음입니다.")
        step = services.STEPS[ItemVersion.Act(act)]
        rows = WorkItem.objects.for_user(user).filter(plan=plan, state__in=step.before).select_related("submission", "plan")
        try:
            on = read_day(request)
            chosen = [item for item in rows if not services.is_with_round(item)]
            if not chosen:
                raise ValidationError("옮길 사업이 없습니다. 화면을 새로 열어 확인해 주세요.")
            count = services.move_many(chosen, act, user, request.POST.get("note", ""), on)
            messages.success(request, f"{count:,}건을 「{WorkItem.State(step.after).label}」(으)로 옮겼습니다.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(f"{reverse('planning.work-plans')}?plan={plan.pk}")


class RollView(View):
    """다음 해(또는 추진실적)의 초안을 만든다. 두 번 눌러도 같고, 고친 것은 덮지 않는다."""

    def post(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        user = signed_in(request)
        if not owns_team(user, Team.PLANNING):
            raise PermissionDenied(f"{Team.PLANNING.label}만 초안을 만들 수 있습니다.")
        plan = get_object_or_404(WorkPlan.objects.for_user(user), pk=pk)
        try:
            rolled = services.roll_forward(plan, kind)
            messages.success(request, rolled.text)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(f"{reverse('planning.work-plans')}?plan={plan.pk}")
        year = next(year for target, year, _word in services.targets_of(plan) if target == kind)
        return redirect(f"{reverse('planning.work-plans')}?year={year}&kind={kind}")


def read_day(request: HttpRequest) -> Any:
    """POST 의 날짜. 비어 있으면 None, 읽지 못하면 ValidationError."""
    try:
        return parse_date(request.POST.get("on", ""), default_year=None)
    except CellError as error:
        raise ValidationError(str(error)) from error


