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
from pathlib import Path
from typing import Any, ClassVar

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from core import formats
from core.excel.columns import Column
from core.excel.examine import ROW_KEY, VERSION, Examiner
from core.excel.fields import ExcelField, Native, Target, Words, column_of, excel_names, kind_of
from core.excel.lookups import Lookup, LookupTable
from core.excel.preview import NEW, ApplyRefused, Preview, PreviewRow, PreviewStale, RowId
from core.excel.reader import Reading, read_table
from core.excel.writer import ColumnOut, SheetOut, write_csv, write_xlsx
from core.history.context import acting_as
from core.history.models import Record

ROW_KEY_TITLE, VERSION_TITLE = "행 번호(그대로 두세요)", "판(그대로 두세요)"
MOST_IN_QUERY = 5_000
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
            widget = Target(LookupTable(source, self.lookups.get(name), user))
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
        return [*found, Column(ROW_KEY, ROW_KEY_TITLE, "integer"), Column(VERSION, VERSION_TITLE, "integer")]

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

    # ── 내려받기 ──────────────────────────────────────────────────────

    def sheet_rows(self, queryset: Iterable[Any], user: Any = None) -> Iterator[list[Any]]:
        fields = list(self.excel_fields(user).values())
        rows = queryset.iterator(chunk_size=2_000) if isinstance(queryset, models.QuerySet) else queryset
        for row in rows:
            yield [*(field.cell(row) for field in fields), row.pk, row.version]

    def export(
        self, queryset: Iterable[Any], user: Any, stream: Any, *,
        conditions: Iterable[tuple[str, Any]] = (), kind: str = "xlsx",
    ) -> None:  # fmt: skip
        """queryset 의 행을 쓴다. 그대로 고쳐 다시 올릴 수 있는 서식이다. 빈 서식은 queryset.none()."""
        outs = [ColumnOut(column.title, column.kind) for column in self.columns()]
        rows = self.sheet_rows(queryset, user)
        if kind == "csv":
            write_csv(stream, outs, rows)
            return
        who = getattr(user, "display_name", "") or "명령"
        printed = [("내려받은 때", formats.moment(timezone.now())), ("내려받은 사람", who)]
        sheet = SheetOut(
            self.title, outs, rows, title_lines=_sample_notice(queryset),
            conditions=[("자료", self.title), *conditions, *printed],
        )  # fmt: skip
        # 다시 올릴 파일이라 없는 값은 빈 칸으로 둔다.
        write_xlsx(stream, [sheet, self._guide(user)], missing="")

    def _guide(self, user: Any) -> SheetOut:
        """작성 방법 시트: 열마다 형식과 고를 수 있는 값."""
        rows = []
        for name, field in self.excel_fields(user).items():
            required = not field.source.blank and not field.source.has_default()
            how = FORMATS[field.kind]
            if isinstance(field.widget, Words):
                how = ", ".join(label for label in field.widget.labels.values() if label)
            elif isinstance(field.widget, Target):
                how = f"{field.widget.table.title} 목록에 있는 이름"
            rows.append([field.title, "필수" if required else "", how, self.notes.get(name, str(field.source.help_text))])
        note = "고치거나 지우지 마세요. 새로 추가할 행은 비워 두세요."
        rows += [[ROW_KEY_TITLE, "", "정수", note], [VERSION_TITLE, "", "정수", note]]
        return SheetOut("작성 방법", [ColumnOut("열", "text"), ColumnOut("필수", "text"),
                                  ColumnOut("적는 법", "memo"), ColumnOut("설명", "memo")], rows)  # fmt: skip

    # ── 가져오기 ──────────────────────────────────────────────────────

    def read(
        self, path: Path, *, sheet: str | None = None, mapping: Mapping[str, str | None] | None = None,
        unit: int | None = None,
    ) -> Reading:  # fmt: skip
        """파일을 열어 열을 맞춘다. mapping 에 None 으로 적은 열은 읽지 않는다. 받을 수 없는 파일이면 FileRefused."""
        chosen = {name: heading for name, heading in (mapping or {}).items() if heading}
        unwanted = {name for name, heading in (mapping or {}).items() if not heading}
        columns = [column for column in self.columns() if column.name not in unwanted]
        return read_table(path, columns, sheet=sheet, mapping=chosen, unit=unit)

    def preview(self, reading: Reading, user: Any) -> Preview:
        """파일과 지금 자료를 견준다. 아무것도 쓰지 않는다. user 가 None 이면 서버 명령이라 권한을 따지지 않는다."""
        self._fields = None  # 앞선 파일에서 만들 행이 찾기 표에 남지 않게 새로 읽는다.
        self.excel_fields(user)
        return Examiner(self, reading, user).preview()

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
            with acting_as(user, f"엑셀 {file}", batch), transaction.atomic():
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
        if self._one_by_one:
            for row in rows:
                row.instance.save()
            return
        if names := sorted({cell.name for row in rows for cell in row.cells}):
            for part in _parts(rows):
                self.model._base_manager.bulk_update([row.instance for row in part], names)

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
