"""사람과 단체의 이름, 주소와 연락처를 가린다. 「김철수 외 3명」은 「김○○ 외 3명」이 된다(UX §4, DOMAIN §5.7)."""

from __future__ import annotations

import re

HIDDEN = "○○"
# 단체임을 알려 주는 말은 남기고 이름만 가린다. 긴 것부터 찾는다.
_BODIES = (
    "입주자대표회의", "사회복지법인", "재개발정비사업조합", "재건축정비사업조합", "정비사업조합", "법무법인", "유한책임회사", "유한회사",
    "주식회사", "합자회사", "합명회사", "사단법인", "재단법인", "학교법인", "의료법인", "종교법인", "협동조합", "대표회의",
    "(주)", "㈜", "(유)", "(사)", "(재)", "조합", "교회", "협회", "학원", "은행", "보험", "건설", "공사", "공단", "회사",
)  # fmt: skip
_OTHERS = re.compile(r"^(?P<first>.*?)(?P<rest>\s*외\s*\d+\s*(?:명|인)?)$")
# 여러 이름을 한 칸에 이어 적은 것
_JOINED = re.compile(r"(\s*[,、;/·]\s*)")
# 국가와 지방자치단체, 행정기관은 개인정보가 아니다. 「박영도」 같은 사람의 이름도 도·구·시로 끝나므로, 여러 낱말이면
# 낱말마다 기관의 말이고 그 가운데 하나는 틀림없는 기관이어야 한다.
_PUBLIC_WORD = re.compile(r"^(?:대한민국|구청장|시장|장관|교육감|.+(?:구청장|시장|장관|교육감|구|시|군|도|위원회|부|처|청))$")
_SURELY_PUBLIC = re.compile(
    r"^(?:대한민국|경기도|.*(?:특별시|광역시|자치시|자치도|구청장|시장|장관|교육감|위원회|구청|시청|군청|교육청))$"
)
_ALREADY = re.compile(rf"^.?{HIDDEN}$")


def _is_public(name: str) -> bool:
    words = name.split()
    if len(words) == 1:
        return name == "대한민국" or (len(name) > 4 and bool(_PUBLIC_WORD.match(name)))
    return all(map(_PUBLIC_WORD.match, words)) and any(map(_SURELY_PUBLIC.match, words))


def _is_masked(name: str) -> bool:
    """가린 글에 이름이 더 붙지 않았는가."""
    for body in _BODIES:
        if name in (f"{body} {HIDDEN}", f"{body}{HIDDEN}", f"{HIDDEN}{body}"):
            return True
    return bool(_ALREADY.match(name))


def masked_name(name: str) -> str:
    """이름을 가린 글. 사람은 성만, 단체는 단체의 갈래만 남기고, 공공기관은 그대로 둔다. 이미 가린 이름은 그대로다."""
    name = " ".join(name.split())
    if not name:
        return ""
    if others := _OTHERS.match(name):
        return masked_name(others["first"]) + f" {others['rest'].strip()}"
    if len(names := _JOINED.split(name)) > 1:
        return "".join(part if place % 2 else masked_name(part) for place, part in enumerate(names))
    if _is_masked(name):
        return name
    for body in _BODIES:
        if name.startswith(body) and name != body:
            return f"{body} {HIDDEN}" if len(body) > 3 else f"{body}{HIDDEN}"
        if name.endswith(body) and name != body:
            return f"{HIDDEN}{body}"
    if _is_public(name):
        return name
    return name[0] + HIDDEN


def masked(text: object) -> str:
    """주소·연락처처럼 통째로 가릴 글. 비어 있으면 비운다."""
    return HIDDEN if text else ""
