"""주간 취합: 대상, 줄 더하기와 지우기, 미리 적은 항목, 이월, 적는 동안의 겹침 알림."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from core.access import Role
from core.figures.models import CARRY_WEEKS, Setting
from core.rounds.models import Round, RoundTemplate, Submission
from core.rounds.period import Cycle, Period
from core.rounds.services import due_period, open_round, send
from planning.periodic_reports import services
from planning.periodic_reports.load_report import OPEN_OFFSET
from planning.periodic_reports.models import ReportEntry
from planning.periodic_reports.rounds import WeekCollection
from tests.factories import DepartmentFactory, StaffFactory
from tests.planning.periodic_reports.factories import MONDAY, EntryKindFactory, ReportEntryFactory, week_round, work

pytestmark = pytest.mark.django_db
COLLECTION = WeekCollection()
WEEK = Period(2023, 45, Cycle.WEEK)
Status = ReportEntry.Status


@pytest.fixture
def submission() -> Submission:
    EntryKindFactory()
    DepartmentFactory()
    return opened().submissions.get()


def opened(number: int = 45) -> Round:
    round_ = week_round(number)
    open_round(round_, COLLECTION)
    return round_


def clerk(submission: Submission) -> Client:
    client = Client()
    client.force_login(StaffFactory(role=Role.DEPARTMENT, department=submission.responsible))
    return client


def post(client: Client, submission: Submission, **values: Any) -> Any:
    return client.post(reverse("core.submission-act", args=[submission.pk]), values, follow=True)


def test_every_reporting_department_of_that_week_is_asked_on_thursday_before() -> None:
    asked = DepartmentFactory()
    DepartmentFactory(is_reporting=False)
    DepartmentFactory(valid_to=date(2023, 11, 5))
    round_ = opened()
    assert [one.department for one in round_.submissions.all()] == [asked]
    template = RoundTemplate(cycle=Cycle.WEEK, open_offset=OPEN_OFFSET)
    assert due_period(template, date(2023, 11, 2)) == WEEK  # 목요일
    assert due_period(template, date(2023, 11, 1)) == WEEK.previous()


def test_a_department_adds_corrects_and_removes_rows_then_hands_in(submission: Submission) -> None:
    client = clerk(submission)
    page = client.get(reverse("core.submission-fill", args=[submission.pk])).content.decode()
    assert "줄 더하기" in page and "아직 적은 것이 없습니다" in page
    assert "적은 줄이 없습니다" in post(client, submission, action="send").content.decode()
    kind = EntryKindFactory().pk
    new = {"new-starts_on": "2023-11-09", "new-hour": "오후 2시", "new-title": "개관식", "new-kind": kind, "new-mayor_attends": "on"}
    wrong = post(client, submission, action="add", **new | {"new-hour": "2시"})
    assert wrong.status_code == 422 and "새벽인지 오후인지" in wrong.content.decode() and "개관식" in wrong.content.decode()
    early = post(client, submission, action="add", **new | {"new-starts_on": "2023-11-05"})
    assert early.status_code == 422 and "11. 6.(월)부터" in early.content.decode()
    assert "줄을 더했습니다" in post(client, submission, action="add", **new).content.decode()
    row = ReportEntry.objects.get()
    assert (row.hour, row.mayor_attends, row.department, row.submission) == ("14:00", True, submission.responsible, submission)
    submission.refresh_from_db()
    assert submission.status == Submission.Status.DRAFT
    saved = {f"r{row.pk}-version": row.version, f"r{row.pk}-starts_on": "2023-11-10", f"r{row.pk}-hour": "15시", f"r{row.pk}-title": "개관식",
             f"r{row.pk}-kind": kind, f"r{row.pk}-status": "planned"}  # fmt: skip
    client.post(reverse("core.submission-row", args=[submission.pk, row.pk]), saved)
    row.refresh_from_db()
    assert (row.starts_on, row.hour, row.mayor_attends) == (date(2023, 11, 10), "15:00", False)
    post(client, submission, action="add", **new | {"new-title": "협약식"})
    last = ReportEntry.objects.get(title="협약식")
    assert "「협약식」 줄을 지웠습니다" in post(client, submission, action=f"remove:{last.pk}").content.decode()
    assert "제출했습니다" in post(client, submission, action="send").content.decode()
    # 낸 뒤에는 더하지도 지우지도 못한다.
    assert post(client, submission, action="add", **new).status_code == 403
    assert post(client, submission, action=f"remove:{row.pk}").status_code == 403
    assert ReportEntry.objects.count() == 1


def test_a_department_cannot_remove_what_is_not_in_its_submission(submission: Submission) -> None:
    other = ReportEntryFactory()
    assert "지울 줄이 없습니다" in post(clerk(submission), submission, action=f"remove:{other.pk}").content.decode()
    assert ReportEntry.objects.filter(pk=other.pk).exists()
    stranger = Client()
    stranger.force_login(StaffFactory(role=Role.DEPARTMENT))
    assert post(stranger, submission, action="add").status_code == 404


def test_an_entry_typed_early_waits_for_the_round_of_its_week(submission: Submission) -> None:
    user = StaffFactory(role=Role.DEPARTMENT, department=submission.responsible)
    early = ReportEntryFactory(department=submission.responsible, starts_on=date(2023, 11, 15), submission=submission)
    send(submission, COLLECTION, user)
    later = opened(46)
    early.refresh_from_db()
    assert early.submission.round == later
    assert ReportEntry.scope.may_change(early, user)  # 그 주의 회차에서 다시 고친다


def test_unfinished_work_is_carried_once_into_the_next_round() -> None:
    department = DepartmentFactory()
    left = work(department=department, starts_on=date(2023, 10, 31), title="도로 정비", content="○ 포장")
    for values in (
        {"status": Status.DONE}, {"status": Status.CANCELED}, {"starts_on": date(2023, 9, 1)}, {"starts_on": MONDAY},
        {"starts_on": date(2023, 10, 31), "ends_on": date(2023, 11, 8)},
    ):
        work(**{"department": department, "starts_on": date(2023, 10, 31), **values})
    ReportEntryFactory(department=department, starts_on=date(2023, 10, 31))  # 행사는 이월하지 않는다
    submission = opened().submissions.get()
    left.refresh_from_db()
    assert left.status == Status.CARRIED
    draft = left.carried_to
    assert (draft.starts_on, draft.status, draft.content, draft.submission) == (MONDAY, Status.PLANNED, "○ 포장", submission)
    before = list(ReportEntry.objects.order_by("pk").values())
    assert services.carry(WEEK) == 0
    assert list(ReportEntry.objects.order_by("pk").values()) == before
    assert "10. 31.(화)에서 이월" in clerk(submission).get(reverse("core.submission-fill", args=[submission.pk])).content.decode()
    # 그다음 주에도 끝나지 않으면 초안이 다시 넘어간다.
    assert services.carry(WEEK.next()) >= 1
    draft.refresh_from_db()
    assert draft.status == Status.CARRIED and draft.carried_to.starts_on == date(2023, 11, 13)
    # 이월한 초안을 지우면 앞의 항목이 다시 예정이 된다.
    draft.carried_to.delete()
    draft.refresh_from_db()
    assert draft.status == Status.PLANNED


def test_how_far_back_is_a_dated_setting() -> None:
    work(starts_on=date(2023, 10, 24))
    Setting.objects.create(key=CARRY_WEEKS.key, value="1", valid_from=date(2023, 1, 1))
    assert services.carry(WEEK) == 0
    Setting.objects.all().delete()
    assert services.carry(WEEK) == 1


def test_conflicts_are_told_softly_while_typing(submission: Submission) -> None:
    mine = ReportEntryFactory(department=submission.responsible, submission=submission, mayor_attends=True, place="대강당", title="개관식")
    ReportEntryFactory(mayor_attends=True, hour="14:30", place="대 강당", title="협약식")
    ReportEntryFactory(hour="", title="개 관 식")
    ReportEntryFactory(mayor_attends=True, title="취소", status=Status.CANCELED)
    found = COLLECTION.warn([mine], {})[mine.pk]
    assert "협약식" in found["hour"] and "협약식" in found["place"] and "개 관 식" in found["title"]
    assert "취소" not in str(found)
    page = clerk(submission).get(reverse("core.submission-fill", args=[submission.pk])).content.decode()
    assert "구청장 일정이 겹침" in page
    send(submission, COLLECTION, StaffFactory(role=Role.DEPARTMENT, department=submission.responsible))  # 막지 않는다


def test_a_fixed_form_takes_no_new_rows(submission: Submission, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WeekCollection, "grows", False)
    ReportEntryFactory(department=submission.responsible, submission=submission)
    client = clerk(submission)
    assert post(client, submission, action="add").status_code == 403
    assert "지울 줄이 없습니다" in post(client, submission, action=f"remove:{ReportEntry.objects.get().pk}").content.decode()


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(ValidationError, match="앞섭니다"):
        ReportEntryFactory.build(ends_on=date(2023, 11, 1)).clean()
