"""표본을 걷어 낸다. 사람이 적은 자료가 기대고 있는 행은 지우지 않고 까닭과 함께 남긴다."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import ProtectedError, RestrictedError

from core.history.models import Change, Record

# 표본을 싣고 걷을 때 이력에 남는 출처
SAMPLE_SOURCE = "표본 자료"


@dataclass(frozen=True)
class KeptRow:
    """지우지 못한 표본 한 행과 그 까닭."""

    kind: str
    name: str
    because: str


def changed_by_people(model: type[models.Model], keys: Collection[Any]) -> set[int]:
    """keys 가운데 사람이 만들거나 고친 적이 있는 행. 명령이 만든 행은 사람이 없다."""
    changes = Change.objects.filter(model=model._meta.label_lower, object_id__in=keys, actor__isnull=False)
    return set(changes.values_list("object_id", flat=True))


class Clearing:
    """행을 지우며 지운 수와 남긴 행을 적는다."""

    def __init__(self) -> None:
        self.removed: Counter[str] = Counter()
        self.kept: list[KeptRow] = []
        self._kept_keys: set[tuple[type[models.Model], Any]] = set()

    def clear(self, rows: Iterable[models.Model]) -> None:
        """rows 를 지운다. 다른 자료가 붙어 있으면 남긴다."""
        found = list(rows)
        size = _together(type(found[0])) if found else 1
        for start in range(0, len(found), size):
            part = {row.pk: row for row in found[start : start + size]}
            because = self._leant_on(list(part.values()))
            because |= _delete([row for key, row in part.items() if key not in because])
            for key, row in part.items():
                kind = str(row._meta.verbose_name)
                if key in because:
                    self.kept.append(KeptRow(kind, str(row), because[key]))
                    self._kept_keys.add((type(row), key))
                else:
                    self.removed[kind] += 1

    def clear_at_once(self, rows: models.QuerySet[Any], *below: models.QuerySet[Any]) -> bool:
        """사람의 손이 하나도 닿지 않았으면 한꺼번에 지운다. below(함께 지워지는 자료)에라도 닿았으면 아무것도 하지 않고 False."""
        for found in (rows, *below):
            if changed_by_people(found.model, list(found.values_list("pk", flat=True))):
                return False
        try:
            with transaction.atomic():
                count = rows.count()
                rows.delete()
        except ProtectedError:
            return False
        if count:
            self.removed[str(rows.model._meta.verbose_name)] += count
        return True

    def clear_untouched(self, rows: models.QuerySet[Any]) -> None:
        """rows 가운데 사람의 손이 닿지 않은 것만 지운다. 나머지는 사람의 자료다."""
        keys = list(rows.values_list("pk", flat=True))
        touched = changed_by_people(rows.model, keys)
        self.clear(rows.exclude(pk__in=touched))

    def _leant_on(self, rows: list[models.Model]) -> dict[Any, str]:
        """{번호: 까닭}. 사람이 적은 자료나 남긴 자료가 함께 지워질 행은 지우지 않는다."""
        because: dict[Any, str] = {}
        for relation in rows[0]._meta.related_objects:
            model = relation.related_model
            if relation.on_delete is not models.CASCADE or not issubclass(model, Record):
                continue
            name = relation.field.name
            attached = model._base_manager.filter(**{f"{name}__in": rows})
            parents = dict(attached.values_list("pk", name))
            own = changed_by_people(model, parents) | {key for key in parents if (model, key) in self._kept_keys}
            for parent in {parents[key] for key in own} - because.keys():
                because[parent] = _reason(attached.filter(pk__in=own, **{name: parent}))
        return because

    def result(self) -> dict[str, Any]:
        """{"removed": {자료: 건수}, "kept": [{"kind", "name", "because"}]}"""
        return {"removed": dict(self.removed), "kept": [vars(row) for row in self.kept]}


def _together(model: type[models.Model]) -> int:
    """한 번에 지울 수 있는 행 수. 지우는 법이 따로 있거나 같은 자료끼리 기대는 것은 차례대로 하나씩 지운다."""
    plain = model.delete in (Record.delete, models.Model.delete)
    alone = any(relation.related_model is model for relation in model._meta.related_objects)
    return 500 if plain and not alone else 1


def _delete(rows: list[models.Model]) -> dict[Any, str]:
    """rows 를 한꺼번에 지운다. 지우지 못하는 것이 섞여 있으면 반씩 나누어 찾고, 지우지 못한 것의 {번호: 까닭}을 준다."""
    if not rows:
        return {}
    keys = [row.pk for row in rows]
    try:
        with transaction.atomic():
            if len(rows) == 1:
                rows[0].delete()
            else:
                type(rows[0])._base_manager.filter(pk__in=keys).delete()
    except (ProtectedError, RestrictedError) as error:
        if len(rows) > 1:
            half = len(rows) // 2
            return _delete(rows[:half]) | _delete(rows[half:])
        found = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
        return {keys[0]: _reason(found)}
    return {}


def _reason(rows: Iterable[models.Model]) -> str:
    found = list(rows)
    words = [f"{row._meta.verbose_name} 「{row}」" for row in found[:3]]
    return ", ".join(words) + (f" 등 {len(found):,}건이 기대고 있습니다." if len(found) > 3 else "이(가) 기대고 있습니다.")
