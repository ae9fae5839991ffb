"""여러 자료가 함께 바뀌는 일: 접수, 발주, 보고, 결과, 활용 점검. 화면의 일(Act)과 표본이 부른다."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet

from budget.research_projects.models import Milestone, ResearchOutput, ResearchProject, Status, UseCheck
from budget.research_projects.similar import find_similar
from core.committees.agenda import Agenda
from core.committees.models import AgendaItem
from core.committees.services import Proposal

COUNCIL = "research-council"
# 보고마다 그 뒤의 단계
REPORTS = {Milestone.Kind.START: Status.STARTED, Milestone.Kind.INTERIM: Status.INTERIM, Milestone.Kind.FINAL: Status.FINISHED}


def _waiting() -> QuerySet[Any]:
    rows: QuerySet[Any] = ResearchProject.objects.to_review().select_related("department").order_by("number", "pk")
    return rows


def _proposal(project: ResearchProject) -> Proposal:
    """용역 하나를 안건으로. 요구액이 상정 금액이다."""
    summary = "\n".join(f"{label}: {text}" for label, text in (
        ("목적 및 필요성", project.purpose), ("산출근거", project.basis), ("활용계획", project.use_plan),
    ) if text)  # fmt: skip
    return Proposal(project.title, project, project.department_id, summary, amount=project.requested_amount)


AGENDA = Agenda(COUNCIL, _waiting, _proposal)


@transaction.atomic
def receive(project: ResearchProject) -> int:
    """접수한다. 연번이 없으면 그해의 다음 번호를 주고, 비슷한 용역을 찾아 그 건수를 준다."""
    if project.number is None:
        last = ResearchProject.objects.filter(year=project.year).aggregate(last=Max("number"))["last"]
        project.number = (last or 0) + 1
    project.move(Status.RECEIVED)
    return find_similar(project)


@transaction.atomic
def contract(project: ResearchProject, values: Mapping[str, Any], planned: Mapping[str, date | None]) -> ResearchOutput:
    """발주한다: 계약을 적고 착수·중간·완료 보고의 예정일을 둔다."""
    output = ResearchOutput(project=project, is_sample=project.is_sample, **values)
    output.full_clean()
    project.move(Status.CONTRACTED)
    output.save()
    for kind in Milestone.Kind:
        Milestone(project=project, kind=kind, planned_on=planned.get(kind), is_sample=project.is_sample).save()
    return output


@transaction.atomic
def report(project: ResearchProject, kind: str, on: date, opinion: str = "") -> None:
    """보고한 날을 적고 다음 단계로 옮긴다. 마치려면 심의에서 붙은 조건을 모두 이행했어야 한다."""
    earlier = project.contracted_on if kind == Milestone.Kind.START else project.started_on
    if earlier and on < earlier:
        raise ValidationError({"on": f"앞 단계의 날({earlier:%Y. %-m. %-d.})보다 앞섭니다. 날짜를 확인해 주세요."})
    if kind == Milestone.Kind.FINAL and (left := project.conditions().open().count()):
        raise ValidationError(f"심의에서 붙은 조건 {left}건이 남아 있습니다. 아래 「심의」의 조건마다 조치 결과를 적은 뒤 완료하세요.")
    row = project.milestones.get(kind=kind)
    row.done_on, row.opinion = on, opinion or row.opinion
    row.save()
    project.move(REPORTS[Milestone.Kind(kind)])


@transaction.atomic
def step_back(project: ResearchProject) -> None:
    """잘못 적은 보고를 거두고 앞 단계로 돌아간다."""
    *before, last = project.milestones.exclude(done_on=None)
    last.done_on = None
    last.save()
    project.move(REPORTS[Milestone.Kind(before[-1].kind)] if before else Status.CONTRACTED)


@transaction.atomic
def settle_result(project: ResearchProject, disclosure: str, values: Mapping[str, Any]) -> None:
    """결과를 공개하거나, 까닭을 적고 공개하지 않는다."""
    output = project.output
    for name, value in values.items():
        setattr(output, name, value)
    output.disclosure = disclosure
    output.full_clean()
    output.save()
    project.move(Status.PUBLISHED if disclosure == ResearchOutput.Disclosure.PUBLIC else Status.WITHHELD)


@transaction.atomic
def check_use(project: ResearchProject, values: Mapping[str, Any]) -> UseCheck:
    """활용을 점검한다. 6개월과 12개월에 한 번씩이다."""
    check = UseCheck(project=project, is_sample=project.is_sample, **values)
    check.full_clean()
    check.save()
    project.move(Status.USED)
    return check


def withdraw(project: ResearchProject, reason: str) -> None:
    """철회한다. 안건에 올라 있으면 먼저 안건에서 빼야 한다."""
    if AgendaItem.objects.undecided().about(project).exists():
        raise ValidationError("심의 안건에 올라 있습니다. 회의에서 안건을 먼저 빼 주세요.")
    project.move(Status.WITHDRAWN, remark=reason)
