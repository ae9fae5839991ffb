"""사업 한 건의 화면과 거기에 붙는 일: 검토의 걸음, 검토본 견주기, 일정 마침."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views import View
from django.views.generic import TemplateView

from core.access import ALL_ROLES, DIVISION_ROLES, OwnTeamScope, RoleRequired, signed_in
from core.excel.values import CellError, parse_date
from core.figures.figure import Figure
from core.figures.inline import FigureReader
from core.formats import MISSING, moment
from core.history.context import acting_as
from core.screens.views.change import AddView, EditView
from core.screens.views.detail import DetailView
from planning.work_plans import services
from planning.work_plans.comparing import compare
from planning.work_plans.dashboard import default_day, judge_all
from planning.work_plans.models import ItemVersion, WorkItem, WorkLine, WorkPlan
from planning.work_plans.outline import blank_body
from planning.work_plans.views.board import read_day
from planning.work_plans.views.report import report_items
from planning.work_plans.views.tabs import STAGE_LABELS


class ItemDetailView(DetailView):
    """사업 한 건을 보고서 모양으로. 옆에 걸음, 검토본, 일정, 추진상황, 쓰인 수치를 둔다."""

    template_name = "planning/workitem_detail.html"
    # 글에 든 {수치} 의 값. 네 팀의 수치를 아는 config 가 준다.
    figures: ClassVar[Sequence[Figure]] = ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        item: WorkItem = self.record  # type: ignore[assignment]
        stage = item.stage  # type: ignore[attr-defined]
        versions = list(item.versions.select_related("by"))
        judged = next(iter(judge_all([item], default_day(item.plan))), None)
        lines = list(WorkLine.objects.filter(item=item).dated().order_by("order"))
        for line in lines:
            line.item = item
        # 수치는 과의 모든 업무를 센 값이라 부서 담당자에게는 적은 그대로 보인다.
        found = {figure.code: figure for figure in self.figures}
        reader = FigureReader(found, default_day(item.plan)) if self.user.role in DIVISION_ROLES else None
        report = report_items([item], reader)[0]
        return super().get_context_data(
            stage=stage, stage_label=STAGE_LABELS[stage],
            flow=self.flow(item, stage, versions), report=report, versions=versions,
            acts=services.open_acts(item, self.user), judged=judged, schedule=[line for line in lines if line.when],
            used=list(reader.readings.values()) if reader else [],
            submission=item.submission if services.is_with_round(item) else None,
            may_note=may_note(item, self.user), successors=list(item.successors.select_related("plan")), **kwargs,
        )  # fmt: skip

    def sections(self) -> list[tuple[str, list[tuple[Any, ...]]]]:
        """적은 금액과 날짜만. 열두 칸의 「-」는 보이지 않는다."""
        return [(title, [row for row in rows if row[1] != MISSING]) for title, rows in super().sections()]

    @staticmethod
    def flow(item: WorkItem, stage: str, versions: list[ItemVersion]) -> list[tuple[str, str, str]]:
        """위의 흐름 띠. 단계마다 마지막으로 온 날."""
        when = {one.state: one for one in reversed(versions)}
        order = [state.value for state in WorkItem.FLOW]
        now = order.index(WorkItem.State.DRAFTING if stage == WorkItem.State.RETURNED else stage)
        found = []
        for at, state in enumerate(WorkItem.FLOW):
            reached = when.get(state.value) if at <= now else None
            day = (f"{reached.decided_on:%Y. %-m. %-d.}" if reached.decided_on else moment(reached.at)) if reached else ""
            label = str(state.label)
            if at == now and stage == WorkItem.State.RETURNED:
                label, day = "보완 중", "보완 요청을 받음"
            found.append((label, day, "done" if at < now or stage == order[-1] else "now" if at == now else "todo"))
        return found


class ItemAddView(AddView):
    """등록. 계획을 골라 왔으면 그 구분의 구역을 미리 적어 둔다."""

    template_name = "planning/workitem_form.html"

    def get_initial(self) -> dict[str, Any]:
        found = super().get_initial()
        plan = str(found.get("plan", ""))
        kind = WorkPlan.objects.filter(pk=int(plan)).values_list("kind", flat=True).first() if plan.isdecimal() and len(plan) < 10 else None
        return {"body": blank_body(kind or WorkPlan.Kind.PLAN), **found}


class ItemEditView(EditView):
    """고치기. 금액은 재원마다의 표에 적고, 이어받은 지난해의 글을 아래에서 본다."""

    template_name = "planning/workitem_form.html"


# 진행 상황은 확정한 뒤에도 맡은 팀과 부서가 적는다.
_NOTING = OwnTeamScope("", Q())


def may_note(item: WorkItem, user: Any) -> bool:
    """진행 상황과 일정의 마침을 적을 수 있는가."""
    return _NOTING.may_change(item, user)


class ActView(View):
    """검토의 한 걸음을 옮긴다."""

    def post(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        user = signed_in(request)
        item = get_object_or_404(WorkItem.objects.for_user(user), pk=pk)
        if act not in services.STEPS:
            raise Http404("그런 걸음이 없습니다.")
        try:
            with acting_as(user, f"화면 {request.path}"):
                version = services.move(item, act, user, request.POST.get("note", ""), read_day(request))
            messages.success(request, f"「{version.get_state_display()}」(으)로 옮기고 {version.number}판을 남겼습니다.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("planning.workitem-detail", pk)


class DoneView(View):
    """일정의 줄에 마친 날을 적는다. 비우면 마치지 않은 것이다."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = signed_in(request)
        item = get_object_or_404(WorkItem.objects.for_user(user).select_related("plan"), pk=pk)
        if not may_note(item, user):
            raise PermissionDenied("맡은 팀과 부서만 적을 수 있습니다. 볼 수는 있습니다.")
        with transaction.atomic(), acting_as(user, f"화면 {request.path}", uuid.uuid4()):
            changed, problems = [], []
            for line in WorkLine.objects.filter(item=item).dated().select_for_update(of=("self",)):
                text = request.POST.get(f"done-{line.pk}")
                if text is None:
                    continue
                try:
                    day = parse_date(text, default_year=item.plan.year)
                except CellError as error:
                    problems.append(f"{line.text}: {error}")
                    continue
                if day != line.done_on:
                    line.done_on = day
                    changed.append(line)
            # 한 줄이라도 읽지 못하면 아무 줄도 적지 않는다.
            for line in [] if problems else changed:
                line.save(update_fields=["done_on"])
        if problems:
            messages.error(request, f"아무것도 적지 않았습니다. {' '.join(problems)}")
        else:
            messages.success(request, f"일정 {len(changed)}건의 마친 날을 적었습니다." if changed else "바뀐 것이 없습니다.")
        return redirect("planning.workitem-detail", pk)


class CompareView(RoleRequired, TemplateView):
    """두 검토본을 낱말까지 견준다. 뒤의 판을 고르지 않으면 지금 글이다."""

    roles = ALL_ROLES
    template_name = "planning/work_compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = WorkItem.objects.for_user(self.request.user).select_related("plan", "department")
        item = get_object_or_404(rows, pk=self.kwargs["pk"])
        versions = list(item.versions.select_related("by").order_by("number"))
        numbers = {one.number: one for one in versions}
        left = self.version("from", numbers, max(numbers, default=0))
        right = self.version("to", numbers, 0)
        old = left.lines if left else []
        new = right.lines if right else services.flat_lines(item)
        lines, only = compare(old, new) if left else [], self.request.GET.get("only") == "1"
        return super().get_context_data(**kwargs) | {
            "item": item, "versions": versions, "left": left, "right": right, "lines": lines,
            "changed": sum(line.state != "same" for line in lines), "only": only,
            "other_url": f"?from={left.number if left else 0}&to={right.number if right else 0}{'' if only else '&only=1'}",
        }  # fmt: skip

    def version(self, name: str, numbers: dict[int, ItemVersion], default: int) -> ItemVersion | None:
        """주소에서 고른 판. 0은 지금 글이다."""
        text = self.request.GET.get(name, "")
        if text and not (text.isdecimal() and len(text) < 5 and (int(text) in numbers or (name == "to" and int(text) == 0))):
            raise Http404("그런 검토본이 없습니다.")
        return numbers.get(int(text) if text else default)
