"""큰 파일의 미리보기와 반영을 뒤에서 하는 작업. 화면의 가져오기와 같은 코드다."""

from __future__ import annotations

from django.conf import settings

from core.excel import importing
from core.excel.models import ImportBatch
from core.excel.preview import ApplyRefused, PreviewStale
from core.excel.reader import FileRefused
from core.excel.resource import ExcelResource
from core.jobs.models import Job
from core.jobs.queue import JobRefused, Progress, enqueue

MAKE_PREVIEW, APPLY = "excel.preview", "excel.apply"
TITLES = {MAKE_PREVIEW: "미리보기", APPLY: "반영"}


def is_big(batch: ImportBatch) -> bool:
    """뒤에서 읽을 만큼 행이 많은가."""
    return int(batch.counts.get("file_rows", 0)) > settings.BACKGROUND_ROWS


def _key(batch: ImportBatch) -> str:
    return f"import:{batch.pk}"


def queue(kind: str, batch: ImportBatch, url: str) -> Job:
    """이 가져오기의 미리보기나 반영을 줄에 세운다. 한 가져오기에는 한 번에 하나만 선다."""
    return enqueue(
        kind, {"batch": str(batch.pk), "model": batch.model, "url": url},
        title=f"{batch.file.name} {TITLES[kind]}", owner=batch.owner, key=_key(batch), again=True,
    )  # fmt: skip


def at_work(batch: ImportBatch) -> Job | None:
    """이 가져오기를 뒤에서 하고 있는 작업."""
    return Job.objects.filter(key=_key(batch)).exclude(status__in=(Job.Status.DONE, Job.Status.FAILED)).first()


def _batch(job: Job) -> ImportBatch:
    found = ImportBatch.objects.select_related("file").filter(pk=job.payload["batch"]).first()
    if found is None:
        raise JobRefused("올린 파일이 오래되어 지워졌습니다. 파일을 다시 올려 주세요.", job.payload["url"].partition("?")[0])
    return found


def make_preview(job: Job, progress: Progress, resource: ExcelResource) -> None:
    """파일을 읽어 미리보기를 만든다."""
    batch, url = _batch(job), job.payload["url"]
    importing.check_rights(resource, job.owner)
    if batch.status == ImportBatch.Status.PREVIEW:
        try:
            importing.refresh(batch, resource, job.owner, progress)
        except FileRefused as refusal:
            raise JobRefused(f"{str(refusal).rstrip('.')}.", f"{url}&step=map") from refusal
    progress.finish("미리보기를 만들었습니다.", url)


def apply_import(job: Job, progress: Progress, resource: ExcelResource) -> None:
    """미리보기에서 고른 행을 거래 하나로 반영한다. 마침도 그 거래에 함께 적는다."""
    batch, url = _batch(job), job.payload["url"]
    importing.check_rights(resource, job.owner)
    try:
        importing.apply_batch(batch, resource, job.owner, progress, url)
    except PreviewStale as stale:
        batch.refresh_from_db()
        if batch.status != ImportBatch.Status.PREVIEW:
            progress.finish("이미 반영한 파일입니다.", url)
            return
        importing.refresh(batch, resource, job.owner, progress)
        text = "미리본 뒤에 자료가 바뀌어 반영하지 않았습니다. 바뀐 미리보기를 확인하고 다시 반영해 주세요."
        raise JobRefused(text, url) from stale
    except (ApplyRefused, FileRefused) as refusal:
        raise JobRefused(f"{str(refusal).rstrip('.')}.", url) from refusal
