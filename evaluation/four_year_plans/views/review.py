"""분기 점검: 낸 실적을 제안과 나란히 보고 한꺼번에 판정한다. 그리고 연말 책자."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import TemplateView

from core.access import ALL_ROLES, RoleRequired, owns_team, signed_in
from core.history.context import acting_as
from core.rounds.models import Submission
from core.screens.views.board import BoardPage
from evaluation.four_year_plans.dashboard import default_quarter, key_of, text_of
from evaluation.four_year_plans.models import FourYearPlan, Milestone, QuarterResult, Task, TaskTarget
from evaluation.four_year_plans.models.plans import HANDED_IN
from evaluation.four_year_plans.services import AS_PROPOSED, judge
from evaluation.four_year_plans.views.records import QuarterResultScreens
from evaluation.four_year_plans.views.tabs import chosen_plan, chosen_quarter, plan_tabs, review_quarter

SHOWN = {"": "전체", "unjudged": "판정 전", "differs": "자체 평가와 제안이 다름", "waiting": "아직 내지 않음"}


class ReviewView(RoleRequired, TemplateView):
    """한 분기의 실적을 계획의 차례로 놓고 판정한다. 판정은 평가팀만 한다."""

    team = "evaluation"
    template_name = "evaluation/review.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request, user = self.request, signed_in(self.request)
        plan = chosen_plan(request)
        if plan is None:
            raise Http404("아직 계획이 없습니다.")
        quarter = chosen_quarter(request, plan)
        if not request.GET.get("quarter"):
            quarter = review_quarter(plan, quarter)
        shown = request.GET.get("show", "")
        if shown not in SHOWN:
            raise Http404("그런 탭이 없습니다.")
        rows = list(self._rows(plan, quarter))
        earlier = {row.task_id: row for row in QuarterResult.objects.for_user(user).of(quarter.previous()).filter(task__plan=plan)}
        milestones = Milestone.objects.filter(task__plan=plan).progress(quarter.year, quarter.last_day)
        lines = [self._line(row, earlier.get(row.task_id), milestones.get(row.task_id)) for row in rows]
        kept = {key: [line for line in lines if _keeps(line, key)] for key in SHOWN}
        query = f"plan={plan.pk}&quarter={key_of(quarter)}"
        return super().get_context_data(**kwargs) | {
            "plan": plan, "quarter": quarter, "title": text_of(quarter), "lines": kept[shown], "total": len(lines), "shown": shown,
            "is_sample": any(row.is_sample for row in rows),
            "tabs": plan_tabs(user, plan, quarter, "review"),
            "segments": [
                {"title": title, "url": f"?{query}&show={key}", "current": key == shown, "count": len(kept[key])}
                for key, title in SHOWN.items()
            ],
            "statuses": [(AS_PROPOSED, "제안대로"), *QuarterResult.Status.choices, ("", "판정 지우기")],
            "can_judge": owns_team(user, self.team) and not plan.is_closed, "query": query,
            "quarters": [(key_of(one), text_of(one)) for one in plan.quarters],
        }  # fmt: skip

    def _rows(self, plan: FourYearPlan, quarter: Any) -> Any:
        rows = QuarterResult.objects.for_user(self.request.user).of(quarter).filter(task__plan=plan)
        return rows.select_related("task__plan", "task__field__goal", "department", "submission").in_order()

    @staticmethod
    def _line(row: QuarterResult, before: QuarterResult | None, milestone: Any) -> dict[str, Any]:
        submission = row.submission
        waiting = bool(submission and submission.status in Submission.WITH_DEPARTMENT)
        return {
            "row": row, "before": before, "milestone": milestone, "waiting": waiting,
            "handed": submission.get_status_display() if submission else "",
            "ready": submission is None or submission.status in HANDED_IN,
            "proposal": row.proposal, "url": QuarterResultScreens.url("detail", row.pk),
        }  # fmt: skip

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        keys = [int(key) for key in request.POST.getlist("pk") if key.isdecimal() and len(key) <= 18]
        status = request.POST.get("status", AS_PROPOSED)
        back = HttpResponseRedirect(request.get_full_path())
        rows = QuarterResult.objects.changeable_by(request.user).filter(pk__in=keys)
        if rows.filter(task__plan__status=FourYearPlan.Status.CLOSED).exists():
            messages.error(request, "종료한 계획의 실적은 판정하지 않습니다. 고치려면 계획을 다시 열어 주세요.")
            return back
        if not keys or status not in (AS_PROPOSED, "", *QuarterResult.Status.values):
            messages.warning(request, "고른 실적이 없습니다. 앞의 네모를 눌러 고르세요.")
            return back
        opinion = request.POST.get("opinion", "").strip()[:2_000]
        batch = uuid.uuid4()
        try:
            with acting_as(signed_in(request), f"화면 {request.path}", batch):
                count = judge(rows, signed_in(request), status, opinion or None)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return back
        done = f"{count}건을 판정했습니다." if status else f"{count}건의 판정을 지웠습니다."
        messages.success(request, done, extra_tags=f"undo={QuarterResultScreens.url('undo', batch)}")
        return back


def _keeps(line: dict[str, Any], shown: str) -> bool:
    row: QuarterResult = line["row"]
    if shown == "unjudged":
        return not row.status and line["ready"]
    if shown == "differs":
        return bool(row.self_status and line["proposal"] and row.self_status != line["proposal"])
    return line["waiting"] if shown == "waiting" else True


class BookView(RoleRequired, BoardPage):
    """연말 책자: 한 해의 모든 과제를 목표·분야의 차례로, 네 분기의 실적과 함께 이어 적는다. 질의 수는 과제 수와 상관없다."""

    roles = ALL_ROLES
    template_name = "evaluation/plan_book.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request = self.request
        plan = chosen_plan(request)
        if plan is None:
            raise Http404("아직 계획이 없습니다.")
        years = list(range(plan.starts_on.year, plan.ends_on.year + 1))
        asked = request.GET.get("year", "")
        year = int(asked) if asked.isdecimal() and len(asked) == 4 else chosen_quarter(request, plan).year
        if year not in years:
            raise Http404("계획의 대상기간에 없는 해입니다.")
        last = next(quarter for quarter in reversed(plan.quarters) if quarter.year == year)
        tasks = Task.objects.for_user(request.user).filter(plan=plan).live_on(last.last_day)
        results = QuarterResult.objects.filter(year=year).order_by("quarter").select_related("department")
        rows = tasks.select_related("field__goal", "department").in_order().prefetch_related(
            "cooperating", Prefetch("results", results, "year_results"),
            Prefetch("targets", TaskTarget.objects.filter(year=year), "year_targets"),
        )  # fmt: skip
        goals: list[dict[str, Any]] = []
        for task in rows:
            if not goals or goals[-1]["goal"] != task.field.goal:
                goals.append({"goal": task.field.goal, "fields": []})
            fields = goals[-1]["fields"]
            if not fields or fields[-1]["field"] != task.field:
                fields.append({"field": task.field, "tasks": []})
            fields[-1]["tasks"].append(self._entry(task))
        count = sum(len(one["tasks"]) for goal in goals for one in goal["fields"])
        quarter = default_quarter(plan)
        return super().get_context_data(**kwargs) | {
            "plan": plan, "year": year, "years": years, "goals": goals, "count": count,
            "tabs": plan_tabs(request.user, plan, quarter, "book"), "list_url": reverse("evaluation.task-list"),
            "is_sample": any(task.is_sample for task in rows),
        }  # fmt: skip

    @staticmethod
    def _entry(task: Any) -> dict[str, Any]:
        """과제 하나: 그해의 목표와 분기마다의 실적. 이름과 부서는 그해 마지막 실적의 것이다."""
        results = task.year_results
        last = results[-1] if results else None
        return {
            "task": task, "title": last.task_title if last else task.title, "department": last.department if last else task.department,
            "targets": task.year_targets, "results": results, "cooperating": list(task.cooperating.all()), "last": last,
        }  # fmt: skip
