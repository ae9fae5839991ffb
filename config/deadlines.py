"""날마다 하는 기한의 일: 다시 세고, 지난 것을 적고, 알린다."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from core.access import Role
from core.deadlines.models import Deadline
from core.deadlines.services import alerts_due, mark_missed, recount_open
from core.formats import date_long
from core.notices.models import Notice, notify
from core.org.models import Staff


def watch_deadlines(today: date) -> dict[str, int]:
    """다시 센 수(moved), 새로 도과한 수(missed), 새로 알린 사람 수(told). 같은 날 두 번 불러도 한 번만 알린다."""
    moved, missed = recount_open(), mark_missed(today)
    due = alerts_due(today)
    people = _People([*(one for one, _days in due), *missed])
    told = 0
    for one, days in due:
        when = f"안전 기한 {date_long(one.safe_on)}까지 {days}일" if days else f"오늘({date_long(one.safe_on)})이 안전 기한"
        told += _tell(people.of(one, urgent=days <= 1), f"「{one}」 {when}", one, f"{one.safe_on.isoformat()}:{days}")
    for one in missed:
        passed = f"「{one}」 법정 기한 {one.due_text}이 지났습니다"
        told += _tell(people.of(one, urgent=True), passed, one, f"missed:{one.due_on.isoformat()}")
    return {"moved": len(moved), "missed": len(missed), "told": told}


def _tell(recipients: Iterable[Staff], title: str, one: Deadline, key: str) -> int:
    text = f"{one.rule.article} · 법정 기한 {one.due_text}" + (" · 불변기간" if one.rule.is_peremptory else "")
    url = reverse("core.deadline-detail", args=[one.pk])
    return notify(recipients, Notice.Reason.DUE, title, text=text, url=url, key=f"deadline:{one.pk}:{key}")


class _People:
    """기한마다 누구에게 알리는가. 담당, 없으면 맡은 팀, 팀도 없으면 그 부서의 담당자. 급하면 과장에게도 알린다. 질의 한 번."""

    def __init__(self, deadlines: list[Deadline]) -> None:
        roles = (Role.HEAD, Role.TEAM, Role.DEPARTMENT)
        self.everyone = list(Staff.objects.filter(role__in=roles, is_active=True)) if deadlines else []

    def of(self, one: Deadline, *, urgent: bool) -> list[Staff]:
        heads = [person for person in self.everyone if person.role == Role.HEAD] if urgent else []
        handler = one.handler
        if handler is not None and handler.is_active:
            return [handler, *heads]
        if one.team:
            return [*(person for person in self.everyone if person.role == Role.TEAM and person.team == one.team), *heads]
        own = [person for person in self.everyone if person.role == Role.DEPARTMENT and person.department_id == one.department_id]
        return [*own, *heads]
