"""학술용역의 표본. 심의 신청서를 올리고, 화면이 부르는 일로 심의와 발주, 보고, 활용 점검까지 옮긴다. 모두 지어낸 것이다."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from budget.research_projects import services
from budget.research_projects.excel import ResearchProjectResource
from budget.research_projects.models import (
    Milestone,
    ResearchOutput,
    ResearchProject,
    SimilarJob,
    UseCheck,
    coming_year,
)
from budget.research_projects.rounds import RequestCollection
from core.committees.models import AgendaItem, Committee, Meeting, Seat
from core.committees.sample import clear_meetings, coming_meeting, open_meeting
from core.committees.services import Votes, decide, move
from core.excel.sample import load_sheet
from core.history.clearing import Clearing
from core.history.settle import Settling
from core.rounds.models import Round, Submission
from core.rounds.sample import past_round

PLACE = "budget/research_projects"
_O, _K = AgendaItem.Outcome, Milestone.Kind
MEMBERS, NEXT_IN_DAYS = 7, 12
# 용역마다 (의결, 심의 금액, 내용, 지난 걸음의 수): 발주 1, 착수 2, 중간 3, 완료 4, 결과 5, 활용 점검 6·7. 앞의 넷은 한 해 앞의 것이다.
EARLIER = 4
STORY: tuple[tuple[str, int | None, str, int], ...] = (
    (_O.ORIGINAL, None, "", 7), (_O.CONDITIONAL, 36_000_000, "2022년 활성화 방안 연구와 겹치는 조사는 뺄 것\n소방서 자료를 쓸 것", 7),
    (_O.ORIGINAL, None, "", 6), (_O.ORIGINAL, 55_000_000, "", 7),
    (_O.ORIGINAL, 90_000_000, "", 3), (_O.CONDITIONAL, 70_000_000, "지난 연구의 조사표를 다시 쓰고 새 조사는 빈 점포로 한정할 것", 5),
    (_O.ORIGINAL, None, "", 5), (_O.ORIGINAL, 45_000_000, "", 2), (_O.REJECTED, None, "직원이 스스로 할 수 있어 용역이 필요하지 않음", 0),
)  # fmt: skip
# 계약한 날부터 걸음마다의 날수: 착수, 중간, 완료, 결과, 6개월 점검, 12개월 점검
DAYS = (10, 70, 150, 175, 325, 510)
CHECKS: tuple[dict[str, Any], ...] = (
    {"result": UseCheck.Result.USED, "evidence": UseCheck.Evidence.ORDINANCE, "evidence_text": "○○구 공공체육시설 관리 조례 제9조"},
    {"result": UseCheck.Result.USED, "evidence": UseCheck.Evidence.BUDGET, "evidence_text": "전통시장 시설 현대화(화재안전 보강)"},
    {"result": UseCheck.Result.UNUSED, "note": "지원사업 예산이 줄어 개편을 다음 해로 미룸"},
    {"result": UseCheck.Result.PARTLY, "evidence": UseCheck.Evidence.PLAN, "evidence_text": "중기지방재정계획의 인구 전망"},
)


def load_research(settling: Settling) -> int:
    """표본이 없을 때만 싣고 용역 수를 준다. 위원회나 표본 부서가 없으면 아무것도 하지 않는다."""
    committee = Committee.objects.filter(code=services.COUNCIL).first()
    if committee is None or ResearchProject.objects.filter(is_sample=True).exists():
        return 0
    past, rows = load_sheet(ResearchProjectResource(), f"{PLACE}/past"), load_sheet(ResearchProjectResource(), f"{PLACE}/running")
    for at, row in enumerate(rows):
        row.year = coming_year() - (2 if at < EARLIER else 1)
        row.save()
    _seats(committee)
    _request_round(coming_year() - 2)
    for part, story in ((rows[:EARLIER], STORY[:EARLIER]), (rows[EARLIER:], STORY[EARLIER:])):
        _review(committee, part, story)
        for at, (row, (_outcome, _amount, _text, steps)) in enumerate(zip(part, story, strict=True)):
            _walk(ResearchProject.objects.get(pk=row.pk), at, steps)
    waiting = load_sheet(ResearchProjectResource(), f"{PLACE}/requests")
    services.receive(ResearchProject.objects.get(pk=waiting[0].pk))
    coming_meeting(committee, NEXT_IN_DAYS)
    return len(past) + len(rows) + len(waiting)


def _request_round(year: int) -> None:
    """앞해 8월에 마감한 심의 신청의 취합. 신청한 부서는 확정되었고 나머지는 「해당없음」이다."""
    collection = RequestCollection()
    if Round.objects.filter(form=collection.code, year=year).exists():
        return
    due = timezone.make_aware(datetime(year, 8, 29, 18))
    round = Round(
        title=f"{year}년 {collection.title}", form=collection.code, team=collection.team, cycle=collection.cycle, year=year,
        as_of=date(year, 8, 1), due_at=due, instructions="다음 해 예산에 요구할 학술용역을 적어 주세요.", status=Round.Status.CLOSED,
        opened_at=due - timedelta(days=28), closed_at=due + timedelta(days=7), is_sample=True,
    )  # fmt: skip
    # 열에 하나는 하루 늦게 냈다.
    past_round(round, collection, lambda at, _one: due + timedelta(days=1 if at % 10 == 9 else -(at % 6) - 1), due + timedelta(days=5))
    filled = ResearchProject.objects.filter(submission__round=round).values("submission")
    round.submissions.exclude(pk__in=filled).update(status=Submission.Status.NOTHING, nothing_reason="다음 해에 요구할 용역이 없음")


def _seats(committee: Committee) -> None:
    for order in range(1, MEMBERS + 1):
        Seat(
            committee=committee, name=f"표본 위원 {order}", affiliation="대학교수" if order > 2 else "국장", order=order, is_sample=True,
            kind=Seat.Kind.APPOINTED if order > 2 else Seat.Kind.EX_OFFICIO, duty=Seat.Duty.CHAIR if order == 1 else Seat.Duty.MEMBER,
            is_official=order <= 2, is_expert=order > 2, appointed_on=date(coming_year() - 4, 1, 1),
            term_end_on=date(coming_year() + 1, 12, 31),
        ).save()  # fmt: skip


def _review(committee: Committee, rows: list[Any], story: tuple[Any, ...]) -> None:
    """예산의 앞해 9월에 연 회의에서 의결한다."""
    projects = [ResearchProject.objects.get(pk=row.pk) for row in rows]
    for one in projects:
        services.receive(one)
    meeting, items = open_meeting(committee, services.AGENDA, projects, date(rows[0].year - 1, 9, 15))
    for item, (outcome, amount, text, _steps) in zip(items, story, strict=True):
        votes = Votes(1, MEMBERS - 1, 0) if outcome == _O.REJECTED else Votes(MEMBERS, 0, 0)
        decide(item, outcome, votes, decision_text=text, amount=amount)
    move(meeting, Meeting.State.CLOSED)


def _walk(project: ResearchProject, at: int, steps: int) -> None:
    """발주부터 활용 점검까지, 오늘까지의 걸음만."""
    signed, today = date(project.year, 2, 10 + at), timezone.localdate()
    days = [signed + timedelta(days=one) for one in DAYS]
    if not steps or signed > today:
        return
    amount = (project.approved_amount or 0) * 95 // 100
    services.contract(
        project, {"contracted_on": signed, "contract_amount": amount, "contractor": f"표본연구원 {at + 1}", "period": "착수일부터 5개월"},
        dict(zip(_K, days[:3], strict=True)),
    )  # fmt: skip
    for number, day in enumerate(days, start=2):
        if number > steps or day > today:
            return
        project = ResearchProject.objects.get(pk=project.pk)
        if number <= 4:
            if number == 4:
                for task in project.conditions().open():
                    task.result, task.done_on = "과업지시서에 넣어 이행함(표본)", day
                    task.save()
            services.report(project, tuple(_K)[number - 2], day, "보고회 의견을 과업에 반영함(표본)")
        elif number == 5:
            private = at == 1 and project.year == coming_year() - 1
            reason = {"withheld_reason": "정보공개법 제9조제1항제5호(내부검토 과정)"} if private else {}
            kind = ResearchOutput.Disclosure.PRIVATE if private else ResearchOutput.Disclosure.PUBLIC
            services.settle_result(project, kind, {"result_on": day, "product": "보고서 1권", **reason})
        else:
            after = UseCheck.After.HALF_YEAR if number == 6 else UseCheck.After.YEAR
            services.check_use(project, {"after": after, "checked_on": day, **CHECKS[at]})


def clear_research(clearing: Clearing) -> None:
    """표본 용역과 회의, 위원, 지난 취합을 걷는다. 위원회는 사실이라 남는다."""
    clear_meetings(clearing, services.COUNCIL)
    for model in (SimilarJob, UseCheck, ResearchOutput, Milestone, ResearchProject):
        clearing.clear(model.objects.filter(is_sample=True))
    clearing.clear(Round.objects.filter(form=RequestCollection.code, is_sample=True))
