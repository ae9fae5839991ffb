"""학술용역심의위원회의 처음 값. 담당자가 고친 것은 덮지 않는다."""

from __future__ import annotations

from budget.research_projects.services import COUNCIL
from core.access import Team
from core.committees.facts import put_committee
from core.committees.quorum import Passing, Quorum
from core.history.settle import Settling

_FUNCTIONS = ("학술용역의 필요성·중복성·활용성 심의", "용역비와 용역기간의 적정성 심의", "용역 결과의 평가와 활용 점검")
_BASIS = "구의 학술용역 관리 조례(확인 필요)"


def load_committee(settling: Settling) -> None:
    """위원회와 그 기능. 이미 있으면 기능을 되살리지 않는다. 정족수와 임기는 구의 조례로 바꾼다."""
    put_committee(settling, COUNCIL, {
        "name": "학술용역심의위원회", "basis": _BASIS, "quorum": Quorum.MAJORITY, "passing": Passing.MAJORITY_PRESENT,
        "term_months": 24, "renewals_allowed": 1, "written_allowed": True, "team": Team.BUDGET,
    }, [(title, _BASIS) for title in _FUNCTIONS])  # fmt: skip
