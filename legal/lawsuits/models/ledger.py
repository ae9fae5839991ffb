"""소송대장의 한 줄. 부서마다 다르게 적은 구분·사건번호·진행상황을 우리 말로 읽는다. 뜻이 두 가지면 짐작하지 않고 묻는다."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models

from core.access import TeamScope
from core.history.models import Record
from core.org.models import Department
from core.privacy.masking import masked_name
from legal.lawsuits.models.cases import Instance, Lawsuit
from legal.lawsuits.models.courses import Ruling
from legal.lawsuits.models.outcomes import Outcome

_K, _L, _A = Lawsuit.Kind, Instance.Level, Ruling.Appeal
# 사건부호: (구분, 심급). 긴 것부터 본다.
SIGNS: dict[str, tuple[str, str]] = {
    "구합": (_K.ADMINISTRATIVE, _L.FIRST), "구단": (_K.ADMINISTRATIVE, _L.FIRST), "누": (_K.ADMINISTRATIVE, _L.SECOND),
    "두": (_K.ADMINISTRATIVE, _L.THIRD), "재구합": (_K.ADMINISTRATIVE, _L.RETRIAL), "재누": (_K.ADMINISTRATIVE, _L.RETRIAL),
    "아": (_K.ADMINISTRATIVE, _L.APPLICATION), "루": (_K.ADMINISTRATIVE, _L.APPLICATION), "무": (_K.ADMINISTRATIVE, _L.APPLICATION),
    "가합": (_K.CIVIL, _L.FIRST), "가단": (_K.CIVIL, _L.FIRST), "가소": (_K.CIVIL, _L.FIRST), "머": (_K.CIVIL, _L.FIRST),
    "나": (_K.CIVIL, _L.SECOND), "다": (_K.CIVIL, _L.THIRD), "재가합": (_K.CIVIL, _L.RETRIAL), "재나": (_K.CIVIL, _L.RETRIAL),
    "카합": (_K.CIVIL, _L.APPLICATION), "카단": (_K.CIVIL, _L.APPLICATION), "차": (_K.CIVIL, _L.FIRST),
    "행심": (_K.APPEAL, _L.APPEAL), "헌가": (_K.OTHER, _L.CONSTITUTIONAL), "헌마": (_K.OTHER, _L.CONSTITUTIONAL),
    "헌라": (_K.OTHER, _L.CONSTITUTIONAL), "헌바": (_K.OTHER, _L.CONSTITUTIONAL),
}  # fmt: skip
_NUMBER = re.compile(r"^\d{2,4}([가-힣]{1,3})\d+")
# 구분 칸에 적는 말. 앞에서부터 본다.
_KIND_WORDS = (
    ("심판", _K.APPEAL), ("행심", _K.APPEAL), ("민사", _K.CIVIL), ("행정", _K.ADMINISTRATIVE), ("헌법", _K.OTHER), ("국가", _K.OTHER),
    ("신청", _K.OTHER), ("형사", _K.OTHER), ("기타", _K.OTHER),
)  # fmt: skip
_RUNNING = ("진행", "계속", "변론", "심리", "답변", "접수", "대기", "준비", "검토", "예정", "미정", "계류", "추후지정")
_ENDED, _CLOSED = ("확정", "종결", "종료"), ("종결", "종료")
_OURS = re.compile(r"(?:구청장|구청|구|시장)(?:\(.*\))?$")


def plain(text: str) -> str:
    """빈칸을 뺀 글."""
    return "".join(unicodedata.normalize("NFC", text or "").split())


def sign_of(number: str) -> tuple[str, str] | None:
    """사건번호의 부호가 말하는 (구분, 심급). 「서행심2023-12」처럼 다른 꼴의 심판 번호도 안다."""
    number = plain(number)
    if "행심" in number:
        return SIGNS["행심"]
    found = _NUMBER.match(number)
    return SIGNS.get(found[1]) if found else None


def is_ours(name: str) -> bool:
    """구를 적은 칸인가."""
    return bool(_OURS.search(plain(name)))


def read_kind(text: str, number: str) -> str:
    """구분. 사건번호의 부호와 다르면 ValidationError. 「행정」은 소송과 심판을 함께 이르기도 하므로 부호를 따른다."""
    word = plain(text)
    said = next((kind for key, kind in _KIND_WORDS if key in word), "")
    sign = sign_of(number)
    if sign is None:
        if not said:
            raise ValidationError({"kind_text": "어느 구분인지 알 수 없습니다. 행정, 민사, 심판, 기타 가운데 하나로 적어 주세요."})
        return said
    loose = said == "" or said == sign[0] or said == _K.OTHER or (word == "행정" and sign[0] == _K.APPEAL)
    if not loose:
        label = dict(_K.choices)
        raise ValidationError(
            {"kind_text": f"사건번호는 {label[sign[0]]} 사건의 부호인데 구분은 ‘{text}’입니다. 둘 가운데 틀린 것을 고쳐 주세요."}
        )
    return sign[0]


def read_level(number: str, court: str, kind: str) -> str:
    """심급. 부호에서 알고, 모르면 법원의 이름에서 안다."""
    if sign := sign_of(number):
        return sign[1]
    if kind == _K.APPEAL:
        return _L.APPEAL
    place = plain(court)
    return _L.THIRD if "대법" in place else _L.SECOND if "고등" in place or "고법" in place else _L.FIRST


@dataclass(frozen=True)
class Progress:
    """진행상황 칸에서 읽은 것: 결과(없으면 진행 중), 상소, 확정했는가, 종결했는가."""

    outcome: str = ""
    appeal: str = _A.UNKNOWN
    ended: bool = False
    closed: bool = False


def read_progress(text: str, ours_is_plaintiff: bool = False) -> Progress:
    """진행상황. 구의 자리에서 본 결과로 바꾼다. 읽을 수 없거나 뜻이 두 가지면 ValidationError."""
    word = plain(text)
    if not word or word in ("-", "·"):
        return Progress()
    ended, closed = any(one in word for one in _ENDED), any(one in word for one in _CLOSED)
    outcome = _outcome(word, ours_is_plaintiff)
    if not outcome:
        if any(one in word for one in _RUNNING) and not ended:
            return Progress()
        need = "승소, 패소, 일부패소, 각하, 취하, 조정, 진행중 가운데 하나를 적어 주세요."
        why = "끝났다고 적혀 있는데 결과를 알 수 없습니다." if ended else "진행상황을 읽을 수 없습니다."
        raise ValidationError({"progress": f"{why} {need}"})
    return Progress(outcome, _appeal(word, outcome, ours_is_plaintiff), ended, closed)


def _outcome(word: str, ours_is_plaintiff: bool) -> str:
    if "일부" in word:
        return Outcome.PARTLY_LOST
    if "취하" in word:
        return Outcome.WITHDRAWN
    if "화해" in word or "조정" in word:
        return Outcome.SETTLED
    if "각하" in word:
        return Outcome.DISMISSED
    # 누구의 승패인지 적혀 있으면 구의 자리로 뒤집는다.
    theirs = "피고" if ours_is_plaintiff else "원고"
    flipped = bool(re.search(rf"(?:{theirs}|(?<!피)청구인)측?[승패]", word))
    if "승소" in word or "원고승" in word or "피고승" in word:
        return Outcome.LOST if flipped else Outcome.WON
    if "패소" in word or "원고패" in word or "피고패" in word:
        return Outcome.WON if flipped else Outcome.LOST
    if "기각" in word:
        return Outcome.LOST if ours_is_plaintiff else Outcome.WON
    if "인용" in word:
        return Outcome.WON if ours_is_plaintiff else Outcome.LOST
    return ""


def _appeal(word: str, outcome: str, ours_is_plaintiff: bool) -> str:
    found = re.search(r"(원고|피고|쌍방|서로|우리|구)?(?:측)?(?:항소|상고)(?!심|포기|기각|없|안함|기간)", word)
    if not found:
        return _A.NONE if re.search(r"(?:항소|상고)(?:포기|없|안함)", word) else _A.UNKNOWN
    who = found[1] or ""
    if who in ("쌍방", "서로"):
        return _A.BOTH
    if who in ("우리", "구") or who == ("원고" if ours_is_plaintiff else "피고"):
        return _A.OURS
    if who:
        return _A.THEIRS
    if outcome == Outcome.PARTLY_LOST:
        raise ValidationError({"progress": "일부인용은 누가 상소했는지 알 수 없습니다. ‘원고 항소’ ‘피고 항소’처럼 적어 주세요."})
    return _A.OURS if outcome == Outcome.LOST else _A.THEIRS


class LedgerRow(Record):
    """예전 소송대장의 한 줄(사건의 심급 하나). 사건으로 옮긴 뒤에도 적혀 있던 글을 그대로 두고, 이름은 가려서 둔다."""

    case_number = models.CharField("사건번호", max_length=40, unique=True)
    serial = models.CharField("연번", max_length=20, blank=True)
    kind_text = models.CharField("구분", max_length=30, blank=True)
    title = models.CharField("사건명", max_length=200)
    plaintiff = models.CharField("원고(청구인)", max_length=200, blank=True)
    defendant = models.CharField("피고(피청구인)", max_length=200, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="소관부서")
    court = models.CharField("법원", max_length=50, blank=True)
    received_on = models.DateField("접수일")
    claim_amount = models.BigIntegerField("소가(원)", null=True, blank=True, validators=[MinValueValidator(0)])
    officers = models.CharField("소송수행자", max_length=100, blank=True)
    agent = models.CharField("대리인", max_length=100, blank=True)
    progress = models.CharField("진행상황", max_length=300, blank=True)
    result = models.CharField("결과", max_length=100, blank=True, help_text="진행상황과 다른 칸에 적은 대장만 적습니다.")
    ruled_on = models.DateField("선고일", null=True, blank=True)
    served_on = models.DateField("송달일", null=True, blank=True)
    final_on = models.DateField("확정일", null=True, blank=True)
    related_number = models.CharField("관련 사건번호", max_length=40, blank=True)
    note = models.TextField("비고", blank=True)
    instance = models.OneToOneField(
        Instance, models.SET_NULL, null=True, blank=True, editable=False, related_name="ledger_row", verbose_name="옮긴 심급"
    )

    scope: ClassVar = TeamScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "소송대장"
        ordering = ["-received_on", "-pk"]

    def __str__(self) -> str:
        return self.case_number

    def save(self, *args: Any, **kwargs: Any) -> None:
        # 온 이름은 당사자에만 두고, 대장에는 가린 이름을 둔다.
        self.plaintiff, self.defendant = (", ".join(map(masked_name, names_in(one))) for one in (self.plaintiff, self.defendant))
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.case_number, self.related_number = plain(self.case_number), plain(self.related_number)
        read_kind(self.kind_text, self.case_number)
        progress = self.read()
        if self.ruled_on and not progress.outcome:
            raise ValidationError({"progress": "선고일이 있는데 결과가 없습니다. 승소, 패소, 일부패소, 각하, 취하, 조정으로 적어 주세요."})
        if progress.outcome and not self.ruled_on:
            raise ValidationError({"ruled_on": "결과가 있는데 선고일이 없습니다. 선고일(재결일, 취하일)을 적어 주세요."})
        if progress.ended and not (self.final_on or self.served_on or progress.outcome in (Outcome.WITHDRAWN, Outcome.SETTLED)):
            raise ValidationError({"final_on": "끝난 사건인데 확정일도 송달일도 없습니다. 확정증명을 보고 확정일을 적어 주세요."})
        names = ("received_on", "ruled_on", "served_on", "final_on")
        known = [(name, day) for name in names if (day := getattr(self, name))]
        for (before, first), (name, day) in pairwise(known):
            if day < first and not (before == "served_on" and name == "final_on"):
                titles = {one: self._meta.get_field(one).verbose_name for one in (before, name)}  # type: ignore[union-attr]
                raise ValidationError({name: f"{titles[name]}이 {titles[before]}보다 앞섭니다. 두 날짜를 확인해 주세요."})

    @property
    def ours_is_plaintiff(self) -> bool:
        """구가 원고인가."""
        return is_ours(self.plaintiff) and not is_ours(self.defendant)

    @property
    def kind(self) -> str:
        return read_kind(self.kind_text, self.case_number)

    @property
    def level(self) -> str:
        return read_level(self.case_number, self.court, self.kind)

    def read(self) -> Progress:
        """진행상황과 결과에서 읽은 것. 대장에 따라 한 칸에, 또는 「확정」과 「승소」처럼 두 칸에 나누어 적는다."""
        return read_progress(" ".join(filter(None, (self.progress, self.result))), self.ours_is_plaintiff)


def names_in(text: str) -> list[str]:
    """한 칸에 적은 여러 이름. 「홍길동, 이몽룡」은 둘이고 「홍길동 외 3명」은 하나다."""
    return [" ".join(one.split()) for one in re.split(r"[,，;\n]", text or "") if one.strip()]
