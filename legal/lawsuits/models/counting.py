"""현황표의 셈법: 계 = 진행중 + 확정, 신규는 계에 든다(DOMAIN §4.2, 함정 6). 목록과 현황이 같은 조건을 쓴다."""

from __future__ import annotations

from datetime import date

from django.db.models import Q


def counted(start: date, end: date) -> Q:
    """계: end 에 진행 중이거나 start~end 에 확정된 사건."""
    return Q(received_on__lte=end) & (Q(final_on=None) | Q(final_on__gte=start))


def new(start: date, end: date) -> Q:
    """신규: 계 가운데 start~end 에 접수한 사건."""
    return counted(start, end) & Q(received_on__gte=start)


def carried(start: date, end: date) -> Q:
    """이월: 계 가운데 start 앞에 접수한 사건."""
    return counted(start, end) & Q(received_on__lt=start)


def pending(end: date) -> Q:
    """진행중(A): end 까지 접수했고 end 에 확정되지 않은 사건."""
    return Q(received_on__lte=end) & (Q(final_on=None) | Q(final_on__gt=end))


def finalised(start: date, end: date) -> Q:
    """확정·종결(B): start~end 에 확정된 사건."""
    return Q(received_on__lte=end, final_on__gte=start, final_on__lte=end)
