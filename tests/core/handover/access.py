"""인수인계의 주소 × 역할: 넘긴 사람과 받은 사람, 과장과 시스템관리자가 보고, 넘긴 사람과 시스템관리자가 처리한다."""

from __future__ import annotations

from core.handover.models import Handover
from tests.access import SIGNED_IN, Rows, Table, expect, key, one, only, screens


def handover(rows: Rows) -> Handover:
    """부서 담당자가 예산팀에 넘기는 인수인계."""
    return Handover.objects.create(giver=rows.people["부서 담당자"], taker=rows.people["예산팀"], reason="인사발령")


ACCESS: Table = {
    "core.handover-received": one(SIGNED_IN),
    **screens(
        "core.handover", "form", SIGNED_IN, expect(200, 열람자=403),
        one(only("시스템관리자", "과장", "예산팀", "부서 담당자", otherwise=404), key(handover)),
        one(only("시스템관리자", "부서 담당자", otherwise=404) | {"과장": 403, "예산팀": 403}, key(handover)),
    ),
}  # fmt: skip
