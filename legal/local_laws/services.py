"""여러 자료가 함께 바뀌는 일: 공포와 그 되돌리기, 상위법 개정에서 정비과제 만들기, 재의 기한을 멈추고 다시 세기."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from core.deadlines.models import Deadline
from core.deadlines.periods import Count
from core.deadlines.services import count_by_rule
from core.formats import date_plain
from legal.local_laws.models import Bill, LawVersion, LocalLaw, RevisionTask, UpperLawChange
from legal.local_laws.models.pipeline import INTERNAL_KINDS, Action, LawKind, Result, Stage

EFFECTIVE_RULE = "ordinance.effective"


def effective_date(kind: str, promulgated_on: date, stated: date | None = None) -> tuple[date, Count | None]:
    """시행일과 그 셈. 부칙에 정한 날이 있으면 그날이고, 훈령·예규는 발령한 날이다. 정하지 않은 조례·규칙만 센다."""
    if stated:
        if stated < promulgated_on:
            raise ValidationError(f"부칙의 시행일({date_plain(stated)})이 공포일보다 앞섭니다. 시행일을 확인해 주세요.")
        return stated, None
    if kind in INTERNAL_KINDS:
        return promulgated_on, None
    _rule, found = count_by_rule(EFFECTIVE_RULE, promulgated_on)
    return found.due, found


@transaction.atomic
def promulgate(
    bill: Bill, on: date, number: str, *, gazette: str = "", stated: date | None = None, note: str = "", document: str = "",
) -> LawVersion:  # fmt: skip
    """공포(발령)한다: 의안을 마치고, 판을 만들고, 자치법규를 고치고, 정비과제를 끝낸다. 시행일은 셈하거나 부칙의 날이다."""
    bill = Bill.objects.select_for_update(of=("self",)).get(pk=bill.pk)
    number = number.strip()
    if not number:
        raise ValidationError("공포번호(발령번호)를 적어 주세요.")
    if LawVersion.objects.filter(law__kind=bill.kind, number=number).exists():
        raise ValidationError(f"{bill.get_kind_display()} {number}호는 이미 있습니다. 공포대장에서 번호를 확인해 주세요.")
    if stated and stated != bill.stated_effective_on:
        bill.stated_effective_on = stated
    effective_on, _count = effective_date(bill.kind, on, bill.stated_effective_on)
    bill.end_promulgated(on, effective_on, number, gazette, note, document)
    law = _settle_law(bill)
    version = LawVersion.objects.create(
        law=law, bill=bill, action=bill.action, number=number, promulgated_on=on, effective_on=effective_on,
        is_effective_stated=bill.stated_effective_on is not None, gazette_number=gazette, reason=bill.reason, is_sample=bill.is_sample,
    )  # fmt: skip
    for task in RevisionTask.objects.open().filter(bill=bill):
        task.status = RevisionTask.Status.DONE
        task.save()
    return version


def _settle_law(bill: Bill) -> LocalLaw:
    """공포한 의안대로 자치법규를 만들거나 고치거나 폐지한다."""
    law = bill.law
    if law is None:
        if LocalLaw.objects.filter(kind=bill.kind, title=bill.law_title, repealed_on=None).exists():
            raise ValidationError(f"「{bill.law_title}」이(가) 이미 있습니다. 개정하는 의안이면 유형과 자치법규를 고쳐 주세요.")
        law = LocalLaw(kind=bill.kind, title=bill.law_title, is_sample=bill.is_sample)
    elif bill.law_title:
        law.title = bill.law_title
    law.department = bill.department
    law.number, law.promulgated_on, law.effective_on = bill.promulgation_number, bill.promulgated_on, bill.effective_on
    if bill.action == Action.REPEAL:
        law.repealed_on = bill.effective_on
    law.save()
    if bill.law_id is None:
        bill.law = law
        bill.save()
    return law


@transaction.atomic
def take_back(bill: Bill) -> str:
    """마지막 처리를 되돌리고 다시 연 단계의 이름을 준다. 공포를 되돌리면 판과 자치법규도 앞의 모습이 된다."""
    bill = Bill.objects.select_for_update(of=("self",)).get(pk=bill.pk)
    if bill.status == Stage.PROMULGATED:
        _undo_promulgation(bill)
    return bill.take_back()


def _undo_promulgation(bill: Bill) -> None:
    version = LawVersion.objects.filter(bill=bill).select_related("law").first()
    if version is None:
        raise ValidationError("이 의안으로 만든 판이 없어 공포를 되돌릴 수 없습니다. 시스템관리자에게 알려 주세요.")
    law = version.law
    if law.versions.filter(promulgated_on__gt=version.promulgated_on).exists():
        raise ValidationError("뒤에 공포한 판이 있어 되돌릴 수 없습니다. 뒤의 것부터 되돌려 주세요.")
    version.delete()
    earlier = law.versions.first()
    RevisionTask.objects.filter(bill=bill, status=RevisionTask.Status.DONE).update(status=RevisionTask.Status.UNDERWAY)
    if bill.action == Action.ENACT and earlier is None:
        bill.law = None
        bill.save()
        if law.revision_tasks.exists() or law.bills.exists():
            raise ValidationError("이 자치법규에 다른 의안이나 정비과제가 있어 공포를 되돌릴 수 없습니다. 그것을 먼저 정리해 주세요.")
        law.delete()
        return
    law.number = earlier.number if earlier else ""
    law.promulgated_on = earlier.promulgated_on if earlier else None
    law.effective_on = earlier.effective_on if earlier else None
    law.repealed_on = None
    law.save()


@transaction.atomic
def make_tasks(change: UpperLawChange, laws: Iterable[LocalLaw], due_on: date) -> int:
    """고른 자치법규마다 정비과제를 만든다. 이미 있는 것은 두고, 새로 만든 수를 준다."""
    known = set(RevisionTask.objects.filter(change=change).values_list("law", flat=True))
    made = [
        RevisionTask(law=law, change=change, department=law.department, due_on=due_on, is_sample=change.is_sample and law.is_sample)
        for law in laws if law.pk not in known
    ]  # fmt: skip
    RevisionTask.objects.bulk_create(made)
    return len(made)


@transaction.atomic
def confirm_vote(bill: Bill, on: date, present: int, in_favour: int, members: int, note: str = "", document: str = "") -> Stage:
    """재의의 표결을 적는다. 재적의 과반수가 나오고 출석의 3분의 2 이상이 찬성하면 확정된다(지방자치법 제32조제4항)."""
    bill = Bill.objects.select_for_update(of=("self",)).get(pk=bill.pk)
    if bill.status != Stage.RECONSIDERATION:
        raise ValidationError(f"지금은 「{bill.stage_word}」 단계입니다. 재의 단계에서만 재의의 표결을 적습니다.")
    if not 0 <= in_favour <= present <= members:
        raise ValidationError("찬성은 출석보다, 출석은 재적보다 많을 수 없습니다. 표결 수를 확인해 주세요.")
    if present * 2 <= members:
        raise ValidationError("출석이 재적의 과반수가 되지 않아 의결할 수 없습니다. 표결 수를 확인해 주세요.")
    passed = in_favour * 3 >= present * 2
    votes = f"재적 {members}명, 출석 {present}명, 찬성 {in_favour}명"
    bill.finish(on, Result.CONFIRMED if passed else Result.REJECTED, " · ".join(filter(None, (votes, note))), document)
    return Stage(bill.status)


@transaction.atomic
def pause_reconsideration(bill: Bill, on: date) -> None:
    """의회가 폐회하거나 휴회해 재의의 부의 기한을 멈춘다(지방자치법 시행령 제69조제1항)."""
    _reconsideration(bill).suspend(on)


@transaction.atomic
def resume_reconsideration(bill: Bill, on: date) -> None:
    """의회가 다시 열려 재의의 부의 기한을 이어 센다."""
    _reconsideration(bill).resume(on)


def _reconsideration(bill: Bill) -> Deadline:
    rows = bill.clocks().filter(rule__code="ordinance.reconsideration").exclude(state=Deadline.State.DONE)
    found: Deadline | None = rows.select_related("rule").first()
    if found is None:
        raise ValidationError("부의를 기다리는 재의요구가 없습니다.")
    return found


def unpromulgated_confirmed(bill: Bill, today: date) -> date | None:
    """공포기한이 지나도록 공포도 재의요구도 하지 않아 조례로 확정된 날(지방자치법 제32조제5항). 아니면 None."""
    if bill.kind != LawKind.ORDINANCE or not bill.is_open:
        return None
    clock = bill.clocks().filter(rule__code="ordinance.promulgation").exclude(state=Deadline.State.DONE).first()
    return clock.due_on if clock and clock.due_on < today else None


