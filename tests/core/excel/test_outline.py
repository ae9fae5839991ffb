"""들여쓰기와 글머리로 보인 윗단계 행: 아래 행의 합과 같으면 따로 두고, 다르면 묻는다."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Alignment

from core.excel.columns import ROW_KEY, Column
from core.excel.reader import Reading, read_table
from tests.core.excel.files import text_csv, xlsx

COLUMNS = (
    Column("department", "부서명", required=True), Column("name", "세부사업", required=True),
    Column("budget", "예산액", "amount", required=True), Column("spent", "지출액", "amount"), Column("note", "비고"),
)  # fmt: skip
H = ["부서명", "세부사업", "예산액", "지출액"]


def lines(*rows: tuple[str, int, int]) -> list[list[Any]]:
    return [H, *(["건축과", *row] for row in rows)]


def read(path: Path) -> tuple[dict[str, int], Reading]:
    with read_table(path, COLUMNS) as reading:
        return {row.values["name"]: row.values["budget"] for row in reading.rows()}, reading


def tree(up: str, down: str) -> list[list[Any]]:
    return lines(
        (f"{up}주민지원", 1500, 400), (f"{down}가", 1000, 300), (f"{down}나", 500, 100), (f"{up}도로", 700, 10), (f"{down}다", 700, 10)
    )


@pytest.mark.parametrize(("up", "down"), [("", "  "), ("", "\u3000"), ("○ ", "- "), ("Ο ", "· "), ("ㅇ ", " - "), ("□", "○ "), ("", "\xa0\xa0")])
def test_a_parent_that_adds_up_is_set_aside(tmp_path: Path, up: str, down: str) -> None:
    for path in (xlsx(tmp_path / "a.xlsx", tree(up, down)), text_csv(tmp_path / "a.csv", tree(up, down))):
        taken, reading = read(path)
        assert list(taken.values()) == [1000, 500, 700]
        assert [(item.row, item.kind) for item in reading.set_aside] == [(2, "parent"), (5, "parent")]
        assert not reading.questions and reading.taken_count == 3


def test_parents_of_parents_are_set_aside_and_the_total_still_fits(tmp_path: Path) -> None:
    rows = lines(("정책", 1500, 400), (" 단위", 1500, 400), ("  가", 1000, 300), ("  나", 500, 100), ("다리", 5, 5))
    taken, reading = read(xlsx(tmp_path / "a.xlsx", [*rows, ["합계", "", 1505, 405]]))
    assert list(taken.values()) == [1000, 500, 5]
    assert not reading.questions and not [check for check in reading.total_checks if check.difference]


def test_a_parent_that_does_not_add_up_is_asked(tmp_path: Path) -> None:
    taken, reading = read(xlsx(tmp_path / "a.xlsx", lines(("주민지원", 1600, 400), ("  가", 1000, 300), ("  나", 500, 100), ("도로", 7, 1))))
    assert sum(taken.values()) == 3107
    (question,) = reading.questions
    assert question.key == "totals" and "1,600원" in question.text and "1,500원" in question.text and "2행" in question.text


@pytest.mark.parametrize(("amount", "asked"), [(1000, ["totals"]), (900, [])])
def test_a_stray_blank_never_drops_a_row(tmp_path: Path, amount: int, asked: Sequence[str]) -> None:
    """한 행만 들여 쓴 것은 잘못 친 빈칸일 수 있다. 금액이 같을 때만 묻고, 행은 버리지 않는다."""
    taken, reading = read(xlsx(tmp_path / "a.xlsx", lines(("가", 1000, 300), (" 나", amount, 300), ("다", 5, 1))))
    assert sorted(taken.values()) == sorted([1000, amount, 5])
    assert [item.key for item in reading.questions] == asked


def test_bullets_of_one_kind_and_notes_are_no_levels(tmp_path: Path) -> None:
    rows = [[*H, "비고"], ["건축과", "- 가", 300, 1, ""], ["건축과", "- 나", 100, 1, "- 첫째"], ["건축과", "- 다", 200, 0, "  둘째"]]
    taken, reading = read(xlsx(tmp_path / "a.xlsx", rows))
    assert list(taken.values()) == [300, 100, 200] and not reading.questions


@pytest.mark.parametrize("amount", [1500, 1400])
def test_cells_indented_by_their_style_are_levels_too(tmp_path: Path, amount: int) -> None:
    book = openpyxl.Workbook()
    for row in lines(("주민지원", amount, 400), ("가", 1000, 300), ("나", 500, 100), ("도로", 700, 10)):
        book.active.append(row)
    for place in ("B3", "B4"):
        book.active[place].alignment = Alignment(indent=1)
    book.save(tmp_path / "a.xlsx")
    taken, reading = read(tmp_path / "a.xlsx")
    assert ("주민지원" in taken) == (amount != 1500)
    assert [item.key for item in reading.questions] == ([] if amount == 1500 else ["totals"])


def test_a_row_named_as_a_total_with_every_cell_filled_is_asked(tmp_path: Path) -> None:
    _, reading = read(xlsx(tmp_path / "a.xlsx", [*lines(("가", 10, 3), ("나", 20, 4)), ["합계(A+B)", "모두", 30, 7], ["교통과", "다", 5, 1]]))
    assert "totals" in [item.key for item in reading.questions]


def test_a_file_we_handed_out_has_no_levels(tmp_path: Path) -> None:
    """내려받은 행의 이름은 글머리까지 자료의 값이다."""
    rows = [[*row, key] for key, row in enumerate(tree("○ ", "- "))]
    rows[0][-1] = "행 번호"
    with read_table(xlsx(tmp_path / "a.xlsx", rows), (*COLUMNS, Column(ROW_KEY, "행 번호", "integer"))) as reading:
        assert [row.number for row in reading.rows()] == [2, 3, 4, 5, 6]
        assert not [item for item in reading.set_aside if item.kind == "parent"]
