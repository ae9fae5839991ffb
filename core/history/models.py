"""변경 이력과, 이력을 남기는 모든 업무 모델의 바탕."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any, ClassVar, Self, cast

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models.deletion import Collector
from django.dispatch import Signal
from django.utils import timezone

from core.access import DIVISION_ROLES, CommonScope, Role, Scope
from core.history.context import acting
from core.history.revisions import move
from core.privacy.masking import masked, masked_name

# 자료를 쓴 그 거래 안에서, 이력을 적은 바로 뒤. changes 를 준다. 할 일의 표가 듣는다.
written = Signal()


class ChangeQuerySet(models.QuerySet["Change"]):
    def for_record(self, record: models.Model) -> Self:
        """한 행의 이력, 새 것부터."""
        return self.filter(model=record._meta.label_lower, object_id=record.pk)

    def for_user(self, user: Any) -> Self:
        """과 사람만 전체 이력을 본다. 행마다 보는 이력은 그 행을 볼 수 있으면 본다.

        인수인계에 남긴 말처럼 서로 보지 않는 자료의 이력은 자기가 한 것만 보고, 시스템관리자는 모두 본다.
        """
        if user.role not in DIVISION_ROLES:
            return self.none()
        if user.role == Role.ADMIN:
            return self
        private = [one._meta.label_lower for one in apps.get_models() if issubclass(one, Record) and one.scope.is_private]
        return self.filter(~models.Q(model__in=private) | models.Q(actor=user))

    def update(self, **kwargs: Any) -> int:
        raise TypeError("변경 이력은 고칠 수 없습니다.")

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("변경 이력은 지울 수 없습니다.")

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Change(models.Model):
    """바뀐 것 한 건. 추가·고침·지움 때 항목마다 전과 후를 남기고, 고치거나 지우지 않는다."""

    class Action(models.TextChoices):
        CREATED = "created", "추가"
        CHANGED = "changed", "고침"
        DELETED = "deleted", "지움"

    at = models.DateTimeField("바뀐 때", default=timezone.now, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="사람")
    source = models.CharField("출처", max_length=300)
    batch = models.UUIDField("묶음", null=True, db_index=True)
    model = models.CharField("자료", max_length=100)
    object_id = models.BigIntegerField("번호")
    object_text = models.CharField("이름", max_length=300)
    action = models.CharField("한 일", max_length=10, choices=Action.choices)
    values = models.JSONField("전과 후", encoder=DjangoJSONEncoder, default=dict)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "변경 이력"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["model", "object_id", "-at"])]

    def __str__(self) -> str:
        return f"{self.object_text} {self.get_action_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("변경 이력은 고칠 수 없습니다.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("변경 이력은 지울 수 없습니다.")


def _tracked(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    skipped = {"id", "version", *getattr(model, "untracked", ())}
    return [field for field in model._meta.concrete_fields if field.name not in skipped and not field.primary_key]


def _move_quietly(model: type[models.Model], names: Iterable[str]) -> None:
    """names 를 바꾸었고 그 가운데 이력에는 남지 않지만 화면에는 보이는 항목이 있으면 판을 올린다."""
    # 로그인한 때는 보이지 않고 자주 바뀌어 뺀다.
    if {*names} & {*getattr(model, "untracked", ())} - {"last_login", "password"}:
        move([model._meta.label_lower])


def _stored(value: Any) -> Any:
    """JSON 에 넣을 값. 날짜와 소수는 글자로, 나머지는 그대로. 60.0과 60.00은 같은 값이므로 같은 글자로 적는다."""
    if value is None or isinstance(value, str | int | bool | list | dict):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _snapshot(record: models.Model) -> dict[str, Any]:
    return {field.name: _stored(getattr(record, field.attname)) for field in _tracked(type(record))}


def _difference(old: dict[str, Any], new: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: [old.get(name), new.get(name)] for name in {**old, **new} if old.get(name) != new.get(name)}


def _change(record: models.Model, action: str, old: dict[str, Any], new: dict[str, Any]) -> Change | None:
    values = _difference(old, new)
    if not values and action == Change.Action.CHANGED:
        return None
    now = acting()
    return Change(
        actor=now.user, source=now.source[:300], batch=now.batch, model=record._meta.label_lower,
        object_id=record.pk, object_text=str(record)[:300], action=action,
        values={name: [_hidden(record, name, one) for one in pair] for name, pair in values.items()},
    )


def _hidden(record: models.Model, name: str, value: Any) -> Any:
    """개인정보는 가린 글로 남긴다. 이력은 지울 수 없으므로, 온 글을 두면 파기한 뒤에도 남는다."""
    if name not in getattr(record, "personal", ()) or value in (None, ""):
        return value
    return masked_name(str(value)) if "name" in name else masked(value)


def _write(changes: Iterable[Change | None]) -> None:
    found = [change for change in changes if change]
    if found:
        Change.objects.bulk_create(found, batch_size=1_000)
        move({change.model for change in found})
        written.send(sender=Change, changes=found)


class _Whole(Collector):
    """지워질 행을 항목까지 모두 모은다. 장고는 지우는 데 쓰지 않는 항목을 미뤄 두어, 이력을 적을 때 행마다 항목마다 다시 읽게 된다."""

    def _has_signal_listeners(self, model: type[models.Model]) -> bool:
        return True


@transaction.atomic
def _sweep_away(rows: list[Any]) -> tuple[int, dict[str, int]]:
    """rows 를 지우고, 함께 지워지거나 비워지는 자료까지 이력을 적는다. 지워질 것마다 follow_removal() 를 부른다.

    장고의 delete() 처럼 (지운 수, {모델: 수})를 준다. 지우지 못하게 하는 자료가 있으면 ProtectedError, RestrictedError.
    """
    if not rows:
        return 0, {}
    collector = _Whole(using=rows[0]._state.db)
    collector.collect(rows)
    gone = [*(row for _model, row in collector.instances_with_model()), *chain(*collector.fast_deletes)]
    records = _by_model(gone)
    for model, found in records.items():
        model.follow_removal(found)
    changes = [_change(row, Change.Action.DELETED, _snapshot(row), {}) for found in records.values() for row in found]
    for (field, value), groups in collector.field_updates.items():
        for found in _by_model(chain.from_iterable(cast(Iterable[Iterable[Any]], groups))).values():
            for row in found:
                before = _snapshot(row)
                changes.append(_change(row, Change.Action.CHANGED, before, {**before, field.name: _stored(value)}))
    result = collector.delete()
    _write(changes)
    return result


def _by_model(rows: Iterable[Any]) -> dict[type[Record], list[Record]]:
    """이력이 있는 행을 모델마다. 이름이 따라가는 관계를 한꺼번에 읽어 둔다."""
    found: dict[type[Record], list[Record]] = {}
    for row in rows:
        if isinstance(row, Record):
            found.setdefault(type(row), []).append(row)
    for model, some in found.items():
        models.prefetch_related_objects(some, *model.named_with)
    return found


def _many(record: models.Model) -> dict[str, list[Any]]:
    """여러 개를 고르는 항목의 번호."""
    return {
        field.name: sorted(getattr(record, field.name).values_list("pk", flat=True)) for field in record._meta.many_to_many
    }


@contextmanager
def tracked_many(record: models.Model) -> Iterator[None]:
    """이 안에서 바꾼 「여러 개 고르기」 항목을 이력에 남기고 판을 올린다. 판이 그대로면 내려받아 둔 파일이 그 고침을 덮는다."""
    before = _many(record)
    yield
    if change := _change(record, Change.Action.CHANGED, before, _many(record)):
        if isinstance(record, Record):
            plain: models.QuerySet[Any] = models.QuerySet(type(record), using=record._state.db)
            plain.filter(pk=record.pk).update(version=models.F("version") + 1)
            record.version += 1
        _write([change])


class RecordQuerySet(models.QuerySet[Any]):
    """한꺼번에 바꾸는 일도 이력을 남긴다. 이력을 건너뛰는 길은 없다."""

    def for_user(self, user: Any) -> Self:
        """user 가 볼 수 있는 행."""
        return self.model.scope.readable(self, user)

    def changeable_by(self, user: Any) -> Self:
        """user 가 지금 고칠 수 있는 행."""
        return self.model.scope.changeable(self, user)

    def _rows(self, keys: Collection[Any]) -> dict[Any, Any]:
        """번호로 찾은 지금의 행. 많으면 나누어 읽는다."""
        return self.model._base_manager.using(self.db).in_bulk(list(keys))

    @transaction.atomic
    def update(self, **kwargs: Any) -> int:
        before = {row.pk: _snapshot(row) for row in self}
        count = super().update(**kwargs, version=models.F("version") + 1)
        _move_quietly(self.model, kwargs)
        after = self._rows(before)
        _write(_change(row, Change.Action.CHANGED, before[key], _snapshot(row)) for key, row in after.items())
        self.model.follow_change(list(after.values()))
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    @transaction.atomic
    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        created = super().bulk_create(objs, *args, **kwargs)
        _write(_change(row, Change.Action.CREATED, {}, _snapshot(row)) for row in created)
        self.model.follow_change(created)
        return created

    @transaction.atomic
    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        rows, fields = list(objs), list(fields)
        before = {key: _snapshot(row) for key, row in self._rows([row.pk for row in rows]).items()}
        for row in rows:
            row.version += 1
        # 고칠 값이 행마다 다르므로 장고의 bulk_update 가 자기 update() 를 부른다. 이력은 여기서 한 번만 쓴다.
        plain: models.QuerySet[Any] = models.QuerySet(self.model, using=self.db)
        count = plain.bulk_update(rows, [*fields, "version"], batch_size=batch_size or 500)
        _move_quietly(self.model, fields)
        _write(_change(row, Change.Action.CHANGED, before[row.pk], _snapshot(row)) for row in rows)
        self.model.follow_change(rows)
        return count

    def delete(self) -> tuple[int, dict[str, int]]:
        return _sweep_away(list(self))

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Record(models.Model):
    """이력과 판 번호가 있는 업무 자료의 바탕."""

    scope: ClassVar[Scope] = CommonScope()
    # 이력에 남기지 않을 항목(비밀번호 해시, 화면 취향 따위)
    untracked: ClassVar[tuple[str, ...]] = ()
    # 이름·주소처럼 가려야 하는 항목. HandlerScope 를 본다.
    personal: ClassVar[tuple[str, ...]] = ()
    # 이름(str)이 따라가는 관계. 고르는 칸과 목록이 함께 읽는다.
    named_with: ClassVar[tuple[str, ...]] = ()
    version = models.PositiveIntegerField("판 번호", default=0, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        # 지우기·고치기가 관계를 따라갈 때도 같은 관리자를 쓰게 한다.
        base_manager_name = "objects"

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        old = type(self)._base_manager.filter(pk=self.pk).first() if self.pk else None
        before = _snapshot(old) if old else {}
        # 화면 취향처럼 이력에 남기지 않는 것만 바뀌면 판 번호도 그대로다.
        moved = old is not None and before != _snapshot(self)
        self.version = old.version + moved if old else 0
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "version"}
        super().save(*args, **kwargs)
        action = Change.Action.CHANGED if old else Change.Action.CREATED
        _write([_change(self, action, before, _snapshot(self))])
        if old is not None and not moved:
            _move_quietly(type(self), (name for name in self.untracked if getattr(old, name) != getattr(self, name)))
        type(self).follow_change([self])

    @classmethod
    def follow_change(cls, rows: Collection[Any]) -> None:
        """rows 가 생기거나 바뀐 뒤. 화면, 엑셀, 한꺼번에 고치기, 명령 어느 길이든 이력처럼 여기를 거친다. 따라 바뀔 것을 맞춘다."""

    @classmethod
    def follow_removal(cls, rows: Collection[Any]) -> None:
        """rows 를 지우기 바로 앞. 다른 자료와 함께 지워질 때도 거친다. 번호로 이 행을 가리키던 것을 걷는다."""

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        return _sweep_away([self])

    def unique_error_message(self, model_class: type[models.Model], unique_check: Sequence[str]) -> ValidationError:
        """이미 있는 자료라는 말. 장고의 번역(「은/는 이미 존재합니다」) 대신 무엇이 같은지와 할 일을 적는다."""
        titles = "·".join(str(cast(Any, model_class._meta.get_field(name)).verbose_name) for name in unique_check)
        noun = model_class._meta.verbose_name
        return ValidationError(
            f"같은 {titles}의 {noun} 자료가 이미 있습니다. 목록에서 찾아 고치거나 다른 값을 적어 주세요.",
            code="unique" if len(unique_check) == 1 else "unique_together",
        )

    @property
    def history(self) -> ChangeQuerySet:
        return Change.objects.for_record(self)

    def state_at(self, at: datetime) -> dict[str, Any] | None:
        """at 시각의 항목 값. 그때 없던 행이면 None.

        지금 값에서 at 뒤에 바뀐 것을 거꾸로 되돌려 얻는다.
        """
        state: dict[str, Any] | None = {name: _hidden(self, name, value) for name, value in _snapshot(self).items()}
        for change in self.history.filter(at__gt=at):
            if change.action == Change.Action.CREATED:
                return None
            for name, (old, _new) in change.values.items():
                if state is not None:
                    state[name] = old
        return state


class UndoConflict(Exception):
    """되돌릴 수 없게 만든 뒤의 변경들. `changes` 에 담는다."""

    def __init__(self, changes: list[Change]) -> None:
        super().__init__("뒤에 고친 것이 있어 되돌릴 수 없습니다.")
        self.changes = changes


@transaction.atomic
def undo(batch: uuid.UUID, model: type[Record]) -> int:
    """한 묶음으로 바꾼 것을 되돌리고 되돌린 행 수를 준다.

    뒤에 다른 사람이 고친 행이 하나라도 있으면 아무것도 바꾸지 않고 UndoConflict 를 낸다. 개인정보는 이력에 가린 글만
    있으므로 되돌리지 않는다. 지운 행을 되살리면 가린 이름으로 돌아온다.
    """
    changes = list(Change.objects.filter(batch=batch, model=model._meta.label_lower).order_by("pk"))
    last = {change.object_id: change.pk for change in changes}
    # 잠근 뒤에 살펴야, 살피고 되돌리는 사이에 다른 사람이 고친 값을 덮지 않는다.
    rows = model._base_manager.select_for_update().in_bulk(list(last))
    same = Change.objects.filter(model=model._meta.label_lower)
    touched = same.filter(object_id__in=same.filter(batch=batch).values("object_id"))
    later = [change for change in touched.exclude(batch=batch) if change.pk > last[change.object_id]]
    if later:
        raise UndoConflict(later)
    names = {field.name: field for field in _tracked(model)}
    for change in reversed(changes):
        row = rows.get(change.object_id)
        if change.action == Change.Action.CREATED:
            if row:
                row.delete()
            continue
        if row is None:
            row = model(pk=change.object_id)
        many = {name: old for name, (old, _new) in change.values.items() if name not in names}
        for name, (old, _new) in change.values.items():
            if name in model.personal and change.action == Change.Action.CHANGED:
                continue
            if name in names:
                setattr(row, names[name].attname, names[name].to_python(old) if old is not None else None)
        row.save(force_insert=change.action == Change.Action.DELETED)
        with tracked_many(row):
            for name, old in many.items():
                getattr(row, name).set(old or [])
    return len(last)
