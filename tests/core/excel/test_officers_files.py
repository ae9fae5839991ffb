"""사람들이 실제로 만드는 표. 한글에서 붙인 표, 위에 적은 합계, 이어 붙인 표, 윗칸과 같다는 표시, 표 아래의 글.

경우마다 읽은 금액과, 자료로 읽지 않은 행의 까닭을 적는다. 조용히 틀린 값을 읽지 않는 것이 약속이다.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.excel.reader import Reading, Row, inspect, read_table
from tests.core.excel.files import COLUMNS, text_csv, xls, xlsx

H = ["부서명", "세부사업", "통계목", "예산액"]
A, B, C = ["총무과", "가", "01", 1], ["총무과", "나", "01", 2], ["예산과", "다", "01", 4]


@dataclass(frozen=True)
class Sheet:
    """파일 하나와 결과. aside 는 {행: 따로 둔 까닭}, errors 는 오류 행, says 는 알림에 있어야 할 글이다."""

    name: str
    rows: Sequence[Sequence[Any]]
    budgets: Sequence[int]
    aside: dict[int, str]
    errors: Sequence[int] = ()
    says: str = ""
    departments: Sequence[str] | None = None
    merges: Sequence[tuple[int, int, int, int, Any]] = ()


SHEETS = [
    Sheet("한글에서 붙인 표", [["□ 2026년 예산 현황"], ["", "", "", "(단위 : 백만원)"], ["부 서 명", "세 부 사 업", "통계목", "예 산 액"],
          ["총무과", "청사\n관리", "01", "1,200 "], ["〃", "복지", "〃", "△300"], ["", "소  계", "", "900"], ["※ 주 : 본예산 기준"]],
          [1_200_000_000, -300_000_000], {1: "title", 2: "unit", 6: "total", 7: "note"}, says="바로 윗 행의 값", departments=["총무과"] * 2),
    Sheet("위에 적은 합계", [H, ["총계", "", "", 7], ["총무과", "소계", "", 3], A, B, ["예산과", "소계", "", 4], C],
          [1, 2, 4], {2: "total", 3: "total", 6: "total"}),
    Sheet("빈 행 없이 이은 다른 표", [H, A, B, ["합계", "", "", 3], ["부서명", "정원", "현원"], ["총무과", 10, 9], ["예산과", 5, 5]],
          [1, 2], {4: "total", 5: "other_table", 6: "other_table", 7: "other_table"}, says="표가 2개 있습니다"),
    Sheet("부서마다 제목과 머리글을 되풀이한 표", [["총무과"], H, A, B, ["합계", "", "", 3], ["예산과"], H, C, ["합계", "", "", 4]],
          [1, 2, 4], {1: "title", 5: "total", 6: "title", 7: "heading_again", 9: "total"}),
    Sheet("이름표 없는 합계", [H, ["구 전체", "모두", "00", 15], A, B, C, ["예산과", "라", "01", 8]], [15, 1, 2, 4, 8], {},
          says="2행의 금액이 이어진 다른 행의 합과 같습니다"),
    Sheet("소계 다음의 같다는 표시", [H, A, ["소계", "", "", 1], ["〃", "나", "01", 2]], [1], {3: "total"}, [4]),
    Sheet("따옴표와 상동", [H, C, ['"', "라", "01", 5], ["상동", "마", "01", 6]], [4, 5, 6], {}, departments=["예산과"] * 3,
          says="칸 2개를 바로 윗 행의 값으로"),
    Sheet("표 아래의 여러 글", [H, A, ["작성자 : 김주무관 (02-123-4567)"], ["1) 본예산 기준임"], ["주1) 추경 포함"], ["끝."]],
          [1], {3: "note", 4: "note", 5: "note", 6: "note"}),
    Sheet("열마다 적은 단위", [[*H[:3], "예산액(단위: 백만원)", "집행액(단위: 천원)"], [*A, 500]], [1_000_000], {}, says="열마다 금액 단위가 다릅니다"),
    Sheet("원을 붙인 금액과 따옴표 날짜", [[*H, "기준일"], ["총무과", "가", "01", "1,200원", "'23.5.1."], ["총무과", "나", "01", "3천만원", None]],
          [1200], {}, [3]),
    Sheet("합친 합계 칸", [H, A, B, ["", "", "", 3]], [1, 2], {4: "total"}, merges=[(3, 0, 3, 2, "합 계")]),
    Sheet("다섯 가지 음수", [H, *(["총무과", f"{n}", "01", text] for n, text in enumerate(("(1,234)", "△ 5", "－6", "▽7", "1,234-")))],
          [-1234, -5, -6], {}, [5, 6]),
]  # fmt: skip


def taken(path: Path) -> tuple[list[Row], Reading]:
    reading = read_table(path, COLUMNS)
    return list(reading.rows()), reading


@pytest.mark.parametrize("sheet", SHEETS, ids=[sheet.name for sheet in SHEETS])
def test_a_real_sheet_is_read_rightly_or_told(tmp_path: Path, sheet: Sheet) -> None:
    rows, reading = taken(xlsx(tmp_path / "a.xlsx", sheet.rows, merges=sheet.merges))
    assert [row.values["budget"] for row in rows] == list(sheet.budgets)
    assert {item.row: item.kind for item in reading.set_aside if item.kind != "blank"} == sheet.aside
    assert sorted({issue.row for issue in reading.errors}) == list(sheet.errors)
    assert sheet.says in " ".join([*reading.warnings, *(item.text for item in reading.questions)])
    if sheet.departments is not None:
        assert [row.values["department"] for row in rows] == sheet.departments


def test_old_excel_tells_scaled_numbers_and_links_to_other_files(tmp_path: Path) -> None:
    """.xls 의 `#,##0,` 서식은 저장된 수를 읽고 알린다. 다른 파일을 잇는 수식은 저장된 값을 받고 알린다."""
    path = xls(tmp_path / "a.xls", [H, [*A[:3], (",", 1_234_567_000)], [*B[:3], ("[]", 5)], [*C[:3], ("=", 6)]])
    rows, reading = taken(path)
    assert [row.values["budget"] for row in rows] == [1_234_567_000, 5, 6]
    told = " ".join(reading.warnings)
    assert "다른 파일을 가리키는 수식이 1개" in told
    assert {item.key for item in reading.questions} == {"unit"}
    assert any("1,000으로 나누어 보이는 서식" in item.text for item in reading.questions)


def test_averages_are_not_added_up_when_looking_at_a_file(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["지역", "인구", "인구밀도(명/㎢)"], ["합계", 30, 15], ["종로구", 10, 20], ["중구", 20, 12]])
    (found,) = inspect(path)["tables"]
    assert found["totals"] == {"B": "30"}
    assert [check["difference"] for check in found["total_checks"]] == [0]


NAMES = st.sampled_from(["총무과", "예산과", "〃", "상동", "총무과 소속"])
LINES = st.one_of(
    st.tuples(st.just("자료"), NAMES, st.integers(-(10**12), 10**12)),
    st.tuples(st.just("합계"), st.just("합계"), st.integers(0, 10**9)),
    st.tuples(st.just("글"), st.sampled_from(["1) 기준", "끝.", "※ 주", "담당자: 김"]), st.none()),
    st.tuples(st.just("머리글"), st.just(""), st.none()),
    st.tuples(st.just("오류"), st.just("총무과"), st.just("약 백")),
)


@settings(max_examples=25)
@given(lines=st.lists(LINES, min_size=1, max_size=20), from_csv=st.booleans())
def test_every_line_of_a_messy_sheet_is_taken_or_listed(tmp_path: Path, lines: list[tuple[str, str, Any]], from_csv: bool) -> None:
    content: list[list[Any]] = [list(H)]
    for kind, name, value in lines:
        match kind:
            case "자료" | "오류":
                content.append([name, "사업", "01", value])
            case "합계":
                content.append([name, "", "", value])
            case "글":
                content.append([name, "", "", ""])
            case _:
                content.append(list(H))
    path = text_csv(tmp_path / "a.csv", content) if from_csv else xlsx(tmp_path / "a.xlsx", content)
    rows, reading = taken(path)
    aside = {item.row for item in reading.set_aside if item.kind != "blank"}
    errors = {issue.row for issue in reading.errors}
    seen = [row.number for row in rows]
    assert sorted([*reading.heading_rows, *seen, *aside, *errors]) == list(range(1, len(content) + 1))
    assert sum(row.values["budget"] for row in rows) == sum(content[number - 1][3] for number in seen)
    assert {row.values["department"] for row in rows} <= {"총무과", "예산과", "총무과 소속"}
    assert all(content[number - 1][1] == "사업" for number in [*seen, *errors])
