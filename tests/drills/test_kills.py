"""kill -9 훈련(F1, F10): 어느 때 죽어도 앞의 자료 그대로이거나 모두이고, 다시 하면 한 번만 남는다.

평소에는 정해진 자리에서 한 번씩 죽인다. `make drills` 는 만 행을 아무 때나 100번씩 죽인다(DRILLS=100).
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

import config.jobs
from benchmarks.ledger import write_workbook
from budget.appropriations.models import DetailProgram, ExecutionPointer, ExecutionRow, ExecutionSnapshot
from budget.appropriations.services import LEDGER, bring_execution
from core.access import Role
from core.documents.models import StoredFile
from core.excel import importing
from core.excel import jobs as excel_jobs
from core.excel.models import ImportBatch
from core.history.models import Change
from core.jobs import queue
from core.jobs.models import Job
from core.ledgers.jobs import queue_ledger
from core.ledgers.reading import discard_preview, purge_stale_previews, store_path
from core.org.excel import DepartmentResource
from core.org.models import Department, Staff
from tests.budget.appropriations import factories as make
from tests.factories import StaffFactory
from tests.processes import start

pytestmark = pytest.mark.django_db(transaction=True)

CHILD = str(Path(__file__).with_name("child.py"))
LONG = int(os.environ.get("DRILLS", "0"))
ROWS = 10_000 if LONG else 2_500
DEPARTMENTS = 400
TIMES = LONG or 2
DAY = date(2023, 11, 30)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """집행 장부 한 벌. 자식은 천 행마다 거래를 끊는다."""
    path = tmp_path_factory.mktemp("drill") / "장부.xlsx"
    write_workbook(path, ROWS)
    return path


@pytest.fixture
def officer() -> Staff:
    return StaffFactory(role=Role.TEAM)


@pytest.fixture(autouse=True)
def nothing_daily(monkeypatch: pytest.MonkeyPatch) -> None:
    """날마다 하는 일은 훈련에 끼지 않는다."""
    monkeypatch.setattr(config.jobs, "DAILY", [])


@pytest.fixture(autouse=True)
def clean_files() -> Iterator[None]:
    """훈련에서 남은 파일이 다음 시험에 보이지 않게 한다."""
    yield
    StoredFile.objects.discard_strays(timezone.now() + timedelta(minutes=1))


def kill_at(place: str, *command: str) -> None:
    """place 에 이르렀을 때 죽인다. 이르지 못하면 까닭을 보인다."""
    process = start(CHILD, place, "1", *command)
    assert process.stdout
    said = iter(process.stdout.readline, "")
    heard = [line for line in said if line.strip() == "여기" and not process.kill()]
    process.communicate()
    assert heard, f"{place}에 이르지 못했습니다"


def go_through(*command: str, expect: int = 0) -> float:
    """죽이지 않고 끝까지 간다. 걸린 시간(초)."""
    began = time.monotonic()
    process = start(CHILD, "-", "1", *command)
    said = process.communicate(timeout=120)[0]
    assert process.returncode == expect, said
    return time.monotonic() - began


def kill_after(seconds: float, *command: str) -> None:
    """아무 때나 죽인다."""
    process = start(CHILD, "-", "1", *command)
    time.sleep(seconds)  # 죽이는 때를 고르는 것이 훈련이다
    process.kill()
    process.communicate()


def database_is_sound() -> bool:
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return cursor.fetchone() == ("ok",)


def purge_a_day_later() -> None:
    """하루가 지난 것으로 하고 날마다 치우는 일을 한다."""
    long_ago = timezone.now() - timedelta(days=2)
    StoredFile.objects.update(uploaded_at=long_ago)
    ExecutionSnapshot._base_manager.filter(status=ExecutionSnapshot.Status.PREVIEW).update(brought_at=long_ago)
    purge_stale_previews(LEDGER)
    StoredFile.objects.discard_strays(timezone.now() + timedelta(minutes=1))


def check_no_orphans() -> None:
    """아무도 쓰지 않는 과목, 파일, 행이 없다."""
    storage = StoredFile._meta.get_field("file").storage  # type: ignore[union-attr]
    on_disk = {path.relative_to(storage.location).as_posix() for path in Path(storage.location).rglob("*") if path.is_file()}
    assert on_disk == set(StoredFile.objects.values_list("file", flat=True))
    used = set(ExecutionSnapshot.objects.values_list("file", flat=True)) | set(ImportBatch.objects.values_list("file", flat=True))
    assert used == set(StoredFile.objects.values_list("pk", flat=True))
    assert not DetailProgram.objects.filter(executionrow__isnull=True).exists()
    assert not ExecutionSnapshot.objects.filter(status=ExecutionSnapshot.Status.PREVIEW).exists()


def import_command(path: Path) -> tuple[str, ...]:
    return ("import_ehojo", str(path), "--year", "2023", "--as-of", DAY.isoformat())


class Ledger:
    """죽이기 앞의 장부와, 죽인 뒤에 지켜야 할 것."""

    def __init__(self, tmp_path: Path) -> None:
        first = make.ehojo_file(tmp_path / "앞.xlsx", [make.line("앞선 사업", 100, 10)])
        bring_execution(first, fiscal_year=2023, as_of=DAY).apply()
        self.look()

    def look(self) -> None:
        """지금을 앞으로 삼는다."""
        self.pointer = ExecutionPointer.objects.get()
        self.before = ExecutionRow.objects.count()
        self.programs = DetailProgram.objects.count()

    def check(self) -> bool:
        """앞 그대로면 False, 모두 옮겼으면 True. 어중간하면 실패다."""
        pointer, rows = ExecutionPointer.objects.select_related("snapshot").get(), ExecutionRow.objects.count()
        moved = pointer.snapshot_id != self.pointer.snapshot_id
        assert pointer.snapshot.status == ExecutionSnapshot.Status.CURRENT
        assert not moved or pointer.snapshot.rows.count() == ROWS
        assert rows == self.before + (ROWS if moved else 0)
        assert moved or DetailProgram.objects.count() == self.programs
        assert database_is_sound()
        return moved


class TestImportCommand:
    """import_ehojo 를 죽인다."""

    @pytest.mark.parametrize("place", ["read", "write:2", "applied"])
    def test_killed_at_a_place_leaves_what_was_before(self, place: str, ledger: Path, tmp_path: Path) -> None:
        state = Ledger(tmp_path)
        kill_at(place, *import_command(ledger))
        assert state.check() is False
        purge_a_day_later()
        check_no_orphans()

    def test_killed_at_any_time_then_again(self, ledger: Path, tmp_path: Path) -> None:
        state = Ledger(tmp_path)
        whole = go_through(*import_command(ledger))
        assert state.check()
        state.look()
        for _ in range(TIMES):
            kill_after(random.uniform(0.2, 1.1) * whole, *import_command(ledger))
            if state.check():
                state.look()
        # 같은 파일을 몇 번 반영해도 과목은 늘지 않는다.
        go_through(*import_command(ledger))
        assert state.check() and DetailProgram.objects.count() == state.programs
        purge_a_day_later()
        check_no_orphans()

    def test_the_drill_sees_a_half_written_ledger(self, ledger: Path, tmp_path: Path) -> None:
        """대조: 반쯤 적힌 자료가 남으면 이 훈련에 걸린다."""
        state = Ledger(tmp_path)
        make.program("주인 없는 사업")
        with pytest.raises(AssertionError):
            check_no_orphans()
        make.row(state.pointer.snapshot, 99, DetailProgram.objects.latest("pk"), 1, 1)
        with pytest.raises(AssertionError):
            state.check()


def queue_execution(stored: StoredFile, officer: Staff) -> Job:
    place = {"year": 2023, "as_of": DAY.isoformat()}
    return queue_ledger(LEDGER, stored, officer, place, sheet="", unit=None, mapping={})


class TestUploadInBackground:
    """작업 프로세스가 올린 집행 자료를 읽는 동안 죽인다."""

    @pytest.mark.parametrize("place", ["write:2", "finish"])
    def test_the_next_worker_starts_over_and_leaves_one_preview(
        self, place: str, ledger: Path, tmp_path: Path, officer: Staff
    ) -> None:
        state = Ledger(tmp_path)
        stored = store_path(ledger, officer)
        job = queue_execution(stored, officer)
        kill_at(place, "worker", "--drain")
        # 반쯤 적힌 것이 있어도 지금 자료는 그대로이고, 반영할 수 없다.
        assert ExecutionPointer.objects.get().snapshot_id == state.pointer.snapshot_id
        assert not [half for half in ExecutionSnapshot.objects.filter(status="preview") if half.is_read or half.can_apply]
        assert database_is_sound()
        until = time.monotonic() + 10
        while not Job.objects.get(pk=job.pk).is_cut_off and time.monotonic() < until:
            time.sleep(0.05)
        assert Job.objects.get(pk=job.pk).state == "중단됨"
        call_command("worker", drain=True)
        job.refresh_from_db()
        assert (job.status, job.attempts) == (Job.Status.DONE, 2), job.message
        read = ExecutionSnapshot.objects.get(status=ExecutionSnapshot.Status.PREVIEW)
        assert (read.row_count, read.rows.count(), ExecutionRow.objects.count()) == (ROWS, ROWS, state.before + ROWS)
        # 같은 파일을 다시 올리면 먼저 만든 미리보기로 간다.
        assert queue_execution(store_path(ledger, officer), officer) == job
        assert StoredFile.objects.filter(sha256=stored.sha256).count() == 1
        discard_preview(read)
        assert DetailProgram.objects.count() == state.programs
        purge_a_day_later()
        check_no_orphans()

    @pytest.mark.skipif(not LONG, reason="make drills 에서만 한다")
    def test_killed_at_any_time(self, ledger: Path, tmp_path: Path, officer: Staff) -> None:
        state, whole = Ledger(tmp_path), 0.0
        for _ in range(TIMES):
            job = queue_execution(store_path(ledger, officer), officer)
            if whole:
                kill_after(random.uniform(0.2, 1.1) * whole, "worker", "--drain")
                Job.objects.filter(status=Job.Status.RUNNING).update(leased_until=timezone.now() - timedelta(seconds=1))
            took = go_through("worker", "--drain")
            whole = whole or took
            job.refresh_from_db()
            read = ExecutionSnapshot.objects.get(status=ExecutionSnapshot.Status.PREVIEW)
            assert job.status == Job.Status.DONE and database_is_sound()
            assert (read.rows.count(), ExecutionRow.objects.count()) == (ROWS, state.before + ROWS)
            discard_preview(read)
            assert DetailProgram.objects.count() == state.programs


def department_file(count: int) -> ContentFile:
    """새 부서 count 곳이 적힌 서식."""
    stream = BytesIO()
    DepartmentResource().export([Department(code=f"K{n:04}", name=f"훈련{n}과") for n in range(count)], None, stream)
    return ContentFile(stream.getvalue(), name="부서.xlsx")


class TestRecordImport:
    """자료를 반영하는 작업을 죽인다."""

    @pytest.mark.parametrize("place", ["create", "finish"])
    def test_nothing_or_all_and_the_next_worker_applies_once(self, place: str) -> None:
        admin = StaffFactory(role=Role.ADMIN)
        resource = DepartmentResource()
        batch, _sure = importing.start(department_file(DEPARTMENTS), admin, resource)
        importing.refresh(batch, resource, admin)
        before = Department.objects.count()
        excel_jobs.queue(excel_jobs.APPLY, batch, "/org/departments/import/?batch=1")
        kill_at(place, "worker", "--drain")
        assert Department.objects.count() == before and not Change.objects.filter(batch=batch.pk).exists()
        batch.refresh_from_db()
        assert batch.status == ImportBatch.Status.PREVIEW
        assert database_is_sound()
        Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        call_command("worker", drain=True)
        batch.refresh_from_db()
        job = Job.objects.get(kind=excel_jobs.APPLY)
        assert job.status == Job.Status.DONE, job.message
        assert batch.status == ImportBatch.Status.APPLIED
        assert Department.objects.count() == before + DEPARTMENTS
        assert Change.objects.filter(batch=batch.pk, action="created").count() == DEPARTMENTS
        # 다시 시켜도 한 번만 반영한다.
        excel_jobs.queue(excel_jobs.APPLY, batch, "/org/departments/import/?batch=1")
        call_command("worker", drain=True)
        assert Department.objects.count() == before + DEPARTMENTS
        assert queue.claim("끝") is None
