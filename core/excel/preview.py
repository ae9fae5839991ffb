"""미리보기: 파일의 행을 지금 자료와 견주어 새로 추가·바뀜·같음·충돌·오류로 나눈다. 아무것도 쓰지 않는다."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.excel.reader import CellIssue, Question

NEW, CHANGED, SAME, CONFLICT, ERROR = "new", "changed", "same", "conflict", "error"
MISSING, SET_ASIDE = "missing", "set_aside"
TITLES = {
    NEW: "새로 추가", CHANGED: "바뀜", SAME: "같음", MISSING: "파일에 없음", CONFLICT: "충돌", ERROR: "오류", SET_ASIDE: "읽지 않은 줄",
}  # fmt: skip

# 충돌한 칸에서 고르는 것
NOW, MINE = "now", "mine"

RowId = tuple[str, int]
# {행의 이름: {항목: now 또는 mine}}
Choices = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class CellDiff:
    """바뀌는 칸 하나. 값은 화면에 적을 글자다.

    contested 는 내려받은 뒤 다른 사람이 고친 칸이고, untouched 는 그 칸을 이 파일에서는 고치지 않았다는 뜻이다.
    choice 는 그런 칸에서 고른 것: 「지금 값 두기」(now), 「파일 값으로」(mine), 아직 고르지 않음("").
    """

    name: str
    title: str
    old: str
    new: str
    note: str = ""
    contested: bool = False
    untouched: bool = False
    base: str = ""
    choice: str = ""

    @property
    def writes(self) -> bool:
        """반영하면 파일의 값을 적는가."""
        return not self.contested or self.choice == MINE


@dataclass
class PreviewRow:
    """파일의 한 행이 무엇이 되는가."""

    sheet: str
    number: int
    state: str
    instance: Any
    label: str = ""
    version: int | None = None
    cells: list[CellDiff] = field(default_factory=list)
    note: str = ""

    @property
    def id(self) -> RowId:
        return self.sheet, self.number

    @property
    def key(self) -> str:
        """화면과 저장에 쓰는 행의 이름."""
        return f"{self.sheet}!{self.number}"

    @property
    def settled(self) -> bool:
        """충돌한 칸마다 어느 값을 둘지 모두 골랐는가."""
        return all(cell.choice for cell in self.cells if cell.contested)

    @property
    def writes(self) -> bool:
        """반영하면 쓰는 행인가: 새로 추가, 바뀜, 그리고 모두 골라서 쓸 것이 있는 충돌."""
        if self.state == CONFLICT:
            return self.settled and any(cell.writes for cell in self.cells)
        return self.state in (NEW, CHANGED)

    @property
    def mark(self) -> str:
        """미리보기를 본 뒤 달라졌는지 아는 표시: 무엇을, 어느 판에서, 어떤 값으로."""
        values = "|".join(f"{cell.name}={cell.old}>{cell.new}" for cell in self.cells)
        return f"{self.state}:{self.instance.pk}:{self.version}:{values}"


@dataclass
class Preview:
    """한 파일의 미리보기. 새로 추가+바뀜+같음+충돌+오류 = 파일의 행."""

    rows: list[PreviewRow] = field(default_factory=list)
    errors: list[CellIssue] = field(default_factory=list)
    missing: list[tuple[int, str]] = field(default_factory=list)
    set_aside: list[Any] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    # 답해야 반영할 수 있는 물음
    questions: list[Question] = field(default_factory=list)
    unit_note: str = ""
    # 오류가 아주 많으면 errors 에는 앞의 것만 있으므로 오류 행의 번호는 따로 둔다.
    error_numbers: list[int] = field(default_factory=list)

    def of(self, state: str) -> list[PreviewRow]:
        return [row for row in self.rows if row.state == state]

    @property
    def error_row_count(self) -> int:
        return len(self.error_numbers)

    @property
    def counts(self) -> dict[str, int]:
        """갈래마다 몇 행인가. 파일의 행 수는 file_rows."""
        counts = {state: len(self.of(state)) for state in (NEW, CHANGED, SAME, CONFLICT)}
        counts[ERROR] = self.error_row_count
        counts["file_rows"] = sum(counts.values())
        counts[MISSING] = len(self.missing)
        counts[SET_ASIDE] = len(self.set_aside)
        return counts

    def to_apply(self, chosen: Collection[RowId] | None = None) -> list[PreviewRow]:
        """반영할 행. chosen 이 None 이면 새로 추가와 바뀜, 어느 값을 둘지 고른 충돌 모두."""
        return [row for row in self.rows if row.writes and (chosen is None or row.id in chosen)]


def choose_every(preview: Preview, choice: str) -> dict[str, dict[str, str]]:
    """충돌한 모든 칸에서 같은 쪽을 고른 것."""
    return {row.key: {cell.name: choice for cell in row.cells if cell.contested} for row in preview.of(CONFLICT)}


class PreviewStale(Exception):
    """미리보기를 본 뒤 자료가 바뀌어 반영하지 않았다."""

    def __init__(self, rows: Iterable[PreviewRow]) -> None:
        super().__init__("미리보기 뒤에 자료가 바뀌었습니다.")
        self.rows = list(rows)


class ApplyRefused(Exception):
    """반영하는 도중 규칙에 걸려 아무것도 쓰지 않았다. 문장은 사람에게 그대로 보인다."""
