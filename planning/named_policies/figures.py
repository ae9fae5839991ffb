"""정책실명제의 수치: 공개 건수, 오래된 카드, 담당 변경 미반영, 처리 중인 구민신청."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.figures.figure import Figure, FigureValue, reported, rows_mark
from core.figures.models import POLICY_STALE, Setting
from planning.named_policies.models import CitizenApplication, NamedPolicy

POSTED = "planning.named_policies"


def stale_days(day: date) -> int:
    """카드가 오래됐다고 보는 날수."""
    found: int = Setting.objects.values_on(day)[POLICY_STALE]
    return found


def policies_url(query: str = "") -> str:
    """조건에 맞는 사업의 목록."""
    return f"{reverse('planning.namedpolicy-list')}?{query}"


def applications_url() -> str:
    """처리 중인 구민신청의 목록."""
    return f"{reverse('planning.citizenapplication-list')}?open=yes"


def _posted(as_of: date | None) -> FigureValue:
    """그날 공개하고 있는 사업. 그날까지 공개한 행이 하나도 없으면 보고서에 인쇄된 값이다."""
    day = as_of or timezone.localdate()
    if not NamedPolicy.objects.filter(published_on__lte=day).exists():
        return reported(POSTED, as_of)
    rows = NamedPolicy.objects.posted(day)
    return FigureValue(rows.count(), day, "computed", policies_url(f"posted={day}"), mark=rows_mark(rows))


def _count(rows_on: Callable[[date], QuerySet[Any]], url: Callable[[], str], as_of: date | None) -> FigureValue:
    day = as_of or timezone.localdate()
    rows = rows_on(day)
    if not rows.model.objects.exists():
        return FigureValue(None, as_of, "missing")
    return FigureValue(rows.count(), day, "computed", url(), mark=rows_mark(rows))


FIGURES = [
    Figure(POSTED, "정책실명제 게시", "건",
           "기준일에 구 홈페이지에 공개하고 있는 정책실명제·구민신청실명제 사업의 수. 비공개로 돌리거나 종료한 것은 뺀다.",
           _posted, version=2),
    Figure("named_policies.stale", "정책실명제 오래된 카드", "건",
           "공개하고 있는데 마지막으로 고친 지(고친 적이 없으면 공개한 지) 설정한 날수가 넘은 사업의 수.",
           partial(_count, lambda day: NamedPolicy.objects.stale(day),
                   lambda: policies_url("check=stale"))),
    Figure("named_policies.moved", "정책실명제 담당 변경 미반영", "건",
           "선정하고 끝나지 않은 사업 가운데, 관련자에 적은 보직을 지금 다른 사람이 맡고 있는 것의 수.",
           partial(_count, lambda day: NamedPolicy.objects.with_moved_people(day), lambda: policies_url("check=moved"))),
    Figure("named_policies.applications", "정책실명제 처리 중인 구민신청", "건",
           "접수하고 아직 결과를 통지하지 않은 구민신청의 수.",
           partial(_count, lambda day: CitizenApplication.objects.open(), applications_url)),
]  # fmt: skip
