"""위원회에서 여러 자료가 함께 바뀌는 일: 회의의 단계, 출석, 안건 올리기, 의결과 취소, 수당.

의결은 안건이 가리키는 자료의 `decided_by(item)` 을 같은 거래에서 부른다. 그 자료가 ValidationError 를 내면 의결도 하지 않는다.
안건으로 올릴 때는 자료의 `put_on(item)` 을, 있으면, 같은 거래에서 부른다.
`item.outcome`, `item.decided_on`, `item.decided_amount`, `item.decision_text`, `item.amended_text` 와 `item.meeting` 은 부르기
전에 채워져 있다. 자료의 모델이 `outcome_words` 에 {의결: 제 말}(적정·조건부·재검토·부적정 따위)을 적으면 그 의결만 그 말로 고른다.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.committees.models import AgendaItem, Allowance, Attendance, Meeting, Recusal, Seat
from core.committees.quorum import Tally
from core.figures.models import COMMITTEE_FEE, COMMITTEE_WRITTEN_FEE, Setting
from core.formats import date_plain
from core.history.context import acting, acting_as
from core.history.models import Change, Record, UndoConflict, undo

_S, _O = Meeting.State, AgendaItem.Outcome


def members(meeting: Meeting) -> QuerySet[Any]:
    """회의 날의 재적위원(의결권이 있는 사람)."""
    return Seat.objects.filter(committee=meeting.committee_id).active_on(meeting.held_on).exclude(duty=Seat.Duty.SECRETARY)


# ── 회의의 단계 ───────────────────────────────────────────────────────


@transaction.atomic
def move(meeting: Meeting, state: str) -> None:
    """회의를 다음 단계로 옮긴다. 갖추어야 할 것이 없으면 ValidationError 에 무엇이 없는지 적는다."""
    stored = Meeting.objects.select_for_update(of=("self",)).select_related("committee").get(pk=meeting.pk)
    stored.check_move(state)
    going_back = (stored.state, state) in ((_S.NOTIFIED, _S.PREPARING), (_S.OPEN, _S.NOTIFIED))
    match state:
        case _S.NOTIFIED if not going_back:
            if not stored.items.exists():
                raise ValidationError("안건이 없습니다. 안건을 올린 뒤에 소집을 통지하세요.")
            fill_attendance(stored)
            stored.notified_on = stored.notified_on or timezone.localdate()
        case _S.NOTIFIED if stored.items.decided().exists():
            raise ValidationError("의결한 안건이 있어 되돌릴 수 없습니다. 의결을 먼저 취소하세요.")
        case _S.OPEN if stored.state == _S.NOTIFIED:
            if stored.held_on > timezone.localdate():
                raise ValidationError(
                    f"회의일이 {date_plain(stored.held_on)}이라 아직 열 수 없습니다. 앞당겨 열었으면 「고치기」에서 회의일을 고치세요."
                )
            fill_attendance(stored)
        case _S.CLOSED:
            if left := list(stored.items.undecided().values_list("order", flat=True)):
                raise ValidationError(f"아직 의결하지 않은 안건이 있습니다: {', '.join(f'제{one}호' for one in left)}.")
    stored.state = state
    stored.save()
    meeting.refresh_from_db()


def fill_attendance(meeting: Meeting) -> int:
    """출석표에 없는 재적위원을 더하고 더한 수를 준다. 회의일을 옮겨 재적이 아니게 된 사람은, 적은 것이 없으면 뺀다."""
    rows = Seat.objects.filter(committee=meeting.committee_id).active_on(meeting.held_on)
    meeting.attendances.filter(status="").exclude(seat__in=rows).delete()
    new = rows.exclude(pk__in=meeting.attendances.values("seat"))
    return len(Attendance.objects.bulk_create(
        [Attendance(meeting=meeting, seat=seat, is_sample=meeting.is_sample) for seat in new]
    ))  # fmt: skip


@transaction.atomic
def record_attendance(meeting: Meeting, statuses: Mapping[int, str]) -> int:
    """{출석 번호: 출석 상태}를 적고 바뀐 수를 준다. 의결한 안건이 있으면 그 안건의 정족수가 무너지지 않아야 한다."""
    stored = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if stored.state not in (_S.NOTIFIED, _S.OPEN):
        raise ValidationError("소집을 통지한 뒤부터 종결하기 전까지 출석을 적습니다.")
    allowed = {"", Attendance.Status.ABSENT, Attendance.Status.WRITTEN if stored.is_written else Attendance.Status.PRESENT}
    changed = []
    for row in stored.attendances.select_related("seat").select_for_update(of=("self",)):
        status = statuses.get(row.pk, row.status)
        if status not in allowed:
            way = "서면 심의에는 「서면」이나 「불참」만" if stored.is_written else "대면 회의에는 「출석」이나 「불참」만"
            raise ValidationError(f"{way} 적습니다: {row.seat}.")
        if status != row.status:
            row.status = status
            changed.append(row)
    Attendance.objects.bulk_update(changed, ["status"])
    for item in stored.items.decided().exclude(outcome__in=(_O.POSTPONED, _O.REPORTED)):
        if changed and (refusal := _why_not(item, tally(item))):
            raise ValidationError(f"출석을 이렇게 고치면 이미 의결한 제{item.order}호의 의결이 맞지 않습니다. {refusal}")
    return len(changed)


# ── 안건 ──────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Proposal:
    """회의에 올릴 안건 하나."""

    title: str
    record: Record | None = None
    department_id: int | None = None
    summary: str = ""
    original_text: str = ""
    is_report: bool = False
    amount: int | None = None


@transaction.atomic
def put_on_agenda(meeting: Meeting, proposals: Iterable[Proposal]) -> list[AgendaItem]:
    """안건을 차례대로 올린다. 같은 자료가 의결하지 않은 다른 안건에 있으면 아무것도 올리지 않는다."""
    stored = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if not stored.takes_items:
        raise ValidationError("종결한 회의에는 안건을 올릴 수 없습니다. 다음 회의를 고르세요.")
    items, waiting = [], AgendaItem.objects.undecided().select_related("meeting__committee")
    for one in proposals:
        if one.record is not None and (other := waiting.about(one.record).first()):
            raise ValidationError(f"「{one.title}」은(는) 이미 {other.meeting}에 올라 있습니다.")
        about = {"content_type": ContentType.objects.get_for_model(one.record), "object_id": one.record.pk} if one.record else {}
        item = AgendaItem(
            meeting=stored, title=one.title[:200], department_id=one.department_id, summary=one.summary,
            original_text=one.original_text, is_report=one.is_report, proposed_amount=one.amount,
            is_sample=stored.is_sample, **about,
        )  # fmt: skip
        item.save()
        _tell(item, "put_on")
        items.append(item)
    return items


def tally(item: AgendaItem) -> Tally:
    """안건의 재적과 출석. 제척·기피·회피한 위원은 출석에서 빼고, 위원회가 그렇게 정했으면 재적에서도 뺀다."""
    meeting = item.meeting
    committee, recused = meeting.committee, Recusal.objects.filter(item=item).values("seat")
    total = members(meeting)
    if committee.recused_leave_total:
        total = total.exclude(pk__in=recused)
    present = meeting.attendances.counted().filter(seat__in=members(meeting)).exclude(seat__in=recused)
    return Tally(committee.quorum, committee.passing, total.count(), present.count())


def _why_not(item: AgendaItem, found: Tally) -> str:
    """item 에 적은 의결이 정족수에 맞지 않는 까닭. 맞으면 빈 글자."""
    if not found.is_open:
        return f"개의 정족수에 모자랍니다. 출석을 확인해 주세요. {found.text}"
    if item.outcome in (_O.POSTPONED, _O.REPORTED):
        return ""
    voted = sum(count or 0 for count in (item.votes_for, item.votes_against, item.votes_abstain))
    if item.votes_for is None:
        return "찬성한 위원의 수를 적어 주세요."
    if voted > found.present:
        return f"찬성·반대·기권을 더하면 {voted}명으로 출석 {found.present}명보다 많습니다."
    if item.outcome in AgendaItem.PASSED and not found.passes(item.votes_for):
        return f"찬성 {item.votes_for}명으로는 가결되지 않습니다. {found.text}"
    if item.outcome == _O.REJECTED and found.passes(item.votes_for):
        return f"찬성 {item.votes_for}명이면 가결입니다. 부결로 적으려면 찬성 수를 확인해 주세요. {found.text}"
    return ""


@dataclass(frozen=True)
class Votes:
    """찬성·반대·기권의 수. 세지 않았으면 None."""

    for_: int | None = None
    against: int | None = None
    abstain: int | None = None


@transaction.atomic
def decide(
    item: AgendaItem, outcome: str, votes: Votes | None = None, *, decision_text: str = "", amended_text: str = "",
    amount: int | None = None,
) -> AgendaItem:
    """안건을 의결하고, 안건이 가리키는 자료를 함께 옮긴다. 정족수에 모자라거나 자료가 거절하면 아무것도 바꾸지 않는다.

    amount 는 가결한 금액이다. 원안가결인데 적지 않으면 상정한 금액 그대로다. 부결·보류면 금액이 없다.
    """
    votes, batch = votes or Votes(), uuid.uuid4()
    stored = AgendaItem.objects.select_for_update(of=("self",)).select_related("meeting__committee").get(pk=item.pk)
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=stored.meeting_id)
    if meeting.state != _S.OPEN:
        raise ValidationError(f"지금은 「{meeting.get_state_display()}」 단계입니다. 회의를 연 뒤에 의결하세요.")
    if stored.is_decided:
        raise ValidationError(f"이미 「{stored.outcome_text}」로 의결한 안건입니다. 바꾸려면 의결을 먼저 취소하세요.")
    if (outcome == _O.REPORTED) != stored.is_report:
        raise ValidationError("보고 안건은 「보고」로만, 의결 안건은 「보고」가 아닌 것으로 적습니다.")
    if outcome not in stored.words:
        raise ValidationError(f"이 안건의 의결은 {', '.join(stored.words.values())} 가운데 하나입니다.")
    if amount is not None and amount < 0:
        raise ValidationError("의결 금액은 0원보다 작을 수 없습니다.")
    if outcome == _O.CONDITIONAL and not decision_text.strip():
        raise ValidationError("조건부가결이면 의결 내용에 조건을 적어 주세요.")
    if outcome == _O.AMENDED and not (decision_text.strip() or amended_text.strip()):
        raise ValidationError("수정가결이면 무엇을 고쳤는지 수정안이나 의결 내용에 적어 주세요.")
    stored.outcome, stored.decision_text, stored.decided_on = outcome, decision_text, meeting.held_on
    if outcome == _O.ORIGINAL and amount is None:
        amount = stored.proposed_amount
    stored.decided_amount = amount if outcome in AgendaItem.PASSED else None
    stored.amended_text = amended_text if outcome == _O.AMENDED else ""
    stored.votes_for, stored.votes_against, stored.votes_abstain = votes.for_, votes.against, votes.abstain
    stored.decision_batch = batch
    if refusal := _why_not(stored, tally(stored)):
        raise ValidationError(refusal)
    now = acting()
    with acting_as(now.user, now.source, batch):
        stored.save()
        _tell(stored, "decided_by")
    item.refresh_from_db()
    return stored


def _tell(item: AgendaItem, what: str) -> None:
    """안건이 가리키는 자료에 오른 것(put_on)이나 의결(decided_by)을 알린다. 받을 줄 모르는 자료면 그대로 둔다."""
    record: Any = item.record
    accept = getattr(record, what, None)
    if callable(accept):
        accept(item)


@transaction.atomic
def decide_rest(meeting: Meeting) -> int:
    """남은 안건을 모두 원안가결(출석 전원 찬성)로, 보고 안건은 보고로 적고 건수를 준다. 하나라도 거절되면 모두 적지 않는다."""
    left = list(AgendaItem.objects.filter(meeting=meeting).undecided().with_names().order_by("order"))
    if not left:
        raise ValidationError("의결하지 않은 안건이 없습니다.")
    for item in left:
        try:
            if item.is_report:
                decide(item, _O.REPORTED)
            else:
                decide(item, _O.ORIGINAL, Votes(tally(item).present, 0, 0))
        except ValidationError as error:
            raise ValidationError(f"{item.number_text} 「{item}」: {' '.join(error.messages)}") from error
    return len(left)


@transaction.atomic
def cancel(item: AgendaItem) -> int:
    """의결을 취소하고, 함께 바뀐 자료를 의결 앞으로 되돌려 그 수를 준다. 뒤에 다른 사람이 고친 자료가 있으면 거절한다."""
    stored = AgendaItem.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=item.pk)
    if not stored.is_decided or stored.decision_batch is None:
        raise ValidationError("의결하지 않은 안건입니다.")
    if stored.meeting.is_closed:
        raise ValidationError("종결한 회의입니다. 의결을 취소하려면 시스템관리자가 회의를 다시 열어야 합니다.")
    count = 0
    for label in _labels(stored.decision_batch):
        model: Any = apps.get_model(label)
        try:
            count += undo(stored.decision_batch, model)
        except UndoConflict as conflict:
            later = conflict.changes[0]
            who = later.actor.name if later.actor else "시스템"
            raise ValidationError(
                f"의결한 뒤에 {model._meta.verbose_name} 「{later.object_text}」을(를) {who} 님이 고쳤습니다. 그 자료를 먼저 되돌려 주세요."
            ) from conflict
        except models.ProtectedError as error:
            raise ValidationError("의결로 생긴 자료에 다른 자료가 붙어 있어 취소할 수 없습니다. 붙은 자료를 먼저 지워 주세요.") from error
    item.refresh_from_db()
    return count - 1  # 안건 자신은 세지 않는다


def _labels(batch: uuid.UUID) -> list[str]:
    """묶음에서 바뀐 자료의 갈래, 나중에 바뀐 것부터."""
    last: dict[str, int] = {}
    for key, label in Change.objects.filter(batch=batch).order_by("pk").values_list("pk", "model"):
        last[label] = key
    return sorted(last, key=lambda label: -last[label])


# ── 수당 ──────────────────────────────────────────────────────────────


@transaction.atomic
def pay(meeting: Meeting, paid_on: date | None = None) -> int:
    """참석하거나 서면으로 심의한 외부 위원에게 그날의 설정대로 수당을 적고 건수를 준다. 이미 적은 것은 그대로 둔다."""
    stored = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if stored.state not in (_S.OPEN, _S.CLOSED):
        raise ValidationError("회의를 연 뒤에 수당을 적습니다.")
    amounts = Setting.objects.values_on(stored.held_on)
    rows = stored.attendances.filter(status__in=Attendance.COUNTED, allowance=None).select_related("seat")
    found = [
        Allowance(
            attendance=row, paid_on=paid_on, is_sample=stored.is_sample,
            amount=amounts[COMMITTEE_WRITTEN_FEE if row.status == Attendance.Status.WRITTEN else COMMITTEE_FEE],
        )
        for row in rows if row.seat.is_paid
    ]  # fmt: skip
    return len(Allowance.objects.bulk_create(found))
