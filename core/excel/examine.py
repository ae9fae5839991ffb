"""파일의 행을 지금 자료와 견주는 일. 질의는 행 수와 상관없이 정해진 번수만 한다.

지금 자료 한 번, 가리키는 표마다 한 번, 볼 수 있는 행과 고칠 수 있는 행 각각 한 번이다.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, ValidationError
from django.db import models

from core.excel import rules
from core.excel.columns import DITTO, ROW_KEY, VERSION, column_letter
from core.excel.fields import ExcelField, Target
from core.excel.lineage import Period, today_only
from core.excel.lookups import Lookup
from core.excel.messages import explain
from core.excel.preview import CHANGED, CONFLICT, ERROR, MINE, NEW, SAME, CellDiff, Choices, Preview, PreviewRow
from core.excel.reader import CellIssue, Reading, Row
from core.excel.since import Later, later_edits
from core.excel.values import CellError, search_key

if TYPE_CHECKING:
    from core.excel.resource import ExcelResource

EMPTY = "(비어 있음)"
# 지금 금액에서 이만큼(%) 넘게 바뀌면 확인해 달라고 적는다.
NOTABLE_CHANGE = 10


class _Unknown(CellError):
    """앞 칸을 읽지 못해 어디에서 찾을지 모르는 칸."""


class Examiner:
    """파일 하나를 견준다. `preview()` 가 결과를 준다."""

    def __init__(
        self, resource: ExcelResource, reading: Reading, user: Any, choices: Choices | None = None, year: int | None = None
    ) -> None:
        self.resource, self.reading, self.user = resource, reading, user
        # 충돌한 칸마다 고른 것과, 올리는 회계연도(고르지 않았으면 None)
        self.choices, self.year = choices or {}, year
        self.later: dict[int, Later] = {}
        self.model: Any = resource.model
        self.rows = list(reading.rows())
        # 읽지 못한 칸이 있는 행. 나머지 칸의 오류도 한 번에 알리려고 함께 살피고, 자료로는 쓰지 않는다.
        self.broken = list(reading.broken)
        self.present = [field for field in resource.excel_fields(user).values() if field.name in reading.match.matched]
        many = [field.name for field in resource.excel_fields(user).values() if field.is_many]
        self.stored: dict[int, Any] = {row.pk: row for row in self.model._base_manager.prefetch_related(*many)}
        everything: Any = self.model._base_manager.all()
        self.visible = None if user is None else set(everything.for_user(user).values_list("pk", flat=True))
        self.changeable = None if user is None else set(everything.changeable_by(user).values_list("pk", flat=True))
        self.may_add = user is None or self.model.scope.may_add(self.model, user)
        self.locked = frozenset() if user is None else self.model.scope.locked_fields(user)
        self.issues: list[CellIssue] = list(reading.errors)
        # 오류가 있는 행과 그 행에서 오류가 있는 항목(행 전체의 오류는 빈 글자)
        self.bad: dict[tuple[str, int], set[str]] = defaultdict(set)
        by_letter = {column_letter(place): name for name, place in reading.match.matched.items()}
        for issue in self.issues:
            self.bad[issue.sheet, issue.row].add(by_letter.get(issue.letter, ""))
        # 자원(complete)이 이 파일을 견주는 동안 적어 둘 것: 다음 차례, 쓴 코드 따위
        self.memo: dict[str, Any] = {}
        self._bare_codes: dict[str, dict[str, str]] = {}
        self._indexes: dict[tuple[str, ...], dict[tuple[Any, ...], list[Any]]] = {}
        for field in self.present:
            if isinstance(field.widget, Target) and not field.is_many:
                self._join(field, field.widget)

    def _join(self, field: ExcelField, widget: Target) -> None:
        """이미 읽은 대상을 행에 이어 두어, 모델의 규칙이 관계를 읽어도 질의하지 않게 한다."""
        for row in self.stored.values():
            target = widget.table.by_pk.get(getattr(row, field.source.attname))
            if target is not None:
                setattr(row, field.name, target)

    # ── 오류 ──────────────────────────────────────────────────────────

    def fail(self, row: Row, name: str, value: Any, error: CellError) -> None:
        """row 의 name 칸에 오류를 적는다. name 이 열이 아니면 행 전체의 오류다."""
        place = self.reading.match.matched.get(name)
        field = self.resource.excel_fields(self.user).get(name)
        title = field.title if field else ""
        letter = "" if place is None else column_letter(place)
        shown = "" if value is None else str(value)
        self.issues.append(CellIssue(row.sheet, row.number, title, letter, shown, error.reason, error.remedy))
        self.bad[row.sheet, row.number].add(name)

    def ok(self, row: Row) -> bool:
        return (row.sheet, row.number) not in self.bad

    def wrong(self, row: Row) -> set[str]:
        """row 에서 이미 오류를 적은 항목. 같은 칸을 다시 따지지 않는다."""
        return self.bad.get((row.sheet, row.number), set())

    # ── 읽기와 짝 맞추기 ──────────────────────────────────────────────

    def preview(self) -> Preview:
        selfs = [f for f in self.present if f.source.related_model is self.model]
        # 다른 자료를 찾을 때 그 행의 날짜를 볼 수 있게, 글자와 수부터 읽는다.
        plain = sorted((f for f in self.present if f not in selfs), key=lambda f: isinstance(f.widget, Target))
        drafts = []
        for row in sorted([*self.rows, *self.broken], key=attrgetter("number")):
            if draft := self._draft(row, plain):
                drafts.append(draft)
        for field in selfs:
            self._point_inside(field, drafts)
        self._once_each(drafts)
        rules.right_year(self, drafts)
        self.later = later_edits(self.model, self._stale(drafts))
        results = []
        for row, instance, stored in self.reading.watched(drafts, "견주는 중"):
            results.append((row, self._judge(row, instance, stored), stored))
        rules.unique(self, results)
        rules.allowed(self, results)
        rules.pending(self, results, selfs)
        kept = [result for row, result, _ in results if self.ok(row)]
        # reader 가 오류로 남긴 행은 rows 에 없으므로, 여기서 찾은 오류 행과 겹치지 않는다.
        error_rows = sorted([*self.reading.error_numbers, *(row.number for row in self.rows if not self.ok(row))])
        return Preview(
            kept, sorted(self.issues, key=CellIssue.place), rules.missing(self, drafts),
            [aside for aside in self.reading.set_aside if aside.kind != "blank"],
            [*self.reading.warnings, *self.reading.notices],
            [*self.reading.questions, *rules.scale(self, results), *rules.repeated(self, results)], self.reading.unit_note, error_rows,
        )  # fmt: skip

    def _draft(self, row: Row, fields: list[ExcelField]) -> tuple[Row, Any, Any] | None:
        """행의 값을 담은 견본과, 짝이 되는 지금 자료. 어느 자료인지 알 수 없는 행이면 칸의 오류만 적고 None."""
        stored = None
        lost = ROW_KEY in self.wrong(row)
        if (pk := row.values.get(ROW_KEY)) is not None:
            stored = self.stored.get(pk)
            if stored is None or (self.visible is not None and pk not in self.visible):
                self.fail(row, ROW_KEY, pk, CellError(
                    f"행 번호 {pk}인 자료가 없습니다. 지워졌거나 다른 목록의 행입니다",
                    "새로 추가할 행이면 「행 번호」 칸을 비워 주세요"))  # fmt: skip
                stored, lost = None, True
        instance = copy.copy(stored) if stored else self.model()
        values: dict[str, Any] = {}
        for field in fields:
            if field.name in self.wrong(row):
                continue
            value = row.values.get(field.name)
            try:
                self._refuse_ditto(field, value, stored)
                values[field.name] = self._value(field, value, instance, stored)
            except _Unknown as error:
                # 앞 칸이 틀려 어느 묶음에서 찾을지 모르는 칸까지 적으면 고칠 곳이 많아 보인다.
                if self.ok(row):
                    self.fail(row, field.name, value, error)
                self.bad[row.sheet, row.number].add(field.name)
                continue
            except CellError as error:
                self.fail(row, field.name, value, error)
                continue
            self._put(instance, field, values[field.name], stored is None)
        if stored is None and not lost:
            try:
                stored = self.resource.match(values, self.find)
            except CellError as error:
                self.fail(row, self.resource.key[0] if self.resource.key else "", None, error)
                lost = True
            if stored is not None:
                instance = copy.copy(stored)
                for field in fields:
                    if field.name in values:
                        self._put(instance, field, values[field.name], False)
            elif self.wrong(row) & {*self.resource.key} or (not lost and self._lost_zeros(row, values)):
                lost = True
            elif not lost:
                try:
                    self.resource.complete(instance, self)
                except CellError as error:
                    self.fail(row, "", None, error)
        if lost:
            self._validate(row, instance)
            return None
        return row, instance, stored

    def _refuse_ditto(self, field: ExcelField, value: Any, stored: Any) -> None:
        """내려받은 행에 적은 〃는 윗 행의 값인지 그 글자인지 알 수 없어 묻는다. 그 글자로 저장한 값은 그대로다."""
        if stored is not None and isinstance(value, str) and value in DITTO and value != field.cell(stored):
            raise CellError(f"‘{value}’ 표시는 새로 추가하는 행에서만 윗 행의 값으로 읽습니다", "값을 그대로 적어 주세요")

    def _value(self, field: ExcelField, value: Any, instance: Any, stored: Any) -> Any:
        if isinstance(field.widget, Target) and stored is not None and value == field.cell(stored):
            return field.value(stored) if field.is_many else getattr(stored, field.name)
        lookup = field.widget.table.lookup if isinstance(field.widget, Target) else None
        if value in (None, "") or lookup is None:
            return field.widget.clean(value)
        period = self._period(field, lookup, instance)
        if lookup.within is None:
            return field.widget.clean(value, period=period)
        try:
            group = attrgetter(lookup.within[1])(instance)
        except (ObjectDoesNotExist, AttributeError):
            group = None
        if group is None:
            raise _Unknown("어느 묶음(회계연도 따위)의 것인지 알 수 없어 찾지 못했습니다", "앞 칸의 값을 먼저 적어 주세요")
        return field.widget.clean(value, group=group, period=period)

    def _period(self, field: ExcelField, lookup: Lookup, instance: Any) -> Period | None:
        """부서를 가리키는 칸이면, 언제 있던 부서여야 하는가. 부서가 부서를 가리키는 칸(상위 부서)은 따지지 않는다."""
        if field.source.related_model is self.model:
            return None
        try:
            period = lookup.period(instance) if lookup.period else today_only()
            return period if all(period) else None
        except (ObjectDoesNotExist, AttributeError, TypeError, ValueError):
            return None

    def _put(self, instance: Any, field: ExcelField, value: Any, is_new: bool) -> None:
        if value is None or value == "":
            # 새 행의 빈 칸은 처음 값을 쓰고, 있는 행의 빈 칸은 비우라는 뜻이다. 비울 수 없는 항목이면 그대로 둔다.
            may_empty = field.source.null or field.source.blank
            if field.source.has_default() and (is_new or not may_empty):
                return
            value = field.blank()
        field.put(instance, value)

    def find(self, names: tuple[str, ...], values: dict[str, Any]) -> Any:
        """names 의 값이 같은 지금 자료. 둘 이상이면 CellError."""
        if names not in self._indexes:
            index: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
            for row in self.stored.values():
                index[tuple(self._key(getattr(row, self.attname(name))) for name in names)].append(row)
            self._indexes[names] = index
        found = self._indexes[names].get(tuple(self._key(getattr(values[n], "pk", values[n])) for n in names), [])
        if len(found) > 1:
            raise CellError(
                f"이 값과 같은 자료가 {len(found)}건 있어 어느 것인지 알 수 없습니다",
                "내려받은 파일의 「행 번호」 칸을 함께 적어 주세요",
            )
        return found[0] if found else None

    def _lost_zeros(self, row: Row, values: dict[str, Any]) -> bool:
        """새 행의 열쇠가 있는 코드에서 앞의 0만 빠진 것이면 오류를 적는다. 그대로 받으면 같은 것이 두 줄이 된다."""
        for field in self.present:
            value = values.get(field.name)
            if field.kind != "code" or field.name not in self.resource.key or not isinstance(value, str) or not value.isdecimal():
                continue
            if field.name not in self._bare_codes:
                codes = {str(getattr(stored, field.name)) for stored in self.stored.values()}
                self._bare_codes[field.name] = {code.lstrip("0"): code for code in codes if code.isdecimal() and code[0] == "0"}
            known = self._bare_codes[field.name].get(value.lstrip("0"))
            if known and len(known) > len(value):
                self.fail(row, field.name, value, CellError(
                    f"앞의 0이 빠진 코드로 보입니다. ‘{known}’ 자료가 있습니다", f"{known}처럼 0까지 적어 주세요"))  # fmt: skip
                return True
        return False

    def attname(self, name: str) -> str:
        return str(self.model._meta.get_field(name).attname)

    @staticmethod
    def _key(value: Any) -> Any:
        return search_key(value) if isinstance(value, str) else value

    def _point_inside(self, field: ExcelField, drafts: list[tuple[Row, Any, Any]]) -> None:
        """같은 표를 가리키는 칸(상위 부서). 같은 파일에서 새로 만들 행도 찾는다."""
        assert isinstance(field.widget, Target)
        for _row, instance, stored in drafts:
            if stored is None:
                field.widget.table.add(instance)
        for row, instance, stored in drafts:
            value = row.values.get(field.name)
            if field.name in self.wrong(row):
                continue
            try:
                self._put(instance, field, field.widget.clean(value), stored is None)
            except CellError as error:
                self.fail(row, field.name, value, error)

    # ── 판단 ──────────────────────────────────────────────────────────

    def _once_each(self, drafts: list[tuple[Row, Any, Any]]) -> None:
        seen: dict[int, Row] = {}
        for row, _instance, stored in drafts:
            if stored is None:
                continue
            if (first := seen.setdefault(stored.pk, row)) is not row:
                self.fail(row, "", stored, CellError(
                    f"{first.number}행과 {row.number}행이 같은 자료입니다", "두 행 가운데 하나를 지워 주세요"))  # fmt: skip

    def _stale(self, drafts: list[tuple[Row, Any, Any]]) -> dict[int, tuple[Any, int]]:
        """내려받은 뒤에 고쳐진 행: {번호: (지금 자료, 파일의 판)}."""
        return {
            stored.pk: (stored, token) for row, _instance, stored in drafts
            if stored is not None and (token := row.values.get(VERSION)) is not None and token != stored.version
        }  # fmt: skip

    def _judge(self, row: Row, instance: Any, stored: Any) -> PreviewRow:
        """새로 추가·바뀜·같음·충돌·오류 가운데 무엇인가. 규칙에 걸리면 오류를 적는다."""
        if not self.ok(row):
            # 읽지 못한 칸이 있어도 나머지 칸의 규칙은 살핀다.
            self._validate(row, instance)
            return self._failed(row, instance, stored)
        if stored is not None:
            touched = [f for f in self.present if not f.same(*self.pair(f, stored, instance))]
            if not touched:
                return PreviewRow(row.sheet, row.number, SAME, stored, str(stored), stored.version)
            later = self.later.get(stored.pk)
            if later and any(self._moved(field, stored, later) for field in touched):
                return self._conflict(row, instance, stored, touched, later)
        self._validate(row, instance)
        if not self.ok(row):
            return self._failed(row, instance, stored)
        if stored is None:
            cells = [CellDiff(f.name, f.title, "", text) for f in self.present if (text := self._text(f, instance))]
            return PreviewRow(row.sheet, row.number, NEW, instance, str(instance), None, cells)
        # 검증하며 고르게 한 값(소수 자리 따위)으로 다시 견준다.
        cells = [self._diff(f, stored, instance) for f in touched if not f.same(*self.pair(f, stored, instance))]
        state = CHANGED if cells else SAME
        return PreviewRow(row.sheet, row.number, state, instance, str(stored), stored.version, cells)

    @staticmethod
    def _moved(field: ExcelField, stored: Any, later: Later) -> bool:
        """내려받은 뒤 값이 달라진 칸인가. 고쳤다가 되돌려 그때와 같아진 칸은 아니다."""
        if later.base is None:
            return True
        return field.name in later.base and not field.same(field.restored(later.base[field.name]), field.value(stored))

    def _failed(self, row: Row, instance: Any, stored: Any) -> PreviewRow:
        """오류 행. 반영하지 않지만, 여러 행을 함께 보는 규칙(겹침, 권한)은 읽은 칸으로 마저 살핀다."""
        fields = [field for field in self.present if field.name not in self.wrong(row)]
        touched = [] if stored is None else [f for f in fields if not f.same(*self.pair(f, stored, instance))]
        return PreviewRow(row.sheet, row.number, ERROR, instance, cells=[self._diff(f, stored, instance) for f in touched])

    def _conflict(self, row: Row, instance: Any, stored: Any, touched: list[ExcelField], later: Later) -> PreviewRow:
        """내려받은 뒤에 다른 사람이 고친 칸이 있는 행. 고른 대로 합친 값을 담는다."""
        chosen = self.choices.get(f"{row.sheet}!{row.number}", {})
        cells, merged = [], copy.copy(instance)
        for field in touched:
            cell = self._diff(field, stored, instance)
            if self._moved(field, stored, later):
                choice = chosen.get(field.name, "")
                base = field.restored(later.base[field.name]) if later.base else None
                untouched = later.base is not None and field.same(base, self.pair(field, stored, instance)[1])
                text = (field.shown(base) or EMPTY) if later.base else "알 수 없음"
                cell = replace(cell, contested=True, untouched=untouched, base=text, choice=choice,
                               note=later.who.get(field.name, later.last))  # fmt: skip
                if choice != MINE:
                    field.put(merged, field.value(stored) if field.is_many else getattr(stored, field.name))
            cells.append(cell)
        result = PreviewRow(row.sheet, row.number, CONFLICT, merged, str(stored), stored.version, cells, later.last)
        if result.writes:
            self._validate(row, merged)
        return result if self.ok(row) else self._failed(row, merged, stored)

    def pair(self, field: ExcelField, stored: Any, instance: Any) -> tuple[Any, Any]:
        old, new = field.value(stored), field.value(instance)
        if field.source.is_relation and new is None and field.source.is_cached(instance):
            new = field.source.get_cached_value(instance)
        return old, new

    def _text(self, field: ExcelField, instance: Any) -> str:
        value = self.pair(field, instance, instance)[1]
        return str(value) if isinstance(value, models.Model) else field.shown(value)

    def _diff(self, field: ExcelField, stored: Any, instance: Any) -> CellDiff:
        old, new = self.pair(field, stored, instance)
        note = ""
        if field.kind == "amount" and old and isinstance(new, int):
            percent = (Decimal(new) - old) * 100 / abs(Decimal(old))
            if abs(percent) >= NOTABLE_CHANGE:
                note = f"{abs(percent):,.1f}% {'증가' if percent > 0 else '감소'}, 확인해 주세요"
        return CellDiff(field.name, field.title, field.shown(old), self._text(field, instance), note)

    def _validate(self, row: Row, instance: Any) -> None:
        """화면의 폼과 같은 규칙: 항목마다의 규칙과, 항목에 오류가 없으면 모델의 clean()."""
        fields = self.resource.excel_fields(self.user)
        for field in fields.values():
            if field.name in self.wrong(row):
                continue
            # 여러 개를 고르는 항목은 null 이 없으므로, 비워도 되는지는 blank 로 안다.
            optional = field.source.null or (field.is_many and field.source.blank)
            required = not optional and (field.source.is_relation or not field.source.blank)
            value = self.pair(field, instance, instance)[1]
            if required and value in (None, "", ()):
                remedy = f"「{field.title}」 칸을 적어 주세요"
                if field.name not in self.reading.match.matched:
                    remedy = f"파일에 「{field.title}」 열을 더해 적어 주세요"
                self.fail(row, field.name, "", CellError("꼭 있어야 하는 값이 비어 있습니다", remedy))
        known = {name for name in fields if name not in self.wrong(row)}
        skipped = [f.name for f in self.model._meta.concrete_fields if f.name not in known or f.is_relation]
        try:
            instance.clean_fields(exclude=skipped)
            if self.ok(row):
                # 칸 사이의 규칙은 모든 칸을 읽은 행에서만 뜻이 있다.
                instance.clean()
        except ValidationError as error:
            found = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
            for name, errors in found.items():
                value = row.values.get(name)
                for each in errors:
                    self.fail(row, name, value, explain(each))
