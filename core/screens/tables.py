"""목록의 표. django-tables2 의 표에 우리 값 적기, 이름 열의 링크, 열 고르기를 더한다."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from operator import attrgetter
from typing import Any, ClassVar

import django_tables2 as tables
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.formats import localize
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django_tables2.utils import signature

from core.excel.fields import kind_of
from core.excel.resource import ExcelResource
from core.excel.writer import ColumnOut
from core.formats import MISSING
from core.screens.templatetags.parts import sig
from core.screens.texts import unit_of, value_text

# 모델의 항목이 아닌 계산한 열의 갈래
_UNIT_KINDS = {"원": "amount", "천원": "integer", "백만원": "integer", "%": "rate", "명": "integer", "건": "integer"}


class ValueColumn(tables.Column):  # type: ignore[misc]
    """값의 갈래에 맞게 적는 열. 화면에는 글로, 엑셀에는 진짜 수와 날짜로 나간다.

    모델의 항목은 저절로 이 열이 된다. 계산한 값은 표에 직접 적는다: balance = ValueColumn("잔액(원)", order_by="…")
    """

    unit = ""
    css = ""
    # 엑셀 열의 갈래(core.excel.columns.KINDS)
    kind = "text"

    def __deepcopy__(self, memo: Any) -> ValueColumn:
        """표마다 고치는 것은 unit·css·kind 뿐이라 얕게 베낀다."""
        return copy(self)

    def render(self, value: Any) -> Any:
        return value_text(value, self.unit)

    def value(self, value: Any) -> Any:
        """엑셀 칸에 넣을 값."""
        if isinstance(value, bool):
            return value_text(value)
        if isinstance(value, datetime):
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
        return value if isinstance(value, int | float | Decimal | date) else str(value)


def _state(value: Any) -> Any:
    """상태를 낱말 표시로 적는다."""
    return sig(value)


# 엑셀로 내보낼 때 한 번에 읽는 행
CHUNK = 2_000


@dataclass(frozen=True)
class _ExcelColumn:
    """엑셀로 나가는 열. 값만 읽어도 되면 plain 은 (길, 값을 적는 법, 가리키는 자료)이고, 아니면 행에서 read 한다."""

    out: ColumnOut
    read: Callable[[Any], Any]
    plain: tuple[str, Callable[[Any], Any], models.QuerySet[Any] | None] | None


class RecordTable(tables.Table):  # type: ignore[misc]
    """업무 자료의 표. Meta 에 model 과 fields 만 적으면 된다. fields 의 첫 항목이 이름 열이다."""

    # 처음에 보일 열. 비우면 모두 보인다.
    default_columns: ClassVar[Sequence[str]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, column in cls.base_columns.items():
            if not column._explicit:
                cls.base_columns[name] = ValueColumn(accessor=name, verbose_name=column.verbose_name)

    def __init__(
        self, data: Any, *, screens: Any = None, query: str = "", chosen: Sequence[str] = (), pick: bool = False,
        without: str = "",
    ) -> None:  # fmt: skip
        """screens 를 주면 이름 열이 상세 화면의 링크가 되고, pick 이면 고르는 칸이 앞에 붙는다. without 열은 뺀다."""
        self.every_column = [name for name in self.base_columns if name != without]
        self.identifier = self.every_column[0]
        kept = [name for name in chosen if name in self.every_column] or self.default_columns or self.every_column
        names = [self.identifier, *(name for name in kept if name not in (self.identifier, without))]
        # 차례는 arrange() 가 정하므로 자료의 차례에서 열을 찾지 않게 한다.
        super().__init__(
            data, sequence=names, exclude=[name for name in self.base_columns if name not in names], default=MISSING, order_by=()
        )
        self.shown_columns = names
        self.screens, self.query, self.pick = screens, query, pick
        self._decorate()

    def _decorate(self) -> None:
        """열의 단위와 맞춤을 모델의 항목에서 정한다. 행마다 다시 하지 않는다."""
        model = self._meta.model or self.data.model
        for bound in self.columns:
            column = bound.column
            if not isinstance(column, ValueColumn):
                continue
            field = bound.accessor.get_field(model) if model else None
            column.unit = unit_of(bound.header)
            column.css = column.css or _css(field, column.unit)
            column.kind = (kind_of(field) if field is not None else _UNIT_KINDS.get(column.unit)) or "text"
            if self.screens and self.screens.state == bound.name and not hasattr(self, f"render_{bound.name}"):
                bound.render, column.css = _state, "c nw"

    def arrange(self, sort: Sequence[str]) -> None:
        """열 이름으로 차례를 정한다. 값이 같은 행의 차례도 쪽마다 같도록 번호를 덧붙인다."""
        if sort:
            self.order_by = sort
        rows = self.data.data
        self.data.data = rows.order_by(*(rows.query.order_by or rows.model._meta.ordering), "pk")

    @property
    def queryset(self) -> models.QuerySet[Any]:
        """차례를 정한 모든 행."""
        return self.data.data

    @property
    def records(self) -> Iterator[Any]:
        """그릴 행. 쪽을 나눴으면 이 쪽의 행만."""
        return (row.record for row in self.paginated_rows)

    @property
    def body(self) -> SafeString:
        """표의 줄. 첫 칸은 이름 열이고 상세 화면의 링크가 된다. 칸을 적는 법은 열마다 한 번만 정한다."""
        (name, _label, _css), *others = self.headings
        write_name = self._writer(name)
        cells = []
        for other, label, css in others:
            rest = f' data-l="{escape(label)}">'
            # 카드로 접히는 좁은 화면에서는 빈 칸을 적지 않는다.
            missing = f'<td class="{escape(f"{css} hide-m".strip())}"{rest}{MISSING}</td>'
            cells.append((self._writer(other), f'<td class="{escape(css)}"{rest}' if css else f"<td{rest}", missing))
        # 상세의 주소는 번호만 다르다.
        head, _, tail = self.screens.url("detail", 0).rpartition("0") if self.screens is not None else ("", "", "")
        tail = escape(tail + self.query)
        lines = []
        for record in self.records:
            line = ["<tr>"]
            if self.pick:
                line.append(
                    f'<td class="c"><input type="checkbox" name="pk" value="{record.pk}" form="bulk" '
                    f'aria-label="{escape(record)} 선택"></td>'
                )
            title = _html(write_name(record))
            linked = f'<a href="{head}{record.pk}{tail}"><b>{title}</b></a>' if head else title
            line.append(f'<th scope="row">{linked}</th>')
            for write, start, missing in cells:
                content = write(record)
                line.append(missing if content == MISSING else f"{start}{_html(content)}</td>")
            line.append("</tr>\n")
            lines.append("".join(line))
        return mark_safe("".join(lines))  # noqa: S308 - 칸마다 _html() 과 escape() 를 거친 글이다

    def _writer(self, name: str) -> Callable[[Any], Any]:
        """한 열의 칸을 적는 함수. django-tables2 는 칸마다 길과 인자를 다시 풀지만, 우리 열은 표마다 한 번 푼다."""
        bound = self.columns[name]
        column, render = bound.column, bound.render
        plain = getattr(render, "__func__", None) is ValueColumn.render
        wanted, rest = (("value",), None) if plain else signature(render)
        given = {"column": column, "bound_column": bound, "table": self}
        if not isinstance(column, ValueColumn) or bound.link or rest or not {"value", "record", *given}.issuperset(wanted):
            return lambda record: tables.rows.BoundRow(record, table=self).get_cell(name)
        fixed = {key: value for key, value in given.items() if key in wanted}
        read, empty, default = _reader_of(bound.accessor, self._meta.model or self.data.model), column.empty_values, bound.default
        takes_value, takes_record = "value" in wanted, "record" in wanted

        def write(record: Any) -> Any:
            value = read(record)
            if value in empty:
                return default
            if not takes_record:
                return render(value=value, **fixed) if takes_value else render(**fixed)
            return render(value=value, record=record, **fixed) if takes_value else render(record=record, **fixed)

        return write

    def excel(self, resource: ExcelResource | None = None) -> tuple[list[ColumnOut], Iterator[list[Any]]]:
        """보이는 열과, 차례를 정한 모든 행을 엑셀에 넣을 값으로.

        resource 를 주면 그 항목은 서식과 같은 머리글과 값으로 적고 행 번호와 판을 숨긴 열로 더해, 그대로 고쳐 다시 올릴 수 있다.
        """
        columns = [self._excel_column(bound, resource) for bound in self.columns]
        if resource:
            hidden = zip(resource.key_titles, ("pk", "version"), strict=True)
            columns += [
                _ExcelColumn(ColumnOut(title, "integer", hidden=True), attrgetter(name), (name, lambda value: value, None))
                for title, name in hidden
            ]  # fmt: skip
        return [column.out for column in columns], self._excel_rows(columns)

    def _excel_column(self, bound: Any, resource: ExcelResource | None) -> _ExcelColumn:
        title, kind = str(bound.header), getattr(bound.column, "kind", "text")
        if resource is None:
            return _ExcelColumn(ColumnOut(title, kind), self._reader(bound), self._plain(bound))
        if field := resource.excel_fields().get(str(bound.accessor)):
            plain = None if field.is_many else (field.source.attname, field.widget.render, None)
            return _ExcelColumn(ColumnOut(field.title, field.written), lambda record: _blank(field.cell(record)), plain)
        if resource.knows(title):
            # 계산해서 보이는 글이라, 다시 올릴 때 같은 머리글의 항목으로 읽으면 안 된다.
            title = f"{title} (화면)"
        return _ExcelColumn(ColumnOut(title, kind), self._reader(bound), self._plain(bound))

    def _excel_rows(self, every: list[_ExcelColumn]) -> Iterator[list[Any]]:
        """모델의 항목만 보이는 표는 행을 모델로 만들지 않고 값만 읽는다. 가리키는 자료의 이름은 CHUNK 행마다 모아서 한 번씩 읽는다."""
        columns = [column.plain for column in every if column.plain]
        if len(columns) < len(every):
            for record in self.queryset.iterator(chunk_size=CHUNK):
                yield [column.read(record) for column in every]
            return
        rows = self.queryset.values_list(*(path for path, _write, _targets in columns)).iterator(chunk_size=CHUNK)
        names: list[dict[Any, str]] = [{} for _column in columns]
        while part := list(islice(rows, CHUNK)):
            for at, (_path, _write, targets) in enumerate(columns):
                if targets is not None:
                    unknown = {row[at] for row in part} - names[at].keys() - {None}
                    names[at] |= {key: str(target) for key, target in targets.in_bulk(unknown).items()}
            for row in part:
                yield [
                    None if value is None or value == "" else write(value) if targets is None else names[at][value]
                    for at, (value, (_path, write, targets)) in enumerate(zip(row, columns, strict=True))
                ]  # fmt: skip

    def _plain(self, bound: Any) -> tuple[str, Callable[[Any], Any], models.QuerySet[Any] | None] | None:
        """값만 읽어도 되는 열이면 (길, 값을 적는 법, 가리키는 자료). 계산한 열이면 None."""
        column, model = bound.column, self._meta.model or self.data.model
        field: Any = bound.accessor.get_field(model) if model else None
        if type(column) is not ValueColumn or hasattr(self, f"value_{bound.name}") or not getattr(field, "concrete", False):
            return None
        path = str(bound.accessor).replace(".", "__")
        if path.rpartition("__")[2] != field.name:
            # 길의 끝이 항목이 아니라 속성이다(예: task__code). get_field 는 앞의 항목을 준다.
            return None
        if field.is_relation:
            if field.many_to_many:
                return None
            joined = tuple(getattr(self.screens, "select_related", ()))
            deeper = [one.removeprefix(f"{path}__") for one in joined if one.startswith(f"{path}__")]
            targets = field.related_model._base_manager.all()
            return path, str, targets.select_related(*deeper) if deeper else targets
        labels = dict(field.flatchoices or ())
        return path, (lambda value: column.value(labels.get(value, value))) if labels else column.value, None

    def _reader(self, bound: Any) -> Callable[[Any], Any]:
        """행에서 엑셀에 넣을 값을 읽는 함수. 수만 행을 내보내므로 행마다 열을 다시 풀지 않는다."""
        column, name = bound.column, bound.name
        if type(column) is not ValueColumn or hasattr(self, f"value_{name}"):
            return lambda record: _blank(tables.rows.BoundRow(record, table=self).get_cell_value(name))
        read = _reader_of(bound.accessor, self._meta.model or self.data.model)

        def write(record: Any) -> Any:
            value = _blank(read(record))
            return None if value is None else column.value(value)

        return write

    @property
    def headings(self) -> list[tuple[str, str, str]]:
        """보이는 열의 (이름, 제목, class)."""
        return [(bound.name, str(bound.header), getattr(bound.column, "css", "")) for bound in self.columns]

    @property
    def column_options(self) -> list[dict[str, Any]]:
        """열 고르기에 적을 것: 보이는 열이 차례대로 앞에, 나머지가 뒤에."""
        hidden = [name for name in self.every_column if name not in self.shown_columns]
        shown = {bound.name: str(bound.header) for bound in self.columns}
        return [
            {"name": name, "title": shown.get(name) or _title(self.base_columns[name]), "shown": name in shown,
             "fixed": name == self.identifier}
            for name in [*self.shown_columns, *hidden]
        ]  # fmt: skip


def _blank(value: Any) -> Any:
    """엑셀에 적을 값. 화면에서 「-」로 적는 없는 값은 빈 칸이다."""
    return None if value in ("", MISSING) else value


def _html(content: Any) -> str:
    """칸에 넣을 글. 템플릿의 {{ }} 와 같다."""
    if type(content) is SafeString:
        return content
    return conditional_escape(content if isinstance(content, str) else str(localize(content)))


def _reader_of(accessor: Any, model: type[models.Model] | None) -> Callable[[Any], Any]:
    """길(department__name)을 따라 값을 읽는 함수. 고르는 값은 이름으로 읽고, 길 가운데가 비었으면 None 이다."""
    field = accessor.get_field(model) if model else None
    labels = dict(getattr(field, "flatchoices", None) or ()) if getattr(field, "name", "") == accessor.bits[-1] else {}
    get = attrgetter(".".join(accessor.bits))

    def read(record: Any) -> Any:
        try:
            value = get(record)
        except (AttributeError, ObjectDoesNotExist):
            return accessor.resolve(record, quiet=True)
        if callable(value):
            return accessor.resolve(record, quiet=True)
        return labels.get(value, value) if labels else value

    return read


def _title(column: tables.Column) -> str:
    return str(column.verbose_name or "")


def _css(field: models.Field[Any, Any] | None, unit: str) -> str:
    """열의 맞춤: 수는 오른쪽, 고르는 값과 예·아니오는 가운데, 날짜는 줄을 나누지 않는다."""
    if field is None:
        return "num" if unit else ""
    if getattr(field, "choices", None) or isinstance(field, models.BooleanField):
        return "c nw"
    if unit or isinstance(field, models.IntegerField | models.DecimalField | models.FloatField):
        return "num"
    return "nw" if isinstance(field, models.DateField) else ""
