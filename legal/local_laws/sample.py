"""2023년에 공포한 108건(조례 83·규칙 20·훈령 3·예규 2 = 제정 27·개정 79·폐지 2)과, 오늘 무렵 모든 단계에 있는 의안을 싣고 걷는다.

진행 중인 의안은 화면과 같은 일(finish, announce, promulgate)로 옮긴다. 108건은 한 걸음씩 옮기면 오래 걸려 지난 기록으로 적는다.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from core.excel.sample import load_sheet
from core.history.clearing import Clearing
from core.org.models import Staff
from legal.local_laws import services
from legal.local_laws.excel import LocalLawResource, UpperLawChangeResource
from legal.local_laws.models import (
    ArticleChange,
    Bill,
    BillStep,
    ImpactReview,
    LawVersion,
    LocalLaw,
    NoticeOpinion,
    RevisionTask,
    UpperLawChange,
)
from legal.local_laws.models.pipeline import HOLDERS, INTERNAL_KINDS, Action, LawKind, Proposer, Result, Stage, route

FOLDER = "legal/local_laws"

YEAR = 2023
# 종류마다 (제정, 개정, 폐지)의 수
MARGINS = {
    LawKind.ORDINANCE: (20, 61, 2), LawKind.RULE: (5, 15, 0), LawKind.DIRECTIVE: (1, 2, 0), LawKind.ESTABLISHED: (1, 1, 0)
}  # fmt: skip
# 단계마다 머문 날수를 차례로 돌려 쓴다.
DAYS: dict[Stage, tuple[int, ...]] = {
    Stage.DRAFTING: (14, 9, 21, 11, 17), Stage.CONSULTING: (7, 10, 8, 12), Stage.IMPACT: (12, 9, 15), Stage.NOTICE: (22, 24, 21, 26),
    Stage.LEGAL: (6, 9, 4, 12, 7), Stage.BOARD: (8, 5, 13, 10), Stage.SUBMISSION: (5, 9, 7), Stage.COMMITTEE: (9, 6, 12),
    Stage.PLENARY: (3, 5, 2), Stage.TRANSFER: (3, 2, 4), Stage.REPORT: (2, 3, 1), Stage.REVIEW: (4, 3), Stage.PROMULGATION: (8, 6, 10, 7),
}  # fmt: skip
MEMBER_EVERY = 4
OFFICERS = ("9025", "9006")
# 신구조문: (조문, 현행, 개정안)
ARTICLES = (
    ("제3조제1항", "구청장은 매년 12월 31일까지 기본계획을 수립하여야 한다.",
     "구청장은 5년마다 12월 31일까지 기본계획을 수립하고, 매년 시행계획을 수립하여야 한다."),
    ("제7조(위원회의 구성)", "위원회는 위원장 1명을 포함한 10명 이내의 위원으로 구성한다.",
     "위원회는 위원장과 부위원장 각 1명을 포함한 15명 이내의 위원으로 구성한다."),
    ("제9조의2", "", "제9조의2(실태조사) 구청장은 3년마다 실태조사를 하고 그 결과를 누리집에 공표하여야 한다."),
    ("제12조제2호", "2. 그 밖에 구청장이 필요하다고 인정하는 경우", ""),
)  # fmt: skip
_DAY = timedelta(days=1)


@dataclass
class Plan:
    """공포한 표본 의안 하나와 그 단계."""

    bill: Bill
    steps: list[BillStep] = field(default_factory=list)


def load_local_laws(today: date) -> int:
    """표본이 없을 때만 싣고 의안 수를 준다."""
    if LocalLaw.objects.filter(is_sample=True).exists():
        return 0
    officers = list(Staff.objects.filter(employee_number__in=OFFICERS, is_sample=True).order_by("-employee_number"))
    builder = _Builder(cycle(officers or [None]), today)
    laws = load_sheet(LocalLawResource(), f"{FOLDER}/laws")
    plans = builder.enacted(laws)
    Bill.objects.bulk_create(one.bill for one in plans)
    BillStep.objects.bulk_create(step for one in plans for step in one.steps)
    _versions(laws, plans)
    live = builder.open(laws)
    _parts(live, today)
    _changes(live)
    return len(plans) + len(live)


def clear_local_laws(clearing: Clearing) -> None:
    """표본을 걷는다. 사람이 만든 것이 기대고 있는 행은 남긴다."""
    clearing.clear(RevisionTask.objects.filter(is_sample=True).order_by("-pk"))
    clearing.clear(LawVersion.objects.filter(is_sample=True))
    clearing.clear(Bill.objects.filter(is_sample=True))
    clearing.clear(LocalLaw.objects.filter(is_sample=True))
    clearing.clear(UpperLawChange.objects.filter(is_sample=True))


def _weekday(day: date) -> date:
    """쉬는 토·일요일이면 앞선 금요일."""
    return day - _DAY * max(0, day.weekday() - 4)


def _gazette(day: date) -> str:
    return f"제{1800 + day.timetuple().tm_yday // 7}호"


def _bill_title(law: str, kind: str, action: str) -> str:
    noun = {LawKind.ORDINANCE: "조례", LawKind.RULE: "규칙", LawKind.DIRECTIVE: "훈령", LawKind.ESTABLISHED: "예규"}[LawKind(kind)]
    if action == Action.ENACT:
        return f"{law}안" if kind in (LawKind.ORDINANCE, LawKind.RULE) else f"{law} 제정안"
    words = {Action.AMEND: "일부개정", Action.REVISE: "전부개정", Action.CONSEQUENTIAL: "타법개정", Action.REPEAL: "폐지"}
    return f"{law} {words[Action(action)]}{noun}안"


class _Builder:
    """표본의 의안을 같은 차례로 만든다."""

    def __init__(self, handlers: Iterator[Any], today: date) -> None:
        self.handlers, self.today = handlers, today
        self.days = {stage: cycle(days) for stage, days in DAYS.items()}

    def enacted(self, laws: list[LocalLaw]) -> list[Plan]:
        """그해에 공포한 의안. 종류마다 제정할 것을 앞에서, 폐지할 것을 뒤에서 고르고 나머지를 돌아가며 고친다."""
        found = []
        for kind, (enact, amend, repeal) in MARGINS.items():
            laws_of = [law for law in laws if law.kind == kind]
            middle = laws_of[enact : len(laws_of) - repeal]
            chosen = [(law, Action.ENACT) for law in laws_of[:enact]]
            chosen += [
                (middle[at % len(middle)], Action.REVISE if at % 9 == 4 else Action.CONSEQUENTIAL if at % 13 == 6 else Action.AMEND)
                for at in range(amend)
            ]  # fmt: skip
            chosen += [(law, Action.REPEAL) for law in laws_of[len(laws_of) - repeal :]] if repeal else []
            first, last = date(YEAR, 1, 12), date(YEAR, 10, 26)
            gap = (last - first).days / max(1, len(chosen) - 1)
            for at, (law, action) in enumerate(chosen):
                # 공보는 목요일에 낸다. 고르는 차례와 공포하는 차례를 섞되 같은 법규의 두 번째 개정은 뒤에 온다.
                day = first + _DAY * round(gap * (at if action == Action.AMEND else (at * 7) % len(chosen)))
                day -= _DAY * ((day.weekday() - 3) % 7)
                member = kind == LawKind.ORDINANCE and at % MEMBER_EVERY == 2
                found.append(self._enacted(law, kind, action, member, max(day, date(YEAR, 1, 5))))
        found.sort(key=lambda one: (one.bill.promulgated_on or date.min, one.bill.title))
        for kind in LawKind:
            own = (one for one in found if one.bill.kind == kind)
            for number, one in enumerate(own, start={"ordinance": 1501, "rule": 801}.get(kind, 301)):
                one.bill.promulgation_number = str(number)
        return found

    def _bill(self, law: LocalLaw, kind: str, action: str, proposer: str, **values: Any) -> Bill:
        return Bill(
            kind=kind, action=action, title=_bill_title(law.title, kind, action), law=law, proposer_kind=proposer,
            proposer="표본 의원" if proposer == Proposer.MEMBER else "", department=law.department, handler=next(self.handlers),
            reason="상위법령의 개정 사항과 운영에서 드러난 미비점을 반영하려는 것임.", is_sample=True, **values,
        )  # fmt: skip

    def _enacted(self, law: LocalLaw, kind: LawKind, action: Action, member: bool, day: date) -> Plan:
        bill = self._bill(law, kind, action, Proposer.MEMBER if member else Proposer.MAYOR, status=Stage.PROMULGATED)
        bill.council_result = (Result.AMENDED if day.day % 5 == 0 else Result.ORIGINAL) if kind == LawKind.ORDINANCE else ""
        way = bill.way
        bill.promulgated_on = day
        bill.effective_on = day if kind in INTERNAL_KINDS else day + _DAY * 21
        bill.gazette_number = _gazette(day)
        steps = self._walk(bill, way, day)
        steps[-1].result = Result.PROMULGATED
        bill.received_on = steps[0].started_on
        bill.noticed_on = next((step.started_on for step in steps if step.code == Stage.NOTICE), None)
        return Plan(bill, steps)

    def _walk(self, bill: Bill, way: tuple[Stage, ...], end: date) -> list[BillStep]:
        """end 에 마지막 단계를 마치도록 거슬러 적은 단계들."""
        steps: list[BillStep] = []
        done = end
        for stage in reversed(way):
            start = _weekday(done - _DAY * next(self.days[stage]))
            steps.append(BillStep(
                bill=bill, code=stage, holder=HOLDERS[stage], started_on=start, done_on=done, result=self._result(bill, stage),
                is_sample=True,
            ))  # fmt: skip
            done = start
        steps.reverse()
        for order, step in enumerate(steps, start=1):
            step.order = order
        return steps

    @staticmethod
    def _result(bill: Bill, stage: Stage) -> str:
        if stage in (Stage.BOARD, Stage.REVIEW):
            return Result.ORIGINAL
        if stage in (Stage.COMMITTEE, Stage.PLENARY):
            return bill.council_result or Result.ORIGINAL
        return Result.PASSED

    def open(self, laws: list[LocalLaw]) -> list[Bill]:
        """모든 단계에 하나 이상 있는, 끝나지 않은 의안과 요즘 공포한 둘."""
        ordinances = [law for law in laws if law.kind == LawKind.ORDINANCE and law.title not in _taken(laws)]
        by_department = {law.department.code: law for law in ordinances}
        rules = [law for law in laws if law.kind == LawKind.RULE]
        inner = next(law for law in laws if law.kind == LawKind.DIRECTIVE)
        found = []
        mayor, member, at = Proposer.MAYOR, Proposer.MEMBER, by_department.get
        for law, stage, days, proposer in (
            (at("S024"), Stage.DRAFTING, 8, mayor), (at("S032"), Stage.DRAFTING, 61, mayor), (at("S029"), Stage.CONSULTING, 5, mayor),
            (at("S030"), Stage.IMPACT, 9, mayor), (at("S020"), Stage.NOTICE, 2, mayor), (at("S021"), Stage.NOTICE, 13, mayor),
            (at("S016"), Stage.LEGAL, 26, mayor), (at("S008"), Stage.BOARD, 4, mayor), (rules[12], Stage.BOARD, 7, mayor),
            (at("S017"), Stage.SUBMISSION, 6, mayor), (at("S018"), Stage.COMMITTEE, 11, member), (at("S014"), Stage.PLENARY, 3, mayor),
            (at("S033"), Stage.TRANSFER, 3, mayor), (at("S031"), Stage.REPORT, 2, mayor), (at("S013"), Stage.REVIEW, 4, member),
            (at("S035"), Stage.PROMULGATION, 9, mayor), (at("S025"), Stage.RECONSIDERATION, 4, member),
            (rules[15], Stage.REPORT, 5, mayor), (inner, Stage.LEGAL, 3, mayor), (at("S026"), Stage.PROPOSAL, 10, Proposer.RESIDENTS),
        ):  # fmt: skip
            if law is not None:
                found.append(self._open(law, stage, self.today - _DAY * days, proposer))
        for law, ago, took, number in ((at("S023"), 5, 8, "1702"), (rules[17], 9, 20, "871")):
            if law is not None:
                day = self.today - _DAY * ago
                bill = self._open(law, Stage.PROMULGATION, day - _DAY * took, mayor)
                services.promulgate(bill, day, number, gazette=_gazette(day))
                found.append(bill)
        return found

    def _open(self, law: LocalLaw, stage: Stage, since: date, proposer: str) -> Bill:
        """since 에 stage 에 들도록, 첫 단계부터 화면과 같은 일로 옮긴다."""
        bill = self._bill(law, law.kind, Action.AMEND, proposer)
        if law.kind == LawKind.RULE:
            bill.planned_promulgation_on = {Stage.REPORT: self.today + _DAY * 24, Stage.PROMULGATION: since + _DAY * 20}.get(stage)
        way = route(bill.kind, proposer)
        steps = self._walk(bill, way[: way.index(Stage.PROMULGATION if stage == Stage.RECONSIDERATION else stage)], since)
        bill.received_on = steps[0].started_on if steps else since
        bill.full_clean()
        bill.save()
        day = bill.received_on
        for step in steps:
            start, day = day, max(day, step.done_on or day)
            if step.code == Stage.NOTICE:
                bill.announce(start)
                # 예고기간의 끝이 연휴에 밀리면 그만큼 늦게 마친다.
                day = max(day, bill.notice_until() or day)
            elif step.code == Stage.IMPACT:
                _review(bill, start, day)
            bill.finish(day, step.result)
        if stage == Stage.IMPACT:
            _review(bill, since, self.today - _DAY * 2, only=1)
        elif stage == Stage.NOTICE and (self.today - since).days > 5:
            bill.announce(since + _DAY)
        elif stage == Stage.RECONSIDERATION:
            for clock in bill.clocks().filter(rule__code="ordinance.redeliberation"):
                clock.confirm(bill.handler)
            bill.request_reconsideration(since, "재의요구서가 의회에 닿음")
        return bill


def _review(bill: Bill, requested: date, done: date, only: int | None = None) -> None:
    """사전심사를 의뢰해 done 에 결과를 받았다. only 는 결과를 받은 건수(없으면 모두)."""
    for number, review in enumerate(bill.impact_reviews.order_by("kind")):
        review.requested_on = requested
        if only is None or number < only:
            review.done_on, review.result = done, ImpactReview.Result.NONE
        review.save()


def _taken(laws: list[LocalLaw]) -> set[str]:
    """그해에 폐지해 다시 고칠 수 없는 조례."""
    own = [law.title for law in laws if law.kind == LawKind.ORDINANCE]
    return set(own[len(own) - MARGINS[LawKind.ORDINANCE][2] :])


def _versions(laws: list[LocalLaw], plans: list[Plan]) -> None:
    """앞서 제정한 판과 그해에 공포한 판, 그리고 자치법규의 지금 모습."""
    rows = [
        LawVersion(law=law, action=Action.ENACT, number=law.number, promulgated_on=law.promulgated_on, effective_on=law.effective_on,
                   is_sample=True)
        for law in laws if law.promulgated_on
    ]  # fmt: skip
    for bill in (one.bill for one in plans):
        assert bill.promulgated_on is not None
        rows.append(LawVersion(
            law=bill.law, bill=bill, action=bill.action, number=bill.promulgation_number, promulgated_on=bill.promulgated_on,
            effective_on=bill.effective_on, gazette_number=bill.gazette_number, reason=bill.reason, is_sample=True,
        ))  # fmt: skip
    LawVersion.objects.bulk_create(rows)
    newest: dict[int, LawVersion] = {}
    for row in sorted(rows, key=lambda one: one.promulgated_on):
        newest[row.law_id] = row
    for law in laws:
        row = newest[law.pk]
        law.number, law.promulgated_on, law.effective_on = row.number, row.promulgated_on, row.effective_on
        law.repealed_on = row.effective_on if row.action == Action.REPEAL else None
    LocalLaw.objects.bulk_update(laws, ["number", "promulgated_on", "effective_on", "repealed_on"])


def _parts(live: list[Bill], today: date) -> None:
    """진행 중인 의안의 예고 의견과 신구조문."""
    opinions, articles = [], []
    for at, bill in enumerate(live):
        if bill.status in (Stage.NOTICE, Stage.LEGAL) and bill.noticed_on:
            received = min(today, bill.noticed_on + _DAY * 6)
            opinions.append(NoticeOpinion(
                bill=bill, received_on=received, submitter=NoticeOpinion.Submitter.GROUP, is_sample=True,
                content="시행일까지 준비할 기간이 짧으므로 3개월의 유예를 두어야 함.",
            ))  # fmt: skip
            opinions.append(NoticeOpinion(
                bill=bill, received_on=received, count=3, content="지원 대상의 나이 기준을 낮추어 주기 바람.", is_sample=True,
                reflection=NoticeOpinion.Reflection.PARTIAL, answer="조례에서 정하지 않고 시행규칙에 반영함.",
                answered_on=min(today, received + _DAY * 4),
            ))  # fmt: skip
        if at in (0, 3, 7):
            articles += [
                ArticleChange(bill=bill, order=order, article=name, old_text=old, new_text=new, is_sample=True)
                for order, (name, old, new) in enumerate(ARTICLES, start=1)
            ]  # fmt: skip
    NoticeOpinion.objects.bulk_create(opinions)
    ArticleChange.objects.bulk_create(articles)


def _changes(live: list[Bill]) -> None:
    """상위법 개정과 정비과제. 시행규칙의 과제는 조례의 과제가 끝나기를 기다린다."""
    by_law = {bill.law_id: bill for bill in live if bill.is_open}
    for change in load_sheet(UpperLawChangeResource(), f"{FOLDER}/changes"):
        services.make_tasks(change, change.affected(), change.effective_on)
        first = None
        for task in RevisionTask.objects.filter(change=change).select_related("law").order_by("pk"):
            task.bill = by_law.get(task.law_id)
            task.blocked_by = first if task.law.kind == LawKind.RULE else None
            task.save()
            first = first or task
