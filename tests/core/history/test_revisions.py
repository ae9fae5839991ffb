"""자료의 판: 바뀌면 모든 프로세스가 다음 화면에서 알고, 바뀌지 않으면 다시 읽지 않는다."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.access import Role, Team
from core.history import revisions
from core.history.revisions import Revision, kept, kept_page, looking
from core.notices.models import Notice, notify
from core.org.models import Department, Staff
from core.rounds.models import Round, Submission
from core.screens.models import ColumnChoice, SavedFilter
from legal.lawsuits.models import Party
from tests.core.rounds.factories import RoundFactory, SubmissionFactory
from tests.factories import DepartmentFactory, StaffFactory, VehicleFactory
from tests.processes import start

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/org/departments/"
SignIn = Callable[[Staff], Client]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    revisions._memory.clear()
    revisions._pages.clear()
    yield
    revisions._memory.clear()
    revisions._pages.clear()


def names() -> tuple[str, ...]:
    return tuple(Department.objects.order_by("code").values_list("name", flat=True))


def look() -> tuple[str, ...]:
    """화면 하나가 보는 부서의 이름."""
    with looking(True):
        return kept("names", (Department,), names)


def revision() -> int:
    return Revision.objects.of(["core.department"])["core.department"]


def queries(what: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as found:
        what()
    return len(found)


WAYS: dict[str, Callable[[Department], object]] = {
    "한 행 고치기": lambda office: setattr(office, "name", "가") or office.save(),
    "한꺼번에 고치기": lambda office: Department.objects.filter(pk=office.pk).update(name="나"),
    "행마다 고치기": lambda office: setattr(office, "name", "다") or Department.objects.bulk_update([office], ["name"]),
    "한꺼번에 넣기": lambda office: Department.objects.bulk_create([Department(code="새", name="새 이름")]),
    "한 행 지우기": lambda office: office.delete(),
    "한꺼번에 지우기": lambda office: Department.objects.all().delete(),
}


def test_reads_once_until_something_changes() -> None:
    """어느 길로 쓰든 바뀌면 다시 읽고, 다른 자료가 바뀌어도 다시 읽지 않는다."""
    office, other = DepartmentFactory(name="총무과"), DepartmentFactory(name="감사과")
    assert [queries(look) for _again in range(3)] == [2, 1, 1]
    car = VehicleFactory(department=other)
    assert queries(look) == 1
    car.delete()
    for way, change in WAYS.items():
        before = look()
        change(office)
        assert look() == names() != before, way
    # 함께 지워지는 자료의 판도 오른다.
    found = SubmissionFactory()
    before = Revision.objects.of(["core.submission"])
    found.round.delete()
    assert not Submission.objects.exists()
    assert Revision.objects.of(["core.submission"]) != before


@transaction.atomic
def take_back(rows: QuerySet[Department]) -> None:
    """고쳤다가 되돌린다. 쓰고 있는 거래는 제가 쓴 것을 본다."""
    rows.update(name="잘못")
    assert look() == ("잘못",)
    raise ZeroDivisionError


def test_transaction_moves_the_revision_once_and_what_is_taken_back_is_never_remembered() -> None:
    office = DepartmentFactory(name="총무과")
    rows, before = Department.objects.filter(pk=office.pk), revision()
    with pytest.raises(ZeroDivisionError):
        take_back(rows)
    assert (look(), revision()) == (("총무과",), before)
    # 저장점이 되돌려지면 그 안에서 올린 판도 되돌려진다. 뒤에 쓴 것은 다시 올린다.
    steps = Revision.objects.count()
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError):
            take_back(rows)
        rows.update(name="바름")
        with transaction.atomic():
            rows.update(name="더 바름")
    assert (look(), Revision.objects.count()) == (("더 바름",), steps + 1)
    # 보는 화면이 쓰기도 하면 제가 쓴 것을 본다.
    with looking(True):
        assert kept("names", (Department,), names) == ("더 바름",)
        rows.update(name="새 이름")
        assert kept("names", (Department,), names) == ("새 이름",)
    # 접어도 합은 같으므로 다시 읽지 않는다.
    before, seen, steps = revision(), look(), Revision.objects.count()
    assert Revision.objects.fold() == steps - 1
    assert (Revision.objects.filter(model="core.department").count(), revision()) == (1, before)
    assert queries(look) == 1
    assert look() == seen
    assert Revision.objects.fold() == 0


def test_personal_things_stay_with_the_person(signed_in: SignIn) -> None:
    """고른 열, 저장한 조건, 읽지 않은 알림은 번갈아 보아도 섞이지 않고, 바꾸면 바로 보인다."""
    one, two = (StaffFactory(role=Role.TEAM, team=team, name=name) for team, name in ((Team.BUDGET, "가"), (Team.LEGAL, "나")))
    ColumnChoice.objects.create(owner=one, screen="core.department-list", columns=["name", "code"])
    mine = SavedFilter.objects.create(owner=one, screen="core.department-list", name="나만의 조건", query="kind=dong")
    notify([one], Notice.Reason.DUE, "마감")
    DepartmentFactory.create_batch(20)
    clients = [signed_in(person) for person in (one, two)]
    for _again in range(2):
        first, second = (client.get(URL) for client in clients)
        assert first.context["table"].shown_columns == ["name", "code"] != second.context["table"].shown_columns
        assert "나만의 조건" in first.content.decode()
        assert "나만의 조건" not in second.content.decode()
        assert [page.context["frame"]["unread"] for page in (first, second)] == [1, 0]
    SavedFilter.objects.filter(pk=mine.pk).update(is_shared=True)
    two.team = Team.BUDGET
    two.save()
    Notice.objects.for_user(one).read()
    first, second = (client.get(URL) for client in clients)
    assert "나만의 조건" in second.content.decode()
    assert first.context["frame"]["unread"] == 0
    mine.delete()
    assert "나만의 조건" not in clients[1].get(URL).content.decode()
    sizes = [clients[1].get(URL, query).context["table"].page.paginator.per_page for query in ({}, {"per_page": "50"}, {}, {})]
    assert sizes == [15, 50, 50, 50]
    assert clients[0].get(URL).context["table"].page.paginator.per_page == 15


def test_lists_see_a_change_at_once_and_ask_five_times(
    signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    department = DepartmentFactory(name="총무과")
    bureau = DepartmentFactory(name="행정국")
    DepartmentFactory.create_batch(20)
    admin = signed_in(StaffFactory(role=Role.ADMIN, department=department))
    handler = signed_in(StaffFactory(role=Role.DEPARTMENT, department=department))
    assert f'<option value="{bureau.pk}">행정국</option>' in admin.get(URL).content.decode()
    bureau.name = "기획국"
    bureau.save()
    page = admin.get(URL).content.decode()
    assert f'<option value="{bureau.pk}">기획국</option>' in page
    assert f'<option value="{bureau.pk}">행정국</option>' not in page
    # 기다리는 제출은 기억해도, 마감이 지났는지는 볼 때마다 본다.
    now, hot = timezone.now(), '<span class="n hot">1<span'
    SubmissionFactory(
        round=RoundFactory(status=Round.Status.OPEN, due_at=now + timedelta(minutes=5)), department=department,
        responsible=department,
    )  # fmt: skip
    assert hot not in handler.get(URL).content.decode()
    monkeypatch.setattr("config.frame.timezone.now", lambda: now + timedelta(minutes=10))
    assert hot in handler.get(URL).content.decode()
    # 세션, 사람, 판, 건수, 행. 늘어나면 까닭을 적고 고친다.
    for client in (admin, handler):
        client.get(URL)
        assert queries(lambda client=client: client.get(URL)) <= 5  # type: ignore[misc]


WRITER = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django; django.setup()
from django.db import transaction
from core.history.revisions import Revision
from core.org.models import Department
office = Department.objects.get(code=sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for turn in range(1, 41):
    with transaction.atomic():
        office.name = str(turn)
        office.save()
        Department.objects.filter(pk=office.pk).update(short_name=str(turn))
    if turn % 10 == 0:
        Revision.objects.fold()
"""


def test_two_writers_and_a_reader() -> None:
    """두 프로세스가 함께 고치는 동안에도, 화면이 열리기 앞에 끝난 고침은 그 화면에 반드시 있다."""
    for code in ("가", "나"):
        DepartmentFactory(code=code, name="0")
    writers = [start("-c", WRITER, code, stdin=subprocess.PIPE) for code in ("가", "나")]
    try:
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write("\n")
            writer.stdin.flush()
        looked, moved = 0, set()
        while any(writer.poll() is None for writer in writers):
            settled = names()
            seen = look()
            assert all(int(now) >= int(then) for now, then in zip(seen, settled, strict=True)), (seen, settled)
            looked += 1
            moved.add(seen)
        assert [writer.wait() for writer in writers] == [0, 0]
        assert look() == names() == ("40", "40")
        assert looked > len(moved) > 5
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()


# --- 화면 하나를 기억하기 --------------------------------------------------------------------------------


class Page:
    """부서의 이름과, 그릴 때에야 읽는 회차의 수를 보이는 화면."""

    built = 0

    def open(self) -> str:
        with looking(True):
            return kept_page("page", self.build, lambda page: f"{page['names']} {page['rounds'].count()} {list(page['late'])}")

    def build(self) -> dict[str, Any]:
        self.built += 1
        return {"names": names(), "rounds": Round.objects.all(), "late": Submission.objects.values_list("status", flat=True)}


def test_a_page_is_built_again_only_when_something_it_read_changes() -> None:
    """무엇을 읽는지 적지 않아도, 지을 때 읽은 것과 그릴 때 늦게 읽은 것이 바뀌면 다시 짓는다."""
    office, page = DepartmentFactory(name="총무과"), Page()
    page.open()
    page.open()  # 처음에는 무엇을 읽을지 몰라 판을 읽지 못했다
    before = page.built
    assert page.open() == page.open()
    assert page.built == before
    VehicleFactory(department=office)
    page.open()
    assert page.built == before
    office.name = "총무행정과"
    office.save()
    assert "총무행정과" in page.open()
    assert page.built == before + 1
    SubmissionFactory(round=RoundFactory())
    assert "not_started" in page.open()
    assert page.built == before + 2


def test_a_page_written_while_it_was_built_is_built_again() -> None:
    """짓는 동안 남이 고치면, 옛것을 새 판으로 기억하지 않는다."""
    office, page = DepartmentFactory(name="앞"), Page()
    page.open()
    page.open()
    revisions._pages.clear()
    plain = page.build

    def slowly() -> dict[str, Any]:
        found = plain()
        Department.objects.filter(pk=office.pk).update(name="뒤")
        return found

    page.build = slowly  # type: ignore[method-assign]
    assert "앞" in page.open()
    page.build = plain  # type: ignore[method-assign]
    assert "뒤" in page.open()


def test_personal_columns_and_tables_without_a_revision_are_never_remembered() -> None:
    assert revisions.models_in(str(Party.objects.order_by().values("pk", "side").query)) == (Party,)
    assert revisions.models_in(str(Party.objects.order_by().values("pk", "name").query)) == ()
    assert revisions.models_in('SELECT "django_session"."session_data" FROM "django_session"') == ()
    calls = []

    def build() -> list[Any]:
        calls.append(1)
        return list(Party.objects.all())

    for _again in range(3):
        with looking(True):
            kept_page("personal", build, lambda page: page)
    assert len(calls) == 3


def test_a_quiet_change_moves_the_revision_too() -> None:
    """이력에 남기지 않는 항목도 화면에는 보인다."""
    staff = StaffFactory(role=Role.HEAD)
    before = Revision.objects.of(["core.staff"])
    staff.fiscal_year = 2020
    staff.save()
    after = Revision.objects.of(["core.staff"])
    assert after != before
    Staff.objects.filter(pk=staff.pk).update(fiscal_year=2021)
    assert Revision.objects.of(["core.staff"]) != after
