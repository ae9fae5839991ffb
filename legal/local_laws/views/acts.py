"""의안을 옮기는 일: 단계 마치기, 예고 시작, 공포, 재의요구와 표결, 보완, 철회, 되돌리기. 일마다 날짜와 내용을 적는 화면이 있다."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from core.access import Team, owns_team
from core.deadlines.models import Deadline
from core.formats import date_plain
from core.org.models import Staff
from core.screens.acts import Act, DayForm
from core.screens.forms import CHOOSE, KoreanDateField
from core.screens.views.act import ActView
from legal.local_laws import services
from legal.local_laws.models import Bill
from legal.local_laws.models.pipeline import DEPARTMENT_STEPS, INTERNAL_KINDS, LawKind, Result, Stage, following, word

# 마치는 날의 말. 법이 어느 날부터 세는지가 드러나게 적는다.
FINISHED_ON: dict[str, str] = {
    Stage.BOARD: "심의회 의결일", Stage.REVIEW: "심의회 의결일", Stage.SUBMISSION: "의회에 낸 날", Stage.COMMITTEE: "위원회 의결일",
    Stage.PLENARY: "본회의 의결일", Stage.TRANSFER: "이송받은 날", Stage.REPORT: "보고한 날", Stage.NOTICE: "예고를 마친 날",
}  # fmt: skip


class NotedForm(DayForm):
    """모든 일에 있는 칸: 날짜와 내용."""

    needs_note: ClassVar[bool] = False
    note = forms.CharField(label="내용", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = self.needs_note


class FinishForm(NotedForm):
    """단계 마치기."""

    result = forms.ChoiceField(label="결과")
    document = forms.CharField(label="문서번호", required=False, max_length=200, help_text="온나라 문서번호나 의안번호")

    field_order = ("on", "result", "note", "document")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.value, one.label) for one in self.record.results]
        field: Any = self.fields["result"]
        field.choices = choices if len(choices) == 1 else [("", CHOOSE), *choices]
        self.fields["on"].label = FINISHED_ON.get(self.record.status, "마친 날")


class PromulgateForm(NotedForm):
    """공포(발령)."""

    title = "공포일"
    number = forms.CharField(label="공포번호", max_length=20, help_text="예: 1523")
    gazette = forms.CharField(label="공보 호수", required=False, max_length=30)
    stated = KoreanDateField(label="부칙의 시행일", required=False, help_text="비우면 공포한 날부터 20일이 지난 날로 셈합니다.")
    document = forms.CharField(label="문서번호", required=False, max_length=200)

    field_order = ("on", "number", "gazette", "stated", "document", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.record.kind in INTERNAL_KINDS:
            self.fields["number"].label = "발령번호"
            self.fields["stated"].help_text = "비우면 발령한 날부터 시행합니다."
        elif self.record.kind == LawKind.RULE:
            self.fields["stated"].help_text = "비우면 공포한 날부터 20일이 지난 날로 셈합니다(지방자치법 제32조제8항)."

    def starting(self) -> dict[str, Any]:
        return {**super().starting(), "stated": self.record.stated_effective_on}


class VoteForm(NotedForm):
    """재의의 표결."""

    title = "재의결일"
    members = forms.IntegerField(label="재적(명)", min_value=1)
    present = forms.IntegerField(label="출석(명)", min_value=0)
    in_favour = forms.IntegerField(label="찬성(명)", min_value=0)
    document = forms.CharField(label="문서번호", required=False, max_length=200)

    field_order = ("on", "members", "present", "in_favour", "document", "note")


class SendBackForm(NotedForm):
    """보완."""

    title, needs_note = "되돌린 날", True
    target = forms.ChoiceField(label="되돌릴 단계")

    field_order = ("on", "target", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["target"]
        field.choices = [(one.value, word(one, self.record.kind)) for one in self.record.returnable()]


# ── 누가, 언제 ────────────────────────────────────────────────────────


def is_officer(bill: Bill, user: Staff) -> bool:
    """의안을 옮기는 팀 사람인가."""
    return owns_team(user, Team.LEGAL)


def may_finish(bill: Bill, user: Staff) -> bool:
    """팀은 모든 단계를, 부서는 제 손에 있는 단계를 마친다."""
    return is_officer(bill, user) or (bill.status in DEPARTMENT_STEPS and Bill.scope.may_change(bill, user))


def when(allowed: Callable[[Bill], bool]) -> Callable[[Bill], bool]:
    """allowed 가 아니면 지금 단계를 들어 거절한다. 화면에 없는 처리(표결 수 없이 재의를 마치는 일 따위)도 여기서 막힌다."""

    def possible(bill: Bill) -> bool:
        if not allowed(bill):
            raise ValidationError(f"지금은 「{bill.stage_word}」 단계라 할 수 없는 처리입니다. 의안을 다시 열어 확인해 주세요.")
        return True

    return possible


def at(stage: Stage) -> Callable[[Bill], bool]:
    """stage 단계에서만."""
    return when(lambda bill: bill.status == stage)


def _waits_for_notice(bill: Bill) -> bool:
    return bill.status == Stage.NOTICE and bill.noticed_on is None


def _finishes(bill: Bill) -> bool:
    """결과만 적으면 다음으로 가는 단계인가. 예고일, 공포번호, 표결 수가 있어야 하는 단계는 따로 적는다."""
    return bill.is_open and bill.status not in (Stage.PROMULGATION, Stage.RECONSIDERATION) and not _waits_for_notice(bill)


def _reconsideration_is(*states: Deadline.State) -> Callable[[Bill], bool]:
    """의회가 부의를 기다리는 기한이 이 상태인가."""

    def found(bill: Bill) -> bool:
        if bill.status != Stage.RECONSIDERATION:
            return False
        return bill.clocks().filter(rule__code="ordinance.reconsideration", state__in=states).exists()

    return found


def _may_withdraw(bill: Bill) -> bool:
    voted = (Stage.TRANSFER, Stage.REPORT, Stage.REVIEW, Stage.PROMULGATION, Stage.RECONSIDERATION)
    return bill.is_open and not (bill.kind == LawKind.ORDINANCE and bill.status in voted)


def _next_hint(bill: Bill) -> str:
    results = bill.results
    if len(results) > 1 or bill.status not in bill.way:
        return "결과를 고르면 다음 단계로 갑니다. 보류는 그 자리에 남습니다."
    target = following(bill.status, results[0], bill.way)
    return f"다음은 「{word(target, bill.kind)}」입니다."


# ── 하는 일 ───────────────────────────────────────────────────────────


def _finish(bill: Bill, data: dict[str, Any], user: Staff) -> str:
    step = bill.finish(data["on"], data["result"], data["note"], data["document"])
    where = f"지금은 「{bill.stage_word}」 단계입니다." if bill.is_open else "의안이 끝났습니다."
    return f"「{step.word}」 단계의 결과를 「{Result(step.result).label}」(으)로 적었습니다. {where}"


def _announce(bill: Bill, data: dict[str, Any], user: Staff) -> str:
    bill.announce(data["on"], data["note"])
    return f"예고기간은 {date_plain(bill.notice_until())}까지입니다. 일정·기한에 올렸습니다."


def _promulgate(bill: Bill, data: dict[str, Any], user: Staff) -> str:
    version = services.promulgate(
        bill, data["on"], data["number"], gazette=data["gazette"], stated=data["stated"], note=data["note"], document=data["document"]
    )
    return f"{version.number}호로 적고 판을 만들었습니다. 시행일은 {date_plain(version.effective_on)}입니다."


def _vote(bill: Bill, data: dict[str, Any], user: Staff) -> str:
    stage = services.confirm_vote(
        bill, data["on"], data["present"], data["in_favour"], data["members"], data["note"], data["document"]
    )
    if stage == Stage.PROMULGATION:
        return "재의결되어 조례로 확정되었습니다. 지체 없이 공포하세요. 5일이 지나면 의장이 공포합니다(지방자치법 제32조제6항)."
    return "3분의 2에 이르지 않아 의안이 부결되었습니다."


def _reconsider(bill: Bill, data: dict[str, Any], user: Staff) -> str:
    bill.request_reconsideration(data["on"], data["note"])
    return "재의요구를 적었습니다. 의회는 닿은 날부터 10일 안에 부의합니다(폐회·휴회 기간은 세지 않습니다)."


def _send_back(bill: Bill, data: dict[str, Any], user: Staff) -> str:
    bill.send_back(data["target"], data["on"], data["note"])
    return f"「{bill.stage_word}」 단계로 되돌렸습니다."


def _withdraw(bill: Bill, data: dict[str, Any], user: Staff) -> str:
    bill.withdraw(data["on"], data["note"])
    return "의안을 철회했습니다."


def _take_back(bill: Bill, data: dict[str, Any], user: Staff) -> str:
    return f"마지막 처리를 되돌려 「{services.take_back(bill)}」 단계를 다시 열었습니다."


def _pause(bill: Bill, data: dict[str, Any], user: Staff) -> str:
    services.pause_reconsideration(bill, data["on"])
    return "부의 기한을 멈추었습니다. 의회가 다시 열리면 「다시 세기」를 눌러 주세요."


def _resume(bill: Bill, data: dict[str, Any], user: Staff) -> str:
    services.resume_reconsideration(bill, data["on"])
    return "멈춘 날수만큼 늦추어 부의 기한을 다시 셉니다."


ACTS = (
    Act(
        "announce", "예고 시작", _announce, NotedForm.titled("예고한 날"), "공보와 누리집에 예고한 날부터 20일을 셉니다.",
        may=is_officer, possible=when(_waits_for_notice), main=True,
    ),
    Act(
        "promulgate", lambda bill: bill.stage_word, _promulgate, PromulgateForm,
        "공포번호와 공보를 적으면 시행일을 셈하고 자치법규의 판을 만듭니다.", may=is_officer, possible=at(Stage.PROMULGATION), main=True,
    ),
    Act(
        "vote", "재의 표결 적기", _vote, VoteForm, "출석의 3분의 2 이상이 찬성하면 확정됩니다.",
        may=is_officer, possible=at(Stage.RECONSIDERATION), main=True,
    ),
    Act(
        "resume", "개회해 다시 세기", _resume, NotedForm.titled("다시 연 날"), "폐회·휴회한 날수만큼 부의 기한이 늦추어집니다.",
        may=is_officer, possible=when(_reconsideration_is(Deadline.State.SUSPENDED)),
    ),
    Act(
        "pause", "폐회·휴회로 멈추기", _pause, NotedForm.titled("폐회·휴회한 날"), "폐회하거나 휴회한 동안은 부의 기한을 세지 않습니다.",
        may=is_officer, possible=when(_reconsideration_is(Deadline.State.OPEN, Deadline.State.MISSED)),
    ),
    Act(
        "finish", lambda bill: f"{bill.stage_word} 마치기", _finish, FinishForm, _next_hint,
        may=may_finish, possible=when(_finishes), main=True,
    ),
    Act(
        "reconsider", "재의요구", _reconsider, NotedForm.titled("요구서가 의회에 닿은 날", needs_note=True),
        "이송받은 날부터 20일 안에 이유를 붙여 요구합니다(지방자치법 제32조제3항).",
        may=is_officer, possible=when(lambda bill: bill.may_reconsider),
    ),
    Act(
        "send_back", "보완하라고 되돌리기", _send_back, SendBackForm, "앞 단계로 보내고 까닭을 남깁니다.",
        may=is_officer, possible=when(lambda bill: bool(bill.returnable())),
    ),
    Act(
        "take_back", "마지막 처리 되돌리기", _take_back, hint="잘못 적은 처리를 지우고 앞 단계를 다시 엽니다.",
        may=is_officer, possible=when(lambda bill: not bill.is_open or bill.has_moved),
    ),
    Act(
        "withdraw", "철회", _withdraw, NotedForm.titled("철회한 날", needs_note=True), "의안을 거두어들이고 끝냅니다.",
        may=is_officer, possible=when(_may_withdraw),
    ),
)  # fmt: skip


class BillActView(ActView):
    """의안에 하는 일의 화면. 지금 단계와 언제 시작했는지, 의안의 기한을 함께 보인다."""

    template_name = "legal/bill_act.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        bill: Bill = self.record  # type: ignore[assignment]
        return super().get_context_data(**{"state": bill.stage_word, "now": bill.current_step(), **kwargs})
