"""표본(fixtures/sample/planning/named_policies): 2023년에 심의해 공개한 30건과 그 밖의 상태 하나씩, 구민신청 셋. 모두 지어낸 것이다."""

from __future__ import annotations

from datetime import date, timedelta

from core.access import Team
from core.committees import services as committees
from core.committees.models import AgendaItem, Committee, Meeting, Seat
from core.committees.sample import clear_meetings, coming_meeting, open_meeting
from core.excel.sample import load_sheet, sheet_lines
from core.history.clearing import Clearing
from core.org.models import Department, Staff
from planning.named_policies import services
from planning.named_policies.excel import NamedPolicyResource, PolicyPersonResource, PolicyUpdateResource
from planning.named_policies.load_report import COMMITTEE
from planning.named_policies.models import CitizenApplication, NamedPolicy, PolicyPerson, PolicyUpdate

FOLDER = "planning/named_policies"
MET_ON, POSTED_ON, WITHHELD_ON, CLOSED_ON = date(2023, 3, 20), date(2023, 3, 31), date(2023, 8, 1), date(2023, 9, 27)
# 심의한 33건 가운데 뒤의 셋: 비공개, 종료, 제외
DECIDED, POSTED = 33, 30
NEXT_IN_DAYS = 14
SEATS = (
    ("부구청장", Seat.Duty.CHAIR), ("기획재정국장", Seat.Duty.VICE), ("행정국장", Seat.Duty.MEMBER), ("감사담당관", Seat.Duty.MEMBER),
    ("외부 위원", Seat.Duty.MEMBER), ("외부 위원", Seat.Duty.MEMBER), ("기획조정팀장", Seat.Duty.SECRETARY),
)  # fmt: skip


def load_policies() -> int:
    """표본이 없을 때만 싣고 건수를 준다."""
    committee = Committee.objects.filter(code=COMMITTEE).first()
    no_department = not Department.objects.filter(is_sample=True).exists()
    if committee is None or no_department or NamedPolicy.objects.exists() or Meeting.objects.filter(committee=committee).exists():
        return 0
    policies: list[NamedPolicy] = load_sheet(NamedPolicyResource(), f"{FOLDER}/policies")
    load_sheet(PolicyPersonResource(), f"{FOLDER}/people")
    load_sheet(PolicyUpdateResource(), f"{FOLDER}/updates")
    _decide(committee, policies[:DECIDED])
    for policy in NamedPolicy.objects.filter(status=NamedPolicy.Status.SELECTED):
        policy.publish(POSTED_ON, f"https://www.example.go.kr/named/{policy.number}")
    withheld, closed = (NamedPolicy.objects.get(pk=one.pk) for one in policies[POSTED : POSTED + 2])
    withheld.withhold(WITHHELD_ON, "5", "협의하고 있는 내용이 알려지면 공정한 업무 수행에 지장이 있음(표본)")
    closed.close(CLOSED_ON)
    _apply()
    services.AGENDA.put([NamedPolicy.objects.get(pk=policies[DECIDED].pk)], coming_meeting(committee, NEXT_IN_DAYS))
    return len(policies)


def _decide(committee: Committee, policies: list[NamedPolicy]) -> None:
    """2023년의 심의회: 올리고, 소집하고, 열고, 의결하고, 종결한다. 마지막 한 건은 제외한다."""
    Seat.objects.bulk_create(
        Seat(committee=committee, name=f"표본 위원 {order}", affiliation=title, duty=duty, order=order, is_official=title != "외부 위원",
             kind=Seat.Kind.EX_OFFICIO if title != "외부 위원" else Seat.Kind.APPOINTED, appointed_on=date(2022, 7, 1), is_sample=True)
        for order, (title, duty) in enumerate(SEATS, start=1)
    )  # fmt: skip
    meeting, items = open_meeting(committee, services.AGENDA, policies, MET_ON)
    found = committees.tally(items[-1])
    committees.decide(
        items[-1], AgendaItem.Outcome.REJECTED, committees.Votes(0, found.present, 0), decision_text="일회성 홍보 사업이라 대상이 아님"
    )
    committees.decide_rest(meeting)
    committees.move(meeting, Meeting.State.CLOSED)


def _apply() -> None:
    """구민신청: 접수, 심의(후보로 올림), 제외하고 통지한 것."""
    handler = Staff.objects.filter(is_sample=True, team=Team.PLANNING).order_by("employee_number").first()
    departments = {one.name: one for one in Department.objects.filter(is_sample=True)}
    for line in sheet_lines(f"{FOLDER}/applications"):
        one = CitizenApplication(
            title=line["신청 사업"], reason=line["신청 사유"], department=departments[line["소관부서"]], applicant=line["신청인"],
            received_on=date.fromisoformat(line["접수일"]), handler=handler, is_sample=True,
        )  # fmt: skip
        one.full_clean()
        one.save()
        if line["처리"] == "심의":
            services.accept(one)
        elif line["처리"] == "제외":
            services.exclude(one, CitizenApplication.Exclusion.COMPLAINT)
            services.notify(one, one.received_on + timedelta(days=12), "교통 단속 민원으로 처리해 답변드렸습니다.")


def clear_policies(clearing: Clearing) -> None:
    """표본을 걷는다. 위원회는 사실이라 남는다."""
    clearing.clear_untouched(CitizenApplication.objects.filter(is_sample=True))
    clear_meetings(clearing, COMMITTEE)
    for model in (PolicyPerson, PolicyUpdate):
        clearing.clear_untouched(model.objects.filter(is_sample=True))
    clearing.clear(NamedPolicy.objects.filter(is_sample=True))
