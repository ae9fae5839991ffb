"""4개년 계획의 화면들이 함께 쓰는 탭과, 주소에서 고른 계획과 분기."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest
from django.urls import reverse

from core.access import DIVISION_ROLES
from core.history.revisions import kept_count, kept_first
from core.rounds.models import Round
from core.rounds.period import Period
from evaluation.four_year_plans.dashboard import default_quarter, key_of, parse_quarter, tasks_url
from evaluation.four_year_plans.models import FourYearPlan, QuarterResult, Task
from evaluation.four_year_plans.models.plans import HANDED_IN
from evaluation.four_year_plans.models.results import ROUND_FORM

CRUMBS = ("평가팀", ("구정운영 4개년 계획", "evaluation.four-year-plan-board"))


def chosen_plan(request: HttpRequest) -> FourYearPlan | None:
    """주소의 plan, 없으면 처음 보일 계획."""
    asked = request.GET.get("plan", "")
    if not asked:
        return FourYearPlan.objects.current()
    found = FourYearPlan.objects.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None
    if found is None:
        raise Http404("그런 계획이 없습니다.")
    return found


def chosen_quarter(request: HttpRequest, plan: FourYearPlan, name: str = "quarter") -> Period:
    """주소의 quarter, 없으면 처음 보일 분기. 대상기간 밖이면 404."""
    text = request.GET.get(name, "")
    if not text:
        return default_quarter(plan)
    found = parse_quarter(text)
    if found is None or found not in plan.quarters:
        raise Http404("계획의 대상기간에 없는 분기입니다.")
    return found


def review_quarter(plan: FourYearPlan, quarter: Period) -> Period:
    """점검 탭의 분기: 접수하고 있는 분기가 있으면 그것."""
    years = plan.starts_on.year, plan.ends_on.year
    opened = kept_first(Round.objects.running().filter(form=ROUND_FORM, year__range=years).order_by("pk"))
    return opened.period if opened else quarter


def plan_tabs(user: Any, plan: FourYearPlan | None, quarter: Period | None, current: str) -> list[dict[str, Any]]:
    """한눈판 · 이행과제 · n분기 점검 · 변경 이력 · 책자. 질의 세 번."""
    if plan is None or quarter is None:
        return []
    query = f"?plan={plan.pk}&quarter={key_of(quarter)}"
    asked = review_quarter(plan, quarter)
    tasks = Task.objects.for_user(user).filter(plan=plan)
    counts = QuarterResult.objects.of(asked).filter(task__in=tasks).aggregate(
        whole=Count("pk"), done=Count("pk", filter=~Q(status="") | Q(submission__status__in=HANDED_IN))
    )
    progress = f"{counts['done']}/{counts['whole']}" if counts["whole"] else None
    review = f"{reverse('evaluation.four-year-plan-review')}?plan={plan.pk}&quarter={key_of(asked)}"
    here = tasks_url(plan=plan.pk, quarter=key_of(quarter))
    items = [
        ("board", "한눈판", reverse("evaluation.four-year-plan-board") + query, None),
        ("tasks", "이행과제", here, kept_count(tasks.live_on(quarter.last_day))),
        *([("review", f"{asked.number}분기 점검", review, progress)] if user.role in DIVISION_ROLES else []),
        ("revisions", "변경 이력", reverse("evaluation.taskrevision-list"), None),
        ("book", "책자", f"{reverse('evaluation.four-year-plan-book')}?plan={plan.pk}&year={quarter.year}", None),
    ]
    return [
        {"title": title, "url": url, "current": key == current, "count": count} for key, title, url, count in items
    ]  # fmt: skip
