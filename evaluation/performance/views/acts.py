"""목록과 상세에 붙는 일: 계획의 단계, 지표를 한꺼번에 옮기기, 변경 승인, 이의 결정."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views import View

from core.access import Team, owns_team, signed_in
from core.history.context import acting_as
from core.screens.acts import Act, ActForm
from core.screens.texts import particle
from core.screens.views.act import ActView
from core.screens.views.bulk import BulkView
from core.screens.views.detail import DetailView
from core.screens.views.lists import ListView
from evaluation.performance import services
from evaluation.performance.linting import diagnose
from evaluation.performance.models import Indicator, IndicatorChange, Objection, PerfPlan, Stage
from evaluation.performance.models.fields import MeasureField
from evaluation.performance.scoring import Evaluation, change_terms, current_stage, weight_problems

_S = PerfPlan.Status
# 단계를 옮기는 단추의 말
STEP_WORDS = {
    _S.DRAFTING: "부서 수립 열기", _S.ADJUSTING: "접수 닫고 조정하기", _S.FIXED: "성과관리계획 확정", _S.MID: "중간평가 마치기",
    _S.FINAL: "종합평가 마치고 결과 알리기", _S.CLOSED: "성과관리 마치기",
}  # fmt: skip
MOVE_WORDS = {Indicator.Status.REVIEWED: "검토 마침", Indicator.Status.DRAFT: "부서로 돌려보내기"}


def require_team(request: HttpRequest) -> None:
    """평가팀만 하는 일."""
    if not owns_team(signed_in(request), Team.EVALUATION):
        raise PermissionDenied("평가팀만 고칠 수 있습니다. 볼 수는 있습니다.")


class PerfPlanDetailView(DetailView):
    """성과관리계획: 단계, 부서마다 어디까지 왔는지, 가중치 검산, 셈의 기준."""

    template_name = "evaluation/perfplan_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan: PerfPlan = self.record  # type: ignore[assignment]
        user = self.user
        statuses = list(PerfPlan.Status)
        at = statuses.index(PerfPlan.Status(plan.status))
        dates = {_S.GUIDELINE: plan.guideline_on, _S.DRAFTING: plan.drafts_due_on, _S.FIXED: plan.fixed_on, _S.MID: plan.mid_on,
                 _S.FINAL: plan.final_on}  # fmt: skip
        flow = [
            (status.label, f"{dates[status]:%Y. %-m. %-d.}" if dates.get(status) else "",
             "done" if place < at else "now" if place == at else "todo")
            for place, status in enumerate(statuses)
        ]  # fmt: skip
        mine = owns_team(user, Team.EVALUATION)
        steps = [(status.value, STEP_WORDS.get(status, status.label)) for status in PerfPlan.NEXT[PerfPlan.Status(plan.status)]]
        empty = not plan.projects.exists()
        earlier = PerfPlan.objects.filter(year__lt=plan.year).order_by("-year").first() if mine and empty else None
        return super().get_context_data(
            flow=flow, steps=steps if mine else [], problems=weight_problems(plan) if mine else [], lines=self.lines(plan),
            earlier=earlier if not plan.is_settled else None, is_team=mine, checked=mine and not empty, **kwargs,
        )  # fmt: skip

    def lines(self, plan: PerfPlan) -> list[dict[str, Any]]:
        """부서마다 주요사업·지표의 수와 상태. 볼 수 있는 부서만. 질의 한 번."""
        rows = Indicator.objects.for_user(self.user).filter(perf_project__plan=plan)
        grouped = (
            rows.order_by().values("perf_project__department", "perf_project__department__name", "perf_project__department__order")
            .annotate(
                projects=Count("perf_project", distinct=True), indicators=Count("pk"),
                **{status.value: Count("pk", filter=Q(status=status)) for status in Indicator.Status},
            )
            .order_by("perf_project__department__order", "perf_project__department")
        )  # fmt: skip
        listing = reverse("evaluation.indicator-list")
        return [
            {
                **row, "name": row["perf_project__department__name"], "department": row["perf_project__department"],
                "url": f"{listing}?plan={plan.pk}&department={row['perf_project__department']}",
                "later": sum(row[status.value] for status in Indicator.Status if status not in Indicator.PLANNING),
                "sheet": reverse("evaluation.performance-sheet", args=[plan.pk, row["perf_project__department"]]),
            }
            for row in grouped
        ]  # fmt: skip


class TeamActView(ActView):
    """평가팀이 상세 화면에서 하는 일."""

    def check(self) -> None:
        require_team(self.request)
        super().check()


def is_team(record: Any, user: Any) -> bool:
    """평가팀인가."""
    return owns_team(user, Team.EVALUATION)


class AdvanceForm(ActForm):
    """옮길 단계."""

    status = forms.ChoiceField(
        label="단계", choices=PerfPlan.Status.choices,
        error_messages={"required": "옮길 단계를 골라 주세요.", "invalid_choice": "옮길 단계를 골라 주세요."},
    )  # fmt: skip


def _advance(plan: PerfPlan, data: dict[str, Any], user: Any) -> str:
    services.advance(plan, data["status"])
    return f"{particle(str(plan), '을/를')} 「{plan.get_status_display()}」 단계로 옮겼습니다."


def _carry(plan: PerfPlan, data: dict[str, Any], user: Any) -> str:
    previous = PerfPlan.objects.filter(year__lt=plan.year).order_by("-year").first()
    if previous is None or plan.is_settled:
        raise ValidationError("옮겨 올 지난해 계획이 없거나 이미 확정한 계획입니다.")
    count = services.carry_forward(plan, previous)
    return f"{previous.year}년 지표 {count:,}건을 초안으로 옮겼습니다. 목표와 기준값을 고쳐 주세요."


PLAN_ACTS = (
    Act("advance", "단계 옮기기", _advance, AdvanceForm, may=is_team, paged=False),
    Act("carry", "지난해 지표 옮기기", _carry, may=is_team, paged=False),
)


class DepartmentActView(View):
    """부서가 지표를 모두 제출하거나(submit) 되가져온다(take_back)."""

    act: ClassVar[str] = "submit"

    def post(self, request: HttpRequest, pk: int, department: int) -> HttpResponse:
        user = signed_in(request)
        plan = get_object_or_404(PerfPlan.objects.for_user(user), pk=pk)
        own = user.department_id == department
        if not owns_team(user, Team.EVALUATION) and not (own and user.role == "department"):
            raise PermissionDenied("그 부서의 담당자와 평가팀만 제출할 수 있습니다.")
        row = services.indicators_of(plan).filter(perf_project__department=department).select_related("perf_project__department")
        first = row.first()
        if first is None:
            raise Http404("그 부서의 지표가 없습니다.")
        batch = uuid.uuid4()
        try:
            with acting_as(user, f"화면 {request.path}", batch):
                count = getattr(services, self.act)(plan, first.perf_project.department)
            word = "제출했습니다" if self.act == "submit" else "되가져왔습니다"
            messages.success(request, f"지표 {count:,}건을 {word}.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("evaluation.performance-sheet", pk, department)


class IndicatorListView(ListView):
    """성과지표 목록. 평가팀은 고른 지표를 한꺼번에 다음 상태로 옮긴다."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        acts = []
        if owns_team(self.user, Team.EVALUATION):
            acts = [(word, reverse("evaluation.indicator-move", args=[status.value])) for status, word in MOVE_WORDS.items()]
        return super().get_context_data(bulk_acts=acts, **kwargs)


class IndicatorMoveView(BulkView):
    """고른 지표를 한꺼번에 다른 상태로 옮기고, 되돌릴 수 있게 묶는다."""

    def check(self) -> None:
        super().check()
        require_team(self.request)
        if self.kwargs["status"] not in MOVE_WORDS:
            raise Http404("그런 상태로는 옮길 수 없습니다.")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        status = Indicator.Status(kwargs["status"])
        rows = list(Indicator.objects.filter(pk__in=self.chosen_keys()).changeable_by(self.user))
        moving = [row for row in rows if status in Indicator.NEXT[Indicator.Status(row.status)]]
        if not moving:
            messages.warning(request, f"고른 지표 가운데 「{status.label}」(으)로 옮길 수 있는 것이 없습니다.")
            return HttpResponseRedirect(self.list_address())
        batch = uuid.uuid4()
        try:
            with acting_as(self.user, f"화면 {request.path}", batch):
                count = services.move_indicators(moving, status)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(self.list_address())
        left = len(rows) - count
        more = f" 나머지 {left:,}건은 옮길 수 없는 상태라 그대로 두었습니다." if left else ""
        messages.success(
            request, f"{count:,}건을 「{status.label}」(으)로 옮겼습니다.{more}", extra_tags=f"undo={self.screens.url('undo', batch)}"
        )
        return HttpResponseRedirect(self.list_address())


class IndicatorDetailView(DetailView):
    """성과지표: 두 평가의 점수가 어떻게 나왔는지, 진단, 변경 앞뒤의 점수."""

    template_name = "evaluation/indicator_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one: Indicator = self.record  # type: ignore[assignment]
        plan = one.perf_project.plan
        mine = Indicator.objects.filter(pk=one.pk)
        results = [result for stage in Stage for result in Evaluation(plan, stage, mine, whole=False).results]
        whole = self.user.role != "department"
        may_ask = one.status not in (*Indicator.PLANNING, Indicator.Status.CLOSED)
        add = f"{reverse('evaluation.indicatorchange-add')}?indicator={one.pk}"
        return super().get_context_data(
            results=results, findings=diagnose(plan, mine, whole=whole).get(one.pk, []), plan=plan,
            change_url=add if may_ask and IndicatorChange.scope.may_add(IndicatorChange, self.user) else "",
            sheet_url=reverse("evaluation.performance-sheet", args=[plan.pk, one.perf_project.department_id]), **kwargs,
        )  # fmt: skip


class ChangeDecisionForm(forms.Form):
    """변경 신청의 결정."""

    note = forms.CharField(label="승인 문서·의견", max_length=200, help_text="예: 부구청장 방침 제123호(2023. 8. 14.)")


class DecideChangeForm(ActForm):
    """누른 단추(승인, 반려)와 함께 온 결정. 적지 않은 까닭은 승인과 반려가 저마다 묻는다."""

    note = forms.CharField(label="승인 문서·의견", required=False)
    act = forms.CharField(required=False)


class IndicatorChangeDetailView(DetailView):
    """지표 변경 신청: 앞뒤의 값과 점수를 나란히 보이고, 평가팀이 승인하거나 반려한다."""

    template_name = "evaluation/indicatorchange_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        change: IndicatorChange = self.record  # type: ignore[assignment]
        plan = change.indicator.perf_project.plan
        scores = [(Stage(stage).label, *services.old_and_new_scores(change, stage)) for stage in Stage]
        waiting = change.status == IndicatorChange.Status.REQUESTED
        weighs = waiting and "weight" in change.changed
        together = [one for one in services.weight_companions(change) if one.pk != change.pk] if weighs else []
        return super().get_context_data(
            scores=scores, places=plan.score_places, terms=change_terms(change), together=together,
            decision=ChangeDecisionForm() if waiting and owns_team(self.user, Team.EVALUATION) else None, **kwargs,
        )  # fmt: skip


def _decide_change(change: IndicatorChange, data: dict[str, Any], user: Any) -> str:
    if data["act"] == "reject":
        services.reject_change(change, user, data["note"])
        return "변경 신청을 반려했습니다."
    count = len(services.approve_change(change, user, data["note"]))
    return f"변경 {count:,}건을 승인해 지표에 반영했습니다. 앞 목표의 점수도 함께 보입니다."


CHANGE_ACTS = (Act("decide", "결정", _decide_change, DecideChangeForm, may=is_team, paged=False),)


class ObjectionDecisionForm(ActForm):
    """이의신청의 결정."""

    status = forms.ChoiceField(
        label="결정", choices=[(value, label) for value, label in Objection.Status.choices if value != Objection.Status.FILED]
    )
    accepted_value = MeasureField("인정하는 실적", null=True, blank=True, help_text="기각이면 비워 둡니다.").formfield()
    decision = forms.CharField(label="결정 사유", widget=forms.Textarea(attrs={"rows": 3}))

    def starting(self) -> dict[str, Any]:
        return {"accepted_value": self.record.claimed_value}


class ObjectionDetailView(DetailView):
    """이의신청: 신청한 까닭, 처리 기한, 지금 점수, 결정."""

    template_name = "evaluation/objection_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        objection: Objection = self.record  # type: ignore[assignment]
        plan = objection.indicator.perf_project.plan
        mine = Indicator.objects.filter(pk=objection.indicator_id)
        waiting = objection.status == Objection.Status.FILED
        return super().get_context_data(
            results=Evaluation(plan, Stage.FINAL, mine, whole=False).results, waiting=waiting,
            decision=ObjectionDecisionForm(record=objection, user=self.user)
            if waiting and owns_team(self.user, Team.EVALUATION) else None, **kwargs,
        )  # fmt: skip


def _decide_objection(objection: Objection, data: dict[str, Any], user: Any) -> str:
    services.decide_objection(objection, user, data["status"], data["decision"], data["accepted_value"])
    objection.refresh_from_db()
    return f"이의신청을 「{objection.get_status_display()}」(으)로 결정했습니다."


OBJECTION_ACTS = (Act("decide", "이의신청 결정", _decide_objection, ObjectionDecisionForm, may=is_team, paged=False),)


def stage_of(request: HttpRequest, plan: PerfPlan) -> str:
    """주소에 적힌 평가. 적지 않으면 지금 보일 평가."""
    asked = request.GET.get("stage", "")
    if asked and asked not in Stage.values:
        raise Http404("그런 평가가 없습니다.")
    return asked or current_stage(plan)
