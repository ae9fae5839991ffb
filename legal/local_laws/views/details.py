"""자치법규, 의안, 상위법 개정의 상세 화면과, 상위법 개정에서 정비과제를 만드는 일."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views import View

from core.access import Team, owns_team, signed_in
from core.excel.values import CellError, parse_date
from core.screens.views.detail import DetailView
from legal.local_laws import services
from legal.local_laws.dashboard import flow_of
from legal.local_laws.models import ArticleChange, Bill, BillStep, LawVersion, LocalLaw, RevisionTask, UpperLawChange
from legal.local_laws.models.pipeline import Stage

# 정비 기한을 적지 않았을 때: 상위법이 시행되는 날. 시행일도 없으면 공포일부터 이만큼 뒤
DEFAULT_DUE_DAYS = 180
# 적었을 때만 보일 항목
RARE = frozenset({
    "law_title", "proposer", "planned_promulgation_on", "stated_effective_on", "notice_skip", "notice_skip_reason",
    "short_notice_reason", "main_points", "note",
})  # fmt: skip


class BillDetailView(DetailView):
    """의안: 길, 지금 누가 쥐고 있고 무엇을 할 차례인지, 지나온 단계, 기한과 그 셈, 신구조문."""

    template_name = "legal/bill_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        bill: Bill = self.record  # type: ignore[assignment]
        today = timezone.localdate()
        steps = list(BillStep.objects.for_user(self.user).filter(bill=bill).order_by("order"))
        for step in steps:
            step.bill = bill
        now = steps[-1] if steps and steps[-1].done_on is None else None
        effective, counted = bill.effective_on, None
        if bill.promulgated_on and effective:
            _day, counted = services.effective_date(bill.kind, bill.promulgated_on, bill.stated_effective_on)
        return super().get_context_data(
            flow=flow_of(bill, steps), steps=steps, now=now, now_days=now.days(today) if now else None,
            stage_word=bill.stage_word, notice_until=bill.notice_until() if bill.status == Stage.NOTICE else None,
            confirmed_on=services.unpromulgated_confirmed(bill, today), counted=counted,
            unanswered=bill.opinions.filter(answered_on=None).count(),
            articles=ArticleChange.objects.for_user(self.user).filter(bill=bill).count(),
            may_write=ArticleChange.scope.may_add(ArticleChange, self.user),
            version=LawVersion.objects.filter(bill=bill).first() if bill.promulgated_on else None, **kwargs,
        )  # fmt: skip

    def sections(self) -> list[tuple[str, list[tuple[Any, ...]]]]:
        """적지 않은 드문 항목은 자리를 차지하지 않는다."""
        return [
            (title, [self.cell(name) for name in names if not (name in RARE and not getattr(self.record, str(name)))])
            for title, names in self.screens.sections
        ]  # fmt: skip


class LocalLawDetailView(DetailView):
    """자치법규: 지금 시행되는 판과 앞으로 시행될 판, 연혁, 의안, 정비과제."""

    template_name = "legal/locallaw_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        law: LocalLaw = self.record  # type: ignore[assignment]
        today = timezone.localdate()
        new = {"law": law.pk, "kind": law.kind, "department": law.department_id}
        query = "&".join(f"{name}={value}" for name, value in new.items())
        may_draft = Bill.scope.may_add(Bill, self.user) and not law.repealed_on
        return super().get_context_data(
            law_state=LocalLaw.State(law.state).label,  # type: ignore[attr-defined]
            in_force=LawVersion.objects.in_force_on(law, today),
            coming=list(LawVersion.objects.coming(today).filter(law=law)),
            waiting=RevisionTask.objects.open().filter(law=law).count(),
            draft_url=f"{reverse('legal.bill-add')}?{query}" if may_draft else "", **kwargs,
        )  # fmt: skip


class UpperLawChangeDetailView(DetailView):
    """상위법 개정: 이 법을 상위법으로 적은 자치법규와, 고른 것마다 정비과제를 만드는 자리."""

    template_name = "legal/upperlawchange_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        change: UpperLawChange = self.record  # type: ignore[assignment]
        made = set(RevisionTask.objects.filter(change=change).values_list("law", flat=True))
        laws = [(law, law.pk in made) for law in change.affected()]
        return super().get_context_data(
            laws=laws, left=sum(not done for _law, done in laws), is_team=owns_team(self.user, Team.LEGAL), due_on=default_due(change),
            **kwargs,
        )  # fmt: skip


def default_due(change: UpperLawChange) -> date:
    """정비 기한의 처음 값: 상위법이 시행되는 날. 그날까지 고쳐야 어긋나는 동안이 없다."""
    return change.effective_on or change.promulgated_on + timedelta(days=DEFAULT_DUE_DAYS)


class MakeTasksView(View):
    """고른 자치법규마다 정비과제를 만든다."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        change = get_object_or_404(UpperLawChange.objects.for_user(request.user), pk=pk)
        user = signed_in(request)
        if not owns_team(user, Team.LEGAL):
            messages.error(request, "의회법무팀만 정비과제를 만듭니다. 필요하면 의회법무팀에 알려 주세요.")
            return redirect("legal.upperlawchange-detail", pk)
        wanted = {int(one) for one in request.POST.getlist("law") if one.isdecimal()}
        laws = [law for law in change.affected() if law.pk in wanted]
        try:
            if not laws:
                raise ValidationError("정비할 자치법규를 하나 이상 골라 주세요.")
            due_on = parse_date(request.POST.get("due_on", "")) or default_due(change)
            count = services.make_tasks(change, laws, due_on)
            messages.success(request, f"정비과제 {count:,}건을 만들었습니다. 소관 부서의 할 일에 나옵니다.")
        except CellError as error:
            messages.error(request, str(error))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("legal.upperlawchange-detail", pk)
