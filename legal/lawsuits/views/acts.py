"""사건에 하는 일: 지정, 답변, 변론종결, 결과, 송달, 상소, 확정, 중지, 회수, 종결. 일마다 적을 것과 하는 함수."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.access import Role, Team
from core.history.models import Record
from core.org.models import Staff
from core.screens.acts import Act, ActForm, DayForm
from core.screens.forms import AmountField, KoreanDateField
from core.screens.views.act import ActView
from legal.lawsuits import services
from legal.lawsuits.models import ACTS, AppealReview, CostRecovery, Instance, Lawsuit, Outcome, Ruling, advisers


class CaseNumberField(forms.CharField):
    """사건번호. 적는 동안 이미 등록한 번호인지 알려 준다."""

    HELP = "예: 2026구합12345. 적으면 이미 등록한 번호인지 알려 줍니다."

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": "사건번호", "max_length": 40, "help_text": self.HELP, **kwargs})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {
            **super().widget_attrs(widget), "hx-get": reverse_lazy("legal.case-number"), "hx-trigger": "change",
            "hx-target": "next .help", "hx-swap": "innerHTML",
        }  # fmt: skip

    def to_python(self, value: Any) -> str:
        return "".join(str(super().to_python(value)).split())


def legal_staff() -> Any:
    """송무를 맡을 수 있는 사람: 의회법무팀."""
    return Staff.objects.filter(is_active=True, team=Team.LEGAL)


def officers() -> Any:
    """소송수행자가 될 수 있는 사람: 지금 일하는 직원."""
    return Staff.objects.filter(is_active=True).exclude(role=Role.VIEWER)


class CaseForm(ActForm):
    """처음 값이 지금 심급과 판결에서 오는 폼."""

    def __init__(self, *args: Any, record: Lawsuit, **kwargs: Any) -> None:
        self.current = services.current_instance(record)
        self.ruling: Ruling | None = getattr(self.current, "ruling", None) if self.current else None
        super().__init__(*args, record=record, **kwargs)


class AssignForm(CaseForm):
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
        return {"officers": list(one.officers.all()), "adviser": one.adviser_id, "counsel": one.counsel, "handler": self.record.handler_id}


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

    def __init__(self, *args: Any, record: Lawsuit, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, instance=Ruling(instance=services.current_instance(record)), **kwargs)
        choices: Any = self.fields["outcome"]
        choices.choices = [("", "고르세요"), *Outcome.choices]
        if record.is_tribunal:
            self.fields["ruled_on"].label = "재결일"
            self.fields["served_on"].label, self.fields["opponent_served_on"].label = "재결서 송달일(우리)", "재결서 송달일(청구인)"


class ServeForm(CaseForm):
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


class DecideForm(CaseForm, DayForm):
    title = "결정일"
    decision = forms.ChoiceField(label="결정", choices=[("", "고르세요"), *AppealReview.Decision.choices[1:]])
    decided_by = forms.CharField(label="결정한 곳", max_length=50)
    opinion = forms.CharField(label="의견", required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def starting(self) -> dict[str, Any]:
        review = getattr(self.ruling, "review", None)
        known = {"decided_by": review.decided_by, "opinion": review.opinion} if review else {"decided_by": "소송심의회"}
        return {**super().starting(), **known}


class UpperForm(CaseForm):
    """상급심. 사건번호를 아직 모르면 비우고 뒤에 적는다."""

    court = forms.CharField(label="상급심 법원", max_length=50, help_text="예: 서울고등법원, 대법원")
    case_number = CaseNumberField(label="상급심 사건번호")
    received_on = KoreanDateField(label="상급심 접수일(소장·통지 받은 날)")

    def starting(self) -> dict[str, Any]:
        return {"received_on": timezone.localdate()}


def _upper(data: dict[str, Any]) -> Any:
    """적은 상급심. 사건번호를 적지 않았으면 None."""
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
        row = CostRecovery.objects.filter(lawsuit=self.record).first() or CostRecovery()
        labels = dict(CostRecovery.Status.choices)
        status: Any = self.fields["status"]
        status.choices = [(value, labels[value]) for value in row.next_statuses()]


Run = Callable[[Lawsuit, dict[str, Any], Staff], list[str]]


def _act(name: str, form: type[forms.BaseForm], said: str, run: Run, help: str = "") -> Act:
    """일 하나. 이름과 할 수 있는 상태는 모델의 ACTS 에 있고, 한 뒤의 말에는 지금 상태를 붙인다."""

    def do(case: Lawsuit, data: dict[str, Any], user: Staff) -> list[str]:
        waiting = run(case, data, user)
        case.refresh_from_db()
        return [f"{said} 지금 상태는 「{case.get_status_display()}」입니다.", *waiting]

    def possible(case: Lawsuit) -> bool:
        case.check_act(name)
        return True

    return Act(name, ACTS[name][0], do, form, help, possible=possible)


def _rule(case: Lawsuit, data: dict[str, Any], user: Staff) -> list[str]:
    return services.rule(case, Ruling(instance=services.current_instance(case), **data))


CASE_ACTS = (
    _act("assign", AssignForm, "수행자와 대리인을 정했습니다.", lambda case, data, user: services.assign(case, **data)),
    _act("answer", AnswerForm, "답변서 제출을 적었습니다.", lambda case, data, user: services.answer(case, data["on"], data["note"])),
    _act("conclude", DayForm.titled("변론종결일"), "변론종결을 적었습니다.", lambda case, data, user: services.conclude(case, data["on"])),
    _act("rule", RuleForm, "결과를 적었습니다.", _rule, "결과는 구의 자리에서 적습니다. 원고의 청구가 기각되었으면 「승소」입니다."),
    _act(
        "serve", ServeForm, "송달일을 적었습니다.", lambda case, data, user: services.serve(case, **data),
        "상소 기한은 송달받은 날의 다음 날부터 셉니다. 두 사람이 날짜를 확인해야 끝낼 수 있습니다.",
    ),
    _act("review", ReviewForm, "상소 검토를 시작했습니다.", lambda case, data, user: services.start_review(case, user, **data)),
    _act(
        "decide", DecideForm, "상소 여부를 적었습니다.",
        lambda case, data, user: services.decide(case, data["decision"], data["on"], data["decided_by"], data["opinion"]),
    ),
    _act("appeal", AppealForm, "상소를 적었습니다.", lambda case, data, user: services.appeal(case, data["who"], data["on"], _upper(data))),
    _act("advance", UpperForm, "다음 심급을 열었습니다.", lambda case, data, user: services.advance(case, _upper(data))),
    _act(
        "finalise", FinaliseForm, "사건을 확정했습니다.", lambda case, data, user: services.finalise(case, data["certified_on"]),
        "상소가 없음을 확인한 뒤에 누르세요.",
    ),
    _act(
        "stay", DayForm.titled("중지일"), "절차를 중지했습니다.", lambda case, data, user: services.stay(case, data["on"]),
        "불변기간이 아닌 기한은 멈춥니다. 다시 진행하면 온 기간을 다시 셉니다(민사소송법 제247조제2항).",
    ),
    _act("resume", DayForm.titled("다시 진행한 날"), "절차를 다시 진행합니다.", lambda case, data, user: services.resume(case, data["on"])),
    _act("comply", DayForm.titled("재처분·이행한 날"), "재처분을 적었습니다.", lambda case, data, user: services.comply(case, data["on"])),
    _act(
        "recover", RecoverForm, "비용 회수를 적었습니다.",
        lambda case, data, user: services.recover(case, data["status"], data["on"], data["amount"], data["note"]),
    ),
    _act(
        "close", DayForm.titled("종결일"), "사건을 종결했습니다.", lambda case, data, user: services.close(case, data["on"]),
        "종결하면 정해진 해가 지난 뒤 당사자의 이름과 주소를 파기합니다.",
    ),
    _act("reopen", ActForm, "사건을 다시 열었습니다.", lambda case, data, user: services.reopen(case)),
)  # fmt: skip


class CaseActView(ActView):
    """사건에 하는 일의 화면. 사건만이 아니라 지금 심급과 판결이 바뀌었어도 다시 묻는다."""

    template_name = "legal/lawsuit_act.html"

    def watched(self) -> list[Record]:
        current = services.current_instance(self.record)  # type: ignore[arg-type]
        parts = [current, getattr(current, "ruling", None)]
        return [self.record, *(one for one in parts if one)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(current=services.current_instance(self.record), **kwargs)  # type: ignore[arg-type]


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
