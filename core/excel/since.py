"""파일을 내려받은 뒤에 무엇이 바뀌었는가. 파일의 판 번호와 변경 이력에서 칸마다 내려받을 때의 값을 찾는다."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.formats import moment
from core.history.models import Change


@dataclass
class Later:
    """한 행에서 뒤에 바뀐 것. base 가 None 이면 어느 칸이 바뀌었는지 알 수 없다."""

    base: dict[str, Any] | None = None
    who: dict[str, str] = field(default_factory=dict)
    last: str = ""


def later_edits(model: Any, stale: Mapping[int, tuple[Any, int]]) -> dict[int, Later]:
    """{번호: (지금 자료, 파일의 판)}에서 뒤에 바뀐 칸. 질의 한 번.

    판과 이력의 수가 맞지 않는 행(이력 없이 판만 오른 행)은 어느 칸인지 알 수 없으므로 다른 칸을 모두 충돌로 본다.
    """
    if not stale:
        return {}
    history: dict[int, list[Change]] = defaultdict(list)
    rows = Change.objects.filter(model=model._meta.label_lower, object_id__in=list(stale)).select_related("actor")
    for change in rows.order_by("-pk"):
        history[change.object_id].append(change)
    return {pk: _later(stored, token, history[pk]) for pk, (stored, token) in stale.items()}


def _later(stored: Any, token: int, newest_first: list[Change]) -> Later:
    found = Later(last=_signed(newest_first[0]) if newest_first else "")
    edits = list(_edits(newest_first))
    if len(edits) != stored.version or not 0 <= token <= stored.version:
        return found
    found.base = {}
    for change in edits[: stored.version - token]:
        for name, (old, _new) in change.values.items():
            found.base[name] = old
            found.who.setdefault(name, _signed(change))
    return found


def _edits(newest_first: Iterable[Change]) -> Iterable[Change]:
    """지금 자료가 만들어진 뒤의 고침, 새 것부터."""
    for change in newest_first:
        if change.action != Change.Action.CHANGED:
            return
        yield change


def _signed(change: Change) -> str:
    return f"{moment(change.at)} {change.actor.masked_name if change.actor else '프로그램'} 고침"
