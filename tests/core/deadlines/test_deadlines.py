"""기한 한 건의 일생: 붙이고, 두 사람이 확인하고, 멈추고, 끝내고, 공휴일이 바뀌면 다시 센다."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.deadlines import watch_deadlines
from config.load_report import load_facts
from config.open_items import OPEN_ITEMS
from core.access import Role, Team
from core.deadlines.models import Deadline, DeadlineRule, Holiday
from core.deadlines.services import alerts_due, mark_missed, recount_open, track, upcoming
from core.history.models import Change
from core.history.settle import Settling
from core.notices.models import Notice
from core.org.models import Staff
from tests.core.deadlines.factories import BackwardFactory, DeadlineFactory, PeremptoryFactory, RuleFactory
from tests.factories import DepartmentFactory, StaffFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Staff], Client]


@pytest.fixture(scope="module", autouse=True)
def facts(once: None) -> None:
    load_facts(Settling())


@pytest.fixture
def officer() -> Staff:
    return StaffFactory(role=Role.TEAM, team=Team.LEGAL)


@pytest.fixture
def second() -> Staff:
    return StaffFactory(role=Role.TEAM, team=Team.LEGAL)


def appeal(**fields: Any) -> Deadline:
    return DeadlineFactory(rule=DeadlineRule.objects.get(code="suit.appeal"), **fields)


def dates(deadline: Deadline) -> tuple[str, str]:
    deadline.refresh_from_db()
    return deadline.due_on.isoformat(), deadline.safe_on.isoformat()


# ── 붙이기 ────────────────────────────────────────────────────────────


def test_a_deadline_is_counted_when_it_is_tracked(officer: Staff) -> None:
    record = DepartmentFactory()
    deadline = track(record, "suit.appeal", date(2026, 9, 11), "2026구합1", team=Team.LEGAL, handler=officer)
    assert dates(deadline) == ("2026-09-28", "2026-09-28")
    assert any("추석" in step for step in deadline.steps)
    assert deadline.record == record
    assert list(Deadline.objects.to_record(record)) == [deadline]
    # 송달일을 바로잡으면 같은 기한이 움직이고, 이력에 전과 후가 남는다.
    again = track(record, "suit.appeal", date(2026, 9, 14), "2026구합1", team=Team.LEGAL, handler=officer)
    assert again.pk == deadline.pk
    change = again.history.first()
    assert change.values["trigger_on"] == ["2026-09-11", "2026-09-14"]
    assert "steps" not in change.values
    # 끝낸 뒤 새로 송달받으면 새 기한이다.
    again.confirm(StaffFactory(role=Role.HEAD))
    again.close(officer, "항소장 접수")
    assert track(record, "suit.appeal", date(2026, 10, 14), "2026구합1", team=Team.LEGAL).pk != deadline.pk


def test_a_moved_trigger_by_hand_is_counted_again(officer: Staff, signed_in: SignIn) -> None:
    rule = DeadlineRule.objects.get(code="subsidy.performance_report")
    client = signed_in(officer)
    response = client.post(
        reverse("core.deadline-add"), {"title": "문화사업 정산", "rule": rule.pk, "trigger_on": "2026-12-30", "handler": officer.pk}
    )
    deadline = Deadline.objects.get()
    assert response.status_code == 302
    assert (deadline.team, dates(deadline)) == (Team.LEGAL, ("2027-03-02", "2027-03-02"))
    deadline.trigger_on = date(2026, 8, 15)
    deadline.save()
    assert dates(deadline) == ("2026-10-15", "2026-10-15")


def test_a_rule_that_was_not_in_force_is_refused(officer: Staff, signed_in: SignIn) -> None:
    rule = DeadlineRule.objects.get(code="suit.appeal_brief")
    response = signed_in(officer).post(
        reverse("core.deadline-add"), {"title": "2024누1", "rule": rule.pk, "trigger_on": "2024-05-01"}
    )
    assert response.status_code == 422
    assert "이 날짜에는 쓰지 않는 규칙입니다" in response.content.decode()


def test_the_record_owns_the_dates_of_its_deadline(officer: Staff, signed_in: SignIn) -> None:
    deadline = track(DepartmentFactory(), "suit.answer", date(2026, 10, 15), "2026가단1", team=Team.LEGAL)
    page = signed_in(officer).get(reverse("core.deadline-edit", args=[deadline.pk]))
    assert "trigger_on" not in page.context["form"].fields
    assert "handler" in page.context["form"].fields


# ── 두 사람 ───────────────────────────────────────────────────────────


def test_a_peremptory_deadline_needs_a_second_person(officer: Staff, second: Staff) -> None:
    deadline = appeal()
    with pytest.raises(ValidationError, match="불변기간이라 혼자 끝낼 수 없습니다"):
        deadline.close(officer)
    deadline.confirm(officer)
    with pytest.raises(ValidationError, match="혼자 끝낼 수 없습니다"):
        deadline.close(officer)
    with pytest.raises(ValidationError, match="두 번째 확인은 다른 사람이"):
        deadline.confirm(officer)
    deadline.confirm(second)
    deadline.close(officer, "항소장 접수")
    assert (deadline.state, deadline.closed_by, deadline.outcome) == (Deadline.State.DONE, officer, "항소장 접수")
    assert deadline.history.first().values["state"] == ["open", "done"]
    with pytest.raises(ValidationError, match="이미 끝낸"):
        deadline.close(second)


def test_nobody_gets_around_the_second_person(officer: Staff, signed_in: SignIn) -> None:
    deadline, client = appeal(), signed_in(officer)
    delete, edit = (reverse(f"core.deadline-{act}", args=[deadline.pk]) for act in ("delete", "edit"))
    assert client.post(delete).status_code == 403
    assert delete not in client.get(reverse("core.deadline-detail", args=[deadline.pk])).content.decode()
    assert "rule" not in client.get(edit).context["form"].fields
    page = signed_in(StaffFactory(role=Role.ADMIN)).get(reverse("admin:core_deadlineconfirmation_add"))
    assert page.status_code == 403
    # 손으로 등록한 보통 기한은 지울 수 있다.
    assert client.post(reverse("core.deadline-delete", args=[DeadlineFactory().pk])).status_code == 302


def test_a_page_shows_the_deadlines_of_its_record(officer: Staff, rf: Any) -> None:
    record = DepartmentFactory()
    track(record, "suit.appeal", date(2026, 9, 11), "2026구합1", team=Team.LEGAL, handler=officer)
    request = rf.get("/")
    shown = {}
    for person in (officer, StaffFactory(role=Role.DEPARTMENT)):
        request.user = person
        page = Template("{% load deadlines %}{% deadlines record %}").render(Context({"request": request, "record": record}))
        shown[person.role] = "상소기한(항소)" in page
    assert shown == {Role.TEAM: True, Role.DEPARTMENT: False}


def test_an_ordinary_deadline_is_closed_alone_and_opened_again(officer: Staff) -> None:
    deadline = DeadlineFactory()
    deadline.close(officer)
    deadline.reopen()
    assert (deadline.state, deadline.closed_on) == (Deadline.State.OPEN, None)


def test_a_confirmation_of_another_date_does_not_count(officer: Staff, second: Staff) -> None:
    deadline = appeal()
    deadline.confirm(second)
    Holiday.objects.create(date=date(2026, 9, 28), name="임시공휴일", kind=Holiday.Kind.TEMPORARY)
    recount_open()
    deadline.refresh_from_db()
    assert deadline.due_on == date(2026, 9, 29)
    with pytest.raises(ValidationError, match="혼자 끝낼 수 없습니다"):
        deadline.close(officer)
    deadline.confirm(second)
    deadline.close(officer)


def test_two_people_confirm_and_close_on_the_screen(officer: Staff, second: Staff, signed_in: SignIn) -> None:
    deadline = appeal(handler=officer)
    detail, close = (reverse(f"core.deadline-{act}", args=[deadline.pk]) for act in ("detail", "close"))
    first, other = signed_in(officer), signed_in(second)
    page = first.post(close, follow=True).content.decode()
    assert "불변기간이라 혼자 끝낼 수 없습니다" in page
    assert "다른 사람이 날짜를 확인해야" in page
    other.post(reverse("core.deadline-confirm", args=[deadline.pk]))
    page = first.get(detail).content.decode()
    assert f"{second.name} 님이 법정 기한" in page
    assert "민법 제161조" in page
    first.post(close, {"outcome": "항소장 접수"})
    deadline.refresh_from_db()
    assert (deadline.state, deadline.outcome) == (Deadline.State.DONE, "항소장 접수")


@pytest.mark.parametrize(
    ("role", "fields", "act", "status"),
    [
        (Role.TEAM, {"team": Team.BUDGET}, "confirm", 302),
        (Role.TEAM, {"team": Team.BUDGET}, "close", 403),
        (Role.HEAD, {}, "confirm", 302),
        (Role.HEAD, {}, "close", 403),
        (Role.VIEWER, {}, "confirm", 403),
        (Role.DEPARTMENT, {}, "confirm", 404),
    ],
)
def test_who_may_act(role: str, fields: dict[str, Any], act: str, status: int, signed_in: SignIn) -> None:
    deadline = DeadlineFactory(department=DepartmentFactory())
    client = signed_in(StaffFactory(role=role, **fields))
    assert client.post(reverse(f"core.deadline-{act}", args=[deadline.pk])).status_code == status


def test_a_department_closes_what_it_handles(signed_in: SignIn) -> None:
    person = StaffFactory(role=Role.DEPARTMENT)
    deadline = DeadlineFactory(department=person.department, handler=person)
    other = DeadlineFactory(department=person.department)
    client = signed_in(person)
    assert client.post(reverse("core.deadline-close", args=[deadline.pk])).status_code == 302
    assert client.post(reverse("core.deadline-close", args=[other.pk])).status_code == 403
    deadline.refresh_from_db()
    assert deadline.is_closed


# ── 멈춤, 도과 ────────────────────────────────────────────────────────


def test_paused_days_are_not_counted() -> None:
    deadline = DeadlineFactory(rule=RuleFactory(length=30), trigger_on=date(2026, 9, 1))
    deadline.suspend(date(2026, 9, 10))
    assert recount_open() == []
    with pytest.raises(ValidationError, match="앞섭니다"):
        deadline.resume(date(2026, 9, 9))
    deadline.resume(date(2026, 9, 17))
    assert (deadline.state, deadline.paused_days, dates(deadline)[0]) == (Deadline.State.OPEN, 7, "2026-10-08")


def test_a_peremptory_deadline_is_never_paused() -> None:
    with pytest.raises(ValidationError, match="불변기간은 멈추거나"):
        DeadlineFactory(rule=PeremptoryFactory()).suspend()


def test_what_passed_is_marked_missed_and_can_still_be_closed(officer: Staff) -> None:
    deadline = DeadlineFactory()
    assert mark_missed(date(2026, 9, 28)) == []
    assert mark_missed(date(2026, 9, 29)) == [deadline]
    deadline.refresh_from_db()
    assert deadline.state == Deadline.State.MISSED
    deadline.close(officer, "추후보완")
    assert deadline.state == Deadline.State.DONE


# ── 다시 세기 ─────────────────────────────────────────────────────────


def test_a_new_holiday_moves_open_deadlines_only(officer: Staff, signed_in: SignIn) -> None:
    waiting, done, paused = (DeadlineFactory() for _ in range(3))
    done.close(officer)
    paused.suspend(date(2026, 9, 15))
    admin = signed_in(StaffFactory(role=Role.ADMIN))
    response = admin.post(
        reverse("core.holiday-add"), {"date": "2026-09-28", "name": "임시공휴일", "kind": "temporary", "source": "국무회의"}, follow=True
    )
    assert [dates(one)[0] for one in (waiting, done, paused)] == ["2026-09-29", "2026-09-28", "2026-09-28"]
    change = waiting.history.first()
    assert change.values["due_on"] == ["2026-09-28", "2026-09-29"]
    assert change.source == f"화면 {reverse('core.holiday-add')}"
    assert "새 법정 기한 2026. 9. 29.(화)" in response.content.decode()
    # 지우면 되돌아온다.
    added = Holiday.objects.get(date=date(2026, 9, 28))
    admin.post(reverse("core.holiday-delete", args=[added.pk]))
    assert dates(waiting)[0] == "2026-09-28"
    assert dates(done)[0] == "2026-09-28"


def test_the_admin_site_recounts_too(signed_in: SignIn) -> None:
    deadline = DeadlineFactory()
    address = reverse("admin:core_holiday_add")
    signed_in(StaffFactory(role=Role.ADMIN)).post(address, {"date": "2026-09-28", "name": "임시공휴일", "kind": "temporary"})
    assert dates(deadline)[0] == "2026-09-29"


def test_a_changed_rule_moves_open_deadlines(signed_in: SignIn) -> None:
    rule = RuleFactory(length=10)
    early, late = (DeadlineFactory(rule=rule, trigger_on=day) for day in (date(2026, 9, 1), date(2026, 11, 2)))
    rule.valid_to = date(2026, 10, 31)
    rule.save()
    values = {name: getattr(rule, name) for name in ("code", "name", "area", "trigger", "article")}
    newer = RuleFactory(**values, length=20, valid_from=date(2026, 11, 1))
    assert recount_open() == [late]
    late.refresh_from_db()
    assert (late.rule, late.due_on) == (newer, date(2026, 11, 23))
    assert dates(early)[0] == "2026-09-11"
    assert {"rule", "due_on"} <= set(late.history.first().values)


def test_a_provisional_deadline_settles_when_the_year_is_filled() -> None:
    deadline = DeadlineFactory(trigger_on=date(2027, 12, 17))
    assert (deadline.is_provisional, deadline.due_on) == (False, date(2027, 12, 31))
    later = DeadlineFactory(trigger_on=date(2027, 12, 24))
    assert (later.is_provisional, later.due_on) == (True, date(2028, 1, 7))
    Holiday.objects.create(date=date(2028, 1, 1), name="1월 1일")
    Holiday.objects.create(date=date(2028, 1, 7), name="임시공휴일")
    assert recount_open() == [later]
    later.refresh_from_db()
    assert (later.is_provisional, later.due_on) == (False, date(2028, 1, 10))


def test_the_command_recounts_and_marks_missed(capsys: pytest.CaptureFixture[str]) -> None:
    old = DeadlineFactory(trigger_on=date(2023, 3, 2))
    call_command("recompute_deadlines", "--json")
    assert capsys.readouterr().out.strip() == '{"moved": 0, "missed": 1}'
    old.refresh_from_db()
    assert old.state == Deadline.State.MISSED
    assert Change.objects.for_record(old).first().source == "명령 recompute_deadlines"


# ── 알림과 홈 ─────────────────────────────────────────────────────────


def test_alerts_count_from_the_day_one_can_still_act() -> None:
    budget = DeadlineFactory(rule=BackwardFactory(), trigger_on=date(2027, 1, 1))
    suit = DeadlineFactory()
    assert (budget.due_on, budget.safe_on) == (date(2026, 11, 21), date(2026, 11, 20))
    assert alerts_due(date(2026, 11, 13)) == [(budget, 7)]
    assert alerts_due(date(2026, 11, 19)) == [(budget, 1)]
    assert alerts_due(date(2026, 9, 14)) == [(suit, 14)]
    assert alerts_due(date(2026, 9, 15)) == []
    assert [days for day in range(1, 31) for _one, days in alerts_due(date(2026, 9, day))] == [14, 7, 3, 1]


def test_home_shows_what_ends_within_four_weeks(officer: Staff, signed_in: SignIn) -> None:
    today = timezone.localdate()
    empty = signed_in(officer).get(reverse("home")).content.decode()
    assert "앞으로 4주 안에 등록된 기한이 없습니다" in empty
    rule = RuleFactory(length=0, rolls=False, name="답변서")
    near = DeadlineFactory(rule=rule, trigger_on=today + timedelta(days=5), title="가까운 사건")
    DeadlineFactory(rule=rule, trigger_on=today + timedelta(days=29), title="먼 사건")
    DeadlineFactory(rule=rule, trigger_on=today + timedelta(days=6), title="남의 팀 사건", team=Team.BUDGET)
    assert list(upcoming(officer, today, 28)) == [near]
    page = signed_in(officer).get(reverse("home")).content.decode()
    assert "가까운 사건 답변서" in page
    assert "D-5" in page
    assert "먼 사건" not in page
    assert "남의 팀 사건" not in page


def told(today: date) -> dict[str, list[str]]:
    """today 에 새로 알린 것: {사람: 제목들}"""
    watch_deadlines(today)
    found: dict[str, list[str]] = {}
    for notice in Notice.objects.filter(read_at=None).order_by("pk"):
        found.setdefault(notice.recipient.name, []).append(notice.title)
    Notice.objects.read()
    return found


def test_the_morning_tells_the_handler_then_the_head(officer: Staff) -> None:
    head = StaffFactory(role=Role.HEAD, name="과장")
    officer.name = "담당"
    officer.save()
    deadline = appeal(handler=officer, title="2026구합1")
    assert told(date(2026, 9, 14)) == {"담당": ["「2026구합1 상소기한(항소)」 안전 기한 2026. 9. 28.(월)까지 14일"]}
    assert told(date(2026, 9, 14)) == {}
    assert told(date(2026, 9, 15)) == {}
    assert set(told(date(2026, 9, 27))) == {"담당", "과장"}
    assert told(date(2026, 9, 29)) == {
        "담당": ["「2026구합1 상소기한(항소)」 법정 기한 2026. 9. 28.(월)이 지났습니다"],
        "과장": ["「2026구합1 상소기한(항소)」 법정 기한 2026. 9. 28.(월)이 지났습니다"],
    }
    deadline.refresh_from_db()
    assert deadline.state == Deadline.State.MISSED
    assert head.notices.count() == 2


def test_without_a_handler_the_team_or_the_department_is_told(officer: Staff) -> None:
    officer.name = "팀원"
    officer.save()
    person = StaffFactory(role=Role.DEPARTMENT, name="부서원")
    StaffFactory(role=Role.TEAM, team=Team.BUDGET, name="남의 팀")
    DeadlineFactory(title="가")
    DeadlineFactory(title="나", team="", department=person.department)
    assert set(told(date(2026, 9, 14))) == {"팀원", "부서원"}


def test_what_i_handle_is_in_my_list_of_things_to_do(officer: Staff, signed_in: SignIn) -> None:
    rule = RuleFactory(length=0, rolls=False, name="답변서")
    for days, title in ((5, "가까운 사건"), (30, "먼 사건")):
        DeadlineFactory(rule=rule, trigger_on=timezone.localdate() + timedelta(days=days), title=title, handler=officer)
    page = signed_in(officer).get(reverse("todo")).content.decode()
    assert "가까운 사건 답변서" in page
    assert "먼 사건" not in page


def test_open_deadlines_are_handed_over(officer: Staff, second: Staff) -> None:
    waiting, done = appeal(handler=officer), DeadlineFactory(handler=officer)
    done.close(officer)
    items = next(one for one in OPEN_ITEMS if one.label == "기한")
    assert items.of_handler(officer, timezone.localdate()) == [waiting]


def test_what_no_longer_needs_doing_lapses_without_a_second_person(officer: Staff) -> None:
    """지킬 일이 없어진 기한은 한 일이 아니므로 혼자 끝낸다. 끝낸 날은 실제로 한 날이다."""
    deadline = appeal(handler=officer)
    with pytest.raises(ValidationError, match="혼자 끝낼 수 없습니다"):
        deadline.close(officer, "포기", on=deadline.trigger_on)
    deadline.lapse(officer, "상대가 소를 취하함", on=deadline.trigger_on)
    deadline.refresh_from_db()
    assert (deadline.state, deadline.closed_on, deadline.is_late) == (Deadline.State.DONE, deadline.trigger_on, False)
