"""인수인계의 할 일."""

from __future__ import annotations

from django.db.models import Count
from django.urls import reverse

from core.handover.models import HandoverItem
from core.org.models import Staff
from core.todo import Todo


def received_work(user: Staff) -> list[Todo]:
    """인수인계로 받고 아직 확인하지 않은 일, 인수인계마다 한 줄."""
    url = reverse("core.handover-received")
    unseen = HandoverItem.objects.received_by(user).unseen().order_by().values("handover__giver__name", "handover__reason")
    return [
        Todo(
            None, "인수인계", f"{one['handover__giver__name']} 님이 넘긴 업무 {one['count']:,}건 확인", one["handover__reason"],
            user.name, url, "확인", url,
        )
        for one in unseen.annotate(count=Count("pk"))
    ]  # fmt: skip
