"""할 일의 표를 자료에 맞춘다. 자료를 쓴 그 거래 안에서, 쓴 행의 줄만 다시 낸다."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields, replace
from functools import partial
from typing import Any
from zlib import crc32

from django.db import connection, models, transaction

from core.history.models import Change, Record, RecordQuerySet, written
from core.inbox.models import NOTE, TEXT, InboxLine
from core.inbox.source import Inbox, Line

# 한 번에 다시 내는 행
AT_ONCE = 500
_NAMES = [one.name for one in fields(Line)]
# 나중에 한꺼번에 낼 것: 갈래마다 행의 번호, 모두면 None
_waiting: ContextVar[dict[str, tuple[Inbox, set[int] | None]] | None] = ContextVar("inbox", default=None)


def follow(sources: Sequence[Inbox]) -> None:
    """이제부터 자료를 쓸 때마다 sources 의 줄을 맞춘다. 프로그램이 뜰 때 한 번 부른다."""
    watching: dict[type[Record], list[Inbox]] = defaultdict(list)
    for source in sources:
        for model in source.watched:
            watching[model].append(source)
    named = {model._meta.label_lower: model for model in watching}

    def keep(changes: Collection[Change], **_more: Any) -> None:
        by_model: dict[type[Record], list[Change]] = defaultdict(list)
        for change in changes:
            if change.model in named:
                by_model[named[change.model]].append(change)
        for model, found in by_model.items():
            for source in watching[model]:
                _keep(source, model, found)

    written.connect(keep, weak=False, dispatch_uid="inbox")


def _keep(source: Inbox, model: type[Record], changes: Collection[Change]) -> None:
    """changes 가 건드린 행의 줄을 다시 낸다."""
    if model in source.whole:
        keys = None
    elif not (keys := _touched(source, model, changes)):
        return
    waiting = _waiting.get()
    if waiting is not None:
        _source, before = waiting.get(source.name, (source, set()))
        waiting[source.name] = source, None if keys is None or before is None else before | keys
        return
    # 막 생긴 행에는 적힌 줄이 없다.
    are_new = model is source.model and keys is not None and all(one.action == Change.Action.CREATED for one in changes)
    _refresh(source, keys, are_new)


def _refresh(source: Inbox, keys: Collection[int] | None, are_new: bool = False) -> None:
    """지금 낸다. 남도 이 갈래를 내고 있으면 이 거래가 끝난 뒤에 낸다."""
    if not _is_first(source):
        # 남이 아직 끝내지 않은 것은 보이지 않으므로, 둘 다 끝난 뒤에 낸다.
        transaction.on_commit(partial(_in_turn, source, keys))
        return
    refresh(source, keys, are_new)


@contextmanager
def at_the_end() -> Iterator[None]:
    """이 안에서 쓴 자료의 줄은 나갈 때 한 번만 낸다. 표본이나 큰 파일처럼 많이 쓰는 거래의 안쪽에 둔다."""
    if _waiting.get() is not None:
        yield
        return
    waiting: dict[str, tuple[Inbox, set[int] | None]] = {}
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    for source, keys in waiting.values():
        _refresh(source, keys)


def _touched(source: Inbox, model: type[Record], changes: Collection[Change]) -> set[int]:
    """바뀐 것을 따라 줄이 달라지는 행의 번호."""
    if model is source.model:
        return {change.object_id for change in changes}
    way = source.follows[model]
    if not isinstance(way, str):
        return set(way(changes))
    before, pointer = _pointer(source.model, way)
    # 가리켜지는 자료는 새로 생겼을 때 아직 아무 행도 가리키지 않는다.
    keys = {change.object_id for change in changes if pointer or change.action != Change.Action.CREATED}
    # 지워졌거나 다른 곳으로 옮긴 것은 전에 가리키던 행에서 찾는다.
    left = {change.values[pointer][0] for change in changes if pointer in change.values} - {None}
    rows = source.model._base_manager
    found = set(rows.filter(**{f"{way}__in": keys}).values_list("pk", flat=True)) if keys else set()
    return found | set(rows.filter(**{f"{before}__in": left}).values_list("pk", flat=True)) if left else found


def _pointer(model: type[Record], way: str) -> tuple[str, str]:
    """길의 마지막 자료가 그 앞의 자료를 가리키는 항목: (앞까지의 길, 항목). 거꾸로 가는 길이 아니면 항목이 비어 있다."""
    *before, last = way.split("__")
    owner: type[models.Model] = model
    for step in before:
        owner = owner._meta.get_field(step).related_model  # type: ignore[assignment]
    end = owner._meta.get_field(last)
    return "__".join(before) or "pk", end.field.name if isinstance(end, models.ForeignObjectRel) else ""


def _is_first(source: Inbox) -> bool:
    """이 갈래의 줄을 지금 나만 내고 있는가. 기다리지 않고 묻는다. SQLite 는 쓰는 사람이 늘 하나다."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_lock(source)])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def _in_turn(source: Inbox, keys: Collection[int] | None = None) -> int:
    """앞의 사람이 끝나기를 기다렸다가 내고, 고친 줄 수를 준다. 쥐고 있는 다른 잠금이 없어 서로 기다리지 않는다."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_lock(source)])
    return refresh(source, keys)


def _lock(source: Inbox) -> int:
    return crc32(f"inbox {source.name}".encode())


def wanted(source: Inbox, keys: Collection[int] | None = None) -> set[Line]:
    """지금 자료에서 나와야 하는 줄. keys 를 주면 그 행의 것만."""
    rows: RecordQuerySet = source.model._base_manager.all()  # type: ignore[assignment]
    rows = rows if keys is None else rows.filter(pk__in=keys)
    return {_cut(line) for line in source.lines(rows)}


def _cut(line: Line) -> Line:
    """표의 길이에 맞춘 줄."""
    return replace(line, text=line.text[:TEXT], note=line.note[:NOTE], verb_url=line.verb_url or line.url)


def stored(source: Inbox, keys: Collection[int] | None = None) -> dict[Line, list[int]]:
    """표에 적힌 줄과 그 번호. 같은 줄이 둘이면 번호가 둘이다."""
    rows = InboxLine.objects.filter(source=source.name)
    found: dict[Line, list[int]] = defaultdict(list)
    for pk, *values in (rows if keys is None else rows.filter(record__in=keys)).values_list("pk", *_NAMES):
        found[Line(*values)].append(pk)
    return found


@transaction.atomic
def refresh(source: Inbox, keys: Collection[int] | None = None, are_new: bool = False) -> int:
    """keys(None 이면 모두)의 줄을 자료에 맞추고, 더하고 뺀 줄 수를 준다. 이미 맞으면 쓰지 않는다.

    are_new 는 적힌 줄이 있을 수 없는, 막 생긴 행들인가이다.
    """
    if keys is not None and len(keys) > AT_ONCE:
        order = sorted(keys)
        return sum(refresh(source, order[at : at + AT_ONCE], are_new) for at in range(0, len(order), AT_ONCE))
    new, old = wanted(source, keys), {} if are_new else stored(source, keys)
    gone = [pk for line, found in old.items() for pk in (found[1:] if line in new else found)]
    if gone:
        InboxLine.objects.filter(pk__in=gone).delete()
    fresh = new - old.keys()
    InboxLine.objects.bulk_create(
        [InboxLine(source=source.name, **{name: getattr(line, name) for name in _NAMES}) for line in fresh], batch_size=1_000
    )
    return len(gone) + len(fresh)


def mend(sources: Sequence[Inbox]) -> dict[str, int]:
    """모든 줄을 자료에 맞추고, 갈래마다 고친 줄 수를 준다. 없어진 갈래의 줄은 지운다."""
    names = [source.name for source in sources]
    lost, _by_model = InboxLine.objects.exclude(source__in=names).delete()
    return {"": lost, **{source.name: _in_turn(source) for source in sources}}
