"""알림 한 건."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.history.revisions import Revised, RevisedQuerySet
from core.org.models import Staff


class NoticeQuerySet(RevisedQuerySet):
    def for_user(self, user: Any) -> Self:
        """내게 온 알림."""
        return self.filter(recipient=user)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def read(self) -> int:
        """읽은 것으로 적는다."""
        return self.unread().update(read_at=timezone.now())

    read.alters_data = True  # type: ignore[attr-defined]


class Notice(Revised):
    """한 사람에게 온 알림 하나. key 가 같으면 두 번 알리지 않는다."""

    class Reason(models.TextChoices):
        ASSIGNED = "assigned", "배정"
        RETURNED = "returned", "보완 요청"
        DUE = "due", "기한"
        MENTIONED = "mentioned", "언급"
        RESULT = "result", "처리 결과"

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name="받는 사람")
    reason = models.CharField("까닭", max_length=10, choices=Reason.choices)
    title = models.CharField("제목", max_length=200)
    text = models.CharField("내용", max_length=500, blank=True)
    url = models.CharField("주소", max_length=300, blank=True)
    key = models.CharField("한 번만 알리는 이름", max_length=150, blank=True)
    created_at = models.DateTimeField("알린 때", default=timezone.now)
    read_at = models.DateTimeField("읽은 때", null=True, blank=True)
    mailed_at = models.DateTimeField("전자우편을 보낸 때", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "알림"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["recipient", "read_at", "-created_at"])]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notice_once", condition=~models.Q(key="")),
        ]

    def __str__(self) -> str:
        return self.title


def notify(
    recipients: Iterable[Staff], reason: Notice.Reason, title: str, *, text: str = "", url: str = "", key: str = ""
) -> int:
    """쓰고 있는 계정에 알린다. 같은 key 로 이미 알린 사람은 빼고, 새로 알린 사람 수를 준다."""
    people = {person.pk: person for person in recipients if person.is_active}
    if key:
        for known in Notice.objects.filter(recipient__in=people, key=key).values_list("recipient", flat=True):
            people.pop(known)
    Notice.objects.bulk_create(
        [
            Notice(recipient=person, reason=reason, title=title[:200], text=text[:500], url=url[:300], key=key[:150])
            for person in people.values()
        ],
        ignore_conflicts=bool(key),
    )
    return len(people)
