"""시각을 읽는 법과 겹침을 찾는 법. 데이터베이스를 쓰지 않는다."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.periodic_reports.conflicts import DUPLICATE, MAYOR, PLACE, Conflict, Slot, clashes, find, kinds
from planning.periodic_reports.hours import HourError, clock, normal_hour, span

DAY = date(2023, 11, 9)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("14:00", "14:00"), ("오후 2시", "14:00"), ("14시 30분", "14:30"), ("1400", "14:00"), ("9:00-10:30", "09:00~10:30"),
        ("오후 2시~4시", "14:00~16:00"), ("１４：００", "14:00"), ("10시 반", "10:30"), ("오전 12시", "00:00"), ("14:00:00", "14:00"),
        ("22:00~24:00", "22:00~24:00"), ("", ""), ("-", ""), ("시간 미정", ""), ("06:00", "06:00"),
    ],
)  # fmt: skip
def test_hours_are_read_the_way_officers_write_them(written: str, kept: str) -> None:
    assert normal_hour(written) == kept


@pytest.mark.parametrize("written", ["2시", "25:00", "14:60", "14:00~13:00", "24:00", "점심때", "14~", "오후 14시", "1:00~2:00~3:00"])
def test_what_cannot_be_an_hour_is_refused_with_a_remedy(written: str) -> None:
    with pytest.raises(HourError, match="적어 주세요"):
        normal_hour(written)


@given(st.integers(0, 24 * 60 - 2), st.integers(1, 24 * 60))
def test_a_normal_hour_stays_the_same_and_gives_its_minutes(start: int, length: int) -> None:
    end = min(start + length, 24 * 60)
    written = f"{clock(start)}~{clock(end)}"
    assert normal_hour(written) == written
    assert span(written) == (start, end)
    assert span(normal_hour(clock(start))) == (start, None)


@given(st.text(max_size=12))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    try:
        found = normal_hour(text)
    except HourError:
        return
    assert normal_hour(found) == found


def slot(key: int, start: int | None = 840, end: int | None = None, **values: object) -> Slot:
    given_values = {"first": DAY, "last": DAY, "title": f"행사 {key}", "place": "", "mayor": True, **values}
    return Slot(key=key, start=start, end=end, **given_values)  # type: ignore[arg-type]


def test_the_mayor_cannot_be_in_two_places_within_the_gap() -> None:
    at_two, half_past = slot(1, 840, 860), slot(2, 890, 900)
    assert kinds(at_two, half_past, 30, 60) == [MAYOR]  # 같은 시에 시작한다
    assert kinds(slot(1, 840, 900), slot(2, 930), 30, 60) == []  # 30분을 두었다
    assert kinds(slot(1, 840, 900), slot(2, 929), 30, 60) == [MAYOR]
    assert kinds(slot(1, 840), slot(2, 915), 30, 60) == [MAYOR]  # 끝을 적지 않으면 한 시간으로 본다
    assert kinds(slot(1), slot(2, mayor=False), 30, 60) == []
    assert kinds(slot(1), slot(2, None), 30, 60) == []  # 시간 미정은 알 수 없다
    assert kinds(slot(1), slot(2, first=DAY + timedelta(days=1), last=DAY + timedelta(days=1)), 30, 60) == []


def test_places_and_duplicates_ignore_spaces_and_dots() -> None:
    one = slot(1, 840, 900, place="구청 대강당", mayor=False)
    assert kinds(one, slot(2, 870, place="구청대강당", mayor=False), 30, 60) == [PLACE]
    assert kinds(one, slot(2, 900, place="구청대강당", mayor=False), 30, 60) == []  # 이어서 쓰는 것은 겹치지 않는다
    assert kinds(one, slot(2, 870, place="", mayor=False), 30, 60) == []
    assert kinds(slot(1, title="주민ㆍ직원 한마음 행사"), slot(2, None, title="주민·직원 한마음행사"), 30, 60) == [DUPLICATE]


SLOTS = st.builds(
    lambda key, day, days, start, length, place, title, mayor: Slot(
        key, DAY + timedelta(days=day), DAY + timedelta(days=day + days), start,
        None if start is None or length is None else min(start + length, 1440), title, place, mayor,
    ),
    st.integers(1, 50), st.integers(0, 6), st.integers(0, 3), st.none() | st.integers(0, 1380), st.none() | st.integers(10, 300),
    st.sampled_from(["", "대강당", "회의실"]), st.sampled_from(["가", "나", "다", "라"]), st.booleans(),
)  # fmt: skip


@given(SLOTS, SLOTS, st.integers(0, 90), st.integers(10, 120))
def test_overlap_is_the_same_seen_from_either_side(one: Slot, other: Slot, gap: int, length: int) -> None:
    assert clashes(one, other, gap, length) == clashes(other, one, gap, length)
    assert kinds(one, other, gap, length) == kinds(other, one, gap, length)
    if clashes(one, other, gap, length):
        assert clashes(one, other, gap + 10, length)  # 사이를 더 두게 하면 겹침이 줄지 않는다


@given(st.lists(SLOTS, max_size=12, unique_by=lambda one: one.key))
def test_the_pairs_are_those_of_a_full_comparison_whatever_the_order(slots: list[Slot]) -> None:
    every = {
        Conflict(kind, *sorted((one.key, other.key)))
        for number, one in enumerate(slots) for other in slots[number + 1 :] for kind in kinds(one, other, 30, 60)
    }  # fmt: skip
    assert set(find(slots, 30, 60)) == every
    assert find(slots, 30, 60) == find(reversed(slots), 30, 60)
