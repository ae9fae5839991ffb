"""자료의 판: 모델의 자료가 바뀔 때마다 오르는 수. 판이 그대로인 동안은 한 번 읽은 참고 자료(고르는 값, 회계연도)를 다시 읽지 않는다.

판은 자료를 쓴 그 거래 안에서 줄을 덧붙여 올리고, 읽을 때 더한다. 한 줄을 고쳐 쓰면 함께 쓰는 사람이 줄을 선다.
기억은 프로세스마다 따로이고 판은 데이터베이스에 있으므로, 프로세스와 서버가 몇이든 남이 바꾼 것을 다음 화면에서 안다.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from random import SystemRandom
from typing import Any, TypeVar, cast

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import models, transaction
from django.db.models import Count, Sum
from django.db.models.base import ModelState

T = TypeVar("T")
R = TypeVar("R")
# 기억하는 것의 수. 넘으면 모두 버리고 다시 읽는다.
LIMIT = 10_000
# 한 번에 접는 줄
FOLDED = 5_000
_random = SystemRandom()
_memory: dict[Hashable, tuple[Hashable, Any]] = {}
# 이 프로세스에서 한 번이라도 물은 모델. 화면마다 한꺼번에 읽는다.
_asked: set[str] = set()
# 기억하는 화면의 수. 넘으면 오래 보지 않은 것부터 버린다.
PAGES = 50
_pages: OrderedDict[Hashable, tuple[dict[str, int], Any]] = OrderedDict()
# 지금 짓는 화면이 읽은 자료. None 이 들면 판이 없는 것을 읽은 것이다.
_reading: ContextVar[set[str | None] | None] = ContextVar("reading", default=None)
# 지금 화면에서 읽은 판. 보기만 하는 화면이 아니면 None 이고 아무것도 기억에서 꺼내지 않는다.
_seen: ContextVar[dict[str, int] | None] = ContextVar("revisions", default=None)


def _step() -> int:
    """판이 오르는 폭. 아무 수이므로, 복구한 자료에서 다시 오른 판이 앞서 기억한 판과 같아지지 않는다."""
    return _random.randrange(1, 2**31)


class RevisionQuerySet(models.QuerySet["Revision"]):
    def of(self, names: Iterable[str]) -> dict[str, int]:
        """모델마다의 판. 아직 쓴 일이 없으면 0. 질의 한 번."""
        wanted = sorted(names)
        found = self.filter(model__in=wanted).values_list("model").annotate(total=Sum("step"))
        return {**dict.fromkeys(wanted, 0), **dict(found)}

    def fold(self) -> int:
        """모델마다 여러 줄을 합이 같은 한 줄로 접고, 없앤 줄 수를 준다."""
        gone = 0
        for name in [one for one, count in self.values_list("model").annotate(count=Count("pk")) if count > 1]:
            with transaction.atomic():
                # 잠근 줄만 접는다. 그 사이에 덧붙은 줄과 남이 먼저 접은 줄은 건드리지 않는다.
                rows = list(self.filter(model=name).select_for_update()[:FOLDED])
                self.filter(pk__in=[row.pk for row in rows]).delete()
                self.create(model=name, step=sum(row.step for row in rows))
            gone += max(0, len(rows) - 1)
        return gone


class Revision(models.Model):
    """한 모델의 판이 오른 한 걸음."""

    model = models.CharField("자료", max_length=100)
    step = models.BigIntegerField("오른 폭", default=_step)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "자료의 판"
        indexes = [models.Index(fields=["model", "step"], name="revision_sum")]

    def __str__(self) -> str:
        return f"{self.model} {self.step}"


@dataclass(frozen=True)
class _Moved:
    """이 거래가 이미 올린 판. 거래나 저장점이 되돌려지면 장고가 이 표와 판의 줄을 함께 버린다."""

    names: frozenset[str]

    def __call__(self) -> None:
        """거래가 끝나면 표도 쓸모를 다한다."""


def move(names: Iterable[str]) -> None:
    """names(앱.모델)의 판을 올린다. 자료를 쓴 그 거래 안에서 부르고, 한 거래에서는 한 번만 적는다."""
    waiting: Any = transaction.get_connection().run_on_commit
    done: frozenset[str] = frozenset().union(*(call.names for _points, call, *_rest in waiting if isinstance(call, _Moved)))
    if fresh := frozenset(names) - done:
        Revision.objects.bulk_create([Revision(model=name) for name in sorted(fresh)])
        transaction.on_commit(_Moved(fresh))
    if seen := _seen.get():
        seen.clear()


class RevisedQuerySet(models.QuerySet[Any]):
    """한꺼번에 바꾸는 일도 판을 올린다."""

    @transaction.atomic
    def update(self, **kwargs: Any) -> int:
        count = super().update(**kwargs)
        move([self.model._meta.label_lower])
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    @transaction.atomic
    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        created = super().bulk_create(objs, *args, **kwargs)
        move([self.model._meta.label_lower])
        return created

    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        result = super().delete()
        move([self.model._meta.label_lower])
        return result

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Revised(models.Model):
    """이력은 없고 판만 있는 자료(알림, 저장한 조건, 고른 열). 업무 자료(Record)의 판은 이력을 쓸 때 함께 오른다."""

    objects = RevisedQuerySet.as_manager()

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        move([self._meta.label_lower])

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        result = super().delete(*args, **kwargs)
        move([self._meta.label_lower])
        return result


@contextmanager
def looking(only: bool) -> Iterator[None]:
    """한 요청 동안. 보기만 하는(only) 요청은 판을 한 번 읽고, 그 판의 기억을 쓴다."""
    token = _seen.set({} if only else None)
    try:
        yield
    finally:
        _seen.reset(token)


def kept(what: Hashable, of: Iterable[type[models.Model]], read: Callable[[], T]) -> T:
    """of 의 판이 그대로인 동안 기억하는 read() 의 답. 고칠 수 없는 값이어야 하고, what 이 같으면 누가 물어도 답이 같아야 한다.

    거래 안에서는 아직 남에게 없는 것을 볼 수 있으므로 기억하지도 꺼내지도 않는다.
    """
    names = sorted(model._meta.label_lower for model in of)
    if (reading := _reading.get()) is not None:
        reading.update(names)
    revisions = _now(names)
    if revisions is None:
        return _read(names, read)
    now = tuple(revisions[name] for name in names)
    found = _memory.get(what)
    if found is not None and found[0] == now:
        answer: T = found[1]
        return answer
    answer = _read(names, read)
    if len(_memory) >= LIMIT:
        _memory.clear()
    _memory[what] = (now, answer)
    return answer


def _now(names: Iterable[str]) -> dict[str, int] | None:
    """지금의 판. 아무것도 꺼내지 않을 때면 None."""
    seen = _seen.get()
    if seen is None or transaction.get_connection().in_atomic_block:
        return None
    wanted = set(names)
    _asked.update(wanted)
    if not seen or not seen.keys() >= wanted:
        # 판을 먼저 읽고 자료를 읽는다. 그 사이에 바뀌면 새 자료를 옛 판으로 기억해, 다음 화면이 다시 읽을 뿐이다.
        seen.update(Revision.objects.of(tuple(_asked)))
    return seen


def kept_page(what: Hashable, build: Callable[[], T], draw: Callable[[T], R]) -> R:
    """build() 로 지은 것을 draw() 로 그린다. 짓고 그리는 동안 읽은 자료의 판이 모두 그대로면 지은 것을 다시 쓴다.

    무엇을 읽는지는 적지 않고 질의에서 알아낸다. 판이 없거나 개인정보인 것을 읽으면 기억하지 않는다. 늦게 읽는 것도 그릴 때
    읽히므로 든다. what 에는 누가 무엇을 어떤 조건으로 보는지를 모두 담는다.
    """
    now = _now(())
    if now is None:
        return draw(build())
    # 짓는 동안 판을 다시 읽더라도, 짓기 앞의 판으로 기억한다.
    now = dict(now)
    before, page = _pages.get(what, ({}, None))
    fresh = not before or any(now.get(name) != revision for name, revision in before.items())
    with _watching() as names:
        if fresh:
            page, before = build(), {}
        answer = draw(cast(T, page))
    _asked.update(name for name in names if name)
    if names - now.keys():
        # 판을 알지 못한 채 읽은 것이 있으면 다음에 기억한다.
        _pages.pop(what, None)
    else:
        _pages[what] = before | {name: now[name] for name in names if name}, page
        _pages.move_to_end(what)
        if len(_pages) > PAGES:
            _pages.popitem(last=False)
    return answer


@contextmanager
def _watching() -> Iterator[set[str | None]]:
    """이 안에서 읽은 자료의 이름. 판이 없거나 기억하지 않을 자료를 읽었으면 None 이 든다."""
    names: set[str | None] = set()

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if _reading.get() is not None:
            names.update(model._meta.label_lower if model else None for model in _read_by(sql))
        return execute(sql, *rest)

    token = _reading.set(names)
    try:
        with transaction.get_connection().execute_wrapper(watch):
            yield names
    finally:
        _reading.reset(token)


@contextmanager
def aside() -> Iterator[None]:
    """이 안에서 읽은 것은 지금 짓는 화면의 것이 아니다(모든 화면의 틀처럼 볼 때마다 새로 그리는 것)."""
    token = _reading.set(None)
    try:
        yield
    finally:
        _reading.reset(token)


def kept_rows(rows: models.QuerySet[Any]) -> list[Any]:
    """질의의 행. 질의가 글자까지 같고 거기 나오는 자료의 판이 그대로면 다시 읽지 않는다. 고쳐도 되는 사본을 준다.

    개인정보나 본인만의 자료, 판이 없는 자료가 섞였으면 늘 읽는다. 함께 읽는 관계(prefetch)는 이름으로 적은 것만 받는다.
    """
    lookups: tuple[str, ...] = rows._prefetch_related_lookups  # type: ignore[attr-defined]
    kind: Any = rows._iterable_class  # type: ignore[attr-defined]
    found = _kept_answer(rows, ("rows", kind, lookups), lambda: tuple(rows), lookups)
    return [_copied(row) for row in found or ()]


def _copied(row: Any) -> Any:
    """고쳐도 기억한 것이 바뀌지 않는 한 겹의 사본. copy() 는 모델을 다시 짓느라 열 배 느리다."""
    if isinstance(row, models.Model):
        made = object.__new__(type(row))
        made.__dict__.update(row.__dict__)
        made._state = ModelState()
        made._state.db, made._state.adding = row._state.db, row._state.adding
        made._state.fields_cache = dict(row._state.fields_cache)
        return made
    return dict(row) if isinstance(row, dict) else row


def kept_first(rows: models.QuerySet[Any]) -> Any:
    """질의의 첫 행. 없으면 None. kept_rows 처럼 기억한다."""
    return next(iter(kept_rows(rows[:1])), None)


def kept_count(rows: models.QuerySet[Any]) -> int:
    """질의의 행 수. kept_rows 처럼 기억한다."""
    return _kept_answer(rows, ("count",), rows.count) or 0


def _kept_answer(rows: models.QuerySet[Any], what: tuple[Hashable, ...], read: Callable[[], T], lookups: Iterable[str] = ()) -> T | None:
    """질의의 글과 값이 같고 자료가 그대로인 동안의 답. 아무 행도 있을 수 없는 질의면 None."""
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    of = models_in(sql)
    if not of:
        return read()
    return kept((*what, sql, repr(params)), {*of, *(model for way in lookups for model in _along(rows.model, way))}, read)


def _along(model: type[models.Model], way: str) -> Iterator[type[models.Model]]:
    """함께 읽는 관계가 지나는 자료."""
    for step in way.split("__"):
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
        yield model


def models_in(sql: str) -> tuple[type[models.Model], ...]:
    """sql 이 읽는 자료. 바뀌지 않는 것은 뺀다. 판이 없는 것이나 개인정보·본인만의 자료가 하나라도 있으면 비운다.

    원장의 행과 합의 판은 그 자료(snapshot)의 판이다.
    """
    found = _read_by(sql)
    return () if None in found else tuple(one for one in found if one)


@lru_cache(maxsize=2_000)
def _read_by(sql: str) -> frozenset[type[models.Model] | None]:
    """sql 이 읽는 자료. 판이 없거나 개인정보인 항목, 본인만의 자료를 읽으면 None 이 든다."""
    names = set(re.findall(r'"(\w+)"', sql))
    tables = [_tables()[name] for name in names if name in _tables()]
    return frozenset(None if model is None or names & _personal(model) else model for model in tables)


@cache
def _personal(model: type[models.Model]) -> frozenset[str]:
    """개인정보를 적는 칸."""
    return frozenset(model._meta.get_field(name).column for name in getattr(model, "personal", ()))  # type: ignore[union-attr]


@cache
def _tables() -> dict[str, type[models.Model] | None]:
    """표마다 판이 있는 자료. 기억하지 않을 것은 None. 한 번 적으면 바뀌지 않는 것(자료의 갈래, 올린 파일)은 뺀다."""
    fixed = (apps.get_model("contenttypes.ContentType"), Revision)
    models_ = apps.get_models(include_auto_created=True)
    return {one._meta.db_table: _revised(one) for one in models_ if one not in fixed and not getattr(one, "never_changes", False)}


def _revised(model: type[models.Model]) -> type[models.Model] | None:
    if model._meta.auto_created:
        # 여러 개를 고르는 항목의 표. 고르면 그 자료의 판이 오른다(tracked_many).
        return _revised(cast("type[models.Model]", model._meta.auto_created))
    if issubclass(model, Revised):
        return model
    scope = getattr(model, "scope", None)
    if scope is None or scope.is_private:
        return None
    if hasattr(model, "follow_change"):
        return model
    ledger = next((one for one in model._meta.fields if one.name == "snapshot"), None)
    return ledger.related_model if ledger else None  # type: ignore[return-value]


def _read(names: Iterable[str], read: Callable[[], T]) -> T:
    """read() 를 부른다. 시험은 이 자리에서, 적은 자료(names)만 읽는지 본다."""
    return read()
