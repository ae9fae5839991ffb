"""사건에 하는 일: 지정, 답변, 변론종결, 결과, 송달, 상소, 확정, 중지, 회수, 종결. 일마다 적을 것을 받는 화면이 하나다."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from core.access import signed_in
from core.screens.forms import AmountField, KoreanDateField
from legal.lawsuits import services
from legal.lawsuits.models import ACTS, AppealReview, CostRecovery, Instance, Lawsuit, Outcome, Ruling, advisers
from legal.lawsuits.views.records import CaseNumberField, legal_staff, officers


class ActForm(forms.Form):
    """한 가지 일에 적을 것. 처음 값은 지금 심급과 판결에서 온다."""

    def __init__(self, *args: Any, case: Lawsuit, **kwargs: Any) -> None:
        self.case, self.current = case, services.current_instance(case)
        self.ruling: Ruling | None = getattr(self.current, "ruling", None) if self.current else None
        super().__init__(*args, initial=self.starting(), **kwargs)

    def starting(self) -> dict[str, Any]:
        """처음 값."""
        return {}


class DayForm(ActForm):
    """날짜 하나."""

    title: ClassVar[str] = "날짜"
    on = KoreanDateField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = self.title

    def starting(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}


def day_form(name: str, text: str) -> type[DayForm]:
    """이름표가 다른 날짜 폼."""
    return type(name, (DayForm,), {"title": text})


class AssignForm(ActForm):
    officers: Any = forms.ModelMultipleChoiceField(
        label="소송수행자", queryset=None, required=False,
        help_text="여럿이면 Ctrl을 누르고 고릅니다. 수행자도 당사자의 이름을 볼 수 있습니다.",
    )  # fmt: skip
    adviser: Any = forms.ModelChoiceField(label="대리인(법률고문)", queryset=None, required=False)
    counsel = forms.CharField(label="대리인(고문 밖)", max_length=100, required=False)
    handler: Any = forms.ModelChoiceField(label="송무 담당", queryset=None, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["officers"].queryset, fields["adviser"].queryset = officers(), advisers()
        fields["handler"].queryset = legal_staff()

    def starting(self) -> dict[str, Any]:
        one = self.current
        if one is None:
            return {}
        return {"officers": list(one.officers.all()), "adviser": one.adviser_id, "counsel": one.counsel, "handler": self.case.handler_id}


class AnswerForm(DayForm):
    title = "제출일"
    note = forms.CharField(label="메모", max_length=200, required=False)


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """결과 입력. 판결, 재결, 취하, 화해·조정을 함께 적는다."""

    class Meta:
        model = Ruling
        fields = ("outcome", "ruled_on", "served_on", "opponent_served_on", "awarded_amount", "summary", "pays_costs")
        field_classes: ClassVar = {
            "ruled_on": KoreanDateField, "served_on": KoreanDateField, "opponent_served_on": KoreanDateField, "awarded_amount": AmountField,
        }  # fmt: skip

    def __init__(self, *args: Any, case: Lawsuit, **kwargs: Any) -> None:
        self.case, self.current = case, services.current_instance(case)
        if self.current is not None:
            kwargs.setdefault("instance", Ruling(instance=self.current))
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["outcome"]
        choices.choices = [("", "고르세요"), *Outcome.choices]
        if case.is_tribunal:
            self.fields["ruled_on"].label = "재결일"
            self.fields["served_on"].label, self.fields["opponent_served_on"].label = "재결서 송달일(우리)", "재결서 송달일(청구인)"


class ServeForm(ActForm):
    served_on = KoreanDateField(label="우리가 송달받은 날", required=False, help_text="이날에서 우리의 상소 기한을 셉니다(불변기간).")
    opponent_served_on = KoreanDateField(label="상대가 송달받은 날", required=False, help_text="상대가 여럿이면 가장 늦은 날.")

    def starting(self) -> dict[str, Any]:
        one = self.ruling
        return {"served_on": one.served_on, "opponent_served_on": one.opponent_served_on} if one else {}


class ReviewForm(ActForm):
    decided_by = forms.CharField(label="검토하는 곳", max_length=50, initial="소송심의회", help_text="소송심의회, 과장 결재 따위")
    opinion = forms.CharField(label="의견", required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def starting(self) -> dict[str, Any]:
        return {"decided_by": "소송심의회"}


class DecideForm(DayForm):
    title = "결정일"
    decision = forms.ChoiceField(label="결정", choices=[("", "고르세요"), *AppealReview.Decision.choices[1:]])
    decided_by = forms.CharField(label="결정한 곳", max_length=50)
    opinion = forms.CharField(label="의견", required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def starting(self) -> dict[str, Any]:
        review = getattr(self.ruling, "review", None)
        known = {"decided_by": review.decided_by, "opinion": review.opinion} if review else {"decided_by": "소송심의회"}
        return {**super().starting(), **known}


class UpperForm(ActForm):
    """상급심. 사건번호를 아직 모르면 비우고 뒤에 적는다."""

    court = forms.CharField(label="상급심 법원", max_length=50, help_text="예: 서울고등법원, 대법원")
    case_number = CaseNumberField(label="상급심 사건번호")
    received_on = KoreanDateField(label="상급심 접수일(소장·통지 받은 날)")

    def starting(self) -> dict[str, Any]:
        return {"received_on": timezone.localdate()}

    def upper(self) -> Instance | None:
        """적은 상급심. 사건번호를 적지 않았으면 None."""
        data = self.cleaned_data
        if not data.get("case_number"):
            return None
        return Instance(court=data["court"], case_number=data["case_number"], received_on=data["received_on"])


class AppealForm(UpperForm):
    who = forms.ChoiceField(label="누가", choices=[("", "고르세요"), *((one.value, one.label) for one in Ruling.APPEALED)])
    on = KoreanDateField(label="상소일")
    field_order = ("who", "on", "case_number", "court", "received_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("court", "case_number", "received_on"):
            self.fields[name].required = False
        self.fields["case_number"].help_text = "상급심 번호를 받았으면 적습니다. 비우면 뒤에 「다음 심급 등록」에서 적습니다."

    def starting(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("case_number"):
            for name in ("court", "received_on"):
                if not data.get(name):
                    self.add_error(name, "상급심 사건번호를 적었으면 이 칸도 적어 주세요.")
        return data


class FinaliseForm(ActForm):
    certified_on = KoreanDateField(
        label="확정증명의 확정일", required=False, help_text="확정증명을 받았으면 적습니다. 비우면 송달일에서 센 날로 확정합니다."
    )


class RecoverForm(DayForm):
    status = forms.ChoiceField(label="단계")
    amount = AmountField(label="금액(원)", required=False, help_text="확정 결정액이나 이번에 받은 금액.")
    note = forms.CharField(label="메모", max_length=200, required=False)
    field_order = ("status", "on", "amount", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = CostRecovery.objects.filter(lawsuit=self.case).first() or CostRecovery()
        labels = dict(CostRecovery.Status.choices)
        status: Any = self.fields["status"]
        status.choices = [(value, labels[value]) for value in row.next_statuses()]


Runner = Callable[[Lawsuit, Any, Any], list[str]]


@dataclass(frozen=True)
class Act:
    """일 하나: 적을 것, 하는 함수, 한 뒤의 말, 도움말."""

    form: type[Any]
    run: Runner
    said: str
    help: str = ""


def _rule(case: Lawsuit, form: Any, user: Any) -> list[str]:
    return services.rule(case, form.instance)


ACT_PAGES: dict[str, Act] = {
    "assign": Act(AssignForm, lambda case, form, user: services.assign(case, **form.cleaned_data), "수행자와 대리인을 정했습니다."),
    "answer": Act(
        AnswerForm, lambda case, form, user: services.answer(case, form.cleaned_data["on"], form.cleaned_data["note"]),
        "답변서 제출을 적었습니다.",
    ),
    "conclude": Act(day_form("ConcludeForm", "변론종결일"), lambda case, form, user: services.conclude(case, form.cleaned_data["on"]),
                    "변론종결을 적었습니다."),
    "rule": Act(RuleForm, _rule, "결과를 적었습니다.", "결과는 구의 자리에서 적습니다. 원고의 청구가 기각되었으면 「승소」입니다."),
    "serve": Act(
        ServeForm, lambda case, form, user: services.serve(case, **form.cleaned_data), "송달일을 적었습니다.",
        "상소 기한은 송달받은 날의 다음 날부터 셉니다. 두 사람이 날짜를 확인해야 끝낼 수 있습니다.",
    ),
    "review": Act(ReviewForm, lambda case, form, user: services.start_review(case, user, **form.cleaned_data), "상소 검토를 시작했습니다."),
    "decide": Act(
        DecideForm,
        lambda case, form, user: services.decide(
            case, form.cleaned_data["decision"], form.cleaned_data["on"], form.cleaned_data["decided_by"], form.cleaned_data["opinion"]
        ),
        "상소 여부를 적었습니다.",
    ),
    "appeal": Act(
        AppealForm, lambda case, form, user: services.appeal(case, form.cleaned_data["who"], form.cleaned_data["on"], form.upper()),
        "상소를 적었습니다.",
    ),
    "advance": Act(UpperForm, lambda case, form, user: services.advance(case, form.upper()), "다음 심급을 열었습니다."),
    "finalise": Act(
        FinaliseForm, lambda case, form, user: services.finalise(case, form.cleaned_data["certified_on"]), "사건을 확정했습니다.",
        "상소가 없음을 확인한 뒤에 누르세요.",
    ),
    "stay": Act(day_form("StayForm", "중지일"), lambda case, form, user: services.stay(case, form.cleaned_data["on"]),
                "절차를 중지했습니다.", "불변기간이 아닌 기한은 멈춥니다. 다시 진행하면 온 기간을 다시 셉니다(민사소송법 제247조제2항)."),
    "resume": Act(day_form("ResumeForm", "다시 진행한 날"), lambda case, form, user: services.resume(case, form.cleaned_data["on"]),
                  "절차를 다시 진행합니다."),
    "comply": Act(day_form("ComplyForm", "재처분·이행한 날"), lambda case, form, user: services.comply(case, form.cleaned_data["on"]),
                  "재처분을 적었습니다."),
    "recover": Act(
        RecoverForm,
        lambda case, form, user: services.recover(
            case, form.cleaned_data["status"], form.cleaned_data["on"], form.cleaned_data["amount"], form.cleaned_data["note"]
        ),
        "비용 회수를 적었습니다.",
    ),
    "close": Act(day_form("CloseForm", "종결일"), lambda case, form, user: services.close(case, form.cleaned_data["on"]),
                 "사건을 종결했습니다.", "종결하면 정해진 해가 지난 뒤 당사자의 이름과 주소를 파기합니다."),
    "reopen": Act(ActForm, lambda case, form, user: services.reopen(case), "사건을 다시 열었습니다."),
}  # fmt: skip


class ActView(TemplateView):
    """일 하나의 화면. 적을 것을 보이고(GET), 적은 대로 한다(POST)."""

    template_name = "legal/lawsuit_act.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if kwargs["act"] not in ACT_PAGES:
            raise Http404("그런 일은 없습니다.")
        self.act = ACT_PAGES[kwargs["act"]]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user = signed_in(request)
        self.case = get_object_or_404(Lawsuit.objects.for_user(user).select_related("department"), pk=kwargs["pk"])
        if not Lawsuit.scope.may_change(self.case, user):
            raise PermissionDenied(f"{Lawsuit.scope.owner_text(Lawsuit)}만 고칠 수 있습니다. 볼 수는 있습니다.")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if "form" not in kwargs:
            kwargs["form"] = self.act.form(case=self.case)
        refusal = ""
        try:
            self.case.check_act(self.kwargs["act"])
        except ValidationError as error:
            refusal = " ".join(error.messages)
        current = services.current_instance(self.case)
        return super().get_context_data(
            case=self.case, current=current, heading=ACTS[self.kwargs["act"]][0], help=self.act.help, refusal=refusal, **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.act.form(request.POST, case=self.case)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            waiting = self.act.run(self.case, form, signed_in(request))
        except ValidationError as error:
            for name, problems in (error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}).items():
                form.add_error(name if name in form.fields else None, problems)
            return self.render_to_response(self.get_context_data(form=form), status=422)
        self.case.refresh_from_db()
        messages.success(request, f"{self.act.said} 지금 상태는 「{self.case.get_status_display()}」입니다.")
        for sentence in waiting:
            messages.warning(request, sentence)
        return redirect("legal.lawsuit-detail", self.case.pk)


@require_safe
def case_number(request: HttpRequest) -> HttpResponse:
    """적고 있는 사건번호가 이미 있는지. 볼 수 없는 사건이면 있다고만 알린다."""
    text = "".join(request.GET.get("case_number", "").split())[:40]
    found = Instance.objects.filter(case_number=text).select_related("lawsuit").first() if text else None
    if found is None:
        return _plain("아직 등록하지 않은 번호입니다." if text else CaseNumberField.HELP)
    seen = Lawsuit.objects.for_user(request.user).filter(pk=found.lawsuit_id).exists()
    where = f"‘{found.lawsuit}’ {found.get_level_display()}" if seen else "다른 부서의 사건"
    return _plain(f"이미 등록한 번호입니다: {where}")


def _plain(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
