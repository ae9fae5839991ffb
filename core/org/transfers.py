"""인사발령을 그날에 적용한다. 화면에서 오늘까지의 발령은 바로, 앞날의 발령은 날마다 도는 작업이 부른다."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from core.history.context import acting, acting_as
from core.org.models import Assignment, Staff, Transfer


def apply_transfers(today: date) -> list[Transfer]:
    """today 까지 와 있는 발령을 날짜 차례로 적용하고, 적용한 것을 준다. 두 번 불러도 한 번만 적용한다."""
    waiting = Transfer.objects.filter(on__lte=today, applied_at__isnull=True).order_by("on", "pk")
    return [done for pk in waiting.values_list("pk", flat=True) if (done := _apply(pk))]


@transaction.atomic
def _apply(pk: int) -> Transfer | None:
    """발령 한 건: 앞 보임을 전날 끝내고, 새 보임을 잇고, 부서·팀·역할·자리를 바꾼다. 이미 적용했으면 None."""
    transfer = Transfer.objects.select_for_update(of=("self",)).select_related("post").get(pk=pk)
    if transfer.applied_at:
        return None
    staff = Staff.objects.select_for_update(of=("self",)).get(pk=transfer.staff_id)
    with acting_as(acting().user, f"인사발령: {transfer.basis or f'{transfer.on:%Y. %-m. %-d.}자'}", uuid.uuid4()):
        sitting = list(Assignment.objects.filter(staff=staff).on(transfer.on))  # type: ignore[attr-defined]
        for assignment in sitting:
            if assignment.post_id != transfer.post_id and assignment.starts_on < transfer.on:
                assignment.ends_on = transfer.on - timedelta(days=1)
                assignment.save()
        grade = staff.grade_id or next((one.grade_id for one in sitting), None)
        if transfer.post and grade and transfer.post_id not in {one.post_id for one in sitting}:
            Assignment.objects.create(
                post=transfer.post, staff=staff, grade_id=grade, starts_on=transfer.on, is_sample=staff.is_sample
            )
        staff.department_id, staff.role, staff.team = transfer.department_id, transfer.role, transfer.team
        staff.position = transfer.position
        staff.save()
        transfer.applied_at = timezone.now()
        transfer.save()
    return transfer
