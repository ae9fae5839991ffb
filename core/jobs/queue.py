"""작업을 줄 세우고(enqueue), 맡고(claim), 돌린다(run).

맡는 일은 한 문장의 UPDATE 로 비교하고 바꾼다. 두 작업 프로세스가 같은 작업을 보아도 하나만 바꾸며, SQLite 와 PostgreSQL 이 같다.
맡은 동안은 따로 연 연결로 안부(leased_until)를 늘린다. 갑자기 죽으면 안부가 끊기고, 다른 작업 프로세스가 처음부터 이어받는다.
그래서 작업은 두 번 시작해도 결과가 한 번이어야 한다: 결과를 적는 거래 안에서 `progress.finish()` 를 부른다.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from core.history.context import acting_as
from core.jobs.models import Job, Worker

logger = logging.getLogger(__name__)

# 안부가 끊기고 이만큼 지나면 다른 작업 프로세스가 이어받는다. 60초를 넘기지 않는다.
LEASE = timedelta(seconds=45)
# 진행을 적는 사이(초)
BEAT = 1.0
MOST_ATTEMPTS = 3
RETRY_AFTER = timedelta(seconds=10)
# 끝난 작업을 두는 날수
KEPT_DAYS = 90
_LOOKED_AT = 20
_LOCK_WAIT_MS = 500


class JobRefused(Exception):
    """작업을 할 수 없다. 문장은 사람에게 그대로 보인다. result_url 은 할 일을 할 수 있는 화면."""

    def __init__(self, message: str, result_url: str = "") -> None:
        super().__init__(message)
        self.result_url = result_url


class Interrupted(Exception):
    """작업 프로세스를 내리는 중이라 하던 일을 물리고 놓는다."""


class LeaseLost(Exception):
    """안부가 늦어 다른 작업 프로세스가 이어받았다. 하던 일을 모두 물린다."""


Work = Callable[[Job, "Progress"], None]


def enqueue(
    kind: str, payload: Mapping[str, Any], *, title: str, owner: Any = None, key: str = "",
    not_before: datetime | None = None, again: bool = False,
) -> Job:  # fmt: skip
    """작업을 줄에 세운다. 거래 안에서 부르면 그 거래와 함께 보인다.

    key 가 같은 작업이 이미 있으면 그것을 준다. 실패로 끝난 것이면(again 이면 마친 것도) 이름을 넘겨받아 새로 세운다.
    """
    values = {"kind": kind, "payload": dict(payload), "title": title[:200], "owner": owner, "not_before": not_before}
    if not key:
        return Job.objects.create(**values)
    over = [Job.Status.FAILED, Job.Status.DONE] if again else [Job.Status.FAILED]
    Job.objects.filter(key=key, status__in=over).update(key="")
    job, _created = Job.objects.get_or_create(key=key, defaults=values)
    return job


def worker_name() -> str:
    """이 프로세스의 이름. 다시 뜬 프로세스와 겹치지 않는다."""
    return f"{socket.gethostname()[:60]}-{os.getpid()}-{uuid.uuid4().hex[:6]}"


def claim(worker: str) -> Job | None:
    """다음 작업을 맡는다. 없으면 None. 세 번 맡았는데 번번이 끊긴 작업은 실패로 적는다."""
    for job in Job.objects.ready(timezone.now())[:_LOOKED_AT]:
        if job.attempts >= MOST_ATTEMPTS:
            _give_up(job)
        elif taken := take(job, worker):
            return taken
    return None


def take(job: Job, worker: str) -> Job | None:
    """job 을 맡는다. 그 사이 다른 쪽이 맡았으면 None."""
    now = timezone.now()
    seen = Job.objects.filter(pk=job.pk, status=job.status, attempts=job.attempts, worker=job.worker)
    if job.status == Job.Status.RUNNING:
        seen = seen.filter(leased_until__lt=now)
    if not seen.update(
        status=Job.Status.RUNNING, worker=worker, attempts=job.attempts + 1, leased_until=now + LEASE,
        started_at=now, step="", done=0, total=0, message="",
    ):  # fmt: skip
        return None
    return Job.objects.select_related("owner").get(pk=job.pk)


def _give_up(job: Job) -> None:
    """번번이 끊긴 작업을 그만둔다."""
    text = f"작업 프로세스가 {job.attempts}번 멈춰 그만두었습니다. 전산 담당에게 알려 주세요."
    seen = Job.objects.filter(pk=job.pk, status=job.status, attempts=job.attempts, worker=job.worker)
    seen.update(status=Job.Status.FAILED, message=text, finished_at=timezone.now(), leased_until=None)


class Progress:
    """맡은 작업 한 건의 진행. report() 는 적어 두기만 하고, 데이터베이스에는 따로 연 연결이 1초에 한 번까지 적는다.

    SQLite 에서 긴 거래가 쓰기 자물쇠를 쥐고 있으면 그동안은 적지 못하고 건너뛴다(작업은 기다리지 않는다).
    그동안은 다른 작업 프로세스도 이 작업을 맡을 수 없고, 거래 안의 finish() 가 함께 적히므로 어긋나지 않는다.
    """

    def __init__(self, job: Job, stopping: threading.Event | None = None) -> None:
        self.job = job
        self.finished = False
        self._stopping = stopping or threading.Event()
        self._over = threading.Event()
        self._seen = {"step": job.step, "done": job.done, "total": job.total}

    def report(self, step: str | None = None, done: int | None = None, total: int | None = None) -> None:
        """어디까지 했는지. 새 step 을 적으면 한 만큼은 0부터다. 내리는 중이면 Interrupted 를 낸다."""
        if self._stopping.is_set():
            raise Interrupted
        seen = dict(self._seen)
        if step is not None and step != seen["step"]:
            seen = {"step": step, "done": 0, "total": 0}
        if done is not None:
            seen["done"] = done
        if total is not None:
            seen["total"] = total
        self._seen = seen

    def hold(self) -> None:
        """지금도 내가 맡고 있는지 본다. 거래 안에서 부르면 그 거래가 끝날 때까지 아무도 이어받지 못한다."""
        if not Job.objects.held_by(self.job).select_for_update().exists():
            raise LeaseLost

    def note(self, **known: Any) -> None:
        """이어받은 쪽이 알아야 할 것을 부탁한 내용에 덧붙인다. 더는 내가 맡은 작업이 아니면 LeaseLost."""
        payload = {**self.job.payload, **known}
        if not Job.objects.held_by(self.job).update(payload=payload):
            raise LeaseLost
        self.job.payload = payload

    def finish(self, message: str = "", result_url: str = "") -> None:
        """마침. 결과를 적는 거래 안에서 부르면 결과와 함께 적히거나 함께 물린다."""
        if not self.finished:
            self._close(Job.Status.DONE, message=message, result_url=result_url)

    def fail(self, message: str, result_url: str = "") -> None:
        """실패. 문장은 사람에게 그대로 보인다."""
        self._close(Job.Status.FAILED, message=message, result_url=result_url)

    def release(self, wait: timedelta | None = None) -> None:
        """끝내지 못하고 놓는다. wait 없이 놓으면(내리는 중) 맡은 횟수에 넣지 않는다."""
        job = self.job
        Job.objects.held_by(job).update(
            status=Job.Status.STOPPED, leased_until=None, not_before=timezone.now() + wait if wait else None,
            attempts=job.attempts if wait else job.attempts - 1,
        )  # fmt: skip

    def _close(self, status: str, message: str, result_url: str) -> None:
        said: dict[str, Any] = {**self._seen, "message": message, "result_url": result_url}
        if not Job.objects.held_by(self.job).update(status=status, leased_until=None, finished_at=timezone.now(), **said):
            raise LeaseLost
        self.finished = True

    @contextmanager
    def beating(self) -> Iterator[None]:
        """이 안에서는 1초마다 진행을 적고 안부를 늘린다."""
        self._over.clear()
        thread = threading.Thread(target=self._beat, name=f"job-{self.job.pk}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _beat(self) -> None:
        written, renewed = dict(self._seen), time.monotonic()
        try:
            while not self._over.wait(BEAT):
                seen = self._seen
                if seen == written and time.monotonic() - renewed < LEASE.total_seconds() / 5:
                    continue
                try:
                    if not self._renew(seen):
                        return
                    written, renewed = seen, time.monotonic()
                except DatabaseError as error:
                    logger.info("작업 %s의 진행을 적지 못해 다음에 적습니다: %s", self.job.pk, error)
                    connection.close()
        finally:
            connection.close()

    def _renew(self, seen: dict[str, Any]) -> bool:
        """진행과 안부를 적는다. 더는 내가 맡은 작업이 아니면 False."""
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"PRAGMA busy_timeout = {_LOCK_WAIT_MS}")
            else:
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{_LOCK_WAIT_MS}ms"])
        return bool(Job.objects.held_by(self.job).update(leased_until=timezone.now() + LEASE, **seen))


def run(job: Job, work: Work, stopping: threading.Event | None = None) -> Job:
    """맡은 작업을 돌리고 결과를 적는다. 작업의 잘못으로 예외를 내지 않는다."""
    progress = Progress(job, stopping)
    try:
        with progress.beating(), acting_as(job.owner, f"작업 {job.title}"):
            if job.owner is not None and not job.owner.is_active:
                raise JobRefused("시킨 사람의 계정이 그 사이 쓰이지 않게 되어 하지 않았습니다. 맡은 사람이 다시 시켜 주세요.")
            work(job, progress)
        progress.finish()
    except Interrupted:
        progress.release()
    except LeaseLost:
        logger.warning("작업 %s을(를) 다른 작업 프로세스가 이어받아 물렸습니다", job.pk)
    except (JobRefused, PermissionDenied) as refusal:
        _tell(progress, str(refusal), getattr(refusal, "result_url", ""))
    except (OperationalError, InterfaceError):
        logger.exception("작업 %s: 데이터베이스와 끊겼습니다", job.pk)
        connection.close()
        progress.release(RETRY_AFTER)
    except Exception:
        logger.exception("작업 %s(%s)에서 오류가 났습니다", job.pk, job.kind)
        _tell(progress, f"프로그램 오류로 멈췄습니다. 전산 담당에게 작업 번호 {job.pk}번을 알려 주세요.")
    return Job.objects.get(pk=job.pk)


def _tell(progress: Progress, message: str, result_url: str = "") -> None:
    try:
        progress.fail(message, result_url)
    except LeaseLost:
        logger.warning("작업 %s의 실패를 적으려 했으나 다른 작업 프로세스가 이어받았습니다", progress.job.pk)


def run_here(job: Job, work: Work) -> Job:
    """금방 끝나는 작업을 화면이 바로 돌린다. 다른 쪽이 이미 맡았거나 끝났으면 그대로 둔다."""
    if job.status != Job.Status.WAITING:
        return job
    taken = take(job, worker_name())
    return run(taken, work) if taken else Job.objects.get(pk=job.pk)


def beat(worker: str) -> None:
    """작업 프로세스의 안부."""
    Worker.objects.update_or_create(name=worker, defaults={"seen_at": timezone.now()})


def someone_works() -> bool:
    """작업 프로세스가 하나라도 돌고 있는가. 긴 작업을 하는 동안은 그 작업의 안부로 안다."""
    working = Job.objects.filter(status=Job.Status.RUNNING, leased_until__gte=timezone.now())
    return Worker.objects.alive().exists() or working.exists()


@transaction.atomic
def prune() -> int:
    """끝난 지 오래된 작업과 안부가 끊긴 작업 프로세스를 지우고 작업의 건수를 준다."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    Worker.objects.filter(seen_at__lt=timezone.now() - timedelta(days=1)).delete()
    return Job.objects.filter(status__in=(Job.Status.DONE, Job.Status.FAILED), finished_at__lt=before).delete()[0]
