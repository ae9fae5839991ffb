"""모델에 적은 기한(clocks)은 어느 길로 고쳐도 자료를 따라간다."""

from __future__ import annotations

from datetime import date

import pytest

from core.deadlines.models import Deadline, DeadlineRule
from core.history.models import undo
from legal.legal_advisers.models import Adviser
from tests.factories import StaffFactory
from tests.legal.legal_advisers import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def term_rule(db: None) -> DeadlineRule:
    return DeadlineRule.objects.create(
        code="common.adviser_term", name="법률고문 임기", area="common", trigger="위촉일", length=2, unit="years", rolls=False,
        counts_first_day=True, valid_from=date(2000, 1, 1),
    )  # fmt: skip


def of(adviser: Adviser) -> list[tuple[str, str, date]]:
    rows = Deadline.objects.to_record(adviser).order_by("pk")
    return [(one.state, one.title, one.due_on) for one in rows]


FIRST = ("open", "법률고문 임기", date(2025, 3, 1))


def appoint(**values: object) -> Adviser:
    return make.AdviserFactory(appointed_on=date(2023, 3, 2), term_end_on=None, **values)


def test_every_way_of_writing_carries_the_deadline() -> None:
    adviser = appoint()
    assert of(adviser) == [FIRST]
    assert Deadline.objects.get().team == "legal"
    Adviser.objects.filter(pk=adviser.pk).update(appointed_on=date(2024, 3, 2))
    assert of(adviser)[0][2] == date(2026, 3, 1)
    adviser.refresh_from_db()
    adviser.appointed_on = date(2024, 4, 2)
    Adviser.objects.bulk_update([adviser], ["appointed_on"])
    assert of(adviser)[0][2] == date(2026, 4, 1)
    more = [Adviser(name=f"가{n}", appointed_on=date(2023, 3, 2), term_end_on=date(2025, 3, 1)) for n in range(3)]
    assert [of(one) for one in Adviser.objects.bulk_create(more)] == [[FIRST]] * 3


def test_unchanged_rows_are_not_written_again() -> None:
    adviser = appoint()
    version = Deadline.objects.get().version
    adviser.note = "그대로"
    adviser.save()
    assert Deadline.objects.get().version == version


def test_what_is_done_closes_it_and_taking_it_back_opens_it() -> None:
    adviser = appoint()
    adviser.ended_on = date(2024, 1, 5)
    adviser.save()
    closed = Deadline.objects.get()
    assert (closed.state, closed.closed_on, closed.outcome) == ("done", date(2024, 1, 5), "자료에 적음: 2024. 1. 5.")
    adviser.ended_on = None
    adviser.save()
    assert of(adviser) == [FIRST]


def test_what_a_person_closed_stays_closed() -> None:
    adviser = appoint()
    Deadline.objects.get().close(StaffFactory(), "연임하지 않기로 함")
    adviser.firm = "새 법인"
    adviser.save()
    assert of(adviser) == [("done", *FIRST[1:])]


def test_no_rule_no_deadline(term_rule: DeadlineRule) -> None:
    term_rule.delete()
    assert of(make.AdviserFactory()) == []


def test_a_deleted_record_takes_its_deadline_and_undo_brings_it_back() -> None:
    import uuid

    from core.history.context import acting_as

    adviser, batch = appoint(), uuid.uuid4()
    key = adviser.pk
    adviser.appointments.all().delete()
    with acting_as(None, "시험", batch):
        adviser.delete()
    assert not Deadline.objects.exists()
    undo(batch, Adviser)
    assert of(Adviser.objects.get(pk=key)) == [FIRST]
