"""학술용역 표본: 사람이 하는 일로 실려 모든 단계가 있고, 지난 취합이 있고, 걷으면 남지 않는다."""

from __future__ import annotations

import pytest

from budget.research_projects import models
from budget.research_projects.dashboard import ResearchYear
from budget.research_projects.rounds import RequestCollection
from budget.research_projects.sample import clear_research, load_research
from budget.research_projects.services import COUNCIL
from config.load_report import load_report, read_report
from core.committees.models import Meeting, Seat
from core.deadlines.models import Deadline
from core.history.clearing import SAMPLE_SOURCE, Clearing
from core.history.context import acting_as
from core.history.settle import Settling
from core.org.sample import load_organisation
from core.rounds.models import Round, Submission

pytestmark = pytest.mark.django_db
ROWS = (models.ResearchProject, models.SimilarJob, models.Milestone, models.ResearchOutput, models.UseCheck)


@pytest.fixture(scope="module", autouse=True)
def loaded(once: None) -> None:
    with acting_as(None, SAMPLE_SOURCE):
        load_report(read_report())
        load_organisation(Settling())
        assert load_research(Settling()) == 15


def test_every_row_is_marked_and_loading_twice_is_the_same() -> None:
    for model in ROWS:
        assert model.objects.exists() and not model.objects.filter(is_sample=False).exists(), model
    assert load_research(Settling()) == 0


def test_the_requests_came_through_a_round_of_the_year_before() -> None:
    [found] = Round.objects.filter(form=RequestCollection.code)
    assert (found.status, found.year) == (Round.Status.CLOSED, models.coming_year() - 2)
    rows = models.ResearchProject.objects.filter(submission__round=found)
    assert rows.count() == 5 and set(rows.values_list("year", flat=True)) == {found.year + 1}
    statuses = {one.pk: one.status for one in found.submissions.all()}
    filled = set(rows.values_list("submission", flat=True))
    assert {statuses[one] for one in filled} == {Submission.Status.CONFIRMED}
    assert {status for key, status in statuses.items() if key not in filled} == {Submission.Status.NOTHING}


def test_every_measure_of_the_board_has_a_value() -> None:
    years = [ResearchYear(None, models.coming_year() - back) for back in (1, 2)]
    assert all(one.rate is not None for one in years[1].measures)
    assert years[0].judged and years[0].conditions[1]


def test_removing_leaves_nothing() -> None:
    with acting_as(None, SAMPLE_SOURCE):
        clearing = Clearing()
        clear_research(clearing)
    assert clearing.kept == []
    for model in ROWS:
        assert not model.objects.exists(), model
    assert not Round.objects.filter(form=RequestCollection.code).exists()
    for model in (Meeting, Seat):
        assert not model.objects.filter(committee__code=COUNCIL).exists()
    assert not Deadline.objects.filter(rule__code__startswith="research.").unfinished().exists()
