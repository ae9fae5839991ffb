"""할 일의 표는 어느 길로 쓰든 자료를 따라가고, 업무가 늘어도 홈의 질의는 늘지 않는다."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config import inbox, views
from core.access import Role, Team
from core.deadlines.models import Deadline
from core.inbox import keeping
from core.inbox.models import InboxLine
from core.inbox.reading import todos
from core.inbox.source import (
    ADMIN,
    HEAD,
    Inbox,
    Line,
    days_since,
    department,
    keys_of,
    member,
    officers,
    people_of,
    staff,
    team,
)
from core.org.models import Department, Staff
from core.rounds.models import Round, Submission
from core.rounds.todos import TODOS as ROUND_TODOS
from tests.core.rounds.factories import RoundFactory, SubmissionFactory
from tests.factories import DepartmentFactory, StaffFactory
from tests.todos import checked, todos_of

TODAY = date(2026, 11, 30)


# --- 쓰는 길마다 --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_line_follows_the_record_whichever_way_it_is_written() -> None:
    one = SubmissionFactory()
    clerk = StaffFactory(role=Role.DEPARTMENT, department=one.responsible)

    def verbs() -> list[str]:
        return [todo.verb for todo in todos_of(ROUND_TODOS, clerk)]

    assert verbs() == ["적기"]
    Submission.objects.filter(pk=one.pk).update(status="returned")
    assert verbs() == ["보완"]
    one.refresh_from_db()
    one.status = "submitted"
    Submission.objects.bulk_update([one], ["status"])
    assert verbs() == []
    Submission.objects.filter(pk=one.pk).update(status="draft")
    # 부서가 바뀌면 앞 부서에는 없고 새 부서에 있다.
    Submission.objects.filter(pk=one.pk).update(responsible=DepartmentFactory())
    assert verbs() == []
    Submission.objects.filter(pk=one.pk).update(responsible=clerk.department)
    # 회차가 준비로 돌아가면 제출의 줄도 없다.
    Round.objects.update(status="preparing")
    assert verbs() == []
    Round.objects.update(status="open")
    assert verbs() == ["적기"]
    Submission.objects.all().delete()
    assert not InboxLine.objects.filter(source="rounds.submissions").exists()


@pytest.mark.django_db
def test_a_removed_or_moved_follower_is_found_by_what_it_pointed_at() -> None:
    """회차의 줄은 제출을 세어 나온다. 제출을 지우거나 다른 회차로 옮기면 앞 회차의 줄도 다시 센다."""
    first, second = RoundFactory(), RoundFactory(number=3)
    moving = SubmissionFactory(round=first)
    SubmissionFactory(round=first)

    def notes() -> dict[int, str]:
        return dict(InboxLine.objects.filter(source="rounds.rounds").values_list("record", "note"))

    assert "2개 부서 중" in notes()[first.pk]
    moving.round = second
    moving.save()
    assert "1개 부서 중" in notes()[first.pk] and "1개 부서 중" in notes()[second.pk]
    moving.delete()
    assert second.pk not in notes() or "0개 부서" in notes()[second.pk]
    assert checked()[0] == 0


@pytest.mark.django_db
def test_a_failed_transaction_leaves_no_line() -> None:
    with suppress(RuntimeError), transaction.atomic():
        SubmissionFactory()
        assert InboxLine.objects.exists()
        raise RuntimeError
    assert not InboxLine.objects.exists()


@pytest.mark.django_db
def test_many_writes_in_one_go_make_the_lines_once() -> None:
    one = SubmissionFactory()
    wrote = []
    connection.execute_wrappers.append(lambda run, sql, *rest: wrote.append(sql) or run(sql, *rest))
    try:
        with keeping.at_the_end():
            for status in ("draft", "returned", "draft"):
                Submission.objects.filter(pk=one.pk).update(status=status)
            assert not [sql for sql in wrote if "core_inboxline" in sql]
    finally:
        connection.execute_wrappers.pop()
    assert InboxLine.objects.get(source="rounds.submissions").note == "지금 상태 작성 중"
    assert checked()[0] == 0


# --- 누구에게, 언제 -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_whose_work_it_is() -> None:
    office = DepartmentFactory()
    clerk = StaffFactory(role=Role.DEPARTMENT, department=office, position=Staff.Position.HEAD)
    officer = StaffFactory(role=Role.TEAM, team=Team.LEGAL, department=None)
    head, admin, viewer = (StaffFactory(role=role, department=None) for role in (Role.HEAD, Role.ADMIN, Role.VIEWER))
    everything = {
        department(office.pk): {clerk}, department(office.pk, "head"): {clerk}, department(office.pk, "team_lead"): set(),
        people_of(office.pk): {clerk}, staff(viewer.pk): {viewer}, officers(Team.LEGAL): {officer},
        team(Team.LEGAL): {officer, admin}, team(Team.BUDGET): {admin}, HEAD: {head, admin}, ADMIN: {admin},
        member(officer.pk, Team.LEGAL): {officer}, member(officer.pk, Team.BUDGET): set(), member(admin.pk, Team.BUDGET): {admin},
    }  # fmt: skip
    people = [clerk, officer, head, admin, viewer]
    for whom, seers in everything.items():
        assert {one for one in people if whom in keys_of(one)} == seers, whom


def _source(*lines: Line, **more: Any) -> Inbox:
    return Inbox("시험", Department, lambda rows: lines, **more)


def _line(**values: Any) -> Line:
    return replace(Line(1, HEAD, "업무", "할 일", "/", "열기"), **values)


@pytest.fixture
def head(db: None) -> Staff:
    return StaffFactory(role=Role.HEAD)


def test_a_line_shows_between_its_days_and_counts_the_days_when_seen(head: Staff) -> None:
    source = _source(_line(shows_from=TODAY, shows_until=TODAY + timedelta(days=2), note=f"총무과 {days_since(date(2026, 11, 20))}일째"))
    keeping.refresh(source)
    shown = {day: [one.note for one in todos([source], head, TODAY + timedelta(days=day))] for day in (-1, 0, 2, 3)}
    assert shown == {-1: [], 0: ["총무과 10일째"], 2: ["총무과 12일째"], 3: []}


def test_lines_put_together_are_one_with_their_number_and_earliest_due(head: Staff) -> None:
    lines = [
        _line(record=number, text="판정 {count}건", note=note, together="분기", due=TODAY + timedelta(days=number), is_sample=number == 2)
        for number, note in enumerate(("가", "나", "가"), 1)
    ]  # fmt: skip
    source = _source(*lines, _line(record=9, text="따로"), summary=lambda rows: " · ".join(sorted(one.note for one in rows)))
    keeping.refresh(source)
    found = {one.text: one for one in todos([source], head, TODAY)}
    assert set(found) == {"판정 3건", "따로"}
    assert (found["판정 3건"].note, found["판정 3건"].due, found["판정 3건"].is_sample) == ("가 · 가 · 나", TODAY + timedelta(days=1), True)


def test_one_record_that_comes_twice_to_a_person_is_shown_once(db: None) -> None:
    admin = StaffFactory(role=Role.ADMIN)
    source = _source(_line(whom=ADMIN), _line(whom=HEAD), _line(whom=staff(admin.pk)))
    keeping.refresh(source)
    assert len(todos([source], admin, TODAY)) == 1


def test_a_long_text_is_cut_and_does_not_come_again(head: Staff) -> None:
    source = _source(_line(text="가" * 1_000, note="나" * 1_000))
    assert keeping.refresh(source) == 1
    assert keeping.refresh(source) == 0


@pytest.mark.django_db
def test_a_clerk_who_moved_is_not_shown_the_deadline_he_cannot_open(law_facts: None) -> None:
    from core.deadlines.models import DeadlineRule

    clerk = StaffFactory(role=Role.DEPARTMENT, department=DepartmentFactory())
    rule = DeadlineRule.objects.first()
    Deadline.objects.create(
        rule=rule, title="답변서", handler=clerk, department=clerk.department, trigger_on=timezone.localdate(),
        due_on=timezone.localdate(), safe_on=timezone.localdate(),
    )  # fmt: skip
    from core.deadlines.todos import TODOS

    assert len(todos_of(TODOS, clerk)) == 1
    clerk.department = DepartmentFactory()
    clerk.save()
    assert todos_of(TODOS, clerk) == []


# --- 업무가 늘어도 -------------------------------------------------------------------------------------


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> None:
    """업무가 서른여섯이고 갈래가 둘씩 더 있는 것처럼."""
    more = [
        Inbox(f"시험 {number}", Department, lambda rows, number=number: [_line(record=number, text=f"일 {number}")]) for number in range(50)
    ]
    monkeypatch.setattr(views, "INBOX", [*inbox.INBOX, *more])
    for source in more:
        keeping.refresh(source)


def _queries_of_home(user: Staff) -> int:
    client = Client()
    client.force_login(user)
    client.get("/")
    client.get("/")
    with CaptureQueriesContext(connection) as found:
        assert client.get("/").status_code == 200
    return len(found)


@pytest.mark.django_db(transaction=True)
def test_home_costs_eight_queries_however_many_functions_there_are(request: pytest.FixtureRequest) -> None:
    people = [StaffFactory(role=Role.HEAD), StaffFactory(role=Role.TEAM, team=Team.LEGAL), StaffFactory(role=Role.DEPARTMENT)]
    SubmissionFactory(responsible=people[2].department)
    few = [_queries_of_home(user) for user in people]
    request.getfixturevalue("crowded")
    assert [_queries_of_home(user) for user in people] == few
    assert max(few) <= 8
    client = Client()
    client.force_login(people[0])
    assert "일 49" in client.get("/todo/").content.decode()


# --- 함께 쓸 때 ---------------------------------------------------------------------------------------


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite 는 쓰는 사람이 늘 하나다")
@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_leave_the_true_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """한 회차의 두 제출을 두 사람이 함께 낸다. 서로 끝내지 않은 것은 보이지 않지만, 둘 다 끝나면 센 수가 맞다."""
    round_ = RoundFactory()
    one, other = SubmissionFactory(round=round_), SubmissionFactory(round=round_)
    started, waiting, done = Event(), Event(), Event()
    in_turn = keeping._in_turn
    monkeypatch.setattr(keeping, "_in_turn", lambda *args: waiting.set() or in_turn(*args))

    def slowly() -> None:
        try:
            with transaction.atomic():
                Submission.objects.filter(pk=one.pk).update(status="submitted", first_submitted_at=timezone.now())
                started.set()
                done.wait(10)
        finally:
            connection.close()

    thread = Thread(target=slowly)
    thread.start()
    assert started.wait(10)
    late = Thread(target=lambda: (_submit(other), connection.close()))
    late.start()
    # 뒤의 사람은 제 것을 이미 끝내고, 앞의 사람이 끝나기를 기다렸다가 센다.
    assert waiting.wait(10)
    done.set()
    thread.join()
    late.join()
    assert InboxLine.objects.get(source="rounds.rounds", record=round_.pk).text.endswith("검토 2곳")


def _submit(one: Submission) -> None:
    Submission.objects.filter(pk=one.pk).update(status="submitted", first_submitted_at=timezone.now())
