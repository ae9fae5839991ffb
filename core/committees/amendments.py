"""원안과 수정안을 낱말까지 견준다."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, REMOVED, ADDED = "same", "removed", "added"
_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Part:
    """견준 글의 한 조각: 그대로이거나, 지웠거나, 넣었다."""

    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """견준 한 줄. changed 는 바뀐 줄인가이다."""

    parts: tuple[Part, ...]

    @property
    def changed(self) -> bool:
        return any(part.kind != SAME for part in self.parts)


def compare(old: str, new: str) -> list[Line]:
    """원안 old 를 수정안 new 와 견준 줄. 바뀐 줄은 낱말로 나누어 견준다."""
    before, after = old.replace("\r\n", "\n").split("\n"), new.replace("\r\n", "\n").split("\n")
    found: list[Line] = []
    for tag, first, last, start, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [_whole(SAME, text) for text in before[first:last]]
            continue
        paired = min(last - first, stop - start)
        found += [_words(before[first + at], after[start + at]) for at in range(paired)]
        found += [_whole(REMOVED, text) for text in before[first + paired : last]]
        found += [_whole(ADDED, text) for text in after[start + paired : stop]]
    return found


def _whole(kind: str, text: str) -> Line:
    return Line((Part(kind, text),))


def _words(old: str, new: str) -> Line:
    """한 줄을 낱말로 나누어 견준다."""
    before, after, parts = _WORDS.findall(old), _WORDS.findall(new), []
    for tag, first, last, start, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(Part(SAME, "".join(before[first:last])))
            continue
        if last > first:
            parts.append(Part(REMOVED, "".join(before[first:last])))
        if stop > start:
            parts.append(Part(ADDED, "".join(after[start:stop])))
    return Line(tuple(parts))
