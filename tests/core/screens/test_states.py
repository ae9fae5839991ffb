"""상태의 색은 상태를 적은 곳에서 온다."""

from __future__ import annotations

import copy

import pytest

from core.committees.models import AgendaItem, FollowUp, Meeting
from core.deadlines.models import Deadline
from core.jobs.models import Job
from core.projects.models import Project
from core.rounds.models import Submission
from core.screens.board_table import Column
from core.screens.templatetags.parts import sig
from core.states import Sign, kind_of


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        (Project(status="done").get_status_display(), "done"),
        (Submission(status="returned").get_status_display(), "warn"),
        (Submission(status="team_lead").get_status_display(), "subm"),
        (Meeting(state="preparing").get_state_display(), "none"),
        (Deadline(state="missed").get_state_display(), "bad"),
        (AgendaItem(outcome="rejected").outcome_text, "bad"),
        (FollowUp(confirmed_on="2023-01-01").state_text, "done"),
        (Job(status="failed").state, "bad"),
        ("아무 말", "subm"),
    ],
)
def test_a_state_brings_its_own_colour(word: str, kind: str) -> None:
    assert sig(word) == f'<span class="sig {kind}">{word}</span>'


def test_a_colour_written_by_hand_wins_and_the_word_is_an_ordinary_word() -> None:
    word = Sign("완료", "done")
    assert 'class="sig bad"' in sig(word, "bad")
    assert word == "완료" and {"완료": 1}[word] == 1
    assert (kind_of(copy.deepcopy(word)), kind_of(f"{word}")) == ("done", "subm")


def test_the_colour_reaches_a_board_table() -> None:
    assert kind_of(Column("상태", "state").write(Sign("부진", "bad"), 1)) == "bad"


def test_what_a_function_calls_an_outcome_keeps_the_colour_of_the_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AgendaItem, "words", {"conditional": "조건부"})
    assert sig(AgendaItem(outcome="conditional").outcome_text) == '<span class="sig warn">조건부</span>'
