"""가린 이름에 온 이름이 섞여 나오지 않는다."""

from __future__ import annotations

import pytest

from core.privacy.masking import masked_name

PUBLIC = ("대한민국", "서울특별시", "서울특별시 서초구청장", "경기도 성남시장", "국토교통부", "국토교통부 장관", "서울특별시 서초구")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("김철수 박영도", "김○○"), ("홍길동·김철구", "홍○○·김○○"), ("김○○, 박철수", "김○○, 박○○"), ("김○○ 박철수", "김○○"),
        ("서울특별시 김철수", "서○○"), ("서초구 양재동 박영시", "서○○"), ("김철수, 이영도 외 3명", "김○○, 이○○ 외 3명"),
        ("주식회사 한빛", "주식회사 ○○"), ("㈜한빛", "㈜○○"), *((name, name) for name in PUBLIC),
    ],
)  # fmt: skip
def test_no_full_name_survives_masking(name: str, shown: str) -> None:
    """사람의 이름도 도·구·시로 끝난다. 기관으로 보려면 낱말마다 기관의 말이어야 한다. 가린 글을 다시 가려도 같다."""
    assert masked_name(name) == shown
    assert masked_name(shown) == shown
