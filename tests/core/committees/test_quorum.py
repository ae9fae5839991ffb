"""정족수의 셈과 원안·수정안 견주기."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.committees.amendments import ADDED, REMOVED, SAME, compare
from core.committees.quorum import Passing, Quorum, Tally, majority, needed_present, needed_votes, two_thirds


@given(st.integers(0, 500))
def test_majority_is_the_least_number_above_half(count: int) -> None:
    assert Fraction(majority(count)) > Fraction(count, 2) >= majority(count) - 1


@given(st.integers(0, 500))
def test_two_thirds_is_the_least_number_not_below(count: int) -> None:
    assert Fraction(two_thirds(count)) >= Fraction(2 * count, 3) > two_thirds(count) - 1


@given(st.sampled_from(Quorum.values), st.sampled_from(Passing.values), st.integers(0, 60), st.data())
def test_passing_never_needs_less_than_the_rule(quorum: str, passing: str, members: int, data: st.DataObject) -> None:
    present = data.draw(st.integers(0, members))
    votes = data.draw(st.integers(0, present))
    found = Tally(quorum, passing, members, present)
    assert found.needed_present >= 1 and found.needed_votes >= 1
    if found.passes(votes):
        # 찬성이 한 표라도 늘면 여전히 가결이고, 반대가 찬성보다 많은데 가결되는 일은 없다.
        assert found.passes(votes + 1) and votes * 2 > present and found.is_open
    else:
        assert not found.passes(max(votes - 1, 0))


@given(st.integers(1, 60), st.data())
def test_all_members_rule_does_not_look_at_attendance(members: int, data: st.DataObject) -> None:
    present = data.draw(st.integers(0, members))
    assert needed_votes(Passing.MAJORITY_ALL, members, present) == majority(members)
    assert needed_votes(Passing.TWO_THIRDS_ALL, members, present) == two_thirds(members)


@pytest.mark.parametrize(
    ("quorum", "members", "needed"),
    [(Quorum.MAJORITY, 10, 6), (Quorum.MAJORITY, 9, 5), (Quorum.TWO_THIRDS, 9, 6), (Quorum.TWO_THIRDS, 10, 7), (Quorum.NONE, 9, 1)],
)
def test_needed_present(quorum: str, members: int, needed: int) -> None:
    assert needed_present(quorum, members) == needed


@given(st.text(alphabet="가나다 \n12", max_size=80), st.text(alphabet="가나다 \n12", max_size=80))
def test_comparison_keeps_both_texts_whole(old: str, new: str) -> None:
    lines = compare(old, new)
    before = [line for line in lines if any(part.kind != ADDED for part in line.parts) or not line.parts]
    after = [line for line in lines if any(part.kind != REMOVED for part in line.parts) or not line.parts]
    joined_old = "\n".join("".join(part.text for part in line.parts if part.kind != ADDED) for line in before)
    joined_new = "\n".join("".join(part.text for part in line.parts if part.kind != REMOVED) for line in after)
    assert joined_old.replace("\n", "") == old.replace("\n", "")
    assert joined_new.replace("\n", "") == new.replace("\n", "")


def test_a_changed_word_is_marked_and_the_rest_is_not() -> None:
    first, second = compare("제1조 목적\n수수료는 1000원으로 한다", "제1조 목적\n수수료는 500원으로 한다")
    assert not first.changed
    assert [(part.kind, part.text) for part in second.parts] == [
        (SAME, "수수료는 "), (REMOVED, "1000원으로"), (ADDED, "500원으로"), (SAME, " 한다"),
    ]  # fmt: skip
