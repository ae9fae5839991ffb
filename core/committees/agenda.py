"""위원회에 올릴 자료(Agenda): 어느 업무의 무엇이 어느 위원회의 심의를 기다리고, 어떤 안건이 되는가.

업무는 Agenda 하나를 적어 config/committees.py 의 줄에 더한다. 위원회와 회의 화면의 「심의를 기다리는 자료」, 그것을 안건으로 올리는
일이 이것 하나로 움직인다. 의결은 자료의 `decided_by(item)` 이 같은 거래에서 받는다(services).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from core.committees.models import AgendaItem, Committee, Meeting
from core.committees.services import Proposal, put_on_agenda
from core.history.models import Record


@dataclass(frozen=True)
class Agenda:
    """한 업무가 한 위원회에 올리는 자료.

    committee  위원회의 코드(Committee.code). 한 위원회가 여러 업무의 자료를 심의하기도 한다
    waiting    심의할 차례인 자료. 이미 안건으로 올린 것은 여기서 빼므로 그대로 준다
    proposal   자료 하나를 안건으로. amount 를 적으면 의결할 때 금액도 정한다
    """

    committee: str
    waiting: Callable[[], QuerySet[Any]]
    proposal: Callable[[Any], Proposal]

    def rows(self) -> QuerySet[Any]:
        """심의를 기다리는 자료: 심의할 차례이고, 의결을 기다리는 안건이 아직 없다."""
        rows = self.waiting()
        return rows.exclude(pk__in=AgendaItem.objects.undecided().records_of(rows.model))

    def meetings(self, user: Any) -> QuerySet[Any]:
        """user 가 안건을 올릴 수 있는 회의: 맡은 위원회의 아직 열지 않은 것, 가까운 것부터."""
        rows = Meeting.objects.changeable_by(user).waiting().filter(committee__code=self.committee)
        return rows.select_related("committee").order_by("held_on", "pk")

    @transaction.atomic
    def put(self, records: Iterable[Record], meeting: Meeting) -> list[AgendaItem]:
        """records 를 차례대로 meeting 의 안건으로 올린다. 하나라도 올릴 수 없으면 아무것도 올리지 않는다."""
        chosen = list(records)
        stored = Meeting.objects.select_for_update(of=("self",)).select_related("committee").get(pk=meeting.pk)
        if stored.committee.code != self.committee:
            raise ValidationError(f"{stored.committee}에서 심의하는 자료가 아닙니다. 다른 회의를 고르세요.")
        if not stored.is_coming:
            raise ValidationError("아직 열지 않은 회의에만 올립니다. 새 회의를 등록하거나 다음 회의를 고르세요.")
        # 같은 자료를 두 사람이 두 회의에 함께 올리지 못하게, 자료를 잠근 뒤에 차례인지 본다.
        keys, waiting = [one.pk for one in chosen], self.waiting()
        list(waiting.model._default_manager.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
        ready = set(waiting.filter(pk__in=keys).values_list("pk", flat=True))
        for one in chosen:
            if one.pk not in ready:
                raise ValidationError(f"「{one}」은(는) 지금 심의할 차례가 아닙니다. 그사이 단계가 바뀌었는지 살펴보세요.")
        return put_on_agenda(stored, map(self.proposal, chosen))

    def key(self, record: Record) -> str:
        """회의 화면에서 자료를 고르는 값."""
        return f"{record._meta.label_lower}:{record.pk}"


def waiting_for(agendas: Sequence[Agenda], committee: Committee, user: Any) -> list[tuple[Agenda, list[Any]]]:
    """committee 의 심의를 기다리는, user 가 볼 수 있는 자료. 질의는 업무마다 하나다."""
    return [
        (agenda, list(agenda.rows().for_user(user)))  # type: ignore[attr-defined]
        for agenda in agendas if agenda.committee == committee.code
    ]  # fmt: skip
