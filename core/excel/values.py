"""칸 하나에 적힌 것을 우리 값으로 바꾼다.

엑셀 칸에서 읽은 값(str, int, float, bool, date, datetime, time, None)을 받아 금액·수·날짜·코드·글자로 바꾼다.
바꿀 수 없으면 까닭과 고칠 방법을 담은 CellError를 낸다. 뜻이 두 가지로 읽히는 값은 짐작하지 않고 오류로 돌려준다.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

# 금액 단위. 배수는 원 기준이다.
UNITS: dict[str, int] = {"원": 1, "천원": 1_000, "만원": 10_000, "백만원": 1_000_000, "억원": 100_000_000, "십억원": 10**9, "조원": 10**12}
_FACTORS = frozenset(UNITS.values())

# 엑셀은 유효 숫자를 15자리까지만 지킨다. 그보다 큰 수는 이미 끝자리가 바뀌었을 수 있다.
MAX_DIGITS = 15
_LIMIT = 10**MAX_DIGITS
# 단위를 곱한 금액이 데이터베이스의 정수(64비트)에 들어가는 한도이다.
_LARGEST_WON = 10**18


class CellError(ValueError):
    """칸의 값을 읽지 못했다. reason은 까닭, remedy는 고칠 방법이며 모두 한국어 문장이다."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}. {remedy}")
        self.reason = reason
        self.remedy = remedy


class Percent(float):
    """백분율 서식이 걸린 칸의 저장값. 화면의 52.3%는 0.523으로 저장되어 있다."""


class Shown(float):
    """표시 형식 때문에 저장된 수와 달리 보이는 칸.

    text는 앞의 0까지 보이는 번호의 글자(없으면 빈 글자), factor는 함께 보이는 금액 단위의 배수(없으면 0), scale은 줄여 보이는 배수이다.
    """

    text: str
    factor: int
    scale: int

    def __new__(cls, value: float, text: str = "", factor: int = 0, scale: int = 1) -> Shown:
        made = super().__new__(cls, value)
        made.text, made.factor, made.scale = text, factor, scale
        return made


@dataclass(frozen=True, slots=True)
class Fault:
    """값 대신 오류가 들어 있는 칸(#REF! 따위). shown은 화면에 보이는 글자이다."""

    shown: str
    reason: str
    remedy: str


# ── 글자 ──────────────────────────────────────────────────────────────

_SPACES = re.compile(r"[^\S\n]+")
_LINE_BREAK = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_BLANK_LINES = re.compile(r" ?\n ?")
_INVISIBLE = re.compile("[\u200b\u200c\u2060\u180e\ufeff\u00ad]")
_JOINER = "\u200d"
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BROKEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff]")
# 글자가 아닌 번호를 엑셀이 적는 모양
_ESCAPED = re.compile(r"_x(?:FFF[EF]|D[89A-F][0-9A-F]{2})_", re.I)
_PROTECTED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")

_DOTS = "ㆍ․・‧･⋅∙•ᆞ"
_APOSTROPHES = "’‘‛`´′＇ʼ"
_MARKS = frozenset({"'", *_APOSTROPHES})
_KEY_TABLE = str.maketrans({**dict.fromkeys(_DOTS, "·"), **dict.fromkeys(_APOSTROPHES, "'")})
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"


def restore_text(text: str) -> str:
    """CSV로 내보낼 때 수식으로 읽히지 않게 앞에 붙인 작은따옴표 하나를 떼어 낸다."""
    return text[1:] if _PROTECTED.match(text) else text


def clean_text(value: Any, *, multiline: bool = False, restore: bool = False) -> str:
    """칸의 글자를 고른 모양으로 만든다. 빈 칸은 빈 글자이다.

    한글은 NFC로 모으고, 여러 가지 빈칸은 하나로 줄이고, 보이지 않는 글자는 없앤다.
    multiline이면 줄바꿈을 지킨다. restore이면 CSV에서 붙인 작은따옴표를 떼어 낸다.
    글자 방향을 바꾸는 문자나 제어 문자, 깨진 글자가 있으면 CellError.
    """
    if type(value) is not str:
        value = _as_text(value)
    if restore:
        value = restore_text(value)
    # isprintable은 제어·서식 문자와 보통 빈칸이 아닌 빈칸을 모두 걸러 주므로 대부분의 칸은 여기서 끝난다.
    if value.isprintable() and "\ufffd" not in value and "_x" not in value and unicodedata.is_normalized("NFC", value):
        text: str = value
        if "  " not in text and text[:1] != " " and text[-1:] != " ":
            return text
        return " ".join(text.split())
    return _clean_slowly(value, multiline)


def _clean_slowly(text: str, multiline: bool) -> str:
    text = _LINE_BREAK.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    if not multiline:
        # 이모지를 잇는 문자는 여러 줄 글에서만 뜻이 있고, 이름·열쇠에서는 같은 글자를 달라 보이게 한다.
        text = text.replace(_JOINER, "")
    if _BIDI.search(text):
        raise CellError("글자 방향을 바꾸는 보이지 않는 문자가 들어 있습니다", "칸의 내용을 지우고 직접 다시 적어 주세요")
    if "\ufffd" in text or _ESCAPED.search(text):
        raise CellError("깨진 글자가 들어 있습니다", "원본에서 글자를 확인해 다시 적어 주세요")
    if _BROKEN.search(text):
        raise CellError("화면에 보이지 않는 제어 문자가 들어 있습니다", "칸의 내용을 지우고 직접 다시 적어 주세요")
    text = unicodedata.normalize("NFC", text)
    if multiline:
        return _BLANK_LINES.sub("\n", _SPACES.sub(" ", text)).strip()
    return " ".join(text.split())


def _as_text(value: Any) -> str:
    """글자가 아닌 칸을 사람이 보던 모양의 글자로 바꾼다."""
    if value is None:
        return ""
    if isinstance(value, Fault):
        raise CellError(value.reason, value.remedy)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Percent):
        return f"{_percent(value):f}%"
    if isinstance(value, Shown) and value.text:
        return value.text
    if isinstance(value, float):
        if math.isfinite(value):
            return str(int(value)) if value.is_integer() and abs(value) < _LIMIT else f"{_decimal(value):f}"
        raise CellError("숫자로 나타낼 수 없는 값이 들어 있습니다", "값을 직접 적어 주세요")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    return str(value)


# 같은 이름이 수만 행에 되풀이된다.
@lru_cache(maxsize=16_384)
def search_key(text: str) -> str:
    """찾기와 견주기에 쓰는 열쇠를 만든다. 빈칸·대소문자·가운뎃점·작은따옴표 모양의 차이를 없앤다."""
    return "".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split()).translate(_KEY_TABLE).lower()


def initial_consonants(text: str) -> str:
    """한글의 초성만 뽑는다. 한글이 아닌 글자는 그대로 둔다. '기획예산과' → 'ㄱㅎㅇㅅㄱ'"""
    return "".join(
        _INITIALS[(ord(char) - 0xAC00) // 588] if "가" <= char <= "힣" else char for char in search_key(text)
    )


# ── 수 ────────────────────────────────────────────────────────────────

_MINUS = "△▲▵∆Δ−﹣－‐‑‒–—―"
# 전각 글자만 반각으로 바꾼다. 전체 호환 정규화는 ①이나 ²까지 숫자로 바꾸므로 쓰지 않는다.
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_NUMBER_TABLE: dict[int, int | str] = {**_HALF, **dict.fromkeys(map(ord, _MINUS), "-"), ord("￦"): "₩", ord("﹐"): ",", ord("，"): ","}
_PLAIN = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})")
_DIGITS = re.compile(r"[0-9]+\.?[0-9]*|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|\.[0-9]+")
_WRITTEN = re.compile(
    r"(?P<open>\(\s*)?(?P<sign>[-+])?\s*(?P<currency>[₩\\]|금)?\s*(?P<sign2>[-+])?\s*"
    r"(?P<number>[0-9.,]*[0-9][0-9.,]*)\s*(?P<unit>백만\s?원|천\s?원|원|%)?(?P<close>\s*\))?"
)
# 없음을 뜻하는 줄표. △ 하나만 적힌 칸은 음수를 적다 만 것일 수 있어 넣지 않는다.
_BLANKS = frozenset({"", *"-－−﹣‐‑–—―ㅡ"})
_EXPONENT = re.compile(r"[-+]?[0-9.,]+[eE][-+]?[0-9]+")
_LOOKALIKE = str.maketrans({"O": "0", "o": "0", "Ｏ": "0", "l": "1", "I": "1", "|": "1", "ㅣ": "1"})
_NOTHING = Decimal(0)
_SLACK = Decimal("1e-6")


def _decimal(value: float) -> Decimal:
    """실수를 엑셀이 보여 주는 15자리까지의 십진수로 바꾼다."""
    return Decimal(f"{value:.15g}")


def _percent(value: Percent) -> Decimal:
    """백분율 서식의 저장값을 화면에 보이는 백분율 수로. 0.523 → 52.3"""
    number = _decimal(value) * 100
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def _number(value: Any, example: str) -> tuple[Decimal | None, str]:
    """칸의 수와 그 칸에 함께 적힌 단위를 돌려준다. 빈 칸과 '-'는 (None, "")이다."""
    if value is None:
        return None, ""
    if isinstance(value, str):
        return _written_number(clean_text(value), example)
    if isinstance(value, Fault):
        raise CellError(value.reason, value.remedy)
    if isinstance(value, bool):
        raise CellError("참·거짓 값이 들어 있습니다", f"{example}처럼 숫자로 적어 주세요")
    if isinstance(value, int):
        number = Decimal(value)
    elif isinstance(value, Decimal):
        number = value
    elif isinstance(value, float):
        number = _decimal(value) if math.isfinite(value) else Decimal("NaN")
    else:
        raise CellError("날짜나 시각이 들어 있습니다", f"칸 서식을 ‘숫자’로 바꾸고 {example}처럼 적어 주세요")
    if not number.is_finite():
        raise CellError("숫자로 나타낼 수 없는 값이 들어 있습니다", f"{example}처럼 숫자로 적어 주세요")
    if abs(number) >= _LIMIT:
        raise _too_long()
    return number, "%" if isinstance(value, Percent) else ""


def _without_mark(text: str) -> str:
    """글자로 적으려고 번호 앞에 붙인 작은따옴표를 뗀다. '00401"""
    return text[1:] if text[:1] in _MARKS and text[1:2].isdecimal() else text


def _written_number(text: str, example: str) -> tuple[Decimal | None, str]:
    text = _without_mark(text)
    if text in _BLANKS:
        return None, ""
    text = text.translate(_NUMBER_TABLE)
    found = _WRITTEN.fullmatch(text)
    digits = found["number"] if found else ""
    if not found or not _DIGITS.fullmatch(digits):
        raise _not_a_number(text, example)
    if bool(found["open"]) != bool(found["close"]):
        raise CellError("괄호가 한쪽만 있습니다", f"음수는 △{digits}처럼 적어 주세요")
    signs = (found["sign"] or "") + (found["sign2"] or "")
    if len(signs) + bool(found["open"]) > 1:
        raise CellError("음수 표시가 두 번 적혀 있습니다", f"음수는 △{digits}처럼 한 번만 적어 주세요")
    bare = digits.replace(",", "")
    whole, _, fraction = bare.partition(".")
    if len((whole + fraction.rstrip("0")).lstrip("0")) > MAX_DIGITS:
        raise _too_long()
    number = Decimal(bare)
    if "-" in signs or found["open"]:
        number = -number
    return number + _NOTHING, (found["unit"] or "").replace(" ", "")


def _too_long() -> CellError:
    return CellError(
        f"숫자가 {MAX_DIGITS}자리를 넘습니다. 엑셀은 {MAX_DIGITS}자리까지만 정확히 저장합니다",
        "값과 단위를 확인해 주세요",
    )


def _not_a_number(text: str, example: str) -> CellError:
    """수로 읽지 못한 까닭을 찾아 알맞은 고칠 방법과 함께 돌려준다."""
    swapped = text.translate(_LOOKALIKE)
    if swapped != text and re.search(r"[0-9]", text):
        plain = _WRITTEN.fullmatch(swapped)
        if plain and _DIGITS.fullmatch(plain["number"]):
            letter = "O가" if re.search("[oO]", text) else "l이나 I가"
            return CellError(
                f"숫자가 아닙니다(영문 {letter} 섞여 있습니다)",
                f"{plain['number'].replace(',', '')}처럼 숫자로 적어 주세요",
            )
    meant = _korean_number(text)
    if meant is not None:
        return CellError("수가 한글로 적혀 있습니다", f"{meant}처럼 숫자로 적어 주세요")
    if "%" in text:
        return CellError("백분율(%)이 적혀 있습니다", f"{example}처럼 숫자로 적어 주세요")
    if _EXPONENT.fullmatch(text):
        return CellError(f"지수 표기({text})로 적혀 있어 원래 값을 알 수 없습니다", "숫자를 모두 풀어서 적어 주세요")
    if re.fullmatch(r"[0-9.,]+-", text):
        return CellError("수 뒤에 ‘-’가 붙어 있습니다", f"음수는 △{text[:-1]}처럼 앞에 적어 주세요")
    if re.fullmatch(r"[-+(]*[0-9.,]+\)?", text):
        if text.count(".") > 1:
            return CellError("소수점이 두 개 이상입니다", f"{example}처럼 숫자로 적어 주세요")
        return CellError("쉼표 자리가 맞지 않습니다", "쉼표 없이 적거나 세 자리마다 쉼표를 적어 주세요")
    if re.fullmatch(r"[-+]?[0-9]+(?: [0-9]+)+", text):
        return CellError("숫자 사이에 빈칸이 있습니다", f"{text.replace(' ', '')}처럼 붙여 적어 주세요")
    stray = re.sub(r"[0-9.,\s()+\-]", "", text)
    if stray and stray != text:
        return CellError(f"숫자가 아닌 글자(‘{stray[:10]}’)가 섞여 있습니다", f"{example}처럼 숫자만 적어 주세요")
    return CellError("숫자가 아닙니다", f"{example}처럼 숫자로 적어 주세요")


_SINO = {char: number for number, char in enumerate("영일이삼사오육칠팔구")} | {"공": 0, "륙": 6}
_SMALL = {"십": 10, "백": 100, "천": 1_000}
_BIG = {"만": 10**4, "억": 10**8, "조": 10**12}
_KOREAN_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]+)?|[영공일이삼사오육륙칠팔구십백천만억조]")


def _korean_number(text: str) -> int | None:
    """'1억 2,000만원', '9백90', '일억이천만'의 값. 한글 단위가 없거나 읽을 수 없으면 None."""
    text = re.sub(r"[,\s]|^금|원정?$", "", text)
    negative, text = text.startswith("-"), text.lstrip("-")
    if "".join(_KOREAN_TOKEN.findall(text)) != text or not re.search("[십백천만억조]", text):
        return None
    total = section = Decimal(0)
    current: Decimal | None = None
    for token in _KOREAN_TOKEN.findall(text):
        if token in _SMALL:
            section += (Decimal(1) if current is None else current) * _SMALL[token]
            current = None
        elif token in _BIG:
            section += current or 0
            total += (section or 1) * _BIG[token]
            section, current = Decimal(0), None
        elif current is not None:
            return None
        else:
            current = Decimal(_SINO[token]) if token in _SINO else Decimal(token)
    total += section + (current or 0)
    if total != int(total):
        return None
    return -int(total) if negative else int(total)


def parse_amount(value: Any, unit: int = 1, seen: Counter[str] | None = None) -> int | None:
    """금액을 원 단위 정수로 바꾼다. 빈 칸과 '-'는 없음(None)이고 0이 아니다.

    unit은 이 열의 단위 배수(1 원, 1,000 천원, 10,000 만원, 1,000,000 백만원, 100,000,000 억원)이다. 칸에
    '1,200천원'처럼 단위가 적혀 있으면 그 단위로 읽는다. 열 단위와 다르면(열 단위가 원일 때는 제외) CellError.
    seen을 주면 칸에 적힌 다른 단위를 센다. △ ▲ − (1,234)는 음수이다. 원으로 떨어지지 않거나 15자리를 넘거나 숫자가 아니면 CellError.
    """
    kind = type(value)
    if kind is float:
        if -_LIMIT < value < _LIMIT and (whole := int(value)) == value:
            if unit == 1:
                return whole
            value, kind = whole, int
    elif kind is str and len(value) <= 20 and _PLAIN.fullmatch(value):
        value, kind = int(value.replace(",", "")), int
    if kind is int and unit in _FACTORS and -_LIMIT < value < _LIMIT:
        won: int = value * unit
        if -_LARGEST_WON < won < _LARGEST_WON:
            return won
    return _amount_slowly(value, unit, seen)


def _amount_slowly(value: Any, unit: int, seen: Counter[str] | None) -> int | None:
    if unit not in _FACTORS:
        raise ValueError(f"금액 단위 배수는 {sorted(_FACTORS)} 가운데 하나여야 합니다: {unit!r}")
    number, own = _number(value, "1200")
    if number is None:
        return None
    if isinstance(value, Shown) and value.factor:
        # `#,##0"천원"`은 1,234천원으로, `#,##0,`은 1,234.567천원으로 보이는 칸이다.
        number, own = number / value.scale, unit_name(value.factor)
    if isinstance(value, Shown) and value.text and not value.text.isdigit():
        # `#,##0"K"`, `0"만"`, `$#,##0`: 얼마인지 알 수 없다.
        raise CellError(f"표시 형식 때문에 ‘{value.text}’로 보이는 수입니다", "표시 형식을 ‘숫자’로 바꾸고 금액과 단위를 확인해 주세요")
    if own == "%":
        raise CellError("금액 자리에 백분율(%)이 들어 있습니다", "1200처럼 금액을 숫자로 적어 주세요")
    if own:
        if unit not in (1, UNITS[own]):
            raise CellError(
                f"칸에 적힌 단위({own})가 이 열의 단위({unit_name(unit)})와 다릅니다", "한 가지 단위로 맞춰 적어 주세요"
            )
        if seen is not None and unit != UNITS[own] and not isinstance(value, Shown):
            seen[own] += 1
        unit = UNITS[own]
    # 큰 실수는 수식 계산만으로도 끝자리가 흔들리므로, 저장 정밀도만큼은 더 너그럽게 본다.
    slack = max(_SLACK, min(Decimal(math.ulp(value)) * unit * 4, Decimal("0.01"))) if type(value) is float else _SLACK
    won = _whole(number * unit, slack)
    if won is None:
        raise CellError(
            f"원 단위로 떨어지지 않습니다({_plain(number * unit)}원)", "원 단위까지 적고 단위가 맞는지 확인해 주세요"
        )
    if abs(won) >= _LARGEST_WON:
        raise CellError("금액이 너무 큽니다", "값과 단위를 확인해 주세요")
    return won


def unit_name(unit: int) -> str:
    """배수에 해당하는 금액 단위의 이름. 1000 → '천원'"""
    return next((name for name, factor in UNITS.items() if factor == unit), f"{unit}배")


def _plain(number: Decimal) -> str:
    return f"{number.normalize():,f}"


def _whole(number: Decimal, slack: Decimal) -> int | None:
    nearest = int(number.to_integral_value())
    return nearest if abs(number - nearest) <= slack else None


def parse_integer(value: Any) -> int | None:
    """단위 없는 정수로 바꾼다. 빈 칸과 '-'는 None. 소수나 단위가 있거나 숫자가 아니면 CellError."""
    kind = type(value)
    if kind is float and -_LIMIT < value < _LIMIT and (whole := int(value)) == value:
        return whole
    if kind is str and len(value) <= 20 and _PLAIN.fullmatch(value):
        return int(value.replace(",", ""))
    number, own = _number(value, "12")
    if number is None:
        return None
    _no_unit(own, "12")
    result = _whole(number, _SLACK)
    if result is None:
        raise CellError(f"소수({_plain(number)})가 적혀 있습니다", "12처럼 소수점 없이 적어 주세요")
    return result


def parse_decimal(value: Any, places: int | None = None) -> Decimal | None:
    """소수로 바꾼다. 빈 칸과 '-'는 None.

    places를 주면 소수점 아래 그 자리까지 맞춘 값을 돌려주고, 그보다 긴 소수는 반올림하지 않고 CellError.
    """
    number, own = _number(value, "12.5")
    if number is None:
        return None
    _no_unit(own, "12.5")
    return _fit(number, places)


def _no_unit(own: str, example: str) -> None:
    if own:
        raise CellError(f"수 뒤에 ‘{own}’까지 적혀 있습니다", f"{example}처럼 숫자만 적어 주세요")


def _fit(number: Decimal, places: int | None) -> Decimal:
    if places is None:
        return number
    fitted = number.quantize(Decimal(1).scaleb(-places))
    if abs(fitted - number) > Decimal("1e-9"):
        raise CellError(
            f"소수점 아래가 {places}자리를 넘습니다({_plain(number)})", f"소수점 아래 {places}자리까지 적어 주세요"
        )
    return fitted


def parse_rate(value: Any, places: int | None = None) -> Decimal | None:
    """비율을 백분율 수로 바꾼다. '52.3%', 52.3, 백분율 서식의 0.523은 모두 Decimal('52.3')이다.

    빈 칸과 '-'는 None. 금액 단위가 붙었거나 숫자가 아니면 CellError.
    """
    number, own = _number(value, "52.3")
    if number is None:
        return None
    if isinstance(value, Percent):
        number = _percent(value)
    _no_unit(own.removesuffix("%"), "52.3")
    return _fit(number, places)


# ── 날짜 ──────────────────────────────────────────────────────────────

_WEEKDAYS = "월화수목금토일"
_WEEKDAY = re.compile(rf"\s*(?:\(\s*([{_WEEKDAYS}])(?:요일)?\s*\)|([{_WEEKDAYS}])요일)\.?$")
_CLOCK = re.compile(r"(?:(?<=[0-9일.])\s+|(?<=[0-9])T)([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.0+)?)?Z?$")
_PACKED = re.compile(r"([0-9]{4}|[0-9]{2})([0-9]{2})([0-9]{2})")
_SEPARATED = re.compile(
    r"(?:(?P<year>'?[0-9]{4}|'?[0-9]{2})\s*(?:[-./·]|년)\s*)?(?P<month>[0-9]{1,2})\s*(?:[-./·]|월)\s*(?P<day>[0-9]{1,2})\s*(?:\.|일)?"
)
_YEAR_MONTH = re.compile(r"(?:'?[0-9]{4}|'[0-9]{2})\s*(?:[-./]|년)\s*[0-9]{1,2}\s*(?:\.|월)?|'?[0-9]{2}년\s*[0-9]{1,2}월")
_DAY_FIRST = re.compile(r"[0-9]{1,2}\s*[-./]\s*[0-9]{1,2}\s*[-./]\s*[0-9]{4}\.?")
_DATE_TABLE: dict[int, int | str] = {**_HALF, **dict.fromkeys(map(ord, _APOSTROPHES), "'"), **dict.fromkeys(map(ord, "−–‐‑"), "-")}
_DATE_REMEDY = "연-월-일로 적어 주세요. 예: 2023-03-02"
_EXCEL_EPOCH = date(1899, 12, 30)
# 사람과 법령과 사업의 날짜가 있을 법한 해
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_NO_DAY = date(1900, 1, 1)


def parse_date(value: Any, *, default_year: int | None = None) -> date | None:
    """날짜로 바꾼다. 빈 칸과 '-'는 None.

    '2023-10-31', '2023. 10. 31.(화)', '’26. 11. 22.', '20231031', '231031', '2023년 10월 31일' 따위를 읽는다.
    두 자리 연도는 70 이상이면 1900년대, 아니면 2000년대이다. '10/31'처럼 연도가 없으면 default_year가 있어야 한다.
    없는 날짜, 요일이 다른 날짜, 시각이 붙은 값, 서식 없는 날짜 번호는 CellError.
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        if value.time() != time():
            raise _has_clock(value.strftime("%H:%M"), value.date().isoformat())
        return _likely(value.date())
    if isinstance(value, date):
        return _likely(value)
    if isinstance(value, Fault):
        raise CellError(value.reason, value.remedy)
    if isinstance(value, bool):
        raise CellError("참·거짓 값이 들어 있습니다", _DATE_REMEDY)
    if isinstance(value, (time, timedelta)):
        raise CellError("날짜 없이 시각만 들어 있습니다", _DATE_REMEDY)
    if isinstance(value, (int, float)) and not (isinstance(value, Shown) and value.text):
        return _numeric_date(float(value))
    text = clean_text(value).translate(_DATE_TABLE)
    if text in _BLANKS:
        return None
    return _written_date(text, default_year)


def _numeric_date(value: float) -> date:
    if value.is_integer() and 0 < value < _LIMIT:
        text = str(int(value))
        if len(text) in (6, 8):
            return _written_date(text, None)
        if len(text) == 5:
            meant = (_EXCEL_EPOCH + timedelta(days=int(value))).isoformat()
            raise CellError(
                f"날짜 서식이 아닌 숫자 {text}만 들어 있습니다",
                f"엑셀의 날짜 번호로는 {meant}입니다. 맞으면 그 날짜를, 아니면 맞는 날짜를 연-월-일로 적어 주세요",
            )
    raise CellError("날짜가 아닌 숫자가 들어 있습니다", _DATE_REMEDY)


def _written_date(text: str, default_year: int | None) -> date:
    clock = _CLOCK.search(text)
    if clock:
        text = text[: clock.start()]
    weekday = _WEEKDAY.search(text)
    bare = text[: weekday.start()] if weekday else text
    found = _PACKED.fullmatch(bare)
    if found:
        year_text, month, day = found[1], int(found[2]), int(found[3])
    else:
        parts = _SEPARATED.fullmatch(bare)
        if not parts:
            raise _not_a_date(bare)
        year_text, month, day = parts["year"] or "", int(parts["month"]), int(parts["day"])
    if year_text:
        year = int(year_text.strip("'"))
        if year < 100:
            year += 1900 if year >= 70 else 2000
    elif default_year is None:
        raise CellError("연도가 적혀 있지 않습니다", _DATE_REMEDY)
    else:
        year = default_year
    result = _real_date(year, month, day)
    named = (weekday[1] or weekday[2]) if weekday else ""
    if named and named != _WEEKDAYS[result.weekday()]:
        raise CellError(
            f"{result.isoformat()} 날짜는 {_WEEKDAYS[result.weekday()]}요일인데 {named}요일로 적혀 있습니다",
            "날짜와 요일 가운데 맞는 것을 확인해 주세요",
        )
    if clock and any(int(part or 0) for part in clock.groups()):
        raise _has_clock(f"{clock[1]}:{clock[2]}", result.isoformat())
    return result


def _real_date(year: int, month: int, day: int) -> date:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise CellError(f"연도가 {year}년으로 적혀 있습니다", _DATE_REMEDY)
    if not 1 <= month <= 12:
        raise CellError(f"달이 {month}월로 적혀 있습니다", _DATE_REMEDY)
    if day < 1:
        raise CellError(f"날이 {day}일로 적혀 있습니다", _DATE_REMEDY)
    try:
        return _likely(date(year, month, day))
    except ValueError:
        when = f"{year}년 {month}월" if month == 2 else f"{month}월"
        raise CellError(f"{when}에는 {day}일이 없습니다", _DATE_REMEDY) from None


def _likely(day: date) -> date:
    """있을 법한 날짜. 값이 없다는 뜻으로 프로그램이 적는 날(1900-01-01, 9999-12-31)이나 먼 해이면 CellError."""
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR or day == _NO_DAY:
        raise CellError(
            f"{day.isoformat()}은 값이 없다는 뜻으로 프로그램이 적는 날짜로 보입니다", "맞는 날짜를 적거나 칸을 비워 주세요"
        )
    return day


def _not_a_date(text: str) -> CellError:
    if "~" in text or "∼" in text:
        return CellError("기간이 적혀 있습니다", "날짜 하나만 적어 주세요. 예: 2023-03-02")
    if _DAY_FIRST.fullmatch(text):
        return CellError("연도가 맨 뒤에 적혀 있어 달과 날의 차례를 알 수 없습니다", _DATE_REMEDY)
    if _YEAR_MONTH.fullmatch(text):
        return CellError("날이 적혀 있지 않습니다", _DATE_REMEDY)
    return CellError("날짜로 읽을 수 없습니다", _DATE_REMEDY)


def _has_clock(clock: str, day: str) -> CellError:
    return CellError(f"시각({clock})이 함께 적혀 있습니다", f"{day}처럼 날짜만 적어 주세요")


# ── 코드와 예·아니오 ──────────────────────────────────────────────────

_CODE_TABLE: dict[int, int | str] = {**_HALF, **dict.fromkeys(map(ord, "−﹣‐‑‒–—―"), "-")}
_YES = frozenset({"예", "네", "o", "ㅇ", "○", "〇", "y", "yes", "1", "true", "참"})
_NO = frozenset({"아니오", "아니요", "x", "×", "✕", "n", "no", "0", "false", "거짓"})


# 값이 없다는 뜻으로 다른 프로그램이 적은 글자. 이름이나 코드가 아니다. 「-」와 「해당없음」은 사람이 적은 말이라 그대로 둔다.
_NULLS = re.compile(
    r"#n/a.*|#[a-z/0_]+[!?]|#getting_data|#+|n/a|na|n\.a\.|\\n|nat|nan|null|none|nil|undefined|[(\[<](?:null|none|na|nan|blank|nil)[)\]>]"
    r"|\((?:비어있음|빈값|공백)\)|[-+]?inf(?:inity)?|-?1\.#(?:qnan|inf|ind)|err:[0-9]+|\[objectobject\]|\?{2,}"
)
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
# 엑셀이 이름이나 번호를 날짜·지수·참거짓으로 바꾼 글자
_TURNED = re.compile(
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:00:00:00)?|[0-9]{{1,2}}월[0-9]{{1,2}}일|[0-9]{{1,2}}-(?:{_MONTHS})|(?:{_MONTHS})-[0-9]{{2}}"
    r"|[0-9]\.?[0-9]*e\+[0-9]{2}|true|false"
)
_NULL_FIRST = frozenset("#nN(<[\\uU-+iI1eE?0123456789tTfFjJmMaAsSoOdD")
# 날짜 서식을 잃은 날짜의 번호: 1982년부터 2064년까지
_SERIALS = range(30_000, 60_000)


def parse_name(value: Any, *, restore: bool = False, required: bool = False) -> str:
    """이름처럼 한 줄로 적는 글. 꼭 있어야 하는 이름이 날짜·소수·날짜 번호로 바뀌었으면 CellError."""
    if required and isinstance(value, (date, time, timedelta)):
        raise CellError("이름이 날짜나 시각으로 바뀌어 있습니다", "칸 서식을 ‘텍스트’로 바꾸고 원래 이름을 다시 적어 주세요")
    if required and type(value) in (int, float) and (value != int(value) or int(value) in _SERIALS):
        raise CellError("이름이 숫자로 바뀌어 있습니다", "칸 서식을 ‘텍스트’로 바꾸고 원래 이름을 다시 적어 주세요")
    return clean_text(value, restore=restore)


def refuse_null(text: str, *, is_name: bool = True) -> None:
    """값이 없다는 글자(#N/A, NULL, nan)면 CellError. 이름과 코드이면(is_name) 엑셀이 날짜나 지수로 바꾼 글자도 막는다."""
    if text[:1] not in _NULL_FIRST or len(text) >= 20:
        return
    found = _null_or_turned(text)
    if found == "null":
        raise CellError(f"‘{text}’ – 값이 없다는 표시입니다", "원본에서 값을 찾아 적거나 칸을 비워 주세요")
    if found and is_name:
        raise CellError(
            f"‘{text}’ – 엑셀이 날짜나 지수, 참·거짓으로 바꾼 글자로 보입니다", "칸 서식을 ‘텍스트’로 바꾸고 원래 글자를 다시 적어 주세요"
        )


@lru_cache(maxsize=16_384)
def _null_or_turned(text: str) -> str:
    key = search_key(text)
    return "null" if _NULLS.fullmatch(key) else "turned" if _TURNED.fullmatch(key) else ""


def parse_code(value: Any, width: int | None = None) -> str:
    """코드를 글자로 바꾼다. 앞자리 0을 지키고, width를 주면 숫자 코드의 앞을 0으로 채운다('5' → '05'). 빈 칸은 ''.

    소수, 날짜로 바뀐 코드, 지수로 줄어든 코드, width보다 긴 숫자는 CellError.
    """
    if type(value) is str:
        text = _without_mark(clean_text(value)).translate(_CODE_TABLE)
        if text[:1] == "=":
            raise CellError("코드가 수식으로 적혀 있습니다", "계산한 값을 글자로 적어 주세요")
        if _EXPONENT.fullmatch(text) and "+" in text:
            raise CellError(f"코드가 지수 표기({text})로 바뀌어 있습니다", "칸 서식을 ‘텍스트’로 바꾸고 다시 적어 주세요")
    elif isinstance(value, Fault):
        raise CellError(value.reason, value.remedy)
    elif isinstance(value, (date, time, timedelta)):
        raise CellError("코드가 날짜로 바뀌어 있습니다", "칸 서식을 ‘텍스트’로 바꾸고 다시 적어 주세요")
    elif isinstance(value, bool):
        raise CellError("참·거짓 값이 들어 있습니다", "칸 서식을 ‘텍스트’로 바꾸고 코드를 적어 주세요")
    elif isinstance(value, Shown) and value.text:
        text = value.text
    elif isinstance(value, (int, float)):
        if not float(value).is_integer() or value < 0:
            raise CellError("코드가 소수나 음수로 적혀 있습니다", "칸 서식을 ‘텍스트’로 바꾸고 다시 적어 주세요")
        if value >= _LIMIT:
            raise CellError(
                f"코드가 {MAX_DIGITS}자리를 넘는 숫자로 저장되어 끝자리가 바뀌었을 수 있습니다",
                "칸 서식을 ‘텍스트’로 바꾸고 다시 적어 주세요",
            )
        text = str(int(value))
    else:
        text = clean_text(value)
    if width is not None and text.isdecimal():
        if len(text) > width:
            raise CellError(f"코드가 {width}자리를 넘습니다", f"{width}자리로 적어 주세요")
        text = text.zfill(width)
    return text


def parse_bool(value: Any) -> bool | None:
    """예·아니오를 참·거짓으로 바꾼다. 예/아니오, O/X, Y/N, 1/0을 읽는다. 빈 칸과 '-'는 None, 나머지는 CellError."""
    if isinstance(value, bool):
        return value
    text = clean_text(value).translate(_HALF).lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    if text in _BLANKS:
        return None
    raise CellError("예·아니오로 읽을 수 없습니다", "예 또는 아니오로 적어 주세요")
