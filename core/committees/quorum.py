"""정족수 셈. 개의 정족수와 의결 정족수를 갈래로 두고, 몇 명이 필요한지 센다."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models


class Quorum(models.TextChoices):
    """개의 정족수: 몇 명이 나와야 회의를 여는가."""

    NONE = "none", "정하지 않음"
    MAJORITY = "majority", "재적위원 과반수 출석"
    TWO_THIRDS = "two_thirds", "재적위원 3분의 2 이상 출석"


class Passing(models.TextChoices):
    """의결 정족수: 몇 명이 찬성해야 가결인가."""

    MAJORITY_PRESENT = "majority_present", "출석위원 과반수 찬성"
    MAJORITY_ALL = "majority_all", "재적위원 과반수 찬성"
    TWO_THIRDS_PRESENT = "two_thirds_present", "출석위원 3분의 2 이상 찬성"
    TWO_THIRDS_ALL = "two_thirds_all", "재적위원 3분의 2 이상 찬성"


def majority(count: int) -> int:
    """count 의 과반수: 절반을 넘는 가장 작은 수."""
    return count // 2 + 1


def two_thirds(count: int) -> int:
    """count 의 3분의 2 이상인 가장 작은 수."""
    return -(-2 * count // 3)


def needed_present(quorum: str, members: int) -> int:
    """회의를 여는 데 필요한 출석위원 수. 재적이 없으면 열 수 없으므로 적어도 한 명이다."""
    if quorum == Quorum.NONE:
        return 1
    return max(majority(members) if quorum == Quorum.MAJORITY else two_thirds(members), 1)


def needed_votes(passing: str, members: int, present: int) -> int:
    """가결에 필요한 찬성 수."""
    base = members if passing in (Passing.MAJORITY_ALL, Passing.TWO_THIRDS_ALL) else present
    by_majority = passing in (Passing.MAJORITY_ALL, Passing.MAJORITY_PRESENT)
    return max(majority(base) if by_majority else two_thirds(base), 1)


@dataclass(frozen=True)
class Tally:
    """안건 하나의 정족수: 재적, 출석과 규칙. 제척·기피·회피한 위원은 뺀 수다."""

    quorum: str
    passing: str
    members: int
    present: int

    @property
    def needed_present(self) -> int:
        return needed_present(self.quorum, self.members)

    @property
    def needed_votes(self) -> int:
        return needed_votes(self.passing, self.members, self.present)

    @property
    def is_open(self) -> bool:
        """개의 정족수를 채웠는가."""
        return self.present >= self.needed_present

    def passes(self, votes_for: int) -> bool:
        """찬성 votes_for 로 가결인가."""
        return self.is_open and votes_for >= self.needed_votes

    @property
    def text(self) -> str:
        """「재적 10명, 출석 8명. 개의 6명(재적위원 과반수 출석), 가결 6명(재적위원 과반수 찬성)」"""
        opening = f"개의 {self.needed_present}명({Quorum(self.quorum).label})"
        return f"재적 {self.members}명, 출석 {self.present}명. {opening}, 가결 {self.needed_votes}명({Passing(self.passing).label})"
