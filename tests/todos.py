"""한 업무의 할 일만 읽는다."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from core.inbox.reading import todos
from core.inbox.source import Inbox
from core.inbox.todo import Todo
from core.org.models import Staff


def todos_of(sources: Sequence[Inbox], user: Staff) -> list[Todo]:
    """sources 가 user 에게 오늘 보이는 할 일."""
    return todos(sources, user, timezone.localdate())
