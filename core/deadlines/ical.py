"""달력 구독(iCalendar, RFC 5545): 한 사람이 볼 기한을 종일 일정이나 시각이 있는 일정으로."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from core.deadlines.models import Deadline
from core.org.models import Staff

_PAST, _AHEAD = timedelta(days=92), timedelta(days=732)


def feed(staff: Staff, host: str, today: date) -> str:
    """staff 의 자리에서 보는 진행·정지·도과 기한. 담당의 이름은 담지 않는다."""
    rows = Deadline.objects.for_user(staff).around(staff).exclude(state=Deadline.State.DONE)
    rows = rows.filter(due_on__range=(today - _PAST, today + _AHEAD)).select_related("rule", "department")
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//planning-budget//deadlines//KO", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        "X-WR-CALNAME:기획예산 기한", "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
    ]  # fmt: skip
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    for row in rows:
        lines += _event(row, host, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(row: Deadline, host: str, stamp: str) -> list[str]:
    mark = "" if row.state == Deadline.State.OPEN else f"[{row.get_state_display()}] "
    where = " · ".join(str(word) for word in (row.get_team_display(), row.department or "") if word)
    about = [row.rule.article]
    if row.safe_on != row.due_on:
        about.append(f"안전 기한 {row.safe_on.isoformat()}")
    if row.rule.is_peremptory:
        about.append("불변기간")
    if where:
        about.append(where)
    return [
        "BEGIN:VEVENT", f"UID:deadline-{row.pk}@{host.partition(':')[0]}", f"DTSTAMP:{stamp}",
        f"SEQUENCE:{row.version}", *_when(row),
        f"SUMMARY:{_escaped(f'{mark}{row.title} {row.rule.name}')}", f"DESCRIPTION:{_escaped(chr(10).join(about))}",
        "TRANSP:TRANSPARENT", "END:VEVENT",
    ]  # fmt: skip


def _when(row: Deadline) -> list[str]:
    """날로 센 기한은 종일 일정, 시간으로 센 기한은 그때의 일정."""
    if row.due_at is not None:
        return [f"DTSTART:{row.due_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"]
    return [f"DTSTART;VALUE=DATE:{row.due_on:%Y%m%d}", f"DTEND;VALUE=DATE:{row.due_on + timedelta(days=1):%Y%m%d}"]


def _escaped(text: str) -> str:
    """값 속의 특별한 글자를 RFC 5545 대로."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """한 줄은 75바이트까지. 넘으면 글자를 자르지 않고 다음 줄로 잇는다."""
    part, size = "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > 75:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + width
    yield part
