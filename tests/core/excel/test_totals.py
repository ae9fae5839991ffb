"""계·소계를 견줄 구역 고르기."""

from core.excel.totals import TotalTracker


def test_wrong_total_is_told_against_the_nearest_block():
    tracker = TotalTracker(2)
    tracker.mark(1, "계", (), [70, 700])
    tracker.add([10, 100], ("가",))
    tracker.add([21, 200], ("가",))
    tracker.mark(4, "소계", (), [30, 300])
    tracker.add([40, 400], ("나",))
    tracker.mark(6, "소계", (), [40, 400])
    whole, first, second = tracker.settle()
    # 맨 위의 계는 첫 묶음이 아니라 전체와 견주어 어긋난 칸 하나만 알린다.
    assert (whole.computed, whole.matched) == ((71, 700), False)
    assert (first.computed, first.matched) == ((31, 300), False)
    assert second.matched
