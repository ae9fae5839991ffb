"""한 번 짓는 동안의 기억: 같은 것을 두 번 세지 않는다.

보고서 한 권이나 홈 한 장을 짓는 동안에만 있고, 다 지으면 버린다. 사람과 사람, 요청과 요청 사이에 남는 것은 없다.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_memory: ContextVar[dict[Any, Any] | None] = ContextVar("memory", default=None)


@contextmanager
def remembering(memory: dict[Any, Any] | None = None) -> Iterator[None]:
    """이 안에서는 remembered 를 붙인 함수가 같은 물음에 처음의 답을 준다. 자료를 바꾸는 일은 이 안에서 하지 않는다.

    한 번에 다 짓지 않는 것(Desk)은 memory 를 들고 있다가 다시 건넨다.
    """
    token = _memory.set({} if memory is None else memory)
    try:
        yield
    finally:
        _memory.reset(token)


def remembered(function: Callable[P, T]) -> Callable[P, T]:
    """짓는 동안 답을 기억할 함수에 붙인다. 밖에서 부르면 늘 새로 센다."""

    @wraps(function)
    def answer(*args: P.args, **kwargs: P.kwargs) -> T:
        memory = _memory.get()
        if memory is None:
            return function(*args, **kwargs)
        key = (function, args, tuple(sorted(kwargs.items())))
        if key not in memory:
            memory[key] = function(*args, **kwargs)
        found: T = memory[key]
        return found

    return answer
