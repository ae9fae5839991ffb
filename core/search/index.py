"""찾을 것들의 차림표. 자료가 바뀌면(변경 이력의 마지막 번호가 달라지면) 다음에 찾을 때 다시 만든다.

차림표는 서버 프로세스의 기억에만 있다. 따로 다시 만드는 명령도, 맞춰 둘 표도 없다. 차림표에는 모든 행이 있으므로
찾은 뒤에 볼 수 있는 행만 남긴다(for_user). 건수와 제안도 남은 것에서만 나온다.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max

from core.access import ALL_ROLES, Role
from core.history.models import Change, Record
from core.search.normal import normal, patterns

_FEW = 500


@dataclass(frozen=True)
class Entry:
    """찾을 수 있는 것 하나. words 는 보이지 않지만 함께 찾는 말, pk 는 볼 수 있는지 확인할 행."""

    title: str
    url: str
    hint: str = ""
    words: str = ""
    pk: int | None = None


@dataclass(frozen=True)
class Source:
    """한 묶음의 찾을 것들.

    entries  찾을 것을 모두 주는 함수
    model    for_user 로 거를 모델. 업무 이름처럼 행이 없는 것은 비운다.
    also     entries 가 함께 읽는 다른 모델
    roles    이 묶음을 찾을 수 있는 역할
    """

    title: str
    entries: Callable[[], Iterable[Entry]]
    model: type[Record] | None = None
    also: tuple[type[Record], ...] = ()
    roles: frozenset[Role] = ALL_ROLES

    @property
    def labels(self) -> list[str]:
        return [model._meta.label_lower for model in (self.model, *self.also) if model]


@dataclass(frozen=True)
class Group:
    """한 묶음에서 찾은 것. rows 는 앞의 몇 건, total 은 모두."""

    title: str
    rows: list[Entry]
    total: int
    hint: str = field(init=False)

    def __post_init__(self) -> None:
        shown = len(self.rows)
        object.__setattr__(self, "hint", f"{self.total:,}건" + (f" 가운데 {shown}건" if shown < self.total else ""))


Keys = list[tuple[str, Entry]]
_made: dict[Source, tuple[Any, Keys]] = {}


def find(sources: Sequence[Source], query: str, user: Any, limit: int) -> list[Group]:
    """query 로 찾은 것을 묶음마다 limit 건까지. user 가 볼 수 없는 것은 세지도 않는다."""
    wanted = patterns(query)
    sources = [source for source in sources if user.role in source.roles]
    if not wanted or not sources:
        return []
    marks = _marks(sources)
    groups = []
    for source in sources:
        found = _visible(source, _matching(_keys(source, marks), wanted), user)
        if found:
            groups.append(Group(source.title, found[:limit], len(found)))
    return groups


def _marks(sources: Iterable[Source]) -> dict[str, Any]:
    """모델마다 마지막으로 바뀐 이력. 질의 한 번이다."""
    labels = {label for source in sources for label in source.labels}
    rows = Change.objects.filter(model__in=labels).order_by().values("model").annotate(last=Max("pk"), at=Max("at"))
    return {row["model"]: (row["last"], row["at"]) for row in rows}


def _keys(source: Source, marks: dict[str, Any]) -> Keys:
    mark = [marks.get(label) for label in source.labels]
    made = _made.get(source)
    if made is None or made[0] != mark:
        made = (mark, [(f"{normal(entry.title)} {normal(entry.words)}", entry) for entry in source.entries()])
        _made[source] = made
    return made[1]


def _matching(keys: Keys, wanted: list[re.Pattern[str]]) -> list[Entry]:
    """모든 낱말이 든 것. 앞에서 맞을수록, 짧을수록 먼저."""
    first, rest = wanted[0], wanted[1:]
    found = []
    for key, entry in keys:
        hit = first.search(key)
        if hit and all(pattern.search(key) for pattern in rest):
            found.append((hit.start(), len(key), entry))
    found.sort(key=lambda item: item[:2])
    return [entry for _start, _length, entry in found]


def _visible(source: Source, found: list[Entry], user: Any) -> list[Entry]:
    if source.model is None or not found:
        return found
    rows = source.model.objects.for_user(user)
    if len(found) <= _FEW:
        rows = rows.filter(pk__in=[entry.pk for entry in found])
    allowed = set(rows.values_list("pk", flat=True))
    return [entry for entry in found if entry.pk in allowed]
