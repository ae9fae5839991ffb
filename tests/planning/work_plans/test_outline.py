"""본문의 글과 줄, 표의 글, 일정의 때, 검토본의 견줌."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.work_plans import outline
from planning.work_plans.comparing import compare, words
from planning.work_plans.outline import GridProblem, OutlineLine, parse, parse_grid, render
from planning.work_plans.schedule import when_of

texts = st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1).map(str.strip).filter(bool)
lines = st.builds(
    OutlineLine, st.sampled_from([*outline.MARKS, outline.PLAIN]), texts, st.sampled_from(["", "(단위: 건)", "(단위: 천원)"])
).filter(outline.is_representable)


@given(st.lists(lines, max_size=12))
def test_what_was_written_is_read_back_letter_for_letter(found: list[OutlineLine]) -> None:
    assert parse(render(found)) == found


@given(st.text())
def test_any_text_settles_after_one_reading(text: str) -> None:
    once = parse(text)
    assert parse(render(once)) == once


def test_marks_typed_in_other_ways_are_read_and_odd_letters_stay() -> None:
    body = "□ 사업개요\r\nㅇ 설날․추석: ’23년 ž\n  – 폭염・수방\n    ㆍ 하위\n※ 알림\n-5% 감소\n○소송 수행 (단위: 건)\n[표: 소송]\n[소요예산]\n\n o 영문"
    assert [(one.mark, one.text, one.right) for one in parse(body)] == [
        ("□", "사업개요", ""), ("○", "설날․추석: ’23년 ž", ""), ("-", "폭염・수방", ""), ("·", "하위", ""), ("※", "알림", ""),
        ("", "-5% 감소", ""), ("○", "소송 수행", "(단위: 건)"), ("table", "소송", ""), ("required", "", ""), ("○", "영문", ""),
    ]  # fmt: skip
    assert [line.text for line in outline.under(parse(body), "사업개요")][:2] == ["설날․추석: ’23년 ž", "폭염・수방"]


def test_a_grid_knows_its_merged_cells() -> None:
    rows = parse_grid("구분 | 추경 | <\n^ | 1차 | 2차 ⏎ (안)\n계 | 639 | △2", 2)
    assert [[(cell.lines, cell.colspan, cell.rowspan, cell.is_heading) for cell in row] for row in rows] == [
        [(("구분",), 1, 2, True), (("추경",), 2, 1, True)],
        [(("1차",), 1, 1, True), (("2차", "(안)"), 1, 1, True)],
        [(("계",), 1, 1, False), (("639",), 1, 1, False), (("△2",), 1, 1, False)],
    ]
    assert [cell.is_number for cell in rows[2]] == [False, True, True]


@pytest.mark.parametrize("text", ["가 | 나\n다", "< | 가", "가 | 나\n^ | <\n^ | 다\n다 | ^"])
def test_a_grid_that_does_not_fit_says_where(text: str) -> None:
    with pytest.raises(GridProblem, match="번째"):
        parse_grid(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("재정공시 실시: 2월(예산공시), 수시공시", ((2024, 2), (2024, 2))),
        ("2025년도 예산 편성 및 예산(안) 구의회 제출: 9월~11월", ((2024, 9), (2024, 11))),
        ("자치구 평가자료 제출: 7~8월", ((2024, 7), (2024, 8))),
        ("실적 모니터링: 11월~’25. 1월", ((2024, 11), (2025, 1))),
        ("직원 법무 역량 강화 교육 : 3월, 8월", ((2024, 3), (2024, 8))),
        ("보고회: 상·하반기", ((2024, 1), (2024, 12))),
        ("점검: 3분기", ((2024, 7), (2024, 9))),
        ("심의운영: 6회(연중)", None), ("편성: 사유 발생시", None), ("실적 입력: 매월", None), ("구정 핵심사업의 성과관리", None),
    ],
)  # fmt: skip
def test_the_time_of_a_schedule_is_read(text: str, expected: tuple[tuple[int, int], tuple[int, int]] | None) -> None:
    when = when_of(text, 2024)
    assert (when and ((when.starts_on.year, when.starts_on.month), (when.ends_on.year, when.ends_on.month))) == expected
    if when:
        assert when.starts_on.day == 1
        assert (when.ends_on - date(2024, 1, 1)).days > 0


@given(texts, texts)
def test_compared_words_give_back_both_texts(old: str, new: str) -> None:
    pieces = words(old, new)
    assert "".join(one.text for one in pieces if one.state != "removed") == new
    assert "".join(one.text for one in pieces if one.state != "added") == old


def test_changed_added_and_removed_lines_are_told_apart() -> None:
    old = [("□", "사업개요"), ("○", "심의회 8회 운영"), ("-", "사라질 줄")]
    new = [("□", "사업개요"), ("○", "심의회 12회 운영"), ("○", "전혀 다른 새 사업을 시작함")]
    found = compare(old, new)
    assert [(line.state, line.label) for line in found] == [("same", ""), ("changed", "고침"), ("removed", "뺌"), ("added", "더함")]
    assert [(one.state, one.text) for one in found[1].pieces if one.state != "same"] == [("removed", "8"), ("added", "12")]
