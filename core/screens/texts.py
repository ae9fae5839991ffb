"""화면에 적는 글: 값 하나를 사람이 읽는 글로 바꾸고, 조사를 붙인다."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models

from core import formats

# 이름표 끝의 괄호에 적는 단위. 단위가 있는 수에만 쉼표를 찍는다(연도·차수에는 찍지 않는다).
UNITS = frozenset(
    {"원", "천원", "백만원", "억원", "명", "건", "개", "대", "회", "일", "점", "%", "%p", "㎡", "㎞", "시간", "바이트"}
)


def unit_of(label: str) -> str:
    """"요구액(천원)" → "천원". 단위가 아니면 빈 글자."""
    head, opened, tail = str(label).rpartition("(")
    unit = tail.removesuffix(")")
    return unit if opened and head and tail.endswith(")") and unit in UNITS else ""


def value_text(value: Any, unit: str = "") -> str:
    """값 하나를 화면에 적는 글로. 빈 값은 「-」."""
    if value is None or value == "":
        return formats.MISSING
    if isinstance(value, bool):
        return "예" if value else "아니오"
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.date_plain(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, int):
        return formats.number(value) if unit else str(value)
    if isinstance(value, Decimal):
        # 저장한 자릿수 그대로. 반올림은 계산하는 쪽이 정한다.
        return formats.number(value, max(0, -int(value.as_tuple().exponent)))
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or formats.MISSING
    return value if hasattr(value, "__html__") else str(value)


def field_value(record: models.Model, name: str) -> Any:
    """record 의 항목 값. 고르는 값은 이름으로 바꾼다. name 은 모델의 항목이거나 속성이다."""
    display = getattr(record, f"get_{name}_display", None)
    return display() if display else getattr(record, name)


def particle(word: str, pair: str) -> str:
    """조사를 붙인다. particle("부서", "이/가") → "부서가". 끝 글자를 모르면 「이(가)」로 적는다."""
    with_final, without = pair.split("/")
    last = word.rstrip("’』」)")[-1:]
    if "가" <= last <= "힣":
        return word + (with_final if (ord(last) - 0xAC00) % 28 else without)
    if last.isdigit():
        return word + (with_final if last in "013678" else without)
    return f"{word}{with_final}({without})"


class StoredTexts:
    """이력에 남은 값(JSON)을 글로 바꾼다. 외래키의 이름은 모델마다 한 번에 읽어 온다."""

    def __init__(self, pairs: Iterable[tuple[type[models.Model], Mapping[str, Any]]]) -> None:
        wanted: dict[type[models.Model], set[Any]] = {}
        for model, values in pairs:
            for name, stored in values.items():
                field = _field(model, name)
                if field is not None and field.is_relation and field.related_model:
                    wanted.setdefault(field.related_model, set()).update(_keys(stored))
        self.names: dict[tuple[type[models.Model], Any], str] = {}
        for related, found in wanted.items():
            rows = with_names(related._base_manager.all()).filter(pk__in=found)
            self.names |= {(related, row.pk): str(row) for row in rows}

    def text(self, model: type[models.Model], name: str, stored: Any) -> str:
        """항목 하나의 저장된 값을 글로. 빈 값은 빈 글자."""
        field = _field(model, name)
        if stored is None or stored == "" or field is None:
            return "" if stored is None else str(stored)
        if isinstance(stored, list):
            return ", ".join(self.text(model, name, key) for key in stored)
        if field.is_relation:
            return self.names.get((field.related_model, stored), f"지워진 자료 {stored}번")
        if field.choices:
            return str(dict(field.flatchoices).get(stored, stored))
        try:
            return value_text(field.to_python(stored), unit_of(field.verbose_name))
        except ValidationError:
            return str(stored)


def _keys(stored: Any) -> set[Any]:
    """저장된 값 속의 번호. 전과 후, 여러 개 고르기는 목록으로 겹쳐 있다."""
    if isinstance(stored, list):
        return set().union(*(_keys(one) for one in stored))
    return set() if stored is None else {stored}


def label_of(model: type[models.Model], name: str) -> str:
    """항목의 이름표. 지금은 없는 항목이면 적힌 이름 그대로."""
    field = _field(model, name)
    return str(field.verbose_name) if field is not None else name


def _field(model: type[models.Model], name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def field_at(model: type[models.Model], path: str) -> Any:
    """길(instance__lawsuit__title)의 끝 항목. 없는 항목이면 FieldDoesNotExist."""
    first, _, rest = path.partition("__")
    field: Any = model._meta.get_field(first)
    return field_at(field.related_model, rest) if rest else field


def with_names(queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """이름(str)이 다른 자료를 따라가도(named_with) 질의가 늘지 않게 함께 읽는다."""
    needed = getattr(queryset.model, "named_with", ())
    return queryset.select_related(*needed) if needed else queryset
