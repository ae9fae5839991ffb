"""표본 사건을 짓는다. 정해진 난수라 몇 번 지어도 같고, 확정일은 송달일에서 세어 나온 날이다."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from core.deadlines.working_days import Calendar
from legal.lawsuits.models import Hearing, Instance, Lawsuit, Outcome, Ruling

START, END = date(2023, 1, 1), date(2023, 11, 6)
SEED = 20231106
_K, _L, _O, _A, _H = Lawsuit.Kind, Instance.Level, Outcome, Ruling.Appeal, Hearing.Kind
LOST = (_O.LOST, _O.PARTLY_LOST)

# 사건명과 소관 부서의 코드
TITLES: dict[str, tuple[tuple[str, str, str], ...]] = {
    # 구분: (사건명, 부서, 원인 처분)
    _K.ADMINISTRATIVE: (
        ("건축이행강제금 부과처분 취소", "S024", "이행강제금 부과"), ("영업정지처분 취소", "S034", "영업정지 1개월"),
        ("변상금 부과처분 취소", "S025", "변상금 부과"), ("과징금 부과처분 취소", "S034", "영업정지에 갈음하는 과징금 부과"),
        ("건축허가신청 반려처분 취소", "S024", "건축허가 신청 반려"), ("정보공개거부처분 취소", "S001", "정보 비공개 결정"),
        ("취득세 부과처분 취소", "S011", "취득세 부과"), ("재산세 부과처분 취소", "S011", "재산세 부과"),
        ("도로점용료 부과처분 취소", "S027", "도로점용료 부과"), ("관리처분계획인가 취소", "S023", "관리처분계획 인가"),
        ("조합설립인가처분 무효확인", "S023", "조합설립 인가"), ("어린이집 운영정지처분 취소", "S019", "운영정지 3개월"),
        ("기초생활보장급여 변경처분 취소", "S015", "급여 변경"), ("장애정도 결정처분 취소", "S017", "장애정도 결정"),
        ("폐기물 처리 조치명령 취소", "S032", "조치명령"), ("하수도 원인자부담금 부과처분 취소", "S028", "원인자부담금 부과"),
        ("압류처분 무효확인", "S010", "체납처분(압류)"), ("의료기관 업무정지처분 취소", "S036", "업무정지 2개월"),
        ("대규모점포 등록 반려처분 취소", "S013", "등록 신청 반려"), ("교통유발부담금 부과처분 취소", "S029", "교통유발부담금 부과"),
        ("주택건설사업계획 변경승인 취소", "S021", "사업계획 변경승인"), ("배출부과금 부과처분 취소", "S031", "배출부과금 부과"),
    ),
    _K.CIVIL: (
        ("부당이득금 반환", "S027", "도로 부지의 점유"),
        ("부당이득금 반환", "S009", "공유재산의 점유"), ("손해배상(기)", "S027", "도로 시설물의 하자"),
        ("손해배상(기)", "S028", "하수관 역류"), ("공사대금", "S021", "청사 보수 공사"), ("공사대금", "S008", "체육관 증축 공사"),
        ("소유권이전등기", "S025", "도로에 편입된 토지"), ("소유권보존등기 말소", "S025", "미등기 토지"),
        ("건물인도", "S009", "사용허가가 끝난 건물"),
        ("토지인도", "S033", "공원 안의 점유"), ("구상금", "S026", "시설물 사고의 보험금"),
        ("임대차보증금 반환", "S009", "임차 청사의 보증금"),
        ("배당이의", "S010", "공매 배당"), ("사해행위취소", "S010", "체납자의 부동산 처분"), ("채무부존재확인", "S030", "주차장 위탁료"),
        ("보조금 반환", "S014", "보조금 교부결정 취소"), ("물품대금", "S006", "전산장비 납품"), ("손해배상(자)", "S027", "도로 파임 사고"),
    ),
    _K.APPEAL: (
        ("영업정지처분 취소청구", "S034", "영업정지 15일"), ("과징금 부과처분 취소청구", "S034", "과징금 부과"),
        ("정보공개거부처분 취소청구", "S001", "정보 비공개 결정"), ("건축이행강제금 부과처분 취소청구", "S024", "이행강제금 부과"),
        ("자동차 운행정지명령 취소청구", "S029", "운행정지 명령"), ("기초생활보장급여 중지처분 취소청구", "S015", "급여 중지"),
        ("담배소매인 지정 거부처분 취소청구", "S013", "지정 거부"), ("노래연습장 영업정지처분 취소청구", "S008", "영업정지 10일"),
        ("거주자우선주차 배정취소처분 취소청구", "S030", "배정 취소"), ("위반건축물 시정명령 취소청구", "S024", "시정명령"),
        ("옥외광고물 철거명령 취소청구", "S021", "철거 명령"), ("부동산중개업 업무정지처분 취소청구", "S025", "업무정지 1개월"),
        ("어린이집 보조금 환수처분 취소청구", "S019", "보조금 환수"), ("폐기물 과징금 부과처분 취소청구", "S032", "과징금 부과"),
        ("약국 업무정지처분 취소청구", "S036", "업무정지 3일"), ("공동주택 하자보수명령 취소청구", "S021", "하자보수 명령"),
    ),
}  # fmt: skip
COURTS = {
    # (구분, 심급): (법원, 사건번호의 부호들)
    (_K.ADMINISTRATIVE, _L.FIRST): ("서울행정법원", ("구합", "구합", "구단")),
    (_K.ADMINISTRATIVE, _L.SECOND): ("서울고등법원", ("누",)), (_K.ADMINISTRATIVE, _L.THIRD): ("대법원", ("두",)),
    (_K.CIVIL, _L.FIRST): ("서울남부지방법원", ("가단", "가단", "가합")), (_K.CIVIL, _L.SECOND): ("서울남부지방법원", ("나",)),
    (_K.CIVIL, _L.THIRD): ("대법원", ("다",)), (_K.APPEAL, _L.APPEAL): ("서울특별시행정심판위원회", ("행심",)),
}  # fmt: skip
LEVELS = (_L.FIRST, _L.SECOND, _L.THIRD)
SUMMARIES: dict[str, dict[str, str]] = {
    _O.WON: {_K.ADMINISTRATIVE: "원고 청구 기각", _K.CIVIL: "원고 청구 기각", _K.APPEAL: "청구 기각"},
    _O.DISMISSED: {_K.ADMINISTRATIVE: "소 각하", _K.CIVIL: "소 각하", _K.APPEAL: "청구 각하"},
    _O.WITHDRAWN: {_K.ADMINISTRATIVE: "원고 소 취하", _K.CIVIL: "원고 소 취하", _K.APPEAL: "청구 취하"},
    _O.SETTLED: {_K.CIVIL: "화해권고결정 확정"},
    _O.PARTLY_LOST: {_K.ADMINISTRATIVE: "처분 일부 취소", _K.CIVIL: "청구 일부 인용", _K.APPEAL: "처분 일부 감경"},
    _O.LOST: {_K.ADMINISTRATIVE: "처분 취소", _K.CIVIL: "원고 청구 인용", _K.APPEAL: "처분 취소"},
}
# 보고서의 표: 구분마다 (이월·신규마다 확정한 결과들, 진행 중인 수)
_REPORT: dict[str, tuple[tuple[dict[str, int], int], tuple[dict[str, int], int]]] = {
    _K.ADMINISTRATIVE: (
        ({_O.WON: 13, _O.DISMISSED: 2, _O.WITHDRAWN: 2, _O.LOST: 1, _O.PARTLY_LOST: 1}, 15),
        ({_O.DISMISSED: 1, _O.WITHDRAWN: 2}, 30),
    ),
    _K.CIVIL: (({_O.WON: 7, _O.WITHDRAWN: 2}, 30), ({_O.WITHDRAWN: 1}, 14)),
    _K.APPEAL: (
        ({_O.WON: 5, _O.DISMISSED: 2, _O.PARTLY_LOST: 1}, 2),
        ({_O.WON: 12, _O.DISMISSED: 4, _O.WITHDRAWN: 4, _O.PARTLY_LOST: 1, _O.LOST: 3}, 36),
    ),
}  # fmt: skip
# 진행 중이던 사건이 뒤에 얻은 결과의 비율
_LATER: dict[str, tuple[tuple[str, int], ...]] = {
    _K.ADMINISTRATIVE: ((_O.WON, 62), (_O.DISMISSED, 8), (_O.WITHDRAWN, 12), (_O.PARTLY_LOST, 9), (_O.LOST, 9)),
    _K.CIVIL: ((_O.WON, 55), (_O.DISMISSED, 3), (_O.WITHDRAWN, 12), (_O.SETTLED, 10), (_O.PARTLY_LOST, 12), (_O.LOST, 8)),
    _K.APPEAL: ((_O.WON, 60), (_O.DISMISSED, 14), (_O.WITHDRAWN, 12), (_O.PARTLY_LOST, 8), (_O.LOST, 6)),
}
# 지금도 끝나지 않은, 그때 진행 중이던 사건의 수
_STILL: dict[str, int] = {_K.ADMINISTRATIVE: 5, _K.CIVIL: 9, _K.APPEAL: 0}


@dataclass
class SampleRuling:
    """한 심급의 결과."""

    outcome: str
    ruled_on: date
    served_on: date | None = None
    opponent_served_on: date | None = None
    appeal: str = _A.NONE
    appealed_on: date | None = None
    summary: str = ""


@dataclass
class SampleInstance:
    """한 심급."""

    level: str
    court: str
    case_number: str
    received_on: date
    has_adviser: bool
    ruling: SampleRuling | None = None
    hearings: list[tuple[str, date, str]] = field(default_factory=list)


@dataclass
class SampleCase:
    """표본 사건 하나."""

    kind: str
    title: str
    department: str
    act: str
    received_on: date
    claim_amount: int | None
    instances: list[SampleInstance]
    outcome: str = ""
    final_on: date | None = None
    basis: str = ""


class Catalogue:
    """사건을 짓는 곳. 공휴일을 읽어 두고 송달일에서 확정일을 센다."""

    def __init__(self, calendar: Calendar, taken: set[str] | None = None) -> None:
        self.calendar = calendar.without_unknown()
        self.randomly = Random(SEED)  # noqa: S311 - 표본의 날짜와 금액을 고르는 난수
        self.taken = set(taken or ())
        self._turn: dict[str, int] = {}

    def report(self) -> list[SampleCase]:
        """보고서의 표와 같은 191건."""
        found = []
        for kind, (carried, new) in _REPORT.items():
            for is_new, (outcomes, pending) in ((False, carried), (True, new)):
                for outcome, count in outcomes.items():
                    found += [self._closed(kind, is_new, outcome, number) for number in range(count)]
                still = _STILL[kind] if is_new else 0
                found += [self._open(kind, is_new, number, number < still) for number in range(pending)]
        return found

    # ── 한 사건 ───────────────────────────────────────────────────────

    def _closed(self, kind: str, is_new: bool, outcome: str, number: int) -> SampleCase:
        """기간 안에 확정된 사건."""
        levels = 1 if kind == _K.APPEAL or is_new else (1, 2, 1, 2, 3)[number % 5]
        if kind == _K.APPEAL:
            received = self._day(START, date(2023, 7, 10)) if is_new else self._day(date(2022, 10, 17), date(2022, 12, 29))
            final = self._day(max(received + timedelta(days=62), START), min(received + timedelta(days=110), END))
        else:
            first, last = ((START, date(2023, 2, 28)), (date(2021, 10, 1), date(2022, 7, 29)), (date(2020, 9, 1), date(2021, 9, 30)),
                           (date(2019, 3, 1), date(2020, 2, 28)))[0 if is_new else levels]  # fmt: skip
            # 송달에서 확정까지를 거꾸로 세므로 기간의 처음에서 조금 띄운다.
            received, final = self._day(first, last), self._day(date(2023, 7, 3) if is_new else START + timedelta(days=25), END)
        return self._case(kind, received, outcome, final, levels)

    def _open(self, kind: str, is_new: bool, number: int, still: bool) -> SampleCase:
        """기준일에 진행 중이던 사건. 거의 다 2024~2026년에 끝났다."""
        levels = 1 if kind == _K.APPEAL else (2, 1, 2, 1, 3)[number % 5]
        if kind == _K.APPEAL:
            first = date(2023, 7, 17) if is_new else date(2022, 11, 21)
            received = self._day(first, date(2023, 11, 3) if is_new else date(2022, 12, 26))
            earliest, latest = received + timedelta(days=62), received + timedelta(days=115)
            final = self._day(max(earliest, date(2023, 11, 8)), max(latest, date(2023, 11, 24)))
            return self._case(kind, received, self._later(kind), final, 1)
        received = self._day(START, date(2023, 10, 27)) if is_new else self._day(date(2021, 3, 2), date(2022, 12, 27))
        if still:
            return self._case(kind, received, "", None, 3 if number % 2 else 2)
        windows = (
            (date(2023, 12, 4), date(2024, 9, 30)), (date(2024, 7, 1), date(2025, 7, 31)), (date(2025, 5, 1), date(2026, 6, 30)),
        )  # fmt: skip
        final = self._day(*windows[levels - 1])
        return self._case(kind, received, self._later(kind), final, levels)

    def _later(self, kind: str) -> str:
        outcomes, weights = zip(*_LATER[kind], strict=True)
        return str(self.randomly.choices(outcomes, weights)[0])

    def _case(self, kind: str, received: date, outcome: str, target: date | None, levels: int) -> SampleCase:
        titles = TITLES[kind]
        turn = self._turn[kind] = self._turn.get(kind, -1) + 1
        title, department, act = titles[turn % len(titles)]
        case = SampleCase(kind, title, department, act, received, self._claim(kind), [])
        if kind == _K.APPEAL:
            self._petition(case, outcome, target)
        else:
            self._suit(case, outcome, target, levels)
        return case

    def _petition(self, case: SampleCase, outcome: str, target: date | None) -> None:
        """행정심판: 재결서를 송달한 날 확정된다."""
        one = self._instance(case, _L.APPEAL, case.received_on)
        if target is None:
            return
        if outcome == _O.WITHDRAWN:
            one.ruling = SampleRuling(outcome, target)
        else:
            one.ruling = SampleRuling(outcome, self.calendar.on_or_before(target - timedelta(days=6)), target, target)
            if self.randomly.random() < 0.3:
                one.hearings.append((_H.ORAL, one.ruling.ruled_on, "마침"))
        self._end(case, one)

    def _suit(self, case: SampleCase, outcome: str, target: date | None, levels: int) -> None:
        """소송: 심급마다 상소하고, 마지막 판결이 송달되고 상소기간이 끝난 다음 날 확정된다."""
        last_day = target or case.received_on + timedelta(days=420 * levels)
        span = (last_day - case.received_on).days
        while levels > 1 and span / levels < 170:
            levels -= 1
        received = case.received_on
        for number, level in enumerate(LEVELS[:levels], start=1):
            one = self._instance(case, level, received)
            is_last = number == levels
            if is_last and target is None:
                self._hearings(one, None)
                return
            if is_last:
                one.ruling = self._last_ruling(level, outcome, last_day)
                self._hearings(one, one.ruling)
                self._end(case, one)
                return
            ruled = self._workday(case.received_on + timedelta(days=span * number // levels - 45))
            served = self._workday(ruled + timedelta(days=8))
            lost_here = (outcome in LOST and self.randomly.random() < 0.5) or (outcome == _O.WON and self.randomly.random() < 0.25)
            appealed = self._workday(served + timedelta(days=9))
            one.ruling = SampleRuling(
                _O.LOST if lost_here else _O.WON, ruled, served, served, _A.OURS if lost_here else _A.THEIRS, appealed
            )
            self._hearings(one, one.ruling)
            received = self._workday(appealed + timedelta(days=28))

    def _last_ruling(self, level: str, outcome: str, target: date) -> SampleRuling:
        """target 앞에 확정되는 마지막 결과."""
        if outcome in (_O.WITHDRAWN, _O.SETTLED):
            return SampleRuling(outcome, self.calendar.on_or_before(target))
        if level == _L.THIRD:
            ruled = self.calendar.on_or_before(target)
            served = self._workday(ruled + timedelta(days=4))
            return SampleRuling(outcome, ruled, served, served)
        # 상소기간 14일이 연휴를 지나도 target 을 넘지 않게 넉넉히 앞에서 송달한다.
        served = self.calendar.on_or_before(target - timedelta(days=21))
        later = self._workday(served + timedelta(days=self.randomly.choice((0, 0, 1))))
        return SampleRuling(outcome, self.calendar.on_or_before(served - timedelta(days=8)), served, later)

    def _end(self, case: SampleCase, one: SampleInstance) -> None:
        """마지막 결과에서 확정일을 센다."""
        ruling = one.ruling
        assert ruling is not None
        ruling.summary = SUMMARIES[ruling.outcome].get(case.kind, "")
        case.outcome = ruling.outcome
        if ruling.served_on is None or ruling.outcome in (_O.WITHDRAWN, _O.SETTLED):
            case.final_on, case.basis = ruling.ruled_on, f"{Outcome(ruling.outcome).label}로 끝난 날"
        elif one.level == _L.APPEAL:
            case.final_on, case.basis = ruling.opponent_served_on, "재결을 송달한 날(행정심판법 제48조)"
        elif one.level == _L.THIRD:
            case.final_on, case.basis = ruling.ruled_on, "더 다툴 수 없는 심급이라 선고한 날"
        else:
            until = max(self.appeal_until(day) for day in (ruling.served_on, ruling.opponent_served_on) if day)
            case.final_on = until + timedelta(days=1)
            case.basis = "상소기간이 끝난 다음 날(민사소송법 제498조)"

    def appeal_until(self, served: date) -> date:
        """상소기간의 마지막 날: 송달 다음 날부터 14일, 쉬는 날이면 다음 근무일."""
        return self.calendar.on_or_after(served + timedelta(days=14))

    # ── 조각 ──────────────────────────────────────────────────────────

    def _instance(self, case: SampleCase, level: str, received: date) -> SampleInstance:
        court, marks = COURTS[(Lawsuit.Kind(case.kind), Instance.Level(level))]
        has_adviser = case.kind == _K.CIVIL or (case.kind == _K.ADMINISTRATIVE and self.randomly.random() < 0.55)
        one = SampleInstance(level, court, self.number(received.year, self.randomly.choice(marks)), received, has_adviser)
        case.instances.append(one)
        return one

    def number(self, year: int, mark: str) -> str:
        """겹치지 않는 사건번호: 2023구합50123"""
        while True:
            found = f"{year}{mark}{self.randomly.randint(10_011, 89_999)}"
            if found not in self.taken:
                self.taken.add(found)
                return found

    def _hearings(self, one: SampleInstance, ruling: SampleRuling | None) -> None:
        """변론 두세 번과 선고. 끝나지 않은 심급은 변론 하나."""
        if one.level == _L.THIRD:
            return
        if ruling is None:
            one.hearings.append((_H.PLEADING, self._workday(one.received_on + timedelta(days=75)), "속행"))
            return
        if ruling.outcome in (_O.WITHDRAWN, _O.SETTLED):
            return
        first, span = one.received_on, (ruling.ruled_on - one.received_on).days
        for share, result in ((0.4, "속행"), (0.75, "변론종결")):
            one.hearings.append((_H.PLEADING, self._workday(first + timedelta(days=int(span * share))), result))
        one.hearings.append((_H.JUDGMENT, ruling.ruled_on, "선고"))

    def _claim(self, kind: str) -> int | None:
        """소가. 비재산권 소송은 5천만 원으로 본다. 심판은 없다."""
        if kind == _K.APPEAL:
            return None
        if kind == _K.ADMINISTRATIVE and self.randomly.random() < 0.5:
            return 50_000_000
        return self.randomly.randint(3, 900) * 500_000

    def _day(self, first: date, last: date) -> date:
        """first~last 의 근무일 하나."""
        day = first + timedelta(days=self.randomly.randint(0, max((last - first).days, 0)))
        day = self.calendar.on_or_before(day)
        return day if day >= first else self.calendar.on_or_after(first)

    def _workday(self, day: date) -> date:
        return self.calendar.on_or_after(day)
