"""머리글을 열에 맞추기"""

from __future__ import annotations

import unicodedata

import pytest

from core.excel.columns import (
    Column,
    column_letter,
    heading_key,
    heading_unit,
    is_unit_note,
    match_columns,
    noted_units,
)

BUDGET = Column("budget", "예산액", "amount", required=True, synonyms=("예산", "본예산액"))
NAME = Column("name", "부서명", required=True, synonyms=("부서",))
MEMO = Column("memo", "비고", "memo")


def test_reordered_columns_match_by_name() -> None:
    match = match_columns(["비고", "예산액", "부서명"], [NAME, BUDGET, MEMO])
    assert match.matched == {"memo": 0, "budget": 1, "name": 2}
    assert set(match.how.values()) == {"exact"}
    assert not match.missing
    assert not match.extra


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("예산액(원)", 1),
        ("예산액 (단위:천원)", 1000),
        ("예산액(단위 : 백만원)", 1_000_000),
        ("예산액[억원]", 100_000_000),
        ("예산액（천원）", 1000),
        ("예 산 액", None),
        ("예산액*", None),
        ("예산액(필수)", None),
        (unicodedata.normalize("NFD", "예산액"), None),
        ("\u200b예산액\u00a0", None),
    ],
)
def test_unit_and_spelling_do_not_matter(heading: str, unit: int | None) -> None:
    match = match_columns([heading], [BUDGET])
    assert match.matched == {"budget": 0}
    assert match.how == {"budget": "exact"}
    assert match.units.get(0) == unit


def test_order_of_evidence_is_mapping_exact_synonym() -> None:
    headings = ["예산", "예산액", "금년도 예산"]
    assert match_columns(headings, [BUDGET]).matched == {"budget": 1}
    mapped = match_columns(headings, [BUDGET], {"budget": "금년도 예산"})
    assert mapped.matched == {"budget": 2}
    assert mapped.how == {"budget": "mapping"}
    by_synonym = match_columns(["예산", "비고"], [BUDGET])
    assert by_synonym.how == {"budget": "synonym"}


def test_last_line_of_a_joined_heading_matches() -> None:
    match = match_columns(["예산액·본예산액", "예산액·추경"], [BUDGET])
    assert match.matched == {"budget": 0}


def test_same_heading_twice_is_not_guessed() -> None:
    match = match_columns(["부서명", "예산액", "예산액(천원)"], [NAME, BUDGET])
    assert match.duplicated == {"budget": [1, 2]}
    assert match.missing == [BUDGET]
    assert match.matched == {"name": 0}


def test_missing_lists_required_first_and_names_the_nearest() -> None:
    match = match_columns(["’26 예산액", "담당"], [MEMO, BUDGET, NAME])
    assert [column.name for column in match.missing] == ["budget", "name", "memo"]
    assert [column.name for column in match.missing_required] == ["budget", "name"]
    assert match.nearest["budget"] == "’26 예산액"
    assert match.extra == [0, 1]


def test_unknown_kind_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="money"):
        Column("a", "b", "money")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("(단위: 천원)", 1000),
        ("(단위 : 백만원, %)", 1_000_000),
        ("<단위:원>", 1),
        ("단위 천원", 1000),
        ("(단위: 건, 명)", None),
        ("(단위: 공원, 개소)", None),
        ("천원", None),
        ("예산 현황 (단위: 억원)", 100_000_000),
    ],
)
def test_unit_line(text: str, unit: int | None) -> None:
    assert noted_units(text) == ([] if unit is None else [unit])


def test_small_rules() -> None:
    assert is_unit_note("(단위: 건, 명)")
    assert not is_unit_note("단위사업")
    assert heading_unit("단위사업") is None
    assert heading_key("예산액 (원)") == heading_key("예산액")
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
