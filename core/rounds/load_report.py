"""재촉하는 차례의 처음 값을 싣는다. 관리자가 고친 것은 덮지 않는다."""

from __future__ import annotations

from core.history.settle import Settling
from core.rounds.models import ReminderLadder, ReminderStep

NAME = "보통"
Audience = ReminderStep.Audience
STEPS = ((-3, Audience.HANDLER), (0, Audience.TEAM_LEAD), (1, Audience.HEAD), (3, Audience.BUREAU_HEAD))


def usual_ladder() -> ReminderLadder | None:
    """처음 값으로 실은 재촉하는 차례. 회차의 틀을 실을 때 쓴다."""
    return ReminderLadder.objects.filter(name=NAME).first()


def load_ladder(settling: Settling) -> ReminderLadder:
    """사흘 앞 담당, 마감 날 팀장, 다음 날 부서장, 사흘 뒤 국장(요약)."""
    known = ReminderLadder.objects.filter(name=NAME).first()
    if known:
        # 관리자가 지운 차례를 되살리지 않는다.
        settling.counts["unchanged"] += 1 + known.steps.count()
        return known
    ladder = settling.put(ReminderLadder, {"name": NAME})
    for offset, audience in STEPS:
        settling.put(ReminderStep, {"ladder": ladder, "offset": offset, "audience": audience})
    return ladder
