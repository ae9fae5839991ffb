"""파일에 적힌 기준일과 고른 기준일(2023. 10. 31.)이 다르면 묻고, 같으면 묻지 않는다."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xlsxwriter

from budget.appropriations.services import bring_execution
from core.excel.columns import Column
from core.excel.reader import read_table
from core.ledgers.models import Snapshot
from core.ledgers.period import period_questions
from tests.budget.appropriations import factories as make

COLUMNS = (Column("name", "이름", required=True), Column("amount", "금액", "amount", required=True))


class _NoneBefore:
    """아직 아무 파일도 반영하지 않은 원장"""

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: None if name == "last" else self


class _Chosen:
    Status, _default_manager = Snapshot.Status, _NoneBefore()

    def __init__(self, file: str) -> None:
        self.file, self.as_of, self.fiscal_year = SimpleNamespace(name=file, sha256=""), date(2023, 10, 31), SimpleNamespace(year=2023)


def asked(path: Path, *, file: str = "올린 파일.xlsx", sheet: str = "집행", title: str = "", column: tuple[str, Any] | None = None) -> list[str]:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_row(0, 0, [title] if title else [])
        page.write_row(1, 0, ["이름", "금액", *([column[0]] if column else [])])
        page.write_row(2, 0, ["가", 10])
        if column and isinstance(column[1], date):
            page.write_datetime(2, 2, column[1], day)
        elif column:
            page.write(2, 2, column[1])
    with read_table(path, COLUMNS, name=file) as reading:
        list(reading.rows())
        return [question.text for question in period_questions(reading, _Chosen(file))]


OTHER = [
    "집행_230930", "집행_20230930", "집행_2023.09", "집행(2023.9월)", "집행 9월말", "집행_2023-09-30", "집행_202309", "집행_2023_09_30", "’23.9월 집행",
    "집행_2022", "세출예산(2022)", "FY2022", "3분기 집행",
]  # fmt: skip
SAME = ["집행_231031", "집행_20231031", "집행_2023.10", "집행 10월", "집행_2023", "201-01 목록", "집행(1)", "집행_20231101142233", "4분기 집행"]


@pytest.mark.parametrize("name", [*OTHER, *SAME])
def test_the_name_of_the_file_tells_the_period(tmp_path: Path, name: str) -> None:
    assert bool(asked(tmp_path / "a.xlsx", file=f"{name}.xlsx")) == (name in OTHER)


@pytest.mark.parametrize("name", ["230930", "20230930", "2023.09", "9월", "2023년9월", "2022년", "10월", "231031", "2023", "Sheet1"])
def test_the_name_of_the_sheet_tells_the_period(tmp_path: Path, name: str) -> None:
    assert bool(asked(tmp_path / "a.xlsx", sheet=name)) == (name not in ("10월", "231031", "2023", "Sheet1"))


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("2023년 9월 집행현황", True), ("기준일자: 2023-09", True), ("2023. 1. 1. ~ 2023. 9. 30.", True), ("’22년 집행현황", True), ("9월분", True),
        ("2023년 3/4분기", True), ("기준: 2023.9.30", True), ("2023년 10월 집행현황", False), ("작성일: 2023-11-02", False),
        ("출력일시: 2023-11-02 10:00", False), ("2023년 4/4분기", False), ("2022년 대비 2023년 집행", False), ("전화 02-2023-1234", False),
    ],
)  # fmt: skip
def test_a_title_tells_the_period(tmp_path: Path, title: str, other: bool) -> None:
    assert bool(asked(tmp_path / "a.xlsx", title=title)) == other


@pytest.mark.parametrize("heading", ["기준일", "기준일자", "기준년월", "집행기준일"])
@pytest.mark.parametrize(("value", "other"), [(date(2023, 9, 30), True), ("2023.9.30.", True), (20230930, True), ("2023년 9월", True), ("2023-10-31", False), ("", False)])
def test_a_column_of_the_rows_tells_the_period(tmp_path: Path, heading: str, value: Any, other: bool) -> None:
    assert bool(asked(tmp_path / "a.xlsx", column=(heading, value))) == other


def test_what_is_written_plainly_goes_before_the_name_of_the_file(tmp_path: Path) -> None:
    """11월에 내려받아 이름에 그날이 적힌 10월 말 자료"""
    assert asked(tmp_path / "a.xlsx", title="2023. 10. 31. 현재", file="집행_20231102.xlsx") == []


@pytest.mark.django_db
def test_the_same_file_for_another_day_is_asked(tmp_path: Path) -> None:
    path = make.ehojo_file(tmp_path / "a.xlsx", [make.line("가", 100, 40)])
    bring_execution(path, fiscal_year=2023, as_of=date(2023, 10, 31)).apply()
    again, other = (bring_execution(path, fiscal_year=2023, as_of=day) for day in (date(2023, 10, 31), date(2023, 11, 30)))
    assert again.report["questions"] == []
    (question,) = other.report["questions"]
    assert question["key"] == "period" and "똑같은 파일" in question["text"] and "2023. 10. 31." in question["text"]
