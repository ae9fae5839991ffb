"""법률고문의 표본: 소송 표본이 만든 고문에게 자문과 수당, 이해충돌을 붙인다."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import cycle

from core.history.clearing import Clearing
from core.org.models import Department
from legal.legal_advisers.models import Adviser, AdviserFee, Allocation, Appointment, ConflictOfInterest
from legal.legal_advisers.services import run_month

_QUESTIONS = (
    ("위반건축물 이행강제금 산정 기준", "S024"), ("민간위탁 협약의 해지 요건", "S019"), ("도로점용료 부당이득 반환 범위", "S027"),
    ("과징금 분할납부의 근거", "S034"), ("정보공개 제3자 의견청취 절차", "S001"), ("임차 청사의 원상회복 범위", "S009"),
    ("보조금 반환 명령의 소멸시효", "S014"), ("공유재산 사용허가 취소 절차", "S009"), ("건축허가 반려의 재량 범위", "S024"),
    ("물품대금 지체상금의 산정", "S006"), ("재산세 부과 제척기간", "S011"), ("주차장 위탁료 정산 다툼", "S030"),
)  # fmt: skip
_DAYS = (3, 5, 7, 9, 4, 6, 12, 8)


def load_advisers(today: date) -> int:
    """표본 고문이 있고 자문이 없을 때만 싣고 자문 수를 준다."""
    advisers = list(Adviser.objects.filter(is_sample=True).order_by("pk"))
    if not advisers or Allocation.objects.filter(kind=Allocation.Kind.ADVICE).exists():
        return 0
    advices = Allocation.objects.bulk_create(_advices(advisers, today))
    for month in range(1, 11):
        run_month(2023, month)
        # 모두 다음 달 10일에 지급했다.
        AdviserFee.objects.of_month(2023, month).update(paid_on=date(2023, month + 1, 10))
    for adviser in advisers[:2]:
        # 이미 맡긴 일과 어긋나지 않는 부서라야 제품이 받는 모습이다.
        served = list(Allocation.objects.filter(adviser=adviser).values_list("department", flat=True))
        free = Department.objects.filter(is_sample=True, is_reporting=True).exclude(pk__in=served).first()
        ConflictOfInterest.objects.create(
            adviser=adviser, kind=ConflictOfInterest.Kind.DEPARTMENT, department=free, starts_on=date(2022, 7, 1),
            note="그 부서의 협약 상대를 자문한 일이 있음(표본)", is_sample=True,
        )  # fmt: skip
    return len(advices)


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


def clear_advisers(clearing: Clearing) -> None:
    """표본 배정과 수당, 이해충돌을 걷는다. 고문은 소송 표본이 걷는다."""
    clearing.clear(AdviserFee.objects.filter(is_sample=True))
    clearing.clear(Allocation.objects.filter(is_sample=True))
    clearing.clear(ConflictOfInterest.objects.filter(is_sample=True))
    clearing.clear(Appointment.objects.filter(is_sample=True))
