"""표시 형식 가운데 저장된 수와 보이는 수가 다른 것을 찾는다. 파일의 갈래와 상관없이 형식을 읽는 곳은 여기뿐이다."""

from __future__ import annotations

import html
import re
import zipfile
from functools import lru_cache
from typing import Any, NamedTuple

from core.excel.columns import unit_factor
from core.excel.opening.zip_checks import small_part

_BUILTIN = {9: "0%", 10: "0.00%"}
_NUMBER_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\b([^>]*)>")
_XFS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.S)
_INDENT = re.compile(rb"\bindent\s*=\s*[\"']([1-9][0-9]?)[\"']")
_XF = re.compile(rb"<(?:\w+:)?xf\b([^>]*)>")
# 따옴표 글, 한 글자, 띄우기(_x), 채우기(*x), 대괄호, 나머지 한 글자
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]|(?P<plain>General|G/표준|.)', re.S | re.I
)
_GENERAL = ("general", "g/표준")
_CONDITION = re.compile(r"([<>=]{1,2})(-?[0-9.]+)")
_RED = re.compile(r"red|빨강|color\s?(?:3|10|30)|색\s?(?:3|10|30)", re.I)
_WHITE = re.compile(r"white|흰색|color\s?2|색\s?2", re.I)
_MINUS = re.compile(r"[△▲▵∆−﹣－-]")
# 금액에 붙어도 뜻이 달라지지 않는 글
_USUAL = re.compile(r"[\s()₩￦\\]|일?금|krw", re.I)


class _Section(NamedTuple):
    """서식의 한 구역. parts 는 (자리 글자인지, 글)이고 앞뒤의 글과 색·조건을 함께 적는다."""

    parts: tuple[tuple[bool, str], ...]
    red: bool
    white: bool
    condition: tuple[str, float] | None
    is_date: bool

    @property
    def places(self) -> str:
        return "".join(text for is_place, text in self.parts if is_place)

    @property
    def spots(self) -> list[int]:
        return [place for place, (is_place, _) in enumerate(self.parts) if is_place]

    def around(self) -> tuple[str, str]:
        """첫 자리 앞의 글과 끝 자리 뒤의 글"""
        low, high = (self.spots[0], self.spots[-1] + 1) if self.spots else (len(self.parts), len(self.parts))
        return "".join(text for _, text in self.parts[:low]), "".join(text for _, text in self.parts[high:])

    @property
    def minus(self) -> bool:
        """음수로 보이는가: 수 앞의 △·- 나 앞뒤의 괄호"""
        before, after = self.around()
        return bool(_MINUS.search(before)) or (before.strip().startswith("(") and after.strip().endswith(")"))

    @property
    def words(self) -> str:
        """부호도 금액 단위도 아닌데 수의 앞뒤에 함께 보이는 글: K, $, 만"""
        before, after = (_USUAL.sub("", text) for text in self.around())
        before = _MINUS.sub("", before)
        return (before if unit_factor(before) is None else "") + (after if unit_factor(after) is None else "")

    def text(self, value: float) -> str:
        """화면에 보이는 글자. 자리 글자 사이에 끼운 글(000-00)까지 적는다."""
        left, written = str(int(value)), ""
        for place in range(len(self.parts) - 1, -1, -1):
            is_place, text = self.parts[place]
            if not is_place:
                written = text + written
            elif place == self.spots[0]:
                written = (left or ("0" if text == "0" else "")) + written
            else:
                written = (left[-1:] or ("0" if text == "0" else "")) + written
                left = left[:-1]
        return written.strip()


class Shape(NamedTuple):
    """저장된 수와 달리 보이게 하는 서식.

    factor 는 함께 보이는 금액 단위(없으면 0), scale 은 줄여 보이는 배수, minus 는 양수가 음수로 보이는지, unseen 은 (양수, 음수)가
    보이지 않거나 부호를 잃는지이다. digits 가 참이면 앞의 0이나 글자를 끼워 보이는 번호이다.
    """

    sections: tuple[_Section, ...]
    percent: bool
    scale: int
    factor: int
    minus: bool
    unseen: tuple[str, str]
    digits: bool
    # 수의 앞뒤에 뜻을 모르는 글이 함께 보인다.
    words: bool
    # 줄여 보인다는 글(천원, 백만)이 함께 보이지 않는다.
    silent: bool = False

    @property
    def only_won(self) -> bool:
        """뒤에 「원」만 보이는 서식인가. 값은 저장된 그대로라 칸마다 볼 것이 없다."""
        return self.factor == 1 and not (self.percent or self.minus or self.digits or self.words or any(self.unseen))

    def value(self, stored: float) -> Any:
        """화면에 보이는 것을 담은 값. 저장된 수 그대로면 그 수."""
        if self.percent:
            return {"p": stored}
        lost = self.unseen[stored < 0] if stored else ""
        if lost:
            return {"q": stored, "why": lost}
        seen = -stored if self.minus and stored > 0 else stored
        text = self._text(stored)
        if not (text or self.factor) and seen == stored:
            return stored
        return {"n": seen, "x": text, "u": self.factor, "s": self.scale}

    def _text(self, stored: float) -> str:
        """번호로 보이거나 모르는 글이 붙어 보이는 칸의 글자. 보통의 수면 빈 글자."""
        section = self._section(stored)
        if self.digits and 0 <= stored < 1e15 and stored == int(stored):
            return section.text(stored)
        if not section.words:
            return ""
        before, after = section.around()
        return f"{before}{abs(stored):,.15g}{after}".strip()

    def _section(self, stored: float) -> _Section:
        sections = self.sections
        if any(item.condition for item in sections):
            return next((item for item in sections if _holds(item.condition, stored)), sections[0])
        if stored < 0 and len(sections) > 1:
            return sections[1]
        return sections[2] if stored == 0 and len(sections) > 2 else sections[0]


def attribute(attributes: bytes, name: bytes) -> bytes | None:
    """XML 속성 글에서 name 의 값. 없으면 None."""
    found = re.search(rb"(?<![\w:])" + name + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", attributes)
    return (found[1] if found[1] is not None else found[2]) if found else None


def _holds(condition: tuple[str, float] | None, value: float) -> bool:
    if condition is None:
        return True
    sign, limit = condition
    return {
        "<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit, "=": value == limit, "<>": value != limit,
    }.get(sign, False)  # fmt: skip


def sections_of(code: str) -> list[_Section]:
    """표시 형식을 이루는 구역들(양수; 음수; 0)"""
    found: list[_Section] = []
    parts: list[tuple[bool, str]] = []
    red, white, condition, is_date = False, False, None, False
    for token in [*_TOKEN.finditer(code), None]:
        plain = token["plain"] if token else ";"
        if plain == ";":
            found.append(_Section(tuple(parts), red, white, condition, is_date))
            parts, red, white, condition, is_date = [], False, False, None, False
        elif token is None:
            break
        elif plain is not None and (plain in "0#?,.%/@Ee" or plain.lower() in _GENERAL):
            parts.append((True, plain))
        elif plain is not None and plain.lower() in "ymdhsgb":
            is_date = True
        elif (bracket := token["bracket"]) is not None:
            limit = _CONDITION.fullmatch(bracket)
            red, white = red or bool(_RED.fullmatch(bracket)), white or bool(_WHITE.fullmatch(bracket))
            condition = (limit[1], float(limit[2])) if limit else condition
            is_date = is_date or bool(re.fullmatch(r"h+|m+|s+", bracket, re.I))
            if bracket.startswith("$"):
                parts.append((False, bracket[1:].partition("-")[0]))
        else:
            parts.append((False, token["quoted"] or token["escaped"] or plain or ""))
    return found


@lru_cache(maxsize=1_024)
def shape_of(code: str) -> Shape | None:
    """저장된 수와 달리 보이게 하는 서식이면 그 모양. 보통의 수·날짜·글자 서식이면 None."""
    sections = sections_of(code)
    first = sections[0]
    if any(item.is_date for item in sections) or "@" in first.places:
        return None
    places = first.places
    conditional = any(item.condition for item in sections)
    tail = re.search(r"[0#?](,+)(?:\.[0#?]*)?$", places) or re.search(r"[0#?](,+)$", places)
    scale = int(1000 ** len(tail[1])) if tail else 1
    before, after = first.around()
    named = unit_factor(_USUAL.sub("", after)) or unit_factor(_USUAL.sub("", before)) or 0
    factor = named or (scale if scale > 1 else 0)
    negative = sections[1] if len(sections) > 1 else None
    unseen = ["", ""]
    if not conditional and len(code) and (not places or first.white):
        unseen[0] = "hidden"
    if not conditional:
        if negative is None:
            unseen[1] = "twice" if first.minus else unseen[0]
        elif not negative.places or negative.white:
            unseen[1] = "hidden"
        elif not (negative.minus or negative.red):
            unseen[1] = "sign"
    zeros = len(re.findall("0", places))
    inner = [text for is_place, text in first.parts if not is_place and text.strip()]
    digits = bool(re.fullmatch(r"[0#?]+", places)) and not named and (zeros > 1 or bool(inner)) and not first.minus
    words = any(item.words for item in sections if item.places)
    shape = Shape(
        tuple(sections), "%" in places, scale, factor, first.minus and not conditional and not digits, (unseen[0], unseen[1]),
        digits, words, scale > 1 and not named,
    )  # fmt: skip
    ordinary = not (shape.percent or shape.factor or shape.minus or shape.digits or shape.words or any(unseen))
    return None if ordinary else shape


def special_styles(archive: zipfile.ZipFile) -> dict[int, Shape]:
    """저장된 수와 달리 보이는 스타일 번호와 그 모양"""
    data = small_part(archive, "xl/styles.xml")
    codes = dict(_BUILTIN)
    for found in _NUMBER_FORMAT.finditer(data):
        number, code = attribute(found[1], b"numFmtId"), attribute(found[1], b"formatCode")
        if number and code and number.isdigit():
            codes[int(number)] = html.unescape(code.decode("utf-8", "replace"))
    return special_shapes([int(attribute(found, b"numFmtId") or 0) for found in cell_styles(data)], codes)


def cell_indents(data: bytes) -> dict[int, int]:
    """들여 쓴 스타일 번호와 그 깊이"""
    block = _XFS.search(data) if b"indent" in data else None
    bodies = re.split(rb"<(?:\w+:)?xf\b", block[0])[1:] if block else []
    return {style: int(found[1]) for style, body in enumerate(bodies) if (found := _INDENT.search(body))}


def cell_styles(data: bytes) -> list[bytes]:
    """styles.xml 에 적힌 칸 스타일들의 속성"""
    block = _XFS.search(data)
    return [found[1] for found in _XF.finditer(block[0])] if block else []


def special_shapes(formats: list[int], codes: dict[int, str]) -> dict[int, Shape]:
    """스타일마다의 서식 번호에서, 저장된 수와 달리 보이는 것"""
    known = {**_BUILTIN, **codes}
    found = {style: shape_of(known[number]) for style, number in enumerate(formats) if number in known}
    return {style: shape for style, shape in found.items() if shape}
