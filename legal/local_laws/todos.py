"""자치법규의 할 일."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta
from statistics import mean

from django.urls import reverse
from django.utils import timezone

from core.access import Team
from core.deadlines.models import Deadline
from core.deadlines.todos import records_of
from core.history.models import Change, RecordQuerySet
from core.inbox.source import Inbox, Line, days_since, department, member
from core.org.models import Department
from legal.local_laws.dashboard import OpenBill, open_bills
from legal.local_laws.models import Bill, BillStep, RevisionTask, UpperLawChange
from legal.local_laws.models.pipeline import DEPARTMENT_STEPS

_DAY = timedelta(days=1)


def _bill_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """부서나 맡은 사람의 손에 있는 의안의 다음 단계와 막힌 의안."""
    own = _own_averages()
    for one in open_bills(rows, BillStep.objects.all(), timezone.localdate()):
        bill = one.bill
        if bill.handler_id:
            yield from _lines_of(one, member(bill.handler_id, Team.LEGAL))
        if bill.status in DEPARTMENT_STEPS:
            # 부서는 제 의안만 보므로 제 평균과 견준다.
            average = own.get((bill.department_id, bill.status))
            yield from _lines_of(replace(one, average=average), department(bill.department_id))


def _own_averages() -> dict[tuple[int, str], float]:
    """부서와 단계마다, 마친 단계에 머문 날수의 평균. 질의 한 번."""
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    steps = BillStep.objects.finished().order_by().values_list("bill__department", "code", "started_on", "done_on")
    for pk, code, started_on, done_on in steps:
        found[pk, code].append((done_on - started_on).days)
    return {key: mean(days) for key, days in found.items()}


def _lines_of(one: OpenBill, whom: str) -> Iterator[Line]:
    bill = one.bill
    days = days_since(one.step.started_on) if one.step else "0"
    for first, last, then in _phases(one):
        if bill.status in Bill.NOT_OURS and not then.is_stuck:
            continue
        yield Line(
            bill.pk, whom, "자치법규", f"{bill} {bill.stage_word}", reverse("legal.bill-detail", args=[bill.pk]),
            "살펴보기" if then.is_stuck else "처리", f"{one.holder} {days}일째{_why(then)}",
            one.deadline.safe_on if one.deadline else None, shows_from=first, shows_until=last, is_sample=bill.is_sample,
        )  # fmt: skip


def _phases(one: OpenBill) -> Iterator[tuple[date | None, date | None, OpenBill]]:
    """그대로 두면 언제부터 늦고 언제부터 오래 머문 것이 되는가: (첫날, 마지막 날, 그때의 모습)."""
    turns = set()
    if one.deadline:
        turns.add(one.deadline.due_on + _DAY)
    if one.step and one.average is not None:
        turns.add(one.step.started_on + timedelta(days=math.ceil(one.average + 1)))
    days = sorted(turns)
    for first, after in zip([None, *days], [*days, None], strict=True):
        last = after - _DAY if after else None
        yield first, last, replace(one, today=first or last or one.today)


def _why(then: OpenBill) -> str:
    """막힌 까닭. 더 머문 날수는 볼 때 셈한다."""
    over = days_since(then.step.started_on + timedelta(days=round(then.average or 0))) if then.step else ""
    return f" · {then.why_with(over)}" if then.is_stuck else ""


def _task_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """부서가 답할 정비과제."""
    for one in rows.open().select_related("law", "change", "department"):  # type: ignore[attr-defined]
        yield Line(
            one.pk, department(one.department_id), "자치법규", str(one), reverse("legal.revisiontask-detail", args=[one.pk]), "의견 적기",
            str(one.change) if one.change else one.reason, one.due_on, str(one.department),
            reverse("legal.revisiontask-edit", args=[one.pk]), is_sample=one.is_sample,
        )  # fmt: skip


def _bills_of(changes: Collection[Change]) -> set[int]:
    """기한이 붙은 의안."""
    return records_of(changes).get(Bill, set())


# 단계를 마칠 때마다 평균이 달라지므로, 그 평균과 견주는 의안 모두의 줄을 다시 낸다.
BILLS = Inbox("local_laws.bills", Bill, _bill_lines, whole=(BillStep,), follows={Deadline: _bills_of, Department: "department"})
TASKS = Inbox("local_laws.tasks", RevisionTask, _task_lines, follows={UpperLawChange: "change", Department: "department"})
TODOS = (BILLS, TASKS)
