"""조례·규칙심의회의 표본: 2023년의 회의 열두 번과 다음 회의. 그때 심의한 표본 의안이 있으면 안건으로 잇는다."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.contrib.contenttypes.models import ContentType

from core.committees.models import AgendaItem, Allowance, Attendance, Committee, Meeting, Seat
from core.history.clearing import Clearing
from legal.local_laws.models import Bill, BillStep
from legal.local_laws.models.pipeline import Stage
from legal.ordinance_council.services import council

# 보고서(Ⅱ-5)의 「총 12회」. 11월 6일 앞의 회의라 달마다 한 번이 조금 넘는다.
_DAYS = (
    (1, 12), (2, 2), (2, 27), (3, 20), (4, 13), (5, 9), (6, 1), (6, 27), (7, 25), (8, 24), (9, 19), (10, 19),
)  # fmt: skip
_WRITTEN = {2, 8, 10}
_SEATS = (
    ("구청장", Seat.Duty.CHAIR), ("부구청장", Seat.Duty.VICE), ("행정국장", Seat.Duty.MEMBER), ("기획재정국장", Seat.Duty.MEMBER),
    ("복지국장", Seat.Duty.MEMBER), ("도시국장", Seat.Duty.MEMBER), ("안전건설국장", Seat.Duty.MEMBER), ("환경국장", Seat.Duty.MEMBER),
    ("보건소장", Seat.Duty.MEMBER), ("의회법무팀장", Seat.Duty.SECRETARY),
)  # fmt: skip
_ORIGINAL = "제5조(지원) ① 구청장은 예산의 범위에서 비용을 지원할 수 있다.\n② 지원을 받으려는 자는 30일 전까지 신청하여야 한다."
_AMENDED = _ORIGINAL.replace("비용을", "비용의 전부 또는 일부를").replace("30일", "15일")
NEXT_IN_DAYS = 10


def load_council(today: date) -> int:
    """표본이 없을 때만 싣고 안건 수를 준다."""
    committee = council()
    if committee is None or Meeting.objects.filter(committee=committee).exists():
        return 0
    Seat.objects.bulk_create(
        Seat(committee=committee, name=f"표본 위원 {order}", affiliation=title, duty=duty, kind=Seat.Kind.EX_OFFICIO, is_official=True,
             order=order, appointed_on=date(2022, 7, 1), is_sample=True)
        for order, (title, duty) in enumerate(_SEATS, start=1)
    )  # fmt: skip
    meetings = Meeting.objects.bulk_create(
        Meeting(committee=committee, held_on=date(2023, *day), year=2023, number=number, state=Meeting.State.CLOSED,
                form=Meeting.Form.WRITTEN if number in _WRITTEN else Meeting.Form.IN_PERSON, is_sample=True,
                place="" if number in _WRITTEN else "기획상황실", notified_on=date(2023, *day) - timedelta(days=5),
                minutes="표본 회의록입니다. 안건마다 제안 설명과 질의응답을 거쳐 의결하였습니다.")
        for number, day in enumerate(_DAYS, start=1)
    )  # fmt: skip
    following = Meeting(committee=committee, held_on=today + timedelta(days=NEXT_IN_DAYS), place="기획상황실", is_sample=True)
    following.save()
    present = _attend(committee, meetings)
    return _items(meetings, present)


def _attend(committee: Committee, meetings: list[Meeting]) -> dict[int, int]:
    """출석표와, {회의 번호: 의결권이 있는 출석위원 수}."""
    seats = list(Seat.objects.filter(committee=committee).order_by("order"))
    rows, present = [], {}
    for meeting in meetings:
        came = Attendance.Status.WRITTEN if meeting.is_written else Attendance.Status.PRESENT
        # 회의마다 한 사람씩 돌아가며 빠진다. 위원장과 간사는 늘 있다.
        absent = meeting.number % 8 + 1 if meeting.number % 3 == 0 else None
        statuses = [Attendance.Status.ABSENT if at == absent else came for at in range(len(seats))]
        rows += [
            Attendance(meeting=meeting, seat=seat, status=status, is_sample=True) for seat, status in zip(seats, statuses, strict=True)
        ]
        present[meeting.pk] = sum(
            seat.votes and status != Attendance.Status.ABSENT for seat, status in zip(seats, statuses, strict=True)
        )
    Attendance.objects.bulk_create(rows)
    return present


def _items(meetings: list[Meeting], present: dict[int, int]) -> int:
    """회의마다의 안건. 표본 의안이 없는 회의에는 지어낸 안건을 둔다."""
    linked = _bills_by_meeting(meetings)
    items, kind = [], ContentType.objects.get_for_model(Bill)
    for meeting in meetings:
        rows: list[tuple[str, Any, str, Any]] = [
            (bill.title, bill.department_id, result, bill) for bill, result in linked.get(meeting.pk, [])
        ] or [(f"○○구 표본{meeting.number} 조례 일부개정조례안", None, "original", None)]
        for order, (title, department, result, bill) in enumerate(rows, start=1):
            amended = result == AgendaItem.Outcome.AMENDED
            item = AgendaItem(
                meeting=meeting, order=order, title=title, department_id=department, outcome=result, decided_on=meeting.held_on,
                votes_for=present[meeting.pk], votes_against=0, votes_abstain=0, is_sample=True,
                decision_text="지원 범위와 신청 기한을 고침" if amended else "", original_text=_ORIGINAL if amended else "",
                amended_text=_AMENDED if amended else "",
            )  # fmt: skip
            if bill is not None:
                item.content_type, item.object_id = kind, bill.pk
            items.append(item)
        if meeting.number % 3 == 0:
            items.append(AgendaItem(
                meeting=meeting, order=len(rows) + 1, title="자치법규 정비계획 추진상황", is_report=True, is_sample=True,
                outcome=AgendaItem.Outcome.REPORTED, decided_on=meeting.held_on,
            ))  # fmt: skip
    return len(AgendaItem.objects.bulk_create(items))


def _bills_by_meeting(meetings: list[Meeting]) -> dict[int, list[tuple[Any, str]]]:
    """{회의 번호: [(표본 의안, 의결)]}. 심의회 단계와 그다음 단계 사이에 회의가 있는 의안만 잇고, 심의회를 마친 날을 회의일로 맞춘다."""
    rows = defaultdict(list)
    for step in BillStep.objects.filter(is_sample=True, bill__is_sample=True).select_related("bill").order_by("bill", "order"):
        rows[step.bill_id].append(step)
    found: dict[int, list[tuple[Any, str]]] = defaultdict(list)
    moved, count = [], 0
    for chain in rows.values():
        for step, after in pairwise(chain):
            if step.code not in (Stage.BOARD, Stage.REVIEW) or step.done_on is None or after.done_on is None:
                continue
            meeting = next((one for one in meetings if step.started_on <= one.held_on <= after.done_on), None)
            if meeting is None:
                continue
            step.done_on = after.started_on = meeting.held_on
            moved += [step, after]
            count += 1
            # 아홉에 하나는 심의회가 고쳐 의결했다.
            step.result = AgendaItem.Outcome.AMENDED if count % 9 == 0 else AgendaItem.Outcome.ORIGINAL
            result = str(step.result)
            found[meeting.pk].append((step.bill, result))
    BillStep.objects.bulk_update(moved, ["started_on", "done_on", "result"])
    return found


def clear_council(clearing: Clearing) -> None:
    """표본 회의와 위원을 걷는다. 위원회는 사실이라 남는다."""
    clearing.clear(Allowance.objects.filter(is_sample=True))
    clearing.clear(Meeting.objects.filter(is_sample=True))
    clearing.clear(Seat.objects.filter(is_sample=True))
