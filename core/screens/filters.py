"""목록의 거르기. django-filter 의 FilterSet 에 우리말 고르기, 걸린 조건, 권한을 더한다."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.utils.choices import BaseChoiceIterator
from django_filters.filterset import FILTER_FOR_DBFIELD_DEFAULTS

from core.excel.values import clean_text
from core.formats import date_plain
from core.history.models import RecordQuerySet
from core.history.revisions import kept, models_in
from core.org.models import Department
from core.screens.forms import KoreanDateField, dates_in_year
from core.screens.texts import field_at, with_names

ALL = "전체"
NOTHING_CHOSEN = "---------"


class YesNoFilter(django_filters.ChoiceFilter):  # type: ignore[misc]
    """예·아니오."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, choices=[("yes", "예"), ("no", "아니오")], **kwargs)

    def filter(self, qs: models.QuerySet[Any], value: str) -> models.QuerySet[Any]:
        return qs.filter(**{self.field_name: value == "yes"}) if value else qs


class DayFilter(django_filters.DateFilter):  # type: ignore[misc]
    """날짜. 20231031 처럼 적어도 읽는다."""

    field_class = KoreanDateField


class YesNo(YesNoFilter):
    """예·아니오: ("open", YesNo("진행 중", lambda rows: rows.open())). 조건은 Q 이거나, 「예」인 행만 남기는 함수다."""

    def __init__(self, label: str, condition: Q | Callable[[Any], models.QuerySet[Any]], **kwargs: Any) -> None:
        super().__init__(label=label, **kwargs)
        self.condition = condition

    def filter(self, qs: models.QuerySet[Any], value: str) -> models.QuerySet[Any]:
        if not value:
            return qs
        if isinstance(self.condition, Q):
            return qs.filter(self.condition) if value == "yes" else qs.exclude(self.condition)
        live = self.condition(qs)
        return live if value == "yes" else qs.exclude(pk__in=live.order_by().values("pk"))


class PresentFilter(django_filters.ChoiceFilter):  # type: ignore[misc]
    """칸이 비었는가 적혔는가: ("waiting", PresentFilter("replied_on", "회신", blank="회신 전", filled="회신함")).

    주소의 값은 비었으면 yes, 적혔으면 no 다. blank_is 로 바꾼다.
    """

    def __init__(
        self, path: str, label: str, *, blank: str = "비어 있음", filled: str = "적음", blank_is: str = "yes", **kwargs: Any
    ) -> None:
        filled_is = "no" if blank_is == "yes" else "yes"
        super().__init__(label=label, field_name=path, choices=[(blank_is, blank), (filled_is, filled)], **kwargs)
        self.blank_is = blank_is

    def filter(self, qs: models.QuerySet[Any], value: str) -> models.QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__isnull": value == self.blank_is}) if value else qs


class PickedFilter(django_filters.ModelChoiceFilter):  # type: ignore[misc]
    """다른 화면에서 넘어온 조건. 고르는 칸은 없고 걸린 조건으로만 보인다. 이름표를 적지 않으면 항목의 이름이다."""

    def __init__(self, model: type[models.Model], path: str, label: str = "", **kwargs: Any) -> None:
        field = field_at(model, path)
        super().__init__(
            label=label or str(field.verbose_name), field_name=path, queryset=field.related_model._default_manager.all(),
            widget=forms.HiddenInput, **kwargs,
        )  # fmt: skip


class DepartmentFilter(django_filters.ModelChoiceFilter):  # type: ignore[misc]
    """부서. 자료를 내는 부서만 고른다. 없어진 부서의 자료도 찾아야 하면 every 를 준다."""

    def __init__(self, path: str = "department", label: str = "부서", *, every: bool = False, **kwargs: Any) -> None:
        queryset = Department.objects.all() if every else Department.objects.filter(is_reporting=True)
        super().__init__(label=label, field_name=path, queryset=queryset, **kwargs)


class PeriodField(forms.CharField):
    """주소에 적는 기간: 2023-01-01:2023-11-06"""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        start, _, end = text.partition(":")
        day = KoreanDateField(required=True)
        found = slice(day.clean(start), day.clean(end))
        if found.start > found.stop:
            raise ValidationError("기간의 처음이 끝보다 뒤입니다.")
        return found

    def prepare_value(self, value: Any) -> Any:
        return f"{value.start}:{value.stop}" if isinstance(value, slice) else value


class PeriodFilter(django_filters.Filter):  # type: ignore[misc]
    """기간(첫날과 마지막 날을 넣는다). 고르는 칸은 없고 현황판에서 넘어온 조건으로만 보인다."""

    field_class = PeriodField

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__gte": value.start, f"{self.field_name}__lte": value.stop}) if value else qs


def asks(name: str) -> Callable[[Any, str, Any], models.QuerySet[Any]]:
    """QuerySet 의 메서드로 거른다: ("since", DayFilter(label="이날부터", method=asks("since")))."""

    def ask(rows: Any, _name: str, value: Any) -> models.QuerySet[Any]:
        found: models.QuerySet[Any] = getattr(rows, name)(value)
        return found

    return ask


class SearchFilter(django_filters.CharFilter):  # type: ignore[misc]
    """여러 항목을 한 칸에서 찾는다: q = SearchFilter(["name", "code"], label="이름·코드"). 낱말을 모두 가진 행만 남긴다."""

    def __init__(self, names: Sequence[str], label: str, placeholder: str = "") -> None:
        super().__init__(label=label, widget=forms.TextInput(attrs={"type": "search", "placeholder": placeholder}))
        self.names = names

    def filter(self, qs: models.QuerySet[Any], value: str) -> models.QuerySet[Any]:
        for word in clean_text(value or "").split():
            found = reduce(or_, (Q((f"{name}__icontains", word)) for name in self.names))
            # 딸린 자료에서 찾으면 한 행이 여러 번 나오므로 번호로 다시 찾는다.
            qs = qs.filter(pk__in=qs.model._base_manager.filter(found).values("pk")) if self._is_many(qs.model) else qs.filter(found)
        return qs

    def _is_many(self, model: type[models.Model]) -> bool:
        """찾는 길에 한 행이 여럿을 가리키는 자리가 있는가."""
        return any(_leads_to_many(model, name) for name in self.names)


def _leads_to_many(model: type[models.Model], path: str) -> bool:
    first, _, rest = path.partition("__")
    field: Any = model._meta.get_field(first)
    return bool(field.one_to_many or field.many_to_many) or bool(rest and _leads_to_many(field.related_model, rest))


class Options(BaseChoiceIterator):
    """고르는 칸에 보일 (값, 이름). 질의가 글자까지 같고 거기 나오는 자료의 판이 그대로면 다시 읽지 않는다.

    본인 것만 보는 자료는 질의에 그 사람의 번호가 있으므로 남과 나누어 쓰지 않는다.
    """

    def __init__(self, field: Any) -> None:
        self.field = field

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._read() if (known := self._query()) is None else kept(known, models_in(known[0]), self._read))

    def _read(self) -> tuple[tuple[str, str], ...]:
        return tuple((str(value), str(label)) for value, label in self.field.choices)

    def _query(self) -> tuple[str, str, str] | None:
        """이 칸을 가려내는 글: 질의와 그 값, 맨 위의 말. 나누어 쓰지 않을 것이면 None."""
        try:
            sql, params = self.field.queryset.query.sql_with_params()
        except EmptyResultSet:
            return None
        return (sql, repr(params), str(self.field.empty_label)) if models_in(sql) else None


@dataclass(frozen=True)
class Condition:
    """걸린 조건 하나. parameters 는 주소에서 이 조건이 쓰는 이름들."""

    name: str
    text: str
    parameters: tuple[str, ...]


class RecordFilter(django_filters.FilterSet):  # type: ignore[misc]
    """업무 자료의 거르기. Meta 에 model 과 fields 를 적는다."""

    FILTER_DEFAULTS = {
        **FILTER_FOR_DBFIELD_DEFAULTS,
        models.BooleanField: {"filter_class": YesNoFilter},
        models.DateField: {"filter_class": DayFilter},
    }

    def __init__(self, data: QueryDict, queryset: models.QuerySet[Any], *, user: Any) -> None:
        """django-filter 는 거르개를 깊게 베낀다. 여기서 고치는 것은 거르개의 항목과 extra 뿐이라 얕게 베낀다."""
        self.is_bound, self.data, self.queryset, self.user = True, data, queryset, user
        self.request = self.form_prefix = None
        self.filters = {name: self._own(found) for name, found in self.base_filters.items()}
        for found in self.filters.values():
            if isinstance(found, django_filters.ChoiceFilter):
                if found.extra.get("empty_label", NOTHING_CHOSEN) == NOTHING_CHOSEN:
                    found.extra["empty_label"] = ALL
                # 볼 수 없는 것은 고르는 칸에도 나오지 않는다.
                choices = getattr(found, "queryset", None)
                if isinstance(choices, RecordQuerySet):
                    found.queryset = with_names(choices.for_user(user))

    def _own(self, declared: Any) -> Any:
        """이 목록의 거르개: 클래스에 적은 것을 베껴 이 거르기에 붙인다."""
        found = copy(declared)
        found.__dict__.pop("_field", None)
        found.extra = dict(declared.extra)
        found.model, found.parent = self.queryset.model, self
        # 메서드로 거르는 것은 거르개를 쥐고 있으므로 다시 잇는다.
        found.method = declared.method
        return found

    @cached_property
    def form(self) -> Any:
        """거르기 폼. 해를 적지 않은 날짜는 내가 보는 회계연도의 날이다. 항목이 이미 이 목록의 것이라 폼을 클래스로 만들지 않는다."""
        found = self._meta.form(self.data)
        found.fields |= {name: one.field for name, one in self.filters.items()}
        dates_in_year(found.fields.values(), lambda: self.user.fiscal_year)
        for field in found.fields.values():
            if isinstance(field, forms.ModelChoiceField) and isinstance(field.queryset, RecordQuerySet):
                field.widget.choices = Options(field)
        return found

    def count(self) -> int:
        """조건에 맞는 행의 수."""
        return self.qs.count()

    def conditions(self) -> list[Condition]:
        """걸린 조건을 적힌 차례대로."""
        self.form.is_valid()
        found = []
        for bound in self.form:
            value = self.form.cleaned_data.get(bound.name)
            if value in (None, "", []) or (isinstance(value, models.QuerySet) and not value):
                continue
            label = str(bound.label)
            text = _condition_text(bound.field, value)
            found.append(Condition(bound.name, f"{label}: {text}", _parameters(bound)))
        return found

    def unread(self) -> list[str]:
        """읽지 못해 빼 놓은 조건의 이름."""
        return [str(self.form[name].label) for name in self.form.errors if name in self.form.fields]


def _parameters(bound: forms.BoundField) -> tuple[str, ...]:
    suffixes = getattr(bound.field.widget, "widgets_names", None)
    return tuple(bound.name + suffix for suffix in suffixes) if suffixes else (bound.name,)


def _condition_text(field: forms.Field, value: Any) -> str:
    if isinstance(value, slice):
        return f"{_condition_text(field, value.start) if value.start else ''} ~ {_condition_text(field, value.stop) if value.stop else ''}"
    if isinstance(value, list | tuple | models.QuerySet):
        return ", ".join(_condition_text(field, one) for one in value)
    choices = None if isinstance(value, models.Model) else getattr(field, "choices", None)
    # 함수로 적은 고를 것은 길이를 물을 수 없으므로 있는지만 본다.
    if choices is not None:
        return str(dict(_flat(choices)).get(str(value), value))
    return date_plain(value) if hasattr(value, "isoformat") else str(value)


def _flat(choices: Any) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for key, label in choices:
        pairs += _flat(label) if isinstance(label, list | tuple) else [(str(key), label)]
    return pairs
