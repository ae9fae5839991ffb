"""적지 않은 표·거르기·폼·함께 읽을 것을 화면 묶음(Screens)의 낱말에서 만든다. 장고와 django-filter 의 보통 클래스가 나온다.

무엇을 보이고 어떻게 적는가만 만든다. 누가 고치는가(scope), 무엇이 옳은 값인가(clean)는 모델에 적힌 그대로다.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from core.history.models import Record
from core.screens.filters import PickedFilter, RecordFilter, SearchFilter
from core.screens.forms import RecordForm
from core.screens.tables import RecordTable
from core.screens.texts import field_at

SAMPLE = "is_sample"

# 이름만, 또는 (이름, 열이나 거르개)
Named = str | tuple[str, Any]


def names_of(declared: Iterable[Named]) -> tuple[str, ...]:
    """적은 차례대로의 이름."""
    return tuple(one if isinstance(one, str) else one[0] for one in declared)


def _own(declared: Iterable[Named]) -> dict[str, Any]:
    return dict(one for one in declared if not isinstance(one, str))


def table_of(model: type[Any], columns: Sequence[Named], shown: Sequence[str]) -> type[RecordTable]:
    """표. 첫 열이 이름 열이고, 표본이 있는 자료는 끝에 표본 열이 붙는다."""
    names = names_of(columns)
    sample = () if SAMPLE in names or not hasattr(model, SAMPLE) else (SAMPLE,)
    meta = type("Meta", (), {"model": model, "fields": (*names, *sample)})
    return type(f"{model.__name__}Table", (RecordTable,), {**_own(columns), "Meta": meta, "default_columns": tuple(shown)})


def filterset_of(
    model: type[Any], filters: Sequence[Named], picked: Sequence[str], search: Sequence[str], label: str, hint: str
) -> type[RecordFilter]:
    """거르기: 적은 차례대로, 다른 화면에서 넘어오는 조건, 찾는 칸."""
    own = {**_own(filters), **{name: PickedFilter(model, name) for name in picked}}
    if search:
        labels = dict.fromkeys(str(field_at(model, path).verbose_name) for path in search)
        own["q"] = SearchFilter(search, label=label or "·".join(labels), placeholder=hint)
    names = dict.fromkeys([*names_of(filters), *own])
    return type(f"{model.__name__}Filter", (RecordFilter,), {**own, "Meta": type("Meta", (), {"model": model, "fields": tuple(names)})})


def form_of(model: type[Any], base: type[RecordForm], inputs: Sequence[str], parent: str) -> type[RecordForm]:
    """입력 폼. inputs 가 비었으면 입력할 수 있는 모든 항목이다. 가려야 하는 항목이 있는 자료와 원장은 저절로 만들지 않는다."""
    if not inputs and (not issubclass(model, Record) or model.personal):
        raise TypeError(f"{model.__name__}: 가려야 하는 항목이 있거나 이력이 없는 자료입니다. inputs 를 적거나 form = None 으로 두세요.")
    meta = type("Meta", (base.Meta,) if hasattr(base, "Meta") else (), {"model": model, "fields": tuple(inputs) or inputs_of(model)})
    return type(f"{model.__name__}Form", (base,), {"Meta": meta, "parent": parent or base.parent})


def inputs_of(model: type[models.Model]) -> tuple[str, ...]:
    """입력할 수 있는 모든 항목, 모델에 적힌 차례대로. 표본 표시는 사람이 적지 않는다."""
    fields = sorted([*model._meta.concrete_fields, *model._meta.many_to_many])
    return tuple(one.name for one in fields if one.editable and not one.primary_key and one.name != SAMPLE)


def joins_of(model: type[models.Model], table: type[RecordTable]) -> tuple[str, ...]:
    """표의 열이 따라가는 외래키와, 그 이름(str)이 다시 따라가는 외래키."""
    found: list[str] = []
    for name, column in table.base_columns.items():
        path: list[str] = []
        at: Any = model
        for part in str(column.accessor or name).replace(".", "__").split("__"):
            try:
                field: Any = at._meta.get_field(part)
            except FieldDoesNotExist:
                break
            # 하나를 가리키는 것만. 이쪽을 하나씩 가리키는 자료(OneToOne 의 반대쪽)도 함께 읽는다.
            if not (field.is_relation and (field.many_to_one or field.one_to_one) and field.related_model):
                break
            path.append(part)
            at = field.related_model
        if path:
            found += ["__".join([*path, deeper]) for deeper in getattr(at, "named_with", ())] or ["__".join(path)]
    return tuple(dict.fromkeys(found))
