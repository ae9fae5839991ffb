"""4개년 계획의 할 일."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse

from core.access import Team, owns_team
from core.org.models import Staff
from core.rounds.models import Submission
from core.todo import Todo
from evaluation.four_year_plans.models import FourYearPlan, QuarterResult


def judging_work(user: Staff) -> list[Todo]:
    """평가팀이 아직 판정하지 않은, 확정한 분기 실적. 분기마다 한 줄."""
    if not owns_team(user, Team.EVALUATION):
        return []
    rows = QuarterResult.objects.for_user(user).unjudged().filter(submission__status=Submission.Status.CONFIRMED)
    rows = rows.exclude(task__plan__status=FourYearPlan.Status.CLOSED).order_by("year", "quarter")
    found = []
    for one in rows.values("task__plan", "year", "quarter").annotate(count=Count("pk"), is_sample=Count("pk", filter=Q(is_sample=True))):
        url = f"{reverse('evaluation.four-year-plan-review')}?plan={one['task__plan']}&quarter={one['year']}-{one['quarter']}"
        found.append(Todo(
            None, "4개년 계획", f"{one['year']}년 {one['quarter']}/4분기 실적 판정 {one['count']}건",
            "부서의 실적을 확정했습니다. 판정하면 한눈판에 나옵니다.", str(Team.EVALUATION.label), url,
            "판정하기", f"{url}&show=unjudged", bool(one["is_sample"]),
        ))  # fmt: skip
    return found
