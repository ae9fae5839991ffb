"""조용히 잘못 읽기 쉬운 파일: 화면에 보이는 대로 읽거나, 묻거나, 까닭과 함께 따로 둔다. 셋이 아닌 것은 없다.

갈래마다 사람이 인쇄한 표를 볼 때의 값을 적어 둔다. 물으면 그 이름(unit, totals)을, 고칠 칸이면 error 를 적는다.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from core.excel.columns import Column
from core.excel.reader import Reading, Row, read_table
from tests.core.excel.files import ole, package, parts, sheet_xml, xlsx

COLUMNS = (
    Column("department", "부서명", required=True),
    Column("unit", "단위사업", required=True),
    Column("detail", "세부사업", required=True),
    Column("code", "세부사업코드", "code"),
    Column("item", "통계목"),
    Column("budget", "예산액", "amount", required=True),
    Column("current", "예산현액", "amount"),
    Column("spent", "지출액", "amount"),
    Column("people", "인원", "integer"),
)
H = ["부서명", "단위사업", "세부사업", "통계목", "예산액", "지출액"]
A, B = ["건축과", "단위가", "세부1", "201-01", 10, 3], ["주택과", "단위가", "세부2", "201-01", 20, 4]


@dataclass(frozen=True)
class Case:
    """파일 하나. budgets 는 받는 예산액, asks 는 물음의 이름, says 는 단위를 알리는 글에 있을 말이다."""

    kind: str
    name: str
    rows: Sequence[Sequence[Any]]
    budgets: Sequence[int]
    asks: Sequence[str] = ()
    says: str = ""
    formats: Mapping[int, str] = field(default_factory=dict)
    sheet: str = "집행"
    file: str = "올린 파일.xlsx"


def lined(*above: Sequence[Any], below: Sequence[Sequence[Any]] = ()) -> list[Sequence[Any]]:
    return [*above, H, A, B, *below]


THOUSAND = [10_000, 20_000]
CASES = [
    # 단위
    Case("단위", "서식의 천원(A1)", lined(), THOUSAND, says="칸의 표시 형식", formats={4: '#,##0"천원"', 5: '#,##0"천원"'}),
    Case("단위", "한자 천원(F11)", lined(["2023년 집행현황"], ["", "", "", "", "", "(단위:千원)"]), THOUSAND, says="2행"),
    Case("단위", "단위라는 말 없는 괄호(F17)", lined(["2023년 집행현황"], ["", "", "", "", "", "(천원)"]), THOUSAND, says="(천원)"),
    Case("단위", "표 아래(F4)", lined(below=[["※ 단위: 천원"]]), THOUSAND, says="4행"),
    Case("단위", "표 아래의 다른 말", lined(below=[["* 금액은 천원 단위임"]]), THOUSAND, says="4행"),
    Case("단위", "1,000원", lined(["(단위 : 1,000원)"]), THOUSAND),
    Case("단위", "띄어 쓴 천 원과 명", lined(["[단위: 천 원, 명]"]), THOUSAND),
    Case("단위", "금액이 아닌 것을 먼저 적은 단위", lined(["(단위: 명, 천원)"]), THOUSAND),
    Case("단위", "仟원", lined(["<단위: 仟원>"]), THOUSAND),
    Case("단위", "홀로 적은 천원", lined(["", "", "", "", "", "천원"]), THOUSAND),
    Case("단위", "제목 끝의 억원", lined(["단위사업별 집행현황(억원)"]), [1_000_000_000, 2_000_000_000]),
    Case("단위", "옆 칸", [[*H, "", "(단위: 백만원)"], A, B], [10_000_000, 20_000_000], says="1행 H열"),
    Case("단위", "자료 옆 칸", [H, A, [*B, "", "※ 단위: 천원"]], THOUSAND, says="3행 H열"),
    Case("단위", "시트 이름", lined(), THOUSAND, says="시트 이름", sheet="집행(천원)"),
    Case("단위", "파일 이름", lined(), THOUSAND, says="파일 이름", file="집행현황_천원.xlsx"),
    Case("단위", "한 줄에 두 단위", lined(["(단위: 원, 천원)"]), THOUSAND, ["unit"]),
    Case("단위", "두 곳이 다름", lined(["(단위: 천원)"], below=[["※ 단위: 백만원"]]), THOUSAND, ["unit"]),
    Case("단위", "파일 이름과 다름", lined(["(단위: 원)"]), [10, 20], ["unit"], file="집행현황(천원).xlsx"),
    Case("단위", "모르는 단위", lined(["(단위: 천만원)"]), [10, 20], ["unit"]),
    Case("단위", "머리글과 표 위가 다름", [["(단위: 천원)"], [*H[:4], "예산액(백만원)", "지출액(백만원)"], A, B], [10_000_000, 20_000_000], ["unit"]),
    Case("단위", "한 열에만 적은 단위", [[*H[:4], "예산액(천원)", "지출액"], A, B], THOUSAND, ["unit"]),
    Case("단위", "줄여 보이는 서식", lined(), [10, 20], ["unit"], formats={4: "#,##0,"}),
    Case("단위", "줄여 보이는 서식과 표 위의 천원", lined(["(단위: 천원)"]), [10, 20], formats={4: "#,##0,", 5: "#,##0,"}),
    Case("단위", "원으로 보이는 칸과 표 위의 천원", lined(["(단위: 천원)"]), THOUSAND, ["unit"], formats={4: '#,##0"원"'}),
    Case("단위", "원으로 보이는 칸", lined(), [10, 20], says="칸의 표시 형식", formats={4: '#,##0"원"', 5: '#,##0"원"'}),
    Case("단위", "명은 금액의 단위가 아님", lined(["(단위: 명, %)"]), [10, 20], says="적혀 있지 않음"),
    Case("단위", "단위사업이라는 말", lined(["단위사업: 주민지원"]), [10, 20], says="적혀 있지 않음"),
    *(Case("단위", f"다른 말 {text}", lined([text]), THOUSAND) for text in (
        "금액: 천원", "(금액:천원)", "(unit: 천원)", "(單位: 千원)", "예산집행현황 (금액 단위는 천원임)", "기준: 천원")),
    *(Case("단위", f"표 아래 {text}", lined(below=[[text]]), THOUSAND) for text in (
        "* 금액 단위는 천원임", "주) 단위는 천원", "주: 1. 금액은 천원 단위임", "1) 단위: 천원", "(천원)")),
    *(Case("단위", f"얼마인지 모름 {text}", lined([text]), [10, 20], ["unit"]) for text in (
        "단위: K", "(단위: ₩천)", "(in thousand KRW)", "(단위: 천원 미만 절사)", "(단위: 달러)")),
    Case("단위", "이름에 붙여 쓴 천원", lined(), THOUSAND, says="파일 이름", file="집행현황천원.xlsx"),
    Case("단위", "이름에 괄호로 적은 천", lined(), THOUSAND, says="시트 이름", sheet="집행(천)"),
    Case("단위", "윗줄에 적은 천원", [[*H[:4], "천원", "천원"], [*H], A, B], THOUSAND),
    Case("단위", "괄호로 보이는 천원 서식", lined(), THOUSAND, says="칸의 표시 형식", formats={4: '#,##0"(천원)"', 5: '#,##0"(천원)"'}),
    *(Case("단위", f"모르는 글이 붙은 서식 {code}", lined(), [], ["error"], formats={4: code}) for code in (
        '#,##0"K"', '0"만"', '0"억"0000"만"0000', "$#,##0", '#,##0.00" USD"', '#,##0"명"', '#,##0"-"', '"감 "#,##0', "[White]#,##0")),
    Case("단위", "칸마다 단위가 섞임", [H, [*A[:4], "10천원", 3], B], [10_000, 20], ["unit"]),
    Case("단위", "모든 칸에 단위가 있음", [H, [*A[:4], "10천원", 3], [*B[:4], "20천원", 4]], THOUSAND),
    # 합계
    Case("합계", "부분합의 요약(E1)", [
        H, A, ["건축과", "단위가", "세부2", "201-01", 20, 4], ["건축과 요약", "", "", "", 30, 7], ["주택과", "단위나", "세부3", "", 5, 1],
        ["주택과 요약", "", "", "", 5, 1], ["총합계", "", "", "", 35, 8]], [10, 20, 5]),
    Case("합계", "피벗의 요약(E10)", [
        H, A, ["건축과", "단위가", "세부1", "202-01", 20, 4], ["건축과", "단위가", "세부1 요약", "", 30, 7],
        ["주택과", "단위나", "세부3", "", 5, 1], ["주택과", "단위나", "세부3 요약", "", 5, 1]], [10, 20, 5]),
    Case("합계", "피벗의 요약과 총합계(E16)", [
        H, A, ["건축과", "단위가", "세부1 요약", "", 10, 3], B, ["주택과", "단위가", "세부2 요약", "", 20, 4], ["총합계", "", "", "", 30, 7]], [10, 20]),
    Case("합계", "TOTAL", [H, A, B, ["TOTAL", "", "", "", 30, 7]], [10, 20]),
    Case("합계", "Grand Total", [H, A, B, ["Grand Total", "", "", "", 30, 7]], [10, 20]),
    Case("합계", "小計와 合計", [H, A, ["小計", "", "", "", 10, 3], B, ["合計", "", "", "", 30, 7]], [10, 20]),
    Case("합계", "계(A+B)", [H, A, B, ["계(A+B)", "", "", "", 30, 7]], [10, 20]),
    Case("합계", "SUBTOTAL", [H, A, ["A Subtotal", "", "", "", 10, 3], B, ["총합", "", "", "", 30, 7]], [10, 20]),
    Case("합계", "파일의 합이 다름", [H, A, B, ["합계", "", "", "", 99, 7]], [10, 20], ["totals"]),
    Case("합계", "이름으로는 알 수 없는 소계", [
        H, A, B, ["건축과", "단위가", "모두", "000-00", 30, 7], ["교통과", "단위나", "세부3", "201-01", 40, 1],
        ["교통과", "단위나", "세부4", "201-01", 50, 2], ["교통과", "단위나", "모두", "000-00", 90, 3]], [10, 20, 30, 40, 50, 90], ["totals"]),
    Case("합계", "위에 오는 이름 모를 합계", [
        H, ["건축과", "단위가", "모두", "000-00", 30, 7], A, B, ["교통과", "단위나", "모두", "000-00", 90, 3],
        ["교통과", "단위나", "세부3", "201-01", 40, 1], ["교통과", "단위나", "세부4", "201-01", 50, 2]], [30, 10, 20, 90, 40, 50], ["totals"]),
    Case("합계", "소계와 총계 모두 이름 모를 행", [
        H, A, B, ["건축과", "단위가", "모두", "000-00", 30, 7], ["교통과", "단위나", "세부3", "201-01", 40, 1],
        ["교통과", "단위나", "세부4", "201-01", 50, 2], ["교통과", "단위나", "모두", "000-00", 90, 3],
        ["전체", "전체", "전체", "전체", 120, 10]], [10, 20, 30, 40, 50, 90, 120], ["totals"]),
    Case("합계", "요약으로 끝나는 사업 이름", [H, ["건축과", "단위가", "백서 요약", "201-01", 10, 3], B], [10, 20]),
    Case("합계", "가운데 행이 우연히 앞 두 행의 합", [H, A, B, ["교통과", "단위나", "세부3", "201-01", 30, 7], ["교통과", "단위나", "세부4", "", 1, 1]],
         [10, 20, 30, 1]),
    # 화면에만 보이는 것
    Case("서식", "△가 붙어 보이는 양수", lined(), [-10, -20], formats={4: '"△"#,##0', 5: "#,##0"}),
    Case("서식", "괄호로 보이는 양수", lined(), [-10, -20], formats={4: "(#,##0)"}),
    Case("서식", "보통의 회계 서식", lined(), [10, 20], formats={4: '_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-'}),
    Case("서식", "붉은 음수", [H, [*A[:4], -10, 3], B], [-10, 20], formats={4: "#,##0;[Red]#,##0"}),
    Case("서식", "음수만 △", [H, [*A[:4], -10, 3], B], [-10, 20], formats={4: '#,##0;"△"#,##0'}),
    Case("서식", "부호를 감춘 음수", [H, [*A[:4], -10, 3], B], [20], ["error"], formats={4: "#,##0;#,##0"}),
    Case("서식", "△가 겹친 음수", [H, [*A[:4], -10, 3], B], [-20], ["error"], formats={4: '"△"#,##0'}),
    Case("서식", "감춘 금액", lined(), [], ["error"], formats={4: ";;;"}),
    Case("서식", "백분율 서식의 금액", lined(), [], ["error"], formats={4: "0%"}),
]  # fmt: skip


def taken(path: Path, **options: Any) -> tuple[list[Row], Reading]:
    with read_table(path, COLUMNS, **options) as reading:
        return list(reading.rows()), reading


@pytest.mark.parametrize("case", CASES, ids=[f"{case.kind} {case.name}" for case in CASES])
def test_a_file_is_read_as_seen_or_asked(tmp_path: Path, case: Case) -> None:
    rows, reading = taken(xlsx(tmp_path / case.file, case.rows, name=case.sheet, formats=case.formats))
    assert [row.values["budget"] for row in rows] == list(case.budgets)
    asked = {item.key for item in reading.questions} | ({"error"} if reading.error_count else set())
    assert asked == set(case.asks), [*reading.questions, *map(str, reading.errors)]
    assert case.says in reading.unit_note
    assert not [text for text in reading.warnings if "단위" in text or "합계" in text]


def test_a_chosen_unit_answers_the_question(tmp_path: Path) -> None:
    rows, reading = taken(xlsx(tmp_path / "a.xlsx", lined(["(단위: 원, 천원)"])), unit=1_000)
    assert [row.values["budget"] for row in rows] == THOUSAND
    assert reading.questions == []
    assert "사람이 고름" in reading.unit_note


def test_both_readings_are_in_the_question(tmp_path: Path) -> None:
    _, reading = taken(xlsx(tmp_path / "a.xlsx", [H, A, B, ["합계", "", "", "", 99, 7]]))
    (question,) = reading.questions
    assert "99원" in question.text and "30원" in question.text and "4행" in question.text


def test_cells_with_and_without_a_unit_in_one_column_are_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        shape, page = book.add_format({"num_format": '#,##0"천원"'}), book.add_worksheet()
        for place, row in enumerate((H, A, B)):
            page.write_row(place, 0, row)
        page.write_number(1, 4, 10, shape)
    rows, reading = taken(path)
    assert [row.values["budget"] for row in rows] == [10_000, 20]
    assert [item.key for item in reading.questions] == ["unit"]


def test_a_count_column_never_takes_the_money_unit(tmp_path: Path) -> None:
    rows, _ = taken(xlsx(tmp_path / "a.xlsx", [["(단위: 천원)"], [*H, "인원"], [*A, 7]]))
    assert (rows[0].values["budget"], rows[0].values["people"]) == (10_000, 7)


# ── 앞자리 0과 번호 ────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("code", "stored", "seen"),
    [
        ("0000000000", 61100001, "0061100001"), ("0000000", 31234, "0031234"), ("000-00-00000", 1234567890, "123-45-67890"),
        ("00#", 7, "007"), ("[<=9999999]###-####;(0##) ###-####", 212345678, "(021) 234-5678"), ('"제"0"호"', 5, "제5호"),
        ("0", 12, "12"), ("General", 12, "12"), ("#,##0", 1234, "1234"), ("000000-0", 1234567, "123456-7"),
    ],
)  # fmt: skip
def test_a_code_is_what_the_cell_shows(tmp_path: Path, code: str, stored: int, seen: str) -> None:
    """저장된 수가 아니라 화면에 보이는 번호가 코드이고 글자이다(A3, R1)."""
    rows = [[*H[:3], "세부사업코드", "통계목", "예산액"], [*A[:3], stored, stored, 10]]
    (row,), reading = taken(xlsx(tmp_path / "a.xlsx", rows, formats={3: code, 4: code}))
    assert (row.values["code"], row.values["item"], row.values["budget"]) == (seen, seen, 10)
    assert not reading.questions


# ── 계산하지 않은 수식 ─────────────────────────────────────────────────


def formula_book(path: Path, write: Callable[[Any], None]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        for place, row in enumerate((H, A, B)):
            page.write_row(place, 0, row)
        write(page)
    return path


def calculated(value: Any) -> Callable[[Any], None]:
    return lambda page: page.write_formula(1, 4, "=5+5", None, value)


@pytest.mark.parametrize(
    ("write", "wrong"),
    [
        (calculated(0), ["2E"]),  # 프로그램이 적은 0은 계산한 값이 아니다(B1)
        (calculated(""), ["2E"]),
        (calculated(10), []),
        (lambda page: [page.write_formula(row, 5, "=E2", None, 0) for row in (1, 2)], ["2F", "3F"]),
        (lambda page: page.write_formula(1, 6, "=E2", None, 0), []),  # 읽지 않는 열
    ],
)
def test_formulas_not_calculated_are_named(tmp_path: Path, write: Callable[[Any], None], wrong: Sequence[str]) -> None:
    _, reading = taken(formula_book(tmp_path / "a.xlsx", write))
    assert [f"{issue.row}{issue.letter}" for issue in reading.errors] == list(wrong)
    assert all("열어 저장한" in issue.remedy for issue in reading.errors)


def test_a_calculated_zero_is_zero(tmp_path: Path) -> None:
    """엑셀이 저장한 파일의 0은 계산한 값이다."""
    cells = [*A[:4], '<c r="REF"><f>5-5</f><v>0</v></c>', 3]
    rows, reading = taken(package(tmp_path / "a.xlsx", parts(sheet_xml([H, cells]))))
    assert [row.values["budget"] for row in rows] == [0]
    assert reading.error_count == 0


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


@pytest.mark.parametrize(("second", "wrong"), [(None, [2]), (7.0, [])])
def test_old_excel_formulas_without_results_are_named(tmp_path: Path, second: float | None, wrong: Sequence[int]) -> None:
    """모든 수식의 결과가 빈 글자인 .xls 는 계산하지 않은 파일이고, 다른 수식이 계산됐으면 빈 글자는 진짜 빈 칸이다."""

    def formula(row: int, column: int, value: float | None) -> bytes:
        result = bytes((3, 0, 0, 0, 0, 0, 0xFF, 0xFF)) if value is None else struct.pack("<d", value)
        token = struct.pack("<BH", 0x1E, 5)
        return _record(0x06, struct.pack("<3H", row, column, 0) + result + struct.pack("<HIH", 0, 0, len(token)) + token)

    start = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)) + _record(0x42, struct.pack("<H", 1200))
    styles = _record(0xE0, bytes(20))
    at = len(start) + len(styles) + 4 + 6 + 2 + 4 + 4
    bound = _record(0x85, struct.pack("<IBB", at, 0, 0) + struct.pack("<2B", 2, 1) + "예산".encode("utf-16-le"))
    body = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    for r, row in enumerate((H, A)):
        for c, value in enumerate(row):
            if isinstance(value, str):
                body += _record(0x204, struct.pack("<3HHB", r, c, 0, len(value), 1) + value.encode("utf-16-le"))
    body += _record(0x203, struct.pack("<3Hd", 1, 4, 0, 10)) + formula(1, 5, None)
    if second is not None:
        body += formula(1, 6, second)
    book = start + styles + bound + _record(0x0A, b"") + body + _record(0x0A, b"")
    assert len(start + styles + bound) + 4 == at
    _, reading = taken(ole(tmp_path / "a.xls", {"Workbook": book}))
    assert [issue.row for issue in reading.errors] == list(wrong)
