"""오늘 무렵의 표본 사건: 14일 안의 기일과 기한, 곧 끝나는 상소 기한이 있다. 싣는 날에서 날짜를 센다."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from legal.lawsuits.models import Filing, Hearing, Instance, Lawsuit, Outcome, Ruling
from legal.lawsuits.models.courses import Readiness
from legal.lawsuits.sample.catalogue import COURTS, TITLES, Catalogue, SampleCase, SampleInstance, SampleRuling

_K, _L, _O, _A, _H, _F, _R = Lawsuit.Kind, Instance.Level, Outcome, Ruling.Appeal, Hearing.Kind, Filing.Kind, Readiness
_S = Lawsuit.Status
# 이날부터 오늘 무렵의 사건을 싣는다. 모두 2023년 뒤에 접수되어 보고서의 표에 들지 않는다.
FROM = date(2026, 1, 1)


@dataclass
class LiveCase:
    """오늘 무렵의 사건 하나. 앞으로의 기일과 서면, 붙일 기한을 함께 적는다."""

    case: SampleCase
    status: str
    # (종류, 날, 준비)
    hearings: list[tuple[str, date, str]] = field(default_factory=list)
    # (서면, 법원이 정한 날, 준비)
    filings: list[tuple[str, date | None, str]] = field(default_factory=list)
    has_review: bool = False
    concluded_on: date | None = None


# 그냥 진행 중인 사건: (구분, 사건명의 차례, 며칠 앞에 받았는가, 다음 변론까지의 날)
_RUNNING = (
    (_K.ADMINISTRATIVE, 0, 210, 24), (_K.ADMINISTRATIVE, 6, 330, 31), (_K.ADMINISTRATIVE, 9, 415, 18), (_K.ADMINISTRATIVE, 14, 120, 45),
    (_K.ADMINISTRATIVE, 17, 96, 52), (_K.CIVIL, 0, 380, 27), (_K.CIVIL, 3, 260, 38), (_K.CIVIL, 6, 540, 20), (_K.CIVIL, 12, 150, 34),
    (_K.APPEAL, 1, 45, 0), (_K.APPEAL, 5, 38, 0), (_K.APPEAL, 8, 52, 0), (_K.APPEAL, 13, 27, 0),
)  # fmt: skip


def live(catalogue: Catalogue, today: date) -> list[LiveCase]:
    """오늘 무렵의 사건들. 너무 이른 날에 실으면 없다."""
    return [] if today < FROM else _Live(catalogue, today).cases()


class _Live:
    def __init__(self, catalogue: Catalogue, today: date) -> None:
        self.catalogue, self.calendar, self.today = catalogue, catalogue.calendar, today

    def day(self, offset: int) -> date:
        """오늘에서 offset 날 떨어진 근무일. 앞날은 뒤로, 지난날은 앞으로 옮긴다."""
        day = self.today + timedelta(days=offset)
        return self.calendar.on_or_after(day) if offset > 0 else self.calendar.on_or_before(day)

    def case(self, kind: str, title: str, department: str, act: str, ago: int, claim: int | None = 50_000_000) -> SampleCase:
        return SampleCase(kind, title, department, act, self.day(-ago), None if kind == _K.APPEAL else claim, [])

    def level(self, case: SampleCase, level: str, court: str, mark: str, ago: int, adviser: bool = True) -> SampleInstance:
        received = self.day(-ago)
        one = SampleInstance(level, court, self.catalogue.number(received.year, mark), received, adviser)
        case.instances.append(one)
        return one

    def cases(self) -> list[LiveCase]:
        return [*self._appeals(), *self._near(), *self._running()]

    def _appeals(self) -> list[LiveCase]:
        """상소 기한이 7일 안에 끝나는 두 사건: 검토하는 2심과 아직 검토하지 않은 1심."""
        first = self.case(_K.ADMINISTRATIVE, "손실보상금 증액", "S023", "수용재결의 보상금", 520, 180_000_000)
        one = self.level(first, _L.FIRST, "서울행정법원", "구합", 520)
        one.ruling = SampleRuling(_O.WON, self.day(-250), self.day(-242), self.day(-242), _A.THEIRS, self.day(-232))
        two = self.level(first, _L.SECOND, "서울고등법원", "누", 200)
        served = self.day(-12)
        two.ruling = SampleRuling(_O.PARTLY_LOST, self.day(-20), served, served, _A.UNKNOWN, summary="보상금 일부 증액")
        second = self.case(_K.CIVIL, "부당이득금 반환", "S009", "공유재산의 점유", 310, 74_000_000)
        three = self.level(second, _L.FIRST, "서울남부지방법원", "가단", 310)
        later = self.day(-11)
        three.ruling = SampleRuling(_O.LOST, self.day(-19), later, later, _A.UNKNOWN, summary="원고 청구 인용")
        return [
            LiveCase(first, _S.APPEAL_REVIEW, has_review=True),
            LiveCase(second, _S.SERVED),
        ]

    def _near(self) -> list[LiveCase]:
        """14일 안에 기일이나 낼 서면이 있는 사건."""
        found = []
        answer = self.case(_K.ADMINISTRATIVE, "건축이행강제금 부과처분 취소", "S024", "이행강제금 부과", 29)
        self.level(answer, _L.FIRST, "서울행정법원", "구합", 29, adviser=False)
        found.append(LiveCase(answer, _S.ASSIGNED, filings=[(_F.ANSWER, None, _R.WRITING)]))
        reply = self.case(_K.APPEAL, "정보공개거부처분 취소청구", "S001", "정보 비공개 결정", 6)
        self.level(reply, _L.APPEAL, "서울특별시행정심판위원회", "행심", 6, adviser=False)
        found.append(LiveCase(reply, _S.ASSIGNED, filings=[(_F.ANSWER, None, _R.REVIEWING)]))
        for kind, title, department, ago, court, mark, hearing, ahead, ready in (
            (_K.ADMINISTRATIVE, "영업정지처분 취소", "S034", 160, "서울행정법원", "구단", _H.PLEADING, 4, _R.READY),
            (_K.CIVIL, "공사대금", "S021", 240, "서울남부지방법원", "가합", _H.MEDIATION, 10, _R.READY),
            (_K.ADMINISTRATIVE, "변상금 부과처분 취소", "S025", 300, "서울행정법원", "구합", _H.JUDGMENT, 12, _R.WAITING),
            (_K.CIVIL, "손해배상(기)", "S027", 190, "서울남부지방법원", "가단", _H.PLEADING, 7, _R.WRITING),
        ):
            case = self.case(kind, title, department, "", ago, 36_000_000)
            self.level(case, _L.FIRST, court, mark, ago, adviser=kind == _K.CIVIL)
            judged = hearing == _H.JUDGMENT
            found.append(LiveCase(
                case, _S.CONCLUDED if judged else _S.PLEADING, hearings=[(hearing, self.day(ahead), ready)],
                concluded_on=self.day(-9) if judged else None,
            ))  # fmt: skip
        extra = self.case(_K.APPEAL, "영업정지처분 취소청구", "S034", "영업정지 15일", 34)
        self.level(extra, _L.APPEAL, "서울특별시행정심판위원회", "행심", 34, adviser=False)
        found.append(LiveCase(extra, _S.ANSWERED, filings=[(_F.SUPPLEMENT, self.day(8), _R.READY)]))
        return found

    def _running(self) -> list[LiveCase]:
        found = []
        for kind, order, ago, ahead in _RUNNING:
            title, department, act = TITLES[kind][order]
            case = self.case(kind, title, department, act, ago, 20_000_000 + order * 7_500_000)
            level = _L.APPEAL if kind == _K.APPEAL else _L.FIRST
            court, marks = COURTS[(kind, level)]
            self.level(case, level, court, marks[0], ago, adviser=kind == _K.CIVIL)
            found.append(LiveCase(
                case, _S.PLEADING if ahead else _S.ANSWERED, hearings=[(_H.PLEADING, self.day(ahead), _R.WAITING)] if ahead else [],
            ))  # fmt: skip
        return found
