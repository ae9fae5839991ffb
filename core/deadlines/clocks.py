"""모델에 적어 두면 저절로 붙는 기한(Clock). 어느 길로 바꾸어도 기한이 자료를 따라간다."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, ValidationError

from core.access import Team
from core.deadlines.models import Deadline
from core.deadlines.models.rules import RuleMissing
from core.deadlines.services import track
from core.formats import date_plain
from core.history.context import acting
from core.history.models import Record

# 저절로 끝낸 기한의 표시. 한 일이 취소되면 이 표시가 있는 것만 다시 연다.
DONE_HERE = "자료에 적음: "
_MOST = 500


@dataclass(frozen=True)
class Clock:
    """자료 한 건에 붙는 기한 하나.

    rule   기한 규칙의 코드. 한 자료에 같은 규칙은 하나다.
    start  이 항목(또는 속성)의 날짜에서 센다. 비어 있으면 기한이 없다.
    done   이 항목의 날짜가 적히면 끝난다. 없으면 기한 화면에서 사람이 끝낸다.
    title  무엇의 기한인지. 비우면 자료의 이름이다. 이름이 사람 이름인 자료는 꼭 적는다.
    """

    rule: str
    start: str
    done: str = ""
    title: str = ""


class ClockedRecord(Record):
    """기한이 따라가는 업무 자료. `clocks` 를 scope 곁에 적는다.

    기한의 팀은 앱, 부서와 담당은 자료의 department 와 handler 이다.
    """

    clocks: ClassVar[Sequence[Clock]] = ()

    class Meta(Record.Meta):
        abstract = True

    @classmethod
    def follow_change(cls, rows: Collection[Any]) -> None:
        super().follow_change(rows)
        for part in _parts(list(rows)):
            _keep(cls, part)

    @classmethod
    def follow_removal(cls, rows: Collection[Any]) -> None:
        super().follow_removal(rows)
        for part in _parts(list(rows)):
            _deadlines(cls, part).exclude(state=Deadline.State.DONE).delete()


def _parts(rows: list[Any]) -> Iterator[list[Any]]:
    return (rows[at : at + _MOST] for at in range(0, len(rows), _MOST))


def _deadlines(model: type[ClockedRecord], rows: list[Any]) -> Any:
    """rows 에 붙은, clocks 에 적힌 규칙의 기한."""
    return Deadline.objects.filter(
        content_type=ContentType.objects.get_for_model(model), object_id__in=[row.pk for row in rows],
        rule__code__in={clock.rule for clock in model.clocks},
    )  # fmt: skip


def _keep(model: type[ClockedRecord], rows: list[Any]) -> None:
    """rows 의 기한을 있어야 하는 대로 맞춘다. 이미 그대로인 것은 건드리지 않는다."""
    known: dict[tuple[Any, str], list[Deadline]] = {}
    for deadline in _deadlines(model, rows).select_related("rule"):
        known.setdefault((deadline.object_id, deadline.rule.code), []).append(deadline)
    for row in rows:
        for clock in model.clocks:
            _keep_one(row, clock, known.get((row.pk, clock.rule), []))


def _keep_one(row: Any, clock: Clock, found: list[Deadline]) -> None:
    start, done = _day(row, clock.start), _day(row, clock.done) if clock.done else None
    running = next((one for one in found if not one.is_closed), None)
    if start is None:
        if running:
            running.delete()
        return
    if done:
        if running:
            _finish(running, f"{DONE_HERE}{date_plain(done)}", done)
        return
    closed = next((one for one in found if one.is_closed and one.trigger_on == start), None)
    if closed and running is None:
        if not closed.outcome.startswith(DONE_HERE):
            return
        closed.reopen()
        running = closed
    title = (clock.title or str(row))[:150]
    team = row._meta.app_label if row._meta.app_label in Team.values else ""
    department, handler = getattr(row, "department", None), getattr(row, "handler", None)
    if running and (running.trigger_on, running.title, running.team, running.department_id, running.handler_id) == (
        start, title, team, getattr(department, "pk", None), getattr(handler, "pk", None),
    ):  # fmt: skip
        return
    try:
        track(
            row, clock.rule, start, title, team=team, department=department, handler=handler,
            is_sample=getattr(row, "is_sample", False),
        )  # fmt: skip
    except RuleMissing:
        # 그때는 없던 규칙이거나 구에서 지운 규칙이다.
        return


def _finish(deadline: Deadline, outcome: str, on: date) -> None:
    """한 일이 적힌 기한을 끝낸다. 두 사람이 보는 기한은 확인이 있어야 끝난다."""
    try:
        deadline.close(acting().user, outcome, on=on)
    except ValidationError:
        return


def _day(row: Any, name: str) -> date | None:
    """항목의 날짜. 아직 글자로 들고 있는 값도 읽는다."""
    value = getattr(row, name)
    try:
        return row._meta.get_field(name).to_python(value)
    except FieldDoesNotExist:
        return value
