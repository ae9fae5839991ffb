"""자료 하나에 하는 일 하나(Act): 누가, 어느 상태에서, 무엇을 적고, 무엇을 부르는가. 나머지는 집이 한다.

Screens.acts 에 적으면 상세 화면의 단추와 일의 화면이 나온다. 보내면 행을 잠그고 권한과 상태를 다시 묻고, 그 사이 다른 사람이
고쳤는지 보고, 틀린 것은 적은 채로 다시 보이고, 한 묶음의 이력으로 남기고, 두 번 보내도 한 번만 한다.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.history.models import RecordQuerySet
from core.screens.forms import KoreanDateField
from core.screens.texts import field_value, particle, with_names

if TYPE_CHECKING:
    from core.screens.binder import Screens

# 낱말, 또는 행에서 낱말을 내는 함수
Words = str | Callable[[Any], str]


class ActForm(forms.Form):
    """일 하나에 적을 것. 처음 값과 고를 것은 행(record)과 사람(user)에서 온다. 적을 것이 없는 일은 이것을 그대로 쓴다."""

    def __init__(self, *args: Any, record: Any, user: Any, **kwargs: Any) -> None:
        self.record, self.user = record, user
        super().__init__(*args, initial=self.starting(), **kwargs)
        for field in self.fields.values():
            choices = getattr(field, "queryset", None)
            # 볼 수 없는 것은 고르는 칸에도 나오지 않는다.
            if isinstance(choices, RecordQuerySet):
                field.queryset = with_names(choices.for_user(user))  # type: ignore[attr-defined]

    def starting(self) -> dict[str, Any]:
        """처음 값."""
        return {}


class DayForm(ActForm):
    """날짜 하나. 이름표는 무슨 날인지 말한다: DayForm.titled("착수한 날")"""

    title: ClassVar[str] = "날짜"
    on = KoreanDateField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = self.title

    def starting(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    @classmethod
    def titled(cls, title: str, **more: Any) -> type[Self]:
        """이름표가 다른 폼. more 는 이 폼이 아는 다른 선언이다."""
        return type(cls.__name__, (cls,), {"title": title, "__module__": cls.__module__, **more})


@dataclass(frozen=True)
class Act:
    """자료 하나에 하는 일 하나.

        acts = (
            Act("start", "착수", services.start, StartForm, states=(Status.DECIDED,), main=True),
            Act("finish", "완료", lambda record, data, user: record.finish(data["on"]), DayForm, states=(Status.STARTED,)),
        )

    name      주소에 적는 이름
    title     단추와 화면의 말
    do        do(record, data, user): 하고 한 일을 적은 말을 준다. 목록으로 주면 둘째부터는 주의로 보인다.
              record 는 잠근 행이고, 할 수 없으면 ValidationError 를 낸다.
    form      적을 것. record= 와 user= 를 받는다. 없으면 묻기만 한다.
    hint      단추 곁과 화면에 적을 설명
    may       누가 하는가: may(record, user). 없으면 그 자료를 고칠 수 있는 사람
    states    할 수 있는 상태(Screens.state 의 값). 비우면 어느 상태에서나
    possible  지금 할 수 있는가: possible(record). 까닭을 말하려면 ValidationError 를 낸다.
    main      먼저 할 일인가. 단추가 앞에 크게 나온다.
    undo      한 뒤에 「되돌리기」가 붙는가. 이 자료만 바꾸는 일에 붙인다.
    paged     일의 화면이 따로 있는가. 상세 화면 안의 폼에서 보내는 일은 False 이고 이름이 곧 주소다(core.deadline-close).
              틀리면 알리고 상세 화면으로 돌아간다.
    """

    name: str
    title: Words
    do: Callable[[Any, dict[str, Any], Any], str | list[str]]
    form: type[forms.BaseForm] = ActForm
    hint: Words = ""
    may: Callable[[Any, Any], bool] | None = None
    states: Collection[str] = ()
    possible: Callable[[Any], bool] | None = None
    main: bool | Callable[[Any], bool] = False
    undo: bool = False
    paged: bool = True

    def title_of(self, record: Any) -> str:
        return self.title if isinstance(self.title, str) else self.title(record)

    def hint_of(self, record: Any) -> str:
        return self.hint if isinstance(self.hint, str) else self.hint(record)

    def is_main(self, record: Any) -> bool:
        return self.main if isinstance(self.main, bool) else self.main(record)

    def is_allowed(self, screens: type[Screens], record: Any, user: Any) -> bool:
        """user 가 하는 일인가. 상태는 보지 않는다."""
        return self.may(record, user) if self.may else screens.scope().may_change(record, user)

    def refusal(self, screens: type[Screens], record: Any) -> str:
        """지금 할 수 없는 까닭. 할 수 있으면 빈 글자."""
        now = state_text(screens, record)
        if self.states and getattr(record, screens.state) not in self.states:
            words = dict(record._meta.get_field(screens.state).flatchoices)
            found = ", ".join(f"「{words[state]}」" for state in self.states)
            return f"지금은 「{now}」 상태라 {particle(self.title_of(record), '을/를')} 할 수 없습니다. {found} 상태에서 합니다."
        try:
            allowed = self.possible is None or self.possible(record)
        except ValidationError as error:
            return " ".join(error.messages)
        where = f"지금은 「{now}」 상태라" if now else "지금은"
        return "" if allowed else f"{where} 할 수 없는 처리입니다. 다시 열어 확인해 주세요."


def state_text(screens: type[Screens], record: Any) -> str:
    """행의 상태를 적은 말. 상태가 없는 자료면 빈 글자."""
    return str(field_value(record, screens.state)) if screens.state else ""


@dataclass(frozen=True)
class Button:
    """상세 화면에 놓을 단추 하나."""

    name: str
    title: str
    hint: str
    url: str
    is_main: bool


def buttons(screens: type[Screens], record: Any, user: Any) -> list[Button]:
    """지금 user 가 record 에 할 수 있는 일의 단추. 적힌 차례대로."""
    may_change = any(act.may is None for act in screens.acts) and screens.scope().may_change(record, user)
    return [
        Button(act.name, act.title_of(record), act.hint_of(record), screens.url("act", record.pk, act.name), act.is_main(record))
        for act in screens.acts
        if act.paged and (act.may(record, user) if act.may else may_change) and not act.refusal(screens, record)
    ]  # fmt: skip
