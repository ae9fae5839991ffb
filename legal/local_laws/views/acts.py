"""의안을 옮기는 일: 단계 마치기, 예고 시작, 공포, 재의요구와 표결, 보완, 철회, 되돌리기. 일마다 날짜와 내용을 적는 화면이 있다."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from core.access import Team, owns_team
from core.deadlines.models import Deadline
from core.formats import date_plain
from core.org.models import Staff
from core.screens.forms import CHOOSE, KoreanDateField
from core.screens.views.base import ScreenView
from legal.local_laws import services
from legal.local_laws.models import Bill
from legal.local_laws.models.pipeline import DEPARTMENT_STEPS, INTERNAL_KINDS, LawKind, Result, Stage, following, word


class ActForm(forms.Form):
    """모든 일에 있는 칸: 날짜와 내용."""

    on = KoreanDateField(label="날짜")
    note = forms.CharField(label="내용", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    step = forms.IntegerField(required=False, widget=forms.HiddenInput)


class FinishForm(ActForm):
    """단계 마치기."""

    result = forms.ChoiceField(label="결과")
    document = forms.CharField(label="문서번호", required=False, max_length=200, help_text="온나라 문서번호나 의안번호")

    field_order = ("on", "result", "note", "document")


class PromulgateForm(ActForm):
    """공포(발령)."""

    number = forms.CharField(label="공포번호", max_length=20, help_text="예: 1523")
    gazette = forms.CharField(label="공보 호수", required=False, max_length=30)
    stated = KoreanDateField(label="부칙의 시행일", required=False, help_text="비우면 공포한 날부터 20일이 지난 날로 셈합니다.")
    document = forms.CharField(label="문서번호", required=False, max_length=200)

    field_order = ("on", "number", "gazette", "stated", "document", "note")


class VoteForm(ActForm):
    """재의의 표결."""

    members = forms.IntegerField(label="재적(명)", min_value=1)
    present = forms.IntegerField(label="출석(명)", min_value=0)
    in_favour = forms.IntegerField(label="찬성(명)", min_value=0)
    document = forms.CharField(label="문서번호", required=False, max_length=200)

    field_order = ("on", "members", "present", "in_favour", "document", "note")


class SendBackForm(ActForm):
    """보완."""

    target = forms.ChoiceField(label="되돌릴 단계")

    field_order = ("on", "target", "note")


class ConfirmForm(forms.Form):
    """날짜를 적지 않는 일."""

    step = forms.IntegerField(required=False, widget=forms.HiddenInput)


@dataclass(frozen=True)
class Act:
    """의안에 할 수 있는 일 하나."""

    name: str
    title: str
    hint: str
    url: str
    is_main: bool = False


def is_officer(user: Staff) -> bool:
    """의안을 옮기는 팀 사람인가."""
    return owns_team(user, Team.LEGAL)


def may_act(bill: Bill, act: str, user: Staff) -> bool:
    """팀은 모든 일을, 부서는 제 손에 있는 단계를 마치는 일만 한다."""
    if is_officer(user):
        return True
    return act == "finish" and bill.status in DEPARTMENT_STEPS and Bill.scope.may_change(bill, user)


def acts_of(bill: Bill, user: Staff) -> list[Act]:
    """지금 user 가 할 수 있는 일. 앞의 것이 할 차례인 일이다."""
    return [
        Act(name, title, hint, reverse("legal.bill-act", args=[bill.pk, name]), at == 0)
        for at, (name, title, hint) in enumerate(_possible(bill)) if may_act(bill, name, user)
    ]  # fmt: skip


def _possible(bill: Bill) -> list[tuple[str, str, str]]:
    """지금 단계에서 되는 일: (이름, 단추의 말, 설명)."""
    found: list[tuple[str, str, str]] = []
    now = bill.stage_word
    if not bill.is_open:
        return [("take_back", "마지막 처리 되돌리기", "잘못 적은 처리를 지우고 앞 단계를 다시 엽니다.")]
    if bill.status == Stage.NOTICE and bill.noticed_on is None:
        found.append(("announce", "예고 시작", "공보와 누리집에 예고한 날부터 20일을 셉니다."))
    elif bill.status == Stage.PROMULGATION:
        found.append(("promulgate", now, "공포번호와 공보를 적으면 시행일을 셈하고 자치법규의 판을 만듭니다."))
    elif bill.status == Stage.RECONSIDERATION:
        found.append(("vote", "재의 표결 적기", "출석의 3분의 2 이상이 찬성하면 확정됩니다."))
        waits = bill.clocks().filter(rule__code="ordinance.reconsideration").exclude(state=Deadline.State.DONE).first()
        if waits and waits.state == Deadline.State.SUSPENDED:
            found.append(("resume", "개회해 다시 세기", "폐회·휴회한 날수만큼 부의 기한이 늦추어집니다."))
        elif waits:
            found.append(("pause", "폐회·휴회로 멈추기", "폐회하거나 휴회한 동안은 부의 기한을 세지 않습니다."))
    else:
        found.append(("finish", f"{now} 마치기", _next_hint(bill)))
    if bill.may_reconsider:
        found.append(("reconsider", "재의요구", "이송받은 날부터 20일 안에 이유를 붙여 요구합니다(지방자치법 제32조제3항)."))
    if bill.returnable():
        found.append(("send_back", "보완하라고 되돌리기", "앞 단계로 보내고 까닭을 남깁니다."))
    if bill.has_moved:
        found.append(("take_back", "마지막 처리 되돌리기", "잘못 적은 처리를 지우고 앞 단계를 다시 엽니다."))
    voted = (Stage.TRANSFER, Stage.REPORT, Stage.REVIEW, Stage.PROMULGATION, Stage.RECONSIDERATION)
    if not (bill.kind == LawKind.ORDINANCE and bill.status in voted):
        found.append(("withdraw", "철회", "의안을 거두어들이고 끝냅니다."))
    return found


def _next_hint(bill: Bill) -> str:
    results = bill.results
    if len(results) > 1 or bill.status not in bill.way:
        return "결과를 고르면 다음 단계로 갑니다. 보류는 그 자리에 남습니다."
    target = following(bill.status, results[0], bill.way)
    return f"다음은 「{word(target, bill.kind)}」입니다."


class BillActView(ScreenView):
    """의안에 일 하나를 한다: 날짜와 내용을 적는 화면(GET)과 처리(POST)."""

    template_name = "legal/bill_act.html"

    def check(self) -> None:
        super().check()
        if self.act not in FORMS:
            raise Http404("그런 처리가 없습니다.")
        self.require(may_act(self.bill, self.act, self.user))

    @property
    def act(self) -> str:
        return str(self.kwargs["act"])

    @cached_property
    def bill(self) -> Bill:
        return self.record  # type: ignore[return-value]

    @cached_property
    def described(self) -> tuple[str, str]:
        """단추의 말과 설명. 지금 할 수 없는 일이면 할 수 없다는 말."""
        found = {name: (title, hint) for name, title, hint in _possible(self.bill)}
        return found.get(self.act, ("", ""))

    def form(self, data: Any = None) -> forms.Form:
        """이 일의 입력 칸."""
        bill, step = self.bill, self.bill.current_step()
        initial: dict[str, Any] = {"on": timezone.localdate(), "step": step.pk if step else None}
        if self.act == "promulgate":
            initial["stated"] = bill.stated_effective_on
        form = FORMS[self.act](data, initial=initial)
        if "result" in form.fields:
            results = bill.results
            choices = [(one.value, one.label) for one in results]
            form.fields["result"] = forms.ChoiceField(
                label="결과", choices=choices if len(results) == 1 else [("", CHOOSE), *choices]
            )
        if "target" in form.fields:
            form.fields["target"].choices = [(one.value, word(one, bill.kind)) for one in bill.returnable()]  # type: ignore[attr-defined]
        if self.act in ("send_back", "withdraw", "reconsider"):
            form.fields["note"].required = True
        if bill.kind in INTERNAL_KINDS and "number" in form.fields:
            form.fields["number"].label = "발령번호"
            form.fields["stated"].help_text = "비우면 발령한 날부터 시행합니다."
        elif bill.kind == LawKind.RULE and "stated" in form.fields:
            form.fields["stated"].help_text = "비우면 공포한 날부터 20일이 지난 날로 셈합니다(지방자치법 제32조제8항)."
        if "on" in form.fields:
            form.fields["on"].label = ON_LABELS.get((self.act, bill.status)) or ON_LABELS.get((self.act, "")) or "날짜"
        return form

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.page(self.form(), 200 if self.described[0] else 409)

    def page(self, form: forms.Form, status: int = 200) -> HttpResponse:
        title, hint = self.described
        context = self.get_context_data(
            bill=self.bill, form=form, act_title=title, hint=hint, act=self.act, stage_word=self.bill.stage_word,
            now=self.bill.current_step(), back_url=self.screens.url("detail", self.bill.pk),
        )  # fmt: skip
        return render(self.request, self.template_name, context, status=status)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, 422)
        try:
            with transaction.atomic():
                bill = Bill.objects.select_for_update(of=("self",)).get(pk=self.bill.pk)
                step = bill.current_step()
                seen = form.cleaned_data.get("step")
                if seen and (step is None or step.pk != seen):
                    raise ValidationError(f"그 사이 다른 사람이 「{bill.stage_word}」(으)로 옮겼습니다. 의안을 다시 열어 확인해 주세요.")
                # 잠근 뒤의 단계로 다시 묻는다. 화면에 없는 처리(표결 수 없이 재의를 마치는 일 따위)와 엇갈린 요청을 막는다.
                self.require(may_act(bill, self.act, self.user))
                if self.act not in {name for name, _title, _hint in _possible(bill)}:
                    raise ValidationError(f"지금은 「{bill.stage_word}」 단계라 할 수 없는 처리입니다. 의안을 다시 열어 확인해 주세요.")
                text = DO[self.act](bill, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return self.page(form, 422)
        messages.success(request, text)
        return redirect(self.screens.url("detail", self.bill.pk))


FORMS: dict[str, type[forms.Form]] = {
    "finish": FinishForm, "announce": ActForm, "promulgate": PromulgateForm, "vote": VoteForm, "reconsider": ActForm,
    "send_back": SendBackForm, "withdraw": ActForm, "take_back": ConfirmForm, "pause": ActForm, "resume": ActForm,
}  # fmt: skip
# 날짜 칸의 말. 법이 어느 날부터 세는지가 드러나게 적는다.
ON_LABELS: dict[tuple[str, str], str] = {
    ("announce", ""): "예고한 날", ("promulgate", ""): "공포일", ("vote", ""): "재의결일", ("reconsider", ""): "요구서가 의회에 닿은 날",
    ("send_back", ""): "되돌린 날", ("withdraw", ""): "철회한 날", ("pause", ""): "폐회·휴회한 날", ("resume", ""): "다시 연 날",
    ("finish", Stage.BOARD): "심의회 의결일", ("finish", Stage.REVIEW): "심의회 의결일", ("finish", Stage.SUBMISSION): "의회에 낸 날",
    ("finish", Stage.COMMITTEE): "위원회 의결일", ("finish", Stage.PLENARY): "본회의 의결일", ("finish", Stage.TRANSFER): "이송받은 날",
    ("finish", Stage.REPORT): "보고한 날", ("finish", Stage.NOTICE): "예고를 마친 날", ("finish", ""): "마친 날",
}  # fmt: skip


def _finish(bill: Bill, data: dict[str, Any]) -> str:
    step = bill.finish(data["on"], data["result"], data["note"], data["document"])
    where = f"지금은 「{bill.stage_word}」 단계입니다." if bill.is_open else "의안이 끝났습니다."
    return f"「{step.word}」 단계의 결과를 「{Result(step.result).label}」(으)로 적었습니다. {where}"


def _announce(bill: Bill, data: dict[str, Any]) -> str:
    bill.announce(data["on"], data["note"])
    return f"예고기간은 {date_plain(bill.notice_until())}까지입니다. 일정·기한에 올렸습니다."


def _promulgate(bill: Bill, data: dict[str, Any]) -> str:
    version = services.promulgate(
        bill, data["on"], data["number"], gazette=data["gazette"], stated=data["stated"], note=data["note"], document=data["document"]
    )
    return f"{version.number}호로 적고 판을 만들었습니다. 시행일은 {date_plain(version.effective_on)}입니다."


def _vote(bill: Bill, data: dict[str, Any]) -> str:
    stage = services.confirm_vote(
        bill, data["on"], data["present"], data["in_favour"], data["members"], data["note"], data["document"]
    )
    if stage == Stage.PROMULGATION:
        return "재의결되어 조례로 확정되었습니다. 지체 없이 공포하세요. 5일이 지나면 의장이 공포합니다(지방자치법 제32조제6항)."
    return "3분의 2에 이르지 않아 의안이 부결되었습니다."


def _reconsider(bill: Bill, data: dict[str, Any]) -> str:
    bill.request_reconsideration(data["on"], data["note"])
    return "재의요구를 적었습니다. 의회는 닿은 날부터 10일 안에 부의합니다(폐회·휴회 기간은 세지 않습니다)."


def _send_back(bill: Bill, data: dict[str, Any]) -> str:
    bill.send_back(data["target"], data["on"], data["note"])
    return f"「{bill.stage_word}」 단계로 되돌렸습니다."


def _withdraw(bill: Bill, data: dict[str, Any]) -> str:
    bill.withdraw(data["on"], data["note"])
    return "의안을 철회했습니다."


def _take_back(bill: Bill, data: dict[str, Any]) -> str:
    return f"마지막 처리를 되돌려 「{services.take_back(bill)}」 단계를 다시 열었습니다."


def _pause(bill: Bill, data: dict[str, Any]) -> str:
    services.pause_reconsideration(bill, data["on"])
    return "부의 기한을 멈추었습니다. 의회가 다시 열리면 「다시 세기」를 눌러 주세요."


def _resume(bill: Bill, data: dict[str, Any]) -> str:
    services.resume_reconsideration(bill, data["on"])
    return "멈춘 날수만큼 늦추어 부의 기한을 다시 셉니다."


DO: dict[str, Callable[[Bill, dict[str, Any]], str]] = {
    "finish": _finish, "announce": _announce, "promulgate": _promulgate, "vote": _vote, "reconsider": _reconsider,
    "send_back": _send_back, "withdraw": _withdraw, "take_back": _take_back, "pause": _pause, "resume": _resume,
}  # fmt: skip
