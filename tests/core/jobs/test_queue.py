"""작업의 줄: 한 번만 세우고, 하나만 맡고, 죽으면 이어받고, 권한이 바뀌면 하지 않는다."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

import config.jobs
from core.access import Role
from core.history.models import Change
from core.jobs import queue
from core.jobs.models import Job, Worker
from core.jobs.queue import JobRefused, LeaseLost, Progress, claim, enqueue, run
from tests.factories import StaffFactory
from tests.processes import running, start

CHILD = str(Path(__file__).with_name("worker_child.py"))
SEOUL = ZoneInfo("Asia/Seoul")


def nothing(job: Job, progress: Progress) -> None:
    """아무것도 하지 않는 작업."""


def wait_for(what: Callable[[], Any], seconds: float = 20) -> Any:
    """what 이 참이 될 때까지 본다."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.02)
    raise AssertionError("기다리던 일이 일어나지 않았습니다")


@pytest.mark.django_db
class TestQueue:
    def test_the_same_thing_is_queued_once(self) -> None:
        first = enqueue("mark", {"number": 1}, title="가", key="같은 것")
        assert enqueue("mark", {"number": 2}, title="나", key="같은 것") == first
        assert Job.objects.count() == 1
        assert enqueue("mark", {}, title="이름 없음") != enqueue("mark", {}, title="이름 없음")

    def test_a_failed_thing_may_be_queued_again(self) -> None:
        def refuse(job: Job, progress: Progress) -> None:
            raise JobRefused("파일이 없습니다. 다시 올려 주세요.", "/budget/")

        enqueue("mark", {}, title="가", key="같은 것")
        failed = run(claim("하나"), refuse)  # type: ignore[arg-type]
        assert (failed.status, failed.message, failed.result_url) == ("failed", "파일이 없습니다. 다시 올려 주세요.", "/budget/")
        assert enqueue("mark", {}, title="가", key="같은 것") != failed

    def test_a_job_of_a_transaction_taken_back_was_never_queued(self) -> None:
        with transaction.atomic():
            enqueue("mark", {}, title="가")
            transaction.set_rollback(True)
        assert claim("하나") is None

    def test_two_workers_never_take_the_same_job(self) -> None:
        enqueue("mark", {}, title="가")
        seen = Job.objects.get()
        assert claim("하나") == seen
        assert queue.take(seen, "둘") is None
        assert claim("둘") is None

    def test_a_job_waits_for_its_time(self) -> None:
        job = enqueue("mark", {}, title="가", not_before=timezone.now() + timedelta(hours=1))
        assert claim("하나") is None
        Job.objects.update(not_before=timezone.now())
        assert claim("하나") == job

    def test_a_job_cut_off_is_taken_over_and_given_up_after_three(self) -> None:
        enqueue("mark", {}, title="가")
        for worker in ("하나", "둘", "셋"):
            assert claim(worker).worker == worker  # type: ignore[union-attr]
            assert claim("끼어든") is None
            Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
            assert Job.objects.get().state == "중단됨"
        assert claim("넷") is None
        job = Job.objects.get()
        assert job.status == Job.Status.FAILED
        assert "3번 멈춰" in job.message

    def test_the_one_who_lost_the_job_leaves_nothing(self) -> None:
        """안부가 끊긴 사이 다른 쪽이 이어받았으면, 늦게 깨어난 쪽의 결과는 물린다."""
        enqueue("mark", {}, title="가")
        late = claim("하나")
        Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        assert claim("둘")

        def write(job: Job, progress: Progress) -> None:
            with transaction.atomic():
                Change.objects.create(source="자국", model="drill", object_id=1, object_text="자국", action="created")
                progress.finish()

        run(late, write)  # type: ignore[arg-type]
        assert not Change.objects.filter(model="drill").exists()
        assert Job.objects.get().worker == "둘"
        with pytest.raises(LeaseLost):
            Progress(late).hold()  # type: ignore[arg-type]

    def test_a_fault_of_the_program_is_told_with_the_job_number(self) -> None:
        def broken(job: Job, progress: Progress) -> None:
            raise ZeroDivisionError

        job = enqueue("mark", {}, title="가")
        failed = run(claim("하나"), broken)  # type: ignore[arg-type]
        assert failed.status == Job.Status.FAILED
        assert f"{job.pk}번" in failed.message

    def test_a_job_of_someone_no_longer_employed_is_not_done(self) -> None:
        owner = StaffFactory(role=Role.TEAM)
        enqueue("mark", {}, title="가", owner=owner)
        owner.is_active = False
        owner.save()
        done: list[int] = []
        failed = run(claim("하나"), lambda job, progress: done.append(1))  # type: ignore[arg-type]
        assert failed.status == Job.Status.FAILED
        assert not done

    def test_what_the_job_changes_is_in_the_history_of_its_owner(self) -> None:
        owner = StaffFactory()

        def work(job: Job, progress: Progress) -> None:
            person = StaffFactory(name="작업이 만든 사람")
            assert person.history.get().actor == owner

        enqueue("mark", {}, title="가", owner=owner)
        assert run(claim("하나"), work).status == Job.Status.DONE  # type: ignore[arg-type]

    def test_a_new_step_starts_from_zero(self) -> None:
        enqueue("mark", {}, title="가")
        progress = Progress(claim("하나"))  # type: ignore[arg-type]
        progress.report("읽는 중", 10, 10)
        progress.report("적는 중", total=5)
        progress.finish()
        job = Job.objects.get()
        assert (job.step, job.done, job.total) == ("적는 중", 0, 5)

    def test_old_finished_jobs_are_cleared_and_waiting_ones_kept(self) -> None:
        for number in range(2):
            enqueue("mark", {"number": number}, title="가")
        old = run(claim("하나"), nothing)  # type: ignore[arg-type]
        Job.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=queue.KEPT_DAYS + 1))
        assert queue.prune() == 1
        assert Job.objects.get().status == Job.Status.WAITING


@pytest.mark.django_db
class TestDaily:
    def test_once_a_day_after_its_hour_even_if_late(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(config.jobs, "DAILY", [(3, "mark", "날마다"), (9, "mark2", "아침")])
        assert config.jobs.enqueue_daily(datetime(2026, 3, 2, 2, 59, tzinfo=SEOUL)) == []
        assert len(config.jobs.enqueue_daily(datetime(2026, 3, 2, 8, 0, tzinfo=SEOUL))) == 1
        assert config.jobs.enqueue_daily(datetime(2026, 3, 2, 8, 1, tzinfo=SEOUL)) == []
        assert len(config.jobs.enqueue_daily(datetime(2026, 3, 2, 23, 0, tzinfo=SEOUL))) == 1
        assert len(config.jobs.enqueue_daily(datetime(2026, 3, 3, 12, 0, tzinfo=SEOUL))) == 2

    def test_a_failed_daily_job_is_not_queued_again_the_same_day(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(config.jobs, "DAILY", [(0, "mark", "날마다")])
        now = timezone.now()
        (job,) = config.jobs.enqueue_daily(now)
        Job.objects.filter(pk=job.pk).update(status=Job.Status.FAILED)
        assert config.jobs.enqueue_daily(now) == []

    def test_every_daily_job_is_known(self) -> None:
        assert {kind for _hour, kind, _title in config.jobs.DAILY} <= set(config.jobs.JOBS)


@pytest.mark.django_db
class TestWorker:
    def test_drain_does_what_there_is_and_the_unknown_is_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        enqueue("모르는 것", {}, title="옛 판의 작업")
        call_command("worker", drain=True, name="하나")
        job = Job.objects.get(kind="모르는 것")
        assert job.status == Job.Status.FAILED
        assert "다시 시켜 주세요" in job.message
        assert Worker.objects.get().name == "하나"
        assert not Job.objects.ready(timezone.now()).exists()

    def test_once_does_one(self) -> None:
        for _ in range(2):
            enqueue("config.tidy-up", {}, title="치우기")
        call_command("worker", once=True)
        assert sorted(Job.objects.values_list("status", flat=True)) == ["done", "waiting"]


def marks() -> Counter[int]:
    """남은 자국: {번호: 몇 번}."""
    return Counter(Change.objects.filter(model="drill").values_list("object_id", flat=True))


@pytest.mark.django_db(transaction=True)
class TestProcesses:
    """진짜 작업 프로세스로 하는 훈련."""

    def test_two_workers_one_killed_and_every_effect_is_left_once(self) -> None:
        for number in range(50):
            enqueue("mark", {"number": number}, title=f"자국 {number}")
        with running(CHILD, "1", "--drain") as first, running(CHILD, "1", "--drain") as second:
            wait_for(lambda: len(marks()) >= 10)
            first.send_signal(signal.SIGKILL)
            # 죽은 쪽이 맡았던 것은 안부가 끊긴 뒤 이어받는다. 그동안 줄이 비면 끝내므로 한 번 더 돌린다.
            second.communicate(timeout=60)
        cut = Job.objects.filter(status=Job.Status.RUNNING)
        wait_for(lambda: all(job.is_cut_off for job in cut.all()))
        start(CHILD, "1", "--drain").communicate(timeout=60)
        assert marks() == Counter(range(50))
        assert set(Job.objects.values_list("status", flat=True)) == {"done"}

    def test_the_drill_sees_an_effect_left_twice(self) -> None:
        """대조: 자국과 마침을 따로 적는 작업은 이 훈련에 걸린다."""
        enqueue("careless", {"number": 1, "seconds": 30}, title="조심성 없는 작업")
        with running(CHILD, "1", "--drain") as worker:
            wait_for(marks)
            worker.send_signal(signal.SIGKILL)
        assert wait_for(lambda: Job.objects.get().is_cut_off)
        Job.objects.update(payload={"number": 1})
        start(CHILD, "1", "--drain").communicate(timeout=60)
        assert marks() == Counter({1: 2})

    def test_progress_is_seen_and_a_worker_told_to_stop_lets_go(self) -> None:
        job = enqueue("long", {}, title="오래 걸리는 작업")
        with running(CHILD, "5") as worker:
            wait_for(lambda: Job.objects.get().done > 3)
            assert queue.someone_works()
            worker.terminate()
            worker.communicate(timeout=10)
            assert worker.returncode == 0
        job.refresh_from_db()
        assert (job.status, job.attempts) == (Job.Status.STOPPED, 0)
        assert claim("다음") == job
