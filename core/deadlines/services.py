"""기한을 붙이고, 공휴일이나 규칙이 바뀌면 다시 세고, 알릴 것을 고른다."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from core.deadlines.models import Deadline, DeadlineRule
from core.deadlines.models.rules import RuleMissing
from core.deadlines.periods import Count, Unit, count
from core.deadlines.working_days import Calendar
from core.history.models import Record
from core.org.models import Department, Staff


def count_by_rule(code: str, trigger: date) -> tuple[DeadlineRule, Count]:
    """규칙 code 로 trigger 에서 센 결과. 그날 쓰는 규칙이 없으면 RuleMissing."""
    rule = DeadlineRule.objects.in_force(code, trigger)
    return rule, count(rule.period, trigger, Calendar.load())


def elapsed_by(code: str, today: date) -> date | None:
    """today 에 code 의 기간이 다 지난 가장 늦은 기산일. 그날까지의 기록은 없앨 수 있다. 규칙이 없으면 None."""
    try:
        rule, found = count_by_rule(code, today)
    except RuleMissing:
        return None
    day = today - (found.due - today)
    while count(rule.period, day, Calendar.load()).due > today:
        day -= timedelta(days=1)
    return day


@transaction.atomic
def track(
    record: Record, code: str, trigger: date | datetime, title: str, *,
    team: str = "", department: Department | None = None, handler: Staff | None = None, is_sample: bool = False,
) -> Deadline:  # fmt: skip
    """record 에 code 기한을 붙인다. 이미 붙어 있고 끝내지 않았으면 바뀐 것만 고친다. title 에 사람 이름을 적지 않는다.

    시간으로 세는 규칙(72시간 전 따위)이면 trigger 에 때(datetime)를 준다. 날로 세는 규칙은 때를 주어도 그날로 센다.

    기산일이 바뀌어 날짜가 달라지면 이력에 전과 후가 남고, 앞선 확인은 다시 받아야 한다.
    """
    day, at = _day_and_time(trigger)
    rule = DeadlineRule.objects.in_force(code, day)
    unfinished = Deadline.objects.to_record(record).filter(rule__code=code).exclude(state=Deadline.State.DONE)
    found: Deadline = unfinished.first() or Deadline(
        content_type=ContentType.objects.get_for_model(record), object_id=record.pk, is_sample=is_sample
    )
    found.rule, found.trigger_on, found.title = rule, day, title
    found.trigger_time = at if rule.unit == Unit.HOURS else None
    found.team, found.department, found.handler = team, department, handler
    found.recount()
    if found.state == Deadline.State.MISSED and found.due_on >= timezone.localdate():
        found.state = Deadline.State.OPEN
    found.save()
    return found


def _day_and_time(trigger: date | datetime) -> tuple[date, time | None]:
    """(날, 시각). 날만 주었으면 시각이 없다."""
    if not isinstance(trigger, datetime):
        return trigger, None
    local = timezone.localtime(trigger) if timezone.is_aware(trigger) else trigger
    return local.date(), local.time()


@transaction.atomic
def recount_open() -> list[Deadline]:
    """진행 중인 기한만 다시 세고, 날짜가 달라진 것을 준다. 전과 후는 기한마다 이력에 남는다.

    공휴일이나 규칙을 고친 화면과 `recompute_deadlines` 명령이 부른다.
    """
    calendar, rules = Calendar.load(), _rules_by_code()
    moved = []
    for deadline in Deadline.objects.open().select_related("rule").select_for_update(of=("self",)):
        newer = next((rule for rule in rules.get(deadline.rule.code, ()) if rule.is_valid_on(deadline.trigger_on)), None)
        other_rule = newer is not None and newer.pk != deadline.rule_id
        if other_rule:
            deadline.rule = newer
        steps = deadline.steps
        changed = deadline.recount(calendar)
        if changed or other_rule or deadline.steps != steps:
            deadline.save()
        if changed:
            moved.append(deadline)
    return moved


def _rules_by_code() -> dict[str, list[DeadlineRule]]:
    """코드마다 규칙을 새 것부터."""
    found: dict[str, list[DeadlineRule]] = {}
    for rule in DeadlineRule.objects.order_by("code", "-valid_from"):
        found.setdefault(rule.code, []).append(rule)
    return found


@transaction.atomic
def mark_missed(today: date) -> list[Deadline]:
    """법정 기한이 지났는데 끝내지 않은 것을 「도과」로 적는다. 시각이 있는 기한도 그날이 지난 뒤에 적는다."""
    rows = list(Deadline.objects.open().filter(due_on__lt=today).with_names().select_for_update(of=("self",)))
    for deadline in rows:
        deadline.miss()
    return rows


def alerts_due(today: date) -> list[tuple[Deadline, int]]:
    """오늘 알릴 기한과 남은 날. 안전 기한까지 남은 날이 규칙의 미리 알림(14, 7, 3, 1일 전)과 같은 것."""
    furthest = timedelta(days=400)
    rows = Deadline.objects.open().with_names().filter(safe_on__gte=today, safe_on__lte=today + furthest)
    left = [(deadline, (deadline.safe_on - today).days) for deadline in rows]
    return [(deadline, days) for deadline, days in left if days in deadline.rule.alerts]


def upcoming(user: Staff, today: date, days: int) -> Any:
    """내 자리에서 days 일 안에 끝나는 기한과 지난 기한. 급한 것부터."""
    rows = Deadline.objects.for_user(user).around(user).unfinished()
    return rows.filter(due_on__lte=today + timedelta(days=days)).with_names()
