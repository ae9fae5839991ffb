"""조례·규칙심의회의 한 해: 회의, 안건, 의결유형, 서면 비율, 대사."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from core.committees.models import AgendaItem, Committee, Meeting
from core.figures.models import ReportedValue
from core.formats import percent
from core.history.revisions import kept_first, kept_rows

MEETINGS_CODE = "ordinance_council.meetings"
UNDECIDED = "waiting"


@dataclass(frozen=True)
class OutcomeLine:
    """의결유형 한 줄: 대면과 서면의 안건 수."""

    code: str
    label: str
    in_person: int
    written: int

    @property
    def total(self) -> int:
        return self.in_person + self.written


@dataclass
class CouncilYear:
    """한 위원회의 한 해. 질의 수는 회의와 안건의 수와 관계없다."""

    committee: Committee
    year: int

    @cached_property
    def meetings(self) -> list[Any]:
        """그해의 회의, 차례대로."""
        return kept_rows(Meeting.objects.filter(committee=self.committee).in_year(self.year).with_counts().order_by("held_on", "number"))

    @cached_property
    def held(self) -> list[Any]:
        """연 회의."""
        return [one for one in self.meetings if one.state in (Meeting.State.OPEN, Meeting.State.CLOSED)]

    @property
    def written(self) -> int:
        return sum(one.is_written for one in self.held)

    @property
    def written_rate(self) -> Decimal | None:
        return percent(self.written, len(self.held))

    @cached_property
    def _items(self) -> list[tuple[str, str]]:
        rows = AgendaItem.objects.filter(meeting__in=[one.pk for one in self.held])
        return kept_rows(rows.values_list("outcome", "meeting__form"))

    @property
    def item_count(self) -> int:
        return len(self._items)

    @cached_property
    def outcomes(self) -> list[OutcomeLine]:
        """의결유형마다의 수. 하나도 없는 유형은 0이고, 의결 전은 있을 때만 적는다."""
        lines = []
        for code, label in [*AgendaItem.Outcome.choices, ("", "의결 전")]:
            forms = [form for outcome, form in self._items if outcome == code]
            if code or forms:
                written = sum(form == Meeting.Form.WRITTEN for form in forms)
                lines.append(OutcomeLine(code or UNDECIDED, str(label), len(forms) - written, written))
        return lines

    @property
    def next_meeting(self) -> Any:
        """아직 열지 않은 회의 가운데 가장 이른 것."""
        return kept_first(Meeting.objects.filter(committee=self.committee).waiting().with_counts().order_by("held_on"))

    def meetings_url(self, **more: Any) -> str:
        """연 회의의 목록."""
        query = {"committee": self.committee.pk, "year": self.year, "held": "yes", **more}
        return f"{reverse('core.meeting-list')}?{urlencode(query)}"

    def items_url(self, **more: Any) -> str:
        """연 회의의 안건 목록."""
        query = {"committee": self.committee.pk, "year": self.year, "held": "yes", **more}
        return f"{reverse('core.agendaitem-list')}?{urlencode(query)}"

    @cached_property
    def printed(self) -> ReportedValue | None:
        """그해 보고서에 인쇄된 개최 횟수."""
        found: ReportedValue | None = kept_first(ReportedValue.objects.filter(code=MEETINGS_CODE, document__contains=str(self.year)))
        return found

    @property
    def reconciled(self) -> tuple[bool, str] | None:
        """(같은가, 설명). 견줄 보고서 값이 없으면 None."""
        if self.printed is None:
            return None
        text = f"보고서 {self.printed.section} {self.printed.printed}{self.printed.unit}"
        return self.printed.value == len(self.held), f"{text}, 기록 {len(self.held)}회"


def years_of(committee: Committee) -> list[int]:
    """회의가 있는 해, 새 것부터."""
    return sorted(set(kept_rows(Meeting.objects.filter(committee=committee).order_by().values_list("year", flat=True))), reverse=True)


def year_at(committee: Committee, as_of: date | None) -> int | None:
    """as_of 의 해. 적지 않으면 회의를 연 가장 최근의 해."""
    if as_of is not None:
        return as_of.year
    held = Meeting.objects.filter(committee=committee).held()
    found: int | None = held.order_by("-year").values_list("year", flat=True).first()
    return found
