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
from tests.core.excel.files import package, parts, sheet_xml
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


# --- 이웃의 CSV ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ['=T("00401")', '"=T(""00401"")"', '="00401"&""', "'00401", "’00401", '"=""00401"""', "\t00401", "00401\xa0"])
def test_a_code_kept_as_text_by_any_trick_is_the_code(tmp_path: Path, code: str) -> None:
    assert [row["code"] for row in rows(text(tmp_path, BODY.replace("00401", code)))] == ["00401", "00402"]


@pytest.mark.parametrize("code", ["=00401", '=CHAR(48)&"0401"', '=TEXT("00401")'])
def test_a_code_left_as_a_formula_is_never_taken(tmp_path: Path, code: str) -> None:
    reading = text(tmp_path, BODY.replace("00401", f'"{code.replace(chr(34), chr(34) * 2)}"'))
    assert [row["code"] for row in rows(reading)] == ["00402"]
    assert "수식" in reading.errors[0].reason


@pytest.mark.parametrize("name", ["세부@1", "세부1@", "@세부1", "세부@가나"])
def test_a_blank_of_one_byte_in_cp949_never_makes_another_letter(tmp_path: Path, name: str) -> None:
    data = BODY.replace("가", name).encode("cp949").replace(b"@", b"\xa0")
    assert [row["name"] for row in rows(text(tmp_path, data))] == [name.replace("@", " ").strip(), "나"]


def test_a_joined_file_with_columns_in_another_order_is_not_read_on(tmp_path: Path) -> None:
    heading, first, second = "부서명,세부사업,예산액,지출액\n", "건축과,가,1000,300\n", "주택과,나,40,2000\n"
    reading = text(tmp_path, heading + first + heading.replace("예산액,지출액", "지출액,예산액") + second)
    rows(reading)
    assert any(error.row == 3 for error in reading.errors)


# --- 이웃의 깨진 글과 날짜 -----------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["\\N", "NaT", "TRUE", "false", "<NA>", "[null]", "#SPILL!", "#GETTING_DATA", "####", "??", "inf", "1.#QNAN", "Err:502", "(공백)", "NA"])
def test_more_words_for_nothing_are_never_a_name(tmp_path: Path, word: str) -> None:
    reading = table(tmp_path, ["건축과", word, "00401", 1000, 500], ["주택과", "나", "00402", 2000, 700])
    assert [row["name"] for row in rows(reading)] == ["나"]


@pytest.mark.parametrize("word", ["2023-03-01", "2023-03-01 00:00:00", "03월 01일", "Mar-01", "1-Mar", "1.23E+15", True, 3.1, 45000])
@pytest.mark.parametrize("place", [1, 2])
def test_a_name_or_a_code_excel_changed_is_asked_for(tmp_path: Path, word: Any, place: int) -> None:
    line: list[Any] = ["건축과", "가", "00401", 1000, 500]
    line[place] = word
    reading = table(tmp_path, line, ["주택과", "나", "00402", 2000, 700])
    taken = [row["name"] for row in rows(reading)]
    assert taken == (["가", "나"] if (place, word) == (2, 45000) else ["나"])


@pytest.mark.parametrize("word", ["없음", "2023-03-01 준공", "3.1절 행사", "12월 정기", "TRUE 사업", "제3호", "1/4분기", 2023])
def test_names_that_only_look_odd_stay(tmp_path: Path, word: Any) -> None:
    assert [row["name"] for row in rows(table(tmp_path, ["건축과", word, "00401", 1000, 500]))] == [str(word)]


def test_a_date_in_a_note_is_no_name(tmp_path: Path) -> None:
    reading = table(tmp_path, ["건축과", "가", "00401", 1000, 500, "2023-03-01"], heading=[*HEADING, "비고"])
    assert [row["note"] for row in rows(reading)] == ["2023-03-01"]


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(1900, 1, 1), "9999-12-31", "1900.1.1.", "0000-00-00", "2203-10-31", "1900-01-00", "00000000"])
def test_a_day_that_stands_for_nothing_is_never_a_date(tmp_path: Path, day: Any) -> None:
    columns = [*COLUMNS, Column("day", "지급일", "date")]
    path = write(tmp_path / "표.xlsx", [[*HEADING, "지급일"], ["건축과", "가", "00401", 1000, 500, day]])
    with read_table(path, columns) as reading:
        assert list(reading.rows()) == []
        assert [error.column for error in reading.errors] == ["지급일"]


# --- 이웃의 인쇄한 표와 머리글 -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["Page 1 of 3", "1 of 3", "제 3 쪽", "p.3", "출력일시", "출력일시 2023-10-31 10:22:33", "=== 이하 여백 ===", "(이하 여백)", "(계속)", "2023-10-31 10:22:33", "-----"],
)
def test_more_marks_of_the_printer_are_set_aside(tmp_path: Path, line: str) -> None:
    reading = table(tmp_path, ["건축과", "가", "00401", 1000, 500], [line], ["주택과", "나", "00402", 2000, 700])
    assert [row["name"] for row in rows(reading)] == ["가", "나"]
    assert reading.errors == [] and [one.kind for one in reading.set_aside] == ["printed"]


def test_the_head_of_a_page_printed_again_is_set_aside(tmp_path: Path) -> None:
    head = [["세출예산 집행현황"], ["(단위: 원)"], HEADING]
    lines = [*head, ["건축과", "가", "00401", 1000, 500], ["- 1 -"], *head, ["주택과", "나", "00402", 2000, 700]]
    reading = read(write(tmp_path / "표.xlsx", lines))
    assert [row["name"] for row in rows(reading)] == ["가", "나"]
    assert reading.errors == [] and not reading.questions


@pytest.mark.parametrize("heading", ["예산액(가)", "예산액①", "①예산액", "예산액(가=나+다)", "예산액(A+B)", "예산액(㉮)", "예산액⑴", "예산액(1)", "예산액〔A〕", "예산액주1)"])
def test_more_lettered_headings_are_the_same_column(tmp_path: Path, heading: str) -> None:
    reading = table(tmp_path, ["건축과", "가", "00401", 1000, 500], heading=["부서명", "세부사업", "세부사업코드", heading, "지출액(나)"])
    assert [(row["budget"], row["spent"]) for row in rows(reading)] == [(1000, 500)]


@pytest.mark.parametrize("heading", ["예산액_천원", "예산액 천원", "예산액(A, 천원)", "예산액(A)/천원", "예산액①(천원)"])
def test_a_unit_without_its_own_brackets_is_the_unit_of_the_heading(tmp_path: Path, heading: str) -> None:
    reading = table(tmp_path, ["건축과", "가", "00401", 3, 1], heading=["부서명", "세부사업", "세부사업코드", heading, "지출액(천원)"])
    assert [(row["budget"], row["spent"]) for row in rows(reading)] == [(3000, 1000)]


@pytest.mark.parametrize("change", [str.upper, lambda name: name.replace("/", "\\")])
def test_a_workbook_whose_parts_are_named_otherwise_is_read(tmp_path: Path, change: Any) -> None:
    contents = parts(sheet_xml([HEADING, ["건축과", "가", "00401", 1000, 500]]))
    path = package(tmp_path / "표.xlsx", {change(name): content for name, content in contents.items()})
    assert [row["budget"] for row in rows(read(path))] == [1000]


# --- 뜻이 같은 열 --------------------------------------------------------------------------------------

TWICE = [Column("name", "세부사업", required=True), Column("spent", "지출액", "amount", synonyms=("집행액",))]


@pytest.mark.parametrize(("mapping", "amount", "asked"), [(None, 300, ["columns"]), ({"spent": "집행액"}, 333, []), ({"spent": "지출액"}, 300, [])])
def test_two_headings_of_one_meaning_are_asked(tmp_path: Path, mapping: Any, amount: int, asked: list[str]) -> None:
    path = write(tmp_path / "표.xlsx", [["세부사업", "지출액", "집행액"], ["가", 300, 333]])
    with read_table(path, TWICE, mapping=mapping) as reading:
        assert [row.values["spent"] for row in reading.rows()] == [amount]
        assert [item.key for item in reading.questions] == asked
        assert not asked or ("B열 ‘지출액’" in reading.questions[0].text and "C열 ‘집행액’" in reading.questions[0].text)
