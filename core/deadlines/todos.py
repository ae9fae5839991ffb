"""기한의 할 일."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from core.deadlines.models import Deadline
from core.org.models import Staff
from core.todo import Todo


def own_deadlines(user: Staff) -> list[Todo]:
    """내가 맡은 기한 가운데 두 주 안에 해야 하거나 지난 것. 안전 기한을 기한으로 본다."""
    soon = timezone.localdate() + timedelta(days=14)
    rows = Deadline.objects.for_user(user).mine(user).unfinished().filter(safe_on__lte=soon).with_names()
    return [
        Todo(
            one.safe_on, "기한", str(one), f"법정 기한 {one.due_plain} · {one.rule.article}", user.name,
            reverse("core.deadline-detail", args=[one.pk]), "처리", reverse("core.deadline-detail", args=[one.pk]), one.is_sample,
        )
        for one in rows
    ]  # fmt: skip
