"""주요업무계획의 화면들이 함께 쓰는 빵부스러기, 탭, 주소에서 고른 계획과 기준일."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.dateparse import parse_date

from planning.work_plans.dashboard import current_plan, items_url
from planning.work_plans.models import WorkItem, WorkPlan

CRUMBS = ("기획조정팀", ("구정 주요업무계획", "planning.work-plans"))
STAGE_LABELS = dict(WorkItem.State.choices)


def chosen_plan(request: HttpRequest) -> WorkPlan | None:
    """주소의 plan 이나 year·kind, 없으면 처음 보일 계획. 없는 계획이면 404."""
    asked, year, kind = (request.GET.get(name, "") for name in ("plan", "year", "kind"))
    found: WorkPlan | None
    if asked:
        found = WorkPlan.objects.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None
    elif year:
        rows = WorkPlan.objects.filter(year=int(year)) if year.isdecimal() and len(year) == 4 else WorkPlan.objects.none()
        found = rows.filter(kind=kind).first() if kind else rows.first()
    else:
        return current_plan()
    if found is None:
        raise Http404("그런 계획이 없습니다.")
    return found


def chosen_day(request: HttpRequest) -> date | None:
    """주소의 기준일(as_of). 읽을 수 없으면 404."""
    text = request.GET.get("as_of", "")
    if not text:
        return None
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year < 2200:
        raise Http404("기준일을 읽지 못했습니다. 연-월-일로 적어 주세요.")
    return found


def plan_tabs(plan: WorkPlan, current: str, count: int | None = None, behind: int | None = None) -> list[dict[str, Any]]:
    """한눈판 · 사업 목록 · 부진사업 · 인쇄본."""
    query = f"?plan={plan.pk}"
    items = [
        ("board", "한눈판", reverse("planning.work-plans") + query, None),
        ("items", "사업 목록", items_url(plan=plan.pk), count),
        ("behind", "부진사업", reverse("planning.work-plans-behind") + query, behind),
        ("book", "보고서 모양으로", reverse("planning.work-plans-book") + query, None),
    ]
    return [{"title": title, "url": url, "current": key == current, "count": number} for key, title, url, number in items]
