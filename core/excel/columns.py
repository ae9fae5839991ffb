"""받을 열을 정의하고, 파일의 머리글과 맞춘다."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .values import UNITS, search_key

KINDS = ("text", "memo", "code", "amount", "integer", "decimal", "rate", "date", "bool")
NUMBER_KINDS = frozenset({"amount", "integer", "decimal", "rate"})
TEXT_KINDS = frozenset({"text", "code"})

# 우리가 내려준 파일의 열: 어느 행인지와, 내려받을 때의 판
ROW_KEY, VERSION = "row_key", "row_version"

# 바로 윗 칸과 같다는 표시
DITTO = frozenset({"〃", "″", "〞", "”", "〟", "〝", '"', "''", "상동", "상 동", "위와 같음", "위와같음"})

# 두 줄·세 줄 머리글을 한 이름으로 이을 때 쓰는 글자. '예산액·본예산'
JOINT = "·"

_UNIT_WORD = (
    r"(?P<unit>(?:1,?000,?000|1,?000|일?(?:십만|백만|천만|십억|백억|천억|만|천|억|조|[千仟天]|[百佰][萬万]|[十拾]億|[萬万億兆]))?(?:원정?|圓|円)"
    r"|(?:백만|천|억|千|仟)(?=[)）\]〕]))"
)
_NAMES = str.maketrans("千仟天百佰萬万十拾億兆圓円", "천천천백백만만십십억조원원")
# 머리글의 끝이나 윗줄에 괄호 없이 적은 단위: 예산액_천원, 천원·예산액
_BARE = r"(?:백만|십억|천|만|억|千|仟)원"
_AT_END = re.compile(rf"(?<=[가-힣)）])[_/:：,·-]?(?P<unit>{_BARE})$|^(?P<first>{_BARE})(?=·)")
_IN_BRACKETS = re.compile(rf"[(（\[〔](?:단위[:：]?)?{_UNIT_WORD}[)）\]〕]")
_WORD = re.compile(rf"(?<![가-힣0-9]){_UNIT_WORD}(?![가-힣](?<!임)(?<!입)(?<!으)(?<!기))")
# 단위라고 적었지만 얼마인지 알 수 없는 것: K, 달러, 천원 미만
_ODD = re.compile(r"k|thousand|million|usd|krw|달러|[$₩￦€¥]|[천만억千仟]", re.I)
# '단위: 천원, 명', '단위는 천원'. '단위사업'은 단위가 아니다.
_AFTER_UNIT = re.compile(r"(?:단위|單位|unit)(?!사업|별|과제|업무)[:：;.는은=]*(?P<rest>[^)）\]〕】>〉。]*)")
# '금액: 천원', '(기준: 천원)'
_AFTER_COLON = re.compile(rf"[:：]{_UNIT_WORD}(?=$|[)）\]〕])")
_THOUSANDS = re.compile(r"in(?:thousand|million|billion)|(?:thousand|million|billion)s?(?:of)?(?:krw|won)", re.I)
_BEFORE_UNIT = re.compile(rf"(?:(?<![가-힣0-9])|(?<=[은는액])){_UNIT_WORD}단위")
# 설명의 앞머리: 주1), 비고: 1.
_NOTE_NUMBER = re.compile(r"^(?:주|비고|참고)?[0-9]*[)）.:：]*(?:[0-9]+[.)）])?")
# 괄호 안에 단위만 적은 것: (천원), [천원, %], <백만원>
_ONLY_UNITS = re.compile(rf"[(（\[〔<〈【](?P<rest>{_UNIT_WORD}(?:[,·/、](?:[^)）\]〕>〉】]+))?)[)）\]〕>〉】]")
# 열의 이름표와 셈: 예산액(A), 불용액(D=B-C)
_ROUND = "①-⑳⑴-⒇ⓐ-ⓩ㉠-㉻㈀-㈜"
_LABEL = rf"(?:[a-zⅰ-ⅻ가나다라마바사아자차카타파하{_ROUND}]|[0-9]{{1,2}})"
_LABELS = rf"{_LABEL}(?:[=＝+＋\-−－×*÷,/]{_LABEL})*"
_LETTER = re.compile(rf"[(（\[〔<]{_LABELS}[)）\]〕>]|^[{_ROUND}]|[{_ROUND}]+$|[{_ROUND}]+(?=[(（\[])|주[0-9][)）]$")
# 예산액(A, 천원)
_LETTER_FIRST = re.compile(rf"(?<=[(（\[〔]){_LABELS}[,/](?={_UNIT_WORD}[)）\]〕])")
_MARKS = re.compile(r"[*＊※]+$|^[*＊]+|[(（]필수[)）]")


@dataclass(frozen=True)
class Column:
    """받을 열 하나.

    title은 화면과 머리글에 쓰는 이름, synonyms는 같은 뜻으로 받아들일 다른 머리글이다.
    width는 코드의 자릿수, unit은 이 열에만 정해진 금액 단위 배수(1000이면 천원)이다.
    """

    name: str
    title: str
    kind: str = "text"
    required: bool = False
    synonyms: tuple[str, ...] = ()
    width: int | None = None
    unit: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"모르는 열 종류입니다: {self.kind}")

    @property
    def numeric(self) -> bool:
        """수를 담는 열인지"""
        return self.kind in NUMBER_KINDS


@dataclass
class Match:
    """머리글을 맞춘 결과. 위치는 0부터 센 열 번호이다.

    missing은 찾지 못한 열(필수가 앞), extra는 쓰지 않은 머리글, duplicated는 둘 이상에 맞아 정하지 못한 열과 그 위치들,
    nearest는 찾지 못한 열과 가장 비슷한 머리글, doubled는 맞춘 열과 뜻이 같은 다른 머리글의 위치들이다.
    """

    matched: dict[str, int] = field(default_factory=dict)
    how: dict[str, str] = field(default_factory=dict)
    missing: list[Column] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)
    duplicated: dict[str, list[int]] = field(default_factory=dict)
    units: dict[int, int] = field(default_factory=dict)
    nearest: dict[str, str] = field(default_factory=dict)
    doubled: dict[str, list[int]] = field(default_factory=dict)

    def asked(self) -> list[str]:
        """찾지 못한 필수 열의 이름. 비슷한 머리글이 파일에 있으면 함께 적는다."""
        return [
            f"{column.title}(파일의 「{near}」인가요?)" if (near := self.nearest.get(column.name)) else column.title
            for column in self.missing_required
        ]

    @property
    def missing_required(self) -> list[Column]:
        """찾지 못한 필수 열. 비어 있어야 읽을 수 있다. 행 번호가 있는 파일은 있는 열만 고치므로 없다. 새 행에 모자란 칸은 행마다 본다."""
        return [] if ROW_KEY in self.matched else [column for column in self.missing if column.required]


def heading_unit(text: str) -> int | None:
    """머리글에 적힌 금액 단위의 배수. '예산액(천원)' → 1000, 없으면 None."""
    key = _LETTER_FIRST.sub("", search_key(text))
    if found := _IN_BRACKETS.search(key):
        return unit_factor(found["unit"])
    found = _AT_END.search(_LETTER.sub("", key))
    return unit_factor(found["unit"] or found["first"]) if found else None


def unit_factor(word: str) -> int | None:
    """금액 단위를 적은 글의 배수. '천원', '千원', '1,000원', '천'은 1000, 아는 단위가 아니면 None."""
    name = word.translate(_NAMES).removeprefix("일").removesuffix("정").replace(",", "")
    name = {"1000원": "천원", "1000000원": "백만원", "천": "천원", "백만": "백만원", "억": "억원"}.get(name, name)
    return UNITS.get(name)


def noted_units(text: str, *, bare: bool = False) -> list[int]:
    """'(단위: 천원, %)', '※ 금액단위 천원', '(천원)' 같은 글에 적힌 금액 단위의 배수들. 모르는 금액 단위(천만원)는 0이다.

    bare이면 괄호 없이 '천원'만 적은 글도 본다.
    """
    key = search_key(text)
    places = [found["rest"] for pattern in (_AFTER_UNIT, _ONLY_UNITS) for found in pattern.finditer(key)]
    words = [found["unit"] for place in places for found in _WORD.finditer(place)]
    words += [found["unit"] for pattern in (_BEFORE_UNIT, _IN_BRACKETS, _AFTER_COLON) for found in pattern.finditer(key)]
    if not words and (any(_ODD.search(place) for place in places) or _THOUSANDS.search(key)):
        words.append("")
    if bare and (alone := _WORD.fullmatch(key)):
        words.append(alone["unit"])
    return list(dict.fromkeys(unit_factor(word) or 0 for word in words))


def is_unit_only(text: str) -> bool:
    """금액의 단위만 알리는 글인지. '(천원)', '※ 단위: 천원', '천원 단위로 적음' 따위이고, 이름 끝의 (천원)은 아니다."""
    key = _NOTE_NUMBER.sub("", search_key(text)).lstrip("※*＊-ㅇ○▶·")
    tells = is_unit_note(key) or _ONLY_UNITS.match(key) or re.match(rf"금액.?단위|(?:금액은)?{_UNIT_WORD}단위", key)
    return bool(tells and noted_units(key))


def is_unit_note(text: str) -> bool:
    """단위를 알리는 글인지. 금액이 아닌 단위(건, 명)도 참이다."""
    return bool(re.match(rf"[※*＊]*[(（\[〔<【]?(?:금액)?단위(?!사업|별|과제|업무)(?:[:：은는]|{_UNIT_WORD})", search_key(text)))


def heading_key(text: str) -> str:
    """머리글을 견주는 열쇠. 빈칸, 단위 표시, 필수 표시, 열의 이름표(A)의 차이를 없앤다."""
    key = _LETTER.sub("", _IN_BRACKETS.sub("", _LETTER_FIRST.sub("", search_key(text))))
    return _MARKS.sub("", _AT_END.sub("", key).removeprefix(JOINT))


def match_columns(
    headings: Sequence[str], columns: Sequence[Column], mapping: Mapping[str, str] | None = None
) -> Match:
    """머리글을 열 정의에 맞춘다. mapping은 {열 이름: 머리글 글자}이며 사람이 정한 것이므로 가장 앞선다.

    차례는 mapping → 같은 이름 → 다른 이름(synonyms) → 여러 줄 머리글의 맨 아랫줄이다.
    같은 차례에서 둘 이상에 맞으면 짐작하지 않고 duplicated에 남긴다.
    """
    keys = [heading_key(text) for text in headings]
    exact_keys = [search_key(text) for text in headings]
    leaves = [key.rpartition(JOINT)[2] if JOINT in key else "" for key in keys]
    result = Match(units={i: unit for i, text in enumerate(headings) if (unit := heading_unit(text)) is not None})
    taken: set[int] = set()

    def settle(column: Column, places: list[int], how: str) -> None:
        free = [place for place in places if place not in taken]
        if len(free) == 1:
            result.matched[column.name] = free[0]
            result.how[column.name] = how
            taken.add(free[0])
        elif free:
            result.duplicated[column.name] = free

    def open_columns() -> list[Column]:
        return [c for c in columns if c.name not in result.matched and c.name not in result.duplicated]

    for column in columns:
        wanted = (mapping or {}).get(column.name)
        if wanted:
            same = [i for i, key in enumerate(exact_keys) if key == search_key(wanted)]
            settle(column, same or [i for i, key in enumerate(keys) if key and key == heading_key(wanted)], "mapping")
    names = {column.name: heading_key(column.title) for column in columns}
    others = {column.name: {heading_key(text) for text in column.synonyms} for column in columns}
    for column in open_columns():
        settle(column, [i for i, key in enumerate(keys) if key and key == names[column.name]], "exact")
    for column in open_columns():
        settle(column, [i for i, key in enumerate(keys) if key in others[column.name]], "synonym")
    for column in open_columns():
        wanted_keys = others[column.name] | {names[column.name]}
        settle(column, [i for i, leaf in enumerate(leaves) if leaf and leaf in wanted_keys], "synonym")

    unmatched = [column for column in columns if column.name not in result.matched]
    result.missing = sorted(unmatched, key=lambda column: not column.required)
    result.extra = [i for i in range(len(headings)) if i not in taken]
    for column in columns:
        same = [i for i in result.extra if keys[i] and keys[i] in others[column.name] | {names[column.name]}]
        if same and column.name in result.matched and result.how[column.name] != "mapping":
            result.doubled[column.name] = same
    spare = {keys[i]: headings[i] for i in result.extra if keys[i]}
    for column in result.missing:
        near = difflib.get_close_matches(names[column.name], list(spare), n=1, cutoff=0.5)
        inside = [key for key in spare if names[column.name] in key]
        if near or inside:
            result.nearest[column.name] = spare[(inside or near)[0]]
    return result


def match_score(headings: Sequence[str], columns: Sequence[Column], mapping: Mapping[str, str] | None = None) -> int:
    """머리글에서 찾을 수 있는 열마다 2점, 여러 줄 머리글의 맨 아랫줄에서만 찾으면 1점. 머리글 행을 고를 때 쓴다."""
    keys = {heading_key(text) for text in headings} - {""}
    leaves = {key.rpartition(JOINT)[2] for key in keys} - {""}
    score = 0
    for column in columns:
        names = {heading_key(text) for text in (column.title, *column.synonyms, (mapping or {}).get(column.name, ""))}
        score += 2 if names & keys else bool(names & leaves)
    return score


def column_letter(index: int) -> str:
    """0부터 센 열 번호의 엑셀 글자. 0 → 'A', 26 → 'AA'"""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
