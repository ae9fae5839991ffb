"""표본: 열 부서의 2023년 추진계획과, 접수하고 있는 2024년 계획 수립 회차. 글과 금액은 지어낸 것이다."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from django.utils import timezone

from core.access import Team
from core.history.clearing import Clearing, changed_by_people
from core.org.models import Department
from core.rounds.models import Round, Submission, SubmissionStep
from core.rounds.period import Cycle
from planning.work_plans import services
from planning.work_plans.models import ItemVersion, ProgressEntry, WorkItem, WorkLine, WorkPlan
from planning.work_plans.models.plans import ROUND_FORM
from planning.work_plans.rounds import PlanCollection

Act, State, Status = ItemVersion.Act, WorkItem.State, Submission.Status
YEAR, AS_OF = 2023, date(2023, 10, 31)
MILLION = 1_000_000


class SampleItem(NamedTuple):
    """부서의 사업 하나. schedule 은 (일정, 마친 달 또는 0), 금액은 백만원, 진척률과 집행률은 %."""

    department: str
    title: str
    purpose: str
    overview: str
    details: tuple[str, ...]
    schedule: tuple[tuple[str, int], ...]
    own: int
    city: int
    rate: int
    spent: int


ITEMS = (
    SampleItem(
        "S004", "주민자치회 운영 내실화", "주민이 마을의 일을 스스로 정하고 실행하는 기반을 다지고자 함", "대상: 18개 동 주민자치회",
        ("주민총회 개최 지원", "자치계획 수립 교육"),
        (("자치계획 수립: 3월", 3), ("주민총회: 6월", 6), ("성과공유회: 11월", 0)),
        420, 60, 85, 80,
    ),
    SampleItem(
        "S008", "생활체육시설 확충", "가까운 곳에서 운동할 수 있는 시설을 늘려 구민의 건강을 높이고자 함", "대상: 공공체육시설 6곳",
        ("실내체육관 바닥 교체", "야간 조명 정비"),
        (("설계: 3월", 3), ("공사: 4월~9월", 9)),
        980, 300, 90, 83,
    ),
    SampleItem(
        "S013", "전통시장 시설 현대화", "낡은 시설을 고쳐 찾고 싶은 시장을 만들고자 함", "대상: 전통시장 4곳",
        ("비가림 시설 보수", "안전 점검"),
        (("대상 선정: 2월", 2), ("공사: 5월~10월", 0)),
        350, 350, 45, 30,
    ),
    SampleItem(
        "S016", "어르신 일자리 확대", "일하고자 하는 어르신에게 알맞은 일자리를 마련하고자 함", "목표: 일자리 2,400개",
        ("공익활동형 일자리 운영", "수행기관 점검"),
        (("참여자 모집: 1월", 1), ("중간점검: 7월", 7), ("다음 해 수요조사: 11월", 0)),
        2_900, 3_400, 88, 86,
    ),
    SampleItem(
        "S021", "공동주택 관리 지원", "공동주택의 투명한 관리와 안전을 돕고자 함", "대상: 의무관리 단지 92곳",
        ("공용시설 지원금 교부", "관리 실태조사"),
        (("지원 단지 선정: 4월", 4), ("실태조사: 9월", 0)),
        610, 0, 60, 58,
    ),
    SampleItem(
        "S024", "건축물 안전점검 강화", "노후 건축물의 위험을 미리 찾아 구민의 안전을 지키고자 함",
        "대상: 사용승인 30년이 지난 건축물 320동",
        ("민간 전문가 합동 점검", "지적사항 이행 확인"),
        (("점검 계획 수립: 2월", 2), ("상반기 점검: 6월", 6), ("하반기 점검: 10월", 10)),
        180, 40, 84, 81,
    ),
    SampleItem(
        "S029", "교통약자 이동편의 증진", "누구나 편하게 다니는 거리를 만들고자 함", "대상: 버스정류소 74곳",
        ("정류소 턱낮춤", "안내기 설치"),
        (("현장조사: 3월", 3), ("설치: 5월~8월", 8)),
        240, 120, 95, 92,
    ),
    SampleItem(
        "S030", "주차 공유 확대", "비어 있는 주차면을 나누어 주택가 주차난을 덜고자 함", "목표: 공유 주차면 400면",
        ("공유 협약", "표지와 앱 안내"),
        (("협약: 4월", 4), ("운영 점검: 8월", 0)),
        150, 0, 40, 35,
    ),
    SampleItem(
        "S032", "생활폐기물 감량", "재활용을 늘려 태우는 쓰레기를 줄이고자 함", "목표: 지난해보다 5% 감량",
        ("재활용 정거장 확대", "무단투기 취약지 관리"),
        (("정거장 설치: 5월", 5), ("감량 평가: 12월", 0)),
        760, 200, 80, 79,
    ),
    SampleItem(
        "S035", "찾아가는 건강관리", "거동이 불편한 구민의 건강을 집에서 돌보고자 함", "대상: 방문 대상 3,100가구",
        ("방문간호", "건강 취약계층 관리"),
        (("대상자 등록: 2월", 2), ("만족도 조사: 10월", 10)),
        520, 480, 91, 88,
    ),
)  # fmt: skip
# 부서의 2024년 제출이 어디까지 왔는가: 제출의 상태와, 확정했으면 사업의 상태
PROGRESS = {
    "S004": (Status.CONFIRMED, State.TEAM_REVIEW), "S008": (Status.DRAFT, ""), "S013": (Status.CONFIRMED, State.VICE_MAYOR),
    "S016": (Status.CONFIRMED, State.MAYOR), "S021": (Status.RETURNED, ""), "S024": (Status.DRAFT, ""),
    "S029": (Status.SUBMITTED, ""), "S032": (Status.SUBMITTED, ""), "S035": (Status.CONFIRMED, State.TEAM_REVIEW),
}  # fmt: skip
# 확정한 뒤에 지난 걸음
_STEPS = {
    State.TEAM_REVIEW: (), State.VICE_MAYOR: ((Act.TO_VICE, None),),
    State.MAYOR: ((Act.TO_VICE, None), (Act.TO_MAYOR, date(2023, 9, 20))),
}  # fmt: skip


def load_plans() -> int:
    """표본 계획과 회차가 없을 때만 싣고 사업 수를 준다. 2023년 추진계획이나 2024년 회차가 있으면 손대지 않는다."""
    exists = WorkPlan.objects.filter(year=YEAR, kind=WorkPlan.Kind.PLAN).exists()
    if exists or Round.objects.filter(form=ROUND_FORM, year=YEAR + 1).exists():
        return 0
    departments = {one.code: one for one in Department.objects.filter(is_sample=True, is_reporting=True)}
    wanted = [one for one in ITEMS if one.department in departments]
    if not wanted:
        return 0
    plan = WorkPlan(year=YEAR, kind=WorkPlan.Kind.PLAN, title=f"{YEAR}년 주요업무 추진계획", is_sample=True, note="표본.")
    plan.save()
    for one in wanted:
        _last_year(plan, departments[one.department], one)
    round = _round(departments)
    submissions = {one.department_id: one for one in round.submissions.all()}
    count = PlanCollection().create_rows(round, submissions)
    for item in WorkItem.objects.filter(submission__round=round).select_related("plan", "department", "submission__round"):
        _this_year(item)
    return count + len(wanted)


def _last_year(plan: WorkPlan, department: Department, one: SampleItem) -> None:
    """확정한 2023년의 사업: 일정의 마친 날, 10월 말의 추진상황과 집행액까지."""
    body = [
        "□ 사업개요", f" ○ {one.overview}", "□ 세부 추진계획", *(f" ○ {text}" for text in one.details),
        "□ 추진일정", *(f" ○ {text}" for text, _month in one.schedule), "[소요예산]",
    ]  # fmt: skip
    item = WorkItem(
        plan=plan, department=department, number=1, title=one.title, purpose=one.purpose, body="\n".join(body), state=State.PUBLISHED,
        required_own_amount=one.own * MILLION, required_city_amount=one.city * MILLION or None, budget_own_amount=one.own * MILLION,
        budget_city_amount=one.city * MILLION or None, spent_own_amount=one.own * MILLION * one.spent // 100,
        spent_city_amount=one.city * MILLION * one.spent // 100 or None, spent_on=AS_OF, is_sample=True,
    )  # fmt: skip
    item.save()
    months = dict(one.schedule)
    done = [line for line in WorkLine.objects.filter(item=item).dated() if months.get(line.text)]
    for line in done:
        line.done_on = date(YEAR, months[line.text], 25)
    WorkLine.objects.bulk_update(done, ["done_on"])
    ProgressEntry(item=item, as_of=AS_OF, rate=one.rate, text=f"○ {one.details[0]} 추진 중", is_sample=True).save()


def _round(departments: dict[str, Department]) -> Round:
    """아흐레 뒤에 마감하는 회차와 부서마다의 제출."""
    now = timezone.now()
    round = Round(
        title=f"{YEAR + 1}년 주요업무계획", form=ROUND_FORM, team=Team.PLANNING, cycle=Cycle.YEAR, year=YEAR + 1,
        as_of=date(YEAR, 8, 1), due_at=now + timedelta(days=9), status=Round.Status.OPEN, opened_at=now - timedelta(days=12),
        instructions="2024년에 할 주요업무의 목적, 본문, 일정, 소요예산을 적어 주세요. 지난해 것은 옆에 있습니다.", is_sample=True,
    )  # fmt: skip
    round.save()
    found = []
    for code, one in departments.items():
        status, _state = PROGRESS.get(code, (Status.NOT_STARTED, ""))
        sent = now - timedelta(days=3) if status not in (Status.NOT_STARTED, Status.DRAFT) else None
        found.append(Submission(
            round=round, department=one, department_name=one.name, order=one.order, responsible=one, status=status,
            first_submitted_at=sent, submitted_at=sent, confirmed_at=now - timedelta(days=1) if status == Status.CONFIRMED else None,
            returned_count=int(status == Status.RETURNED),
        ))  # fmt: skip
    Submission.objects.bulk_create(found)
    SubmissionStep.objects.bulk_create(
        SubmissionStep(submission=one, before=Status.SUBMITTED, after=one.status, note="추진일정에 달을 적어 주세요.")
        for one in round.submissions.filter(status=Status.RETURNED)
    )
    return round


def _this_year(item: WorkItem) -> None:
    """낸 부서의 사업은 초안에서 고치고, 지난 걸음마다 검토본을 남긴다."""
    status, state = PROGRESS.get(item.department.code, (Status.NOT_STARTED, ""))
    if status in (Status.NOT_STARTED, Status.DRAFT):
        return
    item.body = item.body.replace("□ 추진일정", " ○ 지난해 미흡한 점 보완\n   - 현장 의견을 들어 대상과 방법을 고침\n□ 추진일정")
    item.save()
    services.snapshot(item, Act.SUBMIT, None)
    if state:
        item.state = State.TEAM_REVIEW
        item.save(update_fields=["state"])
        services.snapshot(item, Act.ACCEPT, None)
    for act, on in _STEPS.get(State(state), ()) if state else ():
        if act == Act.TO_MAYOR:
            item.purpose = item.purpose.replace("하고자 함", "하고 성과를 구민과 나누고자 함")
        item.state = services.STEPS[act].after
        item.save()
        services.snapshot(item, act, None, "성과를 구민이 알 수 있게 적을 것" if on else "", on)


def clear_plans(clearing: Clearing) -> None:
    """표본을 걷는다. 사람이 고치거나 걸음을 옮긴 사업은 까닭과 함께 남는다."""
    items = WorkItem.objects.filter(is_sample=True)
    keys = list(items.values_list("pk", flat=True))
    touched = changed_by_people(WorkItem, keys) | set(
        ItemVersion.objects.filter(item__in=keys, by__isnull=False).values_list("item", flat=True)
    )
    left = items.exclude(pk__in=touched)
    ItemVersion.objects.filter(item__in=left).delete()
    clearing.clear_untouched(ProgressEntry.objects.filter(is_sample=True, item__in=left))
    clearing.clear(left.order_by("-plan__year"))
    clearing.clear(Round.objects.filter(form=ROUND_FORM, is_sample=True))
    clearing.clear(WorkPlan.objects.filter(is_sample=True))
