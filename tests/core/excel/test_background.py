"""행이 많은 자료 파일은 작업 프로세스가 미리보고 반영한다. 두 번 올려도 하나이고, 권한이 바뀌면 하지 않는다."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

import config.jobs
from core.access import Role
from core.documents.models import StoredFile
from core.excel.models import ImportBatch
from core.jobs.models import Job
from core.org.excel import DepartmentResource
from core.org.models import Department, Staff
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
COUNT = 12


@pytest.fixture(autouse=True)
def big_from_ten(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BACKGROUND_ROWS = 10
    monkeypatch.setattr(config.jobs, "DAILY", [])


@pytest.fixture
def admin(client: Client) -> Staff:
    staff = StaffFactory(role=Role.ADMIN)
    client.force_login(staff)
    return staff


def book() -> SimpleUploadedFile:
    stream = io.BytesIO()
    rows = [Department(code=f"K{n:02}", name=f"새로{n}과") for n in range(COUNT)]
    DepartmentResource().export(rows, None, stream)
    return SimpleUploadedFile("부서.xlsx", stream.getvalue())


def work() -> None:
    call_command("worker", drain=True)


HERE = "core.department-import"


def test_the_whole_walk_in_the_background(client: Client, admin: Staff) -> None:
    page = client.post(reverse(HERE), {"file": book()}, follow=True)
    job = Job.objects.get()
    assert page.request["PATH_INFO"] == job.get_absolute_url()
    place = f"{reverse(HERE)}?batch={ImportBatch.objects.get().pk}"
    # 만드는 동안 다시 열거나 눌러도 같은 작업이다.
    assert client.get(place)["Location"] == job.get_absolute_url()
    assert client.post(place, {"action": "recheck"})["Location"] == job.get_absolute_url()
    work()
    assert f"{COUNT}건 반영" in client.get(place).content.decode()
    before = Department.objects.count()
    answer = client.post(place, {"action": "apply"})
    assert answer["Location"] == Job.objects.get(kind="excel.apply").get_absolute_url()
    assert Department.objects.count() == before
    work()
    assert Department.objects.count() == before + COUNT
    assert Job.objects.get(kind="excel.apply").message == f"{COUNT}건을 반영했습니다."
    assert Department.objects.get(code="K00").history.get().actor == admin


def test_the_same_file_twice_is_one_batch(client: Client, admin: Staff, settings: Any) -> None:
    file = book().read()
    for _ in range(2):
        client.post(reverse(HERE), {"file": SimpleUploadedFile("부서.xlsx", file)})
    assert ImportBatch.objects.count() == StoredFile.objects.count() == Job.objects.count() == 1
    work()
    settings.BACKGROUND_ROWS = 5_000
    answer = client.post(reverse(HERE), {"file": SimpleUploadedFile("부서.xlsx", file)})
    assert ImportBatch.objects.count() == StoredFile.objects.count() == 1
    assert str(ImportBatch.objects.get().pk) in answer["Location"]


def test_rights_taken_away_while_waiting(client: Client, admin: Staff) -> None:
    client.post(reverse(HERE), {"file": book()})
    work()
    place = f"{reverse(HERE)}?batch={ImportBatch.objects.get().pk}"
    client.post(place, {"action": "apply"})
    before = Department.objects.count()
    admin.role = Role.VIEWER
    admin.is_superuser = False
    admin.save()
    work()
    job = Job.objects.get(kind="excel.apply")
    assert job.status == Job.Status.FAILED and "가져올 수 있습니다" in job.message
    assert Department.objects.count() == before


def test_data_changed_since_the_preview_is_shown_again(client: Client, admin: Staff) -> None:
    client.post(reverse(HERE), {"file": book()})
    work()
    batch = ImportBatch.objects.get()
    client.post(f"{reverse(HERE)}?batch={batch.pk}", {"action": "apply"})
    Department.objects.create(code="K00", name="먼저 생긴 과")
    work()
    job = Job.objects.get(kind="excel.apply")
    assert job.status == Job.Status.FAILED and "미리본 뒤에 자료가 바뀌어" in job.message
    assert not Department.objects.filter(code="K01").exists()
    page = client.get(job.result_url).content.decode()
    assert "먼저 생긴 과" in page


def test_every_importing_screen_can_work_in_the_background() -> None:
    """뒤에서 도는 작업은 config/excel.py 에서 자료의 약속을 찾는다."""
    from django.urls import get_resolver

    from config.excel import resource_for
    from tests.test_access import routes

    missing = []
    for name, pattern in routes(get_resolver().url_patterns):
        given = getattr(pattern.callback, "view_initkwargs", {})
        resource = given.get("resource") or getattr(given.get("screens"), "resource", None)
        if name.endswith("-import") and resource_for(resource.model._meta.label_lower) is not resource:
            missing.append(name)
    assert not missing
