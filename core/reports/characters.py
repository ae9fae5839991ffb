"""글자를 다듬는다: 문서에 넣을 수 없는 제어 문자를 빼고 줄바꿈을 하나로 모은다. 나머지 글자는 그대로 둔다."""

from __future__ import annotations

import re

# 갖가지 줄바꿈(복귀, 수직 탭, 쪽 넘김, NEL, LS, PS)은 줄바꿈 하나로, 탭은 빈칸으로 바꾼다.
_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# XML 이 받지 않는 글자와 눈에 보이지 않는 제어 문자. 묶음을 잇는 ZWJ, 옛 조판의 ZWSP 는 뜻이 있으므로 남긴다.
_REFUSED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff\U0001fffe\U0001ffff]")


def clean(text: str) -> str:
    """문서에 넣을 글자."""
    return _REFUSED.sub("", _BREAKS.sub("\n", text).replace("\t", " "))


def lines_of(text: str) -> list[str]:
    """다듬은 글을 줄마다."""
    return clean(text).split("\n")
