"""근무일: 토요일·일요일·공휴일이 아닌 날을 세고 옮긴다."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date, timedelta

_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6


class CalendarMissing(Exception):
    """그해의 공휴일이 등록되지 않아 쉬는 날인지 알 수 없다."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"{year}년 공휴일이 등록되지 않아 날짜를 셀 수 없습니다. 「공휴일」 화면에서 {year}년 공휴일을 올려 주세요."
        )
        self.year = year


@dataclass(frozen=True)
class Calendar:
    """읽어 둔 공휴일. 한 번 읽으면 몇 번을 세어도 질의하지 않는다.

    weekends_only 면 공휴일을 등록하지 않은 해는 토·일요일만 쉬는 날로 본다. 아니면 그해에 닿을 때 CalendarMissing 을 낸다.
    """

    holidays: Mapping[date, str]
    weekends_only: bool = False
    # 기한이 미뤄지는지 다툼이 있는 날
    disputed: frozenset[date] = frozenset()

    @classmethod
    def load(cls, first: date | None = None, last: date | None = None, *, weekends_only: bool = False) -> Calendar:
        """first 부터 last 까지와 그 앞뒤 한 해의 공휴일. 적지 않으면 모두. 질의 한 번."""
        # 기한의 모델이 셈을 부르므로 셈은 모델이 모두 실린 뒤에 부른다.
        from core.deadlines.models.holidays import Holiday

        rows = Holiday.objects.all()
        if first:
            rows = rows.filter(date__gte=date(max(first.year - 1, MINYEAR), 1, 1))
        if last:
            rows = rows.filter(date__lte=date(min(last.year + 1, MAXYEAR), 12, 31))
        days = list(rows.values_list("date", "name", "is_disputed"))
        names = {day: name for day, name, _disputed in days}
        return cls(names, weekends_only, frozenset(day for day, _name, disputed in days if disputed))

    def without_unknown(self) -> Calendar:
        """공휴일을 등록하지 않은 해는 토·일요일만 보는 달력."""
        return replace(self, weekends_only=True)

    def knows(self, year: int) -> bool:
        """그해의 공휴일을 등록했는가. 해마다 있는 1월 1일로 안다."""
        return date(year, 1, 1) in self.holidays

    def off_name(self, day: date) -> str:
        """쉬는 날의 이름(공휴일 이름, 토요일, 일요일). 근무일이면 빈 글자."""
        if name := self.holidays.get(day):
            return name
        if day.weekday() in (_SATURDAY, _SUNDAY):
            return "토요일" if day.weekday() == _SATURDAY else "일요일"
        if not self.weekends_only and not self.knows(day.year):
            raise CalendarMissing(day.year)
        return ""

    def is_working_day(self, day: date) -> bool:
        """근무일인가."""
        return not self.off_name(day)

    def add_working_days(self, day: date, n: int) -> date:
        """day 에서 근무일로 n일 뒤(음수면 앞). 첫날은 세지 않고, 0 이면 그날 그대로다."""
        step = _DAY if n > 0 else -_DAY
        for _ in range(abs(n)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def on_or_before(self, day: date) -> date:
        """day 가 쉬는 날이면 앞선 근무일."""
        while not self.is_working_day(day):
            day -= _DAY
        return day

    def on_or_after(self, day: date) -> date:
        """day 가 쉬는 날이면 다음 근무일."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """start 다음 날부터 end 까지의 근무일 수. end 가 start 보다 늦지 않으면 0."""
        days = (end - start).days
        return sum(self.is_working_day(start + _DAY * number) for number in range(1, days + 1))
