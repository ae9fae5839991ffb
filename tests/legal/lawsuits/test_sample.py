"""소송 표본: 2023년의 표가 보고서와 칸마다 같고, 두 번 실어도 같고, 걷으면 남지 않는다."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.load_report import load_report, read_report
from core.access import Role, Team
from core.deadlines.models import Deadline
from core.history.clearing import SAMPLE_SOURCE, Clearing
from core.history.context import acting_as
from core.history.settle import Settling
from core.org.sample import load_organisation
from legal.lawsuits.dashboard import APPEAL_DAYS, APPEALS, Board, Period
from legal.lawsuits.models import CostRecovery, Instance, Lawsuit, LossReview, Outcome, Party, Ruling
from legal.lawsuits.sample import clear_lawsuits, load_lawsuits
from legal.lawsuits.services import settle
from legal.legal_advisers.models import Adviser
from tests.factories import DepartmentFactory, StaffFactory

pytestmark = pytest.mark.django_db
REPORT = Period(date(2023, 1, 1), date(2023, 11, 6))


def test_real_cases_are_never_mixed_with_samples() -> None:
    """표본을 싣기 앞에 돈다. 아래의 시험은 한 번 실은 것(loaded) 위에서 돈다."""
    assert not Lawsuit.objects.exists()
    Lawsuit.objects.create(kind="civil", title="공사대금", department=DepartmentFactory(), received_on=date(2024, 1, 1))
    assert load_lawsuits(timezone.localdate()) == 0


@pytest.fixture(scope="module")
def loaded(once: None) -> float:
    """표본을 싣는 데 든 CPU 시간(초)."""
    with acting_as(None, SAMPLE_SOURCE):
        load_report(read_report())
        load_organisation(Settling())
        start = time.process_time()
        assert load_lawsuits(timezone.localdate()) > 191
        return time.process_time() - start


def test_the_report_table_comes_out_cell_for_cell(loaded: float, signed_in: Any) -> None:
    board = Board(None, REPORT, timezone.localdate())
    assert {line.label: (*(count for count, _url in line.cells), line.rate_text) for line in board.lines} == {
        "계": (191, 108, 127, 64, 57, 7, "89"), "행정": (67, 33, 45, 22, 20, 2, "91"), "민사": (54, 15, 44, 10, 10, 0, "100"),
        "심판": (70, 60, 38, 32, 27, 5, "84"),
    }  # fmt: skip
    assert [line.counts["carried"] for line in board.lines] == [83, 34, 39, 10]
    assert Lawsuit.objects.filter(received_on__lte=REPORT.end).count() == 191
    client: Client = signed_in(StaffFactory(role=Role.TEAM, team=Team.LEGAL))
    page = client.get(reverse("legal.lawsuits"))
    assert page.context["period"] == REPORT
    assert page.context["reconciled_ok"]
    assert [one.gap_text for one in page.context["reconciled"]] == ["같음"] * 4
    assert loaded < 6


def test_the_rows_are_believable(loaded: float) -> None:
    assert Adviser.objects.filter(is_sample=True).count() == 12
    for model in (Lawsuit, Instance, Party, Ruling, CostRecovery, LossReview):
        assert not model.objects.filter(is_sample=False).exists()
        assert model.objects.exists()
    final = Lawsuit.objects.exclude(final_on=None)
    # 거의 다 그 뒤에 끝났다.
    assert Lawsuit.objects.pending(REPORT.end).filter(final_on=None).count() < 20
    assert set(final.values_list("outcome", flat=True)) >= set(Outcome.values) - {Outcome.OTHER}
    for one in final.prefetch_related("instances__ruling"):
        instances = sorted(one.instances.all(), key=lambda row: (row.received_on, row.pk))
        assert instances[-1].ruling.outcome == one.outcome
        assert instances[-1].ruling.appeal == Ruling.Appeal.NONE
        assert one.received_on < one.final_on
        for row in instances[:-1]:
            assert row.ruling.appealed_on and row.ruling.appealed_on <= row.ruling.served_on + timedelta(days=14 + 8)
    # 심판에는 구의 상소가 없다.
    assert not Instance.objects.filter(lawsuit__kind="appeal").exclude(level="appeal").exists()
    assert not Party.objects.exclude(masked_name__contains="○○").exists()
    lost = Lawsuit.objects.exclude(final_on=None).filter(outcome__in=("lost", "partly_lost")).count()
    assert LossReview.objects.count() == lost


def test_today_has_dates_ahead_and_two_appeals_about_to_end(loaded: float) -> None:
    today = timezone.localdate()
    board = Board(None, Period(date(today.year, 1, 1), today), today)
    appeals = Deadline.objects.open().filter(rule__code__in=APPEALS, due_on__gte=today, due_on__lte=today + timedelta(days=APPEAL_DAYS))
    assert appeals.count() == len(board.appeals()) == 2
    coming = board.coming()
    assert len(coming) >= 7
    assert all(today <= one.on for one in coming)
    assert {one.state for one in coming} >= {"검토 전", "검토 중", "작성 중", "준비됨"}


def test_the_rows_are_what_the_screens_would_have_made(loaded: float) -> None:
    """사람이 표본을 하나 고치면 settle 이 다시 맞춘다. 그때 상태와 확정일이 바뀌면 표본이 틀린 것이다."""

    def state(one: Lawsuit) -> tuple[Any, ...]:
        return one.status, one.final_on, one.outcome, one.closed_on, one.erase_on

    cases = list(Lawsuit.objects.order_by("kind", "pk"))
    live = [one for one in cases if one.received_on > REPORT.end]
    deadlines = Deadline.objects.count()
    for one in [*cases[::12], *live]:
        before = state(one)
        settle(one)
        assert state(one) == before, (one.pk, one.kind, one.title, one.received_on)
    assert not Deadline.objects.open().filter(due_on__lt=timezone.localdate()).exists()
    assert Deadline.objects.count() >= deadlines


def test_loading_twice_changes_nothing_and_removing_leaves_nothing(loaded: float) -> None:
    count = Lawsuit.objects.count()
    with acting_as(None, SAMPLE_SOURCE):
        assert load_lawsuits(timezone.localdate()) == 0
        assert Lawsuit.objects.count() == count
        clearing = Clearing()
        clear_lawsuits(clearing)
    assert clearing.kept == []
    for model in (Lawsuit, Instance, Party, Ruling, Adviser):
        assert not model.objects.exists()


def test_what_people_touched_stays(loaded: float) -> None:
    person = StaffFactory(role=Role.TEAM, team=Team.LEGAL)
    touched = Lawsuit.objects.order_by("pk")[0]
    with acting_as(person, "화면"):
        party = touched.parties.first()
        party.counsel = "고침"
        party.save()
    clearing = Clearing()
    with acting_as(None, SAMPLE_SOURCE):
        clear_lawsuits(clearing)
    assert list(Lawsuit.objects.all()) == [touched]
    assert {row["kind"] for row in clearing.result()["kept"]} >= {"사건"}
