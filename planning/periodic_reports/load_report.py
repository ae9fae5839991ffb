"""항목의 구분과 주간 회차의 틀의 처음 값을 싣는다. 팀이 고친 것은 덮지 않는다."""

from __future__ import annotations

from core.access import Team
from core.history.settle import Settling
from core.rounds.load_report import usual_ladder
from core.rounds.models import RoundTemplate
from core.rounds.period import Cycle
from planning.periodic_reports.models import ROUND_FORM, EntryKind

KINDS = (("행사", False), ("회의", False), ("점검", False), ("주요업무", True), ("기타", False))
TITLE = "주간·월중 주요업무"
# 그 주가 시작하기 나흘 앞(목요일)에 열어 다음 근무일 18시까지 받는다. 기간 끝(일요일)에서 열흘 앞이다.
OPEN_OFFSET, DUE_WORKDAYS = -10, 1


def load_kinds(settling: Settling) -> None:
    """구분이 하나도 없을 때만 싣는다. 팀이 지우거나 고친 구분을 되살리지 않는다."""
    if EntryKind.objects.exists():
        settling.counts["unchanged"] += EntryKind.objects.count()
        return
    for order, (name, is_carried) in enumerate(KINDS, start=1):
        settling.put(EntryKind, {"name": name}, {"order": order, "is_carried": is_carried})


def load_template(settling: Settling) -> RoundTemplate:
    """주간 회차의 틀. 저절로 열지는 팀이 고른다."""
    known = RoundTemplate.objects.filter(form=ROUND_FORM).first()
    if known is not None:
        settling.counts["unchanged"] += 1
        return known
    return settling.put(
        RoundTemplate, {"form": ROUND_FORM},
        {"title": TITLE, "team": Team.PLANNING, "cycle": Cycle.WEEK, "open_offset": OPEN_OFFSET, "due_workdays": DUE_WORKDAYS,
         "ladder": usual_ladder(),
         "instructions": "다음 주의 행사·회의·점검·주요업무를 적어 주세요. 그 뒤의 큰 행사도 미리 적으면 월중 자료에 실립니다."},
    )  # fmt: skip
