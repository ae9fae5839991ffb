"""기간 계산. 민법 제155조–제161조, 행정기본법 제6조·제7조.

앞으로 세기(N일 이내), 거꾸로 세기(N일 전까지), 지난 날(시행일)과 시간·일·개월·년·근무일을 센다. 공휴일은 Calendar 가 안다.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import TextChoices

from core.deadlines.working_days import Calendar, CalendarMissing
from core.formats import date_long

_DAY = timedelta(days=1)
# 시각이 있는 기한이 이보다 이르면 그날에는 할 수 없다.
_OFFICE_OPENS = time(9)


class Unit(TextChoices):
    """기간의 단위."""

    HOURS = "hours", "시간"
    DAYS = "days", "일"
    MONTHS = "months", "개월"
    YEARS = "years", "년"
    WORKING_DAYS = "working_days", "근무일"
    PROMPT = "prompt", "지체 없이"


class Direction(TextChoices):
    """세는 방향."""

    FORWARD = "forward", "이내"
    BACKWARD = "backward", "전까지"
    ELAPSED = "elapsed", "지난 날"


@dataclass(frozen=True)
class Period:
    """기간 하나.

    rolls             마지막 날이 쉬는 날이면 다음 근무일로 미룬다(민법 제161조). 「이내」에만 뜻이 있다
    counts_first_day  첫날을 센다(오전 0시에 시작하거나, 권리를 제한하고 의무를 지우는 기간)
    """

    length: int
    unit: str = Unit.DAYS
    direction: str = Direction.FORWARD
    rolls: bool = True
    counts_first_day: bool = False

    @property
    def text(self) -> str:
        """「14일 이내」 「40일 전까지」 「20일이 지난 날」"""
        if self.unit == Unit.PROMPT:
            return f"지체 없이(구의 기준 {self.length}근무일)" if self.length else "지체 없이"
        amount = f"{self.length}{Unit(self.unit).label}"
        return f"{amount}이 지난 날" if self.direction == Direction.ELAPSED else f"{amount} {Direction(self.direction).label}"


@dataclass
class Count:
    """센 결과.

    raw   쉬는 날을 보기 전의 날
    due   법정 기한. 미루는 기한이면 다음 근무일, 거꾸로 세는 기한이면 raw 그대로
    safe  안전 기한. 늘 근무일이고 due 보다 늦지 않다. 이날까지 하면 어느 셈으로도 늦지 않다
    crossed         미루거나 당기며 지난 쉬는 날
    is_provisional  그해 공휴일이 등록되지 않아 토·일요일만 보고 셌다
    due_time        시간으로 센 기한의 시각. 날로 센 기한이면 None(그날 자정까지)
    """

    trigger: date
    raw: date
    due: date
    safe: date
    steps: list[str] = field(default_factory=list)
    crossed: list[tuple[date, str]] = field(default_factory=list)
    is_provisional: bool = False
    due_time: time | None = None


def shift_months(day: date, months: int) -> date | None:
    """달력으로 months 달 뒤(음수면 앞)의 같은 날. 그런 날이 없으면 None."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, day.day) if day.day <= monthrange(year, month + 1)[1] else None


def month_end(day: date, months: int) -> date:
    """day 에서 months 달 뒤인 달의 마지막 날."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def count(period: Period, trigger: date, calendar: Calendar, *, at: time | None = None, paused_days: int = 0) -> Count:
    """trigger(기산의 바탕이 되는 날)에서 period 를 센다. paused_days 는 멈추어 세지 않은 날수다.

    at 은 그날의 시각이고 시간으로 세는 기간에만 쓴다.

    그해 공휴일이 등록되지 않았으면 토·일요일만 보고 세고, 그렇다고 적는다(is_provisional).
    """
    try:
        return _count(period, trigger, calendar, at, paused_days)
    except CalendarMissing as missing:
        found = _count(period, trigger, calendar.without_unknown(), at, paused_days)
        found.is_provisional = True
        found.steps.append(
            f"{missing.year}년 공휴일이 아직 등록되지 않아 토·일요일만 보고 셌습니다. 공휴일을 올리면 다시 셉니다."
        )
        return found


def _count(period: Period, trigger: date, calendar: Calendar, at: time | None, paused_days: int) -> Count:
    if period.unit == Unit.HOURS:
        return _by_hours(period, trigger, calendar, at, paused_days)
    if period.unit == Unit.PROMPT:
        return _promptly(period, trigger, calendar)
    if period.direction == Direction.BACKWARD:
        return _backward(period, trigger, calendar)
    return _forward(period, trigger, calendar, paused_days)


# ── 앞으로 ────────────────────────────────────────────────────────────


def _forward(period: Period, trigger: date, calendar: Calendar, paused_days: int) -> Count:
    last, steps = _last_day(period, trigger, calendar)
    if paused_days:
        last += _DAY * paused_days
        steps.append(f"멈춘 {paused_days}일은 세지 않으므로 마지막 날은 {date_long(last)}입니다.")
    if period.direction == Direction.ELAPSED:
        raw = last + _DAY
        steps.append(f"기간이 다 지난 다음 날인 {date_long(raw)}입니다. 쉬는 날이어도 미루지 않습니다(행정기본법 제7조).")
        return Count(trigger, raw, raw, raw, steps)
    found = Count(trigger, last, last, last, steps)
    if period.rolls:
        _roll(found, calendar)
    else:
        steps.append("쉬는 날이어도 미루지 않는 기한입니다.")
        _hurry(found, calendar)
    return found


def _last_day(period: Period, trigger: date, calendar: Calendar) -> tuple[date, list[str]]:
    """기간의 마지막 날과, 거기까지 센 문장."""
    amount = f"{period.length}{Unit(period.unit).label}"
    start = trigger if period.counts_first_day else trigger + _DAY
    first = (
        f"첫날인 {date_long(start)}부터 셉니다(민법 제157조 단서, 행정기본법 제6조제2항제1호)."
        if period.counts_first_day
        else f"첫날은 세지 않고 다음 날인 {date_long(start)}부터 셉니다(민법 제157조)."
    )
    if period.length == 0:
        return trigger, ["정해진 날이 곧 기한입니다."]
    if period.unit == Unit.WORKING_DAYS:
        last = calendar.add_working_days(start - _DAY, period.length)
        how = "근무일만 셉니다."
    elif period.unit == Unit.DAYS:
        last = start + _DAY * (period.length - 1)
        how = ""
    else:
        last, how = _last_by_calendar(start, period.length * (12 if period.unit == Unit.YEARS else 1))
    return last, [f"식: {date_long(trigger)} + {amount} = {date_long(last)}", first, *([how] if how else [])]


def _last_by_calendar(start: date, months: int) -> tuple[date, str]:
    matching = shift_months(start, months)
    if matching is None:
        return month_end(start, months), "달력으로 세고, 마지막 달에 해당하는 날이 없어 그달의 마지막 날에 끝납니다(민법 제160조제3항)."
    return matching - _DAY, f"달력으로 세어 해당하는 날({date_long(matching)})의 전날에 끝납니다(민법 제160조제2항)."


def _roll(found: Count, calendar: Calendar) -> None:
    """마지막 날이 쉬는 날이면 다음 근무일로 미룬다."""
    found.due = found.safe = calendar.on_or_after(found.raw)
    if found.due == found.raw:
        found.steps.append(f"마지막 날이 근무일이므로 {date_long(found.raw)} 그날 끝납니다.")
        return
    found.crossed = _off_days(found.raw, found.due, calendar)
    found.steps.append(f"마지막 날이 쉬는 날({_names(found.crossed)})이어서 다음 근무일 {date_long(found.due)}에 끝납니다(민법 제161조).")
    if doubtful := [day for day, _name in found.crossed if day in calendar.disputed]:
        found.safe = calendar.on_or_before(found.raw)
        found.steps.append(
            f"{calendar.holidays[doubtful[0]]}에도 기한이 미뤄지는지 분명하지 않으므로 {date_long(found.safe)}까지 하는 것이 안전합니다."
        )


def _promptly(period: Period, trigger: date, calendar: Calendar) -> Count:
    """「지체 없이」. 법에는 날수가 없고, 구의 기준이 있으면 그 근무일까지다."""
    raw = calendar.add_working_days(trigger, period.length)
    due = calendar.on_or_after(raw)
    steps = ["법에는 날수가 없습니다(지체 없이)."]
    if period.length:
        steps.append(f"식: {date_long(trigger)} + 구의 기준 {period.length}근무일 = {date_long(raw)}")
    else:
        steps.append(f"구의 기준 날수를 정하지 않아 그날, 쉬는 날이면 다음 근무일인 {date_long(due)}로 적습니다.")
    return Count(trigger, raw, due, due, steps, _off_days(raw, due, calendar))


# ── 시간 ──────────────────────────────────────────────────────────────


def _by_hours(period: Period, trigger: date, calendar: Calendar, at: time | None, paused_days: int) -> Count:
    """시간으로 센다. 첫 시간부터 이어 세고 쉬는 날을 건너뛰거나 미루지 않는다(민법 제156조)."""
    start, length = datetime.combine(trigger, at or time()), timedelta(hours=period.length)
    back = period.direction == Direction.BACKWARD
    moment = start - length if back else start + length + _DAY * paused_days
    found = Count(trigger, moment.date(), moment.date(), moment.date(), due_time=moment.time())
    found.steps.append(f"식: {_moment(start)} {'−' if back else '+'} {period.length}시간 = {_moment(moment)}")
    if at is None:
        found.steps.append("시각을 적지 않아 그날 0시로 세었습니다. 실제 시각은 더 늦으므로 이 기한을 지키면 늦지 않습니다.")
    if paused_days and not back:
        found.steps.append(f"멈춘 {paused_days}일은 세지 않았습니다.")
    found.steps.append("시간으로 정한 기간은 바로 그때부터 이어 세고 쉬는 날이어도 미루지 않습니다(민법 제156조).")
    found.safe = calendar.on_or_before(found.due if moment.time() > _OFFICE_OPENS else found.due - _DAY)
    if found.safe != found.due:
        found.steps.append(f"그때는 근무시간이 아니므로 앞선 근무일 {date_long(found.safe)}까지 합니다.")
    return found


def _moment(at: datetime) -> str:
    return f"{date_long(at.date())} {at:%H:%M}"


# ── 거꾸로 ────────────────────────────────────────────────────────────


def _backward(period: Period, base: date, calendar: Calendar) -> Count:
    """「N일 전까지」: 기준일과 기한 사이에 N일이 온전히 있어야 한다."""
    amount = f"{period.length}{Unit(period.unit).label}"
    if period.unit == Unit.WORKING_DAYS:
        raw = calendar.add_working_days(base, -(period.length + 1))
        formula = f"식: {date_long(base)} − {amount} − 1근무일 = {date_long(raw)}"
    elif period.unit == Unit.DAYS:
        raw = base - _DAY * (period.length + 1)
        formula = f"식: {date_long(base)} − {amount} − 1일 = {date_long(raw)}"
    else:
        months = period.length * (12 if period.unit == Unit.YEARS else 1)
        raw = (shift_months(base, -months) or month_end(base, -months)) - _DAY
        formula = f"식: {date_long(base)} − {amount} − 1일 = {date_long(raw)}"
    found = Count(base, raw, raw, raw, [
        formula, f"기준일은 세지 않고, 기한과 기준일 사이에 {amount}이 온전히 있어야 합니다(민법 제157조, 행정기본법 제6조제1항).",
        "거꾸로 세는 기한은 쉬는 날이어도 뒤로 미루지 않습니다(민법 제161조는 앞으로 세는 기간에만 씁니다).",
    ])  # fmt: skip
    _hurry(found, calendar)
    return found


def _hurry(found: Count, calendar: Calendar) -> None:
    """미루지 않는 기한이 쉬는 날이면 앞선 근무일까지 해야 안전하다."""
    found.safe = calendar.on_or_before(found.due)
    if found.safe != found.due:
        found.crossed = _off_days(found.safe + _DAY, found.due + _DAY, calendar)
        found.steps.append(
            f"법정 기한이 쉬는 날({_names(found.crossed)})이므로 앞선 근무일 {date_long(found.safe)}까지 합니다."
        )


def _off_days(start: date, end: date, calendar: Calendar) -> list[tuple[date, str]]:
    """start 부터 end 전날까지의 쉬는 날."""
    days = (start + _DAY * number for number in range((end - start).days))
    return [(day, name) for day in days if (name := calendar.off_name(day))]


def _names(days: list[tuple[date, str]]) -> str:
    return ", ".join(f"{date_long(day)} {name}" for day, name in days)
