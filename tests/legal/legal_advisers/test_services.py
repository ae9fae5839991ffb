"""위촉 인원과 연임, 배정 제안, 쏠림, 성적표, 수당."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.deadlines.models import Deadline, DeadlineRule
from core.figures.concentration import Concentration
from core.figures.models import ADVISER_MAX, Setting
from legal.lawsuits.models import Bucket, Cost, Outcome, OutcomeBucket, Party, Ruling
from legal.legal_advisers import services
from legal.legal_advisers.models import Adviser, AdviserFee, Allocation
from legal.legal_advisers.services import Scorecard, Work
from tests.legal.legal_advisers import factories as make

DAY = date(2023, 6, 1)


@pytest.fixture
def term_rule(db: None) -> DeadlineRule:
    return DeadlineRule.objects.create(
        code="common.adviser_term", name="법률고문 임기", area="common", trigger="위촉일", length=2, unit="years", rolls=False,
        counts_first_day=True, article="구의 법률고문 조례", valid_from=date(2000, 1, 1),
    )  # fmt: skip


# ── 쏠림 ──────────────────────────────────────────────────────────────


@given(st.dictionaries(st.integers(1, 40), st.integers(0, 10**9), max_size=12))
def test_concentration_is_between_equal_and_one(amounts: dict[int, int]) -> None:
    found = Concentration(amounts)
    if not sum(amounts.values()):
        assert (found.hhi, found.top, found.top_share, found.level) == (None, None, None, "-")
        return
    holders = sum(value > 0 for value in amounts.values())
    assert Decimal(10_000) / holders - 1 < found.hhi < Decimal(10_001)
    assert found.top_share >= Decimal(100) / holders - Decimal("0.001")
    assert abs(sum(found.share(key) for key in amounts) - 100) < Decimal("0.001")


def test_known_concentration() -> None:
    assert Concentration({1: 5, 2: 3, 3: 2}).hhi == 3800
    assert (Concentration({1: 7}).hhi, Concentration({1: 7}).level) == (10_000, "쏠림")
    assert Concentration(dict.fromkeys(range(10), 3)).level == "고름"


# ── 위촉 ──────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_the_limit_is_on_the_advisers_of_a_day() -> None:
    Setting.objects.create(key=ADVISER_MAX.key, value="2", valid_from=date(2020, 1, 1))
    for _ in range(2):
        make.AdviserFactory(term_end_on=date(2023, 12, 31))
    third = make.AdviserFactory.build(appointed_on=date(2023, 6, 1), term_end_on=date(2025, 5, 31))
    with pytest.raises(ValidationError, match="3명이 됩니다"):
        third.full_clean()
    # 앞의 임기가 끝난 뒤에 위촉하거나, 설정이 바뀐 뒤에는 된다.
    make.AdviserFactory.build(appointed_on=date(2024, 1, 1), term_end_on=date(2025, 12, 31)).full_clean()
    Setting.objects.create(key=ADVISER_MAX.key, value="3", valid_from=date(2023, 6, 1))
    third.full_clean()


@pytest.mark.django_db
def test_the_limit_looks_at_the_whole_term() -> None:
    Setting.objects.create(key=ADVISER_MAX.key, value="1", valid_from=date(2020, 1, 1))
    make.AdviserFactory(appointed_on=date(2024, 1, 1), term_end_on=date(2025, 12, 31))
    with pytest.raises(ValidationError, match=r"2024\. 1\. 1\.에"):
        make.AdviserFactory.build(appointed_on=date(2023, 6, 1), term_end_on=date(2024, 5, 31)).full_clean()


@pytest.mark.django_db
def test_a_dismissed_adviser_leaves_room() -> None:
    Setting.objects.create(key=ADVISER_MAX.key, value="1", valid_from=date(2020, 1, 1))
    first = make.AdviserFactory()
    first.ended_on = date(2023, 5, 31)
    first.save()
    make.AdviserFactory.build(appointed_on=date(2023, 6, 1)).full_clean()
    assert not Adviser.objects.active_on(date(2023, 6, 1)).exists()
    assert Adviser.objects.active_on(date(2023, 5, 30)).get() == first


@pytest.mark.django_db
def test_the_term_is_counted_by_rule_and_watched(term_rule: DeadlineRule) -> None:
    adviser = make.AdviserFactory(appointed_on=date(2023, 3, 2), term_end_on=None)
    assert adviser.term_end_on == date(2025, 3, 1)
    deadline = Deadline.objects.to_record(adviser).get()
    assert (deadline.due_on, adviser.name in deadline.title) == (date(2025, 3, 1), False)
    services.renew(adviser, date(2025, 3, 2))
    adviser.refresh_from_db()
    assert adviser.term_end_on == date(2027, 3, 1)
    assert list(adviser.appointments.order_by("appointed_on").values_list("appointed_on", "renewal")) == [
        (date(2023, 3, 2), 0), (date(2025, 3, 2), 1),
    ]  # fmt: skip
    assert Deadline.objects.to_record(adviser).get().due_on == date(2027, 3, 1)
    with pytest.raises(ValidationError, match="위촉일 뒤"):
        services.renew(adviser, date(2025, 3, 2))


@pytest.mark.django_db
def test_correcting_the_date_of_appointment_does_not_make_another() -> None:
    adviser = make.AdviserFactory()
    adviser.appointed_on = date(2023, 2, 1)
    adviser.save()
    assert adviser.appointments.get().appointed_on == date(2023, 2, 1)


# ── 배정 ──────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_proposal_puts_fit_first_then_the_less_loaded_and_conflicts_last() -> None:
    loaded, free = make.AdviserFactory(name="바쁜"), make.AdviserFactory(name="한가한")
    other = make.AdviserFactory(name="딴분야", specialty="노무")
    for _ in range(3):
        make.AllocationFactory(adviser=loaded)
    instance = make.InstanceFactory()
    names = [one.adviser.name for one in services.propose(Work.of_instance(instance), DAY)]
    assert names == ["한가한", "바쁜", "딴분야"]
    make.ConflictFactory(adviser=free, department=instance.lawsuit.department)
    found = services.propose(Work.of_instance(instance), DAY)
    assert [one.adviser.name for one in found] == ["바쁜", "딴분야", "한가한"]
    with pytest.raises(ValidationError, match="이해충돌"):
        services.allocate(Work.of_instance(instance), free, DAY, "그래도")
    services.allocate(Work.of_instance(instance), other, DAY, "바쁜 고문을 덜고자")
    with pytest.raises(ValidationError, match="이미 배정한"):
        services.allocate(Work.of_instance(instance), loaded, DAY, "다시")


@pytest.mark.django_db
def test_a_party_of_the_suit_is_matched_without_its_name() -> None:
    adviser, instance = make.AdviserFactory(), make.InstanceFactory()
    Party.objects.create(lawsuit=instance.lawsuit, role="원고", name="(주)한빛 건설")
    row = make.ConflictFactory(adviser=adviser, department=None, kind="client", ends_on=date(2023, 12, 31))
    row.set_party("주식회사 한빛건설")
    row.save()
    assert services.propose(Work.of_instance(instance), DAY)[0].conflicts
    assert not services.propose(Work.of_instance(instance), date(2024, 1, 2))[0].conflicts


@pytest.mark.django_db
def test_only_an_adviser_in_office_is_chosen_and_the_instance_rolls_back() -> None:
    gone, instance = make.AdviserFactory(term_end_on=date(2023, 3, 31)), make.InstanceFactory()
    with pytest.raises(ValidationError, match="위촉되어 있지 않습니다"):
        services.allocate(Work.of_instance(instance), gone, DAY, "경험")
    with pytest.raises(ValidationError, match="까닭"):
        services.allocate(Work.of_instance(instance), gone, DAY, " ")
    instance.refresh_from_db()
    assert instance.adviser is None
    assert not Allocation.objects.exists()


# ── 성적표와 수당 ─────────────────────────────────────────────────────


@pytest.mark.django_db
def test_scorecard_counts_from_rows() -> None:
    adviser = make.AdviserFactory()
    for day, again in ((3, True), (9, False), (11, False)):
        make.AllocationFactory(adviser=adviser, replied_on=date(2023, 5, day), asked_again=again, satisfaction=4)
    make.AllocationFactory(adviser=adviser)
    for outcome, bucket in ((Outcome.WON, Bucket.WON), (Outcome.WITHDRAWN, Bucket.WON), (Outcome.PARTLY_LOST, Bucket.LOST)):
        OutcomeBucket.objects.create(outcome=outcome, bucket=bucket, valid_from=date(2020, 1, 1))
        instance = make.InstanceFactory(adviser=adviser)
        Ruling.objects.create(instance=instance, outcome=outcome, ruled_on=date(2023, 8, 1))
    settled = make.InstanceFactory(adviser=adviser)
    Ruling.objects.create(instance=settled, outcome=Outcome.SETTLED, ruled_on=date(2023, 8, 1))
    Cost.objects.create(lawsuit=settled.lawsuit, kind=Cost.Kind.RETAINER, amount=3_000_000, paid_on=date(2023, 4, 1), adviser=adviser)
    Cost.objects.create(lawsuit=settled.lawsuit, kind=Cost.Kind.STAMP, amount=90_000, paid_on=date(2023, 4, 1), adviser=adviser)
    make.AdviserFeeFactory(adviser=adviser, month=5, amount=500_000)
    make.AdviserFeeFactory(adviser=adviser, month=12, year=2022, amount=1)
    card = Scorecard(date(2023, 1, 1), date(2023, 12, 31), [adviser])
    assert (card.count(adviser.pk), card.median_days(adviser.pk)) == (4, 8)
    assert f"{card.again_rate(adviser.pk):.1f} {card.win_rate(adviser.pk):.1f}" == "33.3 66.7"
    assert (card.satisfaction(adviser.pk), card.fees[adviser.pk], card.open_counts[adviser.pk]) == (4, 3_500_000, 1)
    other = make.AdviserFactory()
    assert (card.median_days(other.pk), card.win_rate(other.pk), card.again_rate(other.pk)) == (None, None, None)


@pytest.mark.django_db
def test_the_month_is_paid_for_those_in_office_and_the_future_is_not() -> None:
    Setting.objects.create(key="adviser.monthly_fee", value="350000", valid_from=date(2023, 7, 1))
    adviser = make.AdviserFactory(appointed_on=date(2023, 5, 2))
    assert services.run_month(2023, 5) == 0
    assert services.run_month(2023, 6) == 1
    assert services.run_month(2023, 7) == 1
    assert list(AdviserFee.objects.order_by("month").values_list("month", "amount")) == [(6, 300_000), (7, 350_000)]
    with pytest.raises(ValidationError, match="오지 않은"):
        services.run_month(2099, 1)
    Cost.objects.create(
        lawsuit=make.LawsuitFactory(), kind=Cost.Kind.SUCCESS_FEE, amount=1_000_000, paid_on=date(2023, 7, 9), adviser=adviser
    )
    [line] = services.pay_lines(2023, 7)
    assert (line.monthly, line.success, line.total) == (350_000, 1_000_000, 1_350_000)
    assert services.total_line([line]) == [350_000, 0, 0, 0, 1_000_000, 1_350_000]
