"""표를 읽은 결과로 내는 것들"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class Row(NamedTuple):
    """읽은 행 하나. number는 엑셀의 행 번호, values는 {열 이름: 값}이다."""

    sheet: str
    number: int
    values: dict[str, Any]


@dataclass(frozen=True)
class TableInfo:
    """시트의 표 하나. number는 1부터 센 차례, heading_row는 머리글 행, last_row는 다음 표 앞의 행(마지막 표는 None)이다."""

    number: int
    heading_row: int
    first_row: int
    last_row: int | None


@dataclass(frozen=True)
class Heading:
    """머리글 한 칸. index는 0부터 센 열 번호, unit은 머리글에 적힌 금액 단위 배수이다."""

    index: int
    letter: str
    text: str
    unit: int | None


@dataclass(frozen=True)
class SetAside:
    """읽지 않고 따로 둔 행. kind: title, unit, total, parent, note, blank, heading_again, printed, hidden, other_table"""

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

    def place(self) -> tuple[str, int, int, str]:
        """적힌 차례: 시트, 행, 열. 행 전체의 오류가 앞이다."""
        return self.sheet, self.row, len(self.letter), self.letter

    def __str__(self) -> str:
        written = f': "{self.value}"' if self.value else ""
        return f"[{self.sheet}] {self.row}행 {self.letter}열({self.column}){written} – {self.reason}. {self.remedy}"


@dataclass(frozen=True)
class Question:
    """사람이 답해야 반영할 수 있는 물음. key는 답하는 이름(unit, totals, columns)이고, text에 두 가지 읽기가 모두 있다.

    명령은 key로 그 갈래에 한꺼번에 답하고, 화면은 물음의 글 하나하나에 답한다. 자료가 바뀌어 글이 달라지면 다시 묻는다.
    """

    key: str
    text: str

    @classmethod
    def repeated(cls, noun: str, numbers: Sequence[int]) -> Question:
        """앞에 나온 행과 똑같은 행(noun)의 번호들을 두고 묻는다."""
        some = ", ".join(map(str, numbers[:5])) + ("행 등" if len(numbers) > 5 else "행")
        return cls(
            "repeated", f"앞에 나온 행과 모든 칸이 똑같은 {noun}이 {len(numbers):,}개 있습니다({some}). "
            "두 번 붙은 것이면 지우고 다시 올리고, 정말 따로 있는 건이면 그대로 반영하세요",
        )  # fmt: skip

    def waits(self, confirmed: Container[str]) -> bool:
        """아직 답하지 않았는가."""
        return self.key not in confirmed and self.text not in confirmed


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
