"""행이 많은 집행 파일은 작업 프로세스가 읽는다: 화면을 떠나도 되고, 두 번 눌러도 한 번만 읽고, 권한이 바뀌면 읽지 않는다."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

import config.jobs
from budget.appropriations.models import (
    DetailProgram,
    ExecutionPointer,
    ExecutionRow,
    ExecutionSnapshot,
    PolicyProgram,
)
from core.access import Role, Team
from core.documents.models import StoredFile
from core.history.models import Change
from core.jobs.models import Job
from core.org.models import Staff
from tests.budget.appropriations import factories as make
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
LINES = [make.line(f"사업{n}", 100 + n, n) for n in range(12)]


@pytest.fixture(autouse=True)
def big_from_ten(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """열 행이 넘으면 큰 파일로 보고, 다섯 행마다 거래를 끊는다."""
    settings.BACKGROUND_ROWS = 10
    monkeypatch.setattr("core.ledgers.reading.BATCH", 5)
    monkeypatch.setattr(config.jobs, "DAILY", [])


@pytest.fixture
def officer(client: Any) -> Staff:
    staff = StaffFactory(role=Role.TEAM)
    client.force_login(staff)
    return staff


def send(client: Any, path: Path, **changed: str) -> Any:
    """파일을 올려 열을 맞추고 미리보기를 부탁한다."""
    with path.open("rb") as stream:
        answer = {"file": stream, "fiscal_year": 2023, "as_of": "2023. 10. 31."}
        page = client.post(reverse("budget.snapshot-upload"), answer, follow=True)
    posted = {f"column-{item['column'].name}": item["picked"] for item in page.context["columns"]}
    return client.post(page.request["PATH_INFO"], {**posted, "unit": "", "sheet": "집행현황", **changed}, follow=True)


def work() -> None:
    call_command("worker", drain=True)


def test_a_big_file_is_read_while_the_officer_does_something_else(client: Any, officer: Staff, tmp_path: Path) -> None:
    page = send(client, make.ehojo_file(tmp_path / "큰 것.xlsx", LINES))
    job = Job.objects.get()
    assert page.request["PATH_INFO"] == job.get_absolute_url()
    assert "차례를 기다리는 중" in page.text and not ExecutionSnapshot.objects.exists()
    work()
    answer = client.get(f"{job.get_absolute_url()}?poll")
    snapshot = ExecutionSnapshot.objects.get()
    assert answer["HX-Redirect"] == reverse("budget.snapshot-preview", args=[snapshot.pk])
    assert "12행 반영" in client.get(answer["HX-Redirect"]).text
    assert snapshot.brought_by == officer
    client.post(reverse("budget.snapshot-apply", args=[snapshot.pk]))
    assert ExecutionPointer.objects.get().snapshot.rows.count() == 12
    # 명령과 같은 코드: 같은 파일을 명령으로 넣어도 과목이 늘지 않는다.
    before = DetailProgram.objects.count()
    call_command("import_ehojo", str(tmp_path / "큰 것.xlsx"), "--year", "2023", "--as-of", "2023-10-31")
    assert DetailProgram.objects.count() == before
    assert Change.objects.filter(model="budget.detailprogram", action="created", actor=officer).count() == before


def test_a_small_file_is_read_at_once(client: Any, officer: Staff, tmp_path: Path) -> None:
    page = send(client, make.ehojo_file(tmp_path / "작은 것.xlsx", LINES[:3]))
    assert "3행 반영" in page.text
    assert Job.objects.get().status == Job.Status.DONE


@pytest.mark.parametrize("count", [3, 12])
def test_the_same_file_twice_leads_to_the_first_preview(client: Any, officer: Staff, tmp_path: Path, count: int) -> None:
    path = make.ehojo_file(tmp_path / "같은 것.xlsx", LINES[:count])
    first, second = send(client, path), send(client, path)
    assert first.request["PATH_INFO"] == second.request["PATH_INFO"]
    work()
    send(client, path)
    assert Job.objects.count() == ExecutionSnapshot.objects.count() == StoredFile.objects.count() == 1
    # 미리보기를 지웠으면 새로 읽는다.
    client.post(reverse("budget.snapshot-discard", args=[ExecutionSnapshot.objects.get().pk]))
    send(client, path)
    work()
    assert ExecutionSnapshot.objects.get().row_count == count
    # 다른 사람이 올리면 그 사람의 것이다.
    client.force_login(StaffFactory(role=Role.TEAM))
    send(client, path)
    work()
    assert ExecutionSnapshot.objects.count() == 2


def test_a_wrong_cell_far_down_leaves_no_row_and_no_code(client: Any, officer: Staff, tmp_path: Path) -> None:
    """앞의 토막은 이미 적은 뒤에 고칠 칸이 나온다."""
    send(client, make.ehojo_file(tmp_path / "틀린 것.xlsx", [*LINES, make.line("나", "12O0", 1), make.line("다", 1, "x")]))
    work()
    page = client.get(Job.objects.get().result_url)
    assert "12O0" in page.text and "고쳐야 합니다" in page.text
    assert not ExecutionRow.objects.exists()
    assert not DetailProgram.objects.exists() and not PolicyProgram.objects.exists()
    assert not ExecutionSnapshot.objects.get().can_apply


def test_rights_taken_away_while_waiting(client: Any, officer: Staff, tmp_path: Path) -> None:
    send(client, make.ehojo_file(tmp_path / "큰 것.xlsx", LINES))
    officer.team = Team.LEGAL
    officer.save()
    work()
    job = Job.objects.get()
    assert job.status == Job.Status.FAILED and "예산팀 담당자가 아니어서" in job.message
    assert not ExecutionSnapshot.objects.exists()


@pytest.mark.parametrize("count", [3, 12])
def test_a_missing_column_leads_back_to_the_columns(client: Any, officer: Staff, tmp_path: Path, count: int) -> None:
    heading = ["예산" if name == "예산액" else "나간 돈" if name == "지출액" else name for name in make.HEADING]
    page = send(client, make.ehojo_file(tmp_path / "e.xlsx", LINES[:count], heading=heading))
    if count == 3:
        assert page.status_code == 422 and "필요한 열을 찾지 못했습니다" in page.text
    else:
        work()
        page = client.get(Job.objects.get().get_absolute_url())
        assert "열을 파일에서 찾지 못했습니다" in page.text and "/columns/" in page.text
    assert not ExecutionSnapshot.objects.exists()


def test_a_half_written_snapshot_is_nobodys_preview(client: Any, officer: Staff) -> None:
    half = make.snapshot(apply=False)
    half.report, half.row_count = {"created": []}, 0
    half.save()
    assert client.get(reverse("budget.snapshot-preview", args=[half.pk])).status_code == 404
    client.post(reverse("budget.snapshot-apply", args=[half.pk]))
    assert not ExecutionPointer.objects.exists()
