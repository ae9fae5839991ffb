"""할 일의 갈래를 모은다. 프로그램이 뜰 때부터, 자료를 쓸 때마다 할 일의 표가 따라간다."""

from __future__ import annotations

from typing import Any

from budget.appropriations import todos as appropriations
from config.functions import GIVEN
from core.inbox import keeping
from core.jobs.models import Job
from core.jobs.queue import Progress

# 집행 부진 사유는 기한 없이 여러 줄이라, 다른 일을 밀어내지 않게 맨 뒤에 둔다.
INBOX = sorted((source for given in GIVEN for source in given.todos), key=lambda source: source in appropriations.TODOS)


def mend_after_migrating(plan: list[Any], **_more: Any) -> None:
    """판을 올린 뒤에는 새 판의 말과 규칙으로 한 번 맞춘다. 처음 설치라면 낼 줄이 없다."""
    if plan:
        keeping.mend(INBOX)


def mend_daily(job: Job, progress: Progress) -> None:
    """날짜가 바뀌어 달라지는 줄을 맞춘다."""
    progress.report("할 일을 맞추는 중")
    keeping.mend(INBOX)
