"""승패 분류의 처음 정의를 싣는다. 보고서의 머리글 「승소(소취하 등)」 「패소(일부인용)」에서 왔다(Ⅱ-5)."""

from __future__ import annotations

from datetime import date

from core.history.settle import Settling
from legal.lawsuits.models import Bucket, Outcome, OutcomeBucket

STARTS_ON = date(2000, 1, 1)
_REPORT = "2023년 주요업무보고 Ⅱ-5 표의 머리글"
_BUCKETS = {
    Outcome.WON: (Bucket.WON, _REPORT), Outcome.DISMISSED: (Bucket.WON, f"{_REPORT}의 「소취하 등」"),
    Outcome.WITHDRAWN: (Bucket.WON, _REPORT), Outcome.LOST: (Bucket.LOST, _REPORT), Outcome.PARTLY_LOST: (Bucket.LOST, _REPORT),
    Outcome.SETTLED: (Bucket.NEITHER, "보고서에 정한 바가 없음. 구가 정하면 새 행으로 바꿉니다"),
    Outcome.OTHER: (Bucket.NEITHER, "보고서에 정한 바가 없음"),
}  # fmt: skip


def load_buckets(settling: Settling) -> None:
    """결과마다 현황표의 칸. 사람이 고친 것은 그대로 둔다."""
    for outcome, (bucket, basis) in _BUCKETS.items():
        settling.put(OutcomeBucket, {"outcome": outcome, "valid_from": STARTS_ON}, {"bucket": bucket, "basis": basis})
