"""사람들이 실제로 올리는 파일 C01~C90. 경우마다 파일을 만들어 결과와 보존(내용이 있는 모든 행이 어딘가에 있다)을 확인한다.

경우의 표는 셋이다. 읽기에서 가리는 CASES(경우, 만드는 법, 결과, 읽은 금액, 알리는 글), 파일을 받지 않는 test_refusals 의
REFUSED(경우, 까닭, 할 일), 자료와 권한에서 가리는 NOT_READING(경우, 결과, 시험). 빠진 번호가 있으면 시험이 실패한다.

결과: A 그대로 받음, N 고르게 고쳐 받음, W 사람이 확인할 것을 알림, E 오류 행이 있음, R 파일이나 표를 받지 않음.
파일 전체를 거절하는 나머지 경우는 test_refusals의 REFUSED 표에 있다.
"""

from __future__ import annotations

import csv
import io
import random
import re
import subprocess
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from core.excel.columns import Column
from core.excel.reader import FileRefused, Limits, Reading, Row, read_table
from tests.core.excel.files import (
    COLUMNS,
    HEADINGS,
    MAIN,
    ROWS,
    STRICT,
    package,
    parts,
    raw,
    sheet_xml,
    table,
    text_csv,
    xls,
    xlsx,
)
from tests.core.excel.test_refusals import REFUSED

# 읽기가 아니라 자료와 권한에서 가릴 경우: (결과, 그것을 확인하는 시험)
NOT_READING = {
    "C19": ("E", "test_resource::test_a_code_that_lost_its_zeros_is_not_a_new_row"),
    "C37": ("E", "test_resource::test_the_same_name_twice_is_an_error_and_not_two_departments"),
    "C38": ("E", "test_records::test_a_key_equal_but_for_blanks_and_case_names_both_rows"),
    "C43": ("R", "test_records::test_another_years_file_is_refused_and_mixed_rows_are_named"),
    "C44": ("E", "test_records::test_closed_rows_and_locked_cells_are_refused_with_the_reason"),
    "C44 남의 부서": ("E", "test_records::test_another_departments_row_inside_is_named"),
    "C45": ("E", "test_records::test_an_abolished_departments_name_is_answered_by_its_successor"),
    "C52": ("N", "test_import_view::test_a_file_name_typed_on_a_mac_is_kept_readable"),
    "C84": ("W", "test_import_view::test_the_second_person_with_the_same_file_is_told"),
    "C85": ("R", "test_resource::test_an_edit_between_preview_and_apply_stops_everything"),
    "C85 파일": ("R", "test_import_view::test_a_stored_file_that_changed_is_refused"),
}

HEAD = HEADINGS[:4]
FIRST = ["총무과", "가", "01"]
Build = Callable[[Path], Any]


@dataclass(frozen=True)
class Case:
    """경우 하나. budgets는 읽은 행의 예산액, says는 알림·오류·거절의 글에 모두 있어야 하는 조각이다."""

    id: str
    build: Build
    outcome: str
    budgets: Sequence[int | None] | None = None
    says: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    columns: Sequence[Column] = COLUMNS
    check: Callable[[list[Row], Reading], bool] | None = None


def amounts(*values: Any) -> Build:
    """예산액 열에 이 값들을 적은 xlsx"""
    return lambda path: table(path, [[*FIRST, value] for value in values])


def cells(*values: Any, **options: Any) -> Build:
    """예산액 열에 이 XML을 적은 xlsx"""
    return lambda path: raw(path, [HEAD, *([*FIRST, value] for value in values)], **options)


def lines(*rows: Sequence[Any], **options: Any) -> Build:
    return lambda path: xlsx(path, rows, **options)


def names(*texts: str) -> Build:
    return lambda path: table(path, [["총무과", text, "01", 1] for text in texts])


def programs(*texts: str) -> Callable[[list[Row], Reading], bool]:
    return lambda rows, _: [row.values["program"] for row in rows] == list(texts)


def days(*texts: str) -> Build:
    return lambda path: table(path, [[*FIRST, 1, 1, None, text] for text in texts])


def rates(*values: float) -> Build:
    return lambda path: table(path, [[*FIRST, 1, 1, value] for value in values])


def csv_file(*rows: Sequence[Any], **options: Any) -> Build:
    return lambda path: text_csv(path, rows, **options)


def producers(path: Path) -> None:
    """같은 표를 공유 문자열, 인라인, 수식 글자로 섞어 적은 파일"""
    strings = f'<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>총무과</t><phoneticPr fontId="1"/></si></sst>'
    mixed = ['<c r="REF" t="s"><v>0</v></c>', '<c r="REF" t="str"><v>가</v></c>', "01", '<c r="REF" t="n"><v>7</v></c>']
    content = parts(sheet_xml([HEAD, mixed])) | {"xl/sharedStrings.xml": strings}
    content["xl/_rels/workbook.xml.rels"] = content["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>",
        '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
        'Target="sharedStrings.xml"/></Relationships>',
    )
    package(path, content)


def protected(path: Path) -> None:
    package(path, parts(sheet_xml([HEAD, [*FIRST, 1]], after='<sheetProtection sheet="1" password="CC1A"/>')))


def with_parts(extra: dict[str, Any]) -> Build:
    return lambda path: package(path, parts(sheet_xml([HEAD, [*FIRST, 1]])) | extra)


def sheets(*states: tuple[str, str]) -> Build:
    return lambda path: package(path, parts(sheet_xml([HEAD, [*FIRST, 1]]), sheets=states))


def without_references(path: Path) -> None:
    content = re.sub(r' r="[A-Z]*\d+"', "", sheet_xml([HEAD, [*FIRST, 1], [*FIRST, 2]]))
    package(path, parts(content))


def formatted_to_the_end(path: Path) -> None:
    blank = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in (3, 500_000, 1_048_576))
    package(path, parts(sheet_xml([HEAD, [*FIRST, 1]]).replace("</sheetData>", blank + "</sheetData>")))


FORMULA = '<c r="REF"{}><f>{}</f>{}</c>'
TOTALS = [[*FIRST, 1], [*FIRST, 2], ["소 계", "", "", 3], ["예산과", "나", "01", 4], ["합　계", "", "", 7]]
NFD = unicodedata.normalize("NFD", "예산액")

CASES = [
    Case("C01", table, "A", [1000, 2000, 3000]),
    Case("C02", lambda path: table(path, above=[["제목"]] * 8 + [[]]), "N", [1000, 2000, 3000], ("title",)),
    Case("C03", lines([None] * 4, [None, None, "예산액", "집행액"], ["총무과", "가", 5, 1],
                      merges=[(0, 0, 1, 0, "부서명"), (0, 1, 1, 1, "세부사업"), (0, 2, 0, 3, "2026년")]), "N", [5]),
    Case("C03 정할 수 없음", lines([None] * 4, [None, None, "예산액", "예산액"], ["총무과", "가", 5, 1],
                               merges=[(0, 0, 1, 0, "부서명"), (0, 1, 1, 1, "세부사업"), (0, 2, 0, 3, "2026년")]), "W", [], ("예산액",)),
    Case("C04", lambda path: table(path, [[None, "가", "01", 1], [None, "나", "01", 2]], merges=[(1, 0, 2, 0, "총무과")]), "N", [1, 2]),
    Case("C04 합치지 않은 빈 칸", lambda path: table(path, [[*FIRST, 1], [None, "나", "01", 2]]), "E", [1], ("3행 A열", "비어 있습니다")),
    Case("C05", lambda path: table(path, [FIRST, ROWS[0]], merges=[(1, 3, 1, 4, 900)]), "E", [1000], ("D~E열", "합쳐져")),
    Case("C06", lambda path: table(path, TOTALS), "N", [1, 2, 4], ("total",)),
    Case("C06 연도 열의 계", lines(["회계연도", *HEAD], [2026, *FIRST, 3], ["계", "", "", "", 3]), "N", [3], ("total",),
         columns=(Column("year", "회계연도", "integer", required=True), *COLUMNS[:4])),
    Case("C07", lambda path: table(path, [*TOTALS[:2], ["소계", "", "", 9]]), "W", [1, 2], ("합계가 자료 행의 합과 다른",)),
    Case("C08", amounts("△1,234", "▲1,234", "-1,234", "−1,234", "﹣1,234"), "N", [-1234] * 5, ("글자로 적힌 수 5개",)),
    Case("C09", amounts("(1,234)"), "N", [-1234]),
    Case("C09 단위", lambda path: table(path, [[*FIRST, 1]], above=[["(단위: 천원)"]]), "N", [1000], ("unit",)),
    Case("C10", lambda path: table(path, [[*FIRST, -1234]], formats={3: '#,##0;"△"#,##0'}), "A", [-1234]),
    Case("C11", amounts("１２，３４５", "＋１", "－１"), "N", [12345, 1, -1]),
    Case("C12", amounts("일억이천만", "1억 2,000만원"), "E", [], ("D열(예산액)", "120000000")),
    Case("C13", lambda path: table(path, [[*FIRST, 5]], above=[["예산 현황", "(단위 : 천원)"]]), "N", [5000]),
    Case("C14", lines(["부서명", "세부사업", "예산액(천원)", "집행액(원)"], ["총무과", "가", 1, 1]), "W", [1000], ("단위가 다릅니다",)),
    Case("C15", lambda path: table(path, [[*FIRST, 1234567000]], formats={3: "#,##0,"}), "W", [1234567000], ("1,000으로 나누어",)),
    Case("C16", amounts("1,200천원"), "N", [1_200_000]),
    Case("C16 다른 단위", amounts("50%"), "E", [], ("백분율",)),
    Case("C17", amounts("1,2O0", "l2", "1.2.3", "12-", "약 100"), "E", [], ("영문", "소수점", "‘-’", "약")),
    Case("C18", names("가"), "A", [1], check=lambda rows, _: rows[0].values["item"] == "01"),
    Case("C18 금액", amounts("00123"), "N", [123]),
    Case("C20", cells("<c r=\"REF\"><v>0.30000000000000004</v></c>"), "E", [], ("원 단위로",)),
    Case("C20 거의 정수", cells("<c r=\"REF\"><v>2999.9999999999995</v></c>"), "N", [3000]),
    Case("C21", cells("<c r=\"REF\"><v>9007199254740993</v></c>"), "E", [], ("15자리",)),
    Case("C22", cells("<c r=\"REF\"><v>1.5E+9</v></c>"), "A", [1_500_000_000]),
    Case("C22 글자", amounts("1.5E+09"), "E", [], ("지수",)),
    Case("C23", cells("<c r=\"REF\"><v>-0</v></c>"), "N", [0]),
    Case("C24", cells("<c r=\"REF\"><v>NaN</v></c>", "<c r=\"REF\"><v>1e999</v></c>"), "E", [], ("나타낼 수 없는",)),
    Case("C25", amounts(True), "E", [], ("참·거짓",)),
    Case("C26", rates(0.523, 0.1, 1), "W", [1, 1, 1], ("0.523",)),
    Case("C26 백분율 서식", lambda path: table(path, [[*FIRST, 1, 1, 0.523]], formats={5: "0.0%"}), "A", [1]),
    Case("C27", days("2026.11.22", "26/11/22", "2026년 11월 22일", "’26. 11. 22.(일)"), "N", [1] * 4,
         check=lambda rows, _: {row.values["day"].isoformat() for row in rows} == {"2026-11-22"}),
    Case("C27 없는 날짜", days("2026-02-30"), "E", [], ("G열(기준일)", "30일이 없습니다")),
    Case("C28 서식 없는 번호", lambda path: table(path, [[*FIRST, 1, 1, None, 46000]]), "E", [], ("2025-12-09",)),
    Case("C29", days("2026-11-22 13:40"), "E", [], ("13:40",)),
    Case("C29 자정", days("2026-11-22 00:00:00"), "N", [1]),
    Case("C30", cells(FORMULA.format("", "SUM(A1)", "<v>12</v>")), "A", [12]),
    Case("C31", cells(FORMULA.format("", "SUM(A1)", "")), "E", [], ("저장되어 있지 않습니다",)),
    Case("C32", cells(*(f'<c r="REF" t="e"><v>{code}</v></c>' for code in ("#REF!", "#N/A", "#DIV/0!", "#VALUE!"))), "E", [],
         ("#REF!", "#N/A", "#DIV/0!", "#VALUE!")),
    Case("C33", cells('<c r="REF"><f t="array" ref="D2">SUM(A1)</f><v>3</v></c>'), "A", [3]),
    Case("C33 다른 파일", cells(FORMULA.format("", "[1]A!B2", "<v>3</v>")), "W", [3], ("다른 파일",)),
    Case("C34", lambda path: table(path, hidden_rows=[2]), "W", [1000, 3000], ("숨겨진 행 1개", "hidden")),
    Case("C35", lambda path: table(path, hidden_columns=[3]), "W", [1000, 2000, 3000], ("숨겨진 열",)),
    Case("C36", sheets(("숨김", "veryHidden"), ("예산", "visible")), "A", [1], check=lambda _, reading: reading.sheet == "예산"),
    Case("C36 비슷한 시트", sheets(("1월", "visible"), ("2월", "visible")), "W", [1], ("‘1월’ 시트",)),
    Case("C36 숨긴 시트만", sheets(("숨김", "hidden")), "R", None, ("숨겨져",)),
    Case("C39", lines([*reversed(HEAD)], [1, "01", "가", "총무과"]), "N", [1]),
    Case("C40", lines([*HEAD[:3], "예산액(원)", "담당"], [*FIRST, 1, "김"]), "N", [1],
         check=lambda _, reading: [reading.headings[i].text for i in reading.match.extra] == ["담당"]),
    Case("C41", lines([*HEAD[:3], "금년 예산액"], [*FIRST, 1]), "R", [], ("예산액", "금년 예산액")),
    Case("C42", lines([*HEAD, "예산액"], [*FIRST, 1, 2]), "R", [], ("여러 개(D, E)",)),
    Case("C42 머리글 없는 열", lines([*HEAD], [*FIRST, 1, "메모"]), "W", [1], ("E열",)),
    Case("C46", formatted_to_the_end, "N", [1], check=lambda _, reading: reading.row_count == 2),
    Case("C47", lambda path: table(path, [ROWS[0], [], ROWS[1]]), "N", [1000, 2000], ("blank",)),
    Case("C48", lambda path: table(path, [ROWS[0], ["※ 주: 잠정치"]]), "N", [1000], ("note",)),
    Case("C48 다른 표", lambda path: table(path, [ROWS[0], [], ["직급", "정원"], ["5급", 3]]), "W", [1000], ("표가 2개", "other_table")),
    Case("C49", names("가\u00a0나", "가\u3000나", "가\t나", "가\r\n나"), "N", check=programs(*["가 나"] * 4)),
    Case("C50", lines([*HEAD[:3], "예산\u200b액\ufeff"], ["총무과", "가\u200b나\u00ad", "01", 1]), "N", [1], check=programs("가나")),
    Case("C50 방향 문자", names("가\u202e나"), "E", [], ("B열(세부사업)", "방향")),
    Case("C51", lines([*HEAD[:3], NFD], ["총무과", unicodedata.normalize("NFD", "청사"), "01", 1]), "N", [1], check=programs("청사")),
    Case("C53", names("李", "ｱ"), "N", check=programs("李", "ｱ")),
    Case("C54", names("👨‍👩‍👧"), "N", [1], check=programs("👨👩👧")),
    Case("C54 비고", lambda path: table(path, [[*FIRST, 1, 1, None, "", "👨‍👩‍👧"]]), "A", [1],
         check=lambda rows, _: rows[0].values["memo"] == "👨‍👩‍👧"),
    Case("C54 글자가 아닌 번호", names("가\ufffe"), "E", [], ("B열(세부사업)",)),
    Case("C55", lambda path: raw(path, [HEAD, ["총무과", "가_x0001_나", "01", 1]]), "E", [], ("제어 문자",)),
    Case("C55 줄바꿈", lambda path: raw(path, [HEAD, ["총무과", "다_x000D_라", "01", 1]]), "N", [1], check=programs("다 라")),
    Case("C57", names("가" * 32_767), "A", [1]),
    Case("C57 너무 긺", lambda path: raw(path, [HEAD, ["총무과", "가" * 40_000, "01", 1]]), "E", [], ("32,767자",)),
    Case("C58", cells('<c r="REF" t="inlineStr"><is><r><t>1,</t></r><r><t>234</t></r><rPh sb="0" eb="1"><t>9</t></rPh></is></c>'),
         "N", [1234]),
    Case("C59", names("=cmd|' /C calc'!A0", "+1", "@SUM", "＝1"), "A", check=programs("=cmd|' /C calc'!A0", "+1", "@SUM", "＝1")),
    Case("C60", names("<script>", "{{7*7}}", "'; DROP", "%s", "${jndi:x}"), "A",
         check=programs("<script>", "{{7*7}}", "'; DROP", "%s", "${jndi:x}")),
    Case("C65", protected, "A", [1]),
    Case("C66 매크로", with_parts({"xl/vbaProject.bin": b"x"}), "W", [1], ("매크로",)),
    *(Case(f"C67 {encoding}", csv_file(HEAD, [*FIRST, "1,000"], encoding=encoding), "N", [1000])
      for encoding in ("cp949", "utf-8", "utf-8-sig", "utf-16")),
    Case("C68", csv_file(HEAD, ["총무과", 'a";b\n줄', "01", "1,000"], delimiter=";"), "N", [1000]),
    Case("C68 칸 수", csv_file(HEAD, [*FIRST, "1", "000"], [*FIRST, "2"]), "E", [2], ("2행", "칸 수")),
    Case("C71", cells(1, 2, before='<dimension ref="A1"/>'), "A", [1, 2]),
    Case("C72", cells(1, before='<dimension ref="A1:XFD1048576"/>'), "A", [1]),
    Case("C75 주소 없는 칸", without_references, "A", [1, 2]),
    Case("C81", with_parts({"xl/comments1.xml": "<comments/>", "xl/embeddings/a.bin": bytes(1 << 20),
                            "xl/externalLinks/externalLink1.xml": "<x/>"}), "A", [1]),
    Case("C82", lambda path: table(path, [[*FIRST, 1]] * 60), "R", None, ("행이 50개를 넘습니다", "나누어"),
         {"limits": Limits(rows=50)}),
    Case("C83", lambda path: table(path, [[*FIRST, 1]] * 49), "A", [1] * 49, (), {"limits": Limits(rows=50)}),
    Case("C15 xls", lambda path: xls(path, [HEAD, [*FIRST, (",", 1_234_567_000)]]), "W", [1_234_567_000], ("1,000으로 나누어",)),
    Case("C33 xls", lambda path: xls(path, [HEAD, [*FIRST, ("[]", 7)]]), "W", [7], ("다른 파일을 가리키는 수식이 1개",)),
    Case("C33 xls 안쪽", lambda path: xls(path, [HEAD, [*FIRST, ("=", 7)]]), "A", [7]),
    Case("C33 xlsx", cells('<c r="REF"><f>[Book1.xlsx]Sheet1!A1</f><v>7</v></c>'), "W", [7], ("다른 파일",)),
    Case("C87", amounts(10**18), "E", [], ("자리를 넘습니다",)),
    Case("C88", lambda path: table(path, [[*FIRST, 1, 1, 1, "", "홍길동 800101-1234567"]]), "W", [1], ("주민등록번호", "2행")),
    Case("C89 xls", lambda path: xls(path, [HEAD, [*FIRST, 7]]), "A", [7]),
    Case("C89 strict", lambda path: package(path, parts(sheet_xml([HEAD, [*FIRST, 7]], namespace=STRICT), namespace=STRICT)), "A", [7]),
    Case("C90", producers, "A", [7], check=lambda rows, _: rows[0].values["department"] == "총무과"),
]  # fmt: skip


def observed(rows: list[Row], reading: Reading) -> str:
    if reading.match.missing_required:
        return "R"
    if reading.error_count:
        return "E"
    if reading.questions or reading.warnings or any(check.difference for check in reading.total_checks):
        return "W"
    return "N" if reading.notices or any(item.kind != "blank" for item in reading.set_aside) else "A"


def told(reading: Reading) -> str:
    """사람에게 보이는 글 모두"""
    match = reading.match
    return "\n".join([
        *map(str, reading.errors), *(item.text for item in reading.questions), *reading.warnings, *reading.notices,
        *(item.kind for item in reading.set_aside),
        *(column.title for column in match.missing_required), *match.nearest.values(),
    ])  # fmt: skip


def rows_in_xml(path: Path) -> int | None:
    """읽기 라이브러리를 거치지 않고 센, 내용이 있는 행의 수. 한 시트짜리 xlsx가 아니면 None."""
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as archive:
        found = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        if len(found) != 1:
            return None
        root = ElementTree.fromstring(archive.read(found[0]))  # noqa: S314 - 시험이 만든 파일이다
        strings = []
        if "xl/sharedStrings.xml" in archive.namelist():
            table = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))  # noqa: S314
            strings = ["".join(item.itertext()) for item in table]

    def filled(cell: ElementTree.Element) -> bool:
        inner = {child.tag.rpartition("}")[2]: "".join(child.itertext()) for child in cell}
        if cell.get("t") == "s":
            return bool(strings[int(inner["v"])].strip())
        return "f" in inner or bool("".join(inner.values()).strip())

    rows = [node for node in root.iter() if node.tag.rpartition("}")[2] == "row"]
    return sum(any(map(filled, row)) for row in rows)


def conserved(reading: Reading) -> bool:
    aside = sum(item.kind != "blank" for item in reading.set_aside)
    total = len(reading.heading_rows) + reading.taken_count + reading.error_row_count + aside
    return total == reading.row_count


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_outcome(tmp_path: Path, case: Case) -> None:
    path = tmp_path / "올린 파일.xlsx"
    case.build(path)
    try:
        reading = read_table(path, case.columns, **case.options)
        rows = list(reading.rows())
    except FileRefused as refusal:
        assert case.outcome == "R", str(refusal)
        assert refusal.remedy
        text = str(refusal)
    else:
        # 고르게 고친 것이 없거나 열을 골라야 하는 것은 한 단계 낮거나 높게 보인다.
        alike = {"N": ("N", "A"), "W": ("W", "R"), "A": ("A",), "E": ("E",), "R": ("R",)}[case.outcome]
        assert observed(rows, reading) in alike, told(reading)
        if not reading.match.missing_required:
            assert conserved(reading)
        assert rows_in_xml(path) in (None, reading.row_count)
        if case.budgets is not None:
            assert [row.values["budget"] for row in rows] == list(case.budgets)
        assert case.check is None or case.check(rows, reading)
        text = told(reading)
    assert [part for part in case.says if part not in text] == [], text


def test_every_case_is_covered() -> None:
    covered = {case.id[:3] for case in CASES} | {case[0][:3] for case in REFUSED} | {name[:3] for name in NOT_READING}
    assert [f"C{number:02}" for number in range(1, 91) if f"C{number:02}" not in covered] == []


@pytest.mark.parametrize("place", [place for _outcome, place in NOT_READING.values()])
def test_the_named_test_exists(place: str) -> None:
    module, _, name = place.partition("::")
    assert callable(getattr(import_module(f"tests.core.excel.{module}"), name))


# ── 바꾼 파일 200개 ───────────────────────────────────────────────────

SEED_LINES = [HEAD, *([f"부서{i % 3}", f"사업 {i}", f"{i:02}", 1_000_003 * i + 7] for i in range(1, 13))]
SEED_VALUES = {(str(line[0]), str(line[1]), str(line[2]), line[3]) for line in SEED_LINES[1:]}
OTHER_LINES = [HEAD, *([f"팀{i}", f"일 {i}", f"{i:02}", 77 * i] for i in range(1, 5))]
OTHER_VALUES = {(str(line[0]), str(line[1]), str(line[2]), line[3]) for line in OTHER_LINES[1:]}


def flipped(chance: random.Random, data: bytes, low: int = 0, high: int | None = None) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(low, high or len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def swapped_parts(chance: random.Random, data: bytes) -> bytes:
    """두 부분의 내용을 맞바꾼다. 이름과 CRC는 맞는다."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    one, other = chance.sample(sorted(contents), 2)
    contents[one], contents[other] = contents[other], contents[one]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def mutated(chance: random.Random, kind: str, data: bytes) -> bytes:
    way = chance.random()
    if way < 0.2:
        return data[: chance.randrange(1, len(data))]
    if kind.startswith("xlsx") and way < 0.45:
        return swapped_parts(chance, data)
    if kind == "xls":
        # 칸의 값 바이트를 바꾸면 파일에 정말 그 값이 적힌 것이므로, 칸 앞의 헤더와 목록만 바꾼다.
        return flipped(chance, data, 0, data.index("부서명".encode("utf-16-le")) - 9)
    return flipped(chance, data)


def values_in(kind: str, data: bytes) -> set[tuple[Any, ...]]:
    """이 파일에서 읽어도 되는 행들. CSV는 검사 값이 없으므로 바뀐 글자를 그대로 적힌 값으로 본다."""
    if kind != "csv":
        return SEED_VALUES | OTHER_VALUES
    for encoding in ("utf-8", "cp949"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        text = data.decode("utf-8", "replace")
    found = set()
    for record in csv.reader(io.StringIO(text.replace("\0", " "), newline="")):
        if len(record) == 4 and re.fullmatch(r"[-+]?[0-9]{1,15}", record[3].strip()):
            department, program, item = (" ".join(cell.split()) for cell in record[:3])
            found.add((department, program, item.zfill(2) if item.isdecimal() else item, int(record[3])))
    return found


def test_two_hundred_mutated_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """읽거나 거절할 뿐 다른 오류는 없고, 읽은 값은 파일에 적힌 값이며, 자식은 남지 않는다."""
    started: list[subprocess.Popen[bytes]] = []
    plain = subprocess.Popen

    def remember(*args: Any, **options: Any) -> Any:
        started.append(plain(*args, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", remember)
    seeds = {
        "xlsx": xlsx(tmp_path / "1", SEED_LINES, more={"다른 표": OTHER_LINES}),
        "xlsx raw": raw(tmp_path / "2", SEED_LINES),
        "xls": xls(tmp_path / "3", SEED_LINES),
        "csv": text_csv(tmp_path / "4", SEED_LINES),
    }
    seeds = {kind: path.read_bytes() for kind, path in seeds.items()}

    def one(number: int) -> str:
        chance = random.Random(number)
        kind = sorted(seeds)[number % len(seeds)]
        path = tmp_path / f"바꾼 {number}"
        data = mutated(chance, kind, seeds[kind])
        path.write_bytes(data)
        try:
            with read_table(path, COLUMNS[:4]) as reading:
                rows = list(reading.rows())
        except FileRefused as refusal:
            assert refusal.reason
            assert refusal.remedy
            return "거절"
        if reading.match.missing_required:
            return "열 없음"
        assert conserved(reading), (number, kind)
        # 머리글 글자가 바뀌어 읽지 않은 열은 빼고 견준다.
        places = [place for place, name in enumerate(("department", "program", "item", "budget")) if name in reading.match.matched]
        taken = {tuple(row.values[COLUMNS[place].name] for place in places) for row in rows}
        wrong = taken - {tuple(line[place] for place in places) for line in values_in(kind, data)}
        assert not wrong, (number, kind, wrong)
        if kind != "csv":
            # 읽은 시트의 행은 모두 읽었거나 알렸다.
            whole = len(OTHER_LINES) if reading.sheet == "다른 표" else len(SEED_LINES)
            assert reading.row_count in (whole, len(OTHER_LINES)), (number, kind, "행이 사라졌다")
        return "읽음"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(one, range(200)))
    assert set(outcomes) >= {"거절", "읽음"}
    assert [process for process in started if process.returncode is None] == []
    assert len(started) >= 200
