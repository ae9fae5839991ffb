"""내 작업 화면: 남의 작업은 보이지 않고, 2초마다 묻는 것은 로그인 시간을 늘리지 않고, 끝나면 결과로 간다."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from core.access import Role
from core.jobs.models import Job, Worker
from core.jobs.queue import Progress, beat, claim, enqueue
from core.org.models import Staff
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
NOBODY = "작업 프로세스가 돌고 있지 않습니다. 전산 담당에게 알려 주세요."


@pytest.fixture
def officer() -> Staff:
    return StaffFactory(role=Role.TEAM)


def text(answer: Any) -> str:
    return answer.content.decode()


def test_my_jobs_and_not_others(signed_in: Any, officer: Staff, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        enqueue("mark", {}, title=f"내 작업 {number}번째", owner=officer)
    other = enqueue("mark", {}, title="남의 작업", owner=StaffFactory())
    client = signed_in(officer)
    with django_assert_max_num_queries(14):
        page = text(client.get("/jobs/"))
    assert "내 작업 11번째" in page and "남의 작업" not in page
    assert client.get(other.get_absolute_url()).status_code == 404
    assert "남의 작업" in text(signed_in(StaffFactory(role=Role.ADMIN)).get("/jobs/"))


def test_says_when_no_worker_runs(signed_in: Any, officer: Staff) -> None:
    job = enqueue("mark", {}, title="가", owner=officer)
    client = signed_in(officer)
    assert NOBODY in text(client.get(job.get_absolute_url())) and NOBODY in text(client.get("/jobs/"))
    beat("하나")
    assert NOBODY not in text(client.get(job.get_absolute_url()))
    Worker.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    assert NOBODY in text(client.get(job.get_absolute_url()))
    # 긴 작업을 하느라 안부를 따로 적지 못해도 그 작업의 안부가 있으면 돌고 있는 것이다.
    claim("하나")
    assert NOBODY not in text(client.get(job.get_absolute_url()))


def test_progress_then_the_result(signed_in: Any, officer: Staff) -> None:
    enqueue("mark", {}, title="큰 파일 읽기", owner=officer)
    job = claim("하나")
    assert job
    Job.objects.update(step="적는 중", done=1500, total=20000)
    client = signed_in(officer)
    poll = f"{job.get_absolute_url()}?poll"
    page = client.get(job.get_absolute_url())
    assert "적는 중 1,500 / 20,000" in text(page) and "every 2s" in text(page)
    answer = client.get(poll, headers={"HX-Request": "true"})
    assert "every 2s" in text(answer) and "HX-Redirect" not in answer
    Progress(job).finish("20,000행을 읽었습니다.", "/budget/")
    answer = client.get(poll, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/budget/"
    page = text(client.get(job.get_absolute_url()))
    assert "every 2s" not in page and 'href="/budget/"' in page and "20,000행을 읽었습니다." in page


def test_a_failure_says_what_to_do(signed_in: Any, officer: Staff) -> None:
    enqueue("mark", {}, title="가", owner=officer)
    job = claim("하나")
    assert job
    Progress(job).fail("파일이 지워졌습니다. 다시 올려 주세요.", "/budget/")
    page = text(signed_in(officer).get(job.get_absolute_url()))
    assert "파일이 지워졌습니다. 다시 올려 주세요." in page and "every 2s" not in page


def test_asking_by_itself_does_not_keep_the_login_alive(signed_in: Any, officer: Staff) -> None:
    job = enqueue("mark", {}, title="가", owner=officer)
    client = signed_in(officer)
    client.get(job.get_absolute_url())
    # 세션은 1분에 한 번 적으므로, 적을 때가 된 세션으로 본다.
    session = client.session
    session["seen_at"] -= 120
    session.save()
    soon = timezone.now() + timedelta(minutes=1)
    Session.objects.update(expire_date=soon)
    client.get(f"{job.get_absolute_url()}?poll")
    assert Session.objects.get().expire_date == soon
    client.get(job.get_absolute_url())
    assert Session.objects.get().expire_date > soon


def test_health_tells_about_the_worker_without_failing(client: Any) -> None:
    assert client.get("/health/").json() == {"status": "ok", "worker": "missing"}
    beat("하나")
    assert client.get("/health/").json() == {"status": "ok", "worker": "ok"}
