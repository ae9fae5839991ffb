"""엑셀·CSV 파일에서 표를 찾아 한 행씩 읽는다.

파일은 자식 프로세스(child.py)가 열고, 여기서는 그 결과에서 머리글을 찾아 열을 맞추고 값을 바꾼다. 표 위의 제목, 합계 행,
각주처럼 자료가 아닌 행은 버리지 않고 까닭과 함께 set_aside에 남긴다. 내용이 있는 모든 행은 읽은 행, 오류 행, 따로 둔 행,
머리글 행 가운데 하나이다.
"""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import IO, Any, NamedTuple

from . import child
from .columns import (
    JOINT,
    TEXT_KINDS,
    Column,
    Match,
    column_letter,
    heading_unit,
    is_unit_note,
    match_columns,
    match_score,
    noted_unit,
)
from .totals import TotalTracker, total_label
from .values import (
    UNITS,
    CellError,
    Fault,
    Percent,
    clean_text,
    parse_amount,
    parse_bool,
    parse_code,
    parse_date,
    parse_decimal,
    parse_integer,
    parse_rate,
    restore_text,
    search_key,
    unit_name,
)

logger = logging.getLogger(__name__)

_HEAD_ROWS = 40
_SAMPLE_ROWS = 30
_KEPT_ERRORS = 1_000
_TENTATIVE_ROWS = 5_000
_LONGEST_LINE = 64 << 20


class FileRefused(Exception):
    """파일 전체를 받지 않는다. reason은 까닭, remedy는 할 일이며 모두 한국어 문장이다."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}. {remedy}")
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True)
class Limits:
    """파일 하나를 읽는 한도. 크기는 바이트, 시간은 초, cells는 시트가 차지하는 네모의 칸 수이다."""

    file_bytes: int = 20 << 20
    unpacked_bytes: int = 400 << 20
    entries: int = 2_000
    ratio: int = 200
    rows: int = 200_000
    columns: int = 200
    cells: int = 40_000_000
    cell_chars: int = 32_767
    cpu_seconds: int = 20
    wall_seconds: int = 90
    memory_bytes: int = 1536 << 20
    output_bytes: int = 512 << 20


class SheetInfo(NamedTuple):
    """시트 하나. rows는 내용이 있는 행의 수이다."""

    name: str
    hidden: bool
    rows: int


class Row(NamedTuple):
    """읽은 행 하나. number는 엑셀의 행 번호, values는 {열 이름: 값}이다."""

    sheet: str
    number: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Heading:
    """머리글 한 칸. index는 0부터 센 열 번호, unit은 머리글에 적힌 금액 단위 배수이다."""

    index: int
    letter: str
    text: str
    unit: int | None


@dataclass(frozen=True)
class SetAside:
    """읽지 않고 따로 둔 행. kind: title, unit, total, parent, note, blank, heading_again, hidden"""

    sheet: str
    row: int
    kind: str
    reason: str
    text: str


@dataclass(frozen=True)
class CellIssue:
    """읽지 못한 칸. column은 열의 이름, letter는 열 글자, value는 적힌 값(주민등록번호는 가림)이다."""

    sheet: str
    row: int
    column: str
    letter: str
    value: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        written = f': "{self.value}"' if self.value else ""
        return f"[{self.sheet}] {self.row}행 {self.letter}열({self.column}){written} – {self.reason}. {self.remedy}"


@dataclass(frozen=True)
class TotalCheck:
    """합계 행의 한 열. printed는 적힌 값, computed는 자료 행의 합, difference는 적힌 값에서 합을 뺀 것(금액은 원)이다."""

    sheet: str
    row: int
    label: str
    column: str
    printed: int
    computed: int
    difference: int


# ── 자식 프로세스 ─────────────────────────────────────────────────────

_SAVE_AGAIN = "엑셀에서 파일을 열어 ‘Excel 통합 문서(.xlsx)’로 다시 저장해 올려 주세요"
_SPLIT = "필요한 시트와 행만 남기거나 파일을 나누어 올려 주세요"
_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR", "SYSTEMROOT")


def _ask_child(path: Path, task: str, limits: Limits, sheet: str | None = None) -> IO[bytes]:
    """자식에게 파일을 읽히고 결과가 담긴 임시 파일을 돌려준다. 자식이 죽거나 한도를 넘으면 FileRefused.

    결과를 파이프가 아니라 임시 파일로 받는 까닭은 세 가지이다. 자식이 끝까지 읽은 것을 확인한 뒤에 첫 행을 내줄 수 있고,
    부모가 느리게 읽어도 자식의 시간 한도와 상관이 없으며, 출력 한도를 운영체제가 지켜 준다.
    """
    request = {"task": task, "path": str(Path(path).resolve(strict=True)), "sheet": sheet, "limits": asdict(limits)}
    spool = tempfile.TemporaryFile(prefix="excel-")  # noqa: SIM115 - 돌려준 뒤에 부른 쪽이 닫는다
    try:
        process = subprocess.Popen(  # noqa: S603 - 실행 파일과 인자는 모두 우리가 정한다
            [sys.executable, "-I", child.__file__, json.dumps(request)],
            stdin=subprocess.DEVNULL,
            stdout=spool,
            stderr=subprocess.DEVNULL,
            cwd=Path(child.__file__).anchor,
            env={name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ},
        )
        try:
            code = process.wait(timeout=limits.wall_seconds)
        except BaseException as error:
            process.kill()
            process.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                raise FileRefused("파일을 읽는 데 너무 오래 걸립니다", _SPLIT) from None
            raise
        if code:
            raise _child_died(code)
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return spool


def _child_died(code: int) -> Exception:
    logger.warning("엑셀 읽기 프로세스가 종료 번호 %s(으)로 끝났습니다", code)
    if code == child.EXIT_MISSING_LIBRARY:
        return RuntimeError("엑셀 읽기에 필요한 python-calamine 또는 defusedxml이 설치되어 있지 않습니다")
    if code == child.EXIT_TOO_MUCH_OUTPUT:
        return FileRefused("파일의 내용이 너무 많습니다", _SPLIT)
    if code in (-24, -9):
        return FileRefused("파일을 읽는 데 너무 오래 걸립니다", _SPLIT)
    if code in (child.EXIT_TOO_MUCH_MEMORY, -6):
        return FileRefused("파일이 손상되었거나 시트 범위가 너무 커서 읽지 못했습니다", _SAVE_AGAIN)
    return FileRefused("파일이 손상되어 읽지 못했습니다", _SAVE_AGAIN)


def _revive(value: dict[str, Any]) -> Any:
    """자식이 보낸 JSON에서 날짜, 백분율, 오류 칸을 되살린다."""
    if "d" in value:
        return date.fromisoformat(value["d"])
    if "dt" in value:
        return datetime.fromisoformat(value["dt"])
    if "t" in value:
        try:
            return time.fromisoformat(value["t"])
        except ValueError:
            return Fault(value["t"], "날짜 없이 시간만 들어 있습니다", "칸 서식을 확인해 다시 적어 주세요")
    if "p" in value:
        return Percent(value["p"])
    if "e" in value:
        return Fault(value["e"], f"엑셀 오류값({value['e']})이 들어 있습니다", "수식을 고치거나 값을 직접 적어 주세요")
    if "f" in value:
        return Fault("", "수식의 계산 결과가 저장되어 있지 않습니다", "엑셀에서 파일을 열어 저장한 뒤 다시 올려 주세요")
    if "long" in value:
        return Fault(
            value["s"] + "…",
            f"글자가 {value['long']:,}자로 한 칸의 한도(32,767자)를 넘습니다",
            "내용을 줄이거나 나누어 적어 주세요",
        )
    return value


_decode = json.JSONDecoder(object_hook=_revive).decode


def _first_line(spool: IO[bytes]) -> dict[str, Any]:
    note = json.loads(spool.readline(_LONGEST_LINE) or b"{}")
    if "refused" in note:
        raise FileRefused(*note["refused"])
    if "sheets" not in note and "format" not in note:
        raise FileRefused("파일이 손상되어 읽지 못했습니다", _SAVE_AGAIN)
    return dict(note)


def list_sheets(path: Path, limits: Limits | None = None) -> list[SheetInfo]:
    """시트 목록을 파일에 있는 차례로 돌려준다. 읽을 수 없는 파일이면 FileRefused."""
    with _ask_child(path, "sheets", limits or Limits()) as spool:
        return [SheetInfo(*item) for item in _first_line(spool)["sheets"]]


# ── 합친 칸 ───────────────────────────────────────────────────────────


class _Merges:
    """합친 칸을 행 차례대로 따라간다. 범위는 (첫 행, 첫 열, 끝 행, 끝 열)이고 끝을 포함한다."""

    def __init__(self, ranges: Sequence[Sequence[int]]) -> None:
        self._ranges = sorted((top, left, bottom, right) for top, left, bottom, right in ranges)
        self._next = 0
        self._active: list[tuple[int, int, int, int]] = []
        self._values: dict[tuple[int, int], Any] = {}

    def at(self, number: int) -> list[tuple[int, int, int, int]]:
        """이 행에 걸친 합친 칸들. 행 번호는 늘 커지는 차례로 불러야 한다."""
        if self._active:
            self._active = [item for item in self._active if item[2] >= number]
        while self._next < len(self._ranges) and self._ranges[self._next][0] <= number:
            item = self._ranges[self._next]
            if item[2] >= number:
                self._active.append(item)
            self._next += 1
        if len(self._active) > 20_000:
            raise FileRefused("합친 칸이 지나치게 많습니다", "셀 병합을 풀고 다시 저장해 올려 주세요")
        return self._active

    def fill_down(self, number: int, cells: list[Any], columns: frozenset[int]) -> None:
        """세로로 합친 글자 칸의 값을 아래 행에도 채운다. 합치지 않은 빈 칸은 채우지 않는다."""
        for top, left, bottom, _ in self.at(number):
            if left not in columns or top == bottom:
                continue
            if number == top:
                self._values[(top, left)] = cells[left] if left < len(cells) else ""
            elif (value := self._values.get((top, left), "")) != "":
                if len(cells) <= left:
                    cells.extend([""] * (left + 1 - len(cells)))
                if cells[left] == "":
                    cells[left] = value
            if number == bottom:
                self._values.pop((top, left), None)


# ── 머리글 찾기 ───────────────────────────────────────────────────────

_UNIT_CELL = re.compile(r"[(\[]?(?:백만원|천원|만원|억원|원|명|건|개|개소|%|㎡|회|일|대|호|세대|점|팀|곳)[)\]]?")


def _shown(value: Any) -> str:
    """칸의 값을 화면에 보일 글자로. 주민등록번호로 보이는 숫자는 가린다."""
    if isinstance(value, Fault):
        return value.shown
    try:
        text = value if type(value) is str else clean_text(value)
    except CellError:
        text = str(value)
    text = _RESIDENT_NUMBER.sub(r"\1-*******", " ".join(text.split()))
    return text if len(text) <= 100 else text[:99] + "…"


_RESIDENT_NUMBER = re.compile(r"(?<![0-9])([0-9]{2}[01][0-9][0-3][0-9])\s?[-–]\s?[1-8][0-9]{6}(?![0-9])")


def _heading_text(value: Any) -> str:
    try:
        return clean_text(value)
    except CellError:
        return ""


def _is_number(value: Any, from_csv: bool) -> bool:
    if isinstance(value, (int, float)):
        return not isinstance(value, bool)
    if not from_csv or not isinstance(value, str) or not value.strip():
        return False
    try:
        return parse_decimal(value) is not None
    except CellError:
        return False


class _Head:
    """시트 앞부분. 합친 칸을 펼친 글자로 머리글 행을 찾는다."""

    def __init__(self, rows: list[list[Any]], merged: Sequence[Sequence[int]], from_csv: bool) -> None:
        self.rows = rows
        self.from_csv = from_csv
        last = rows[-1][0] if rows else 0
        self.merged = [tuple(item) for item in merged if item[0] <= last]
        self.texts = [[_heading_text(cell) for cell in row[1]] for row in rows]
        by_number = {row[0]: place for place, row in enumerate(rows)}
        for top, left, bottom, right in self.merged:
            source = by_number.get(top)
            if source is None or left >= len(self.texts[source]):
                continue
            # 표보다 넓게 합친 제목 칸이 열을 늘리지 않도록 시트에 있는 열까지만 채운다.
            right = min(right, max(len(texts) for texts in self.texts) - 1)
            for number in range(top, min(bottom, last) + 1):
                place = by_number.get(number)
                if place is not None:
                    texts = self.texts[place]
                    texts.extend([""] * (right + 1 - len(texts)))
                    texts[left : right + 1] = [self.texts[source][left]] * (right + 1 - left)

    def block(self, first: int, size: int) -> list[str] | None:
        """first부터 size개 행을 이은 머리글. 행 번호가 이어지지 않으면 None."""
        rows = self.rows[first : first + size]
        if not rows or len(rows) < size or rows[-1][0] - rows[0][0] != size - 1:
            return None
        width = max(len(texts) for texts in self.texts[first : first + size])
        joined = []
        for index in range(width):
            parts: list[str] = []
            for texts in self.texts[first : first + size]:
                text = texts[index] if index < len(texts) else ""
                if text and text not in parts[-1:]:
                    parts.append(text)
            joined.append(JOINT.join(parts))
        return joined

    def find(self, columns: Sequence[Column], mapping: Mapping[str, str] | None) -> tuple[int, int]:
        """알려진 열 이름이 가장 많은 (첫 자리, 행 수). 같으면 위쪽, 짧은 쪽. 찾지 못하면 짐작한다."""
        best, place = 0, (0, 0)
        for size in (1, 2, 3):
            for first in range(min(len(self.rows), _HEAD_ROWS)):
                texts = self.block(first, size)
                score = match_score(texts, columns, mapping) if texts else 0
                if score > best:
                    best, place = score, (first, size)
        if not best or best < min(2, len(columns)) * 2:
            return self.guess()
        return self._with_joined_rows(*place)

    def _with_joined_rows(self, first: int, size: int) -> tuple[int, int]:
        """위아래로 합친 칸이나 작은 머리글로 이어진 행까지 머리글에 넣는다."""
        while first and any(item[0] < self.rows[first][0] <= item[2] for item in self.merged) and size < 4:
            if self.rows[first - 1][0] != self.rows[first][0] - 1:
                break
            first, size = first - 1, size + 1
        return first, self._with_lower_rows(first, size)

    def _with_lower_rows(self, first: int, size: int) -> int:
        """합친 칸이 아래로 이어지거나, 옆으로 합친 칸 아래에 작은 머리글이 있으면 그 행까지 머리글이다."""
        numbers = [row[0] for row in self.rows]
        for _ in range(3):
            top, bottom = numbers[first], numbers[first + size - 1]
            inside = [item for item in self.merged if top <= item[0] <= bottom]
            if first + size >= len(self.rows) or numbers[first + size] != bottom + 1:
                return size
            below = self.rows[first + size][1]
            if any(item[2] > bottom for item in inside) and not self._has_number(below):
                size += 1
                continue
            wide = {c for item in inside if item[3] > item[1] and item[2] == bottom for c in range(item[1], item[3] + 1)}
            filled = {c for c, cell in enumerate(below) if cell != ""}
            if wide and filled and filled <= wide and not self._has_number(below) and len(filled) > 1:
                size += 1
                continue
            return size
        return size

    def _has_number(self, cells: Sequence[Any]) -> bool:
        return any(_is_number(cell, self.from_csv) for cell in cells)

    def guess(self) -> tuple[int, int]:
        """열을 모를 때의 머리글. 글자로 찬 첫 행이고, 아래 자료에서 수인 열이 글자로 되어 있는 행까지이다."""
        if not self.rows:
            return 0, 0
        width = Counter(len(row[1]) for row in self.rows).most_common(1)[0][0]
        for first, (_, cells, *_rest) in enumerate(self.rows[:_HEAD_ROWS]):
            filled = [cell for cell in cells if cell != ""]
            texts = [cell for cell in filled if isinstance(cell, str) and not _is_number(cell, self.from_csv)]
            if len(filled) * 2 < width or len(filled) < min(2, width) or len(texts) * 2 <= len(filled):
                continue
            below = self.rows[first + 1 :]
            numeric = [
                index
                for index in range(len(cells))
                if below
                and sum(index < len(row[1]) and _is_number(row[1][index], self.from_csv) for row in below) * 2 >= len(below)
            ]
            size = 1
            while (
                numeric
                and size < 4
                and first + size < len(self.rows)
                and self.rows[first + size][0] == self.rows[first][0] + size
                and not self._has_number([c for i, c in enumerate(self.rows[first + size][1]) if i in numeric])
                and sum(i < len(self.rows[first + size][1]) and self.rows[first + size][1][i] != "" for i in numeric) * 2
                > len(numeric)
            ):
                size += 1
            return first, size
        return 0, 0

    def is_unit_row(self, place: int) -> bool:
        """머리글 바로 아래에서 열마다 단위만 적은 행인지"""
        if place >= len(self.rows):
            return False
        texts = [text for text in self.texts[place] if text]
        return bool(texts) and all(_UNIT_CELL.fullmatch(search_key(text)) for text in texts)


# ── 읽기 ──────────────────────────────────────────────────────────────

_NOTE = re.compile(r"\s*(?:[※*＊☞]|(?:주|자료|출처|비고|참고|작성|기준)\s?[0-9]?\s?[:：)）])")
_NOTE_FIRST = frozenset("※*＊☞주자출비참작기")


def _initials(key: str) -> frozenset[str]:
    """머리글의 첫 글자. 자모가 풀린(NFD) 글자도 알아보게 한다."""
    return frozenset({key[:1], key[:1].upper(), unicodedata.normalize("NFD", key[:1])[:1]})


@dataclass(frozen=True, slots=True)
class _Field:
    """한 열을 읽는 방법"""

    name: str
    index: int
    parse: Callable[[Any], Any]
    required: bool
    column: Column


@dataclass
class Reading:
    """표 하나를 읽는 일. rows()를 끝까지 돌린 뒤에 errors, set_aside, total_checks, taken_count가 완전해진다.

    unit은 금액에 곱한 배수(열마다 다르면 units), unit_found는 파일에서 찾은 배수(없으면 None)이다.
    row_count는 시트에서 내용이 있는 행의 수이고, 머리글 행 + taken_count + error_row_count + 따로 둔 행(blank 제외)과 같다.
    """

    sheet: str
    sheets: list[tuple[str, bool]]
    heading_rows: tuple[int, ...]
    headings: list[Heading]
    match: Match
    unit: int
    unit_found: int | None
    units: dict[str, int]
    samples: dict[int, list[str]]
    row_count: int
    set_aside: list[SetAside] = field(default_factory=list)
    errors: list[CellIssue] = field(default_factory=list)
    error_count: int = 0
    error_row_count: int = 0
    warnings: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    taken_count: int = 0
    total_checks: list[TotalCheck] = field(default_factory=list)
    _spool: IO[bytes] | None = None
    _note: dict[str, Any] = field(default_factory=dict)
    _fields: list[_Field] = field(default_factory=list)
    _include_hidden: bool = False
    _heading_texts: list[frozenset[tuple[int, str]]] = field(default_factory=list)
    _start_warnings: tuple[str, ...] = ()

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """임시 파일을 닫는다. 닫지 않아도 객체가 사라질 때 지워진다."""
        if self._spool is not None:
            self._spool.close()

    def _raw_rows(self) -> Iterator[list[Any]]:
        if self._spool is None:
            return
        self._spool.seek(0)
        self._spool.readline(_LONGEST_LINE)
        while True:
            line = self._spool.readline(_LONGEST_LINE)
            row = _decode(line.decode())
            if isinstance(row, dict):
                return
            yield row

    def rows(self) -> Iterator[Row]:
        """자료 행을 차례로 낸다. 오류가 있는 행은 내지 않고 errors에 남긴다. 필수 열을 찾지 못했으면 아무것도 내지 않는다."""
        if self.match.missing_required or self._spool is None:
            return
        self.set_aside, self.errors, self.total_checks = [], [], []
        self.warnings, self.notices = list(self._start_warnings), []
        self.error_count = self.error_row_count = self.taken_count = 0
        yield from _Pass(self).run()

    def _issue(self, number: int, name: str, index: int, value: Any, error: CellError) -> CellIssue:
        return CellIssue(
            self.sheet, number, name, column_letter(index), _shown(value), error.reason, error.remedy
        )


class _Pass:
    """시트를 처음부터 끝까지 한 번 도는 일. 행마다 무엇인지 가려 Reading에 적는다."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.fields = reading._fields
        self.plan = [(item.name, item.index, item.parse, item.required, item.column) for item in self.fields]
        self.from_csv = reading._note["format"] == "csv"
        self.merges = _Merges(reading._note["merged"])
        self.has_merges = bool(reading._note["merged"])
        self.heading_again = [(min(texts)[0], _initials(min(texts)[1]), texts) for texts in reading._heading_texts]
        by_place = sorted(self.fields, key=lambda item: item.index)
        self.text_fields = [item for item in by_place if item.column.kind in TEXT_KINDS]
        self.number_places = frozenset(item.index for item in self.fields if item.column.numeric)
        self.summed = [item for item in self.fields if item.column.kind in ("amount", "integer")]
        matched = {item.index for item in self.fields}
        # '연번'처럼 수인 첫 열이나 열 정의에 없는 '구분' 열에 합계라고 적는 파일도 있다.
        unknown = [heading.index for heading in reading.headings if heading.index not in matched][:1]
        self.label_places = sorted({item.index for item in self.text_fields} | {min(matched, default=0), *unknown})
        self.filled_columns = frozenset(
            heading.index for heading in reading.headings if heading.index not in self.number_places
        )
        self.width = len(reading.headings)
        self.needed = max(matched | set(self.label_places)) + 1
        self.tracker = TotalTracker(len(self.summed))
        self.tentative: dict[int, tuple[list[CellIssue], str]] = {}
        self.converted: Counter[str] = Counter()
        self.hidden_count = 0
        self.unnamed: set[int] = set()
        self.blank_headings = [heading.index for heading in reading.headings if not heading.text]
        self.number_names = [(item.name, item.index) for item in self.fields if item.column.numeric]
        self.rate_names = [(item.name, item.index) for item in self.fields if item.column.kind == "rate"]
        self.memo_names = [item.name for item in self.fields if item.column.kind == "memo"]
        self.small_rates = {name: [0, 0] for name, _ in self.rate_names}
        self.resident_rows: list[int] = []

    # 행 가리기

    def run(self) -> Iterator[Row]:
        """행을 하나씩 가린다."""
        reading = self.reading
        first = reading.heading_rows[0] if reading.heading_rows else 1
        last = reading.heading_rows[-1] if reading.heading_rows else 0
        previous = last
        for number, cells, hidden, width in reading._raw_rows():
            if self.has_merges:
                self.merges.fill_down(number, cells, self.filled_columns)
            if number <= last:
                if number < first:
                    self._above(number, cells)
                continue
            if number > previous + 1:
                self._gap(previous + 1, number - 1)
            previous = number
            if hidden:
                self.hidden_count += 1
                if not reading._include_hidden:
                    self._aside(number, "hidden", "숨겨진 행입니다", cells)
                    continue
            if len(cells) < self.needed:
                cells.extend([""] * (self.needed - len(cells)))
            if self._is_aside(number, cells):
                continue
            values = self._read(number, cells, width)
            if values is not None:
                reading.taken_count += 1
                yield Row(reading.sheet, number, values)
        self._finish()

    def _aside(self, number: int, kind: str, reason: str, cells: Sequence[Any]) -> None:
        text = " | ".join(_shown(cell) for cell in cells if cell != "")
        self.reading.set_aside.append(SetAside(self.reading.sheet, number, kind, reason, text[:300]))

    def _gap(self, low: int, high: int) -> None:
        text = f"{low}행" if low == high else f"{low}~{high}행"
        self.reading.set_aside.append(SetAside(self.reading.sheet, low, "blank", "빈 행입니다", text))

    def _above(self, number: int, cells: Sequence[Any]) -> None:
        if any(isinstance(cell, str) and is_unit_note(cell) for cell in cells):
            self._aside(number, "unit", "단위를 적은 행입니다", cells)
        else:
            self._aside(number, "title", "머리글 위의 글입니다", cells)

    def _is_aside(self, number: int, cells: list[Any]) -> bool:
        """자료가 아닌 행이면 따로 두고 참을 돌려준다."""
        lead = next((cell for cell in cells if cell != ""), "")
        if isinstance(lead, str):
            mark = lead.lstrip()[:1]
            if mark in _NOTE_FIRST and _NOTE.match(lead) and self._no_numbers(cells):
                self._aside(number, "note", "표 아래의 설명입니다", cells)
                return True
            if "단위" in lead and is_unit_note(lead) and self._no_numbers(cells):
                self._aside(number, "unit", "단위를 적은 행입니다", cells)
                return True
        for place in self.label_places:
            cell = cells[place]
            if type(cell) is str and (found := total_label(cell)) and self._is_total(number, place, found, cells):
                return True
        if self._is_heading(cells):
            self._aside(number, "heading_again", "머리글이 되풀이된 행입니다", cells)
            return True
        return self.has_merges and self._is_section(number, cells)

    def _no_numbers(self, cells: Sequence[Any]) -> bool:
        return all(cells[place] == "" or isinstance(cells[place], str) for place in self.number_places) and not any(
            _is_number(cells[place], True) for place in self.number_places
        )

    def _is_total(self, number: int, place: int, found: tuple[str, bool], cells: list[Any]) -> bool:
        label, alone = found
        others = [item for item in self.text_fields if item.index > place]
        keys = [item for item in others if item.required] or others
        filled = [item for item in keys if cells[item.index] != "" and not self._is_label(cells[item.index])]
        if filled or (not alone and not any(cells[item.index] == "" for item in self.text_fields)):
            if alone:
                self.reading.warnings.append(
                    f"{number}행의 {column_letter(place)}열에 ‘{_shown(cells[place])}’라고 적혀 있지만 "
                    "다른 칸도 채워져 있어 자료로 읽었습니다"
                )
            return False
        self._aside(number, "total", f"‘{_shown(cells[place])}’ 행입니다", cells)
        printed = [self._printed(number, item, cells[item.index]) for item in self.summed]
        left = tuple(
            name
            for item in self.text_fields
            if item.index < place and (name := self._group_name(item, cells[item.index])) and not self._is_label(name)
        )
        self.tracker.mark(number, label, left[:2] if len(left) <= 2 else (), printed)
        return True

    @staticmethod
    def _group_name(item: _Field, value: Any) -> str:
        try:
            return str(item.parse(value))
        except CellError:
            return ""

    @staticmethod
    def _is_label(value: Any) -> bool:
        found = total_label(value) if isinstance(value, str) else None
        return bool(found and found[1])

    def _printed(self, number: int, item: _Field, value: Any) -> int | None:
        if value == "":
            return None
        try:
            amount: int | None = item.parse(value)
        except CellError as error:
            self.reading.warnings.append(
                f"{number}행의 합계를 견주지 못했습니다. {column_letter(item.index)}열({item.column.title}): {error.reason}"
            )
            return None
        return amount

    def _is_heading(self, cells: Sequence[Any]) -> bool:
        for place, initials, texts in self.heading_again:
            if place < len(cells) and type(cells[place]) is str and cells[place].lstrip()[:1] in initials:
                same = sum(
                    1 for i, key in texts if i < len(cells) and isinstance(cells[i], str) and search_key(cells[i]) == key
                )
                if same * 10 >= len(texts) * 7:
                    return True
        return False

    def _is_section(self, number: int, cells: Sequence[Any]) -> bool:
        """표 너비만큼 합친 글 한 줄은 구역의 제목이다."""
        if len(self.fields) < 2:
            return False
        low = min(item.index for item in self.fields)
        high = max(item.index for item in self.fields)
        for top, left, bottom, right in self.merges.at(number):
            if top != number or bottom != number or left > low or right < high:
                continue
            alone = all(cell == "" for place, cell in enumerate(cells) if place != left)
            if alone and isinstance(cells[left], str) and not _is_number(cells[left], True):
                self._aside(number, "title", "표 안의 구역 제목입니다", cells)
                return True
        return False

    # 값 읽기

    def _read(self, number: int, cells: list[Any], width: int) -> dict[str, Any] | None:
        """한 행의 값. 오류가 있으면 적어 두고 None."""
        reading = self.reading
        if self.from_csv and width != self.width and not (width > self.width and len(cells) <= self.width):
            self._fail(number, [self._ragged(number, cells, width)])
            return None
        values: dict[str, Any] = {}
        issues: list[CellIssue] = []
        blanks: list[CellIssue] = []
        for name, index, parse, required, column in self.plan:
            cell = cells[index]
            try:
                value = parse(cell)
            except CellError as error:
                issues.append(reading._issue(number, column.title, index, cell, error))
                continue
            if required and (value is None or value == ""):
                missing = CellError("비어 있습니다", f"{column.title}을(를) 적어 주세요")
                blanks.append(reading._issue(number, column.title, index, cell, missing))
            values[name] = value
        if self.has_merges:
            issues.extend(self._wide_merges(number, cells))
        if issues or blanks:
            if not issues and self._may_be_parent(values):
                self._set_tentative(number, cells, values, blanks)
            else:
                self._fail(number, issues + blanks)
            return None
        if self.summed:
            keys = tuple(values[item.name] for item in self.text_fields[:2])
            self.tracker.add([values[item.name] for item in self.summed], keys)
        self._watch(number, cells, values)
        return values

    def _watch(self, number: int, cells: list[Any], values: dict[str, Any]) -> None:
        """사람이 확인하면 좋을 것을 세어 둔다."""
        if len(cells) > self.width:
            self.unnamed.update(i for i in range(self.width, len(cells)) if cells[i] != "")
        for index in self.blank_headings:
            if index < len(cells) and cells[index] != "":
                self.unnamed.add(index)
        if not self.from_csv:
            for name, index in self.number_names:
                if type(cells[index]) is str and cells[index]:
                    self.converted[name] += 1
        for name, index in self.rate_names:
            if type(cells[index]) is float:
                self.small_rates[name][abs(cells[index]) > 1.5] += 1
        for name in self.memo_names:
            if values[name] and _RESIDENT_NUMBER.search(values[name]):
                self.resident_rows.append(number)

    def _ragged(self, number: int, cells: Sequence[Any], width: int) -> CellIssue:
        index = min(width, self.width) - 1
        reason = f"칸 수가 다릅니다. 머리글은 {self.width}칸, 이 행은 {width}칸입니다"
        remedy = "구분 글자(쉼표 따위)가 들어 있는 칸을 큰따옴표로 묶거나 빠진 칸을 채워 주세요"
        text = " | ".join(_shown(cell) for cell in cells if cell != "")
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
                yield self.reading._issue(number, title, places[0], cells[left] if left < len(cells) else "", error)

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
        self.tentative[number] = (blanks, " | ".join(_shown(cell) for cell in cells if cell != "")[:300])

    def _fail(self, number: int, issues: Sequence[CellIssue]) -> None:
        self.reading.error_row_count += 1
        self.reading.error_count += len(issues)
        self.reading.errors.extend(issues[: max(0, _KEPT_ERRORS - len(self.reading.errors))])

    # 마무리

    def _finish(self) -> None:
        reading = self.reading
        for settled in self.tracker.settle():
            if settled.row in self.tentative:
                issues, text = self.tentative[settled.row]
                if not settled.matched:
                    self._fail(settled.row, issues)
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
        reading.errors.sort(key=lambda issue: issue.row)
        reading.set_aside.sort(key=lambda aside: aside.row)
        self._tell()

    def _tell(self) -> None:
        reading = self.reading
        warn = reading.warnings.append
        if self.hidden_count:
            done = "읽었습니다" if reading._include_hidden else "읽지 않았습니다"
            warn(f"숨겨진 행 {self.hidden_count:,}개를 {done}. 필터나 행 숨기기를 확인해 주세요")
        if self.unnamed:
            letters = ", ".join(column_letter(index) for index in sorted(self.unnamed)[:10])
            warn(f"머리글이 없는 {letters}열에 값이 있습니다. 읽지 않았습니다")
        wrong = {check.row for check in reading.total_checks if check.difference}
        if wrong:
            warn(f"합계가 자료 행의 합과 다른 행이 {len(wrong):,}개 있습니다")
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


def _parser(column: Column, unit: int, from_csv: bool, default_year: int | None) -> Callable[[Any], Any]:
    """열 종류에 맞는 읽기 함수"""
    if column.kind == "amount":
        return partial(parse_amount, unit=unit)
    if column.kind == "code":
        read_code = partial(parse_code, width=column.width)
        return (lambda value: read_code(restore_text(value))) if from_csv else read_code
    if column.kind == "date":
        return partial(parse_date, default_year=default_year)
    if column.kind == "memo":
        return partial(clean_text, multiline=True, restore=from_csv)
    if column.kind == "text":
        return partial(clean_text, restore=True) if from_csv else clean_text
    parsers: dict[str, Callable[[Any], Any]] = {
        "integer": parse_integer,
        "decimal": parse_decimal,
        "rate": parse_rate,
        "bool": parse_bool,
    }
    return parsers[column.kind]


def read_table(
    path: Path,
    columns: Sequence[Column],
    *,
    sheet: str | None = None,
    mapping: Mapping[str, str] | None = None,
    unit: int | None = None,
    limits: Limits | None = None,
    default_year: int | None = None,
    include_hidden: bool = False,
) -> Reading:
    """파일에서 표를 찾아 읽을 준비를 한다. 행은 돌려받은 Reading의 rows()로 읽는다.

    sheet를 주지 않으면 보이는 시트를 앞에서부터 보아 필수 열이 모두 있는 첫 시트를 쓴다. mapping은 {열 이름: 머리글},
    unit은 사람이 고른 금액 단위 배수, default_year는 '10/31'처럼 연도 없는 날짜의 연도이다. 숨겨진 행은 include_hidden일
    때만 읽는다. 읽을 수 없는 파일이면 FileRefused.
    """
    if unit is not None and unit not in UNITS.values():
        raise ValueError(f"금액 단위 배수가 아닙니다: {unit!r}")
    open_sheet = partial(_open, path, columns, limits or Limits(), mapping, unit, default_year)
    reading = open_sheet(sheet)
    if sheet is None and reading.match.missing_required:
        for name, hidden in reading.sheets[:20]:
            if hidden or name == reading.sheet:
                continue
            other = open_sheet(name)
            if not other.match.missing_required:
                reading.close()
                reading = other
                break
            other.close()
    reading._include_hidden = include_hidden
    if sheet is None:
        reading.warnings += _sheet_warning(reading)
        reading._start_warnings = tuple(reading.warnings)
    return reading


def _open(
    path: Path,
    columns: Sequence[Column],
    limits: Limits,
    mapping: Mapping[str, str] | None,
    unit: int | None,
    default_year: int | None,
    sheet: str | None,
) -> Reading:
    """시트 하나를 자식에게 읽히고 머리글을 찾아 열을 맞춘다."""
    spool = _ask_child(path, "rows", limits, sheet)
    try:
        note = _first_line(spool)
        after_note = spool.tell()
        row_count = _last_line(spool)
        spool.seek(after_note)
        head_rows = []
        for _ in range(_HEAD_ROWS + _SAMPLE_ROWS):
            row = _decode(spool.readline(_LONGEST_LINE).decode())
            if isinstance(row, dict):
                break
            head_rows.append(row)
    except BaseException:
        spool.close()
        raise
    from_csv = note["format"] == "csv"
    head = _Head(head_rows, note["merged"], from_csv)
    first, size = head.find(columns, mapping)
    texts = head.block(first, size) or []
    match = match_columns(texts, columns, mapping)
    if head.is_unit_row(first + size):
        for index, text in enumerate(head.texts[first + size]):
            if (found := heading_unit(text if text[:1] in "([" else f"({text})")) is not None:
                match.units[index] = found
        size += 1
    line_unit, unit_warnings = _unit_line(head, first)
    units, factor = _units(columns, match, unit, line_unit)
    heading_rows = tuple(row[0] for row in head_rows[first : first + size])
    reading = Reading(
        sheet=note["sheet"],
        sheets=[(name, hidden) for name, hidden in note["sheets"]],
        heading_rows=heading_rows,
        headings=[Heading(i, column_letter(i), text, match.units.get(i)) for i, text in enumerate(texts)],
        match=match,
        unit=factor,
        unit_found=line_unit if line_unit is not None else next(iter(match.units.values()), None),
        units=units,
        samples=_samples(head_rows[first + size :], len(texts)),
        row_count=row_count,
        _spool=spool,
        _note=note,
    )
    reading._fields = [
        _Field(
            column.name,
            match.matched[column.name],
            _parser(column, units.get(column.name, 1), from_csv, default_year),
            column.required,
            column,
        )
        for column in columns
        if column.name in match.matched
    ]
    reading._heading_texts = [
        frozenset((i, search_key(cell)) for i, cell in enumerate(row[1]) if isinstance(cell, str) and cell.strip())
        for row in head_rows[first : first + size]
    ]
    reading._heading_texts = [texts for texts in reading._heading_texts if len(texts) > 1]
    reading.warnings = [*unit_warnings, *_file_warnings(reading, columns, unit)]
    reading._start_warnings = tuple(reading.warnings)
    return reading


def _last_line(spool: IO[bytes]) -> int:
    """끝 줄에 적힌 행의 수. 읽다가 거절했으면 끝 줄이 그 까닭이고, 끝 줄이 없으면 자식이 다 쓰지 못한 것이다."""
    end = spool.seek(0, os.SEEK_END)
    spool.seek(max(0, end - 2_000))
    line = spool.read().rstrip(b"\n").rpartition(b"\n")[2]
    if line.startswith(b'{"refused":'):
        raise FileRefused(*json.loads(line)["refused"])
    found = re.fullmatch(rb'\{"end":(\d+)\}', line)
    if not found:
        raise FileRefused("파일이 손상되어 읽지 못했습니다", _SAVE_AGAIN)
    return int(found[1])


def _unit_line(head: _Head, first: int) -> tuple[int | None, list[str]]:
    """머리글 위에서 찾은 금액 단위. 여럿이면 머리글에 가까운 것을 쓰고 알린다."""
    found = [unit for texts in head.texts[:first] for text in dict.fromkeys(texts) if (unit := noted_unit(text)) is not None]
    if len(set(found)) > 1:
        names = ", ".join(unit_name(unit) for unit in dict.fromkeys(found))
        return found[-1], [f"표 위에 단위가 여러 가지({names})로 적혀 있습니다. {unit_name(found[-1])}으로 읽었습니다"]
    return (found[-1] if found else None), []


def _units(
    columns: Sequence[Column], match: Match, chosen: int | None, line_unit: int | None
) -> tuple[dict[str, int], int]:
    """금액 열마다 곱할 배수와 대표 배수. 사람이 고른 것 > 머리글 > 열 정의 > 표 위의 단위 줄 > 원"""
    units = {}
    for column in columns:
        if column.kind != "amount" or column.name not in match.matched:
            continue
        written = match.units.get(match.matched[column.name])
        units[column.name] = next(
            (unit for unit in (chosen, written, column.unit, line_unit) if unit is not None), 1
        )
    common = Counter(units.values()).most_common(1)
    return units, chosen or (common[0][0] if common else line_unit or 1)


# 우리가 내보낸 파일에 붙는 시트. 자료가 아니다.
_OWN_SHEETS = frozenset({"조건", "작성 방법"})


def _sheet_warning(reading: Reading) -> list[str]:
    visible = [name for name, hidden in reading.sheets if not hidden and name not in _OWN_SHEETS]
    if len(visible) < 2:
        return []
    return [f"보이는 시트 {len(visible)}개 가운데 ‘{reading.sheet}’ 시트를 읽었습니다"]


def _file_warnings(reading: Reading, columns: Sequence[Column], chosen: int | None) -> Iterator[str]:
    note, match = reading._note, reading.match
    if note.get("macro"):
        yield "매크로가 들어 있는 파일입니다. 매크로는 실행하지 않고 값만 읽었습니다"
    if note.get("external"):
        yield f"다른 파일을 가리키는 수식이 {note['external']:,}개 있습니다. 저장된 값이 오래되지 않았는지 확인해 주세요"
    places = {place: name for name, place in match.matched.items()}
    titles = {column.name: column.title for column in columns}
    for place in note.get("hidden_columns", []):
        if place in places:
            yield f"{titles[places[place]]}({column_letter(place)}열)은 숨겨진 열입니다. 값을 읽었습니다"
    for place, scale in note.get("scaled", []):
        if place in places:
            yield (
                f"{titles[places[place]]}({column_letter(place)}열)은 {scale:,}으로 나누어 보이는 서식입니다. "
                "화면에 보이는 수가 아니라 저장된 수를 읽었습니다. 단위를 확인해 주세요"
            )
    if len(set(reading.units.values())) > 1:
        text = ", ".join(f"{titles[name]} {unit_name(unit)}" for name, unit in reading.units.items())
        yield f"열마다 금액 단위가 다릅니다({text})"
    if chosen is not None:
        for name, place in match.matched.items():
            if name in reading.units and match.units.get(place, chosen) != chosen:
                written = unit_name(match.units[place])
                yield f"{titles[name]}의 머리글에는 {written}이라고 적혀 있지만 고른 단위({unit_name(chosen)})로 읽었습니다"
    for name, same in match.duplicated.items():
        letters = ", ".join(column_letter(place) for place in same)
        yield f"‘{titles[name]}’에 해당하는 열이 여러 개({letters})라 정하지 못했습니다"


def _samples(rows: Sequence[Sequence[Any]], width: int) -> dict[int, list[str]]:
    samples: dict[int, list[str]] = {index: [] for index in range(width)}
    for row in rows:
        for index, cell in enumerate(row[1][:width]):
            if cell != "" and len(samples[index]) < 3:
                samples[index].append(_shown(cell))
    return samples


# ── 살펴보기 ──────────────────────────────────────────────────────────


def inspect(path: Path, columns: Sequence[Column] | None = None, limits: Limits | None = None) -> dict[str, Any]:
    """파일에 무엇이 있는지 JSON으로 나타낼 수 있는 사전으로 돌려준다. 값을 저장하지 않고 구조만 볼 때 쓴다.

    보이는 시트마다 머리글 행, 열(글자·단위·보기), 읽은 행과 따로 둔 행의 수, 수 열의 합을 담는다. columns가 없으면 머리글과
    열 종류를 짐작한다. 읽을 수 없는 파일이면 FileRefused.
    """
    limits = limits or Limits()
    sheets = list_sheets(path, limits)
    return {
        "sheets": [info._asdict() for info in sheets],
        "tables": [
            _inspect_sheet(path, info.name, columns, limits) for info in sheets if info.rows and not info.hidden
        ],
    }


def _inspect_sheet(path: Path, sheet: str, columns: Sequence[Column] | None, limits: Limits) -> dict[str, Any]:
    reading = _open(path, columns or (), limits, None, None, None, sheet)
    with reading:
        if columns is None:
            _guess_fields(reading)
        totals: dict[str, Any] = {item.name: 0 for item in reading._fields if item.column.numeric}
        for row in reading.rows():
            for name in totals:
                totals[name] += row.values[name] or 0
        kinds = {item.index: item.column.kind for item in reading._fields}
        return {
            "sheet": sheet,
            "heading_rows": list(reading.heading_rows),
            "columns": [
                {
                    "letter": heading.letter,
                    "text": heading.text,
                    "unit": heading.unit,
                    "kind": kinds.get(heading.index),
                    "samples": reading.samples[heading.index],
                }
                for heading in reading.headings
            ],
            "matched": reading.match.matched,
            "missing": [column.title for column in reading.match.missing],
            "unit": reading.unit,
            "unit_found": reading.unit_found,
            "row_count": reading.row_count,
            "taken_count": reading.taken_count,
            "set_aside": dict(Counter(aside.kind for aside in reading.set_aside)),
            "set_aside_rows": [asdict(aside) for aside in reading.set_aside],
            "totals": {name: str(total) for name, total in totals.items()},
            "total_checks": [asdict(check) for check in reading.total_checks],
            "error_count": reading.error_count,
            "errors": [asdict(issue) for issue in reading.errors[:50]],
            "warnings": reading.warnings,
            "notices": reading.notices,
        }


def _guess_fields(reading: Reading) -> None:
    """열 정의 없이 읽을 열을 머리글에서 만든다. 이름은 열 글자이고, 값이 거의 수인 열을 수로 본다."""
    from_csv = reading._note["format"] == "csv"
    last = reading.heading_rows[-1] if reading.heading_rows else 0
    numbers: Counter[int] = Counter()
    whole: Counter[int] = Counter()
    filled: Counter[int] = Counter()
    for seen, (number, cells, *_) in enumerate(reading._raw_rows()):
        if number <= last:
            continue
        if seen > 2_000:
            break
        for index, cell in enumerate(cells):
            if cell == "":
                continue
            filled[index] += 1
            if _is_number(cell, True) and not _looks_like_code(cell):
                numbers[index] += 1
                whole[index] += _is_whole(cell)
    if not reading.headings:
        reading.headings = [Heading(i, column_letter(i), "", None) for i in sorted(filled)]
        reading.samples = {heading.index: [] for heading in reading.headings}
    for heading in reading.headings:
        index = heading.index
        count = filled[index]
        kind = "text"
        if count and numbers[index] >= count * 0.9 and not _ORDINAL.search(search_key(heading.text)):
            kind = "amount" if whole[index] == numbers[index] else "decimal"
        column = Column(heading.letter, heading.text or heading.letter, kind)
        factor = next((unit for unit in (heading.unit, reading.unit_found) if unit is not None), 1)
        if kind == "amount":
            reading.units[column.name] = factor
        reading.match.matched[column.name] = index
        reading._fields.append(_Field(column.name, index, _parser(column, factor, from_csv, None), False, column))
    reading.unit = Counter(reading.units.values()).most_common(1)[0][0] if reading.units else 1


# 수로 적지만 더할 수 없는 열
_ORDINAL = re.compile(r"(?:년도|연도|연도별|연월|년|월|기간|연번|순번|번호|코드|순위|id|no\.?)$")


def _looks_like_code(cell: Any) -> bool:
    return isinstance(cell, str) and bool(re.match(r"0[0-9]|[0-9]{16,}", cell.strip()))


def _is_whole(cell: Any) -> bool:
    number = parse_decimal(cell)
    return number is None or number == number.to_integral_value()
