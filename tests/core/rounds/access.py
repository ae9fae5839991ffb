"""취합(회차, 틀, 제출)의 주소 × 역할."""

from __future__ import annotations

from typing import Any

from core.access import Team
from core.rounds.models import ConfirmationRule, ReminderLadder, ReminderStep, Round, RoundTemplate
from tests.access import (
    DIVISION,
    EVALUATION_TEAM,
    POST_ONLY,
    SIGNED_IN,
    TEAMS,
    Rows,
    Table,
    common,
    key,
    key_of,
    one,
    read_own,
    screens,
)
from tests.core.rounds.factories import QUARTER, RoundFactory, SubmissionFactory


def collecting(rows: Rows) -> Round:
    """열린 회차."""
    return RoundFactory(status=Round.Status.OPEN, form=QUARTER.code)


def template(rows: Rows) -> RoundTemplate:
    return RoundTemplate.objects.create(title="추진실적", form="시험", team=Team.EVALUATION, cycle="quarter")


def ladder(rows: Rows) -> ReminderLadder:
    return ReminderLadder.objects.create(name="기본")


def step(rows: Rows) -> ReminderStep:
    return ReminderStep.objects.create(ladder=rows(ladder), offset=-3, audience="handler")


def confirmation_rule(rows: Rows) -> ConfirmationRule:
    return ConfirmationRule.objects.create(department=rows.departments["own"])


def submissions(rows: Rows) -> dict[str, Any]:
    return {
        whose: SubmissionFactory(round=rows(collecting), department=department)
        for whose, department in rows.departments.items()
    }


ACCESS: Table = {
    **screens("core.round", "form", DIVISION, TEAMS, one(DIVISION, key(collecting)), one(EVALUATION_TEAM, key(collecting))),
    **screens("core.roundtemplate", "form", DIVISION, TEAMS, one(DIVISION, key(template)), one(EVALUATION_TEAM, key(template))),
    **common("core.reminderladder", "form", ladder),
    **common("core.reminderstep", "form", step),
    **common("core.confirmationrule", "form bulk", confirmation_rule),
    "core.roundtemplate-open": one(POST_ONLY, key(template)),
    "core.round-act": one(POST_ONLY, key(collecting)),
    "core.round-merged": one(DIVISION, key(collecting)),
    "core.round-merged-excel": one(DIVISION, key(collecting)),
    "core.submission-list": one(SIGNED_IN),
    "core.submission-fill": read_own(submissions),
    "core.submission-form": read_own(submissions),
    "core.submission-act": one(POST_ONLY, key_of("own", submissions)),
    "core.submission-row": one(POST_ONLY, lambda rows: {"pk": rows(submissions)["own"].pk, "row": 1}),
}
