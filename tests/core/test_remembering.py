"""한 번 짓는 동안의 기억: 짓는 동안만 있고, 다 지으면 남지 않는다."""

from __future__ import annotations

from core.remembering import remembered, remembering

asked: list[tuple[int, int]] = []


@remembered
def total(one: int, other: int = 0) -> int:
    """부른 것을 적어 두고 더한다."""
    asked.append((one, other))
    return one + other


def test_the_same_question_is_answered_once_while_building() -> None:
    asked.clear()
    with remembering():
        assert [total(1), total(1), total(1, other=2), total(1, other=2)] == [1, 1, 3, 3]
        assert asked == [(1, 0), (1, 2)]
    assert total(1) == 1 and len(asked) == 3, "짓고 나면 새로 센다."
    with remembering():
        total(1)
    assert len(asked) == 4, "앞에 지은 것의 기억이 남지 않는다."


def test_a_desk_takes_its_own_memory_up_again() -> None:
    asked.clear()
    own: dict = {}
    with remembering(own):
        total(5)
    with remembering():
        total(5)
    with remembering(own):
        total(5)
    assert asked == [(5, 0), (5, 0)]
