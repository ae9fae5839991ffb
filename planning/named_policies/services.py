"""심의에 올리기, 담당 변경을 관련자에 적기, 구민신청의 접수·심의·통지와 파기."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from core.committees.agenda import Agenda
from core.committees.services import Proposal
from core.figures.models import ERASE_POLICY_APPLICANTS
from core.formats import date_plain, money
from core.org.models import Assignment
from core.privacy.services import log_erasure
from planning.named_policies.load_report import COMMITTEE
from planning.named_policies.models import CitizenApplication, NamedPolicy, PolicyPerson


def proposal(policy: NamedPolicy) -> Proposal:
    """대상사업 하나를 안건으로."""
    facts = [f"선정기준: {policy.get_ground_display()}({policy.applied_by} 신청)"]
    if policy.total_amount is not None:
        facts.append(f"총사업비: {money(policy.total_amount)}천원")
    return Proposal(policy.title, policy, policy.department_id, "\n".join([*facts, "", policy.overview]))


AGENDA = Agenda(COMMITTEE, lambda: NamedPolicy.objects.waiting().select_related("department").order_by("number"), proposal)


# ── 관련자 ────────────────────────────────────────────────────────────


@transaction.atomic
def follow_post(policy: NamedPolicy, today: date) -> int:
    """보직의 담당이 바뀐 줄을 닫고 새 담당의 줄을 잇는다. 그사이 여러 번 바뀌었으면 차례대로 모두 적는다. 적은 줄의 수를 준다."""
    count = 0
    for person in policy.people.moved(today).select_for_update(of=("self",)):
        since = person.starts_on or date.min
        later = Assignment.objects.filter(post=person.post_id, starts_on__gt=since, starts_on__lte=today).order_by("starts_on", "pk")
        for assignment in later.exclude(staff=person.staff_id).select_related("staff", "grade", "post__department"):
            if assignment.staff_id == person.staff_id:
                continue
            person.ends_on = assignment.starts_on - timedelta(days=1)
            person.save()
            person = PolicyPerson(
                policy=policy, part=person.part, post_id=person.post_id, starts_on=assignment.starts_on, is_sample=person.is_sample
            )
            person.snapshot(assignment)
            person.save()
            count += 1
    return count


# ── 구민신청 ──────────────────────────────────────────────────────────


@transaction.atomic
def accept(application: CitizenApplication) -> NamedPolicy:
    """신청을 받아들여 심의할 후보로 올린다. 신청인의 이름은 옮기지 않는다."""
    policy = NamedPolicy(
        title=application.title, department=application.department, ground=NamedPolicy.Ground.CITIZEN,
        overview=application.reason, is_sample=application.is_sample,
    )  # fmt: skip
    policy.full_clean(exclude=["number"])
    policy.save()
    application.policy, application.status = policy, CitizenApplication.Status.REVIEW
    application.save()
    return policy


def exclude(application: CitizenApplication, ground: str) -> None:
    """심의 대상이 아니어서 뺀다. 사유는 셋 가운데 하나다."""
    application.exclusion, application.status = ground, CitizenApplication.Status.REVIEW
    application.save()


def notify(application: CitizenApplication, on: date, reply: str) -> None:
    """결과를 신청인에게 알렸다고 적는다. 통지할 기한은 저절로 끝난다."""
    if on < application.received_on:
        raise ValidationError({"on": f"접수일({date_plain(application.received_on)})보다 앞섭니다. 통지일을 확인해 주세요."})
    if not application.is_settled:
        raise ValidationError("심의 결과가 아직 없습니다. 심의위원회에서 의결하거나 신청을 제외한 뒤에 통지하세요.")
    application.status, application.notified_on, application.reply = CitizenApplication.Status.NOTIFIED, on, reply
    application.save()


@transaction.atomic
def erase_due(today: date) -> int:
    """통지한 뒤 정한 햇수가 지난 신청의 이름과 연락처를 없앤다. 가린 이름과 심의 결과는 남는다. 건수를 준다."""
    waiting: Any = CitizenApplication.objects.select_for_update().filter(notified_on__isnull=False, erased_on=None)
    due = [one for one in waiting if ERASE_POLICY_APPLICANTS.day(one.notified_on) <= today]
    for one in due:
        one.applicant, one.contact, one.erased_on = one.masked_applicant, "", today
        one.save()
    log_erasure(due, "통지하고 보관 기간이 지남")
    return len(due)
