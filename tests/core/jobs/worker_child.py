"""시험의 작업을 아는 작업 프로세스. 안부의 길이를 초로 받는다: worker_child.py 2 --drain"""

# ruff: noqa: E402 - 장고를 세운 뒤에야 모델을 부를 수 있다
from __future__ import annotations

import os
import sys
import time
from datetime import timedelta

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django

django.setup()

from django.core.management import call_command
from django.db import transaction

import config.jobs
from core.history.models import Change
from core.jobs import queue
from core.jobs.models import Job
from core.jobs.queue import Progress


def leave_mark(job: Job, progress: Progress) -> None:
    """한 번만 남아야 하는 자국: 자국과 마침을 한 거래에 적는다."""
    progress.report("자국을 남기는 중", 0, 1)
    time.sleep(0.02)
    with transaction.atomic():
        Change.objects.create(source="자국", model="drill", object_id=job.payload["number"], object_text="자국", action="created")
        progress.finish("남겼습니다.")


def leave_mark_carelessly(job: Job, progress: Progress) -> None:
    """일부러 잘못 만든 작업: 자국을 남기고 한참 뒤에 마침을 적는다."""
    Change.objects.create(source="자국", model="drill", object_id=job.payload["number"], object_text="자국", action="created")
    progress.report("마침을 적기 앞", 0, 1)
    time.sleep(job.payload.get("seconds", 0))


def take_long(job: Job, progress: Progress) -> None:
    """오래 걸리는 일."""
    for number in range(600):
        progress.report("오래 하는 중", number, 600)
        time.sleep(0.05)


config.jobs.JOBS.update({"mark": leave_mark, "careless": leave_mark_carelessly, "long": take_long})
config.jobs.DAILY.clear()
queue.LEASE, queue.BEAT = timedelta(seconds=float(sys.argv[1])), 0.1
call_command("worker", *sys.argv[2:])
