"""사람의 할 일을 읽는다. 질의 하나."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from core.inbox.models import InboxLine
from core.inbox.source import Inbox, keys_of
from core.inbox.todo import Todo

if TYPE_CHECKING:
    from core.org.models import Staff

_SINCE = re.compile(r"\{(\d{4}-\d{2}-\d{2})\}")


def todos(sources: Sequence[Inbox], user: Staff, today: date) -> list[Todo]:
    """user 의 오늘 할 일, 갈래의 차례대로."""
    place = {source.name: at for at, source in enumerate(sources)}
    keys = {*keys_of(user), *(key for source in sources if source.keys for key in source.keys(user))}
    found: dict[tuple[str, str], dict[tuple[int, str], InboxLine]] = {}
    rows = [row for row in InboxLine.objects.filter(whom__in=keys).shown_on(today) if row.source in place]
    for row in sorted(rows, key=lambda one: (place[one.source], one.rank, one.due or date.max, one.text)):
        # 한 행이 두 말로 같은 사람에게 왔어도 한 번만 보인다. 묶지 않은 줄은 저마다 한 묶음이다.
        same = found.setdefault((row.source, row.together or f"{row.record} {row.text}"), {})
        same.setdefault((row.record, row.text), row)
    return [_todo(sources[place[name]], list(lines.values()), user, today) for (name, _group), lines in found.items()]


def _todo(source: Inbox, lines: Sequence[InboxLine], user: Staff, today: date) -> Todo:
    """줄 하나, 또는 한 줄로 묶은 여럿."""
    first = lines[0]
    note = source.summary(lines) if source.summary and first.together else first.note
    return Todo(
        min((one.due for one in lines if one.due), default=None), first.work, first.text.replace("{count}", f"{len(lines):,}"),
        _SINCE.sub(lambda found: str((today - date.fromisoformat(found[1])).days), note), first.owner or user.name,
        first.url, first.verb, first.verb_url, any(one.is_sample for one in lines),
    )  # fmt: skip
