"""원장의 파일을 뒤에서 읽는 작업. 같은 사람이 같은 파일을 같은 자리로 두 번 올리면 먼저 것으로 간다."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.utils.dateparse import parse_date

from core.access import owns_team
from core.documents.models import StoredFile
from core.excel.reader import FileRefused
from core.formats import date_plain
from core.jobs.models import Job
from core.jobs.queue import JobRefused, Progress, enqueue
from core.ledgers.reading import Ledger, bring


def queue_ledger(
    ledger: Ledger, stored: StoredFile, user: Any, place: dict[str, Any], *, sheet: str, unit: int | None, mapping: dict[str, str],
    headless: bool = False,
) -> Job:  # fmt: skip
    """파일을 읽는 작업을 줄에 세운다. 먼저 올린 같은 것이 아직 미리보기면 그 작업을 준다."""
    chosen = {"sheet": sheet, "unit": unit, "mapping": mapping, "headless": headless}
    digest = hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()[:16]
    key = f"{ledger.job}:{user.pk}:{stored.sha256}:{':'.join(map(str, place.values()))}:{digest}"
    first = Job.objects.filter(key=key, status=Job.Status.DONE).first()
    when = date_plain(parse_date(place["as_of"]))
    job = enqueue(
        ledger.job, {"file": stored.pk, "place": place, **chosen}, title=f"{stored.name} 읽기 ({when} 기준)", owner=user, key=key,
        again=bool(first and not ledger.previews().filter(pk=first.payload.get("snapshot")).exists()),
    )  # fmt: skip
    if job.payload["file"] != stored.pk:
        stored.discard()
    return job


def read_ledger(ledger: Ledger, job: Job, progress: Progress) -> None:
    """파일을 미리보기로 읽는다. 반영은 사람이 미리보기를 보고 한다."""
    asked = job.payload
    if job.owner is None or not owns_team(job.owner, ledger.team):
        team = ledger.team.label
        raise JobRefused(f"지금은 {team} 담당자가 아니어서 읽지 않았습니다. {ledger.model._meta.verbose_name}는 {team}만 가져옵니다.")
    stored = StoredFile.objects.filter(pk=asked["file"]).first()
    if stored is None:
        raise JobRefused("올린 파일이 오래되어 지워졌습니다. 파일을 다시 올려 주세요.", ledger.url("upload"))
    try:
        bring(
            ledger, stored, asked["place"], user=job.owner, sheet=asked["sheet"] or None, unit=asked["unit"], mapping=asked["mapping"],
            headless=asked.get("headless", False), progress=progress,
        )  # fmt: skip
    except FileRefused as refused:
        raise JobRefused(f"{refused}.", ledger.url("upload")) from refused
    except JobRefused as refused:
        raise JobRefused(str(refused), ledger.url("columns", stored.pk)) from refused
