"""4개년 계획의 할 일."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.access import Team
from core.history.models import RecordQuerySet
from core.inbox.source import Inbox, Line, team
from core.rounds.models import Submission
from evaluation.four_year_plans.models import FourYearPlan, QuarterResult


def _judging_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """평가팀이 아직 판정하지 않은, 확정한 분기 실적. 분기마다 한 줄."""
    waiting = rows.unjudged().filter(submission__status=Submission.Status.CONFIRMED)  # type: ignore[attr-defined]
    for one in waiting.exclude(task__plan__status=FourYearPlan.Status.CLOSED).select_related("task"):
        quarter = f"plan={one.task.plan_id}&quarter={one.year}-{one.quarter}"
        url = f"{reverse('evaluation.four-year-plan-review')}?{quarter}"
        yield Line(
            one.pk, team(Team.EVALUATION), "4개년 계획", f"{one.year}년 {one.quarter}/4분기 실적 판정 {{count}}건", url, "판정하기",
            "부서의 실적을 확정했습니다. 판정하면 한눈판에 나옵니다.", owner=str(Team.EVALUATION.label),
            verb_url=f"{url}&show=unjudged", rank=one.year * 10 + one.quarter, together=quarter, is_sample=one.is_sample,
        )  # fmt: skip


TODOS = (Inbox(
    "four_year_plans", QuarterResult, _judging_lines, follows={Submission: "submission", FourYearPlan: "task__plan"}
),)
