# ruff: noqa: E402 - 장고를 세운 뒤에야 모델을 부를 수 있다
"""정해진 자리에 이르면 알리고 멈춰 서는 명령. child.py <자리> <안부의 초> <명령> [인자…]

자리는 이름과 몇 번째인가이다(write:2). 멈춰 선 것을 시험이 kill -9 로 죽인다. 자리를 - 로 주면 끝까지 간다.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django

django.setup()

from django.core.management import call_command

import config.jobs
from budget.appropriations.models import ExecutionSnapshot
from core.excel.resource import ExcelResource
from core.jobs import queue
from core.jobs.queue import Progress
from core.ledgers import reading

# 자리의 이름: (어디의, 무엇을, 부르기 앞인가)
PLACES: dict[str, tuple[Any, str, bool]] = {
    "read": (reading, "read_table", True),
    "opened": (reading, "read_table", False),
    "write": (reading, "copy_rows", False),
    "apply": (ExecutionSnapshot, "apply", True),
    "applied": (ExecutionSnapshot, "apply", False),
    "create": (ExcelResource, "_create", False),
    "finish": (Progress, "finish", False),
}


def stand_at(place: str, nth: int) -> None:
    """place 에 nth 번째로 이르면 알리고 선다."""
    where, what, before = PLACES[place]
    inner: Callable[..., Any] = getattr(where, what)
    count = 0

    def stand() -> None:
        nonlocal count
        count += 1
        if count == nth:
            print("여기", flush=True)
            time.sleep(120)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if before:
            stand()
        answer = inner(*args, **kwargs)
        if not before:
            stand()
        return answer

    setattr(where, what, wrapped)


place, lease, *command = sys.argv[1:]
if place != "-":
    name, _, nth = place.partition(":")
    stand_at(name, int(nth or 1))
reading.BATCH = 1_000
config.jobs.DAILY.clear()
queue.LEASE, queue.BEAT = timedelta(seconds=float(lease)), 0.1
call_command(*command)
