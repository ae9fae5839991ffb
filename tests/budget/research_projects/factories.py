"""학술용역의 시험 자료."""

from __future__ import annotations

from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from budget.research_projects import models, services
from core.access import Team
from core.committees.models import Attendance, Committee, Meeting, Seat
from core.committees.quorum import Passing, Quorum
from core.committees.services import Votes, decide, move, record_attendance
from tests.budget.appropriations import factories as budget
from tests.factories import DepartmentFactory

YEAR = 2026


class ResearchProjectFactory(DjangoModelFactory[models.ResearchProject]):
    class Meta:
        model = models.ResearchProject

    year = YEAR
    department = factory.SubFactory(DepartmentFactory)
    title = factory.Sequence(lambda n: f"용역 {n}")
    purpose = factory.Sequence(lambda n: f"목적 {n}")
    requested_amount = 100_000_000


class SimilarJobFactory(DjangoModelFactory[models.SimilarJob]):
    class Meta:
        model = models.SimilarJob

    project = factory.SubFactory(ResearchProjectFactory)
    title = factory.Sequence(lambda n: f"비슷한 용역 {n}")


class MilestoneFactory(DjangoModelFactory[models.Milestone]):
    class Meta:
        model = models.Milestone

    project = factory.SubFactory(ResearchProjectFactory, status="contracted")
    kind = models.Milestone.Kind.START


class ResearchOutputFactory(DjangoModelFactory[models.ResearchOutput]):
    class Meta:
        model = models.ResearchOutput

    project = factory.SubFactory(ResearchProjectFactory, status="contracted")
    contract_amount = 90_000_000
    contractor = "연구원"
    contracted_on = date(2026, 2, 10)


class UseCheckFactory(DjangoModelFactory[models.UseCheck]):
    class Meta:
        model = models.UseCheck

    project = factory.SubFactory(ResearchProjectFactory, status="used")
    after = 6
    checked_on = date(2027, 1, 5)
    result = "used"
    evidence = "ordinance"
    evidence_text = "○○ 조례 제3조"


class SetAsideFactory(DjangoModelFactory[models.SetAside]):
    class Meta:
        model = models.SetAside

    detail_program = factory.Sequence(lambda n: budget.program(f"기본계획 수립 {n}"))
    reason = "기술용역 심의를 받음"


def council() -> Committee:
    """위원 셋의 학술용역심의위원회."""
    found = Committee.objects.filter(code=services.COUNCIL).first()
    if found is None:
        found = Committee.objects.create(
            name="학술용역심의위원회", code=services.COUNCIL, team=Team.BUDGET, basis="조례", quorum=Quorum.MAJORITY,
            passing=Passing.MAJORITY_PRESENT,
        )  # fmt: skip
    for order in range(found.seats.count() + 1, 4):
        Seat.objects.create(committee=found, name=f"위원{order}", kind=Seat.Kind.DESIGNATED, order=order, appointed_on=date(2020, 1, 1))
    return found


def open_meeting(*projects: Any, held_on: date = date(2025, 9, 15)) -> list[Any]:
    """접수한 용역을 올려 연 회의의 안건."""
    meeting = Meeting.objects.create(committee=council(), held_on=held_on)
    items = services.AGENDA.put(projects, meeting)
    move(meeting, Meeting.State.NOTIFIED)
    move(meeting, Meeting.State.OPEN)
    record_attendance(meeting, {one.pk: Attendance.Status.PRESENT for one in meeting.attendances.all()})
    return items


def judge(item: Any, outcome: str, **more: Any) -> None:
    """의결한다. 부적정이 아니면 모두 찬성이다."""
    decide(item, outcome, Votes(0, 3, 0) if outcome == "rejected" else Votes(3, 0, 0), **more)
    item.record.refresh_from_db()

