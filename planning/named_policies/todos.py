"""정책실명제의 할 일."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from core.access import Team
from core.figures.models import Setting
from core.history.models import RecordQuerySet
from core.inbox.models import InboxLine
from core.inbox.source import Inbox, Line, department, team
from core.org.models import Assignment
from core.rounds.models import Submission
from planning.named_policies.figures import policies_url, stale_days
from planning.named_policies.models import NamedPolicy, PolicyPerson, PolicyUpdate

WORK = "정책실명제"


def _policy_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """오래된 카드, 옮긴 담당, 공개할 사업. 부서는 제 사업을 한 건씩, 팀은 갈래마다 한 줄로 본다."""
    today = timezone.localdate()
    days = stale_days(today)
    for row in rows.filter(status=NamedPolicy.Status.SELECTED):
        yield _team_line(row, 0, "선정하고 아직 공개하지 않은 사업", "공개", "stage=selected")
    for row in rows.with_state().filter(status=NamedPolicy.Status.PUBLISHED):  # type: ignore[attr-defined]
        if last := row.updated_on or row.published_on:
            late = last + timedelta(days=days + 1)
            yield _own_line(row, f"마지막으로 고친 지 {days}일이 넘음", "카드 보기", 0, late)
            yield _team_line(row, 1, f"{days}일 넘게 고치지 않은 카드", "살펴보기", "check=stale", late)
    for row in rows.with_moved_people(today):  # type: ignore[attr-defined]
        yield _own_line(row, "관련자의 보직을 다른 사람이 맡고 있음", "반영", 1)
        yield _team_line(row, 2, "담당 변경을 적지 않은 사업", "살펴보기", "check=moved")


def _own_line(row: NamedPolicy, why: str, verb: str, rank: int, shows_from: date | None = None) -> Line:
    url = reverse("planning.namedpolicy-detail", args=[row.pk])
    # 한 사업이 오래되기도 하고 담당도 바뀌었으면 두 줄이다.
    return Line(
        row.pk, department(row.department_id), WORK, row.title, url, verb, why, shows_from=shows_from, rank=rank,
        together=f"{row.pk} {verb}", is_sample=row.is_sample,
    )  # fmt: skip


def _team_line(row: NamedPolicy, rank: int, text: str, verb: str, query: str, shows_from: date | None = None) -> Line:
    return Line(
        row.pk, team(Team.PLANNING), WORK, f"{text} {{count}}건", policies_url(query), verb, row.title, shows_from=shows_from,
        rank=rank, together=query, is_sample=row.is_sample,
    )  # fmt: skip


def _titles(lines: Sequence[InboxLine]) -> str:
    return lines[0].note + (" 등" if len(lines) > 1 else "")


TODOS = (Inbox(
    "named_policies", NamedPolicy, _policy_lines, whole=(Setting,), summary=_titles,
    follows={
        PolicyUpdate: "updates", Submission: "updates__submission", PolicyPerson: "people", Assignment: "people__post__assignments",
    },
),)  # fmt: skip
