"""잘못 읽기 쉬운 파일: 인쇄된 표를 읽는 사람처럼 읽거나, 알리고, 조용히 다른 값으로 받지 않는다."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from core.excel.columns import Column
from core.excel.reader import Reading, read_table
from tests.excel_tests import write

COLUMNS = [
    Column("department", "부서명", required=True), Column("name", "세부사업", required=True), Column("code", "세부사업코드", "code"),
    Column("budget", "예산액", "amount", required=True), Column("spent", "지출액", "amount"), Column("note", "비고"),
]  # fmt: skip
HEADING = ["부서명", "세부사업", "세부사업코드", "예산액", "지출액"]


def read(path: Path) -> Reading:
    return read_table(path, COLUMNS)


def rows(reading: Reading) -> list[dict[str, Any]]:
    return [row.values for row in reading.rows()]


def table(path: Path, *lines: list[Any], heading: list[Any] | None = None) -> Reading:
    """머리글 아래에 lines 를 적은 엑셀."""
    return read(write(path / "표.xlsx", [heading or HEADING, *lines]))


def text(path: Path, content: str | bytes, name: str = "표.csv") -> Reading:
    data = content.encode() if isinstance(content, str) else content
    (path / name).write_bytes(data)
    return read(path / name)


# --- CSV 와 글 ----------------------------------------------------------------------------------------

BODY = "부서명,세부사업,세부사업코드,예산액\n건축과,가,00401,1000\n주택과,나,00402,2000\n"


@pytest.mark.parametrize(("kind", "content"), {
    "수식처럼 적은 코드": BODY.replace("00401", '="00401"').replace("00402", '="00402"'),
    "따옴표가 든 수식 글": BODY.replace("가", '="가"'),
    "끝의 Ctrl-Z": BODY + "\x1a",
    "줄을 바꾼 뒤의 Ctrl-Z": BODY + "\x1a\r\n",
    "이어 붙인 파일의 BOM": "\ufeff" + BODY + "\ufeff",
    "세로줄로 나눈 글": BODY.replace(",", "|"),
    "빈칸 뒤의 따옴표": BODY.replace("1000", ' "1,000"').replace("2000", ' "2,000"'),
    "탭으로 나눈 글": BODY.replace(",", "\t"),
}.items())  # fmt: skip
def test_a_text_file_is_read_as_the_system_meant_it(tmp_path: Path, kind: str, content: str) -> None:
    reading = text(tmp_path, content)
    assert [(row["name"], row["code"], row["budget"]) for row in rows(reading)] == [("가", "00401", 1000), ("나", "00402", 2000)], kind
    assert reading.errors == []


def test_two_files_joined_with_their_marks_and_headings_are_one_table(tmp_path: Path) -> None:
    joined = BODY + "\x1a\r\n\ufeff" + BODY.replace("가", "다").replace("나", "라")
    assert [row["name"] for row in rows(text(tmp_path, joined))] == ["가", "나", "다", "라"]


@pytest.mark.parametrize("encoding", ["utf-16", "cp949", "utf-8-sig"])
def test_an_encoding_never_changes_the_rows(tmp_path: Path, encoding: str) -> None:
    assert [row["code"] for row in rows(text(tmp_path, BODY.encode(encoding)))] == ["00401", "00402"]


# --- 깨진 글 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["#N/A", "NULL", "null", "nan", "NaN", "None", "(비어 있음)", "#REF!", "N/A", "(null)"])
@pytest.mark.parametrize("place", [1, 2])
def test_a_word_for_nothing_is_never_a_name_or_a_code(tmp_path: Path, word: str, place: int) -> None:
    line: list[Any] = ["건축과", "가", "00401", 1000, 500]
    line[place] = word
    reading = table(tmp_path, line, ["주택과", "나", "00402", 2000, 700])
    assert [row["name"] for row in rows(reading)] == ["나"]
    assert "값이 없다는 표시" in reading.errors[0].reason or "엑셀 오류값" in reading.errors[0].reason
    assert reading.errors[0].value == word


@pytest.mark.parametrize("word", ["-", "해당없음", "넌센스", "None 사업", "나눔"])
def test_a_word_a_person_wrote_stays(tmp_path: Path, word: str) -> None:
    assert [row["name"] for row in rows(table(tmp_path, ["건축과", word, "00401", 1000, 500]))] == [word]


@pytest.mark.parametrize("value", [date(2023, 3, 1), datetime(2001, 1, 2), datetime(2023, 3, 1, 10, 30)])
def test_a_name_excel_turned_into_a_date_is_asked_for(tmp_path: Path, value: Any) -> None:
    """「3-1」이라고 적은 사업이 3월 1일이 되어, 없던 「2023-03-01」 사업이 생기지 않는다."""
    reading = table(tmp_path, ["건축과", value, "00401", 1000, 500], ["주택과", "나", "00402", 2000, 700])
    assert [row["name"] for row in rows(reading)] == ["나"]
    assert "날짜나 시각으로 바뀌어" in reading.errors[0].reason


# --- 막히던 좋은 파일 -----------------------------------------------------------------------------------

PRINTED = [
    "- 1 -", "1 / 3", "2/2 쪽", "페이지 : 2/2", "Page 3", "쪽번호: 4", "출력일시 : 2023-10-31 14:22", "출력자: 김표본", "- 이 하 여 백 -", "이하여백", "조회일자: 2023",
]  # fmt: skip


@pytest.mark.parametrize("line", PRINTED)
def test_what_the_printer_added_is_set_aside(tmp_path: Path, line: str) -> None:
    reading = table(tmp_path, ["건축과", "가", "00401", 1000, 500], [line], ["주택과", "나", "00402", 2000, 700])
    assert [row["name"] for row in rows(reading)] == ["가", "나"], line
    assert reading.errors == []
    assert [(one.row, one.kind) for one in reading.set_aside] == [(3, "printed")]


def test_print_marks_in_several_cells_of_a_line_are_set_aside_together(tmp_path: Path) -> None:
    reading = table(tmp_path, ["건축과", "가", "00401", 1000, 500], ["출력일시 : 2023-10-31", None, None, "페이지 : 2/2"])
    assert len(rows(reading)) == 1
    assert [one.kind for one in reading.set_aside] == ["printed"]


def test_a_line_with_an_amount_is_never_taken_for_a_print_mark(tmp_path: Path) -> None:
    reading = table(tmp_path, ["건축과", "가", "00401", 1000, 500], ["출력부서: 총무과", "출력 용지 구입", "00402", 2000, 700])
    assert [row["name"] for row in rows(reading)] == ["가", "출력 용지 구입"]


@pytest.mark.parametrize("heading", ["예산액(A)", "예산액 (A)", "예산액(D=B-C)", "예산액(a)(원)", "예산액[A]", "예산액（A）"])
def test_a_lettered_heading_is_the_same_column(tmp_path: Path, heading: str) -> None:
    reading = table(tmp_path, ["건축과", "가", "00401", 1000, 500], heading=["부서명", "세부사업", "세부사업코드", heading, "지출액(B)"])
    assert [(row["budget"], row["spent"]) for row in rows(reading)] == [(1000, 500)]


def test_a_lettered_heading_keeps_its_unit(tmp_path: Path) -> None:
    reading = table(tmp_path, ["건축과", "가", "00401", 3, 1], heading=["부서명", "세부사업", "세부사업코드", "예산액(A)(천원)", "지출액(B)(천원)"])
    assert [(row["budget"], row["spent"]) for row in rows(reading)] == [(3000, 1000)]


def test_the_workbook_is_opened_only_to_read(tmp_path: Path) -> None:
    path = write(tmp_path / "표.xlsx", [HEADING, ["건축과", "가", "00401", 1000, 500]])
    before = path.read_bytes()
    rows(read(path))
    assert path.read_bytes() == before
    assert openpyxl.load_workbook(path).sheetnames


# --- 취소선 -------------------------------------------------------------------------------------------


def struck_table(path: Path, places: list[tuple[int, int]], *, italic: bool = False) -> Reading:
    """places 의 칸에 취소선(italic 이면 기울임)을 그은 표. 다른 칸에는 굵은 글꼴이 섞여 있다."""
    book = openpyxl.Workbook()
    for row in (HEADING, ["건축과", "가", "00401", 1000, 500], ["주택과", "나", "00402", 2000, 700]):
        book.active.append(row)
    book.active["A1"].font = Font(bold=True)
    for row, column in places:
        book.active.cell(row, column).font = Font(italic=True) if italic else Font(strike=True)
    book.save(path / "표.xlsx")
    return read(path / "표.xlsx")


@pytest.mark.parametrize("places", [[(3, column) for column in range(1, 6)], [(3, 2)], [(3, 4)], [(3, 4), (3, 5)]])
def test_what_was_struck_out_is_asked_for_and_never_summed(tmp_path: Path, places: list[tuple[int, int]]) -> None:
    reading = struck_table(tmp_path, places)
    assert [row["name"] for row in rows(reading)] == ["가"]
    assert "취소선을 그은 칸" in reading.errors[0].reason
    assert reading.errors[0].row == 3


def test_a_struck_cell_nobody_reads_and_other_fonts_stay(tmp_path: Path) -> None:
    assert len(rows(struck_table(tmp_path, [(2, 2), (3, 4)], italic=True))) == 2
    assert len(rows(struck_table(tmp_path, [(9, 9)]))) == 2
