"""위원회 시험의 공장."""

from __future__ import annotations

from datetime import date

import factory
from factory.django import DjangoModelFactory

from core.access import Team
from core.committees.models import AgendaItem, Committee, CommitteeFunction, FollowUp, Meeting, Recusal, Seat
from tests.factories import DepartmentFactory


class CommitteeFactory(DjangoModelFactory[Committee]):
    class Meta:
        model = Committee

    name = factory.Sequence(lambda n: f"시험{n}심의회")
    team = Team.LEGAL
    basis = "시험 조례 제1조"


class CommitteeFunctionFactory(DjangoModelFactory[CommitteeFunction]):
    class Meta:
        model = CommitteeFunction

    committee = factory.SubFactory(CommitteeFactory)
    title = factory.Sequence(lambda n: f"기능 {n}")


class SeatFactory(DjangoModelFactory[Seat]):
    class Meta:
        model = Seat

    committee = factory.SubFactory(CommitteeFactory)
    name = factory.Sequence(lambda n: f"위원{n}")
    kind = Seat.Kind.APPOINTED
    gender = Seat.Gender.FEMALE
    appointed_on = date(2022, 1, 1)


class MeetingFactory(DjangoModelFactory[Meeting]):
    class Meta:
        model = Meeting

    committee = factory.SubFactory(CommitteeFactory)
    held_on = date(2023, 3, 10)


class AgendaItemFactory(DjangoModelFactory[AgendaItem]):
    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory)
    order = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"안건 {n}")
    department = factory.SubFactory(DepartmentFactory)


class RecusalFactory(DjangoModelFactory[Recusal]):
    class Meta:
        model = Recusal

    item = factory.SubFactory(AgendaItemFactory)
    seat = factory.SubFactory(SeatFactory, committee=factory.SelfAttribute("..item.meeting.committee"))
    kind = Recusal.Kind.EXCLUDED
    reason = "이해관계인"


class FollowUpFactory(DjangoModelFactory[FollowUp]):
    class Meta:
        model = FollowUp

    item = factory.SubFactory(AgendaItemFactory)
    department = factory.SelfAttribute("item.department")
    text = factory.Sequence(lambda n: f"조건 {n} 이행")
    due_on = date(2023, 6, 30)


def board(members: int = 5, **values: object) -> Committee:
    """위원이 members 명인 위원회."""
    committee = CommitteeFactory(**values)
    for number in range(1, members + 1):
        SeatFactory(committee=committee, order=number, duty=Seat.Duty.CHAIR if number == 1 else Seat.Duty.MEMBER)
    return committee
