"""주·달의 항목을 날짜별, 부서별(직제순)로 모으고 겹침과 내지 않은 부서를 센다. 화면과 보고서가 함께 쓴다."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.urls import reverse

from core.deadlines.models import Holiday
from core.figures.models import EVENT_GAP, EVENT_LENGTH, Setting
from core.org.models import Department
from core.rounds.models import Round, Submission
from core.rounds.period import Cycle, Period
from planning.periodic_reports import conflicts
from planning.periodic_reports.models import ConflictDecision, ReportEntry, ReportEntryQuerySet, short_day, week_text
from planning.periodic_reports.services import basis, week_round


@dataclass(frozen=True)
class Clash:
    """겹친 두 항목과, 그대로 두기로 한 까닭."""

    kind: str
    first: ReportEntry
    second: ReportEntry
    decision: ConflictDecision | None

    @property
    def label(self) -> str:
        return conflicts.LABELS[self.kind]

    @property
    def pair(self) -> tuple[ReportEntry, ReportEntry]:
        return self.first, self.second

    @property
    def is_open(self) -> bool:
        """아직 살펴보지 않았는가. 살펴본 뒤 때나 곳이 바뀌었으면 다시 살펴본다."""
        return self.decision is None


def clashes(entries: Iterable[ReportEntry], first: date, last: date) -> list[Clash]:
    """first~last 의 겹침. 취소·이월한 것은 보지 않는다. 질의 두 번."""
    gone = (ReportEntry.Status.CANCELED, ReportEntry.Status.CARRIED)
    rows = {row.pk: row for row in entries if row.status not in gone}
    if len(rows) < 2:
        return []
    settings = Setting.objects.values_on(first)
    found = conflicts.find((row.slot(first, last) for row in rows.values()), settings[EVENT_GAP], settings[EVENT_LENGTH])
    if not found:
        return []
    keys = {one.first for one in found}
    decided = {(one.first_id, one.second_id, one.kind): one for one in ConflictDecision.objects.filter(first__in=keys)}
    answer = []
    for one in found:
        pair = rows[one.first], rows[one.second]
        decision = decided.get((one.first, one.second, one.kind))
        answer.append(Clash(one.kind, *pair, decision if decision and decision.basis == basis(*pair) else None))
    return sorted(answer, key=lambda one: (not one.is_open, max(one.first.starts_on, one.second.starts_on), one.kind))


@dataclass(frozen=True)
class Day:
    """하루와 그날 시작하는(또는 보는 기간의 첫날에 이어지는) 항목."""

    on: date
    rows: tuple[ReportEntry, ...]
    holiday: str = ""

    @property
    def text(self) -> str:
        return short_day(self.on)

    @property
    def is_off(self) -> bool:
        return bool(self.holiday) or self.on.weekday() >= 5


class Board:
    """한 기간의 항목. entries 는 볼 수 있는 행(for_user)이다. 질의 수는 행 수와 관계없다."""

    def __init__(self, entries: ReportEntryQuerySet, first: date, last: date) -> None:
        self.first, self.last = first, last
        self._entries = entries

    @cached_property
    def everything(self) -> list[ReportEntry]:
        """취소한 것까지."""
        return list(self._entries.between(self.first, self.last).with_names().select_related("carried_from").in_order())

    @cached_property
    def rows(self) -> list[ReportEntry]:
        """자료에 싣는 것."""
        return [row for row in self.everything if row.status != ReportEntry.Status.CANCELED]

    @cached_property
    def standing(self) -> list[ReportEntry]:
        """그 기간에 실제로 하는 것: 취소하거나 다른 주로 넘긴 것을 뺀다. 건수와 인쇄하는 자료는 이것이다."""
        return [row for row in self.rows if row.status != ReportEntry.Status.CARRIED]

    @cached_property
    def mayor_rows(self) -> list[ReportEntry]:
        """구청장이 참석하는 것."""
        return [row for row in self.standing if row.mayor_attends]

    @property
    def carried_rows(self) -> list[ReportEntry]:
        """지난주에서 넘어온 것."""
        return [row for row in self.standing if row.carried_from_id]

    @property
    def undecided_rows(self) -> list[ReportEntry]:
        """구청장이 참석하는데 시각을 정하지 않은 것."""
        return [row for row in self.mayor_rows if not row.hour]

    @cached_property
    def clashes(self) -> list[Clash]:
        return clashes(self.everything, self.first, self.last)

    @property
    def open_clashes(self) -> list[Clash]:
        return [one for one in self.clashes if one.is_open]

    @property
    def is_sample(self) -> bool:
        return any(row.is_sample for row in self.rows)

    @cached_property
    def holidays(self) -> dict[date, str]:
        return dict(Holiday.objects.filter(date__range=(self.first, self.last)).values_list("date", "name"))

    def days(self, rows: Sequence[ReportEntry] | None = None, *, every: bool = True) -> list[Day]:
        """날짜별. every 이면 항목이 없는 날도 준다."""
        by_day: dict[date, list[ReportEntry]] = defaultdict(list)
        for row in self.rows if rows is None else rows:
            by_day[max(row.starts_on, self.first)].append(row)
        span = [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]
        return [Day(on, tuple(by_day[on]), self.holidays.get(on, "")) for on in span if every or by_day[on]]

    def by_department(self, rows: Sequence[ReportEntry] | None = None) -> list[tuple[Department, list[ReportEntry]]]:
        """부서별, 직제순."""
        found: dict[Department, list[ReportEntry]] = defaultdict(list)
        for row in self.rows if rows is None else rows:
            found[row.department].append(row)
        return sorted(found.items(), key=lambda pair: (pair[0].order, pair[0].code))

    def list_url(self, **conditions: str) -> str:
        """이 기간의 항목 목록. 화면의 모든 수는 이 목록의 건수와 같다."""
        asked = {"since": self.first.isoformat(), "until": self.last.isoformat(), "shown": "standing", **conditions}
        return f"{reverse('planning.reportentry-list')}?" + "&".join(f"{name}={value}" for name, value in asked.items())


class WeekBoard(Board):
    """한 주(월~일)와 그 주의 회차."""

    def __init__(self, entries: ReportEntryQuerySet, on: date) -> None:
        self.week = Period.containing(on, Cycle.WEEK)
        super().__init__(entries, self.week.first_day, self.week.last_day)

    @property
    def text(self) -> str:
        return week_text(self.week)

    @property
    def title(self) -> str:
        """2026년 48주"""
        return f"{self.week.year}년 {self.week.number}주"

    @cached_property
    def round(self) -> Round | None:
        return week_round(self.week)

    @cached_property
    def submissions(self) -> list[Submission]:
        """그 주 회차의 제출, 직제순."""
        return list(self.round.submissions.order_by("order", "pk")) if self.round else []

    @property
    def handed_in(self) -> list[Submission]:
        """낸 부서(해당없음 포함)."""
        return [one for one in self.submissions if one.status not in Submission.WITH_DEPARTMENT]

    @property
    def waiting(self) -> list[Submission]:
        """아직 내지 않은 부서."""
        return [one for one in self.submissions if one.status in Submission.WITH_DEPARTMENT]


class MonthBoard(Board):
    """한 달."""

    def __init__(self, entries: ReportEntryQuerySet, on: date) -> None:
        self.month = Period.containing(on, Cycle.MONTH)
        super().__init__(entries, self.month.first_day, self.month.last_day)

    @property
    def text(self) -> str:
        return str(self.month)

    title = text


def beside(rows: Sequence[ReportEntry]) -> Iterable[ReportEntry]:
    """rows 와 같은 날에 든 모든 부서의 항목. 적는 동안 겹침을 알릴 때 쓴다."""
    first, last = min(row.starts_on for row in rows), max(row.last_on for row in rows)
    found: Iterable[ReportEntry] = ReportEntry.objects.between(first, last).with_names()
    return found
