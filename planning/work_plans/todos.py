"""주요업무계획의 할 일."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.access import Team
from core.history.models import RecordQuerySet
from core.inbox.source import HEAD, Inbox, Line, officers, team
from core.rounds.models import Submission
from planning.work_plans.models import WorkItem, WorkPlan

_STATE = WorkItem.State
# 누가 무엇을: 단계 → (누구, 할 일, 설명)
_WORK = {
    _STATE.SUBMITTED: (team(Team.PLANNING), "접수", "팀 검토를 시작합니다."),
    _STATE.TEAM_REVIEW: (team(Team.PLANNING), "검토", "살펴보고 부구청장 검토보고로 넘깁니다."),
    _STATE.VICE_MAYOR: (team(Team.PLANNING), "부구청장 검토 기록", "검토한 날과 의견을 적고 구청장 검토보고로 넘깁니다."),
    _STATE.MAYOR: (HEAD, "확정", "구청장 검토를 마친 날을 적고 확정합니다."),
}


def _work_item_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """기획조정팀은 검토할 것, 과장은 확정할 것, 팀은 제 팀이 적거나 보완할 것. 계획과 단계마다 한 줄."""
    stages = [*_WORK, *WorkItem.WRITING]
    for one in rows.with_stage().filter(stage__in=stages).select_related("plan"):  # type: ignore[attr-defined]
        owner, own = str(Team.PLANNING.label), ""
        if one.stage in _WORK:
            whom, word, note = _WORK[one.stage]
        elif one.team:
            whom, word, note = officers(one.team), "작성", "우리 팀의 사업입니다. 적어서 제출합니다."
            owner, own = one.get_team_display(), f"&team={one.team}"
        else:
            continue
        where = f"plan={one.plan_id}&stage={one.stage}{own}"
        url = f"{reverse('planning.workitem-list')}?{where}"
        yield Line(
            one.pk, whom, "주요업무계획", f"{one.plan.year}년 {one.plan.get_kind_display()} {word} {{count}}건", url, "살펴보기", note,
            owner=owner, rank=one.plan.year, together=where, is_sample=one.is_sample,
        )  # fmt: skip


TODOS = (Inbox("work_plans", WorkItem, _work_item_lines, follows={Submission: "submission", WorkPlan: "plan"}),)
