"""비슷한 용역 찾기. 제목이 아니라 목적과 대상의 글로 견준다: 이름만 바꾼 같은 용역을 찾고, 이름만 같은 다른 용역은 찾지 않는다."""

from __future__ import annotations

import math
import re
from collections import Counter
from decimal import Decimal

from budget.research_projects.models import ResearchProject, SimilarJob

# 목적과 대상의 몫. 어느 한쪽이라도 대상을 적지 않았으면 목적으로만 견준다.
PURPOSE_SHARE, SUBJECT_SHARE = 0.6, 0.4
# 이보다 덜 비슷한 것(%)은 적지 않고, 많아도 이만큼만 적는다.
FLOOR, MOST = Decimal(20), 5
_WORD = re.compile(r"[0-9a-z가-힣]+")


def grams(text: str) -> frozenset[str]:
    """글의 두 글자 조각. 조사가 붙어도 같은 낱말의 조각은 같다."""
    return frozenset(word[at : at + 2] for word in _WORD.findall(text.lower()) for at in range(max(len(word) - 1, 1)))


class Finder:
    """한 용역을 다른 용역들과 견준다. 흔한 조각(「용역」, 「수립」)은 가볍게, 드문 조각은 무겁게 센다. 질의 하나."""

    def __init__(self, project: ResearchProject) -> None:
        others = ResearchProject.objects.live().exclude(pk=project.pk)
        self.project, self.others = project, list(others.order_by("pk").only("title", "year", "purpose", "subject"))
        texts = [grams(f"{one.purpose} {one.subject}") for one in (project, *self.others)]
        counts = Counter(gram for text in texts for gram in text)
        self.weight = {gram: math.log(1 + len(texts) / count) for gram, count in counts.items()}

    def _same(self, one: str, other: str) -> float:
        """두 글이 함께 가진 조각의 몫(0~1)."""
        mine, theirs = grams(one), grams(other)
        whole = sum(self.weight.get(gram, 1.0) for text in (mine, theirs) for gram in text)
        return 2 * sum(self.weight.get(gram, 1.0) for gram in mine & theirs) / whole if whole else 0.0

    def score(self, other: ResearchProject) -> Decimal:
        """비슷한 정도(%)."""
        found = self._same(self.project.purpose, other.purpose)
        if self.project.subject and other.subject:
            found = PURPOSE_SHARE * found + SUBJECT_SHARE * self._same(self.project.subject, other.subject)
        return Decimal(str(round(found * 100, 1)))

    def found(self) -> list[tuple[Decimal, ResearchProject]]:
        """비슷한 것, 많이 비슷한 것부터."""
        scored = ((self.score(one), one) for one in self.others)
        return sorted((pair for pair in scored if pair[0] >= FLOOR), key=lambda pair: (-pair[0], pair[1].pk))[:MOST]


def find_similar(project: ResearchProject) -> int:
    """비슷한 용역을 찾아 적고 판단할 건수를 준다. 이미 판단한 것은 점수만 새로 적고, 이제 비슷하지 않은데 판단하지 않은 것은 뺀다."""
    left, kept = 0, {one.other_id: one for one in project.similar_jobs.exclude(other=None)}
    for score, other in Finder(project).found():
        row = kept.pop(other.pk, None) or SimilarJob(project=project, other=other, is_sample=project.is_sample)
        row.title, row.year, row.source, row.score = other.title, other.year, "구의 지난 용역", score
        row.save()
        left += not row.judgement
    for row in kept.values():
        if not row.judgement:
            row.delete()
    return left
