"""신구조문대비표: 현행과 개정안을 낱말로 견준다."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

# 낱말, 빈칸, 문장부호 하나하나
_TOKENS = re.compile(r"\s+|[가-힣A-Za-z0-9]+|.", re.DOTALL)
# 이보다 짧게 같은 자리는 바뀐 것으로 이어 적는다. 조사 하나가 같다고 글이 잘게 끊기지 않게 한다.
_SHORTEST = 2


@dataclass(frozen=True)
class Piece:
    """글 한 토막. state 는 same(같음) · old(현행에만) · new(개정안에만)."""

    text: str
    state: str


def tokens(text: str) -> list[str]:
    """견줄 토막. 이어 붙이면 원래 글이다."""
    return _TOKENS.findall(text)


def compare(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """(현행의 토막, 개정안의 토막). 토막을 이으면 저마다 원래 글이다."""
    left, right = tokens(old), tokens(new)
    before: list[Piece] = []
    after: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal" and (b - a >= _SHORTEST or (not before and not after) or b == len(left)):
            _add(before, "".join(left[a:b]), "same")
            _add(after, "".join(right[c:d]), "same")
            continue
        _add(before, "".join(left[a:b]), "old")
        _add(after, "".join(right[c:d]), "new")
    return before, after


def _add(pieces: list[Piece], text: str, state: str) -> None:
    if not text:
        return
    if pieces and pieces[-1].state == state:
        pieces[-1] = Piece(pieces[-1].text + text, state)
    else:
        pieces.append(Piece(text, state))


def dashed(pieces: list[Piece]) -> list[Piece]:
    """공문서의 대비표처럼 같은 부분을 줄표로 적은 개정안."""
    return [Piece(re.sub(r"\S", "-", one.text), one.state) if one.state == "same" else one for one in pieces]
