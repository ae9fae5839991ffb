"""표를 찾아 읽기: 머리글, 단위, 합친 칸, 합계 행, 따로 두는 행, 오류 칸"""

from __future__ import annotations

import json
import subprocess
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.excel import child
from core.excel.columns import Column
from core.excel.reader import FileRefused, Limits, Reading, Row, inspect, list_sheets, read_table
from tests.core.excel.files import (
    COLUMNS,
    HEADINGS,
    ROWS,
    STRICT,
    cell,
    package,
    parts,
    raw,
    row_xml,
    sheet_xml,
    table,
    text_csv,
    xls,
    xlsx,
)


def read(path: Path, columns: Sequence[Column] = COLUMNS, **options: Any) -> tuple[list[Row], Reading]:
    reading = read_table(path, columns, **options)
    return list(reading.rows()), reading


def accounted(reading: Reading) -> int:
    """가려진 행의 수. 내용이 있는 행의 수와 같아야 한다."""
    aside = sum(item.kind != "blank" for item in reading.set_aside)
    return len(reading.heading_rows) + reading.taken_count + reading.error_row_count + aside


def kinds(reading: Reading) -> list[tuple[int, str]]:
    return [(item.row, item.kind) for item in reading.set_aside]


def budgets(rows: Sequence[Row]) -> list[Any]:
    return [row.values["budget"] for row in rows]


def test_clean_file(tmp_path: Path) -> None:
    rows, reading = read(table(tmp_path / "a.xlsx"))
    assert rows[0] == Row(
        "예산",
        2,
        {
            "department": "총무과",
            "program": "청사 관리",
            "item": "01",
            "budget": 1000,
            "spent": 500,
            "rate": Decimal(50),
            "day": date(2026, 11, 22),
            "memo": "",
        },
    )
    assert rows[1].values["memo"] == "첫 줄\n둘째 줄"
    assert [row.number for row in rows] == [2, 3, 4]
    assert (reading.taken_count, reading.row_count, reading.error_count) == (3, 4, 0)
    assert reading.heading_rows == (1,)
    assert reading.headings[3].letter == "D"
    assert reading.samples[3] == ["1000", "2000", "3000"]
    assert (reading.unit, reading.unit_found) == (1, None)
    assert not reading.warnings


def test_rows_can_be_read_again(tmp_path: Path) -> None:
    with read_table(table(tmp_path / "a.xlsx"), COLUMNS) as reading:
        assert list(reading.rows()) == list(reading.rows())
        assert reading.taken_count == 3


# ── 머리글 ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("count", [1, 3, 8])
def test_titles_above_the_heading_are_set_aside(tmp_path: Path, count: int) -> None:
    above = [[f"제목 {i}"] for i in range(count)] + [[]]
    rows, reading = read(table(tmp_path / "a.xlsx", above=above))
    assert len(rows) == 3
    assert reading.heading_rows == (count + 2,)
    assert kinds(reading) == [(i + 1, "title") for i in range(count)]
    assert accounted(reading) == reading.row_count


def test_two_storey_heading_is_joined(tmp_path: Path) -> None:
    columns = (
        Column("name", "부서명", required=True),
        Column("first", "본예산", "amount", required=True),
        Column("extra", "추경", "amount"),
    )
    path = xlsx(
        tmp_path / "a.xlsx",
        [["제목"], [None, None, None], [None, "본예산", "추경"], ["총무과", 1, 2]],
        merges=[(1, 0, 2, 0, "부서명"), (1, 1, 1, 2, "예산액")],
    )
    rows, reading = read(path, columns)
    assert reading.heading_rows == (2, 3)
    assert [heading.text for heading in reading.headings] == ["부서명", "예산액·본예산", "예산액·추경"]
    assert [row.values for row in rows] == [{"name": "총무과", "first": 1, "extra": 2}]


def test_ambiguous_two_storey_heading_asks_for_a_mapping(tmp_path: Path) -> None:
    columns = (Column("name", "부서명", required=True), Column("budget", "예산액", "amount", required=True))
    path = xlsx(
        tmp_path / "a.xlsx",
        [[None, None, None], [None, "본예산", "추경"], ["총무과", 1, 2]],
        merges=[(0, 0, 1, 0, "부서명"), (0, 1, 0, 2, "예산액")],
    )
    rows, reading = read(path, columns)
    assert not rows
    assert [column.name for column in reading.match.missing_required] == ["budget"]
    assert reading.samples[2] == ["2"]
    rows, reading = read(path, columns, mapping={"budget": "예산액·추경"})
    assert budgets(rows) == [2]
    assert reading.match.how["budget"] == "mapping"


def test_units_may_stand_in_their_own_row(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["부서명", "예산액", "정원"], ["", "(천원)", "명"], ["총무과", 5, 3]])
    columns = (Column("name", "부서명", required=True), Column("budget", "예산액", "amount"), Column("n", "정원", "integer"))
    rows, reading = read(path, columns)
    assert rows[0].values == {"name": "총무과", "budget": 5000, "n": 3}
    assert reading.heading_rows == (1, 2)


def test_missing_required_column_yields_nothing_and_says_which(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["부서명", "세부사업", "금년 예산액"], ["총무과", "사업", 1]])
    rows, reading = read(path)
    assert not rows
    assert [column.title for column in reading.match.missing_required] == ["예산액"]
    assert reading.match.nearest["budget"] == "금년 예산액"
    rows, _ = read(path, mapping={"budget": "금년 예산액"})
    assert budgets(rows) == [1]


def test_unknown_and_unnamed_columns_are_listed(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["부서명", "세부사업", "예산액", "담당"], ["총무과", "사업", 1, "김", "메모"], ["총무과", "사업", 2]])
    rows, reading = read(path)
    assert len(rows) == 2
    assert [reading.headings[index].text for index in reading.match.extra] == ["담당"]
    assert any("E열" in text for text in reading.warnings)


def test_repeated_headings_are_set_aside(tmp_path: Path) -> None:
    nfd = [unicodedata.normalize("NFD", text) for text in HEADINGS]
    rows, reading = read(table(tmp_path / "a.xlsx", [*ROWS, HEADINGS, ROWS[0], nfd, ROWS[1]]))
    assert len(rows) == 5
    assert kinds(reading) == [(5, "heading_again"), (7, "heading_again")]


def test_single_column_heading_below_a_title(tmp_path: Path) -> None:
    columns = (Column("name", "부서명", required=True),)
    lines = [["부서 목록"], ["부서명"], ["총무과"], ["예산과"]]
    rows, reading = read(xlsx(tmp_path / "a.xlsx", lines), columns)
    assert [row.values["name"] for row in rows] == ["총무과", "예산과"]
    assert kinds(reading) == [(1, "title")]
    rows, reading = read(xlsx(tmp_path / "b.xlsx", lines), (*columns, Column("code", "부서코드", "code")))
    assert [row.values["name"] for row in rows] == ["총무과", "예산과"]
    for name, above in (("c", [["부서 현황(2026)"]]), ("d", [["우리 구의 조직"], []]), ("e", [["(단위: 개)"]])):
        (found,) = inspect(xlsx(tmp_path / f"{name}.xlsx", [*above, *lines[1:]]))["tables"]
        assert found["heading_rows"] == [len(above) + 1]
        assert found["taken_count"] == 2


STACKED = [["2026년 예산"], HEADINGS[:4], ["총무과", "가", "01", 5], ["예산과", "나", "01", 6], ["합계", "", "", 11], []]
OTHER = [["2. 인원 현황"], ["직급", "정원", "현원"], ["5급", 3, 2], ["6급", 10, 9], ["합계", 13, 11]]


@pytest.mark.parametrize("from_csv", [False, True])
@pytest.mark.parametrize("titled", [True, False])
def test_other_table_on_the_sheet_is_set_aside_and_can_be_chosen(tmp_path: Path, from_csv: bool, titled: bool) -> None:
    lines = [*STACKED, *OTHER[not titled :]]
    path = text_csv(tmp_path / "a.csv", lines) if from_csv else xlsx(tmp_path / "a.xlsx", lines)
    rows, reading = read(path, COLUMNS[:4])
    assert budgets(rows) == [5, 6]
    assert (reading.error_count, reading.table) == (0, 1)
    first = 8 if titled else 7
    assert [(item.number, item.heading_row) for item in reading.tables] == [(1, 2), (2, first)]
    assert {item.row for item in reading.set_aside if item.kind == "other_table"} == set(range(7, len(lines) + 1))
    assert any("표가 2개" in text for text in reading.warnings)
    assert accounted(reading) == reading.row_count
    staff = (Column("grade", "직급", required=True), Column("seats", "정원", "integer"))
    for options in ({}, {"table": 2}):
        rows, reading = read(path, staff, **options)
        assert [row.values for row in rows] == [{"grade": "5급", "seats": 3}, {"grade": "6급", "seats": 10}]
        assert (reading.table, reading.error_count) == (2, 0)
        assert accounted(reading) == reading.row_count
    with pytest.raises(FileRefused, match="3번째 표"):
        read(path, COLUMNS, table=3)
    assert [found["heading_rows"] for found in inspect(path)["tables"]] == [[2], [first]]


@pytest.mark.parametrize("gap", [[], [[]]])
def test_same_table_again_under_a_section_title_goes_on(tmp_path: Path, gap: list[list[Any]]) -> None:
    more = [["특별회계"], *gap, HEADINGS[:4], ["예산과", "마", "01", 2]]
    rows, reading = read(xlsx(tmp_path / "a.xlsx", [*STACKED, *more]), COLUMNS[:4])
    assert budgets(rows) == [5, 6, 2]
    assert [item.kind for item in reading.set_aside if item.row >= 7 and item.kind != "blank"] == ["title", "heading_again"]
    assert not reading.tables
    assert (reading.error_count, accounted(reading)) == (0, reading.row_count)


def test_rows_after_a_blank_row_are_not_taken_for_another_table(tmp_path: Path) -> None:
    more = [[], ["일반회계"], ["총무과", "다", "미정", "미정"], ["총무과", "라", "01", 1], [], HEADINGS[:4], ["예산과", "마", "01", 2]]
    rows, reading = read(xlsx(tmp_path / "a.xlsx", [*STACKED[1:5], *more]), COLUMNS[:4])
    assert budgets(rows) == [5, 6, 1, 2]
    assert not reading.tables
    assert {issue.row for issue in reading.errors} == {6, 7}
    assert accounted(reading) == reading.row_count


# ── 단위 ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "heading", "column_unit", "chosen", "expected"),
    [
        ("(단위: 천원)", "예산액", None, None, 1000),
        ("(단위: 천원)", "예산액(원)", None, None, 1),
        ("(단위: 천원)", "예산액", 1_000_000, None, 1_000_000),
        ("(단위: 천원)", "예산액(원)", None, 1_000_000, 1_000_000),
        ("(단위: 건)", "예산액", None, None, 1),
        ("", "예산액(백만원)", None, None, 1_000_000),
        ("", "예산액", None, None, 1),
        ("", "예산액", None, 1000, 1000),
    ],
)
def test_unit_chosen_then_heading_then_column_then_line(
    tmp_path: Path, line: str, heading: str, column_unit: int | None, chosen: int | None, expected: int
) -> None:
    columns = (Column("name", "부서명"), Column("budget", "예산액", "amount", unit=column_unit))
    path = xlsx(tmp_path / "a.xlsx", [["제목", line], ["부서명", heading], ["총무과", 7]])
    rows, reading = read(path, columns, unit=chosen)
    assert budgets(rows) == [7 * expected]
    assert reading.unit == expected


def test_mixed_units_are_told(tmp_path: Path) -> None:
    columns = (Column("a", "예산액", "amount"), Column("b", "집행액", "amount"))
    rows, reading = read(xlsx(tmp_path / "a.xlsx", [["예산액(천원)", "집행액(원)"], [1, 1]]), columns)
    assert rows[0].values == {"a": 1000, "b": 1}
    assert reading.units == {"a": 1000, "b": 1}
    assert [(item.key, "단위가 다릅니다" in item.text) for item in reading.questions] == [("unit", True)]


def test_unit_in_a_cell(tmp_path: Path) -> None:
    path = table(tmp_path / "a.xlsx", [["총무과", "사업", "01", "1,200천원"], ["총무과", "사업", "01", "50%"]])
    rows, reading = read(path)
    assert budgets(rows) == [1_200_000]
    assert [(issue.row, issue.letter) for issue in reading.errors] == [(3, "D")]
    assert any("글자로 적힌 수" in text for text in reading.notices)


def test_scaled_number_format_is_asked_and_stored_value_is_read(tmp_path: Path) -> None:
    rows, reading = read(table(tmp_path / "a.xlsx", [["총무과", "사업", "01", 1234567000]], formats={3: "#,##0,"}))
    assert budgets(rows) == [1234567000]
    (question,) = reading.questions
    assert question.key == "unit"
    assert "1,000" in question.text and "예산액" in question.text


def test_scaled_number_format_with_its_unit_shown_is_read_as_seen(tmp_path: Path) -> None:
    """`#,##0,,"백만"` 은 화면에 1,235백만으로 보이므로 두 가지로 읽히지 않는다."""
    rows, reading = read(table(tmp_path / "a.xlsx", [["총무과", "사업", "01", 1234567000]], formats={3: '#,##0,,"백만"'}))
    assert budgets(rows) == [1234567000]
    assert reading.questions == []
    assert "백만원" in reading.unit_note


def test_plain_number_formats_are_not_told(tmp_path: Path) -> None:
    formats = {3: '#,##0;"△"#,##0;"-"'}
    rows, reading = read(table(tmp_path / "a.xlsx", [["총무과", "사업", "01", -1234]], formats=formats))
    assert budgets(rows) == [-1234]
    assert not reading.warnings


def test_percent_cells_are_read_as_shown(tmp_path: Path) -> None:
    values = [0.523, 0.1]
    path = table(tmp_path / "a.xlsx", [["총무과", "사업", "01", 1, 1, value] for value in values], formats={5: "0.0%"})
    rows, _ = read(path)
    assert [row.values["rate"] for row in rows] == [Decimal("52.3"), Decimal(10)]


def test_small_rates_without_percent_format_are_questioned(tmp_path: Path) -> None:
    rows, reading = read(table(tmp_path / "a.xlsx", [["총무과", "사업", "01", 1, 1, value] for value in (0.1, 0.5, 1)]))
    assert rows[1].values["rate"] == Decimal("0.5")
    assert any("집행률" in text and "0.523" in text for text in reading.warnings)


# ── 합친 칸 ───────────────────────────────────────────────────────────


def test_vertical_merges_fill_down_but_blanks_do_not(tmp_path: Path) -> None:
    rows = [[None, "가", "01", 1], [None, "나", "01", 2], ["예산과", "다", "01", 3], [None, "라", "01", 4]]
    read_rows, reading = read(table(tmp_path / "a.xlsx", rows, merges=[(1, 0, 2, 0, "총무과")]))
    assert [row.values["department"] for row in read_rows] == ["총무과", "총무과", "예산과"]
    assert [(issue.row, issue.letter, issue.reason) for issue in reading.errors] == [(5, "A", "비어 있습니다")]


def test_merged_amount_counts_once(tmp_path: Path) -> None:
    columns = (Column("name", "부서명", required=True), Column("budget", "예산액", "amount"))
    path = xlsx(tmp_path / "a.xlsx", [["부서명", "예산액"], ["가"], ["나"]], merges=[(1, 1, 2, 1, 500)])
    rows, _ = read(path, columns)
    assert budgets(rows) == [500, None]


def test_horizontal_merge_over_numbers_is_an_error(tmp_path: Path) -> None:
    path = table(tmp_path / "a.xlsx", [["총무과", "가", "01"], ROWS[0]], merges=[(1, 3, 1, 4, 900)])
    rows, reading = read(path)
    assert budgets(rows) == [1000]
    assert [(issue.row, issue.letter) for issue in reading.errors] == [(2, "D")]
    assert "합쳐져" in reading.errors[0].reason


def test_section_line_merged_over_the_table_is_a_title(tmp_path: Path) -> None:
    path = table(tmp_path / "a.xlsx", [[], ROWS[0]], merges=[(1, 0, 1, 7, "일반회계")])
    rows, reading = read(path)
    assert len(rows) == 1
    assert kinds(reading) == [(2, "title")]


# ── 합계 행 ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("label", ["계", "소계", "합계", "누계", "총계", "소 계", "합　계", "Σ", "합계(A+B)", "총 계 :"])
def test_total_labels(tmp_path: Path, label: str) -> None:
    rows, reading = read(table(tmp_path / "a.xlsx", [*ROWS, [label, "", "", 6000, 3500]]))
    assert len(rows) == 3
    assert kinds(reading) == [(5, "total")]
    assert [(check.column, check.printed, check.difference) for check in reading.total_checks] == [
        ("예산액", 6000, 0),
        ("집행액", 3500, 0),
    ]


@pytest.mark.parametrize("name", ["통계 조사", "회계", "설계", "가계", "관계 기관 협의"])
def test_names_ending_like_a_total_are_data(tmp_path: Path, name: str) -> None:
    rows, reading = read(table(tmp_path / "a.xlsx", [[name, name, "01", 5]]))
    assert len(rows) == 1
    assert not reading.set_aside


def layout(text: str) -> list[list[Any]]:
    """'가 a 1 / 소계 3' 같은 글을 행으로. 첫 칸은 부서명, 가운데는 세부사업, 끝은 예산액이다. '_'는 빈 칸이다."""
    rows = []
    for line in text.split(" / "):
        *names, amount = line.split()
        department, program = [*names, ""][:2]
        rows.append([department.replace("_", " "), program, "", int(amount)])
    return rows


TOTAL_LAYOUTS = {
    "계가 맨 위": "계 6 / 가 a 1 / 가 b 2 / 나 c 3",
    "소계와 합계가 아래": "가 a 1 / 가 b 2 / 소계 3 / 나 c 3 / 소계 3 / 합계 6",
    "소계가 위": "합계 6 / 소계 3 / 가 a 1 / 가 b 2 / 소계 3 / 나 c 3",
    "묶음 이름이 있는 소계": "가 a 1 / 나 c 3 / 가 b 2 / 가 소계 3 / 나 소계 3",
    "두 단계": "가 a 1 / 소계 1 / 가 b 2 / 소계 2 / 중계 3 / 나 c 3 / 소계 3 / 합계 6",
    "누계": "가 a 1 / 누계 1 / 가 b 2 / 누계 3 / 나 c 3 / 누계 6",
    "이름 붙은 계": "가 a 1 / 가 b 2 / 가_소계 3 / 나 c 3 / 나_계 3",
    "빈 소계": "가 a 1 / 가 b 2 / 소계 3 / 소계 0 / 나 c 3",
}


@pytest.mark.parametrize("text", TOTAL_LAYOUTS.values(), ids=TOTAL_LAYOUTS)
def test_totals_match_their_natural_block(tmp_path: Path, text: str) -> None:
    rows, reading = read(table(tmp_path / "a.xlsx", layout(text)))
    assert sum(budgets(rows)) == 6
    assert reading.total_checks
    assert not [check for check in reading.total_checks if check.difference]
    assert accounted(reading) == reading.row_count


def test_wrong_total_shows_the_difference_in_won(tmp_path: Path) -> None:
    lines = layout("가 a 1 / 가 b 2 / 소계 5 / 합계 3")
    rows, reading = read(table(tmp_path / "a.xlsx", lines, above=[["(단위: 천원)"]]))
    assert sum(budgets(rows)) == 3000
    wrong = [check for check in reading.total_checks if check.difference]
    assert [(check.row, check.label, check.printed, check.computed, check.difference) for check in wrong] == [
        (5, "소계", 5000, 3000, 2000)
    ]
    (question,) = reading.questions
    assert question.key == "totals"
    assert "5,000원" in question.text and "3,000원" in question.text


def test_total_label_in_an_unknown_first_column(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["구분", *HEADINGS[:4]], ["일반", "가", "a", "", 1], ["합계", "", "", "", 1]])
    rows, reading = read(path)
    assert len(rows) == 1
    assert kinds(reading) == [(3, "total")]


def test_total_label_in_a_number_column(tmp_path: Path) -> None:
    columns = (Column("n", "연번", "integer", required=True), *COLUMNS[:4])
    path = xlsx(tmp_path / "a.xlsx", [["연번", *HEADINGS[:4]], [1, "총무과", "가", "01", 5], ["합 계", "", "", "", 5]])
    rows, reading = read(path, columns)
    assert len(rows) == 1
    assert kinds(reading) == [(3, "total")]


@pytest.mark.parametrize("label", ["계", "합 계", "2026년 소계"])
@pytest.mark.parametrize("kind", ["integer", "date"])
@pytest.mark.parametrize("name", ["", "총무과"])
def test_total_label_in_a_year_column_wherever_it_stands(tmp_path: Path, label: str, kind: str, name: str) -> None:
    columns = (*COLUMNS[:2], Column("year", "회계연도", kind, required=True), COLUMNS[3])
    day = 2026 if kind == "integer" else "2026-01-01"
    lines = [["총무과", "가", day, 5], ["총무과", "나", day, 6], [name, "", label, 11]]
    rows, reading = read(xlsx(tmp_path / "a.xlsx", [["부서명", "세부사업", "회계연도", "예산액"], *lines]), columns)
    assert len(rows) == 2
    assert kinds(reading) == [(4, "total")]
    assert [check.difference for check in reading.total_checks if check.column == "예산액"] == [0]
    assert not reading.error_count


def test_label_beside_other_names_is_data_and_is_asked(tmp_path: Path) -> None:
    rows, reading = read(table(tmp_path / "a.xlsx", [["계", "통계 업무", "01", 5]]))
    assert len(rows) == 1
    assert [(item.key, "자료로 읽었습니다" in item.text) for item in reading.questions] == [("totals", True)]


def test_parent_rows_are_set_aside_only_when_they_add_up(tmp_path: Path) -> None:
    rows, reading = read(table(tmp_path / "a.xlsx", layout("가 3 / 가 a 1 / 가 b 2 / 나 9 / 나 c 3")))
    assert sum(budgets(rows)) == 6
    assert kinds(reading) == [(2, "parent")]
    assert [(issue.row, issue.column) for issue in reading.errors] == [(5, "세부사업")]
    assert accounted(reading) == reading.row_count


# ── 따로 두는 행 ──────────────────────────────────────────────────────


def test_notes_and_blank_rows(tmp_path: Path) -> None:
    rows = [*ROWS[:1], [], [], *ROWS[1:], [" "], ["※ 2026. 11. 기준"], ["주: 잠정치"], ["자료: 예산과"], ["* 참고"]]
    read_rows, reading = read(table(tmp_path / "a.xlsx", rows))
    assert len(read_rows) == 3
    assert kinds(reading) == [(3, "blank"), (7, "blank"), (8, "note"), (9, "note"), (10, "note"), (11, "note")]
    assert accounted(reading) == reading.row_count


def test_department_named_like_a_note_is_data(tmp_path: Path) -> None:
    rows, reading = read(table(tmp_path / "a.xlsx", [["주택과", "사업", "01", 1], ["자료관리팀", "사업", "01", 1]]))
    assert len(rows) == 2
    assert not reading.set_aside


def test_hidden_rows_are_listed_and_can_be_read(tmp_path: Path) -> None:
    path = table(tmp_path / "a.xlsx", hidden_rows=[2], hidden_columns=[3])
    rows, reading = read(path)
    assert [row.number for row in rows] == [2, 4]
    assert kinds(reading) == [(3, "hidden")]
    assert any("숨겨진 행 1개" in text for text in reading.warnings)
    assert any("숨겨진 열" in text for text in reading.warnings)
    rows, reading = read(path, include_hidden=True)
    assert len(rows) == 3
    assert any("읽었습니다" in text for text in reading.warnings)


def test_rows_and_columns_of_no_size_are_hidden_too(tmp_path: Path) -> None:
    content = sheet_xml([HEADINGS[:4], ["총무과", "가", "01", 1]], before='<cols><col min="4" max="4" width="0" customWidth="1"/></cols>')
    path = package(tmp_path / "a.xlsx", parts(content.replace('<row r="2">', '<row r="2" ht="0" customHeight="1">')))
    _, reading = read(path)
    assert kinds(reading) == [(2, "hidden")]
    assert any("숨겨진 열" in text for text in reading.warnings)


def test_resident_numbers_are_warned_and_masked(tmp_path: Path) -> None:
    rows = [["총무과", "사업", "01", 1, 1, 1, "", "홍길동 800101-1234567"], ["총무과", "800101-1234567", "01", "백"]]
    _, reading = read(table(tmp_path / "a.xlsx", rows))
    assert any("주민등록번호" in text and "2행" in text for text in reading.warnings)
    bad = table(tmp_path / "b.xlsx", [["총무과", "사업", "01", "800101-1234567"]])
    _, reading = read(bad)
    assert reading.errors[0].value == "800101-*******"


# ── 오류 칸 ───────────────────────────────────────────────────────────


def test_all_errors_are_listed_with_place_and_remedy(tmp_path: Path) -> None:
    rows = [["총무과", "가", "01", "1,2O0", "약 100"], ["", "나", "01", 1], ROWS[0], ["총무과", "다", "01", 1, 1, 1, "2026-13-01"]]
    read_rows, reading = read(table(tmp_path / "a.xlsx", rows))
    assert len(read_rows) == 1
    assert [(issue.row, issue.letter, issue.column) for issue in reading.errors] == [
        (2, "D", "예산액"),
        (2, "E", "집행액"),
        (3, "A", "부서명"),
        (5, "G", "기준일"),
    ]
    assert str(reading.errors[0]) == (
        '[예산] 2행 D열(예산액): "1,2O0" – 숫자가 아닙니다(영문 O가 섞여 있습니다). 1200처럼 숫자로 적어 주세요'
    )
    assert (reading.error_count, reading.error_row_count) == (4, 3)
    assert accounted(reading) == reading.row_count


def test_first_thousand_errors_are_kept_and_the_rest_counted(tmp_path: Path) -> None:
    rows = [["총무과", "사업", "01", "백"]] * 1500
    _, reading = read(table(tmp_path / "a.xlsx", rows))
    assert len(reading.errors) == 1000
    assert (reading.error_count, reading.error_row_count) == (1500, 1500)
    assert accounted(reading) == reading.row_count


def test_dash_is_missing_not_zero(tmp_path: Path) -> None:
    rows, reading = read(table(tmp_path / "a.xlsx", [["총무과", "가", "01", 1, "-"], ["총무과", "나", "01", "-", 1]]))
    assert rows[0].values["spent"] is None
    assert [(issue.row, issue.letter) for issue in reading.errors] == [(3, "D")]


HEAD = [HEADINGS[:4]]
FORMULA = '<c r="REF"><f>SUM(A1:A2)</f>{}</c>'


@pytest.mark.parametrize(
    ("content", "expected", "reason"),
    [
        ('<c r="REF" t="e"><v>#REF!</v></c>', None, "#REF!"),
        ("<c r='REF' t='e'><v>#N/A</v></c>", None, "#N/A"),
        ('<c r="REF" s="0" t="e"><f>1/0</f><v>#DIV/0!</v></c>', None, "#DIV/0!"),
        (FORMULA.format(""), None, "저장되어 있지 않습니다"),
        (FORMULA.format("<v></v>"), None, "저장되어 있지 않습니다"),
        (FORMULA.format("<v/>"), None, "저장되어 있지 않습니다"),
        (FORMULA.format("<v>12</v>"), 12, ""),
        ('<c r="REF" t="str"><f>TEXT(1,"0")</f><v>1,234</v></c>', 1234, ""),
        ('<c r="REF"><f t="shared" si="0"/><v>7</v></c>', 7, ""),
        ('<c r="REF" t="b"><v>1</v></c>', None, "참·거짓"),
        ('<c r="REF"><v>NaN</v></c>', None, "나타낼 수 없는"),
        ('<c r="REF"><v>1e999</v></c>', None, "나타낼 수 없는"),
        ('<c r="REF"><v>1.5E+9</v></c>', 1_500_000_000, ""),
        ('<c r="REF"><v>-0</v></c>', 0, ""),
        ('<c r="REF"><v>0.30000000000000004</v></c>', None, "원 단위"),
        ('<c r="REF"><v>9007199254740993</v></c>', None, "15자리"),
        ('<c r="REF" t="inlineStr"><is><r><t>1,</t></r><r><t>234</t></r><rPh sb="0" eb="1"><t>9</t></rPh></is></c>', 1234, ""),
        ('<c r="REF" t="d"><v>2026-11-22</v></c>', None, "날짜"),
    ],
)
def test_what_the_reading_library_hides(tmp_path: Path, content: str, expected: int | None, reason: str) -> None:
    rows, reading = read(raw(tmp_path / "a.xlsx", [*HEAD, ["총무과", "사업", "01", content]]))
    if reason:
        assert not rows
        assert [(issue.row, issue.letter) for issue in reading.errors] == [(2, "D")]
        assert reason in reading.errors[0].reason
    else:
        assert budgets(rows) == [expected]


def test_row_with_only_an_uncalculated_formula_is_not_lost(tmp_path: Path) -> None:
    rows = [*HEAD, ["총무과", "사업", "01", 1], [None, None, None, FORMULA.format("")]]
    _, reading = read(raw(tmp_path / "a.xlsx", rows))
    assert 3 in {issue.row for issue in reading.errors}
    assert accounted(reading) == reading.row_count == 3


def test_external_link_formula_is_warned(tmp_path: Path) -> None:
    rows, reading = read(raw(tmp_path / "a.xlsx", [*HEAD, ["총무과", "사업", "01", '<c r="REF"><f>[1]A!B2</f><v>3</v></c>']]))
    assert budgets(rows) == [3]
    assert any("다른 파일" in text for text in reading.warnings)


@pytest.mark.parametrize("size", [32_768, 1_000_000])
def test_cell_longer_than_excel_allows_is_an_error(tmp_path: Path, size: int) -> None:
    rows, reading = read(raw(tmp_path / "a.xlsx", [*HEAD, ["총무과", "가" * size, "01", 1], ["총무과", "나", "01", 1]]))
    assert len(rows) == 1
    assert [(issue.row, issue.letter) for issue in reading.errors] == [(2, "B")]
    assert len(reading.errors[0].value) < 200


def test_escaped_control_characters_are_errors_in_their_cell(tmp_path: Path) -> None:
    rows, reading = read(raw(tmp_path / "a.xlsx", [*HEAD, ["총무과", "가_x0001_나", "01", 1], ["총무과", "다_x000D_라", "01", 1]]))
    assert [row.values["program"] for row in rows] == ["다 라"]
    assert [(issue.row, issue.letter) for issue in reading.errors] == [(2, "B")]


def test_texts_that_look_like_code_are_only_text(tmp_path: Path) -> None:
    texts = ["=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM", "＝1", "<script>", "{{7*7}}", "'; DROP", "%s", "${jndi:x}"]
    rows, _ = read(table(tmp_path / "a.xlsx", [["총무과", text, "01", 1] for text in texts]))
    assert [row.values["program"] for row in rows] == texts


# ── 여러 모양의 파일 ──────────────────────────────────────────────────


def test_same_table_from_different_producers_is_the_same(tmp_path: Path) -> None:
    plain = [[None if value == "" else value for value in row[:4]] for row in ROWS]
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "예산"
    for line in [HEADINGS[:4], *plain]:
        page.append(line)
    book.save(tmp_path / "openpyxl.xlsx")
    prefixed = sheet_xml([HEADINGS[:4], *plain])
    for tag in ("worksheet", "sheetData", "row", "c", "v", "is", "t"):
        prefixed = prefixed.replace(f"<{tag}>", f"<x:{tag}>").replace(f"</{tag}>", f"</x:{tag}>").replace(f"<{tag} ", f"<x:{tag} ")
    prefixed = prefixed.replace("<x:worksheet xmlns=", "<x:worksheet xmlns:x=")
    xlsx(tmp_path / "xlsxwriter.xlsx", [HEADINGS[:4], *plain])
    raw(tmp_path / "inline.xlsx", [HEADINGS[:4], *plain])
    package(tmp_path / "prefix.xlsx", parts(prefixed))
    package(tmp_path / "strict.xlsx", parts(sheet_xml([HEADINGS[:4], *plain], namespace=STRICT), namespace=STRICT))
    xls(tmp_path / "old.xls", [HEADINGS[:4], *plain])
    results = {}
    for path in sorted(tmp_path.iterdir()):
        rows, reading = read(path, COLUMNS[:4])
        assert reading.sheet == "예산"
        results[path.name] = rows
    assert len(results) == 6
    assert all(rows == results["inline.xlsx"] for rows in results.values())
    assert len(results["inline.xlsx"]) == 3


def test_xls_errors_percents_and_hidden_rows(tmp_path: Path) -> None:
    lines = [
        [*HEADINGS[:4], "집행률"],
        ["총무과", "가", "01", 1000, ("%", 0.523)],
        ["총무과", "나", "01", ("#", 23), ("%", 1.0)],
        ["총무과", "다", "01", 5],
    ]
    path = xls(tmp_path / "a.xls", lines, hidden_rows=[3], hidden_columns=[3])
    rows, reading = read(path)
    assert [(row.values["budget"], row.values["rate"]) for row in rows] == [(1000, Decimal("52.3"))]
    assert [(issue.row, issue.letter, issue.value) for issue in reading.errors] == [(3, "D", "#REF!")]
    assert kinds(reading) == [(4, "hidden")]
    assert any("숨겨진 열" in text for text in reading.warnings)
    assert list_sheets(path) == [("예산", False, 4)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [HEADINGS, ["총무과", "가,나;다", "01", "△1,234", "", "52.3%", "2026. 11. 22.", "첫 줄\n'=1+1"]]
    rows, reading = read(text_csv(tmp_path / "a.csv", lines, encoding=encoding, delimiter=delimiter))
    assert reading.sheet == "CSV"
    assert [row.values for row in rows] == [
        {
            "department": "총무과",
            "program": "가,나;다",
            "item": "01",
            "budget": -1234,
            "spent": None,
            "rate": Decimal("52.3"),
            "day": date(2026, 11, 22),
            "memo": "첫 줄\n'=1+1",
        }
    ]


def test_csv_rows_with_other_widths_are_errors(tmp_path: Path) -> None:
    ragged = [["총무과", "나", "01", "1", "000"], ["총무과", "다", "01"]]
    lines = [["제목"], HEADINGS[:4], ["총무과", "가", "01", "1,000"], *ragged, ["합계", "", "", "1000"], ["※ 설명"]]
    rows, reading = read(text_csv(tmp_path / "a.csv", lines))
    assert budgets(rows) == [1000]
    assert [(issue.row, "칸 수" in issue.reason) for issue in reading.errors] == [(4, True), (5, True)]
    assert kinds(reading) == [(1, "title"), (6, "total"), (7, "note")]


def test_csv_trailing_empty_cells_are_not_ragged(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("부서명,세부사업,예산액\n총무과,가,1,,\n", encoding="utf-8")
    assert budgets(read(path)[0]) == [1]


def test_broken_bytes_in_csv_are_errors_in_their_row(tmp_path: Path) -> None:
    lines = "부서명,세부사업,예산액\n총무과,가,1\n총무과,나,2\n" * 20
    path = tmp_path / "a.csv"
    path.write_bytes(lines.encode() + "총무과,".encode() + b"\xff\xfe\xba,3\n")
    _, reading = read(path)
    assert [(issue.row, issue.letter) for issue in reading.errors] == [(61, "B")]
    assert "깨진" in reading.errors[0].reason


def test_sheet_is_chosen_by_its_required_columns(tmp_path: Path) -> None:
    cover = {"표지": [["2026년 예산"]], "집행": [HEADINGS, ROWS[0]]}
    path = xlsx(tmp_path / "a.xlsx", [["목차"]], name="처음", more=cover)
    rows, reading = read(path)
    assert reading.sheet == "집행"
    assert len(rows) == 1
    assert any("‘집행’ 시트" in text for text in reading.warnings)
    assert [info.name for info in list_sheets(path)] == ["처음", "표지", "집행"]
    assert read(path, sheet="처음")[0] == []


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_never_chosen_silently(tmp_path: Path, state: str) -> None:
    contents = parts(sheet_xml([HEADINGS, ["총무과", "가", "01", 1]]), sheets=[("숨김", state), ("예산", "visible")])
    path = package(tmp_path / "a.xlsx", contents)
    assert read(path)[1].sheet == "예산"
    assert list_sheets(path) == [("숨김", True, 2), ("예산", False, 2)]
    only = package(tmp_path / "b.xlsx", parts(sheet_xml([HEADINGS]), sheets=[("숨김", state)]))
    with pytest.raises(FileRefused, match="숨겨져"):
        read(only)


def test_macro_file_is_read_without_running_anything(tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsm", parts(sheet_xml([HEADINGS[:4], ["총무과", "가", "01", 1]])) | {"xl/vbaProject.bin": b"x"})
    rows, reading = read(path)
    assert len(rows) == 1
    assert any("매크로" in text for text in reading.warnings)


@pytest.mark.parametrize("dimension", ["A1", "A1:XFD1048576"])
def test_wrong_dimension_loses_nothing(tmp_path: Path, dimension: str) -> None:
    before = f'<dimension ref="{dimension}"/>'
    rows, _ = read(raw(tmp_path / "a.xlsx", [HEADINGS[:4], ["총무과", "가", "01", 1]], before=before))
    assert len(rows) == 1


def test_cells_and_rows_without_references(tmp_path: Path) -> None:
    lines = [HEADINGS[:4], ["총무과", "가", "01", 1], ["총무과", "나", "01", cell("D3", '<c r="REF" t="e"><v>#N/A</v></c>')]]
    content = sheet_xml(lines)
    for number in range(1, 4):
        content = content.replace(f'<row r="{number}">', "<row>")
        for letter in "ABCD":
            content = content.replace(f' r="{letter}{number}"', "")
    rows, reading = read(package(tmp_path / "a.xlsx", parts(content)))
    assert [(row.number, row.values["budget"]) for row in rows] == [(2, 1)]
    assert [(issue.row, issue.letter) for issue in reading.errors] == [(3, "D")]


def test_formatted_blank_rows_to_the_end_of_the_sheet(tmp_path: Path) -> None:
    filled = sheet_xml([HEADINGS[:4], ["총무과", "가", "01", 1]]).partition("</sheetData>")
    blank = "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="XFD{n}" s="1"/></row>' for n in range(3, 20_000))
    rows, reading = read(package(tmp_path / "a.xlsx", parts(filled[0] + blank + filled[1] + filled[2])))
    assert len(rows) == 1
    assert reading.row_count == 2


# ── 보존 ──────────────────────────────────────────────────────────────

LINE = st.one_of(
    st.tuples(st.just("자료"), st.integers(min_value=-(10**12), max_value=10**12)),
    st.tuples(st.just("오류"), st.sampled_from(["1,2O0", "약 3", "1.5", "1억"])),
    st.tuples(st.just("빈 이름"), st.integers(min_value=0, max_value=99)),
    st.tuples(st.sampled_from(["소계", "합계", "각주", "머리글", "빈 행", "제목"]), st.just(0)),
)


def line_cells(kind: str, value: Any) -> list[Any]:
    match kind:
        case "자료" | "오류":
            return ["총무과", "사업", "01", value]
        case "빈 이름":
            return ["", "사업", "01", value]
        case "소계" | "합계":
            return [kind, "", "", value]
        case "각주":
            return ["※ 설명", "", "", ""]
        case "머리글":
            return HEADINGS[:4]
        case "제목":
            return ["", "", "01", ""]
    return ["", "", "", ""]


@settings(max_examples=20)
@given(lines=st.lists(LINE, max_size=25), from_csv=st.booleans())
def test_every_line_is_taken_or_listed_and_sums_agree(tmp_path: Path, lines: list[tuple[str, Any]], from_csv: bool) -> None:
    content = [["2026년 예산"] + [""] * 3, HEADINGS[:4], *(line_cells(kind, value) for kind, value in lines)]
    path = text_csv(tmp_path / "a.csv", content) if from_csv else xlsx(tmp_path / "a.xlsx", content)
    rows, reading = read(path)
    numbered = list(enumerate(lines, 3))
    assert [row.number for row in rows] == [number for number, (kind, _) in numbered if kind == "자료"]
    assert sum(budgets(rows)) == sum(value for kind, value in lines if kind == "자료")
    assert {issue.row for issue in reading.errors} == {n for n, (kind, _) in numbered if kind in ("오류", "빈 이름", "제목")}
    expected = {"소계": "total", "합계": "total", "각주": "note", "머리글": "heading_again"}
    aside = [(item.row, item.kind) for item in reading.set_aside if item.kind not in ("blank", "title")]
    assert aside == [(number, expected[kind]) for number, (kind, _) in numbered if kind in expected]
    assert accounted(reading) == reading.row_count


# ── 자식 프로세스와 살펴보기 ──────────────────────────────────────────

DEATHS = [
    ("import os; os.abort()", "손상"),
    ("import os; os.kill(os.getpid(), 9)", "오래"),
    ("import sys; sys.exit(1)", "손상"),
    ("import sys; sys.exit(3)", "너무 많습니다"),
    ("import sys; sys.exit(4)", "손상"),
    ("pass", "손상"),
    ("print('{\"format\": \"csv\", \"sheet\": \"a\", \"sheets\": [], \"merged\": []}')", "손상"),
    ("import json, sys; sys.path.insert(0, '/'); 1 / 0", "손상"),
]


@pytest.mark.parametrize(("code", "reason"), DEATHS)
def test_death_of_the_child_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, reason: str) -> None:
    script = tmp_path / "child.py"
    script.write_text(code)
    monkeypatch.setattr(child, "__file__", str(script))
    with pytest.raises(FileRefused, match=reason) as caught:
        read_table(table(tmp_path / "a.xlsx"), COLUMNS)
    assert caught.value.remedy


def test_looping_child_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "child.py"
    script.write_text("while True: pass")
    monkeypatch.setattr(child, "__file__", str(script))
    started: list[subprocess.Popen[bytes]] = []
    plain = subprocess.Popen

    def remember(*args: Any, **options: Any) -> Any:
        started.append(plain(*args, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", remember)
    path = table(tmp_path / "a.xlsx")
    with pytest.raises(FileRefused, match="오래"):
        read_table(path, COLUMNS, limits=Limits(wall_seconds=0))
    assert started[0].returncode == -9


def test_missing_library_is_not_the_files_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "child.py"
    script.write_text(f"import sys; sys.exit({child.EXIT_MISSING_LIBRARY})")
    monkeypatch.setattr(child, "__file__", str(script))
    with pytest.raises(RuntimeError, match="calamine"):
        read_table(table(tmp_path / "a.xlsx"), COLUMNS)


def test_missing_file_is_not_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_table(tmp_path / "없음.xlsx", COLUMNS)


def test_output_and_memory_limits_hold(tmp_path: Path) -> None:
    path = table(tmp_path / "a.xlsx", [["총무과", f"사업 {i}", "01", i] for i in range(2000)])
    with pytest.raises(FileRefused, match="너무 많습니다"):
        read_table(path, COLUMNS, limits=Limits(output_bytes=20_000))
    with pytest.raises(FileRefused):
        read_table(path, COLUMNS, limits=Limits(memory_bytes=8 << 20))


def test_inspect_tells_the_structure_as_json(tmp_path: Path) -> None:
    rows = [["총무과", "가", 1000, "△5"], ["예산과", "나", 2000, "5"], ["합계", "", 3000, 0], ["※ 설명"]]
    path = xlsx(tmp_path / "a.xlsx", [["제목"], ["(단위: 천원)"], ["부서명", "사업", "예산액", "증감"], *rows])
    result = inspect(path)
    json.dumps(result)
    (found,) = result["tables"]
    assert found["heading_rows"] == [3]
    assert [column["kind"] for column in found["columns"]] == ["text", "text", "amount", "amount"]
    assert found["totals"] == {"C": "3000000", "D": "0"}
    assert found["taken_count"] == 2
    assert found["set_aside"] == {"title": 1, "unit": 1, "total": 1, "note": 1}
    assert found["unit"] == 1000
    known = inspect(table(tmp_path / "b.xlsx"), COLUMNS)["tables"][0]
    assert known["totals"]["budget"] == "6000"
    assert known["matched"]["budget"] == 3


def test_inspect_guesses_three_storey_headings(tmp_path: Path) -> None:
    lines = [["자치구", "인구", "인구"], ["자치구", "합계", "합계"], ["자치구", "남", "여"], ["종로구", 1, 2], ["중구", 3, 4]]
    (found,) = inspect(xls(tmp_path / "a.xls", lines))["tables"]
    assert [column["text"] for column in found["columns"]] == ["자치구", "인구·합계·남", "인구·합계·여"]
    assert found["totals"] == {"B": "4", "C": "6"}


def test_row_xml_builder_and_reader_agree_on_numbers(tmp_path: Path) -> None:
    head = row_xml(5, HEADINGS[:4]) + row_xml(9, ["총무과", "가", "01", 1])
    content = sheet_xml([]).replace("<sheetData></sheetData>", f"<sheetData>{head}</sheetData>")
    rows, reading = read(package(tmp_path / "a.xlsx", parts(content)))
    assert [row.number for row in rows] == [9]
    assert reading.heading_rows == (5,)
    assert kinds(reading) == [(6, "blank")]
