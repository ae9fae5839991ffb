"""정책실명제의 날마다 하는 일."""

from __future__ import annotations

from django.utils import timezone

from core.jobs.models import Job
from core.jobs.queue import Progress
from planning.named_policies.services import erase_due


def erase_applicants(job: Job, progress: Progress) -> None:
    """보관 기간이 지난 신청인의 개인정보를 파기한다."""
    progress.finish(f"구민신청 {erase_due(timezone.localdate()):,}건의 개인정보를 파기했습니다.")
