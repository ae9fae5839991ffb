"""표본 사건을 한꺼번에 싣고 걷는다. 이름은 모두 지어낸 것이고, 진짜 사건이 하나라도 있으면 싣지 않는다."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random
from typing import Any

from core.access import Role
from core.deadlines.working_days import Calendar
from core.figures.models import ERASE_LAWSUITS
from core.history.clearing import Clearing
from core.org.models import Department, Staff
from core.privacy.masking import masked_name
from legal.lawsuits.clocks import sync
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
from legal.lawsuits.sample.catalogue import LOST, SEED, Catalogue, SampleCase, SampleInstance
from legal.lawsuits.sample.live import LiveCase, live
from legal.legal_advisers.models import Adviser, Allocation, Appointment

_SURNAMES = "김이박최정강조윤장임한오서신권황안송류전홍"
_FIRMS = "가나다라마바"
_SPECIALTIES = (
    "행정, 민사", "조세, 행정", "건축, 도시계획", "민사, 계약", "도시계획", "보건·복지, 행정", "민사", "조세",
    "건축", "노무", "계약", "행정",
)  # fmt: skip
# 맡기는 비중. 앞의 고문에게 많이 가서 편중을 볼 수 있다.
_SHARES = (22, 15, 12, 10, 8, 7, 6, 5, 5, 4, 3, 3)
HANDLERS = ("9006", "9006", "9029", "9024")
_RECOVERY_STEPS = (CostRecovery.Status.ELIGIBLE, CostRecovery.Status.APPLIED, CostRecovery.Status.DECIDED, CostRecovery.Status.DEMANDED)
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


@dataclass
class Row:
    """사건 하나와 그 표본."""

    case: SampleCase
    lawsuit: Lawsuit
    live: LiveCase | None


def load_lawsuits(today: date) -> int:
    """표본 사건을 싣고 건수를 준다. 사건이 하나라도 있으면 손대지 않는다. 표본 부서와 직원을 먼저 실어야 한다."""
    if Lawsuit.objects.exists():
        return 0
    return _Loader(today).load()


class _Loader:
    def __init__(self, today: date) -> None:
        self.today = today
        self.calendar = Calendar.load()
        self.randomly = Random(SEED + 1)  # noqa: S311 - 표본의 금액과 이름을 고르는 난수
        self.catalogue = Catalogue(self.calendar, set(Instance.objects.values_list("case_number", flat=True)))

    def load(self) -> int:
        departments = {one.code: one for one in Department.objects.filter(is_sample=True)}
        people = {one.employee_number: one for one in Staff.objects.filter(is_sample=True, is_active=True)}
        self.clerks = {one.department_id: one for one in people.values() if one.role == Role.DEPARTMENT}
        self.handlers = [people[number] for number in HANDLERS if number in people]
        everything = [*((case, None) for case in self.catalogue.report()), *((one.case, one) for one in live(self.catalogue, self.today))]
        self.rows = [
            Row(case, self._lawsuit(number, case, departments[case.department], one), one)
            for number, (case, one) in enumerate(everything) if case.department in departments
        ]  # fmt: skip
        self.advisers = _advisers()
        self.recoveries = {id(row): self._recovery(row) for row in self.rows}
        for row in self.rows:
            self._finish(row)
        Lawsuit.objects.bulk_create(row.lawsuit for row in self.rows)
        self._parties()
        pairs = self._instances()
        self._courses(pairs)
        self._rulings(pairs)
        self._money(pairs)
        self._deadlines()
        return len(self.rows)

    # ── 사건 ──────────────────────────────────────────────────────────

    def _lawsuit(self, number: int, case: SampleCase, department: Department, one: LiveCase | None) -> Lawsuit:
        return Lawsuit(
            kind=case.kind, title=case.title, department=department, received_on=case.received_on, claim_amount=case.claim_amount,
            handler=self.handlers[number % len(self.handlers)] if self.handlers else None, originating_act=case.act,
            acted_on=case.received_on - timedelta(days=40 + number % 45) if case.kind != Lawsuit.Kind.CIVIL else None,
            claim="처분을 취소한다." if case.kind != Lawsuit.Kind.CIVIL else "돈을 지급하라.", outcome=case.outcome, final_on=case.final_on,
            final_basis=case.basis, is_state_directed=one is None and case.kind == Lawsuit.Kind.ADMINISTRATIVE and number % 4 == 0,
            status=one.status if one else "", is_sample=True,
        )  # fmt: skip

    def _finish(self, row: Row) -> None:
        """지금의 상태와 종결일."""
        lawsuit, recovery = row.lawsuit, self.recoveries[id(row)]
        if row.live:
            return
        if lawsuit.final_on is None:
            last = row.case.instances[-1]
            lawsuit.status = Lawsuit.Status.PLEADING if last.hearings else Lawsuit.Status.ANSWERED
            return
        done = recovery is None or recovery.status in CostRecovery.DONE
        ended = (recovery.collected_on if recovery else None) or lawsuit.final_on
        closed = ended + timedelta(days=20)
        lawsuit.status = Lawsuit.Status.COST_RECOVERY
        if done:
            lawsuit.status = Lawsuit.Status.CLOSED if closed <= self.today else Lawsuit.Status.FINAL
        if lawsuit.status == Lawsuit.Status.CLOSED:
            lawsuit.closed_on, lawsuit.erase_on = closed, ERASE_LAWSUITS.day(closed)

    def _parties(self) -> None:
        found = []
        for number, row in enumerate(self.rows):
            tribunal = row.case.kind == Lawsuit.Kind.APPEAL
            person = f"{_SURNAMES[number % len(_SURNAMES)]}표본"
            name = f"주식회사 표본{_FIRMS[number % len(_FIRMS)]}" if number % 3 == 2 else person
            name += " 외 3명" if number % 17 == 5 else ""
            ours = "○○구" if row.case.kind == Lawsuit.Kind.CIVIL else "○○구청장"
            found += [
                Party(lawsuit=row.lawsuit, side=Party.Side.OPPONENT, role="청구인" if tribunal else "원고", name=name,
                      masked_name=masked_name(name), address=f"표본시 표본구 표본로 {number + 1}", contact="02-000-0000",
                      counsel="" if number % 2 else f"법무법인 표본{_FIRMS[number % len(_FIRMS)]}", **_BORN),
                Party(lawsuit=row.lawsuit, side=Party.Side.OURS, role="피청구인" if tribunal else "피고", name=ours,
                      masked_name=masked_name(ours), **_BORN),
            ]  # fmt: skip
        Party.objects.bulk_create(found)

    def _instances(self) -> list[tuple[Row, SampleInstance, Instance]]:
        pairs = []
        for row in self.rows:
            adviser = self.randomly.choices(self.advisers, _SHARES[: len(self.advisers)])[0] if self.advisers else None
            for one in row.case.instances:
                has = one.has_adviser and adviser is not None
                pairs.append((row, one, Instance(
                    lawsuit=row.lawsuit, level=one.level, court=one.court, case_number=one.case_number, received_on=one.received_on,
                    panel=f"제{self.randomly.randint(1, 14)}부" if one.level != Instance.Level.APPEAL else "",
                    adviser=adviser if has else None,
                    record_notice_on=one.received_on + timedelta(days=7) if one.level in _UPPER else None,
                    reported_on=one.received_on + timedelta(days=5) if row.lawsuit.is_state_directed else None,
                    concluded_on=next((on for _kind, on, result in one.hearings if result == "변론종결"), None)
                    or (row.live.concluded_on if row.live else None),
                    **_BORN,
                )))  # fmt: skip
        Instance.objects.bulk_create(instance for _row, _one, instance in pairs)
        Allocation.objects.bulk_create(
            Allocation(
                adviser=instance.adviser, kind=Allocation.Kind.SUIT, title=row.case.title, department=row.lawsuit.department,
                instance=instance, assigned_on=one.received_on + timedelta(days=1), reason="전문분야와 맡은 사건 수를 보고 정함(표본)",
                is_sample=True,
            )
            for row, one, instance in pairs if instance.adviser_id
        )  # fmt: skip
        # 이름이 있는 중간 모델이 아니라 이력은 남지 않는다. 표본을 처음 실을 때뿐이다.
        through: Any = Instance.officers.through
        links = []
        for row, _one, instance in pairs:
            officers = [row.lawsuit.handler_id, getattr(self.clerks.get(row.lawsuit.department_id), "pk", None)]
            links += [through(instance_id=instance.pk, staff_id=key) for key in officers if key]
        through.objects.bulk_create(links)
        return pairs

    # ── 심급의 일 ─────────────────────────────────────────────────────

    def _courses(self, pairs: list[tuple[Row, SampleInstance, Instance]]) -> None:
        hearings, filings = [], []
        for number, (row, one, instance) in enumerate(pairs):
            last = one is row.case.instances[-1]
            for kind, on, result in one.hearings:
                past = on < self.today
                hearings.append(Hearing(
                    instance=instance, kind=kind, on=on, at_time=time(10 + number % 6, (number % 4) * 15),
                    place=f"제{101 + number % 40}호 법정",
                    readiness=Readiness.DONE if past else Readiness.WAITING, result=result if past else "", **_BORN,
                ))  # fmt: skip
            if row.live and last:
                hearings += [
                    Hearing(instance=instance, kind=kind, on=on, at_time=time(14, 30), place="제202호 법정", readiness=ready, **_BORN)
                    for kind, on, ready in row.live.hearings
                ]
                filings += [
                    Filing(instance=instance, kind=kind, ordered_due_on=due, readiness=ready, **_BORN)
                    for kind, due, ready in row.live.filings
                ]
            filings += self._filings(row, one, instance)
        Hearing.objects.bulk_create(hearings)
        Filing.objects.bulk_create(filings)

    def _filings(self, row: Row, one: SampleInstance, instance: Instance) -> Iterable[Filing]:
        """이미 낸 서면: 답변서나 상소이유서, 준비서면."""
        is_last_live = row.live is not None and one is row.case.instances[-1]
        if is_last_live and row.live and any(kind == Filing.Kind.ANSWER for kind, _due, _ready in row.live.filings):
            return
        tribunal = one.level == Instance.Level.APPEAL
        end = one.ruling.ruled_on if one.ruling else self.today
        first = Filing.Kind.APPEAL_BRIEF if one.level in _UPPER else Filing.Kind.ANSWER
        steps = [(first, 8 if tribunal else 26, Filing.Direction.OURS), (Filing.Kind.BRIEF, 50, Filing.Direction.THEIRS),
                 (Filing.Kind.SUPPLEMENT if tribunal else Filing.Kind.BRIEF, 70, Filing.Direction.OURS)]  # fmt: skip
        for kind, days, direction in steps:
            on = self.calendar.without_unknown().on_or_before(one.received_on + timedelta(days=days))
            if one.received_on <= on < end:
                yield Filing(instance=instance, kind=kind, direction=direction, readiness=Readiness.DONE, filed_on=on, **_BORN)

    def _rulings(self, pairs: list[tuple[Row, SampleInstance, Instance]]) -> None:
        rows = [
            (row, Ruling(
                instance=instance, outcome=one.ruling.outcome, ruled_on=one.ruling.ruled_on, served_on=one.ruling.served_on,
                opponent_served_on=one.ruling.opponent_served_on, appeal=one.ruling.appeal, appealed_on=one.ruling.appealed_on,
                summary=one.ruling.summary, awarded_amount=self._award(row.case, one.ruling.outcome),
                reported_on=one.ruling.ruled_on + timedelta(days=3) if row.lawsuit.is_state_directed else None,
                complied_on=self._complied(row, one), **_BORN,
            ))
            for row, one, instance in pairs if one.ruling
        ]  # fmt: skip
        Ruling.objects.bulk_create(ruling for _row, ruling in rows)
        decisions = AppealReview.Decision
        reviews = []
        for row, ruling in rows:
            level = ruling.instance.level
            if ruling.served_on is None or ruling.outcome not in LOST or level in (Instance.Level.THIRD, Instance.Level.APPEAL):
                continue
            if ruling.appeal == Ruling.Appeal.UNKNOWN:
                if row.live and row.live.has_review:
                    reviews.append(AppealReview(ruling=ruling, decision=decisions.PENDING, opinion="감정 결과를 다툴지 검토 중", **_BORN))
                continue
            appealed = ruling.appeal == Ruling.Appeal.OURS
            reviews.append(AppealReview(
                ruling=ruling, decision=decisions.APPEAL if appealed else decisions.WAIVE, decided_on=ruling.served_on + timedelta(days=6),
                opinion="다툴 실익이 있음" if appealed else "판결의 취지를 받아들여 다시 처분함", **_BORN,
            ))  # fmt: skip
        AppealReview.objects.bulk_create(reviews)

    def _complied(self, row: Row, one: SampleInstance) -> date | None:
        """진 행정소송과 심판은 한 달 뒤에 다시 처분했다."""
        case = row.case
        if case.final_on is None or case.kind == Lawsuit.Kind.CIVIL or case.outcome not in LOST or one is not case.instances[-1]:
            return None
        return case.final_on + timedelta(days=28)

    def _award(self, case: SampleCase, outcome: str) -> int | None:
        if case.kind != Lawsuit.Kind.CIVIL or outcome not in LOST or not case.claim_amount:
            return None
        return case.claim_amount if outcome == Outcome.LOST else case.claim_amount * 4 // 10

    # ── 돈 ────────────────────────────────────────────────────────────

    def _recovery(self, row: Row) -> CostRecovery | None:
        """이긴 소송의 비용 회수. 확정 뒤의 단계를 오늘까지만 밟는다."""
        case = row.case
        if case.final_on is None or case.kind == Lawsuit.Kind.APPEAL or case.outcome not in (Outcome.WON, Outcome.DISMISSED):
            return None
        found = CostRecovery(lawsuit=row.lawsuit, status=CostRecovery.Status.ELIGIBLE, **_BORN)
        amount = self.randomly.randint(8, 44) * 100_000
        applied, decided, demanded, paid = (case.final_on + timedelta(days=days) for days in (21, 75, 96, 140))
        ending = self.randomly.random()
        if applied <= self.today:
            found.status, found.applied_on = CostRecovery.Status.APPLIED, applied
        if decided <= self.today:
            found.status, found.decided_on, found.decided_amount = CostRecovery.Status.DECIDED, decided, amount
        if demanded <= self.today:
            found.status, found.demanded_on = CostRecovery.Status.DEMANDED, demanded
        if paid <= self.today and ending < 0.85:
            found.collected_amount = amount if ending < 0.65 else amount // 2 if ending < 0.75 else 0
            found.status = (
                CostRecovery.Status.COLLECTED if ending < 0.65
                else CostRecovery.Status.PARTLY_PAID if ending < 0.75 else CostRecovery.Status.WRITTEN_OFF
            )
            found.collected_on = paid if ending < 0.75 else None
            if ending >= 0.75:
                found.collected_amount, found.note = None, "납부할 재산이 없음(표본)"
        return found

    def _money(self, pairs: list[tuple[Row, SampleInstance, Instance]]) -> None:
        costs = []
        for row, one, instance in pairs:
            base: dict[str, Any] = {"lawsuit": row.lawsuit, "instance": instance, **_BORN}
            if instance.adviser_id:
                fee = 3_300_000 if (row.case.claim_amount or 0) > 100_000_000 else 2_200_000
                base["adviser"] = instance.adviser
                costs.append(Cost(kind=Cost.Kind.RETAINER, amount=fee, paid_on=one.received_on + timedelta(days=18), **base))
                if one is row.case.instances[-1] and row.case.outcome == Outcome.WON and row.case.final_on:
                    paid = row.case.final_on + timedelta(days=14)
                    costs.append(Cost(kind=Cost.Kind.SUCCESS_FEE, amount=fee // 2, paid_on=paid, **base))
            if one.ruling and one.ruling.appeal == Ruling.Appeal.OURS and one.ruling.appealed_on:
                base["adviser"] = None
                stamp = self.randomly.randint(12, 90) * 10_000
                costs.append(Cost(kind=Cost.Kind.STAMP, amount=stamp, paid_on=one.ruling.appealed_on, **base))
        for row in self.rows:
            if row.case.final_on and row.case.outcome in LOST and row.case.kind != Lawsuit.Kind.APPEAL:
                paid = row.case.final_on + timedelta(days=40)
                amount = self.randomly.randint(10, 50) * 100_000
                costs.append(Cost(lawsuit=row.lawsuit, kind=Cost.Kind.OPPONENT_COST, amount=amount, paid_on=paid, **_BORN))
                if award := self._award(row.case, row.case.outcome):
                    costs.append(Cost(lawsuit=row.lawsuit, kind=Cost.Kind.AWARD, amount=award, paid_on=paid, **_BORN))
        Cost.objects.bulk_create(one for one in costs if one.paid_on <= self.today)
        CostRecovery.objects.bulk_create(one for one in self.recoveries.values() if one)
        LossReview.objects.bulk_create(self._losses())

    def _losses(self) -> Iterable[LossReview]:
        lost = [(row, row.case.final_on) for row in self.rows if row.case.final_on and row.case.outcome in LOST]
        for number, (row, final_on) in enumerate(lost):
            cause = _CAUSES[Lawsuit.Kind(row.case.kind)][number % 3]
            analysis, prevention = _ANALYSES[cause]
            due = final_on + timedelta(days=60)
            yield LossReview(
                lawsuit=row.lawsuit, cause=cause, analysis=analysis, prevention=prevention, department=row.lawsuit.department, due_on=due,
                done_on=due - timedelta(days=9) if due <= self.today else None, **_BORN,
            )  # fmt: skip

    def _deadlines(self) -> None:
        """오늘 무렵 사건의 기한. 화면에서 적은 사건과 같은 길로 붙는다."""
        for row in self.rows:
            if row.live:
                sync(row.lawsuit, self.today)


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

