"""처음 값: 사전심사의 종류. 구가 더 하는 것(인권·아동영향평가 따위)은 화면에서 더한다."""

from __future__ import annotations

from core.history.settle import Settling
from legal.local_laws.models import ReviewKind

_KINDS = (
    ("규제심사", ReviewKind.AppliesTo.BOTH, "행정규제기본법 제3조제3항"),
    ("부패영향평가", ReviewKind.AppliesTo.BOTH, "부패방지권익위법 제28조, 시행령 제30조"),
    ("성별영향평가", ReviewKind.AppliesTo.BOTH, "성별영향평가법 제5조제1항"),
    ("비용추계", ReviewKind.AppliesTo.ORDINANCE, "지방자치법 제148조, 구 조례"),
)


def load_review_kinds(settling: Settling) -> None:
    """사전심사의 종류 넷. 사람이 고친 것은 덮지 않는다."""
    for order, (name, applies_to, article) in enumerate(_KINDS, start=1):
        settling.put(ReviewKind, {"name": name}, {"applies_to": applies_to, "article": article, "order": order})
