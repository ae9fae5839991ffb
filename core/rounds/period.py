"""취합하는 기간: 해, 반기, 분기, 달, 주, 날."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.db import models


class Cycle(models.TextChoices):
    """얼마에 한 번 받는가."""

    YEAR = "year", "해마다"
    HALF = "half", "반기마다"
    QUARTER = "quarter", "분기마다"
    MONTH = "month", "달마다"
    WEEK = "week", "주마다"
    DAY = "day", "날마다"
    ONCE = "once", "필요할 때"


# 한 해에 몇 번인가. 주는 ISO 주 번호, 날은 그해의 며칠째다.
_PARTS = {Cycle.YEAR: 1, Cycle.HALF: 2, Cycle.QUARTER: 4, Cycle.MONTH: 12}


@dataclass(frozen=True, order=True)
class Period:
    """기간 하나. number 는 해 안의 차례(1부터)이고 「해마다」「필요할 때」는 1이다."""

    year: int
    number: int
    cycle: Cycle

    @classmethod
    def containing(cls, day: date, cycle: Cycle) -> Self:
        """day 가 든 기간."""
        if cycle == Cycle.WEEK:
            year, number, _weekday = day.isocalendar()
            return cls(year, number, cycle)
        if cycle == Cycle.DAY:
            return cls(day.year, day.timetuple().tm_yday, cycle)
        parts = _PARTS.get(cycle, 1)
        return cls(day.year, (day.month - 1) * parts // 12 + 1, cycle)

    @property
    def first_day(self) -> date:
        if self.cycle == Cycle.WEEK:
            return date.fromisocalendar(self.year, self.number, 1)
        if self.cycle == Cycle.DAY:
            return date(self.year, 1, 1) + timedelta(days=self.number - 1)
        months = 12 // _PARTS.get(self.cycle, 1)
        return date(self.year, (self.number - 1) * months + 1, 1)

    @property
    def last_day(self) -> date:
        return self.next().first_day - timedelta(days=1)

    def next(self) -> Period:
        """바로 다음 기간."""
        if self.cycle in (Cycle.WEEK, Cycle.DAY):
            return Period.containing(self.first_day + timedelta(days=7 if self.cycle == Cycle.WEEK else 1), self.cycle)
        last = self.number >= _PARTS.get(self.cycle, 1)
        return Period(self.year + last, 1 if last else self.number + 1, self.cycle)

    def previous(self) -> Period:
        """바로 앞 기간."""
        return Period.containing(self.first_day - timedelta(days=1), self.cycle)

    def __str__(self) -> str:
        match self.cycle:
            case Cycle.HALF:
                return f"{self.year}년 {'상' if self.number == 1 else '하'}반기"
            case Cycle.QUARTER:
                return f"{self.year}년 {self.number}/4분기"
            case Cycle.MONTH:
                return f"{self.year}년 {self.number}월"
            case Cycle.WEEK:
                return f"{self.year}년 {self.number}주"
            case Cycle.DAY:
                return f"{self.year}년 {self.first_day.month}월 {self.first_day.day}일"
        return f"{self.year}년"
