"""기수의 끝과 시작: 계획을 시행·종료하고, 앞 기수의 과제를 넘긴다."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import TemplateView

from core.screens.views.base import ScreenView
from evaluation.four_year_plans.dashboard import key_of, tasks_url, text_of
from evaluation.four_year_plans.models import FourYearPlan, GenerationMap
from evaluation.four_year_plans.services import Decision, carry_tasks, close_plan, unjudged_quarters, waiting_to_carry

KINDS = GenerationMap.Kind


class PlanStepView(ScreenView, TemplateView):
    """계획 하나를 옮기는 화면의 바탕. 평가팀만 연다."""

    def check(self) -> None:
        super().check()
        self.require(self.screens.may_change(self.record, self.user))

    @property
    def plan(self) -> FourYearPlan:
        return self.record  # type: ignore[return-value]

    def back(self) -> HttpResponse:
        return redirect("evaluation.fouryearplan-detail", self.plan.pk)


class ClosePlanView(PlanStepView):
    """계획을 종료한다. 판정하지 않은 분기가 있으면 알리고, 그대로 닫는 까닭을 받는다."""

    template_name = "evaluation/plan_close.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan = self.plan
        left = [
            {"text": text_of(one.quarter), "count": one.count,
             "url": tasks_url(plan=plan.pk, quarter=key_of(one.quarter), state="unjudged")}
            for one in unjudged_quarters(plan)
        ]  # fmt: skip
        return super().get_context_data(plan=plan, left=left, cancel=reverse("evaluation.fouryearplan-detail", args=[plan.pk]), **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        note = request.POST.get("note", "")
        try:
            close_plan(self.plan, note)
        except ValidationError as error:
            return self.render_to_response(self.get_context_data(errors=error.messages, note=note), status=422)
        messages.success(request, f"{self.plan} 계획을 종료했습니다. 다음 기수의 계획을 등록하면 과제를 넘길 수 있습니다.")
        return self.back()


class CarryView(PlanStepView):
    """앞 계획의 과제마다 승계·변경·종료를 골라 이 계획으로 넘긴다."""

    template_name = "evaluation/plan_carry.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan, posted = self.plan, self.request.POST
        tasks = list(waiting_to_carry(plan).select_related("field__goal", "department", "plan"))
        rows = [
            {"task": task, "kind": posted.get(f"kind-{task.pk}", KINDS.CARRIED), "title": posted.get(f"title-{task.pk}", ""),
             "reason": posted.get(f"reason-{task.pk}", "")}
            for task in tasks
        ]  # fmt: skip
        return super().get_context_data(
            plan=plan, rows=rows, kinds=KINDS.choices, cancel=reverse("evaluation.fouryearplan-detail", args=[plan.pk]), **kwargs
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        decisions = {}
        for name, kind in request.POST.items():
            key = name.removeprefix("kind-")
            if name.startswith("kind-") and key.isdecimal() and len(key) < 18 and kind in KINDS.values:
                decisions[int(key)] = Decision(
                    kind, request.POST.get(f"title-{key}", "")[:150], request.POST.get(f"reason-{key}", "")[:2_000]
                )
        try:
            counts = carry_tasks(self.plan, decisions)
        except ValidationError as error:
            return self.render_to_response(self.get_context_data(errors=error.messages), status=422)
        words = " · ".join(f"{KINDS(kind).label} {count}건" for kind, count in counts.items() if count)
        messages.success(request, f"{sum(counts.values())}개 과제를 넘겼습니다({words or '없음'}).")
        return self.back()

