"""확정일을 세는 법. 판결은 상소기간이 지나기 앞에는 확정되지 않는다(민사소송법 제498조).

- 상소가 없으면 두 당사자 가운데 늦게 송달받은 쪽의 기간이 끝난 다음 날
- 취하·화해·조정은 그날, 더 다툴 수 없는 상고심은 선고한 날
- 행정심판의 재결은 송달한 날. 구는 재결에 상소할 수 없다(행정심판법 제48조, 제49조)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from core.deadlines.models.rules import RuleMissing
from core.deadlines.services import count_by_rule
from core.formats import date_plain
from legal.lawsuits.models import Instance, Outcome, Ruling

_L = Instance.Level
# 심급의 판결에 하는 상소의 규칙
APPEAL_RULES: dict[str, str] = {
    _L.FIRST: "suit.appeal", _L.RETRIAL: "suit.appeal", _L.SECOND: "suit.final_appeal", _L.REMAND: "suit.final_appeal",
    _L.APPLICATION: "suit.immediate_appeal",
}  # fmt: skip
# 판결 없이 끝난 결과
WITHOUT_JUDGMENT = (Outcome.WITHDRAWN, Outcome.SETTLED)

# (규칙, 기산일) → 법정 기한. 그날 쓰는 규칙이 없으면 None
Due = Callable[[str, date], date | None]


def due_by_rule(code: str, trigger: date) -> date | None:
    """규칙으로 센 법정 기한."""
    try:
        return count_by_rule(code, trigger)[1].due
    except RuleMissing:
        return None


@dataclass(frozen=True)
class Finality:
    """on 확정일(아직이면 None), basis 왜 그날인가, until 상소기간의 마지막 날."""

    on: date | None
    basis: str
    until: date | None = None


def finality(ruling: Ruling, level: str, today: date, due: Due = due_by_rule) -> Finality:
    """한 심급의 판결이 언제 확정되는가."""
    if ruling.certified_on:
        return Finality(ruling.certified_on, "확정증명에 적힌 날")
    if ruling.appeal in Ruling.APPEALED:
        return Finality(None, f"{ruling.get_appeal_display()}하여 확정되지 않았습니다.")
    if ruling.outcome in WITHOUT_JUDGMENT:
        return Finality(ruling.ruled_on, f"{ruling.get_outcome_display()}로 끝난 날")
    if level == _L.APPEAL:
        served = ruling.opponent_served_on or ruling.served_on
        if served is None:
            return Finality(None, "재결서의 송달일을 적으면 확정됩니다.")
        return Finality(served, "재결을 송달한 날(행정심판법 제48조). 구는 재결에 상소하지 못합니다.")
    code = APPEAL_RULES.get(level)
    if code is None:
        return Finality(ruling.ruled_on, "더 다툴 수 없는 심급이라 선고한 날")
    if ruling.served_on is None or ruling.opponent_served_on is None:
        return Finality(None, "두 쪽의 송달일을 모두 적어야 확정일을 셉니다.")
    ends = [due(code, day) for day in (ruling.served_on, ruling.opponent_served_on)]
    if None in ends:
        return Finality(None, "상소기한 규칙이 없어 세지 못했습니다. 기한 규칙을 확인해 주세요.")
    until = max(day for day in ends if day)
    later = "상대" if ends[1] == until and ends[0] != until else "우리" if ends[0] == until and ends[1] != until else "두 쪽"
    basis = f"{later}의 상소기간이 {date_plain(until)}에 끝나 그 다음 날(민사소송법 제498조)"
    final = until + timedelta(days=1)
    if ruling.appeal == Ruling.Appeal.NONE and final <= today:
        return Finality(final, basis, until)
    wait = "상소가 없으면 " if ruling.appeal == Ruling.Appeal.UNKNOWN else ""
    return Finality(None, f"{wait}{date_plain(final)}에 확정됩니다. {basis}.", until)
