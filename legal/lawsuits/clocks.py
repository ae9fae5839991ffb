"""사건에 저절로 붙는 기한. 무엇이 있은 날에서 어느 규칙으로 세고, 무엇을 하면 끝나는지를 한곳에 적는다.

사건의 자료가 바뀔 때마다 services.settle 이 부른다. 날짜가 바뀌면 다시 세고, 까닭이 없어지면 걷고, 한 일이 있으면 끝낸다.
불변기간처럼 두 사람이 확인하는 기한은 확인이 있어야 끝난다.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from core.access import Team
from core.deadlines.models import Deadline
from core.deadlines.models.rules import RuleMissing
from core.deadlines.services import track
from core.formats import date_plain
from core.history.context import acting
from legal.lawsuits.finality import APPEAL_RULES, WITHOUT_JUDGMENT, due_by_rule
from legal.lawsuits.models import (
    CASE_PARTS,
    CostRecovery,
    Filing,
    Hearing,
    Instance,
    Lawsuit,
    LossReview,
    Outcome,
    Readiness,
    Ruling,
)

FIXED = "common.fixed_date"
JUDGMENT_COMPLAINT = "constitutional.judgment"
# 항소이유서를 내야 하는 항소인지는 통지받은 날이 아니라 항소한 날로 가른다(민사소송법 부칙).
BRIEF_RULES: dict[str, str] = {Instance.Level.SECOND: "suit.appeal_brief", Instance.Level.THIRD: "suit.final_appeal_brief"}
LOST = (Outcome.LOST, Outcome.PARTLY_LOST)
# 저절로 끝낸 기한의 표시. 한 일이 취소되면 이 표시가 있는 것만 다시 연다.
DONE_HERE = "사건 화면: "


@dataclass(frozen=True)
class Clock:
    """기한 하나가 있어야 하는 까닭. done 이 있으면 그 일을 한 것이다."""

    record: Any
    code: str
    trigger: date
    what: str
    done: str = ""
    department: Any = None
    # 지나면 걷는 알림. 하지 않아도 도과가 아니다.
    is_notice: bool = False


def clocks(lawsuit: Lawsuit, today: date) -> Iterator[Clock]:
    """사건에 있어야 하는 기한들."""
    found = Instance.objects.filter(lawsuit=lawsuit).in_order().select_related("ruling__review")
    rows = list(found.prefetch_related("hearings", "filings"))
    previous: Ruling | None = None
    for instance in rows:
        ruling = _ruling(instance)
        if not lawsuit.is_ended:
            yield from _running(lawsuit, instance, ruling, previous, today)
        if ruling and lawsuit.is_state_directed and instance.level != Instance.Level.APPEAL:
            yield Clock(ruling, "suit.judgment_report", ruling.ruled_on, "판결 결과 보고", _on(ruling.reported_on, "보고"))
        previous = ruling or previous
    if lawsuit.is_ended and lawsuit.status != Lawsuit.Status.CLOSED:
        yield from _after(lawsuit, rows)
    review = LossReview.objects.filter(lawsuit=lawsuit).select_related("department").first()
    if review:
        yield Clock(review, FIXED, review.due_on, "패소 분석 조치", _on(review.done_on, "조치"), department=review.department)


def _running(
    lawsuit: Lawsuit, instance: Instance, ruling: Ruling | None, previous: Ruling | None, today: date
) -> Iterator[Clock]:  # fmt: skip
    """아직 확정되지 않은 사건의 한 심급."""
    level, filings = instance.level, list(instance.filings.all())
    ours = [one for one in filings if one.direction == Filing.Direction.OURS]
    answered = _filed(ours, Filing.Kind.ANSWER)
    if (ruling is None or answered) and lawsuit.position == Lawsuit.Position.DEFENDANT and level in _ANSWERED:
        code = "tribunal.answer" if level == Instance.Level.APPEAL else "suit.answer"
        yield Clock(instance, code, instance.received_on, "답변서", answered)
    if lawsuit.is_state_directed and level == Instance.Level.FIRST:
        reported = instance.reported_on or lawsuit.direction_received_on
        yield Clock(instance, "suit.complaint_report", instance.received_on, "소장 접수 보고", _on(reported, "보고"))
    code = BRIEF_RULES.get(level, "")
    if code and instance.record_notice_on and ruling is None and _we_appealed(previous):
        # 언제 낸 항소인지 알면 그날로, 모르면 통지받은 날로 규칙이 있는지 본다.
        since = previous.appealed_on if previous and previous.appealed_on else instance.record_notice_on
        if due_by_rule(code, since):
            what = "항소이유서" if level == Instance.Level.SECOND else "상고이유서"
            yield Clock(instance, code, instance.record_notice_on, what, _filed(ours, Filing.Kind.APPEAL_BRIEF))
    for hearing in instance.hearings.all():
        over = hearing.readiness == Readiness.DONE or hearing.result
        done = hearing.result or "마침" if over else "지난 기일" if hearing.on < today else ""
        yield Clock(hearing, FIXED, hearing.on, hearing.get_kind_display(), done)
    for filing in ours:
        if filing.ordered_due_on:
            yield Clock(filing, FIXED, filing.ordered_due_on, filing.get_kind_display(), _on(filing.filed_on, "제출"))
    code = APPEAL_RULES.get(level, "")
    if ruling and code and ruling.served_on and _may_appeal(lawsuit, ruling):
        word = {"suit.appeal": "항소", "suit.final_appeal": "상고"}.get(code, "즉시항고")
        yield Clock(ruling, code, ruling.served_on, f"{word} 기한", _appeal_done(ruling))


def _after(lawsuit: Lawsuit, rows: list[Instance]) -> Iterator[Clock]:
    """확정된 뒤: 재판소원 알림, 재처분, 비용 회수."""
    last = next((one for one in reversed(rows) if _ruling(one)), None)
    ruling = _ruling(last) if last else None
    if last is None or ruling is None or lawsuit.final_on is None:
        return
    if last.level == Instance.Level.APPEAL:
        served = ruling.served_on or ruling.opponent_served_on
        if ruling.outcome in LOST and served:
            yield Clock(ruling, "tribunal.compliance", served, "재처분", _on(ruling.complied_on, "재처분"))
        return
    if ruling.outcome not in WITHOUT_JUDGMENT:
        yield Clock(ruling, JUDGMENT_COMPLAINT, lawsuit.final_on, "재판소원", is_notice=True)
    if ruling.outcome in LOST and lawsuit.kind == Lawsuit.Kind.ADMINISTRATIVE:
        yield Clock(ruling, "suit.redecision", lawsuit.final_on, "판결에 따른 재처분", _on(ruling.complied_on, "재처분"))
    recovery = CostRecovery.objects.filter(lawsuit=lawsuit).first()
    if recovery:
        done = recovery.get_status_display() if recovery.status != CostRecovery.Status.ELIGIBLE else ""
        yield Clock(recovery, "suit.cost_recovery", lawsuit.final_on, "소송비용 확정 신청", done)


_ANSWERED = (Instance.Level.FIRST, Instance.Level.APPEAL, Instance.Level.RETRIAL)


def _ruling(instance: Instance) -> Ruling | None:
    return getattr(instance, "ruling", None)


def _on(day: date | None, word: str) -> str:
    return f"{date_plain(day)} {word}" if day else ""


def _filed(filings: list[Filing], kind: str) -> str:
    days = [one.filed_on for one in filings if one.kind == kind and one.filed_on]
    return _on(min(days), "제출") if days else ""


def _we_appealed(previous: Ruling | None) -> bool:
    """앞 심급에서 우리가 상소했는가. 모르면 했다고 보고 기한을 센다."""
    return previous is None or previous.appeal not in (Ruling.Appeal.THEIRS, Ruling.Appeal.NONE)


def _may_appeal(lawsuit: Lawsuit, ruling: Ruling) -> bool:
    """구가 다툴 것이 있는 결과인가. 모두 이긴 판결의 기한은 확정일을 셀 때만 쓴다."""
    if ruling.outcome == Outcome.DISMISSED:
        return lawsuit.position != Lawsuit.Position.DEFENDANT
    return ruling.outcome in (*LOST, Outcome.OTHER)


def _appeal_done(ruling: Ruling) -> str:
    if ruling.appeal in (Ruling.Appeal.OURS, Ruling.Appeal.BOTH) and ruling.appealed_on:
        return _on(ruling.appealed_on, "상소")
    review = getattr(ruling, "review", None)
    return _on(review.decided_on, "상소 포기 결정") if review and review.decision == review.Decision.WAIVE else ""


# ── 맞추기 ────────────────────────────────────────────────────────────


def deadlines_of(lawsuit: Lawsuit) -> Any:
    """사건과 그 부분에 붙은 기한 모두."""
    condition = Q(content_type=ContentType.objects.get_for_model(Lawsuit), object_id=lawsuit.pk)
    for model in (Instance, Hearing, Filing, Ruling, CostRecovery, LossReview):
        path = CASE_PARTS[str(model._meta.model_name)]
        keys = model._base_manager.filter(**{path: lawsuit}).values("pk")
        condition |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=keys)
    return Deadline.objects.filter(condition)


def sweep() -> int:
    """사건의 부분이 없어졌는데 남은 기한을 걷는다. 화면을 거치지 않고 지운 것까지 본다."""
    count = 0
    for model in (Lawsuit, Instance, Hearing, Filing, Ruling, CostRecovery, LossReview):
        rows = Deadline.objects.filter(content_type=ContentType.objects.get_for_model(model)).exclude(state=Deadline.State.DONE)
        count += rows.exclude(object_id__in=model._base_manager.values("pk")).delete()[0]
    return count


def sync(lawsuit: Lawsuit, today: date | None = None) -> list[str]:
    """사건의 기한을 있어야 하는 대로 맞춘다. 두 번째 확인을 기다려 끝내지 못한 것의 말을 준다."""
    today = today or timezone.localdate()
    known: dict[tuple[int, int, str], list[Deadline]] = {}
    for one in deadlines_of(lawsuit).select_related("rule"):
        known.setdefault((one.content_type_id, one.object_id, one.rule.code), []).append(one)
    wanted, waiting = set(), []
    for clock in clocks(lawsuit, today):
        key = (ContentType.objects.get_for_model(clock.record).pk, clock.record.pk, clock.code)
        wanted.add(key)
        found = known.get(key, [])
        open_one = next((one for one in found if one.state != Deadline.State.DONE), None)
        if clock.done:
            if open_one and not _close(open_one, clock, lawsuit):
                waiting.append(f"「{open_one.rule}」은 다른 사람이 날짜를 확인해야 끝납니다.")
            continue
        trigger = _restarted(lawsuit, clock)
        closed = next((one for one in found if one.state == Deadline.State.DONE and one.trigger_on == trigger), None)
        if closed and open_one is None:
            if not closed.outcome.startswith(DONE_HERE):
                continue
            closed.reopen()
        if clock.is_notice and (due := due_by_rule(clock.code, trigger)) and due < today:
            wanted.discard(key)
            continue
        _track(lawsuit, clock, trigger, open_one, today)
    for key, rows in known.items():
        if key not in wanted:
            for one in rows:
                if one.state != Deadline.State.DONE:
                    one.delete()
    return waiting


def _restarted(lawsuit: Lawsuit, clock: Clock) -> date:
    """기산일. 절차를 중지했다 다시 진행하면 남은 기간이 아니라 온 기간을 다시 센다(민사소송법 제247조제2항)."""
    stayed, resumed = lawsuit.stayed_on, lawsuit.resumed_on
    if clock.code == FIXED or stayed is None or resumed is None or not clock.trigger <= resumed:
        return clock.trigger
    due = due_by_rule(clock.code, clock.trigger)
    return resumed if due and due >= stayed else clock.trigger


def _track(lawsuit: Lawsuit, clock: Clock, trigger: date, found: Deadline | None, today: date) -> None:
    if found and found.state == Deadline.State.SUSPENDED and not lawsuit.is_stayed:
        found.resume(today)
        found.paused_days = 0
        found.save()
    instance = _instance_of(clock.record, lawsuit)
    title = " ".join(filter(None, (instance, lawsuit.title, clock.what)))[:150]
    try:
        tracked = track(
            clock.record, clock.code, trigger, title, team=Team.LEGAL, department=clock.department or lawsuit.department,
            handler=lawsuit.handler, is_sample=lawsuit.is_sample,
        )  # fmt: skip
    except RuleMissing:
        # 그때는 없던 기한이다(2025년 3월 앞의 항소이유서, 2026년 3월 앞의 재판소원).
        return
    if lawsuit.is_stayed and tracked.state == Deadline.State.OPEN and not tracked.rule.is_peremptory:
        tracked.suspend(lawsuit.stayed_on)


def _instance_of(record: Any, lawsuit: Lawsuit) -> str:
    if isinstance(record, Instance):
        return record.case_number
    instance = getattr(record, "instance", None) or Instance.objects.filter(lawsuit=lawsuit).main_first().first()
    return instance.case_number if instance else ""


def _close(deadline: Deadline, clock: Clock, lawsuit: Lawsuit) -> bool:
    """한 일이 있는 기한을 끝낸다. 두 번째 확인이 없어 끝내지 못하면 False."""
    user = acting().user or lawsuit.handler
    if user is None:
        return False
    try:
        deadline.close(user, f"{DONE_HERE}{clock.done}"[:200])
    except ValidationError:
        return False
    return True
