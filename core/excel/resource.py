"""자료(Record)를 엑셀로 내려받고 올리는 약속. 모델마다 ExcelResource 하나를 선언한다.

    class DepartmentResource(ExcelResource):
        model = Department
        key = ("code",)

열은 모델의 verbose_name 과 항목의 갈래에서 나온다. 화면, 관리자 화면, 명령이 모두 이 약속을 쓴다.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from core import formats
from core.excel.columns import ROW_KEY, VERSION, Column, heading_key
from core.excel.examine import Examiner
from core.excel.fields import CHOSEN, ExcelField, Many, Native, Target, Words, column_of, excel_names, kind_of
from core.excel.form import FormColumn, write_form
from core.excel.lookups import Lookup, LookupTable
from core.excel.mapping import with_synonyms
from core.excel.preview import NEW, ApplyRefused, Choices, Preview, PreviewRow, PreviewStale, RowId
from core.excel.reader import FileRefused, Reading, read_table
from core.excel.tables.open_table import cell_parser
from core.excel.values import CellError
from core.excel.writer import ColumnOut, SheetOut, write_csv
from core.history.context import acting_as
from core.history.models import Record, tracked_many
from core.inbox.keeping import at_the_end

ROW_KEY_TITLE, VERSION_TITLE = "행 번호(그대로 두세요)", "판(그대로 두세요)"
PREVIOUS = "previous."
# 드롭다운으로 고르게 할 만큼 적은 대상의 수
MOST_CHOICES = 300
MOST_IN_QUERY = 5_000
CHUNK = 2_000
HOW_TO = (
    ("고치는 법", "칸을 고치고 새 행을 아래에 더해 그대로 올립니다. 올리면 무엇이 바뀌는지 먼저 보고 고른 행만 반영합니다."),
    ("지우는 법", "행을 지워도 자료는 지워지지 않습니다. 지울 것은 화면에서 지웁니다."),
    ("여럿이 고칠 때", "내려받은 뒤 다른 사람이 고친 칸은 「충돌」로 보이고, 어느 값을 둘지 고릅니다."),
    ("시트 보호", "머리글만 잠겨 있습니다. 암호는 없습니다."),
)
FORMATS = {
    "amount": "금액(원)", "integer": "정수", "decimal": "수", "rate": "백분율 수(예: 52.3)", "date": "날짜(예: 2023-10-31)",
    "bool": "예 또는 아니오", "code": "코드(글자)", "memo": "여러 줄 글", "text": "글자",
}  # fmt: skip


@dataclass(frozen=True)
class Applied:
    """반영한 결과. batch 로 한꺼번에 되돌린다."""

    batch: uuid.UUID
    created: int
    changed: int

    @property
    def total(self) -> int:
        return self.created + self.changed


class ExcelResource:
    """한 모델의 엑셀 약속.

    key         행을 알아보는 항목. 「행 번호」가 없는 파일은 이것으로 짝을 찾는다
    other_keys  key 칸이 비었을 때 대신 쓸 항목들
    fields      나오는 항목과 차례. 비우면 고칠 수 있는 모든 항목
    required    파일에 꼭 있어야 하는 열. None 이면 key
    synonyms    같은 뜻으로 받아들일 다른 머리글
    lookups     외래키를 글자로 찾는 법. 적지 않으면 이름·코드로 찾는다
    group       「파일에 없음」을 따질 묶음(예: "fiscal_year_id"). 파일에 나온 묶음 안에서만 본다
    notes       작성 방법에 덧붙일 말
    year_path   행의 회계연도까지 가는 길(예: "fiscal_year.year"). 올릴 때 고른 해와 견준다
    previous    {항목: 머리글}. 항목 옆에 회색으로 적어 줄 지난 값이고, previous_values() 가 준다. 올릴 때는 읽지 않는다
    """

    model: ClassVar[type[Record]]
    key: ClassVar[tuple[str, ...]] = ()
    other_keys: ClassVar[tuple[tuple[str, ...], ...]] = ()
    fields: ClassVar[tuple[str, ...]] = ()
    exclude: ClassVar[tuple[str, ...]] = ("is_sample",)
    required: ClassVar[tuple[str, ...] | None] = None
    synonyms: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    lookups: ClassVar[Mapping[str, Lookup]] = {}
    group: ClassVar[str] = ""
    notes: ClassVar[Mapping[str, str]] = {}
    year_path: ClassVar[str] = ""
    previous: ClassVar[Mapping[str, str]] = {}
    # 한 줄을 반영하면 함께 생기는 다른 자료. 되돌릴 때 이 차례로 되돌린다.
    also: ClassVar[tuple[type[Record], ...]] = ()

    def __init__(self) -> None:
        self._fields: dict[str, ExcelField] | None = None

    @property
    def title(self) -> str:
        return str(self.model._meta.verbose_name)

    # ── 열 ────────────────────────────────────────────────────────────

    def names(self) -> tuple[str, ...]:
        return self.fields or excel_names(self.model, self.exclude)

    def excel_fields(self, user: Any = None) -> dict[str, ExcelField]:
        """항목과 값을 읽고 적는 법. 가리키는 표는 표마다 한 번 읽는다."""
        if self._fields is None:
            self._fields = {name: self._excel_field(name, user) for name in self.names()}
        return self._fields

    def _excel_field(self, name: str, user: Any) -> ExcelField:
        source: Any = self.model._meta.get_field(name)
        kind = kind_of(source)
        if kind is None:
            raise TypeError(f"{self.model.__name__}.{name}은(는) 엑셀로 다룰 수 없는 항목입니다.")
        widget: Any = Native()
        if source.is_relation:
            widget = (Many if source.many_to_many else Target)(LookupTable(source, self.lookups.get(name), user))
        elif source.choices:
            widget = Words(source.flatchoices)
        return ExcelField(source, kind, widget)

    def columns(self) -> list[Column]:
        """reader 에 넘길 열. 가리키는 표는 읽지 않는다."""
        required = self.key if self.required is None else self.required
        found = []
        for name in self.names():
            source: Any = self.model._meta.get_field(name)
            field = ExcelField(source, kind_of(source) or "text", Native())
            found.append(column_of(field, name in required, self.synonyms.get(name, ())))
        found += [Column(f"{PREVIOUS}{name}", title) for name, title in self.previous.items()]
        return [
            *found,
            Column(ROW_KEY, self.row_key_title, "integer", synonyms=(ROW_KEY_TITLE,)),
            Column(VERSION, VERSION_TITLE, "integer"),
        ]

    @property
    def row_key_title(self) -> str:
        """행 번호의 머리글. 자료의 이름을 적어 다른 자료의 서식을 올린 것을 알아본다."""
        return f"{self.title} {ROW_KEY_TITLE}"

    @property
    def key_titles(self) -> tuple[str, str]:
        """행 번호와 판의 머리글."""
        return self.row_key_title, VERSION_TITLE

    def knows(self, heading: str) -> bool:
        """가져올 때 어느 항목으로 읽는 머리글인가."""
        key = heading_key(heading)
        return any(key in {heading_key(name) for name in (one.title, *one.synonyms)} for one in self.columns())

    def unique_sets(self) -> list[tuple[str, ...]]:
        """겹치면 안 되는 항목의 묶음: key, unique 항목, UniqueConstraint."""
        meta = self.model._meta
        found = [self.key] if self.key else []
        found += [(field.name,) for field in meta.concrete_fields if field.unique and not field.primary_key]
        found += [
            tuple(item.fields) for item in meta.constraints
            if isinstance(item, models.UniqueConstraint) and item.fields and item.condition is None
        ]  # fmt: skip
        return list(dict.fromkeys([*found, *(tuple(names) for names in meta.unique_together)]))

    # ── 모델마다 다르게 할 수 있는 것 ─────────────────────────────────

    def match(self, values: dict[str, Any], find: Callable[[tuple[str, ...], dict[str, Any]], Any]) -> Any:
        """행의 값과 짝이 되는 지금 자료. 칸이 모두 채워진 첫 열쇠로 찾는다."""
        for names in (self.key, *self.other_keys):
            if names and all(values.get(name) not in (None, "") for name in names):
                return find(names, values)
        return None

    def complete(self, instance: Any, examiner: Examiner) -> None:
        """새 행의 빈 항목을 채운다(차례, 코드 따위). 엑셀로 추가할 수 없는 행이면 CellError 를 낸다."""

    def previous_values(self, rows: list[Any]) -> Mapping[Any, Mapping[str, Any]]:
        """{행의 번호: {항목: 지난 값}}. previous 를 적은 자원이 채운다. 2,000행마다 한 번 부른다."""
        return {}

    # ── 내려받기 ──────────────────────────────────────────────────────

    def narrowed(self, queryset: Any, wanted: Mapping[str, str], year: int | None = None) -> Any:
        """항목마다 엑셀에 적는 글자와 같은 값의 행만. 항목은 이름(department)이나 머리글(부서)로 적는다.

        모르는 항목이나 읽을 수 없는 값이면 CellError.
        """
        if year is not None:
            if not self.year_path:
                raise CellError(f"「{self.title}」에는 회계연도가 없습니다", "연도를 빼고 다시 하세요")
            queryset = queryset.filter(**{self.year_path.replace(".", "__"): year})
        fields = self.excel_fields()
        by_title = {heading_key(field.title): field for field in fields.values()}
        for name, text in wanted.items():
            field = fields.get(name) or by_title.get(heading_key(name))
            if field is None:
                known = ", ".join(f"{field.title}({name})" for name, field in fields.items())
                raise CellError(f"「{name}」 항목이 없습니다", f"쓸 수 있는 항목: {known}")
            if isinstance(field.widget, Target):
                queryset = queryset.filter(**{f"{field.name}__in": field.widget.table.named(text)})
            else:
                read = cell_parser(column_of(field, False), 1, False, year)
                value = field.widget.clean(read(text))
                queryset = queryset.filter(**{field.name: field.blank() if value in (None, "") else value})
        return queryset.distinct() if any(field.is_many for field in fields.values()) else queryset

    def form_columns(self, user: Any = None) -> list[FormColumn]:
        """내려받는 파일의 열: 항목, 그 옆의 지난 값, 행 번호, 판."""
        found = []
        for name, field in self.excel_fields(user).items():
            found.append(FormColumn(ColumnOut(field.title, field.written), *_choices_of(field)))
            if name in self.previous:
                found.append(FormColumn(ColumnOut(self.previous[name], field.written), grey=True))
        return [*found, *(FormColumn(ColumnOut(title, "integer", 12), grey=True) for title in self.key_titles)]

    def sheet_rows(self, queryset: Iterable[Any], user: Any = None) -> Iterator[list[Any]]:
        fields = self.excel_fields(user)
        many = [name for name, field in fields.items() if field.is_many]
        rows: Iterable[Any] = queryset
        if isinstance(queryset, models.QuerySet):
            rows = queryset.prefetch_related(*many).iterator(chunk_size=CHUNK)
        rows = iter(rows)
        while part := list(islice(rows, CHUNK)):
            earlier = self.previous_values(part) if self.previous else {}
            for row in part:
                cells = []
                for name, field in fields.items():
                    cells.append(field.cell(row))
                    if name in self.previous:
                        cells.append(earlier.get(row.pk, {}).get(name))
                yield [*cells, row.pk, row.version]

    def export(
        self, queryset: Iterable[Any], user: Any, stream: Any, *,
        conditions: Iterable[tuple[str, Any]] = (), kind: str = "xlsx",
    ) -> None:  # fmt: skip
        """queryset 의 행을 쓴다. 그대로 고쳐 다시 올릴 수 있는 서식이다. 빈 서식은 queryset.none()."""
        columns = self.form_columns(user)
        rows = self.sheet_rows(queryset, user)
        if kind == "csv":
            write_csv(stream, [column.out for column in columns], rows)
            return
        who = getattr(user, "display_name", "") or "명령"
        printed = [("내려받은 때", formats.moment(timezone.now())), ("내려받은 사람", who)]
        write_form(
            stream, self.title, columns, rows, _sample_notice(queryset), self._guide(user),
            [("자료", self.title), *conditions, ("기준일", timezone.localdate()), *printed],
        )  # fmt: skip

    def _guide(self, user: Any) -> SheetOut:
        """작성 방법 시트: 열마다 형식과 고를 수 있는 값."""
        rows = []
        for name, field in self.excel_fields(user).items():
            required = not field.source.blank and not field.source.has_default()
            how = FORMATS[field.kind]
            if isinstance(field.widget, Words):
                how = ", ".join(label for label in field.widget.labels.values() if label)
            elif isinstance(field.widget, Many):
                how = f"{field.widget.table.title} 목록에 있는 이름을 쉼표로 나누어(예: 201-01, 201-02)"
            elif isinstance(field.widget, Target):
                how = f"{field.widget.table.title} 목록에 있는 이름"
            rows.append([field.title, "필수" if required else "", how, self.notes.get(name, str(field.source.help_text))])
            if name in self.previous:
                rows.append([self.previous[name], "", "회색", "견주어 보라고 적어 둔 값입니다. 올릴 때는 읽지 않습니다."])
        note = "고치거나 지우지 마세요. 새로 추가할 행은 비워 두세요."
        rows += [[self.row_key_title, "", "정수", note], [VERSION_TITLE, "", "정수", note]]
        rows += [[title, "", "", text] for title, text in HOW_TO]
        return SheetOut("작성 방법", [ColumnOut("열", "text"), ColumnOut("필수", "text"),
                                  ColumnOut("적는 법", "memo"), ColumnOut("설명", "memo")], rows)  # fmt: skip

    # ── 가져오기 ──────────────────────────────────────────────────────

    def read(
        self, path: Path, *, sheet: str | None = None, mapping: Mapping[str, str | None] | None = None,
        unit: int | None = None, year: int | None = None, name: str = "", headless: bool = False,
    ) -> Reading:  # fmt: skip
        """파일을 열어 열을 맞춘다. mapping 에 None 으로 적은 열은 읽지 않는다. 받을 수 없는 파일이면 FileRefused.

        year 는 올리는 회계연도이고, 「12/10」처럼 해가 없는 날짜는 그 해로 본다. 없으면 해를 적어 달라는 오류다.
        """
        chosen = {name: heading for name, heading in (mapping or {}).items() if heading}
        unwanted = {name for name, heading in (mapping or {}).items() if not heading}
        columns = [column for column in self.columns() if column.name not in unwanted]
        columns = with_synonyms(self.model._meta.label_lower, columns)
        reading = read_table(path, columns, sheet=sheet, mapping=chosen, unit=unit, default_year=year, name=name, headless=headless)
        if other := self._other_form(reading):
            reading.close()
            raise FileRefused(
                f"「{other}」 서식입니다. 「{self.title}」에 올릴 수 없습니다",
                f"「{other}」 화면에서 올리거나 「{self.title}」 서식을 내려받아 쓰세요",
            )
        return reading

    def _other_form(self, reading: Reading) -> str:
        """다른 자료에서 내려받은 서식이면 그 자료의 이름. 행 번호가 서로 다른 것을 가리키므로 받으면 안 된다."""
        if ROW_KEY in reading.match.matched:
            return ""
        ending = heading_key(ROW_KEY_TITLE)
        for heading in reading.headings:
            key = heading_key(heading.text)
            if key.endswith(ending) and key not in (ending, heading_key(self.row_key_title)):
                return heading.text.removesuffix(ROW_KEY_TITLE).strip() or heading.text
        return ""

    def preview(
        self, reading: Reading, user: Any, *, choices: Choices | None = None, year: int | None = None
    ) -> Preview:
        """파일과 지금 자료를 견준다. 아무것도 쓰지 않는다. user 가 None 이면 서버 명령이라 권한을 따지지 않는다.

        choices 는 충돌한 칸마다 고른 값이고, year 는 올리는 회계연도다. 모든 행이 다른 해면 FileRefused 를 낸다.
        """
        self._fields = None  # 앞선 파일에서 만들 행이 찾기 표에 남지 않게 새로 읽는다.
        self.excel_fields(user)
        return Examiner(self, reading, user, choices, year).preview()

    def apply(
        self, preview: Preview, user: Any, file: Any, chosen: Collection[RowId] | None = None, batch: uuid.UUID | None = None
    ) -> Applied:
        """미리보기의 새로 추가·바뀜(chosen 이 있으면 그 행만)을 한 거래로 반영한다.

        미리보기 뒤에 바뀐 행이 있으면 PreviewStale, 규칙에 걸리면 ApplyRefused 를 내고 아무것도 쓰지 않는다.
        """
        rows = preview.to_apply(chosen)
        new = [row for row in rows if row.state == NEW]
        changed = [row for row in rows if row.state != NEW]
        batch = batch or uuid.uuid4()
        try:
            with acting_as(user, f"엑셀 {file}", batch), transaction.atomic(), at_the_end():
                self._check_versions(changed)
                self._create(new)
                self._change(changed)
                self._check_rights(rows, user)
        except IntegrityError as error:
            raise ApplyRefused("다른 사람이 먼저 같은 자료를 등록했습니다. 미리보기를 다시 확인해 주세요.") from error
        return Applied(batch, len(new), len(changed))

    def _check_versions(self, rows: list[PreviewRow]) -> None:
        versions: dict[Any, int] = {}
        for part in _parts(rows):
            locked = self.model._base_manager.select_for_update().filter(pk__in=[row.instance.pk for row in part])
            versions |= dict(locked.values_list("pk", "version"))
        if moved := [row for row in rows if versions.get(row.instance.pk) != row.version]:
            raise PreviewStale(moved)

    @property
    def _one_by_one(self) -> bool:
        """저장할 때 따로 하는 일이 있는 모델은 한 줄씩 저장한다."""
        return self.model.save is not Record.save

    def _create(self, rows: list[PreviewRow]) -> None:
        """새 행을 만든다. 같은 파일의 다른 새 행을 가리키면 가리켜지는 행부터 만든다."""
        selfs = [field for field in self.excel_fields().values() if field.source.related_model is self.model]
        waiting = [row.instance for row in rows]
        while waiting:
            ready = [row for row in waiting if all(self._settled(row, field) for field in selfs)]
            if not ready:
                raise ApplyRefused("가리키는 행이 함께 반영되지 않아 저장할 수 없습니다. 그 행도 함께 골라 주세요.")
            if self._one_by_one:
                for row in ready:
                    row.save()
            else:
                self.model._base_manager.bulk_create(ready, batch_size=500)
            self._choose_many(ready)
            done = {id(row) for row in ready}
            waiting = [row for row in waiting if id(row) not in done]

    @staticmethod
    def _settled(row: Any, field: ExcelField) -> bool:
        target = field.source.get_cached_value(row, default=None)
        if target is not None and target.pk is not None:
            setattr(row, field.name, target)
        return target is None or target.pk is not None

    def _change(self, rows: list[PreviewRow]) -> None:
        for field in self.excel_fields().values():
            if field.source.related_model is self.model and not all(self._settled(row.instance, field) for row in rows):
                raise ApplyRefused("가리키는 행이 함께 반영되지 않아 저장할 수 없습니다. 그 행도 함께 골라 주세요.")
        instances = [row.instance for row in rows]
        many = {name for name, field in self.excel_fields().items() if field.is_many}
        names = sorted({cell.name for row in rows for cell in row.cells} - many)
        if self._one_by_one:
            for instance in instances:
                instance.save()
        else:
            # 여러 개를 고르는 항목만 바뀌는 행의 판은 tracked_many 가 올린다. 판과 이력의 수가 같아야 충돌한 칸을 알 수 있다.
            plain = [row.instance for row in rows if any(cell.writes and cell.name not in many for cell in row.cells)]
            for start in range(0, len(plain), MOST_IN_QUERY):
                self.model._base_manager.bulk_update(plain[start : start + MOST_IN_QUERY], names)
        self._choose_many(instances)

    @staticmethod
    def _choose_many(instances: Iterable[Any]) -> None:
        """여러 개를 고르는 항목을 적는다. 저장한 뒤에만 할 수 있다."""
        for instance in instances:
            if chosen := instance.__dict__.pop(CHOSEN, None):
                with tracked_many(instance):
                    for name, keys in chosen.items():
                        getattr(instance, name).set(keys)

    def _check_rights(self, rows: list[PreviewRow], user: Any) -> None:
        """반영한 뒤에도 모두 이 사람이 고칠 수 있는 행이어야 한다. 다른 부서로 넘기거나 닫힌 회차에 넣는 일을 막는다."""
        if user is None:
            return
        kept: set[Any] = set()
        for part in _parts(rows):
            now: Any = self.model._base_manager.filter(pk__in=[row.instance.pk for row in part])
            kept |= set(now.changeable_by(user).values_list("pk", flat=True))
        if lost := [row for row in rows if row.instance.pk not in kept]:
            numbers = ", ".join(f"{row.number}행" for row in lost[:5])
            owner = self.model.scope.owner_text(self.model)
            raise ApplyRefused(f"고칠 수 있는 범위를 벗어나는 행이 있습니다({numbers}). {owner}에 요청하세요.")


def _choices_of(field: ExcelField) -> tuple[tuple[str, ...], bool]:
    """드롭다운으로 고를 값과, 목록 밖의 값을 막을 것인가. 가리키는 표는 같은 파일에서 새로 만들 수도 있어 막지 않는다."""
    if isinstance(field.widget, Words):
        return tuple(label for label in field.widget.labels.values() if label), True
    if field.kind == "bool":
        return ("예", "아니오"), True
    if isinstance(field.widget, Target) and not field.is_many and len(field.widget.table.by_pk) <= MOST_CHOICES:
        return tuple(field.widget.table.choices()), False
    return (), False


def _sample_notice(queryset: Any) -> list[str]:
    """표본이 섞인 파일은 표 위에 그렇다고 적는다. 실제 자료로 잘못 쓰이지 않게 한다."""
    if not isinstance(queryset, models.QuerySet) or not hasattr(queryset.model, "is_sample"):
        return []
    count = queryset.filter(is_sample=True).count()
    return [f"표본 자료 {count:,}건이 들어 있습니다. 실제 자료가 아닙니다."] if count else []


def _parts(rows: list[PreviewRow]) -> Iterator[list[PreviewRow]]:
    """한 질의에 넣을 수 있는 만큼씩 나눈다(SQLite 는 한 질의의 값이 32,766개까지다)."""
    for start in range(0, len(rows), MOST_IN_QUERY):
        yield rows[start : start + MOST_IN_QUERY]
