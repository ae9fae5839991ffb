"""정책실명제 심의위원회의 처음 값. 담당자가 고친 것은 덮지 않는다."""

from __future__ import annotations

from core.access import Team
from core.committees.facts import put_committee
from core.committees.quorum import Passing, Quorum
from core.history.settle import Settling

COMMITTEE, NAME = "named-policies", "정책실명제 심의위원회"
_BASIS = "행정 효율과 협업 촉진에 관한 규정 제63조의3제2항"


def load_committee(settling: Settling) -> None:
    """심의위원회와 그 기능. 이미 있으면 되살리지 않는다."""
    put_committee(settling, COMMITTEE, {
        "name": NAME, "basis": _BASIS, "quorum": Quorum.MAJORITY, "passing": Passing.MAJORITY_PRESENT, "term_months": None,
        "renewals_allowed": None, "written_allowed": True, "team": Team.PLANNING,
    }, [("중점관리 대상사업의 선정", _BASIS)])  # fmt: skip
