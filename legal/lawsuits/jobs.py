"""소송의 날마다 하는 일."""

from __future__ import annotations

from django.utils import timezone

from core.excel.models import ImportBatch
from core.jobs.models import Job
from core.jobs.queue import Progress
from legal.lawsuits.clocks import sweep
from legal.lawsuits.services import erase_due, settle_open


def settle_lawsuits(job: Job, progress: Progress) -> None:
    """소송의 상태와 기한을 맞추고, 보관 기간이 지난 당사자의 개인정보를 파기한다."""
    today = timezone.localdate()
    sweep()
    moved, erased = settle_open(today), erase_due(today)
    files = ImportBatch.objects.discard_personal(["legal.ledgerrow"])
    progress.finish(f"사건 {moved:,}건의 상태가 달라졌습니다. {erased:,}건의 개인정보와 올린 대장 {files:,}개를 없앴습니다.")
