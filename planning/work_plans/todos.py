"""주요업무계획의 할 일."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse

from core.access import Role, Team, owns_team
from core.org.models import Staff
from core.todo import Todo
from planning.work_plans.models import WorkItem, WorkPlan


def work_plan_work(user: Staff) -> list[Todo]:
    """주요업무: 기획조정팀은 검토할 것, 과장은 확정할 것, 팀은 제 팀이 적거나 보완할 것. 계획과 단계마다 한 줄."""
    state = WorkItem.State
    rows, team, head = WorkItem.objects.for_user(user), Team.PLANNING, user.role in (Role.HEAD, Role.ADMIN)
    words: dict[str, tuple[str, str]] = {}
    if owns_team(user, team):
        words |= {state.SUBMITTED: ("접수", "팀 검토를 시작합니다."), state.TEAM_REVIEW: ("검토", "살펴보고 부구청장 검토보고로 넘깁니다."),
                  state.VICE_MAYOR: ("부구청장 검토 기록", "검토한 날과 의견을 적고 구청장 검토보고로 넘깁니다.")}  # fmt: skip
    if head:
        words[state.MAYOR] = ("확정", "구청장 검토를 마친 날을 적고 확정합니다.")
    wanted = Q(stage__in=list(words))
    if user.role == Role.TEAM:
        wanted |= Q(team=user.team, stage__in=WorkItem.WRITING)
        words |= dict.fromkeys(WorkItem.WRITING, ("작성", "우리 팀의 사업입니다. 적어서 제출합니다."))
    elif not words:
        return []
    grouped = rows.with_stage().filter(wanted).order_by("plan__year").values("plan", "plan__year", "plan__kind", "stage")
    found = []
    for one in grouped.annotate(count=Count("pk"), samples=Count("pk", filter=Q(is_sample=True))):
        word, note = words[one["stage"]]
        kind = WorkPlan.Kind(one["plan__kind"]).label
        own = f"&team={user.team}" if one["stage"] in WorkItem.WRITING else ""
        url = f"{reverse('planning.workitem-list')}?plan={one['plan']}&stage={one['stage']}{own}"
        found.append(Todo(
            None, "주요업무계획", f"{one['plan__year']}년 {kind} {word} {one['count']}건", note,
            str(Team.PLANNING.label if not own else user.team_label), url, "살펴보기", url, bool(one["samples"]),
        ))  # fmt: skip
    return found
