"""달성도와 점수: 도메인의 계산 예, 0과 없는 값, 상한, 순위와 등급."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats import round_rate
from evaluation.performance import calculators

D = Decimal
HUNDRED = D(100)
amounts = st.decimals(min_value=0, max_value=1_000_000, places=4)
positive = st.decimals(min_value="0.0001", max_value=1_000_000, places=4)
caps = st.sampled_from([D(100), D(110), D(120)])
kinds = st.sampled_from([("up", "ratio"), ("down", "ratio"), ("down", "linear")])


@pytest.mark.parametrize(
    ("code", "direction", "method", "target", "actual", "cap", "expected"),
    [
        # 계산 예의 번호(V40, V42, V44)와, DOMAIN §3.2 의 두 하향 비교(목표 10, 실적 12)
        ("V40", "up", "ratio", "4.0", "4.11", "200", "102.8"),
        ("V42", "down", "linear", "10", "12", "100", "80.0"),
        ("V44", "down", "ratio", "5", "0", "100", "100.0"),
        ("§3.2", "down", "ratio", "10", "12", "100", "83.3"),
        ("0보다 낮지 않게", "down", "linear", "10", "25", "100", "0.0"),
        ("음의 실적", "up", "ratio", "10", "-3", "100", "0.0"),
        ("상한 110", "up", "ratio", "10", "15", "110", "110.0"),
    ],
)
def test_worked_cases(code: str, direction: str, method: str, target: str, actual: str, cap: str, expected: str) -> None:
    exact = calculators.achievement(direction, method, D(target), D(actual), D(cap))
    value = calculators.capped(exact, D(cap))
    assert value is not None
    assert round_rate(value, 1) == D(expected), code


@pytest.mark.parametrize(("direction", "method"), [("up", "ratio"), ("down", "ratio"), ("down", "linear"), ("milestone", "steps")])
def test_a_missing_actual_never_becomes_zero(direction: str, method: str) -> None:
    assert calculators.achievement(direction, method, D(10), None, HUNDRED, [(D(1), D(50))]) is None


@pytest.mark.parametrize(("direction", "method"), [("up", "ratio"), ("down", "ratio"), ("down", "linear")])
def test_a_missing_target_gives_no_rate(direction: str, method: str) -> None:
    assert calculators.achievement(direction, method, None, D(10), HUNDRED) is None


def test_zero_targets() -> None:
    assert calculators.up(D(0), D(5)) is None
    assert calculators.down_linear(D(0), D(5)) is None
    # 하향 비율은 목표가 0이어도 셈이 선다: 실적이 있으면 0, 없앴으면 상한.
    assert calculators.down_ratio(D(0), D(5), HUNDRED) == 0
    assert calculators.down_ratio(D(0), D(0), HUNDRED) == 100


def test_milestones_take_the_highest_step_reached() -> None:
    steps = [(D(3), D(75)), (D(1), D(25)), (D(4), D(100))]
    assert [calculators.stepped(steps, D(value)) for value in ("0", "1", "2.9", "3", "9")] == [0, 25, 25, 75, 100]
    assert calculators.stepped([], D(3)) is None


@given(kinds, positive, amounts, amounts, caps)
def test_better_results_never_score_less(kind: tuple[str, str], target: D, one: D, two: D, cap: D) -> None:
    low, high = sorted((one, two))
    rates = [calculators.achievement(*kind, target, value, cap) for value in (low, high)]
    capped = [calculators.capped(rate, cap) for rate in rates]
    assert capped[0] is not None
    assert capped[1] is not None
    assert capped[0] <= capped[1] if kind[0] == "up" else capped[0] >= capped[1]


@given(kinds, st.none() | amounts, st.none() | amounts, caps, st.decimals(min_value=0, max_value=100, places=2))
def test_the_cap_and_the_weight_bound_every_score(
    kind: tuple[str, str], target: D | None, actual: D | None, cap: D, weight: D
) -> None:
    value = calculators.capped(calculators.achievement(*kind, target, actual, cap), cap)
    score = calculators.points(value, weight)
    if actual is None or target is None:
        assert value is None
        assert score is None
    if value is not None and score is not None:
        assert 0 <= value <= cap
        assert 0 <= score <= weight * cap / 100


@given(st.lists(st.tuples(amounts, st.decimals(min_value=0, max_value=100, places=1)), min_size=1), amounts, amounts)
def test_milestones_with_rising_steps_are_monotone(rows: list[tuple[D, D]], one: D, two: D) -> None:
    thresholds, rates = sorted(row[0] for row in rows), sorted(row[1] for row in rows)
    steps = list(zip(thresholds, rates, strict=True))
    low, high = sorted((one, two))
    before, after = calculators.stepped(steps, low), calculators.stepped(steps, high)
    assert before is not None
    assert after is not None
    assert before <= after


def test_totals_say_when_they_are_provisional() -> None:
    whole = calculators.total([(D(60), D(60), True), (D(32), D(40), True)])
    assert (whole.score, whole.weight, whole.is_complete) == (92, 100, True)
    part = calculators.total([(D(60), D(60), True), (None, D(40), True)])
    assert (part.score, part.weight, part.is_complete) == (60, 60, False)
    assert calculators.total([(None, D(100), True)]).score is None
    assert not calculators.total([]).is_complete


def test_equal_scores_share_a_rank() -> None:
    assert calculators.ranks([D(90), None, D(95), D(90), D(80)]) == [2, None, 1, 2, 4]


def test_grades_are_shares_of_the_ranked_departments() -> None:
    bands = [("S", D(20)), ("A", D(30)), ("B", D(50))]
    assert calculators.grades(list(range(1, 11)), bands) == ["S"] * 2 + ["A"] * 3 + ["B"] * 5
    # 37곳의 20%는 7.4 → 7곳. 경계에서 같은 순위는 모두 높은 등급이다.
    ranks: list[int | None] = [*range(1, 7), 7, 7, *range(9, 38)]
    assert calculators.grades(ranks, bands).count("S") == 8
    assert calculators.grades([1, None], [("S", D(100))]) == ["S", ""]
    assert calculators.grades([1, 2, 3, 4], [("S", D(25))]) == ["S", "", "", ""]
