"""의회법무팀이 맡은 위원회의 처음 값: 조례·규칙심의회와 소송심의회. 담당자가 고친 것은 덮지 않는다."""

from __future__ import annotations

from typing import Any

from core.access import Team
from core.committees.facts import put_committee
from core.committees.quorum import Passing, Quorum
from core.history.settle import Settling

COUNCIL, LAWSUIT_REVIEW = "ordinance-council", "lawsuit-review"
_COMMITTEES: tuple[tuple[str, dict[str, Any], tuple[tuple[str, str], ...]], ...] = (
    (
        COUNCIL,
        {
            "name": "조례·규칙심의회", "basis": "지방자치법 시행령 제28조", "quorum": Quorum.MAJORITY, "passing": Passing.MAJORITY_ALL,
            "recused_leave_total": False, "term_months": None, "renewals_allowed": None, "written_allowed": True,
        },
        (
            ("의회에 낼 조례안의 심의", "지방자치법 시행령 제28조제1항"),
            ("의회가 의결해 이송한 조례의 공포 심의(낸 대로 의결된 것은 제외)", "지방자치법 시행령 제28조제1항"),
            ("규칙안의 심의", "지방자치법 시행령 제28조제1항"),
            ("그 밖에 구청장이 부친 안건의 심의", "지방자치법 시행령 제28조제1항"),
        ),
    ),
    (
        LAWSUIT_REVIEW,
        {
            "name": "소송심의회", "basis": "구의 소송사무 처리 규칙(확인 필요)", "quorum": Quorum.MAJORITY,
            "passing": Passing.MAJORITY_PRESENT,
            "term_months": None, "renewals_allowed": None, "written_allowed": True,
        },
        (
            ("소 제기와 상소 여부의 심의", "구의 소송사무 처리 규칙"),
            ("화해·조정 수락의 심의", "구의 소송사무 처리 규칙"),
            ("소송대리인 선임의 심의", "구의 소송사무 처리 규칙"),
            ("소송비용 면제·결손의 심의", "구의 소송사무 처리 규칙"),
        ),
    ),
)  # fmt: skip


def load_committees(settling: Settling) -> None:
    """두 위원회와 그 기능. 이미 있으면 기능을 되살리지 않는다."""
    for code, values, functions in _COMMITTEES:
        put_committee(settling, code, {**values, "team": Team.LEGAL}, functions)
