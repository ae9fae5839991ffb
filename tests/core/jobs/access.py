"""작업의 주소 × 역할: 시킨 사람과 시스템관리자만."""

from __future__ import annotations

from core.jobs.models import Job
from tests.access import SIGNED_IN, Rows, Table, key, one, only


def job(rows: Rows) -> Job:
    return Job.objects.create(kind="시험", title="예산팀이 시킨 작업", owner=rows.people["예산팀"])


ACCESS: Table = {
    "core.job-list": one(SIGNED_IN),
    "core.job-detail": one(only("시스템관리자", "예산팀", otherwise=404), key(job)),
}
