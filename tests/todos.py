"""한 업무의 할 일만 읽고, 할 일의 표가 맞는지 본다."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.core.management import call_command
from django.utils import timezone

from core.inbox.reading import todos
from core.inbox.source import Inbox
from core.inbox.todo import Todo
from core.org.models import Staff


def todos_of(sources: Sequence[Inbox], user: Staff) -> list[Todo]:
    """sources 가 user 에게 오늘 보이는 할 일."""
    return todos(sources, user, timezone.localdate())


def checked() -> tuple[int, str]:
    """check_inbox 의 끝내는 값과 적은 글."""
    out, code = io.StringIO(), 0
    try:
        call_command("check_inbox", stdout=out)
    except SystemExit as end:
        code = int(str(end.code))
    return code, out.getvalue()
