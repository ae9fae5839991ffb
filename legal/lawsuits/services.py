"""소송에서 여러 자료가 함께 바뀌는 일: 등록, 답변, 변론, 판결, 송달, 상소, 확정, 비용 회수, 종결, 파기.

상태와 확정일은 손으로 고치지 않는다. 일을 적으면 settle() 이 심급·서면·기일·판결에서 다시 정하므로, 판결을 고치거나 지워도 맞는다.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.deadlines.models import Deadline
from core.figures.models import ERASE_LAWSUITS
from core.formats import date_plain
from core.history.models import Change, tracked_many
from core.org.models import Staff
from core.privacy.services import log_erasure
from legal.lawsuits.clocks import sync
from legal.lawsuits.finality import WITHOUT_JUDGMENT, finality
from legal.lawsuits.models import (
    CASE_PARTS,
    AppealReview,
    CostRecovery,
    Filing,
    Hearing,
    Instance,
    Lawsuit,
    LossReview,
    Outcome,
    Party,
    Ruling,
)

if TYPE_CHECKING:
    from legal.legal_advisers.models import Adviser

_S = Lawsuit.Status
LOST = (Outcome.LOST, Outcome.PARTLY_LOST)
# 상대에게 소송비용을 돌려받을 수 있는 결과
RECOVERABLE = (Outcome.WON, Outcome.DISMISSED)
NEXT_LEVEL: dict[str, str] = {
    Instance.Level.FIRST: Instance.Level.SECOND, Instance.Level.SECOND: Instance.Level.THIRD,
    Instance.Level.RETRIAL: Instance.Level.SECOND, Instance.Level.REMAND: Instance.Level.THIRD,
}  # fmt: skip


def current_instance(lawsuit: Lawsuit) -> Instance | None:
    """지금 심급: 신청 사건을 뺀 마지막 심급."""
    found: Instance | None = Instance.objects.filter(lawsuit=lawsuit).main_first().select_related("ruling__review").first()
    return found


def _current(lawsuit: Lawsuit) -> Instance:
    found = current_instance(lawsuit)
    if found is None:
        raise ValidationError("심급이 없는 사건입니다. 「심급 추가」에서 법원과 사건번호를 먼저 등록하세요.")
    return found


def _ruling(lawsuit: Lawsuit) -> Ruling:
    found: Ruling | None = getattr(_current(lawsuit), "ruling", None)
    if found is None:
        raise ValidationError("아직 결과를 적지 않았습니다. 「결과 입력」을 먼저 하세요.")
    return found


def _locked(lawsuit: Lawsuit, act: str) -> Lawsuit:
    """지금 값으로 다시 읽어 잠그고, 할 수 있는 일인지 본다."""
    found: Lawsuit = Lawsuit.objects.select_for_update().get(pk=lawsuit.pk)
    found.check_act(act)
    return found


def _not_future(day: date | None, title: str) -> None:
    if day and day > timezone.localdate():
        raise ValidationError(f"{title}이 오늘보다 뒤입니다. 날짜를 확인해 주세요.")


def _not_before(day: date | None, first: date | None, title: str, first_title: str) -> None:
    if day and first and day < first:
        raise ValidationError(f"{title}이 {first_title}({date_plain(first)})보다 앞섭니다. 두 날짜를 확인해 주세요.")


# ── 맞추기 ────────────────────────────────────────────────────────────


def status_of(lawsuit: Lawsuit) -> str:
    """심급과 판결에서 나오는 상태. 종결·중지·확정일은 사건에 적힌 것을 본다."""
    if lawsuit.closed_on:
        return _S.CLOSED
    if lawsuit.final_on:
        recovery = CostRecovery.objects.filter(lawsuit=lawsuit).first()
        return _S.COST_RECOVERY if recovery and not recovery.is_done else _S.FINAL
    if lawsuit.is_stayed:
        return _S.STAYED
    instance = current_instance(lawsuit)
    if instance is None:
        return _S.FILED
    ruling: Ruling | None = getattr(instance, "ruling", None)
    if ruling:
        return _after_ruling(ruling)
    if instance.concluded_on:
        return _S.CONCLUDED
    if Hearing.objects.filter(instance=instance).exists():
        return _S.PLEADING
    if Filing.objects.filter(instance=instance, direction=Filing.Direction.OURS, filed_on__isnull=False).exists():
        return _S.ANSWERED
    if instance.adviser_id or instance.counsel or instance.officers.exists():
        return _S.ASSIGNED
    return _S.FILED


def _after_ruling(ruling: Ruling) -> str:
    if ruling.appeal in Ruling.APPEALED:
        return _S.APPEALED
    review: AppealReview | None = getattr(ruling, "review", None)
    if review:
        return _S.APPEAL_WAIVED if review.decision == AppealReview.Decision.WAIVE else _S.APPEAL_REVIEW
    return _S.SERVED if ruling.served_on else _S.JUDGED


@transaction.atomic
def settle(lawsuit: Lawsuit, today: date | None = None) -> list[str]:
    """사건의 상태, 확정일, 결과, 파기 예정일과 기한을 자료에서 다시 정한다. 여러 번 불러도 같다.

    두 번째 사람의 확인을 기다려 끝내지 못한 기한의 말을 준다.
    """
    today = today or timezone.localdate()
    stored: Lawsuit = Lawsuit.objects.select_for_update().get(pk=lawsuit.pk)
    instance = current_instance(stored)
    ruling: Ruling | None = getattr(instance, "ruling", None) if instance else None
    found = finality(ruling, instance.level, today) if ruling and instance else None
    was_final = stored.final_on is not None
    stored.final_on = found.on if found else None
    stored.outcome = ruling.outcome if ruling and stored.final_on else ""
    stored.final_basis = found.basis[:200] if found and found.on else ""
    if stored.final_on is None:
        stored.closed_on = None
    if stored.final_on and not was_final and _is_recoverable(stored, ruling, instance):
        CostRecovery.objects.get_or_create(lawsuit=stored, defaults={"is_sample": stored.is_sample})
    stored.status = status_of(stored)
    stored.erase_on = ERASE_LAWSUITS.day(stored.closed_on) if stored.closed_on else None
    stored.save()
    lawsuit.refresh_from_db()
    return sync(stored, today)


def _is_recoverable(lawsuit: Lawsuit, ruling: Ruling | None, instance: Instance | None) -> bool:
    """이겨서 소송비용을 돌려받을 사건인가. 심판에는 없고, 사정판결이면 이겨도 구가 부담한다. 이미 종결한 사건은 다시 열지 않는다."""
    if ruling is None or instance is None or lawsuit.closed_on or instance.level == Instance.Level.APPEAL:
        return False
    return ruling.outcome in RECOVERABLE and not ruling.pays_costs


def settle_changed(changes: Iterable[Change]) -> None:
    """이력에 남은 변경이 닿은 사건을 다시 맞추고, 지운 자료의 기한을 걷는다."""
    keys: set[int] = set()
    for change in changes:
        app, _, name = change.model.partition(".")
        if app != "legal" or (name not in CASE_PARTS and name not in ("lawsuit", "appealreview")):
            continue
        if change.action == Change.Action.DELETED:
            kind = ContentType.objects.get_for_model(apps.get_model(change.model))
            Deadline.objects.filter(content_type=kind, object_id=change.object_id).exclude(state=Deadline.State.DONE).delete()
        keys |= _cases_of(name, change)
    for lawsuit in Lawsuit.objects.filter(pk__in=keys):
        settle(lawsuit)


def _cases_of(name: str, change: Change) -> set[int]:
    """변경이 닿은 사건의 번호. 지운 행은 이력에 적힌 심급이나 사건에서 찾는다."""
    if name == "lawsuit":
        return {change.object_id}
    path = "ruling__instance__lawsuit" if name == "appealreview" else CASE_PARTS[name]
    model: Any = apps.get_model("legal", name)
    found = set(model._base_manager.filter(pk=change.object_id).values_list(path, flat=True))
    values = change.values
    found |= {one for one in values.get("lawsuit", ()) if one}
    instances = {one for one in values.get("instance", ()) if one}
    rulings = {one for one in values.get("ruling", ()) if one}
    found |= set(Instance.objects.filter(pk__in=instances).values_list("lawsuit", flat=True))
    return found | set(Ruling.objects.filter(pk__in=rulings).values_list("instance__lawsuit", flat=True))


def settle_open(today: date) -> int:
    """끝나지 않은 사건을 모두 다시 맞춘다. 날마다 돌아, 지나간 기일을 마치고 상소기간이 지난 사건을 확정한다."""
    count = 0
    for lawsuit in Lawsuit.objects.exclude(status=_S.CLOSED).filter(is_sample=False):
        if lawsuit.is_ended and not Instance.objects.filter(lawsuit=lawsuit).exists():
            continue
        before = lawsuit.status
        settle(lawsuit, today)
        count += lawsuit.status != before
    return count


# ── 등록과 심급 ───────────────────────────────────────────────────────


@transaction.atomic
def register(lawsuit: Lawsuit, instance: Instance, parties: Iterable[Party], user: Staff | None) -> list[str]:
    """사건을 첫 심급, 당사자와 함께 등록한다. 송무 담당을 정하지 않으면 등록한 사람이다."""
    if lawsuit.handler_id is None:
        lawsuit.handler = user
    lawsuit.save()
    instance.lawsuit = lawsuit
    instance.save()
    for party in parties:
        party.lawsuit = lawsuit
        party.save()
    return settle(lawsuit)


@transaction.atomic
def assign(
    lawsuit: Lawsuit, *, officers: Iterable[Staff], adviser: Adviser | None, counsel: str, handler: Staff | None = None
) -> list[str]:  # fmt: skip
    """지금 심급의 소송수행자와 대리인을 정한다. 이때부터 수행자도 이름을 볼 수 있다."""
    stored = _locked(lawsuit, "assign")
    instance, people = _current(stored), list(officers)
    if not people and adviser is None and not counsel:
        raise ValidationError("소송수행자나 대리인을 한 사람은 정해 주세요.")
    instance.adviser, instance.counsel = adviser, counsel
    instance.save()
    with tracked_many(instance):
        instance.officers.set(people)
    if handler and handler != stored.handler:
        stored.handler = handler
        stored.save()
    return settle(lawsuit)


# ── 재판 ──────────────────────────────────────────────────────────────


@transaction.atomic
def answer(lawsuit: Lawsuit, filed_on: date, note: str = "") -> list[str]:
    """답변서를 냈다. 답변 기한이 끝난다."""
    stored = _locked(lawsuit, "answer")
    instance = _current(stored)
    _not_future(filed_on, "제출일")
    _not_before(filed_on, instance.received_on, "제출일", "소장·청구서 받은 날")
    ours = Filing.objects.filter(instance=instance, kind=Filing.Kind.ANSWER, direction=Filing.Direction.OURS)
    if ours.filter(filed_on__isnull=False).exists():
        raise ValidationError("이미 답변서를 낸 심급입니다. 날짜를 고치려면 서면에서 고치세요.")
    filing = ours.first() or Filing(instance=instance, kind=Filing.Kind.ANSWER, is_sample=stored.is_sample)
    filing.filed_on, filing.readiness, filing.note = filed_on, "done", note or filing.note
    filing.save()
    return settle(lawsuit)


@transaction.atomic
def conclude(lawsuit: Lawsuit, concluded_on: date) -> list[str]:
    """변론(심리)을 마쳤다."""
    stored = _locked(lawsuit, "conclude")
    instance = _current(stored)
    _not_future(concluded_on, "변론종결일")
    instance.concluded_on = concluded_on
    instance.full_clean(exclude=["officers"])
    instance.save()
    return settle(lawsuit)


@transaction.atomic
def rule(lawsuit: Lawsuit, ruling: Ruling) -> list[str]:
    """지금 심급의 결과(판결·재결·취하·조정)를 적는다."""
    stored = _locked(lawsuit, "rule")
    ruling.instance = _current(stored)
    _not_future(ruling.ruled_on, "선고일")
    ruling.is_sample = stored.is_sample
    ruling.full_clean()
    ruling.save()
    return settle(lawsuit)


@transaction.atomic
def serve(lawsuit: Lawsuit, served_on: date | None, opponent_served_on: date | None) -> list[str]:
    """판결문(재결서)의 송달일을 적는다. 이날에서 상소 기한을 센다."""
    stored = _locked(lawsuit, "serve")
    ruling = _ruling(stored)
    if not served_on and not opponent_served_on:
        raise ValidationError("송달일이 비어 있습니다. 우리나 상대가 송달받은 날을 적어 주세요.")
    for day, title in ((served_on, "우리 송달일"), (opponent_served_on, "상대 송달일")):
        _not_future(day, title)
        _not_before(day, ruling.ruled_on, title, "선고일")
    ruling.served_on, ruling.opponent_served_on = served_on or ruling.served_on, opponent_served_on or ruling.opponent_served_on
    ruling.save()
    return settle(lawsuit)


# ── 상소 ──────────────────────────────────────────────────────────────


def _appealable(lawsuit: Lawsuit) -> Ruling:
    ruling = _ruling(lawsuit)
    if ruling.instance.level == Instance.Level.APPEAL:
        raise ValidationError("행정심판의 재결에는 구가 상소할 수 없습니다(행정심판법 제49조). 재결서의 송달일을 적으면 확정됩니다.")
    if ruling.instance.level in (Instance.Level.THIRD, Instance.Level.CONSTITUTIONAL):
        raise ValidationError("더 다툴 수 없는 심급입니다. 재심 사유가 있으면 「심급 추가」에서 재심을 등록하세요.")
    if ruling.outcome in WITHOUT_JUDGMENT:
        raise ValidationError(f"{ruling.get_outcome_display()}로 끝난 심급에는 상소가 없습니다.")
    return ruling


@transaction.atomic
def start_review(lawsuit: Lawsuit, reviewer: Staff | None, decided_by: str, opinion: str = "") -> list[str]:
    """상소할지 검토를 시작한다(소송심의회나 결재)."""
    stored = _locked(lawsuit, "review")
    ruling = _appealable(stored)
    AppealReview.objects.create(ruling=ruling, reviewer=reviewer, decided_by=decided_by, opinion=opinion, is_sample=stored.is_sample)
    return settle(lawsuit)


@transaction.atomic
def decide(lawsuit: Lawsuit, decision: str, decided_on: date, decided_by: str, opinion: str = "") -> list[str]:
    """상소할지 정한다. 포기하면 상소 기한이 끝나지만, 불변기간이라 두 사람이 확인해야 한다."""
    stored = _locked(lawsuit, "decide")
    ruling = _appealable(stored)
    if decision not in (AppealReview.Decision.APPEAL, AppealReview.Decision.WAIVE):
        raise ValidationError("상소할지 포기할지 골라 주세요.")
    _not_future(decided_on, "결정일")
    _not_before(decided_on, ruling.ruled_on, "결정일", "선고일")
    review = AppealReview.objects.filter(ruling=ruling).first() or AppealReview(ruling=ruling, is_sample=stored.is_sample)
    review.decision, review.decided_on, review.decided_by = decision, decided_on, decided_by
    review.opinion = opinion or review.opinion
    review.save()
    return settle(lawsuit)


@transaction.atomic
def appeal(lawsuit: Lawsuit, who: str, appealed_on: date, upper: Instance | None = None) -> list[str]:
    """상소했다. 상급심의 사건번호를 알면(upper) 다음 심급까지 연다."""
    stored = _locked(lawsuit, "appeal")
    ruling = _appealable(stored)
    if who not in Ruling.APPEALED:
        raise ValidationError("누가 상소했는지 골라 주세요.")
    _not_future(appealed_on, "상소일")
    _not_before(appealed_on, ruling.ruled_on, "상소일", "선고일")
    _in_time(ruling, who, appealed_on)
    review: AppealReview | None = getattr(ruling, "review", None)
    if review and review.decision == AppealReview.Decision.WAIVE and who != Ruling.Appeal.THEIRS:
        raise ValidationError("상소를 포기하기로 정한 사건입니다. 상소 검토를 먼저 고치세요.")
    ruling.appeal, ruling.appealed_on = who, appealed_on
    ruling.save()
    waiting = settle(lawsuit)
    return waiting + advance(lawsuit, upper) if upper else waiting


def _in_time(ruling: Ruling, who: str, day: date) -> None:
    """우리가 송달받은 뒤의 상소기간을 넘긴 상소는 받지 않는다. 추후보완은 재판부의 일이라 의견에 적는다."""
    served = {Ruling.Appeal.OURS: ruling.served_on, Ruling.Appeal.THEIRS: ruling.opponent_served_on}.get(who)  # type: ignore[call-overload]
    if served is None:
        return
    until = finality(
        Ruling(outcome=ruling.outcome, ruled_on=ruling.ruled_on, served_on=served, opponent_served_on=served), ruling.instance.level, day
    ).until
    if until and day > until:
        raise ValidationError(f"상소기간이 {date_plain(until)}에 끝났습니다. 상소일과 송달일을 확인해 주세요.")


@transaction.atomic
def advance(lawsuit: Lawsuit, upper: Instance) -> list[str]:
    """다음 심급을 연다. 수행자와 대리인은 심급마다 다시 정한다."""
    stored = _locked(lawsuit, "advance")
    below = _current(stored)
    upper.lawsuit, upper.is_sample = stored, stored.is_sample
    upper.level = upper.level or NEXT_LEVEL.get(below.level, "")
    _not_before(upper.received_on, _ruling(stored).ruled_on, "상급심 접수일", "앞 심급의 선고일")
    upper.full_clean(exclude=["officers"])
    upper.save()
    return settle(lawsuit)


@transaction.atomic
def finalise(lawsuit: Lawsuit, certified_on: date | None = None) -> list[str]:
    """상소가 없음을 확인하고 확정한다. 늦게 송달받은 쪽의 상소기간이 지나야 한다."""
    stored = _locked(lawsuit, "finalise")
    ruling = _ruling(stored)
    today = timezone.localdate()
    if certified_on:
        check_certified(ruling, certified_on)
        ruling.certified_on = certified_on
    if ruling.instance.level != Instance.Level.APPEAL and ruling.outcome not in WITHOUT_JUDGMENT:
        ruling.appeal = Ruling.Appeal.NONE
    found = finality(ruling, ruling.instance.level, today)
    if found.on is None:
        raise ValidationError(f"아직 확정할 수 없습니다. {found.basis}")
    ruling.full_clean()
    ruling.save()
    return settle(lawsuit)


def check_certified(ruling: Ruling, day: date) -> None:
    """확정증명의 날이 상소기간의 끝보다 앞서면 받지 않는다."""
    _not_future(day, "확정일")
    plain = Ruling(
        outcome=ruling.outcome, ruled_on=ruling.ruled_on, served_on=ruling.served_on, opponent_served_on=ruling.opponent_served_on,
        appeal=Ruling.Appeal.NONE,
    )  # fmt: skip
    until = finality(plain, ruling.instance.level, day).until
    if until and day <= until:
        raise ValidationError(f"상소기간이 {date_plain(until)}까지라 그 앞에는 확정되지 않습니다. 확정증명과 송달일을 확인해 주세요.")


# ── 중지, 뒤의 일, 종결 ───────────────────────────────────────────────


@transaction.atomic
def stay(lawsuit: Lawsuit, on: date) -> list[str]:
    """절차가 중지되었다. 기한을 멈춘다. 불변기간은 안전하게 그대로 둔다."""
    stored = _locked(lawsuit, "stay")
    _not_future(on, "중지일")
    _not_before(on, stored.received_on, "중지일", "접수일")
    stored.stayed_on, stored.resumed_on = on, None
    stored.save()
    return settle(lawsuit)


@transaction.atomic
def resume(lawsuit: Lawsuit, on: date) -> list[str]:
    """절차를 다시 진행한다. 멈추었던 기간은 처음부터 다시 센다(민사소송법 제247조제2항)."""
    stored = _locked(lawsuit, "resume")
    _not_future(on, "다시 진행한 날")
    _not_before(on, stored.stayed_on, "다시 진행한 날", "중지일")
    stored.resumed_on = on
    stored.save()
    return settle(lawsuit)


@transaction.atomic
def comply(lawsuit: Lawsuit, complied_on: date) -> list[str]:
    """진 사건의 재처분이나 이행을 마쳤다."""
    stored = _locked(lawsuit, "comply")
    ruling = _ruling(stored)
    if ruling.outcome not in LOST:
        raise ValidationError("이긴 사건에는 재처분할 것이 없습니다. 결과를 확인해 주세요.")
    _not_future(complied_on, "재처분일")
    ruling.complied_on = complied_on
    ruling.full_clean()
    ruling.save()
    return settle(lawsuit)


@transaction.atomic
def recover(lawsuit: Lawsuit, status: str, on: date, amount: int | None = None, note: str = "") -> list[str]:
    """비용 회수를 다음 단계로 옮긴다. 납부액은 더해 가고, 확정액에 이르면 회수를 마친다."""
    stored = _locked(lawsuit, "recover")
    row = CostRecovery.objects.select_for_update().filter(lawsuit=stored).first()
    row = row or CostRecovery(lawsuit=stored, is_sample=stored.is_sample)
    _R = CostRecovery.Status
    if status not in row.next_statuses():
        word = dict(_R.choices).get(status, "그 단계")
        raise ValidationError(f"「{row.get_status_display()}」에서 「{word}」(으)로 바로 갈 수 없습니다.")
    _not_future(on, "날짜")
    _not_before(on, stored.final_on, "날짜", "확정일")
    if status in (_R.DECIDED, _R.PARTLY_PAID) and not amount:
        raise ValidationError("금액이 비어 있습니다. 원 단위로 적어 주세요.")
    match status:
        case _R.APPLIED:
            row.applied_on = on
        case _R.DECIDED:
            row.decided_on, row.decided_amount = on, amount
        case _R.DEMANDED:
            row.demanded_on = on
        case _R.PARTLY_PAID | _R.COLLECTED:
            paid = (row.collected_amount or 0) + (amount or 0)
            if status == _R.COLLECTED and not amount:
                paid = row.decided_amount or paid
            if row.decided_amount is not None and paid > row.decided_amount:
                raise ValidationError(f"납부액의 합({paid:,}원)이 확정액({row.decided_amount:,}원)보다 많습니다. 금액을 확인해 주세요.")
            row.collected_amount, row.collected_on = paid, on
            if paid == row.decided_amount:
                status = _R.COLLECTED
            elif status == _R.COLLECTED:
                raise ValidationError("확정액보다 적게 받았습니다. 「일부 납부」로 적거나 나머지를 「결손」으로 적어 주세요.")
    row.status, row.note = status, note or row.note
    row.save()
    return settle(lawsuit)


@transaction.atomic
def close(lawsuit: Lawsuit, closed_on: date) -> list[str]:
    """사건을 종결한다. 진 사건은 패소 분석이 있어야 한다. 이날에서 개인정보 파기 예정일을 센다."""
    stored = _locked(lawsuit, "close")
    _not_future(closed_on, "종결일")
    _not_before(closed_on, stored.final_on, "종결일", "확정일")
    if stored.outcome in LOST and not LossReview.objects.filter(lawsuit=stored).exists():
        raise ValidationError("진 사건은 「패소 분석」을 적은 뒤 종결합니다.")
    stored.closed_on = closed_on
    stored.save()
    return settle(lawsuit)


@transaction.atomic
def reopen(lawsuit: Lawsuit) -> list[str]:
    """종결한 사건을 다시 연다."""
    stored = _locked(lawsuit, "reopen")
    if stored.erased_on:
        raise ValidationError("개인정보를 파기한 사건이라 다시 열 수 없습니다. 새 사건으로 등록해 관련 사건으로 이어 주세요.")
    stored.closed_on = None
    stored.save()
    return settle(lawsuit)


@transaction.atomic
def erase_due(today: date) -> int:
    """파기 예정일이 지난 사건의 당사자 이름과 주소를 없앤다. 가린 이름과 건수, 금액은 남는다. 사건의 수를 준다."""
    due = list(Lawsuit.objects.select_for_update().filter(erase_on__lte=today, erased_on=None, status=_S.CLOSED))
    for lawsuit in due:
        rows = list(Party.objects.filter(lawsuit=lawsuit))
        for party in rows:
            party.name, party.address, party.contact = party.masked_name, "", ""
            party.save()
        lawsuit.erased_on = today
        lawsuit.save()
        log_erasure([lawsuit, *rows], f"종결일 {date_plain(lawsuit.closed_on)}에서 보관 기간이 지남")
    return len(due)

