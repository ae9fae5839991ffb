"""뒤에서 도는 작업의 종류와, 날마다 하는 일. 작업 프로세스(manage.py worker)가 여기서 찾는다."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial

from django.utils import timezone

from config.deadlines import watch_deadlines
from config.excel import resource_for
from config.functions import GIVEN
from config.inbox import mend_daily
from config.reports import LIBRARY
from config.rounds import COLLECTIONS
from core.deadlines.services import elapsed_by
from core.documents.models import StoredFile
from core.excel import jobs as excel
from core.excel.models import ImportBatch
from core.excel.resource import ExcelResource
from core.history.revisions import Revision
from core.jobs import queue
from core.jobs.models import Job
from core.jobs.queue import JobRefused, Progress
from core.ledgers.jobs import read_ledger
from core.ledgers.reading import purge_stale_previews
from core.org.transfers import apply_transfers
from core.privacy.models import PersonalAccess
from core.reports.publishing import check_drafts
from core.rounds.reminders import remind
from core.rounds.services import open_due_templates
from core.screens.models import FormToken


def tidy_up(job: Job, progress: Progress) -> None:
    """하루가 지난 미리보기와 받은 폼의 표, 아무 자료도 쓰지 않는 파일, 오래된 작업을 치우고, 자료의 판을 접는다."""
    progress.report("반영하지 않은 미리보기를 치우는 중")
    for given in GIVEN:
        for ledger in given.ledgers:
            purge_stale_previews(ledger)
    ImportBatch.objects.purge_abandoned()
    StoredFile.objects.discard_strays(timezone.now() - timedelta(days=1))
    FormToken.objects.discard_old(timezone.now() - timedelta(days=1))
    Revision.objects.fold()
    progress.report("오래된 작업을 치우는 중")
    progress.finish(f"오래된 작업 {queue.prune():,}건을 치웠습니다.")


def transfers(job: Job, progress: Progress) -> None:
    """오늘이 발령일인 인사발령을 적용한다."""
    progress.finish(f"인사발령 {len(apply_transfers(timezone.localdate())):,}건을 적용했습니다.")


def open_rounds(job: Job, progress: Progress) -> None:
    """때가 된 틀로 취합 회차를 연다."""
    opened = open_due_templates(timezone.localdate(), {one.code: one for one in COLLECTIONS})
    progress.finish(f"회차 {len(opened)}개를 열었습니다." if opened else "오늘 열 회차가 없습니다.")


def remind_departments(job: Job, progress: Progress) -> None:
    """아직 내지 않은 부서를 재촉한다."""
    progress.finish(f"{remind(timezone.localdate())}명에게 알렸습니다.")


def _resource(job: Job) -> ExcelResource:
    """작업이 다루는 자료의 엑셀 약속."""
    found = resource_for(job.payload["model"])
    if found is None:
        raise JobRefused("이 자료는 이제 엑셀로 가져오지 않습니다. 프로그램의 판이 바뀌었을 수 있습니다.")
    return found()


def make_preview(job: Job, progress: Progress) -> None:
    """올린 자료 파일을 미리보기로 읽는다."""
    excel.make_preview(job, progress, _resource(job))


def apply_import(job: Job, progress: Progress) -> None:
    """미리보기에서 고른 행을 반영한다."""
    excel.apply_import(job, progress, _resource(job))


def deadlines(job: Job, progress: Progress) -> None:
    """진행 중인 기한을 다시 세고, 지난 것을 도과로 적고, 다가오는 것을 알린다."""
    done = watch_deadlines(timezone.localdate())
    progress.finish(f"기한 {done['moved']:,}건의 날짜가 달라지고 {done['missed']:,}건이 도과했습니다. {done['told']:,}명에게 알렸습니다.")


def check_reports(job: Job, progress: Progress) -> None:
    """보고서 초안마다 바뀐 수치를 센다."""
    progress.finish(f"수치가 바뀐 초안이 {check_drafts(LIBRARY):,}건 있습니다.")


def discard_access_log(job: Job, progress: Progress) -> None:
    """보관 기한이 지난 개인정보 열람 기록을 없앤다."""
    last = elapsed_by("common.access_log", timezone.localdate())
    if last is None:
        progress.finish("접속기록 보관 규칙(common.access_log)이 없어 아무것도 없애지 않았습니다.")
        return
    before = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    progress.finish(f"보관 기한이 지난 열람 기록 {PersonalAccess.objects.discard_old(before):,}건을 없앴습니다.")


JOBS: dict[str, Callable[[Job, Progress], None]] = {
    "config.tidy-up": tidy_up,
    "core.open-rounds": open_rounds,
    "core.remind": remind_departments,
    "config.transfers": transfers,
    "config.inbox": mend_daily,
    "core.deadlines": deadlines,
    "core.reports": check_reports,
    "core.access-log": discard_access_log,
    excel.MAKE_PREVIEW: make_preview,
    excel.APPLY: apply_import,
    **{daily.kind: daily.run for given in GIVEN for daily in given.daily},
    **{ledger.job: partial(read_ledger, ledger) for given in GIVEN for ledger in given.ledgers},
}

# (시, 종류, 사람에게 보일 이름). 그 시각에 작업 프로세스가 서 있었으면 다시 뜬 뒤 그날 안에 한다.
DAILY: list[tuple[int, str, str]] = [
    (0, "config.transfers", "인사발령 적용"),
    (1, "config.inbox", "할 일 맞추기"),
    (3, "config.tidy-up", "날마다 치우기"),
    (4, "core.access-log", "열람 기록 치우기"),
    (6, "core.deadlines", "기한 살피기"),
    (6, "core.reports", "보고서의 바뀐 수치 세기"),
    (7, "core.open-rounds", "회차 열기"),
    (8, "core.remind", "제출 재촉"),
    *((daily.hour, daily.kind, daily.title) for given in GIVEN for daily in given.daily),
]


def enqueue_daily(now: datetime) -> list[Job]:
    """오늘 할 때가 된 일을 줄에 세운다. 하루에 한 번만 서고, 실패했어도 그날은 다시 세우지 않는다."""
    local = timezone.localtime(now)
    due = {f"{kind}:{local:%Y-%m-%d}": (kind, title) for hour, kind, title in DAILY if local.hour >= hour}
    known = set(Job.objects.filter(key__in=due).values_list("key", flat=True))
    return [
        queue.enqueue(kind, {"on": f"{local:%Y-%m-%d}"}, title=f"{title} {local:%-m. %-d.}", key=key)
        for key, (kind, title) in due.items() if key not in known
    ]  # fmt: skip
