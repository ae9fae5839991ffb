"""성과관리의 할 일."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.access import Team
from core.formats import date_plain
from core.history.models import RecordQuerySet
from core.inbox.source import Inbox, Line, team
from evaluation.performance.models import Indicator, IndicatorChange, Objection

_NAMES = ("indicator__perf_project__department",)


def _objection_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """평가팀이 답해야 하는 이의신청."""
    for one in rows.filter(status=Objection.Status.FILED).select_related(*_NAMES):
        url, owner = reverse("evaluation.objection-detail", args=[one.pk]), one.indicator.perf_project.department
        yield Line(
            one.pk, team(Team.EVALUATION), "성과관리", str(one), url, "결정", f"{owner} · {date_plain(one.filed_on)} 접수", one.due_on,
            str(Team.EVALUATION.label), is_sample=one.is_sample,
        )  # fmt: skip


def _change_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """승인을 기다리는 지표 변경."""
    for one in rows.filter(status=IndicatorChange.Status.REQUESTED).select_related(*_NAMES):
        url, owner = reverse("evaluation.indicatorchange-detail", args=[one.pk]), one.indicator.perf_project.department
        yield Line(
            one.pk, team(Team.EVALUATION), "성과관리", f"지표 {one} 승인", url, "살펴보기",
            f"{owner} · {date_plain(one.requested_on)} 신청", owner=str(Team.EVALUATION.label), is_sample=one.is_sample,
        )  # fmt: skip


OBJECTIONS = Inbox("performance.objections", Objection, _objection_lines, follows={Indicator: "indicator"})
INDICATOR_CHANGES = Inbox("performance.changes", IndicatorChange, _change_lines, follows={Indicator: "indicator"})
TODOS = (OBJECTIONS, INDICATOR_CHANGES)
