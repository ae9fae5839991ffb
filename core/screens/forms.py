"""입력 폼. 공무원이 적는 모양의 금액과 날짜를 읽고, 권한과 판 번호를 지킨다."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from core import formats
from core.access import DepartmentScope, Role
from core.excel.values import CellError, parse_amount, parse_date
from core.history.models import Record, RecordQuerySet, tracked_many
from core.screens.texts import field_value, unit_of, value_text, with_names

CHOOSE = "고르세요"


class AmountField(forms.IntegerField):
    """금액(원). 「1,234천원」 「△1,234」처럼 적어도 읽는다. 빈 칸은 없음이고 0이 아니다."""

    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def to_python(self, value: Any) -> int | None:
        try:
            return parse_amount(value)
        except CellError as error:
            raise ValidationError(str(error), code="invalid") from None

    def prepare_value(self, value: Any) -> Any:
        return formats.number(value) if isinstance(value, int) else value


class KoreanDateField(forms.DateField):
    """날짜. 2023-10-31, 20231031, 2023. 10. 31., 10/31 을 모두 읽는다.

    해를 적지 않으면 자료의 회계연도(year_of)로 보고, 그런 해가 없으면 적어 달라고 한다. 1월에 적는 지난해 12/10을
    올해로 보면 조용히 한 해가 어긋난다.
    """

    year_of: Callable[[], int | None] | None = None

    def to_python(self, value: Any) -> date | None:
        try:
            return parse_date(value, default_year=self.year_of() if self.year_of and value else None)
        except CellError as error:
            raise ValidationError(str(error), code="invalid") from None

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"placeholder": "예: 2023-10-31"}


def dates_in_year(fields: Iterable[forms.Field], year_of: Callable[[], int | None]) -> None:
    """날짜 칸에 해를 적지 않았을 때의 해를 알려 준다."""
    for field in fields:
        if isinstance(field, KoreanDateField):
            field.year_of = year_of


def record_field(field: models.Field[Any, Any], **kwargs: Any) -> forms.Field | None:
    """모델의 항목에 맞는 입력 칸을 고른다."""
    if isinstance(field, models.BigIntegerField) and str(field.verbose_name).endswith("(원)"):
        return field.formfield(form_class=AmountField, **kwargs)
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return field.formfield(form_class=KoreanDateField, **kwargs)
    if isinstance(field, models.TimeField):
        return field.formfield(**{"widget": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **kwargs})
    found: Any = field.formfield(**kwargs)
    if isinstance(found, forms.ModelMultipleChoiceField) or found is None:
        return found
    if isinstance(found, forms.ModelChoiceField):
        found.empty_label = CHOOSE
    elif isinstance(found, forms.TypedChoiceField):
        choices: Any = found.choices
        found.choices = [("", CHOOSE) if pair[0] == "" else pair for pair in choices]
    return found


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """업무 자료의 입력 폼. Meta 에 model 과 fields 를 적는다.

    - 볼 수 없는 자료는 고르는 칸에 나오지 않고, 부서 담당자는 자기 부서만 고른다.
    - scope.locked_fields 는 값만 보이고, 보내도 받지 않는다.
    - 고칠 때는 판 번호(_version)를 숨겨 두어, 그 사이 다른 사람이 고쳤는지 안다.
    - parent 는 이 자료가 딸린 것을 가리키는 항목이다. 그 자료에서 들어왔거나 이미 정해졌으면 고르지 않는다.
    """

    parent: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        meta = cls.__dict__.get("Meta")
        if meta and not hasattr(meta, "formfield_callback"):
            meta.formfield_callback = staticmethod(record_field)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.is_new = self.instance._state.adding
        dates_in_year(self.fields.values(), self.fiscal_year)
        scope = self.instance.scope
        for name in scope.locked_fields(user) & set(self.fields):
            if self.is_new:
                del self.fields[name]
                continue
            field: Any = self.fields[name]
            field.disabled = True
            field.locked_text = value_text(field_value(self.instance, name), unit_of(str(field.label)))
        for field in self.fields.values():
            choices = getattr(field, "queryset", None)
            if isinstance(choices, RecordQuerySet) and not field.disabled:
                field.queryset = with_names(choices.for_user(user))
        if user.role == Role.DEPARTMENT and isinstance(scope, DepartmentScope):
            self._keep_own_department(scope.path)
        if not self.is_new:
            for field in self.fields.values():
                # 처음 본 값을 함께 보내, 부딪혔을 때 내가 고친 항목을 가려낸다.
                field.show_hidden_initial = not field.disabled
            self.fields["_version"] = forms.IntegerField(
                widget=forms.HiddenInput, required=False, initial=self.instance.version
            )
        if self.parent and (not self.is_new or self.initial.get(self.parent) or self.is_bound):
            self.fields[self.parent].widget = forms.HiddenInput()

    def fiscal_year(self) -> int | None:
        """해를 적지 않은 날짜의 해: 자료의 회계연도, 없으면 내가 보는 회계연도."""
        found = getattr(self.instance, "fiscal_year", None) if getattr(self.instance, "fiscal_year_id", None) else None
        return getattr(found, "year", None) or self.user.fiscal_year

    def _keep_own_department(self, path: str) -> None:
        """부서까지 가는 길의 첫 항목에서 자기 부서에 닿는 것만 고르게 한다."""
        first, _, rest = path.partition("__")
        if first in self.fields:
            field: Any = self.fields[first]
            field.queryset = field.queryset.filter(**{rest or "pk": self.user.department_id})
            if not rest:
                field.initial = self.user.department_id
        elif not rest and self.is_new:
            setattr(self.instance, f"{first}_id", self.user.department_id)

    def _save_m2m(self) -> None:
        with tracked_many(self.instance):
            super()._save_m2m()

    def hidden_initials(self) -> SafeString:
        """처음 본 값의 숨은 칸."""
        return format_html_join(
            "\n", "{}", ((bound.as_hidden(only_initial=True),) for bound in self if bound.field.show_hidden_initial)
        )

    def seen_version(self) -> int | None:
        """이 폼을 열었을 때의 판 번호."""
        text = str(self.data.get(self.add_prefix("_version"), ""))
        return int(text) if text.isdecimal() else None

    def see_version(self, version: int) -> None:
        """다시 보여 줄 폼에 지금의 판 번호를 적는다."""
        data: Any = self.data
        self.data = data.copy()
        self.data[self.add_prefix("_version")] = str(version)  # type: ignore[index]


def place_of(record: Record) -> dict[str, Any]:
    """자료의 자리: 가리키는 것(부서, 예산서, 회차 따위)과 팀."""
    fields = record._meta.concrete_fields
    return {field.attname: getattr(record, field.attname) for field in fields if field.is_relation or field.name == "team"}


def model_field(record: Record, name: str) -> models.Field[Any, Any] | None:
    """폼의 칸에 맞는 모델의 항목. 폼에만 있는 칸이면 None."""
    try:
        return record._meta.get_field(name)  # type: ignore[return-value]
    except FieldDoesNotExist:
        return None
