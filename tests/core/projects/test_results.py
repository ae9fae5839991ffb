"""한 번 적은 실적이 같은 것을 묻는 취합을 모두 채운다."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core.projects.models import ProjectResult
from core.projects.results import Contradiction, known, known_of, record
from core.rounds.period import Cycle, Period
from tests.factories import ProjectFactory, StaffFactory

pytestmark = pytest.mark.django_db
QUARTER = Period(2023, 3, Cycle.QUARTER)
PLAN = {"source": "4개년 계획 3/4분기 점검", "source_url": "/rounds/1/"}
PERFORMANCE = {"source": "성과관리 3/4분기", "source_url": "/rounds/2/"}


def test_a_result_is_known_to_the_next_round() -> None:
    project, officer = ProjectFactory(), StaffFactory()
    assert known(project, "진도율", QUARTER) is None
    record(project, "진도율", QUARTER, Decimal("62.5"), unit="%", entered_by=officer, **PLAN)
    found = known(project, "진도율", QUARTER)
    assert found
    assert (found.value_text, found.source, found.entered_by) == ("62.5%", PLAN["source"], officer)
    assert known(project, "진도율", Period(2023, 2, Cycle.QUARTER)) is None
    assert known(project, "공정률", QUARTER) is None
    assert known(ProjectFactory(), "진도율", QUARTER) is None


def test_the_same_value_again_changes_nothing() -> None:
    project = ProjectFactory()
    first = record(project, "진도율", QUARTER, Decimal("62.5"), unit="%", entered_by=None, **PLAN)
    again = record(project, "진도율", QUARTER, Decimal("62.50"), unit="%", entered_by=None, **PERFORMANCE)
    assert again.pk == first.pk
    assert again.source == PLAN["source"]
    assert first.history.count() == 1


def test_another_round_cannot_say_otherwise_unnoticed() -> None:
    project = ProjectFactory()
    record(project, "진도율", QUARTER, Decimal("62.5"), unit="%", entered_by=None, **PLAN)
    with pytest.raises(Contradiction, match=r"2023년 3/4분기 진도율.*4개년 계획 3/4분기 점검.*62.5%.*70%") as caught:
        record(project, "진도율", QUARTER, Decimal(70), entered_by=None, **PERFORMANCE)
    assert caught.value.known.contradicts("70")
    assert ProjectResult.objects.get().value == Decimal("62.5")
    changed = record(project, "진도율", QUARTER, Decimal(70), entered_by=None, replace=True, **PERFORMANCE)
    assert (changed.value_text, changed.source) == ("70%", PERFORMANCE["source"])
    assert changed.history.count() == 2


def test_a_round_corrects_its_own_value() -> None:
    project = ProjectFactory()
    record(project, "진도율", QUARTER, Decimal("62.5"), unit="%", entered_by=None, **PLAN)
    record(project, "진도율", QUARTER, Decimal("63"), unit="%", entered_by=None, **PLAN)
    assert ProjectResult.objects.get().value_text == "63%"


@pytest.mark.parametrize("value", [None, "", "62.5", "62.50000", Decimal("62.5")])
def test_what_does_not_contradict(value: object) -> None:
    assert not ProjectResult(value=Decimal("62.5")).contradicts(value)


def test_there_is_no_fifth_quarter() -> None:
    with pytest.raises(ValidationError, match="그 차례의 기간은 없습니다"):
        record(ProjectFactory(), "진도율", Period(2023, 5, Cycle.QUARTER), Decimal(1), entered_by=None, **PLAN)


def test_many_projects_are_asked_at_once(django_assert_num_queries: Any) -> None:
    first, second = ProjectFactory(), ProjectFactory()
    record(first, "진도율", QUARTER, Decimal("62.5"), unit="%", entered_by=None, **PLAN)
    with django_assert_num_queries(1):
        found = known_of([first, second], "진도율", QUARTER)
    assert {key: result.value_text for key, result in found.items()} == {first.pk: "62.5%"}
