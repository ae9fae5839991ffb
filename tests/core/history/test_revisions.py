"""자료의 판: 바뀌면 모든 프로세스가 다음 화면에서 알고, 바뀌지 않으면 다시 읽지 않는다."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.access import Role, Team
from core.history import revisions
from core.history.revisions import Revision, kept, looking
from core.notices.models import Notice, notify
from core.org.models import Department, Staff, Vehicle
from core.rounds.models import Round, Submission
from core.screens.models import ColumnChoice, SavedFilter
from tests.core.rounds.factories import RoundFactory, SubmissionFactory
from tests.factories import DepartmentFactory, StaffFactory, VehicleFactory
from tests.processes import start

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/org/departments/"
SignIn = Callable[[Staff], Client]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    revisions._memory.clear()
    yield
    revisions._memory.clear()


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


class TestKept:
    def test_reads_once_until_something_changes(self) -> None:
        office = DepartmentFactory(name="총무과")
        assert [queries(look) for _again in range(3)] == [2, 1, 1]
        VehicleFactory(department=office)
        assert queries(look) == 1, "다른 자료가 바뀌어도 다시 읽지 않는다"

    @pytest.mark.parametrize("change", [
        lambda office: setattr(office, "name", "새 이름") or office.save(),
        lambda office: Department.objects.filter(pk=office.pk).update(name="새 이름"),
        lambda office: setattr(office, "name", "새 이름") or Department.objects.bulk_update([office], ["name"]),
        lambda office: Department.objects.bulk_create([Department(code="새", name="새 이름")]),
        lambda office: office.delete(),
        lambda office: Department.objects.filter(pk=office.pk).delete(),
    ])  # fmt: skip
    def test_every_way_of_writing_is_seen(self, change: Callable[[Department], object]) -> None:
        office = DepartmentFactory(name="총무과")
        before = look()
        change(office)
        assert look() == names() != before

    def test_cascade_and_private_things_are_seen(self) -> None:
        """함께 지워지는 자료의 판도 오른다."""
        found = SubmissionFactory()
        before = Revision.objects.of(["core.submission"])
        found.round.delete()
        assert not Submission.objects.exists()
        assert Revision.objects.of(["core.submission"]) != before

    def test_what_is_taken_back_is_never_remembered(self) -> None:
        office, before = DepartmentFactory(name="총무과"), revision()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            office.name = "잘못"
            office.save()
            assert look() == ("잘못",), "쓰고 있는 거래는 제가 쓴 것을 본다"
            raise ZeroDivisionError
        assert (look(), revision()) == (("총무과",), before)

    def test_write_after_a_point_that_was_taken_back_still_moves(self) -> None:
        """저장점이 되돌려지면 그 안에서 올린 판도 되돌려진다. 뒤에 쓴 것은 다시 올린다."""
        office, before = DepartmentFactory(name="총무과"), revision()
        with transaction.atomic():
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                Department.objects.filter(pk=office.pk).update(name="잘못")
                raise ZeroDivisionError
            Department.objects.filter(pk=office.pk).update(name="바름")
            with transaction.atomic():
                Department.objects.filter(pk=office.pk).update(name="더 바름")
        assert revision() != before
        assert look() == ("더 바름",)

    def test_one_transaction_writes_one_step(self) -> None:
        with transaction.atomic():
            DepartmentFactory.create_batch(5)
        assert Revision.objects.filter(model="core.department").count() == 1

    def test_request_that_writes_sees_what_it_wrote(self) -> None:
        DepartmentFactory(name="총무과")
        with looking(True):
            assert kept("names", (Department,), names) == ("총무과",)
            Department.objects.update(name="새 이름")
            assert kept("names", (Department,), names) == ("새 이름",)

    def test_folding_keeps_the_sum(self) -> None:
        for _again in range(4):
            DepartmentFactory()
        StaffFactory(department=None)
        before, seen = revision(), look()
        assert Revision.objects.fold() == 3
        assert (Revision.objects.filter(model="core.department").count(), revision()) == (1, before)
        assert queries(look) == 1
        assert look() == seen
        assert Revision.objects.fold() == 0


class TestPages:
    def test_new_department_is_offered_at_once(self, signed_in: SignIn) -> None:
        client = signed_in(StaffFactory(role=Role.ADMIN))
        bureau = DepartmentFactory(name="행정국")
        assert f'value="{bureau.pk}"' in client.get(URL).content.decode()
        bureau.name = "기획국"
        bureau.save()
        page = client.get(URL).content.decode()
        assert f'<option value="{bureau.pk}">기획국</option>' in page
        assert f'<option value="{bureau.pk}">행정국</option>' not in page

    def test_personal_things_stay_with_the_person(self, signed_in: SignIn) -> None:
        """고른 열, 저장한 조건, 읽지 않은 알림은 번갈아 보아도 섞이지 않고, 바꾸면 바로 보인다."""
        one, two = (StaffFactory(role=Role.TEAM, team=team, name=name) for team, name in ((Team.BUDGET, "가"), (Team.LEGAL, "나")))
        ColumnChoice.objects.create(owner=one, screen="core.department-list", columns=["name", "code"])
        mine = SavedFilter.objects.create(owner=one, screen="core.department-list", name="나만의 조건", query="kind=dong")
        notify([one], Notice.Reason.DUE, "마감")
        DepartmentFactory()
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
        clients[0].post("/lists/columns/", {"screen": "core.department-list", "column": ["name", "kind"], "next": URL})
        assert "나만의 조건" not in clients[1].get(URL).content.decode()
        assert [one.columns for one in ColumnChoice.objects.all()] == [clients[0].get(URL).context["table"].shown_columns]

    def test_page_size_chosen_on_one_page_is_kept(self, signed_in: SignIn) -> None:
        client = signed_in(StaffFactory(role=Role.ADMIN))
        DepartmentFactory.create_batch(20)
        sizes = [client.get(URL, query).context["table"].page.paginator.per_page for query in ({}, {"per_page": "50"}, {}, {})]
        assert sizes == [15, 50, 50, 50]

    def test_deadline_passes_without_a_change(self, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
        """기다리는 제출은 기억해도, 마감이 지났는지는 볼 때마다 본다."""
        department = DepartmentFactory()
        client = signed_in(StaffFactory(role=Role.DEPARTMENT, department=department))
        now = timezone.now()
        SubmissionFactory(
            round=RoundFactory(status=Round.Status.OPEN, due_at=now + timedelta(minutes=5)), department=department,
            responsible=department,
        )  # fmt: skip
        hot = '<span class="n hot">1<span'
        assert hot not in client.get(URL).content.decode()
        monkeypatch.setattr("config.frame.timezone.now", lambda: now + timedelta(minutes=10))
        assert hot in client.get(URL).content.decode()

    @pytest.mark.parametrize("role", [Role.ADMIN, Role.DEPARTMENT])
    def test_number_of_queries(self, signed_in: SignIn, role: Role) -> None:
        """세션, 사람, 판, 건수, 행. 늘어나면 까닭을 적고 고친다."""
        client = signed_in(StaffFactory(role=role, department=DepartmentFactory()))
        DepartmentFactory.create_batch(20)
        client.get(URL)
        assert queries(lambda: client.get(URL)) <= 5


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
