"""뒤에서 도는 작업을 하는 프로세스. 여러 개를 여러 서버에서 함께 돌려도 한 작업은 하나만 맡는다."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

from config.jobs import JOBS, enqueue_daily
from core.jobs import queue
from core.jobs.models import Job
from core.jobs.queue import JobRefused, Progress
from core.notices.mail import send_waiting

# 새 작업을 찾는 사이, 안부와 날마다 하는 일을 살피는 사이(초)
LOOK, GREET, DAILY_LOOK = 1.0, 10.0, 60.0


def _unknown(job: Job, progress: Progress) -> None:
    raise JobRefused(f"「{job.kind}」 작업을 모릅니다. 프로그램의 판이 바뀌었을 수 있습니다. 화면에서 다시 시켜 주세요.")


class Command(BaseCommand):
    help = "뒤에서 도는 작업을 합니다. 보통은 내리라고 할 때까지 돕니다(SIGTERM, Ctrl+C)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="작업 하나만 하고 끝냅니다")
        parser.add_argument("--drain", action="store_true", help="할 작업이 없으면 끝냅니다")
        parser.add_argument("--name", help="이 프로세스의 이름. 없으면 서버 이름과 번호로 정합니다")

    def handle(self, *args: Any, **options: Any) -> None:
        self.name = options["name"] or queue.worker_name()
        self.stopping = threading.Event()
        self._due: dict[str, float] = {}
        with self._told_to_stop():
            while not self.stopping.is_set():
                worked = self._turn(daily=not options["once"])
                if options["once"] or (options["drain"] and not worked):
                    break
                if not worked:
                    self.stopping.wait(LOOK)

    def _turn(self, daily: bool) -> bool:
        """한 바퀴: 안부, 날마다 하는 일, 작업 하나. 작업을 했으면 True."""
        try:
            if not connection.in_atomic_block:  # 시험의 거래 안에서는 닫지 않는다.
                close_old_connections()
            if self._is_due("greet", GREET):
                queue.beat(self.name)
            if daily and self._is_due("daily", DAILY_LOOK):
                enqueue_daily(timezone.now())
            if daily and self._is_due("mail", DAILY_LOOK):
                send_waiting()
            job = queue.claim(self.name)
            if job is None:
                return False
            job = queue.run(job, JOBS.get(job.kind, _unknown), self.stopping)
        except (OperationalError, InterfaceError) as error:
            # 데이터베이스가 쉬거나(PostgreSQL) 다른 긴 쓰기가 끝나지 않았다(SQLite). 죽지 않고 다시 본다.
            self.stderr.write(f"데이터베이스가 답하지 않아 다시 봅니다: {error}")
            connection.close()
            return False
        self.stdout.write(f"작업 {job.pk} {job.title}: {job.state}")
        return True

    def _is_due(self, what: str, every: float) -> bool:
        now = time.monotonic()
        if now < self._due.get(what, 0):
            return False
        self._due[what] = now + every
        return True

    @contextmanager
    def _told_to_stop(self) -> Iterator[None]:
        """SIGTERM 과 Ctrl+C 를 받으면 하던 작업을 놓고 끝낸다."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        wanted = (signal.SIGTERM, signal.SIGINT)
        before = [signal.signal(number, lambda *_: self.stopping.set()) for number in wanted]
        try:
            yield
        finally:
            for number, handler in zip(wanted, before, strict=True):
                signal.signal(number, handler)
