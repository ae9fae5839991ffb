"""지금 일하는 사람과 출처. 저장하는 코드가 따로 넘기지 않아도 이력에 적힌다."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

from core.history.revisions import looking

if TYPE_CHECKING:
    from core.org.models import Staff


@dataclass(frozen=True)
class Acting:
    """바꾼 사람(없으면 명령), 출처(화면 주소·엑셀 파일·명령 이름), 한꺼번에 되돌릴 묶음."""

    user: Staff | None
    source: str
    batch: uuid.UUID | None = None


_current: ContextVar[Acting | None] = ContextVar("acting", default=None)


def acting() -> Acting:
    """지금의 사람과 출처. 정하지 않았으면 「시스템」."""
    return _current.get() or Acting(None, "시스템")


@contextmanager
def acting_as(user: Staff | None, source: str, batch: uuid.UUID | None = None) -> Iterator[Acting]:
    """이 안에서 바꾼 것은 user 가 source 에서 한 일로 남는다."""
    token = _current.set(Acting(user, source, batch))
    try:
        yield acting()
    finally:
        _current.reset(token)


class HistoryMiddleware:
    """화면에서 한 일에 사람과 주소를 붙인다. 보기만 하는 화면은 판이 그대로인 참고 자료를 다시 읽지 않는다."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if request.user.is_authenticated else None
        place = "관리자 화면" if request.path.startswith("/admin/") else "화면"
        with acting_as(user, f"{place} {request.path}"), looking(request.method in ("GET", "HEAD")):
            return self.get_response(request)
