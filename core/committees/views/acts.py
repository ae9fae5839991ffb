"""위원회에서 하는 일: 자료를 안건으로 올리기(업무의 Screens.acts 에 적는다), 회의 한 장의 일, 안건 한 장의 일."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from core.access import Role
from core.committees import services
from core.committees.agenda import Agenda, waiting_for
from core.committees.models import AgendaItem, Meeting
from core.committees.views.forms import AttendForm, DecisionForm, MoveForm
from core.screens.acts import Act, ActForm
from core.screens.forms import CHOOSE


class PutForm(ActForm):
    """어느 회의에 올릴지 고른다. 내가 맡은 위원회의 아직 열지 않은 회의만 나온다."""

    agenda: ClassVar[Agenda]
    meeting = forms.ModelChoiceField(
        label="회의", queryset=Meeting.objects.none(), empty_label=CHOOSE, help_text="없으면 위원회에서 회의를 먼저 등록하세요."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meeting: Any = self.fields["meeting"]
        meeting.queryset = self.agenda.meetings(self.user)


def put_on_agenda(agenda: Agenda, title: str = "안건으로 올리기") -> Act:
    """agenda 의 자료 하나를 고른 회의의 안건으로 올리는 일. 심의할 차례이고 아직 올리지 않은 자료에만 단추가 나온다."""

    def do(record: Any, data: dict[str, Any], user: Any) -> str:
        [item] = agenda.put([record], data["meeting"])
        return f"{item.meeting}의 {item.number_text} 안건으로 올렸습니다."

    return Act(
        "put", title, do, type("PutForm", (PutForm,), {"agenda": agenda, "__module__": __name__}),
        may=lambda record, user: user.role != Role.DEPARTMENT and type(record).scope.may_change(record, user),
        possible=lambda record: agenda.rows().filter(pk=record.pk).exists(), main=True,
    )  # fmt: skip


# ── 회의 ──────────────────────────────────────────────────────────────


class WaitingForm(ActForm):
    """심의를 기다리는 자료에서 고른 것."""

    def clean(self) -> dict[str, Any]:
        data: Any = self.data
        return {"sent": data.getlist("record")}


def put_waiting(agendas: Sequence[Agenda]) -> Act:
    """회의의 화면에서, 심의를 기다리는 자료 가운데 고른 것을 안건으로 올리는 일."""

    def do(meeting: Meeting, data: dict[str, Any], user: Any) -> str:
        count = 0
        for agenda, records in waiting_for(agendas, meeting.committee, user):
            chosen = [one for one in records if agenda.key(one) in data["sent"]]
            count += len(agenda.put(chosen, meeting)) if chosen else 0
        if not count:
            raise ValidationError("안건으로 올릴 자료를 고르세요. 벌써 올렸으면 안건에 있습니다.")
        return f"자료 {count:,}건을 안건으로 올렸습니다."

    return Act("put", "안건으로 올리기", do, WaitingForm, paged=False)


def _move(meeting: Meeting, data: dict[str, Any], user: Any) -> str:
    services.move(meeting, data["state"])
    return f"회의를 「{meeting.get_state_display()}」(으)로 옮겼습니다."


def _attend(meeting: Meeting, data: dict[str, Any], user: Any) -> str:
    count = services.record_attendance(meeting, data["statuses"])
    return f"출석 {count:,}명을 적었습니다." if count else "바뀐 출석이 없습니다."


def _decide_rest(meeting: Meeting, data: dict[str, Any], user: Any) -> str:
    return f"안건 {services.decide_rest(meeting):,}건을 적었습니다."


def _pay(meeting: Meeting, data: dict[str, Any], user: Any) -> str:
    count = services.pay(meeting)
    return f"수당 {count:,}건을 적었습니다. 지급일은 수당 목록에서 한꺼번에 적습니다." if count else "새로 적을 수당이 없습니다."


MEETING_ACTS: tuple[Act, ...] = (
    Act("move", "단계 옮기기", _move, MoveForm, paged=False),
    Act("attend", "출석 저장", _attend, AttendForm, paged=False),
    Act("decide_rest", "남은 안건 모두 의결", _decide_rest, paged=False),
    Act("pay", "참석 위원 수당 적기", _pay, paged=False),
)


# ── 안건 ──────────────────────────────────────────────────────────────


def _decide(item: AgendaItem, data: dict[str, Any], user: Any) -> str:
    votes = services.Votes(data.get("votes_for"), data.get("votes_against"), data.get("votes_abstain"))
    found = services.decide(
        item, data["outcome"], votes, decision_text=data["decision_text"], amended_text=data.get("amended_text", ""),
        amount=data.get("amount"),
    )
    also = f" {found.record} 자료에도 반영했습니다." if found.record is not None else ""
    return f"{found.number_text} 안건을 「{found.outcome_text}」(으)로 적었습니다.{also}"


def _cancel(item: AgendaItem, data: dict[str, Any], user: Any) -> str:
    count = services.cancel(item)
    return "의결을 취소했습니다." + (f" 함께 바뀐 자료 {count:,}건도 의결 앞으로 되돌렸습니다." if count else "")


def _owns_meeting(item: AgendaItem, user: Any) -> bool:
    return Meeting.scope.may_change(item.meeting, user)


ITEM_ACTS = (
    Act("decide", "의결", _decide, DecisionForm, may=_owns_meeting, paged=False),
    Act("cancel", "의결 취소", _cancel, may=_owns_meeting, paged=False),
)
