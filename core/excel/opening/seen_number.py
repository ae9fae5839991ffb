"""웹 문서와 엑셀 2003 XML 의 수: 표시 형식이 화면에 보이는 값. 뜻이 하나로 정해지지 않으면 읽지 않고 까닭을 알린다."""

from __future__ import annotations

import re
from typing import Any

QUOTED = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]|&quot;.*?&quot;')
_SCALED = re.compile(r"[0#?](,+)(?![0#?,])")
# 따옴표 글, 한 글자, 띄우기(_x)와 채우기(*x), 대괄호, 나머지 한 글자
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|[_*].|\[([^\]]*)\]|(General|.)', re.S | re.I)
_RED = re.compile(r"red|빨강|color\s?(?:3|10|30)|색\s?(?:3|10|30)", re.I)
_MINUS = re.compile(r"[△▲▵∆−﹣－-]")


def scale_of(code: str) -> int:
    """수를 줄여 보이는 서식(`#,##0,`)의 배수. 줄이지 않으면 1."""
    found = _SCALED.search(code)
    return int(1000 ** len(found[1])) if found else 1


# 취소선을 그은 칸의 까닭과 할 일. 없앤 값인지 남긴 값인지 알 수 없어 읽지 않는다.
STRUCK = ("취소선을 그은 칸입니다", "없앤 것이면 그 행이나 값을 지우고, 아니면 취소선을 지운 뒤 다시 올려 주세요")


def unreadable(shown: str, reason: str, remedy: str = "보이는 값을 칸에 직접 적어 주세요") -> dict[str, list[str]]:
    """읽지 않고 까닭을 알릴 칸"""
    return {"no": [shown[:100], reason, remedy]}


def as_shown(number: float, code: str) -> Any:
    """수와 표시 형식이 화면에 보이는 값. 저장된 수와 다르게 보이고 뜻이 하나로 정해지지 않으면 읽지 않는 칸이다."""
    # 구역마다 [자리 글자, 함께 보이는 글, 빨강인지]
    sections: list[tuple[str, str, bool]] = []
    places, words, red = "", "", False
    for token in [*_TOKEN.finditer(code), None]:
        quoted, escaped, bracket, plain = token.groups() if token else (None, None, None, ";")
        if plain == ";":
            sections.append((places, words, red))
            places, words, red = "", "", False
        elif bracket is not None:
            if re.match(r"[<>=]", bracket) or re.fullmatch(r"h+|m+|s+", bracket, re.I):
                return unreadable(f"{number:.15g}", f"저장된 수와 다르게 보이는 서식({code})입니다")
            red = red or bool(_RED.fullmatch(bracket))
            words += bracket[1:].partition("-")[0] if bracket.startswith("$") else ""
        elif plain is not None and (plain in "0#?,.%/@Ee+" or plain.lower() == "general"):
            places += plain
        else:
            words += quoted or escaped or plain or ""
    which = 0 if number > 0 or len(sections) == 1 else 1 if number < 0 else min(2, len(sections) - 1)
    if number == 0 and which == 1:
        which = 0
    places, words, red = sections[which]
    words = re.sub(r"[\s₩￦\\]", "", words)
    if which == 2 and not _MINUS.sub("", words):
        return number
    signed = bool(_MINUS.fullmatch(words)) or words == "()"
    # 음수 구역이 따로 있으면 부호를 그 구역이 정한다.
    right_sign = (signed or (red and not words)) if which == 1 else not words
    if code and (not places or not right_sign):
        return unreadable(f"{number:.15g}", f"저장된 수와 다르게 보이는 서식({code})입니다")
    if re.fullmatch("0{2,}", places) and number >= 0 and number.is_integer():
        return f"{int(number):0{len(places)}}"
    return {"p": number} if "%" in places else number
