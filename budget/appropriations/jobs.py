"""집행 자료를 뒤에서 읽는 작업. 같은 사람이 같은 파일을 같은 기준일로 두 번 올리면 먼저 것으로 간다."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django.urls import reverse

from budget.appropriations.models import ExecutionSnapshot
from budget.appropriations.services import bring_execution
from core.access import Team, owns_team
from core.documents.models import StoredFile
from core.excel.reader import FileRefused
from core.formats import date_plain
from core.jobs.models import Job
from core.jobs.queue import JobRefused, Progress, enqueue

READ_EXECUTION = "budget.read-execution"


def queue_execution(
    stored: StoredFile, user: Any, *, year: int, as_of: date, sheet: str, unit: int | None, mapping: dict[str, str]
) -> Job:
    """파일을 읽는 작업을 줄에 세운다. 먼저 올린 같은 것이 아직 미리보기면 그 작업을 준다."""
    chosen = {"sheet": sheet, "unit": unit, "mapping": mapping}
    digest = hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()[:16]
    key = f"execution:{user.pk}:{stored.sha256}:{year}:{as_of}:{digest}"
    first = Job.objects.filter(key=key, status=Job.Status.DONE).first()
    previews = ExecutionSnapshot.objects.filter(status=ExecutionSnapshot.Status.PREVIEW)
    job = enqueue(
        READ_EXECUTION, {"file": stored.pk, "year": year, "as_of": as_of.isoformat(), **chosen},
        title=f"{stored.name} 읽기 ({date_plain(as_of)} 기준)", owner=user, key=key,
        again=bool(first and not previews.filter(pk=first.payload.get("snapshot")).exists()),
    )  # fmt: skip
    if job.payload["file"] != stored.pk:
        stored.discard()
    return job


def read_execution(job: Job, progress: Progress) -> None:
    """집행 파일을 미리보기로 읽는다. 반영은 사람이 미리보기를 보고 한다."""
    asked = job.payload
    upload = reverse("budget.snapshot-upload")
    if job.owner is None or not owns_team(job.owner, Team.BUDGET):
        raise JobRefused("지금은 예산팀 담당자가 아니어서 읽지 않았습니다. 집행 자료는 예산팀만 가져옵니다.")
    stored = StoredFile.objects.filter(pk=asked["file"]).first()
    if stored is None:
        raise JobRefused("올린 파일이 오래되어 지워졌습니다. 파일을 다시 올려 주세요.", upload)
    try:
        bring_execution(
            stored, fiscal_year=asked["year"], as_of=date.fromisoformat(asked["as_of"]), user=job.owner,
            sheet=asked["sheet"] or None, unit=asked["unit"], mapping=asked["mapping"], progress=progress,
        )  # fmt: skip
    except FileRefused as refused:
        raise JobRefused(f"{refused}.", upload) from refused
    except JobRefused as refused:
        raise JobRefused(str(refused), reverse("budget.snapshot-columns", args=[stored.pk])) from refused
