"""모델의 항목을 엑셀의 열로. 값을 읽고 적는 일은 django-import-export 의 Field 와 Widget 을 쓴다."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from import_export.fields import Field
from import_export.widgets import Widget

from core import formats
from core.excel.columns import Column
from core.excel.lookups import LookupTable
from core.excel.values import CellError, clean_text, parse_code, search_key

SEPARATORS = re.compile(r"[,，;；、\n]")
# 여러 개를 고르는 항목의 값을 저장하기 전까지 두는 곳
CHOSEN = "_excel_chosen"


class Native(Widget):
    """읽은 값 그대로. 수는 수로, 날짜는 날짜로 적는다."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value


class Words(Widget):
    """고르는 값. 화면에 보이는 한국어로 적고 읽는다."""

    def __init__(self, choices: Iterable[tuple[Any, Any]]) -> None:
        super().__init__()
        self.labels = {value: str(label) for value, label in choices}
        self.values = {search_key(label): value for value, label in self.labels.items()}
        self.values |= {search_key(str(value)): value for value in self.labels if search_key(str(value)) not in self.values}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        if value in (None, ""):
            return value
        try:
            return self.values[search_key(str(value))]
        except KeyError:
            words = ", ".join(label for label in self.labels.values() if label)
            raise CellError("고를 수 있는 말이 아닙니다", f"{words} 가운데 하나로 적어 주세요") from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return self.labels.get(value, value)


class Target(Widget):
    """다른 자료를 가리키는 칸. 한 번 읽어 둔 표(LookupTable)에서 찾는다."""

    def __init__(self, table: LookupTable) -> None:
        super().__init__()
        self.table = table

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return None if value in (None, "") else self.table.find(str(value), kwargs.get("group"), kwargs.get("period"))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return self.table.text(value)


class Many(Target):
    """여러 개를 고르는 칸. 「201-01, 201-02」처럼 쉼표로 나누어 적는다. 값은 번호의 묶음이다."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        texts = [text for part in SEPARATORS.split(str(value or "")) if (text := part.strip())]
        found = [self.table.find(text, kwargs.get("group"), kwargs.get("period")) for text in texts]
        return tuple(sorted({target.pk for target in found}))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return ", ".join(sorted(self.table.text(pk) for pk in value or ()))


class ExcelField(Field):  # type: ignore[misc]
    """모델 항목 하나와 엑셀 열 하나."""

    def __init__(self, source: models.Field[Any, Any], kind: str, widget: Widget) -> None:
        super().__init__(attribute=source.attname, column_name=source.name, widget=widget)
        self.source: Any = source
        self.kind = kind
        self.name = source.name
        self.title = str(source.verbose_name)
        if kind == "amount":
            # 저장은 원이므로 엑셀에도 원으로 적는다. 천원으로 적으면 끝자리가 사라진다.
            self.title = f"{self.title.rpartition('(')[0]}(원)"

    @property
    def written(self) -> str:
        """다시 올릴 파일에 적는 갈래. 비율은 52.3 그대로 적는다: 백분율 서식의 칸에 70을 붙여 넣으면 7,000%가 된다."""
        return "decimal" if self.kind == "rate" else self.kind

    @property
    def is_many(self) -> bool:
        return bool(self.source.many_to_many)

    def value(self, instance: models.Model) -> Any:
        """행의 값. 여러 개를 고르는 항목은 번호의 묶음이다."""
        if not self.is_many:
            return getattr(instance, self.source.attname)
        chosen = instance.__dict__.get(CHOSEN, {})
        if self.name in chosen:
            return chosen[self.name]
        return tuple(sorted(row.pk for row in getattr(instance, self.name).all())) if instance.pk else ()

    def put(self, instance: models.Model, value: Any) -> None:
        """행에 값을 둔다. 여러 개를 고르는 항목은 저장할 때까지 곁에 적어 둔다."""
        if self.is_many:
            setattr(instance, CHOSEN, {**instance.__dict__.get(CHOSEN, {}), self.name: value or ()})
        else:
            setattr(instance, self.name, value)

    def cell(self, instance: models.Model) -> Any:
        """엑셀 칸에 적을 값."""
        return self.widget.render(self.value(instance)) if self.is_many else self.export(instance)

    def shown(self, value: Any) -> str:
        """미리보기에 적을 글자."""
        value = self.widget.render(value)
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return "예" if value else "아니오"
        if isinstance(value, date):
            return formats.date_plain(value)
        if isinstance(value, int) and self.title.endswith(")"):
            # 단위가 있는 수에만 쉼표를 찍는다(연도·차수에는 찍지 않는다).
            return formats.number(value)
        return str(value)

    def same(self, old: Any, new: Any) -> bool:
        """엑셀을 거쳐도 달라지지 않은 값인가. 빈칸 모양처럼 읽을 때 고르게 하는 차이는 보지 않는다."""
        if old == new:
            return True
        if isinstance(old, str) and isinstance(new, str) and self.kind in ("text", "memo", "code"):
            try:
                return (parse_code(old) if self.kind == "code" else clean_text(old, multiline=self.kind == "memo")) == new
            except CellError:
                return False
        return False

    def restored(self, logged: Any) -> Any:
        """이력에 적힌 글자를 이 항목의 값으로."""
        if self.is_many:
            return tuple(logged or ())
        return logged if logged is None or self.source.is_relation else self.source.to_python(logged)

    def blank(self) -> Any:
        """빈 칸이 뜻하는 값. 비울 수 없는 항목이면 None."""
        if self.source.null:
            return None
        return "" if isinstance(self.source, (models.CharField, models.TextField)) else None


def kind_of(field: Any) -> str | None:
    """항목에 맞는 열의 갈래. 엑셀로 다룰 수 없는 항목이면 None."""
    title = str(field.verbose_name)
    if isinstance(field, (models.ForeignKey, models.ManyToManyField)):
        return "text"
    if isinstance(field, (models.DateTimeField, models.FileField, models.JSONField)):
        return None
    if field.choices:
        return "text"
    if isinstance(field, models.BooleanField):
        return "bool"
    if isinstance(field, models.DateField):
        return "date"
    if isinstance(field, models.DecimalField):
        return "rate" if title.endswith("(%)") else "decimal"
    if isinstance(field, models.IntegerField):
        return "amount" if title.endswith("원)") else "integer"
    if isinstance(field, models.TextField):
        return "memo"
    if isinstance(field, models.CharField):
        return "code" if field.name == "code" or field.name.endswith(("_code", "_number")) else "text"
    return None


def excel_names(model: type[models.Model], exclude: Iterable[str] = ()) -> tuple[str, ...]:
    """따로 적지 않았을 때 엑셀에 나오는 항목. 고칠 수 없는 항목, 이력에 남기지 않는 항목, 개인정보는 뺀다."""
    skipped = {"version", *exclude, *getattr(model, "untracked", ()), *getattr(model, "personal", ())}
    return tuple(
        field.name
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key and field.name not in skipped and kind_of(field)
    )


def column_of(field: ExcelField, required: bool, synonyms: tuple[str, ...] = ()) -> Column:
    """reader 에 넘길 열."""
    # 고르는 말과 다른 자료의 이름은 글자로 읽고 우리가 찾는다.
    return Column(field.name, field.title, field.kind, required, synonyms)
