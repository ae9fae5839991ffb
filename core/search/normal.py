"""찾는 글을 고른 모양으로 바꾸는 방법. 띄어쓰기와 가운뎃점, 기호는 보지 않고 초성으로도 찾는다."""

from __future__ import annotations

import re
import unicodedata

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_FIRST_SYLLABLE = ord("가")
_SYLLABLES_PER_INITIAL = 588

# 초성을 잇달아 적으면 자판이 겹받침으로 묶는다.
_JOINED = str.maketrans(
    {"ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ",
     "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ"}
)  # fmt: skip
# 글자로 분류되지만 가운뎃점으로 쓰는 것(아래아, PDF 에서 깨져 나온 점)과 한 글자로 적는 (주)
_SAME = str.maketrans({"ㆍ": "", "ᆞ": "", "ž": "", "㈜": "주"})
_WIDE = str.maketrans({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})


def normal(text: str) -> str:
    """견줄 때 쓰는 모양: NFC, 소문자, 반각, 글자와 숫자만."""
    text = unicodedata.normalize("NFC", text).translate(_WIDE).translate(_SAME).casefold()
    return "".join(letter for letter in text if letter.isalnum())


def patterns(query: str) -> list[re.Pattern[str]]:
    """찾는 말의 낱말마다 하나. 모두 맞아야 찾은 것이다. 초성 하나는 그 초성으로 시작하는 글자 모두와 맞는다."""
    words = [normal(word.translate(_JOINED)) for word in query.split()]
    return [re.compile("".join(map(_letter, word))) for word in words if word]


def _letter(letter: str) -> str:
    at = INITIALS.find(letter)
    if at < 0:
        return re.escape(letter)
    first = _FIRST_SYLLABLE + at * _SYLLABLES_PER_INITIAL
    return f"[{letter}{chr(first)}-{chr(first + _SYLLABLES_PER_INITIAL - 1)}]"
