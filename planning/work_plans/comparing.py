"""두 검토본을 견준다: 줄을 맞추고, 달라진 줄은 낱말까지 견준다."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"
LABELS = {SAME: "", ADDED: "더함", REMOVED: "뺌", CHANGED: "고침"}
_WORD = re.compile(r"\s+|[0-9][0-9,.]*|[가-힣A-Za-z]+|.", re.S)


@dataclass(frozen=True)
class Piece:
    """낱말 한 토막과 그 상태."""

    state: str
    text: str


@dataclass(frozen=True)
class ComparedLine:
    """견준 한 줄."""

    state: str
    mark: str
    pieces: tuple[Piece, ...]

    @property
    def label(self) -> str:
        return LABELS[self.state]


def compare(old: Sequence[Sequence[str]], new: Sequence[Sequence[str]]) -> list[ComparedLine]:
    """(표시, 글)의 줄 둘을 견준다. 뒤의 차례로 늘어놓고 빠진 줄은 있던 자리에 둔다."""
    before, after = [tuple(one[:2]) for one in old], [tuple(one[:2]) for one in new]
    found: list[ComparedLine] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [_whole(SAME, *line) for line in after[b1:b2]]
            continue
        pairs = min(a2 - a1, b2 - b1)
        for left, right in zip(before[a1 : a1 + pairs], after[b1 : b1 + pairs], strict=True):
            if left[0] == right[0] and SequenceMatcher(None, left[1], right[1], autojunk=False).ratio() > 0.3:
                found.append(ComparedLine(CHANGED, right[0], tuple(words(left[1], right[1]))))
            else:
                found += [_whole(REMOVED, *left), _whole(ADDED, *right)]
        found += [_whole(REMOVED, *line) for line in before[a1 + pairs : a2]]
        found += [_whole(ADDED, *line) for line in after[b1 + pairs : b2]]
    return found


def _whole(state: str, mark: str, text: str) -> ComparedLine:
    return ComparedLine(state, mark, (Piece(state, text),))


def words(old: str, new: str) -> list[Piece]:
    """두 글을 낱말로 견준 토막. 같은 것과 더한 것을 이으면 새 글, 같은 것과 뺀 것을 이으면 옛 글이다."""
    left, right = _WORD.findall(old), _WORD.findall(new)
    found: list[Piece] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(SAME, "".join(right[b1:b2])))
            continue
        if a2 > a1:
            found.append(Piece(REMOVED, "".join(left[a1:a2])))
        if b2 > b1:
            found.append(Piece(ADDED, "".join(right[b1:b2])))
    return found
