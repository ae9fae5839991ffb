"""자료의 화면에서 위원회에 올리는 일. 업무의 Screens.acts 에 적는다."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from core.access import Role
from core.committees.agenda import Agenda
from core.committees.models import Meeting
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
