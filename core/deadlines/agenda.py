"""달력 한 장: 달이나 주의 날마다 어떤 기한이 있고 왜 쉬는가."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.utils import timezone

from core.access import Role
from core.deadlines.models import Deadline
from core.deadlines.working_days import Calendar
from core.org.models import Staff

VIEWS = ("month", "week", "list")
_WEEK = timedelta(days=7)


@dataclass
class Day:
    """달력의 칸 하나."""

    date: date
    off: str
    in_month: bool
    is_today: bool
    deadlines: list[Deadline] = field(default_factory=list)


class Agenda:
    """user 가 보는 달력. 질의는 공휴일 하나, 기한 하나다."""

    def __init__(self, user: Staff, view: str, who: str, day: date) -> None:
        self.user, self.day, self.today = user, day, timezone.localdate()
        self.view = view if view in VIEWS else "month"
        names = [name for name, _title in self.whose]
        self.who = who if who in names else names[0]

    @property
    def whose(self) -> list[tuple[str, str]]:
        """누구의 기한을 볼 수 있는가. 첫째가 처음 보이는 것이다."""
        mine = ("mine", "내가 맡은 것")
        if self.user.role == Role.DEPARTMENT:
            return [("all", "우리 부서"), mine]
        if self.user.team:
            return [("team", "우리 팀"), mine, ("all", "모두")]
        return [("all", "모두"), mine]

    def address(self, **changes: str) -> str:
        """지금 보는 것에서 changes 만 바꾼 주소의 조건."""
        now = {"view": self.view, "who": self.who, "day": self.day.isoformat(), **changes}
        return urlencode({name: value for name, value in now.items() if value})

    # ── 기간 ──────────────────────────────────────────────────────────

    @property
    def month_first(self) -> date:
        return self.day.replace(day=1)

    @property
    def month_last(self) -> date:
        return (self.month_first + timedelta(days=32)).replace(day=1) - timedelta(days=1)

    @property
    def first(self) -> date:
        """그리는 첫날. 달과 주는 일요일에서 시작한다."""
        start = self.day if self.view == "week" else self.month_first
        return start if self.view == "list" else start - timedelta(days=(start.weekday() + 1) % 7)

    @property
    def last(self) -> date:
        if self.view == "week":
            return self.first + timedelta(days=6)
        return self.month_last if self.view == "list" else self.month_last + timedelta(days=(5 - self.month_last.weekday()) % 7)

    @property
    def before(self) -> date:
        return self.day - _WEEK if self.view == "week" else (self.month_first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return self.day + _WEEK if self.view == "week" else self.month_last + timedelta(days=1)

    @property
    def step_name(self) -> str:
        return "주" if self.view == "week" else "달"

    @property
    def title(self) -> str:
        """「2026년 11월」 「2026. 11. 22. – 11. 28.」"""
        if self.view == "week":
            return f"{self.first.year}. {self.first.month}. {self.first.day}. – {self.last.month}. {self.last.day}."
        return f"{self.day.year}년 {self.day.month}월"

    # ── 칸 ────────────────────────────────────────────────────────────

    @cached_property
    def deadlines(self) -> list[Deadline]:
        """그리는 기간에 법정 기한이 있는 것, 날짜 차례로."""
        rows = Deadline.objects.for_user(self.user).filter(due_on__range=(self.first, self.last)).with_names()
        if self.who == "mine":
            rows = rows.mine(self.user)
        elif self.who == "team":
            rows = rows.around(self.user)
        return list(rows)

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar.load(self.first, self.last, weekends_only=True)

    @cached_property
    def weeks(self) -> list[list[Day]]:
        """일요일에서 토요일까지의 줄."""
        found: dict[date, Day] = {}
        for number in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=number)
            in_month = self.view == "week" or day.month == self.day.month
            off = self.calendar.holidays.get(day, "")
            found[day] = Day(day, off, in_month, day == self.today)
        for deadline in self.deadlines:
            found[deadline.due_on].deadlines.append(deadline)
        days = list(found.values())
        return [days[start : start + 7] for start in range(0, len(days), 7)]

    @property
    def unknown_years(self) -> list[int]:
        """그리는 기간에 공휴일을 등록하지 않은 해."""
        return [year for year in range(self.first.year, self.last.year + 1) if not self.calendar.knows(year)]
