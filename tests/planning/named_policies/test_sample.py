"""정책실명제 표본: 보고서의 30건이 공개되어 있고, 두 번 실어도 같고, 걷으면 남지 않는다."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date

import pytest
from django.utils import timezone

from config.figures import figure
from config.load_report import load_report, read_report
from core.committees.models import Meeting
from core.deadlines.models import Deadline
from core.history.clearing import SAMPLE_SOURCE, Clearing
from core.history.context import acting_as
from core.history.settle import Settling
from core.org.sample import load_organisation
from planning.named_policies.load_report import COMMITTEE, load_committee
from planning.named_policies.models import CitizenApplication, NamedPolicy, PolicyPerson, PolicyUpdate
from planning.named_policies.sample import clear_policies, load_policies
from tests.planning.named_policies.factories import PolicyFactory

pytestmark = pytest.mark.django_db


def test_real_policies_are_never_mixed_with_samples() -> None:
    """표본을 싣기 앞에 돈다. 아래의 시험은 한 번 실은 것(loaded) 위에서 돈다."""
    load_committee(Settling())
    PolicyFactory(department__is_sample=True)
    assert load_policies() == 0


@pytest.fixture(scope="module")
def loaded(once: None) -> float:
    """표본을 싣는 데 든 CPU 시간(초)."""
    with acting_as(None, SAMPLE_SOURCE):
        load_report(read_report())
        load_organisation(Settling())
        start = time.process_time()
        assert load_policies() == 36
        return time.process_time() - start


def test_thirty_are_posted_as_the_report_says(loaded: float) -> None:
    assert Counter(NamedPolicy.objects.values_list("status", flat=True)) == {
        "published": 30, "candidate": 4, "excluded": 1, "withheld": 1, "closed": 1,
    }  # fmt: skip
    found = figure("planning.named_policies").at(date(2023, 11, 6))
    assert (found.value, found.origin) == (30, "computed")
    assert NamedPolicy.objects.stale(timezone.localdate()).count() == 3
    assert loaded < 15


def test_every_row_is_marked_and_the_applications_are_at_every_step(loaded: float) -> None:
    for model in (NamedPolicy, PolicyPerson, PolicyUpdate, CitizenApplication):
        assert not model.objects.filter(is_sample=False).exists()
    assert sorted(CitizenApplication.objects.values_list("status", flat=True)) == ["notified", "received", "review"]
    assert NamedPolicy.objects.at_stage("agenda").count() == 1


def test_loading_twice_is_the_same_and_removing_leaves_nothing(loaded: float) -> None:
    with acting_as(None, SAMPLE_SOURCE):
        assert load_policies() == 0
        clearing = Clearing()
        clear_policies(clearing)
    assert clearing.kept == []
    for model in (NamedPolicy, PolicyPerson, PolicyUpdate, CitizenApplication):
        assert not model.objects.exists()
    assert not Meeting.objects.filter(committee__code=COMMITTEE).exists()
    assert not Deadline.objects.unfinished().exists()
