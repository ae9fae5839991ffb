"""표본 사건(fixtures/sample/legal/lawsuits)을 한꺼번에 싣고 걷는다. 이름은 모두 지어낸 것이고, 진짜 사건이 하나라도 있으면 싣지 않는다.

2023. 1. 1. ~ 11. 6. 의 표가 보고서와 같은 191건과, 날짜를 오늘에서 세는 사건이다. 지난 사건은 걸음마다 다시 맞추면 오래 걸려 기록으로 적고,
확정일만 제품의 셈(finality)으로 정한다. 오늘 무렵의 사건은 제품이 상태와 기한을 정한다(settle).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from django.db import models

from core.access import Role
from core.deadlines.models import DeadlineRule
from core.deadlines.periods import count
from core.deadlines.working_days import Calendar
from core.excel.fields import Words
from core.excel.sample import sheet_lines
from core.figures.models import ERASE_LAWSUITS
from core.history.clearing import Clearing
from core.org.models import Department, Staff
from core.privacy.masking import masked_name
from legal.lawsuits import services
from legal.lawsuits.finality import APPEAL_RULES, finality
from legal.lawsuits.models import (
    AppealReview,
    Cost,
    CostRecovery,
    Filing,
    Hearing,
    Instance,
    Lawsuit,
    LossReview,
    Outcome,
    Party,
    Ruling,
)
from legal.lawsuits.models.courses import Readiness
from legal.lawsuits.services import LOST
from legal.legal_advisers.models import Adviser, Allocation, Appointment

FOLDER = "legal/lawsuits"
# 이날까지 접수한 사건이 보고서의 191건이다.
REPORT_END = date(2023, 11, 6)
_SURNAMES = "김이박최정강조윤장임한오서신권황안송류전홍"
_FIRMS = "가나다라마바"
_SPECIALTIES = (
    "행정, 민사", "조세, 행정", "건축, 도시계획", "민사, 계약", "도시계획", "보건·복지, 행정", "민사", "조세",
    "건축", "노무", "계약", "행정",
)  # fmt: skip
HANDLERS = ("9006", "9006", "9029", "9024")
_CAUSES = {
    Lawsuit.Kind.ADMINISTRATIVE: (LossReview.Cause.PROCEDURE, LossReview.Cause.DISCRETION, LossReview.Cause.FACTS),
    Lawsuit.Kind.CIVIL: (LossReview.Cause.EVIDENCE, LossReview.Cause.FACTS, LossReview.Cause.INTERPRETATION),
    Lawsuit.Kind.APPEAL: (LossReview.Cause.DISCRETION, LossReview.Cause.PROCEDURE, LossReview.Cause.INTERPRETATION),
}
_ANALYSES = {
    LossReview.Cause.FACTS: ("현장 조사 기록이 처분 당시의 상태를 증명하지 못함", "현장 조사서에 사진과 측정값을 붙이도록 서식을 고침"),
    LossReview.Cause.PROCEDURE: ("사전통지의 의견 제출 기간을 지키지 않음", "처분 전 점검표에 사전통지와 의견 제출을 넣음"),
    LossReview.Cause.DISCRETION: ("위반의 정도에 견주어 처분이 무거움", "감경 사유를 검토한 기록을 결재에 붙이도록 함"),
    LossReview.Cause.INTERPRETATION: ("법령의 적용 범위를 넓게 봄", "처분 전에 법률고문의 자문을 받음"),
    LossReview.Cause.EVIDENCE: ("점유를 시작한 때를 증명할 자료가 없음", "공유재산 대장과 도면을 전산으로 정리함"),
}
_BORN = {"is_sample": True}
# 소송기록 접수통지가 있는 심급
_UPPER = (Instance.Level.SECOND, Instance.Level.THIRD)


Line = dict[str, str]


def _value(choices: type[models.TextChoices], text: str) -> str:
    """화면의 말을 저장하는 값으로."""
    return str(Words(choices.choices).clean(text))


def _on(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _amount(text: str) -> int | None:
    return int(text) if text else None


@dataclass
class Level:
    """한 심급과 그 결과, 기일, 낼 서면."""

    line: Line
    instance: Instance
    ruling: Ruling | None = None
    hearings: list[Hearing] = field(default_factory=list)
    filings: list[Filing] = field(default_factory=list)


@dataclass
class Case:
    """사건 하나와 그 심급."""

    line: Line
    lawsuit: Lawsuit
    levels: list[Level] = field(default_factory=list)
    recovery: CostRecovery | None = None

    @property
    def is_live(self) -> bool:
        """오늘 무렵의 사건인가."""
        return self.lawsuit.received_on > REPORT_END


def load_lawsuits(today: date) -> int:
    """표본 사건을 싣고 건수를 준다. 사건이 하나라도 있으면 손대지 않는다. 표본 부서와 직원을 먼저 실어야 한다."""
    if Lawsuit.objects.exists():
        return 0
    return _Loader(today).load()


class _Loader:
    def __init__(self, today: date) -> None:
        self.today = today
        self.calendar = Calendar.load()
        # 표본의 판결에는 모두 같은 상소기간을 쓴다.
        self.rules = {code: DeadlineRule.objects.in_force(code, REPORT_END) for code in set(APPEAL_RULES.values())}

    def load(self) -> int:
        self.departments = {one.name: one for one in Department.objects.filter(is_sample=True)}
        people = {one.employee_number: one for one in Staff.objects.filter(is_sample=True, is_active=True)}
        self.clerks = {one.department_id: one for one in people.values() if one.role == Role.DEPARTMENT}
        self.handlers = [people[number] for number in HANDLERS]
        self.advisers = {one.name: one for one in _advisers()}
        self.cases = self._read()
        for case in self.cases:
            self._finish(case)
        Lawsuit.objects.bulk_create(case.lawsuit for case in self.cases)
        self._parties()
        pairs = self._instances()
        self._courses(pairs)
        self._rulings(pairs)
        self._money(pairs)
        self._live()
        return len(self.cases)

    # ── 사건 ──────────────────────────────────────────────────────────

    def _read(self) -> list[Case]:
        """시트의 사건과 심급, 기일, 서면."""
        by_case, by_number = defaultdict[str, list[Level]](list), {}
        for line in sheet_lines(f"{FOLDER}/instances"):
            level = self._level(line)
            by_case[line["사건"]].append(level)
            by_number[line["사건번호"]] = level
        for line in sheet_lines(f"{FOLDER}/hearings"):
            level = by_number[line["사건번호"]]
            level.hearings.append(Hearing(
                instance=level.instance, kind=_value(Hearing.Kind, line["종류"]), on=_on(line["기일"]), result=line["결과"],
                readiness=_value(Readiness, line["준비"]), **_BORN,
            ))  # fmt: skip
        for line in sheet_lines(f"{FOLDER}/filings"):
            level = by_number[line["사건번호"]]
            level.filings.append(Filing(
                instance=level.instance, kind=_value(Filing.Kind, line["서면"]), ordered_due_on=_on(line["낼 날"]),
                readiness=_value(Readiness, line["준비"]), **_BORN,
            ))  # fmt: skip
        found = []
        for number, line in enumerate(sheet_lines(f"{FOLDER}/cases")):
            levels = by_case[line["사건"]]
            case = Case(line, self._lawsuit(number, line, levels[0].instance.received_on), levels)
            for level in levels:
                level.instance.lawsuit = case.lawsuit
            found.append(case)
        return found

    def _level(self, line: Line) -> Level:
        received = _on(line["접수일"])
        assert received is not None
        kind = _value(Instance.Level, line["심급"])
        instance = Instance(
            level=kind, court=line["법원"], case_number=line["사건번호"], panel=line["재판부"], received_on=received,
            adviser=self.advisers[line["대리인"]] if line["대리인"] else None, concluded_on=_on(line["변론종결일"]),
            record_notice_on=received + timedelta(days=7) if kind in _UPPER else None, **_BORN,
        )  # fmt: skip
        if not line["결과"]:
            return Level(line, instance)
        return Level(line, instance, Ruling(
            instance=instance, outcome=_value(Outcome, line["결과"]), ruled_on=_on(line["선고일"]), served_on=_on(line["우리 송달일"]),
            opponent_served_on=_on(line["상대 송달일"]), appeal=_value(Ruling.Appeal, line["상소"]), appealed_on=_on(line["상소일"]),
            summary=line["주문 요지"], **_BORN,
        ))  # fmt: skip

    def _lawsuit(self, number: int, line: Line, received: date) -> Lawsuit:
        kind = _value(Lawsuit.Kind, line["구분"])
        civil = kind == Lawsuit.Kind.CIVIL
        return Lawsuit(
            kind=kind, title=line["사건명"], department=self.departments[line["소관 부서"]], received_on=received,
            claim_amount=_amount(line["소가(원)"]), handler=self.handlers[number % len(self.handlers)], originating_act=line["원인 처분"],
            acted_on=None if civil else received - timedelta(days=40 + number % 45),
            claim="돈을 지급하라." if civil else "처분을 취소한다.",
            is_state_directed=received <= REPORT_END and kind == Lawsuit.Kind.ADMINISTRATIVE and number % 4 == 0, is_sample=True,
        )  # fmt: skip

    def _finish(self, case: Case) -> None:
        """지난 사건의 확정일과 상태, 비용 회수, 종결일."""
        lawsuit, last = case.lawsuit, case.levels[-1]
        if case.is_live:
            return
        if last.ruling is None:
            lawsuit.status = Lawsuit.Status.PLEADING if last.hearings else Lawsuit.Status.ANSWERED
            return
        found = finality(last.ruling, last.instance.level, self.today, self._due)
        assert found.on is not None
        lawsuit.final_on, lawsuit.final_basis, lawsuit.outcome = found.on, found.basis[:200], last.ruling.outcome
        recovery = case.recovery = self._recovery(case, found.on)
        done = recovery is None or recovery.status in CostRecovery.DONE
        closed = ((recovery.collected_on if recovery else None) or found.on) + timedelta(days=20)
        lawsuit.status = Lawsuit.Status.COST_RECOVERY
        if done:
            lawsuit.status = Lawsuit.Status.CLOSED if closed <= self.today else Lawsuit.Status.FINAL
        if lawsuit.status == Lawsuit.Status.CLOSED:
            lawsuit.closed_on, lawsuit.erase_on = closed, ERASE_LAWSUITS.day(closed)

    def _due(self, code: str, trigger: date) -> date:
        return count(self.rules[code].period, trigger, self.calendar).due

    def _parties(self) -> None:
        found = []
        for number, case in enumerate(self.cases):
            lawsuit = case.lawsuit
            tribunal = lawsuit.kind == Lawsuit.Kind.APPEAL
            person = f"{_SURNAMES[number % len(_SURNAMES)]}표본"
            name = f"주식회사 표본{_FIRMS[number % len(_FIRMS)]}" if number % 3 == 2 else person
            name += " 외 3명" if number % 17 == 5 else ""
            ours = "○○구" if lawsuit.kind == Lawsuit.Kind.CIVIL else "○○구청장"
            found += [
                Party(lawsuit=lawsuit, side=Party.Side.OPPONENT, role="청구인" if tribunal else "원고", name=name,
                      masked_name=masked_name(name), address=f"표본시 표본구 표본로 {number + 1}", contact="02-000-0000",
                      counsel="" if number % 2 else f"법무법인 표본{_FIRMS[number % len(_FIRMS)]}", **_BORN),
                Party(lawsuit=lawsuit, side=Party.Side.OURS, role="피청구인" if tribunal else "피고", name=ours,
                      masked_name=masked_name(ours), **_BORN),
            ]  # fmt: skip
        Party.objects.bulk_create(found)

    def _instances(self) -> list[tuple[Case, Level]]:
        pairs = [(case, level) for case in self.cases for level in case.levels]
        for case, level in pairs:
            if case.lawsuit.is_state_directed:
                level.instance.reported_on = level.instance.received_on + timedelta(days=5)
        instances = Instance.objects.bulk_create(level.instance for _case, level in pairs)
        Allocation.objects.bulk_create(
            Allocation(
                adviser=one.adviser, kind=Allocation.Kind.SUIT, title=one.lawsuit.title, department=one.lawsuit.department,
                instance=one, assigned_on=one.received_on + timedelta(days=1), reason="전문분야와 맡은 사건 수를 보고 정함(표본)",
                is_sample=True,
            )
            for one in instances if one.adviser_id
        )  # fmt: skip
        # 이름이 있는 중간 모델이 아니라 이력은 남지 않는다. 표본을 처음 실을 때뿐이다.
        through: Any = Instance.officers.through
        through.objects.bulk_create(
            through(instance_id=one.pk, staff_id=key) for one in instances
            for key in (one.lawsuit.handler_id, getattr(self.clerks.get(one.lawsuit.department_id), "pk", None)) if key
        )  # fmt: skip
        return pairs

    # ── 심급의 일 ─────────────────────────────────────────────────────

    def _courses(self, pairs: list[tuple[Case, Level]]) -> None:
        for number, (_case, level) in enumerate(pairs):
            for one in level.hearings:
                one.at_time, one.place = time(10 + number % 6, (number % 4) * 15), f"제{101 + number % 40}호 법정"
            if not any(one.kind == Filing.Kind.ANSWER for one in level.filings):
                level.filings += self._filings(level)
        Hearing.objects.bulk_create(one for _case, level in pairs for one in level.hearings)
        Filing.objects.bulk_create(one for _case, level in pairs for one in level.filings)

    def _filings(self, level: Level) -> Iterator[Filing]:
        """이미 낸 서면: 답변서나 상소이유서, 준비서면."""
        one = level.instance
        tribunal = one.level == Instance.Level.APPEAL
        end = level.ruling.ruled_on if level.ruling else self.today
        first = Filing.Kind.APPEAL_BRIEF if one.level in _UPPER else Filing.Kind.ANSWER
        steps = [(first, 8 if tribunal else 26, Filing.Direction.OURS), (Filing.Kind.BRIEF, 50, Filing.Direction.THEIRS),
                 (Filing.Kind.SUPPLEMENT if tribunal else Filing.Kind.BRIEF, 70, Filing.Direction.OURS)]  # fmt: skip
        for kind, days, direction in steps:
            on = self.calendar.without_unknown().on_or_before(one.received_on + timedelta(days=days))
            if one.received_on <= on < end:
                yield Filing(instance=one, kind=kind, direction=direction, readiness=Readiness.DONE, filed_on=on, **_BORN)

    def _rulings(self, pairs: list[tuple[Case, Level]]) -> None:
        decisions, rulings, reviews = AppealReview.Decision, [], []
        for case, level in pairs:
            one, lawsuit = level.ruling, case.lawsuit
            if one is None:
                continue
            one.awarded_amount = self._award(lawsuit, one.outcome)
            one.reported_on = one.ruled_on + timedelta(days=3) if lawsuit.is_state_directed else None
            if lawsuit.final_on and lawsuit.kind != Lawsuit.Kind.CIVIL and one.outcome in LOST and level is case.levels[-1]:
                # 진 행정소송과 심판은 한 달 뒤에 다시 처분했다.
                one.complied_on = lawsuit.final_on + timedelta(days=28)
            rulings.append(one)
            final = level.instance.level in (Instance.Level.THIRD, Instance.Level.APPEAL)
            if one.served_on is None or one.outcome not in LOST or final or one.appeal == Ruling.Appeal.UNKNOWN:
                continue
            appealed = one.appeal == Ruling.Appeal.OURS
            reviews.append(AppealReview(
                ruling=one, decision=decisions.APPEAL if appealed else decisions.WAIVE, decided_on=one.served_on + timedelta(days=6),
                opinion="다툴 실익이 있음" if appealed else "판결의 취지를 받아들여 다시 처분함", **_BORN,
            ))  # fmt: skip
        Ruling.objects.bulk_create(rulings)
        AppealReview.objects.bulk_create(reviews)

    def _award(self, lawsuit: Lawsuit, outcome: str) -> int | None:
        if lawsuit.kind != Lawsuit.Kind.CIVIL or outcome not in LOST or not lawsuit.claim_amount:
            return None
        return lawsuit.claim_amount if outcome == Outcome.LOST else lawsuit.claim_amount * 4 // 10

    # ── 돈 ────────────────────────────────────────────────────────────

    def _recovery(self, case: Case, final_on: date) -> CostRecovery | None:
        """이긴 소송의 비용 회수. 확정 뒤의 단계를 오늘까지만 밟는다."""
        lawsuit, status = case.lawsuit, CostRecovery.Status
        if lawsuit.kind == Lawsuit.Kind.APPEAL or lawsuit.outcome not in (Outcome.WON, Outcome.DISMISSED):
            return None
        found = CostRecovery(lawsuit=lawsuit, status=status.ELIGIBLE, **_BORN)
        amount, ending = _amount(case.line["회수 확정액(원)"]) or 0, case.line["회수 상태"]
        applied, decided, demanded, paid = (final_on + timedelta(days=days) for days in (21, 75, 96, 140))
        if applied <= self.today:
            found.status, found.applied_on = status.APPLIED, applied
        if decided <= self.today:
            found.status, found.decided_on, found.decided_amount = status.DECIDED, decided, amount
        if demanded <= self.today:
            found.status, found.demanded_on = status.DEMANDED, demanded
        if paid <= self.today and ending:
            found.status = _value(status, ending)
            if found.status == status.WRITTEN_OFF:
                found.note = "납부할 재산이 없음(표본)"
            else:
                found.collected_amount, found.collected_on = amount if found.status == status.COLLECTED else amount // 2, paid
        return found

    def _money(self, pairs: list[tuple[Case, Level]]) -> None:
        costs = []
        for case, level in pairs:
            one, lawsuit, ruling = level.instance, case.lawsuit, level.ruling
            base: dict[str, Any] = {"lawsuit": lawsuit, "instance": one, **_BORN}
            if one.adviser:
                fee = 3_300_000 if (lawsuit.claim_amount or 0) > 100_000_000 else 2_200_000
                paid = one.received_on + timedelta(days=18)
                costs.append(Cost(kind=Cost.Kind.RETAINER, amount=fee, paid_on=paid, adviser=one.adviser, **base))
                if level is case.levels[-1] and lawsuit.outcome == Outcome.WON and lawsuit.final_on:
                    paid = lawsuit.final_on + timedelta(days=14)
                    costs.append(Cost(kind=Cost.Kind.SUCCESS_FEE, amount=fee // 2, paid_on=paid, adviser=one.adviser, **base))
            if ruling and (stamp := _amount(level.line["인지대(원)"])):
                costs.append(Cost(kind=Cost.Kind.STAMP, amount=stamp, paid_on=ruling.appealed_on, **base))
        for case in self.cases:
            lawsuit = case.lawsuit
            if lawsuit.final_on and (amount := _amount(case.line["물어낸 소송비용(원)"])):
                paid = lawsuit.final_on + timedelta(days=40)
                costs.append(Cost(lawsuit=lawsuit, kind=Cost.Kind.OPPONENT_COST, amount=amount, paid_on=paid, **_BORN))
                if award := self._award(lawsuit, lawsuit.outcome):
                    costs.append(Cost(lawsuit=lawsuit, kind=Cost.Kind.AWARD, amount=award, paid_on=paid, **_BORN))
        Cost.objects.bulk_create(one for one in costs if one.paid_on <= self.today)
        CostRecovery.objects.bulk_create(case.recovery for case in self.cases if case.recovery)
        LossReview.objects.bulk_create(self._losses())

    def _losses(self) -> Iterable[LossReview]:
        lost = [(one.lawsuit, one.lawsuit.final_on) for one in self.cases if one.lawsuit.final_on and one.lawsuit.outcome in LOST]
        for number, (lawsuit, final_on) in enumerate(lost):
            cause = _CAUSES[Lawsuit.Kind(lawsuit.kind)][number % 3]
            analysis, prevention = _ANALYSES[cause]
            due = final_on + timedelta(days=60)
            yield LossReview(
                lawsuit=lawsuit, cause=cause, analysis=analysis, prevention=prevention, department=lawsuit.department, due_on=due,
                done_on=due - timedelta(days=9) if due <= self.today else None, **_BORN,
            )  # fmt: skip

    def _live(self) -> None:
        """오늘 무렵 사건의 상태와 기한. 화면에서 적은 사건과 같은 길로 정하고, 첫 사건은 상소를 검토하고 있다."""
        live = [case.lawsuit for case in self.cases if case.is_live]
        for lawsuit in live:
            services.settle(lawsuit, self.today)
        services.start_review(live[0], None, "소송심의회", "감정 결과를 다툴지 검토 중")


def _advisers() -> list[Adviser]:
    """표본 법률고문 열두 명. 이미 있으면 그대로 쓴다."""
    found = list(Adviser.objects.filter(is_sample=True).order_by("pk"))
    if found:
        return found
    for number, specialty in enumerate(_SPECIALTIES):
        on = date(2025, 1 + number, 2)
        one = Adviser(
            name=f"{_SURNAMES[number]}표본", firm=f"법무법인 표본{_FIRMS[number]}" if number < len(_FIRMS) else "표본 법률사무소",
            specialty=specialty, appointed_on=on, term_end_on=on.replace(year=2027) - timedelta(days=1), is_sample=True,
        )  # fmt: skip
        one.save()
        found.append(one)
    # 앞선 위촉: 2021년과 2023년.
    Appointment.objects.bulk_create(
        Appointment(
            adviser=one, appointed_on=one.appointed_on.replace(year=year), term_end_on=one.term_end_on.replace(year=year + 2),
            renewal=renewal, is_sample=True,
        )
        for one in found for renewal, year in enumerate((2021, 2023))
    )  # fmt: skip
    for one in found:
        one.appointments.filter(appointed_on=one.appointed_on).update(renewal=2)
    return found


def clear_lawsuits(clearing: Clearing) -> None:
    """표본 사건과 고문을 걷는다. 사람이 손댄 사건은 까닭과 함께 남는다. 붙은 기한은 표본 기한과 함께 걷힌다."""
    parts = (Party, Instance, Hearing, Filing, Ruling, AppealReview, Cost, CostRecovery, LossReview, Allocation)
    cases = Lawsuit.objects.filter(is_sample=True)
    if not clearing.clear_at_once(cases, *(model.objects.filter(is_sample=True) for model in parts)):
        clearing.clear(cases)
    clearing.clear(Adviser.objects.filter(is_sample=True))

