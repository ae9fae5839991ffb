"""시트를 처음부터 끝까지 한 번 돌며 행의 값을 읽는다."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.excel.columns import DITTO, ROW_KEY, TEXT_KINDS, column_letter, is_unit_note
from core.excel.tables.aside import AsideRules
from core.excel.tables.cells import ALL_TEXT, RESIDENT_NUMBER, shown
from core.excel.tables.merges import Merges
from core.excel.tables.outline import Outline, Parent, depths_of
from core.excel.tables.results import CellIssue, Question, Row, SetAside, TotalCheck
from core.excel.totals import TotalRuns, TotalTracker
from core.excel.values import CellError, Fault, Shown, refuse_null, unit_name

if TYPE_CHECKING:
    from core.excel.tables.reading import Reading

_KEPT_ERRORS = 1_000
_TENTATIVE_ROWS = 5_000


class RowPass:
    """시트를 처음부터 끝까지 한 번 도는 일. 행마다 무엇인지 가려 Reading에 적는다."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.fields = reading.fields
        self.plan = [(item.name, item.index, item.parse, item.required, item.column) for item in self.fields]
        # 값이 없다는 글자일 수 없는 열과, 그것이 이름이나 코드인지
        self.named = {
            item.name: item.required or item.column.kind == "code" for item in self.fields if item.column.kind in TEXT_KINDS
        }
        self.from_csv = reading.note["format"] == "csv"
        self.merges = Merges(reading.note["merged"])
        self.has_merges = bool(reading.note["merged"])
        self.number_places = frozenset(item.index for item in self.fields if item.column.numeric)
        self.read_places = frozenset(item.index for item in self.fields)
        self.summed = [item for item in self.fields if item.column.kind in ("amount", "integer")]
        self.tracker = TotalTracker(len(self.summed))
        self.rules = AsideRules(reading, self.merges, self.tracker, self.summed)
        self.text_fields = self.rules.text_fields
        self.filled_columns = frozenset(
            heading.index for heading in reading.headings if heading.index not in self.number_places
        )
        self.width = len(reading.headings)
        self.needed = max([*(item.index for item in self.fields), *self.rules.label_places]) + 1
        self.tentative: dict[int, tuple[dict[str, Any], list[CellIssue], str]] = {}
        self.converted: Counter[str] = Counter()
        self.hidden_count = 0
        self.unnamed: set[int] = set()
        self.blank_headings = [
            heading.index for heading in reading.headings if not heading.text and heading.index not in self.read_places
        ]
        all_text = reading.note["format"] in ALL_TEXT
        self.number_names = [(item.name, item.index) for item in self.fields if item.column.numeric and not all_text]
        self.rate_names = [(item.name, item.index) for item in self.fields if item.column.kind == "rate"]
        self.memo_names = [item.name for item in self.fields if item.column.kind == "memo"]
        self.small_rates = {name: [0, 0] for name, _ in self.rate_names}
        self.resident_rows: list[int] = []
        # 우리가 내려준 파일의 행 번호. 번호가 있는 행의 글자는 자료의 값 그대로다.
        self.key_index = next((item.index for item in self.fields if item.name == ROW_KEY), None)
        names = [item.index for item in self.text_fields if item.required and item.column.kind == "text"]
        self.outline = Outline(depths_of(reading.signs, names if self.key_index is None else ()))
        self.parents: frozenset[int] = frozenset()
        self.odd_parents: list[Parent] = []
        self.amount_names = [item.name for item in self.summed if item.column.kind == "amount"]
        self.runs = TotalRuns(len(self.amount_names))
        # 표시 형식에 금액 단위가 함께 보이는 열의, 단위가 보이지 않는 칸의 첫 행
        factors = dict(reading.note.get("factors", []))
        money = [item for item in self.fields if item.column.kind == "amount"]
        self.shaped = [(item.name, item.index) for item in money if factors.get(item.index, [1]) != [1]]
        self.unshaped: dict[str, int] = {}
        # 바로 윗 자료 행의 글자 칸
        self.above: dict[int, Any] = {}
        self.dittos = 0

    # 행 가리기

    def run(self) -> Iterator[Row]:
        """행을 하나씩 가린다."""
        reading = self.reading
        if self.outline.depths:
            self._find_parents()
        first = reading.heading_rows[0] if reading.heading_rows else 1
        last = reading.heading_rows[-1] if reading.heading_rows else 0
        previous = last
        low, high = reading.span
        for number, cells, hidden, width in reading.raw_rows():
            if self.has_merges:
                self.merges.fill_down(number, cells, self.filled_columns)
            if number < low or number > high:
                self.rules.put_aside(number, "other_table", "같은 시트의 다른 표에 있는 행입니다", cells)
                continue
            if number <= last:
                if number < first:
                    self._above(number, cells)
                continue
            if number > previous + 1:
                self._gap(previous + 1, number - 1)
            previous = number
            if hidden:
                self.hidden_count += 1
                if not reading.include_hidden:
                    self.rules.put_aside(number, "hidden", "숨겨진 행입니다", cells)
                    self.above = {}
                    continue
            if number in reading.sections:
                self.rules.put_aside(number, "title", "표 안의 구역 제목입니다", cells)
                continue
            if len(cells) < self.needed:
                cells.extend([""] * (self.needed - len(cells)))
            if self.rules.is_aside(number, cells):
                self.above = {}
                continue
            values = self._read(number, cells, width)
            if values is None:
                continue
            if number in self.parents:
                self.rules.put_aside(number, "parent", "아래 행들의 합을 적은 윗단계 행입니다", cells)
                continue
            self._add_up(number, values)
            reading.taken_count += 1
            yield Row(reading.sheet, number, values)
        self._finish()

    def _find_parents(self) -> None:
        """들여쓰기나 글머리가 있는 파일을 미리 한 번 읽어 윗단계 행을 찾는다."""
        reading = self.reading
        trial = replace(
            reading, signs=[], set_aside=[], errors=[], total_checks=[], warnings=[], notices=[], questions=[], error_numbers=[], broken=[]
        )
        for row in RowPass(trial).run():
            self.outline.add(row.number, [row.values[name] or 0 for name in self.amount_names])
        self.parents, self.odd_parents = self.outline.judge()
        for counts in reading.cell_units.values():
            counts.clear()

    def _gap(self, low: int, high: int) -> None:
        text = f"{low}행" if low == high else f"{low}~{high}행"
        self.reading.set_aside.append(SetAside(self.reading.sheet, low, "blank", "빈 행입니다", text))

    def _above(self, number: int, cells: Sequence[Any]) -> None:
        if any(isinstance(cell, str) and is_unit_note(cell) for cell in cells):
            self.rules.put_aside(number, "unit", "단위를 적은 행입니다", cells)
            return
        self.rules.titles.update(cell.strip() for cell in cells if type(cell) is str and cell.strip())
        self.rules.put_aside(number, "title", "머리글 위의 글입니다", cells)

    # 값 읽기

    def _read(self, number: int, cells: list[Any], width: int) -> dict[str, Any] | None:
        """한 행의 값. 오류가 있으면 적어 두고 None."""
        reading = self.reading
        if self.from_csv and width != self.width and not (width > self.width and len(cells) <= self.width):
            self._fail(number, [self._ragged(number, cells, width)], None)
            return None
        values: dict[str, Any] = {}
        issues: list[CellIssue] = []
        blanks: list[CellIssue] = []
        # 내려받은 행의 빈 칸은 그대로이거나 비우라는 뜻이라, 고친 칸의 규칙이 따로 본다.
        is_own = self.key_index is not None and cells[self.key_index] not in (None, "")
        if not is_own:
            self._fill_ditto(cells)
        for name, index, parse, required, column in self.plan:
            cell = cells[index]
            try:
                value = parse(cell)
                if name in self.named and value and not is_own:
                    refuse_null(value, is_name=self.named[name])
            except CellError as error:
                issues.append(reading.issue(number, column.title, index, cell, error))
                continue
            if required and not is_own and (value is None or value == ""):
                missing = CellError("비어 있습니다", f"「{column.title}」 칸을 적어 주세요")
                blanks.append(reading.issue(number, column.title, index, cell, missing))
            values[name] = value
        if self.has_merges:
            issues.extend(self._wide_merges(number, cells))
        if issues or blanks:
            if not issues and self._may_be_parent(values):
                self._set_tentative(number, cells, values, blanks)
            else:
                self._fail(number, issues + blanks, values)
            return None
        self._watch(number, cells, values)
        return values

    def _add_up(self, number: int, values: dict[str, Any]) -> None:
        if self.summed:
            self.runs.add(number, [values[name] or 0 for name in self.amount_names])
            keys = tuple(values[item.name] for item in self.text_fields[:2])
            self.tracker.add([values[item.name] for item in self.summed], keys)

    def _fill_ditto(self, cells: list[Any]) -> None:
        """‘〃’, ‘상동’만 적은 글자 칸은 바로 윗 행의 값이다. 윗 행이 자료가 아니면 무엇과 같은지 알 수 없어 오류로 남긴다."""
        for item in self.text_fields:
            cell = cells[item.index]
            if type(cell) is str and len(cell) < 8 and (text := cell.strip()) in DITTO:
                above = self.above.get(item.index, "")
                if above == "":
                    cells[item.index] = Fault(text, f"‘{text}’ 표시가 적혀 있지만 바로 윗 행에 값이 없습니다", "값을 그대로 적어 주세요")
                else:
                    cells[item.index] = above
                    self.dittos += 1
        self.above = {item.index: cells[item.index] for item in self.text_fields if not isinstance(cells[item.index], Fault)}

    def _watch(self, number: int, cells: list[Any], values: dict[str, Any]) -> None:
        """사람이 확인하면 좋을 것을 세어 둔다."""
        if len(cells) > self.width:
            self.unnamed.update(i for i in range(self.width, len(cells)) if cells[i] != "")
        for index in self.blank_headings:
            if index < len(cells) and cells[index] != "":
                self.unnamed.add(index)
        for name, index in self.number_names:
            if type(cells[index]) is str and cells[index]:
                self.converted[name] += 1
        for name, index in self.shaped:
            if cells[index] and not isinstance(cells[index], Shown):
                self.unshaped.setdefault(name, number)
        for name, index in self.rate_names:
            if type(cells[index]) is float:
                self.small_rates[name][abs(cells[index]) > 1.5] += 1
        for name in self.memo_names:
            if values[name] and RESIDENT_NUMBER.search(values[name]):
                self.resident_rows.append(number)

    def _ragged(self, number: int, cells: Sequence[Any], width: int) -> CellIssue:
        index = min(width, self.width) - 1
        reason = f"칸 수가 다릅니다. 머리글은 {self.width}칸, 이 행은 {width}칸입니다"
        remedy = "구분 글자(쉼표 따위)가 들어 있는 칸을 큰따옴표로 묶거나 빠진 칸을 채워 주세요"
        text = " | ".join(shown(cell) for cell in cells if cell != "")
        return CellIssue(self.reading.sheet, number, "행 전체", column_letter(index), text[:100], reason, remedy)

    def _wide_merges(self, number: int, cells: Sequence[Any]) -> Iterator[CellIssue]:
        for _, left, _, right in self.merges.at(number):
            places = [place for place in range(left, min(right, self.width - 1) + 1) if place in self.number_places]
            if right > left and places:
                error = CellError(
                    f"{column_letter(left)}~{column_letter(right)}열의 칸이 합쳐져 있어 어느 열의 값인지 알 수 없습니다",
                    "셀 병합을 풀고 열마다 값을 적어 주세요",
                )
                title = next(item.column.title for item in self.fields if item.index == places[0])
                yield self.reading.issue(number, title, places[0], cells[left] if left < len(cells) else "", error)

    def _may_be_parent(self, values: dict[str, Any]) -> bool:
        """왼쪽 이름만 있고 아랫단계 이름이 비었으며 금액이 있는 행은, 딸린 행들의 합을 적은 윗단계 행일 수 있다."""
        texts = [values.get(item.name) for item in self.text_fields]
        named = [bool(text) for text in texts]
        return (
            len(self.tentative) < _TENTATIVE_ROWS
            and any(named)
            and not all(named)
            and named == sorted(named, reverse=True)
            and any(values.get(item.name) for item in self.summed)
            and all(values.get(item.name) is not None for item in self.summed if item.required)
        )

    def _set_tentative(self, number: int, cells: Sequence[Any], values: dict[str, Any], blanks: list[CellIssue]) -> None:
        names = tuple(values[item.name] for item in self.text_fields if values[item.name])
        self.tracker.mark(
            number,
            names[-1],
            names if len(names) <= 2 else (),
            [values[item.name] for item in self.summed],
            tentative=True,
        )
        self.tentative[number] = (values, blanks, " | ".join(shown(cell) for cell in cells if cell != "")[:300])

    def _fail(self, number: int, issues: Sequence[CellIssue], values: dict[str, Any] | None) -> None:
        """오류 행을 적는다. values 는 그 행에서 읽은 칸이고, 칸을 나누지 못한 행이면 None 이다."""
        reading = self.reading
        reading.error_row_count += 1
        reading.error_numbers.append(number)
        reading.error_count += len(issues)
        room = _KEPT_ERRORS - len(reading.errors)
        if room >= len(issues) and values is not None:
            reading.broken.append(Row(reading.sheet, number, values))
        reading.errors.extend(issues[: max(0, room)])

    # 마무리

    def _finish(self) -> None:
        reading = self.reading
        for settled in self.tracker.settle():
            if settled.row in self.tentative:
                values, issues, text = self.tentative[settled.row]
                if not settled.matched:
                    self._fail(settled.row, issues, values)
                    continue
                reading.set_aside.append(
                    SetAside(reading.sheet, settled.row, "parent", "아래 행들의 합을 적은 윗단계 행입니다", text)
                )
            for item, printed, computed in zip(self.summed, settled.printed, settled.computed, strict=True):
                if printed is not None:
                    reading.total_checks.append(
                        TotalCheck(
                            reading.sheet,
                            settled.row,
                            settled.label,
                            item.column.title,
                            printed,
                            computed,
                            printed - computed,
                        )
                    )
        reading.errors.sort(key=CellIssue.place)
        reading.error_numbers.sort()
        reading.set_aside.sort(key=lambda aside: aside.row)
        self._tell()

    def _tell(self) -> None:
        reading = self.reading
        warn = reading.warnings.append
        if self.hidden_count:
            done = "읽었습니다" if reading.include_hidden else "읽지 않았습니다"
            warn(f"숨겨진 행 {self.hidden_count:,}개를 {done}. 필터나 행 숨기기를 확인해 주세요")
        if self.unnamed:
            letters = ", ".join(column_letter(index) for index in sorted(self.unnamed)[:10])
            warn(f"머리글이 없는 {letters}열에 값이 있습니다. 읽지 않았습니다")
        self._ask()
        if self.dittos:
            warn(f"‘〃’나 ‘상동’으로 적힌 칸 {self.dittos:,}개를 바로 윗 행의 값으로 읽었습니다")
        titles = {item.name: item.column.title for item in self.fields}
        for name, (small, large) in self.small_rates.items():
            if small >= 3 and not large:
                warn(
                    f"{titles[name]} 열의 수가 모두 1.5 이하입니다. 52.3%를 0.523으로 적은 것인지 확인해 주세요. "
                    "적힌 수를 그대로 백분율로 읽었습니다"
                )
        if self.resident_rows:
            some = ", ".join(f"{row}행" for row in self.resident_rows[:5])
            warn(f"주민등록번호로 보이는 숫자가 {len(self.resident_rows):,}곳에 있습니다({some}). 지우고 올려 주세요")
        for name, count in self.converted.items():
            reading.notices.append(f"{titles[name]} 열에서 글자로 적힌 수 {count:,}개를 숫자로 바꾸어 읽었습니다")

    def _ask(self) -> None:
        """돈이 두 가지로 읽히면 묻는다."""
        reading = self.reading
        amounts = {item.column.title for item in self.summed if item.column.kind == "amount"}
        wrong = [check for check in reading.total_checks if check.difference]
        money = [check for check in wrong if check.column in amounts]
        if money:
            check = money[0]
            reading.questions.append(Question(
                "totals",
                f"합계가 자료 행의 합과 다른 행이 {len({item.row for item in money}):,}개 있습니다. "
                f"{check.row}행 ‘{check.label}’의 {check.column}은 "
                f"{check.printed:,}원으로 적혀 있고, 받는 행의 합은 {check.computed:,}원입니다(차이 {check.difference:,}원)",
            ))  # fmt: skip
        elif wrong:
            reading.warnings.append(f"합계가 자료 행의 합과 다른 행이 {len({check.row for check in wrong}):,}개 있습니다")
        for parent in self.odd_parents[:1]:
            more = f" 등 {len(self.odd_parents):,}개 행" if len(self.odd_parents) > 1 else ""
            reading.questions.append(Question(
                "totals",
                f"{parent.number}행{more}은 아래 {parent.count:,}개 행을 거느린 윗단계 행으로 보입니다. "
                f"적힌 금액은 {parent.amounts[0]:,}원, 아래 행의 합은 {parent.under[0]:,}원입니다. "
                "윗단계 행이면 파일에서 지우고 다시 올려 주세요. 지금은 자료로 읽었습니다",
            ))  # fmt: skip
        if not money and not self.odd_parents and (found := self.runs.found()):
            rows, counted = found
            some = ", ".join(f"{row}행" for row in rows[:5])
            reading.questions.append(Question(
                "totals",
                f"{some}{' 등' if len(rows) > 5 else ''}의 금액이 이어진 다른 행의 합과 같습니다. "
                "합계 행이면 파일에서 지우고 다시 올려 주세요. "
                f"모두 자료로 읽은 합은 {self.runs.total[0]:,}원, 합계 행을 뺀 합은 {self.runs.total[0] - counted[0]:,}원입니다",
            ))  # fmt: skip
        for item in self.fields:
            own = reading.cell_units.get(item.name)
            if own and (len(own) > 1 or sum(own.values()) < reading.taken_count):
                reading.questions.append(Question(
                    "unit",
                    f"{item.column.title} 열에 단위({', '.join(own)})를 적은 칸 {sum(own.values()):,}개와 적지 않은 칸이 섞여 있습니다. "
                    f"적지 않은 칸은 {unit_name(reading.units.get(item.name, 1))}으로 읽었습니다",
                ))  # fmt: skip
            row, unit = self.unshaped.get(item.name), reading.units.get(item.name, 1)
            if row and not reading.unit_chosen and [unit] != dict(reading.note["factors"])[item.index]:
                reading.questions.append(Question(
                    "unit",
                    f"{item.column.title} 열에 표시 형식으로 금액 단위가 보이는 칸과 보이지 않는 칸({row}행)이 섞여 있습니다. "
                    f"보이지 않는 칸은 {unit_name(unit)}으로 읽었습니다",
                ))  # fmt: skip
