"""할 일의 갈래(Inbox)와 한 줄(Line), 누구의 일인지 적는 말."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from core.access import Role, Team
from core.history.models import Change, Record, RecordQuerySet

if TYPE_CHECKING:
    from core.org.models import Staff

# 과장과 시스템관리자의 일, 시스템관리자만의 일
HEAD, ADMIN = "head", "admin"


def staff(pk: int) -> str:
    """그 사람의 일."""
    return f"staff:{pk}"


def member(pk: int, team: str) -> str:
    """그 사람의 일. 그 팀의 업무를 맡고 있는 동안만이다."""
    return f"staff:{pk}:{team}"


def team(value: str) -> str:
    """업무를 맡은 팀과 시스템관리자의 일(core.access.owns_team)."""
    return f"team:{value}"


def officers(value: str) -> str:
    """그 팀 담당자의 일. 시스템관리자에게는 보이지 않는다."""
    return f"officers:{value}"


def department(pk: int | None, position: str = "") -> str:
    """부서 담당자의 일. position 을 적으면 그 자리에 있는 사람만이다."""
    return f"department:{pk}" + (f":{position}" if position else "")


def people_of(pk: int) -> str:
    """그 부서에 있는 사람 모두의 일."""
    return f"people:{pk}"


def keys_of(user: Staff) -> list[str]:
    """user 의 할 일에 적힌 말."""
    keys = [staff(user.pk)]
    if user.department_id:
        keys.append(people_of(user.department_id))
    if user.role == Role.DEPARTMENT and user.department_id:
        keys += [department(user.department_id), department(user.department_id, user.position)]
    if user.role in (Role.HEAD, Role.ADMIN):
        keys.append(HEAD)
    if user.role == Role.TEAM and user.team:
        keys.append(officers(user.team))
    for value in Team.values if user.role == Role.ADMIN else [user.team] if user.role == Role.TEAM and user.team else []:
        keys += [team(value), member(user.pk, value)]
    return [*keys, ADMIN] if user.role == Role.ADMIN else keys


def days_since(day: date) -> str:
    """「N일째」처럼 날마다 자라는 수. 볼 때 셈하도록 날짜로 적어 둔다."""
    return f"{{{day.isoformat()}}}"


@dataclass(frozen=True)
class Line:
    """할 일 한 줄.

    record      이 줄을 낸 행의 번호
    whom        누구의 일인가: staff(…), team(…), department(…) 따위
    text note   할 일과 근거. 날마다 자라는 수는 days_since(날), 묶은 줄의 건수는 {count} 로 적는다.
    due         기한. 없으면 None
    owner       담당. 비우면 보는 사람이다
    verb_url    단추의 주소. 비우면 url
    shows_from  이날부터 보인다. shows_until 까지
    rank        같은 갈래 안의 차례, 작은 것부터
    together    같은 글자를 적은 줄은 한 줄로 묶는다
    """

    record: int
    whom: str
    work: str
    text: str
    url: str
    verb: str
    note: str = ""
    due: date | None = None
    owner: str = ""
    verb_url: str = ""
    shows_from: date | None = None
    shows_until: date | None = None
    rank: int = 0
    together: str = ""
    is_sample: bool = False


@dataclass(frozen=True)
class Inbox:
    """할 일의 한 갈래.

    name     갈래의 이름. 표에 적힌다
    model    줄을 내는 자료
    lines    행들의 줄. 받은 행만 읽고, 질의 수는 행 수와 관계없다
    follows  바뀌면 줄이 달라지는 다른 자료: {자료: model 에서 그 자료까지 가는 길}.
             길이 없으면 바뀐 것들에서 model 의 번호들을 주는 함수를 적는다
    whole    바뀌면 모든 줄을 다시 내는 자료(설정 따위)
    keys     그 사람에게만 더 있는 말: 보는 사람 → whom 들
    summary  묶은 줄들의 근거. 없으면 첫 줄의 것
    """

    name: str
    model: type[Record]
    lines: Callable[[RecordQuerySet], Iterable[Line]]
    follows: Mapping[type[Record], str | Callable[[Collection[Change]], Iterable[int]]] = field(default_factory=dict)
    whole: Collection[type[Record]] = ()
    keys: Callable[[Staff], list[str]] | None = None
    summary: Callable[[Sequence[Any]], str] | None = None

    @property
    def watched(self) -> set[type[Record]]:
        """쓰면 줄을 다시 내는 자료."""
        return {self.model, *self.follows, *self.whole}
