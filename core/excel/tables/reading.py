"""표 하나를 읽는 일과 그 결과"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, TypeVar

from core.excel.columns import Column, Match, column_letter
from core.excel.tables.cells import shown
from core.excel.tables.child_process import LONGEST_LINE, decode_row
from core.excel.tables.results import CellIssue, Heading, Question, Row, SetAside, TableInfo, TotalCheck
from core.excel.tables.row_pass import RowPass
from core.excel.values import CellError

WATCHED = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Field:
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
    broken은 오류가 있는 행에서 읽은 칸이다. 읽지 못한 칸은 values에 없고, 자료의 규칙에 걸리는 칸까지 한 번에 알리는 데 쓴다.
    tables는 시트에서 찾은 표들이고 table은 읽는 표의 차례(1부터), sections는 되풀이된 머리글 위의 구역 제목 행이다.
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
    tables: list[TableInfo] = field(default_factory=list)
    table: int = 1
    sections: frozenset[int] = frozenset()
    set_aside: list[SetAside] = field(default_factory=list)
    errors: list[CellIssue] = field(default_factory=list)
    error_count: int = 0
    error_row_count: int = 0
    error_numbers: list[int] = field(default_factory=list)
    broken: list[Row] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    taken_count: int = 0
    total_checks: list[TotalCheck] = field(default_factory=list)
    spool: IO[bytes] | None = None
    note: dict[str, Any] = field(default_factory=dict)
    fields: list[Field] = field(default_factory=list)
    include_hidden: bool = False
    heading_texts: list[frozenset[tuple[int, str]]] = field(default_factory=list)
    start_warnings: tuple[str, ...] = ()
    # 답해야 반영할 수 있는 물음과, 금액 단위를 어디에서 읽었는지
    questions: list[Question] = field(default_factory=list)
    start_questions: tuple[Question, ...] = ()
    unit_note: str = ""
    unit_chosen: bool = False
    # 금액 열마다, 열과 다른 단위를 적은 칸의 수
    cell_units: dict[str, Counter[str]] = field(default_factory=dict)
    # 들여 쓰거나 글머리를 붙인 칸: [행, 열, 들여 쓴 칸 수, 글머리]
    signs: list[list[Any]] = field(default_factory=list)
    fixes: dict[int, dict[int, str]] = field(default_factory=dict)
    # 무엇을 몇 행까지 했는지 듣는 쪽. 500행마다 부른다.
    watch: Callable[[str, int], None] | None = None

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """임시 파일을 닫는다. 닫지 않아도 객체가 사라질 때 지워진다."""
        if self.spool is not None:
            self.spool.close()

    @property
    def span(self) -> tuple[int, int]:
        """읽는 표의 첫 행과 끝 행. 표가 하나뿐이면 시트 전체이다."""
        found = next((item for item in self.tables if item.number == self.table), None)
        return (found.first_row, found.last_row or 1 << 30) if found else (1, 1 << 30)

    @property
    def doubts_heading(self) -> bool:
        """아는 이름이 거의 없어, 머리글로 본 줄이 자료일 수도 있는가."""
        match = self.match
        return len(match.matched) + len(match.duplicated) < min(2, len(match.matched) + len(match.missing))

    def put_cells(self, fixes: Mapping[str, Mapping[str, str]]) -> None:
        """파일에 적힌 값 대신 읽을 칸. {행 번호: {열 글자: 값}}이고 행 번호도 글자로 적는다. 파일은 그대로 둔다."""
        places = {heading.letter: heading.index for heading in self.headings}
        self.fixes = {
            int(number): {places[letter]: text for letter, text in cells.items() if letter in places}
            for number, cells in fixes.items()
        }

    def raw_rows(self) -> Iterator[list[Any]]:
        """내용이 있는 모든 행을 바꾸지 않은 채로 낸다: [엑셀 행 번호, [칸...], 숨은 행이면 1, CSV의 칸 수]"""
        if self.spool is None:
            return
        self.spool.seek(0)
        self.spool.readline(LONGEST_LINE)
        fixes = self.fixes
        while True:
            line = self.spool.readline(LONGEST_LINE)
            row = decode_row(line.decode())
            if isinstance(row, dict):
                return
            for place, text in fixes.get(row[0], {}).items() if fixes else ():
                row[1].extend([""] * (place + 1 - len(row[1])))
                row[1][place] = text
            yield row

    def rows(self) -> Iterator[Row]:
        """자료 행을 차례로 낸다. 오류가 있는 행은 내지 않고 errors에 남긴다. 필수 열을 찾지 못했으면 아무것도 내지 않는다."""
        if self.match.missing_required or self.spool is None:
            return
        self.set_aside, self.errors, self.total_checks = [], [], []
        self.warnings, self.notices = list(self.start_warnings), []
        self.questions = list(self.start_questions)
        self.error_numbers, self.broken = [], []
        for counts in self.cell_units.values():
            counts.clear()
        self.error_count = self.error_row_count = self.taken_count = 0
        yield from self.watched(RowPass(self).run(), "읽는 중")

    def watched(self, rows: Iterable[T], step: str) -> Iterator[T]:
        """rows 를 차례로 내며 듣는 쪽에 알린다."""
        if self.watch is None:
            yield from rows
            return
        for count, row in enumerate(rows, 1):
            if count % WATCHED == 0:
                self.watch(step, count)
            yield row

    def issue(self, number: int, name: str, index: int, value: Any, error: CellError) -> CellIssue:
        """읽지 못한 칸 하나"""
        return CellIssue(self.sheet, number, name, column_letter(index), shown(value), error.reason, error.remedy)
