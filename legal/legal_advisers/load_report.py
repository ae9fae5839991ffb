"""전문분야를 알아보는 낱말의 처음 값. 담당자가 고친 것은 덮지 않고, 지운 것을 되살리지 않는다."""

from __future__ import annotations

from core.history.settle import Settling
from legal.legal_advisers.models import SpecialtyWord

WORDS: dict[str, tuple[str, ...]] = {
    "행정": ("처분", "과태료", "허가", "인가"),
    "민사": ("손해배상", "부당이득", "대금", "소유권", "인도", "구상금", "채무"),
    "조세": ("취득세", "재산세", "지방세", "압류", "체납"),
    "건설": ("건축", "이행강제금", "하자", "공사"),
    "부동산": ("소유권", "토지", "건물", "도로", "점용"),
    "도시정비": ("조합", "관리처분", "정비"),
    "국가배상": ("손해배상", "구상금"),
    "노동": ("해고", "징계", "임금", "근로"),
    "보건": ("의료", "약국", "장애"),
    "위생": ("영업정지", "과징금", "식품"),
    "환경": ("폐기물", "배출", "하수", "원인자부담금"),
    "계약": ("계약", "대금", "입찰", "위탁", "위탁료"),
    "정보공개": ("정보공개",),
    "보조금": ("보조금", "환수"),
}


def load_words(settling: Settling) -> None:
    """낱말이 하나도 없을 때만 싣는다."""
    if SpecialtyWord.objects.exists():
        settling.counts["unchanged"] += SpecialtyWord.objects.count()
        return
    for specialty, words in WORDS.items():
        for word in words:
            settling.put(SpecialtyWord, {"specialty": specialty, "word": word})
