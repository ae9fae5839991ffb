"""큰 일로서의 자치법규: 구청장이 내어 진행하고 있거나 한 해 안에 공포한 의안."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from core.history.revisions import kept_rows
from core.org.models import Staff
from core.projects.matters import Kind, Matter
from legal.local_laws.models import Bill
from legal.local_laws.models.pipeline import GROUPED, Group, Proposer

YEAR = timedelta(days=365)


def law_matters(user: Staff) -> Iterator[Matter]:
    """의안마다 제정·개정·폐지 가운데 무엇인지."""
    today = timezone.localdate()
    own = Bill.objects.for_user(user).filter(proposer_kind=Proposer.MAYOR)
    words = {action: str(Group(group).label) for group, actions in GROUPED.items() for action in actions}
    for one in kept_rows((own.open() | own.enacted(today - YEAR, today)).select_related("department")):
        url = reverse("legal.bill-detail", args=[one.pk])
        yield Matter(Kind.LAW, f"legal.bill:{one.pk}", one.title, one.department, url, words[one.action], text=one.reason)
