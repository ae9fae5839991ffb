"""뒤에서 도는 작업 한 건(Job)과 작업 프로세스의 안부(Worker). 기계가 적는 행이라 이력을 남기지 않는다."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from core.access import Role
from core.states import Sign

# 이만큼 안부가 없으면 작업 프로세스가 돌지 않는 것으로 본다.
SILENT_AFTER = timedelta(seconds=60)


class JobQuerySet(models.QuerySet["Job"]):
    def for_user(self, user: Any) -> Self:
        """내가 시킨 작업. 시스템관리자는 모두 본다."""
        return self if user.role == Role.ADMIN else self.filter(owner=user)

    def ready(self, now: Any) -> Self:
        """지금 맡을 수 있는 작업, 먼저 시킨 것부터. 맡은 쪽의 안부가 끊긴 것도 든다."""
        waiting = Q(status__in=(Job.Status.WAITING, Job.Status.STOPPED)) & (Q(not_before=None) | Q(not_before__lte=now))
        return self.filter(waiting | Q(status=Job.Status.RUNNING, leased_until__lt=now)).order_by("pk")

    def held_by(self, job: Job) -> Self:
        """job 을 지금도 그때 맡은 그대로 맡고 있으면 그 한 행."""
        return self.filter(pk=job.pk, status=Job.Status.RUNNING, worker=job.worker, attempts=job.attempts)


class Job(models.Model):
    """뒤에서 도는 작업 한 건: 무엇을, 누가 시켰고, 어디까지 했는가."""

    class Status(models.TextChoices):
        WAITING = "waiting", Sign("대기", "none")
        RUNNING = "running", "실행 중"
        DONE = "done", Sign("마침", "done")
        FAILED = "failed", Sign("실패", "bad")
        STOPPED = "stopped", Sign("중단됨", "warn")

    kind = models.CharField("종류", max_length=60)
    title = models.CharField("작업", max_length=200)
    payload = models.JSONField("부탁한 내용", default=dict, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="시킨 사람"
    )
    key = models.CharField("겹침을 막는 이름", max_length=200, blank=True)
    status = models.CharField("상태", max_length=10, choices=Status.choices, default=Status.WAITING)
    step = models.CharField("하고 있는 일", max_length=100, blank=True)
    done = models.PositiveBigIntegerField("한 만큼", default=0)
    total = models.PositiveBigIntegerField("모두", default=0)
    message = models.TextField("결과의 말", blank=True)
    result_url = models.CharField("결과 주소", max_length=300, blank=True)
    not_before = models.DateTimeField("이때부터", null=True, blank=True)
    leased_until = models.DateTimeField("맡아 둔 때까지", null=True, blank=True)
    worker = models.CharField("맡은 작업 프로세스", max_length=100, blank=True)
    attempts = models.PositiveSmallIntegerField("맡은 횟수", default=0)
    created_at = models.DateTimeField("시킨 때", default=timezone.now)
    started_at = models.DateTimeField("시작한 때", null=True, blank=True)
    finished_at = models.DateTimeField("끝난 때", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "작업"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="job_key_unique")]
        indexes = [models.Index(fields=["status", "not_before"]), models.Index(fields=["owner", "-created_at"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("core.job-detail", args=[self.pk])

    @property
    def is_over(self) -> bool:
        """더 할 일이 없는가: 마침이나 실패."""
        return self.status in (self.Status.DONE, self.Status.FAILED)

    @property
    def is_cut_off(self) -> bool:
        """맡은 작업 프로세스의 안부가 끊겼는가. 다른 작업 프로세스가 처음부터 이어받는다."""
        return self.status == self.Status.RUNNING and (self.leased_until is None or self.leased_until < timezone.now())

    @property
    def state(self) -> str:
        """사람에게 보일 상태."""
        return self.Status.STOPPED.label if self.is_cut_off else self.get_status_display()

    @property
    def elapsed(self) -> timedelta | None:
        """걸린 시간. 시작하지 않았으면 None."""
        if self.started_at is None:
            return None
        return (self.finished_at or timezone.now()) - self.started_at

    @property
    def elapsed_text(self) -> str:
        """걸린 시간을 읽는 말: 「1분 5초」."""
        if self.elapsed is None:
            return "-"
        minutes, seconds = divmod(max(0, int(self.elapsed.total_seconds())), 60)
        hours, minutes = divmod(minutes, 60)
        parts = [f"{hours}시간"] * bool(hours) + [f"{minutes}분"] * bool(minutes)
        return " ".join([*parts, f"{seconds}초"])


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self) -> Self:
        """요즘 안부가 있는 작업 프로세스."""
        return self.filter(seen_at__gte=timezone.now() - SILENT_AFTER)


class Worker(models.Model):
    """작업 프로세스 하나의 안부."""

    name = models.CharField("이름", max_length=100, unique=True)
    seen_at = models.DateTimeField("마지막 안부", default=timezone.now)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "작업 프로세스"
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return self.name
