"""법률고문의 표본: 소송 표본이 만든 고문에게 위촉 기록, 배정, 자문, 수당, 이해충돌을 붙인다."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import cycle

from core.figures.models import ADVISER_MONTHLY_FEE, ADVISER_OPINION_FEE, Setting
from core.history.clearing import Clearing
from core.org.models import Department
from legal.lawsuits.models import Instance
from legal.legal_advisers.models import Adviser, AdviserFee, Allocation, Appointment, ConflictOfInterest

_QUESTIONS = (
    ("위반건축물 이행강제금 산정 기준", "S024"), ("민간위탁 협약의 해지 요건", "S019"), ("도로점용료 부당이득 반환 범위", "S027"),
    ("과징금 분할납부의 근거", "S034"), ("정보공개 제3자 의견청취 절차", "S001"), ("임차 청사의 원상회복 범위", "S009"),
    ("보조금 반환 명령의 소멸시효", "S014"), ("공유재산 사용허가 취소 절차", "S009"), ("건축허가 반려의 재량 범위", "S024"),
    ("물품대금 지체상금의 산정", "S006"), ("재산세 부과 제척기간", "S011"), ("주차장 위탁료 정산 다툼", "S030"),
)  # fmt: skip
_DAYS = (3, 5, 7, 9, 4, 6, 12, 8)


def load_advisers(today: date) -> int:
    """표본 고문이 있고 배정이 없을 때만 싣고 배정 수를 준다."""
    advisers = list(Adviser.objects.filter(is_sample=True).order_by("pk"))
    if not advisers or Allocation.objects.exists():
        return 0
    _appoint(advisers)
    allocations = _suits() + _advices(advisers, today)
    Allocation.objects.bulk_create(allocations)
    _fees(advisers, allocations, today)
    departments = {one.code: one for one in Department.objects.filter(code__in=("S023", "S027"))}
    for adviser, code in zip(advisers, departments, strict=False):
        ConflictOfInterest.objects.create(
            adviser=adviser, kind=ConflictOfInterest.Kind.DEPARTMENT, department=departments[code], starts_on=date(2022, 7, 1),
            note="그 부서의 협약 상대를 자문한 일이 있음(표본)", is_sample=True,
        )  # fmt: skip
    return len(allocations)


def _appoint(advisers: list[Adviser]) -> None:
    """위촉 기록. 셋에 하나는 앞선 임기가 한 번 있다."""
    known = set(Appointment.objects.values_list("adviser", flat=True))
    rows = []
    for at, one in enumerate(advisers):
        if one.pk in known:
            continue
        renewed = at % 3 == 0
        if renewed:
            rows.append(Appointment(adviser=one, appointed_on=one.appointed_on - timedelta(days=730), is_sample=True,
                                    term_end_on=one.appointed_on - timedelta(days=1)))  # fmt: skip
        rows.append(Appointment(adviser=one, appointed_on=one.appointed_on, term_end_on=one.term_end_on, renewal=int(renewed),
                                is_sample=True))  # fmt: skip
    Appointment.objects.bulk_create(rows)


def _suits() -> list[Allocation]:
    """대리인이 고문인 표본 심급마다 배정 하나."""
    rows = Instance.objects.filter(is_sample=True, adviser__isnull=False).select_related("lawsuit")
    return [
        Allocation(
            adviser_id=one.adviser_id, kind=Allocation.Kind.SUIT, title=f"{one.case_number} {one.lawsuit.title}"[:200], instance=one,
            department_id=one.lawsuit.department_id, assigned_on=one.received_on, is_sample=True,
            reason="전문분야와 점유율을 보아 고름(표본)",
        )
        for one in rows
    ]  # fmt: skip


def _advices(advisers: list[Adviser], today: date) -> list[Allocation]:
    """2023년과 올해의 자문. 앞쪽 고문이 조금 더 맡는다."""
    departments = {one.code: one.pk for one in Department.objects.all()}
    # 한 사람이 세 번에 한 번 나와 쏠림이 보인다.
    turn = cycle([*advisers[:3], *advisers[1:], *advisers[::2]])
    found = []
    for year in sorted({2023, today.year}):
        for at in range(48):
            day = date(year, 1, 5) + timedelta(days=7 * at)
            if day > today:
                break
            title, code = _QUESTIONS[at % len(_QUESTIONS)]
            replied = day + timedelta(days=_DAYS[at % len(_DAYS)])
            found.append(Allocation(
                adviser=next(turn), kind=Allocation.Kind.ADVICE, title=title, department_id=departments.get(code), assigned_on=day,
                reason="전문분야(표본)", replied_on=replied if replied <= today else None, asked_again=at % 9 == 4,
                satisfaction=5 - at % 3 if replied <= today else None, is_sample=True,
            ))  # fmt: skip
    return found


def _fees(advisers: list[Adviser], allocations: list[Allocation], today: date) -> None:
    """2023년 열 달의 월 자문료와, 회신한 자문의 수당. 모두 다음 달 10일에 지급했다."""
    amounts = Setting.objects.values_on(date(2023, 1, 1))
    rows = [
        AdviserFee(adviser=one, kind=AdviserFee.Kind.MONTHLY, year=2023, month=month, amount=amounts[ADVISER_MONTHLY_FEE],
                   paid_on=date(2023, month + 1, 10), is_sample=True)
        for month in range(1, 11) for one in advisers if one.appointed_on <= date(2023, month, 1)
    ]  # fmt: skip
    for row in allocations:
        if row.kind != Allocation.Kind.ADVICE or row.replied_on is None or row.replied_on > date(2023, 10, 31):
            continue
        rows.append(AdviserFee(
            adviser=row.adviser, kind=AdviserFee.Kind.OPINION, year=row.replied_on.year, month=row.replied_on.month, allocation=row,
            amount=amounts[ADVISER_OPINION_FEE], paid_on=date(2023, row.replied_on.month + 1, 10), is_sample=True,
        ))  # fmt: skip
    AdviserFee.objects.bulk_create(rows)


def clear_advisers(clearing: Clearing) -> None:
    """표본 배정과 수당, 이해충돌을 걷는다. 고문은 소송 표본이 걷는다."""
    clearing.clear(AdviserFee.objects.filter(is_sample=True))
    clearing.clear(Allocation.objects.filter(is_sample=True))
    clearing.clear(ConflictOfInterest.objects.filter(is_sample=True))
    clearing.clear(Appointment.objects.filter(is_sample=True))
