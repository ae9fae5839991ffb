"""표본: 지난달의 항목, 이번 주의 마친 회차, 다음 주의 접수 중인 회차. 모두 지어낸 것이고 한꺼번에 걷는다."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from core.access import Team
from core.history.clearing import Clearing
from core.org.models import Department
from core.org.sample import CLERK_DEPARTMENT
from core.rounds.models import Round, Submission
from core.rounds.period import Cycle, Period
from planning.periodic_reports.load_report import TITLE
from planning.periodic_reports.models import ROUND_FORM, EntryKind, ReportEntry
from planning.periodic_reports.services import carry

Status = ReportEntry.Status
# (요일, 시각, 제목, 장소, 구분, 구청장, 참석 대상). 부서는 직제순으로 하나씩 맡는다.
EVENTS: tuple[tuple[int, str, str, str, str, bool, str], ...] = (
    (0, "09:00", "간부회의", "기획상황실", "회의", True, "국·과장 30명"),
    (0, "14:00~15:30", "주민과의 대화", "구청 대강당", "행사", True, "주민 120명"),
    (1, "10:00", "경로당 개관식", "제1경로당", "행사", True, "어르신 등 60명"),
    (1, "10:00~11:00", "안전보건 점검회의", "기획상황실", "회의", False, "안전관리자 20명"),
    (1, "14:00", "공사장 합동점검", "재건축 현장", "점검", False, "점검반 8명"),
    (2, "10:30", "업무협약식", "구청장실", "행사", True, "협약기관 10명"),
    (2, "11:00", "청년정책 간담회", "청년센터", "회의", True, "청년위원 25명"),
    (2, "15:00~17:00", "직원 교육", "구청 대강당", "행사", False, "직원 200명"),
    (3, "10:00", "전통시장 방문", "중앙시장", "행사", True, "상인회 15명"),
    (3, "14:00", "도시계획 설명회", "동 주민센터", "회의", False, "주민 80명"),
    (3, "14:00", "마을버스 노선 조정 회의", "기획상황실", "회의", False, "운수업체 6명"),
    (4, "09:30", "겨울철 제설대책 점검", "제설발진기지", "점검", True, "관계자 12명"),
    (4, "", "자원봉사자 격려", "", "행사", True, "자원봉사자 40명"),
    (5, "10:00~16:00", "가족 나들이 축제", "근린공원", "행사", False, "주민 1,000명"),
    (2, "15:30", "합창단 연습", "구청 대강당", "행사", False, "단원 40명"),
)
WORKS = (
    ("상반기 재정 집행 점검", "□ 부서별 집행 현황 점검\n○ 부진 사업 사유 확인\n- 다음 달 집행 계획 받음"),
    ("주차장 조성 설계 검토", "○ 설계도서 검토 및 주민 의견 반영"),
    ("복지 사각지대 발굴 조사", "○ 위기가구 현장 방문"), ("공원 산책로 정비", "○ 산책로 포장 및 조명 교체"), ("조례 일부개정 입법예고", ""),
    ("민원 처리 지연 건 정리", "○ 7일 지난 민원 부서별 통보"),
)  # fmt: skip
# 항목을 적는 부서. 로그인할 수 있는 표본 계정의 부서가 든다.
CODES = ("S001", "S002", "S003", "S008", "S013", "S014", "S020", "S021", "S024", "S026", "S029", "S033")


def load_periodic_reports() -> int:
    """표본 항목이 없을 때만 싣고 건수를 준다. 표본 부서가 없으면 아무것도 하지 않는다."""
    departments = list(Department.objects.filter(is_sample=True, code__in=CODES).order_by("order"))
    kinds = {one.name: one for one in EntryKind.objects.all()}
    if ReportEntry.objects.filter(is_sample=True).exists() or len(departments) < 2 or not kinds:
        return 0
    today = timezone.localdate()
    this = Period.containing(today, Cycle.WEEK)
    last_month = Period.containing(today.replace(day=1) - timedelta(days=1), Cycle.MONTH)
    maker = _Maker(departments, kinds)
    week = Period.containing(last_month.first_day + timedelta(days=6), Cycle.WEEK)
    while week.last_day <= last_month.last_day and week.last_day < this.first_day - timedelta(weeks=4):
        maker.fill(week, Status.DONE, every=3)
        week = week.next()
    maker.fill(this.previous(), Status.DONE, every=2)
    works = [row for row in maker.rows if row.kind.is_carried and row.starts_on >= this.previous().first_day]
    for row in works[:2]:
        row.status = Status.PLANNED
    maker.save()
    closed = _round(this, Round.Status.CLOSED)
    maker.fill(this, Status.PLANNED, submissions=closed)
    maker.save()
    carry(this, closed)
    opened = _round(this.next(), Round.Status.OPEN)
    maker.fill(this.next(), Status.PLANNED, submissions=opened, every=2)
    maker.save()
    return ReportEntry.objects.filter(is_sample=True).count()


class _Maker:
    """한 주의 행사와 주요업무를 부서에 나누어 만든다."""

    def __init__(self, departments: list[Department], kinds: dict[str, EntryKind]) -> None:
        self.departments, self.kinds = departments, kinds
        self.rows: list[ReportEntry] = []
        self.fallback = next(iter(kinds.values()))
        self.work = next((one for one in kinds.values() if one.is_carried), self.fallback)

    def fill(self, week: Period, status: str, *, submissions: dict[int, Submission] | None = None, every: int = 1) -> None:
        """every 는 몇 건마다 하나를 싣는가."""
        for number, (weekday, hour, title, place, kind, mayor, who) in enumerate(EVENTS):
            if number % every:
                continue
            self._add(
                number, week.first_day + timedelta(days=weekday), status, submissions, hour=hour, title=title, place=place,
                kind=self.kinds.get(kind, self.fallback), mayor_attends=mayor, attendees=who,
            )  # fmt: skip
        # 주마다 다른 업무라야 이월한 것과 이름이 겹치지 않는다.
        for number, (title, content) in enumerate(WORKS):
            if number % 2 != week.number % 2:
                continue
            day = week.first_day + timedelta(days=number % 5)
            self._add(number + 5, day, status, submissions, title=title, content=content, kind=self.work, ends_on=day + timedelta(days=1))

    def _add(self, number: int, day: date, status: str, submissions: dict[int, Submission] | None, **values: Any) -> None:
        department = self.departments[number % len(self.departments)]
        submission = submissions.get(department.pk) if submissions else None
        # 미작성이면 아직 적은 것이 없어야 한다.
        if submission is not None and submission.status == Submission.Status.NOT_STARTED:
            return
        self.rows.append(
            ReportEntry(department=department, starts_on=day, status=status, submission=submission, is_sample=True, **values)
        )

    def save(self) -> None:
        ReportEntry.objects.bulk_create(self.rows)
        self.rows = []


def _round(week: Period, status: str) -> dict[int, Submission]:
    """표본 회차와 부서마다의 제출. 같은 주의 회차가 이미 있으면 만들지 않는다."""
    if Round.objects.filter(form=ROUND_FORM, year=week.year, number=week.number, cycle=Cycle.WEEK).exists():
        return {}
    due = timezone.make_aware(datetime.combine(week.first_day - timedelta(days=3), time(18)))
    is_open = status == Round.Status.OPEN
    if is_open:
        # 어느 요일에 실어도 아직 마감하지 않은 회차로 보인다.
        due = max(due, timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1))
    found = Round(
        title=f"{week} {TITLE}", form=ROUND_FORM, team=Team.PLANNING, cycle=Cycle.WEEK, year=week.year, number=week.number,
        as_of=week.last_day, due_at=due, status=status, opened_at=due - timedelta(days=2),
        closed_at=None if is_open else due + timedelta(hours=3), is_sample=True,
        instructions="다음 주의 행사·회의·점검·주요업무를 적어 주세요.",
    )  # fmt: skip
    found.save()
    steps = Submission.Status
    rows = []
    for number, one in enumerate(Department.objects.valid_on(week.first_day).filter(is_reporting=True).order_by("order")):
        state = steps.CONFIRMED
        if is_open:
            state = (steps.SUBMITTED, steps.DRAFT, steps.SUBMITTED, steps.CONFIRMED, steps.NOT_STARTED)[number % 5]
            # 로그인해 볼 수 있는 부서는 적고 있는 것으로 둔다.
            state = steps.DRAFT if one.code == CLERK_DEPARTMENT else state
        elif number % 12 == 11:
            state = steps.NOTHING
        at = None if state in Submission.WITH_DEPARTMENT else due - timedelta(hours=3 + number % 20)
        rows.append(Submission(
            round=found, department=one, department_name=one.name, order=one.order, responsible=one, status=state,
            first_submitted_at=at, submitted_at=at, confirmed_at=due if state == steps.CONFIRMED else None,
            nothing_reason="이 주에는 해당하는 행사가 없음" if state == steps.NOTHING else "",
        ))  # fmt: skip
    Submission.objects.bulk_create(rows)
    return {one.department_id: one for one in found.submissions.select_related("round")}


def clear_periodic_reports(clearing: Clearing) -> None:
    """표본 항목과 회차를 걷는다. 사람이 고친 항목은 남는다."""
    clearing.clear_untouched(ReportEntry.objects.filter(is_sample=True))
    clearing.clear(Round.objects.filter(form=ROUND_FORM, is_sample=True))
