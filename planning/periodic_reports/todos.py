"""주간·월중 보고의 할 일."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from core.access import Team
from core.figures.models import Setting
from core.history.models import RecordQuerySet
from core.inbox.models import InboxLine
from core.inbox.source import Inbox, Line, team
from planning.periodic_reports.dashboard import clashes
from planning.periodic_reports.models import ConflictDecision, ReportEntry

# 두 주 안의 겹침을 보인다. 줄은 그보다 앞까지 내 두고, 날마다 맞춘다.
_SHOWN, _AHEAD = timedelta(days=13), timedelta(days=60)


def _clash_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """기획조정팀이 살펴볼 구청장 일정·장소·같은 행사의 겹침. 여러 날 이어지면 날마다 그날의 일이다."""
    today = timezone.localdate()
    last = today + _AHEAD
    entries = rows.between(today, last).select_related("department")  # type: ignore[attr-defined]
    url = f"{reverse('planning.periodic-reports-conflicts')}?span=two_weeks"
    for one in clashes(entries, today, last):
        if not one.is_open:
            continue
        first, until = max(row.starts_on for row in one.pair), min(row.last_on for row in one.pair)
        for day in (first + timedelta(days=number) for number in range((min(until, last) - first).days + 1)):
            yield Line(
                one.first.pk, team(Team.PLANNING), "주간·월중 보고", "일정 겹침 {count}건", url, "살펴보기", one.label, day,
                str(Team.PLANNING.label), shows_from=day - _SHOWN if day == first else day, shows_until=day,
                together="clash", is_sample=any(row.is_sample for row in one.pair),
            )  # fmt: skip


def _labels(lines: Sequence[InboxLine]) -> str:
    return " · ".join(f"{label} {count}" for label, count in Counter(one.note for one in lines).items())


TODOS = (Inbox(
    "periodic_reports", ReportEntry, _clash_lines, whole=(ReportEntry, ConflictDecision, Setting), summary=_labels
),)
