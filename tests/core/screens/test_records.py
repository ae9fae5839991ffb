"""상세·고치기·지우기·이력."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.access import Role, SharedScope
from core.history.context import acting_as
from core.history.models import Change
from core.org.models import Staff, Vehicle
from tests.factories import DepartmentFactory, PostFactory, StaffFactory, VehicleFactory

pytestmark = pytest.mark.django_db
URL = "/org/departments/"


@pytest.fixture
def admin() -> Staff:
    return StaffFactory(role=Role.ADMIN, name="김관리")


@pytest.fixture
def client(admin: Staff, signed_in: Callable[[Staff], Client]) -> Client:
    return signed_in(admin)


def test_neighbours_keep_the_filter_of_the_list(client: Client) -> None:
    first, _skipped, last = DepartmentFactory(kind="dong"), DepartmentFactory(kind="team"), DepartmentFactory(kind="dong")
    page = client.get(f"{URL}{first.pk}/?kind=dong&sort=order&page=1").context
    assert page["before_url"] == ""
    assert page["after_url"] == f"{URL}{last.pk}/?kind=dong&sort=order"


def test_related_rows_are_below(client: Client) -> None:
    department = DepartmentFactory()
    PostFactory.create_batch(12, department=department)
    PostFactory()
    posts = client.get(f"{URL}{department.pk}/").context["related"][1]
    assert posts["count"] == 12
    assert len(list(posts["table"].records)) == 10
    assert client.get(posts["list_url"]).context["listing"].count == 12
    assert client.get(posts["add_url"]).context["form"]["department"].value() == str(department.pk)


def test_reader_sees_no_buttons(signed_in: Callable[[Staff], Client]) -> None:
    department = DepartmentFactory()
    page = signed_in(StaffFactory(role=Role.VIEWER)).get(f"{URL}{department.pk}/").content.decode()
    assert f"{URL}{department.pk}/edit/" not in page
    assert f"{URL}{department.pk}/delete/" not in page


def test_refusal_says_whom_to_ask(signed_in: Callable[[Staff], Client]) -> None:
    department = DepartmentFactory()
    response = signed_in(StaffFactory(role=Role.VIEWER)).get(f"{URL}{department.pk}/edit/")
    assert response.status_code == 403
    assert "시스템관리자만 고칠 수 있습니다. 볼 수는 있습니다." in response.content.decode()


def test_choosing_theirs_keeps_their_value(client: Client) -> None:
    department = DepartmentFactory(name="홍보과", short_name="홍")
    page = client.get(f"{URL}{department.pk}/edit/")
    sent = {}
    for bound in page.context["form"]:
        value = bound.value()
        if value not in (None, False):
            sent[bound.html_name] = "on" if value is True else value
            sent[bound.html_initial_name] = sent[bound.html_name]
    department.name = "먼저 고침"
    department.save()
    response = client.post(f"{URL}{department.pk}/edit/", sent | {"name": "내가 고침", "short_name": "내"})
    keeps = {one.name: one.keep for one in response.context["differences"]}
    assert keeps == {"name": "mine", "short_name": "mine"}
    version = response.context["form"].data["_version"]
    chosen = {"name": "내가 고침", "short_name": "내", "_version": version, "_keep-name": "theirs", "_keep-short_name": "mine"}
    assert client.post(f"{URL}{department.pk}/edit/", sent | chosen).status_code == 302
    department.refresh_from_db()
    assert (department.name, department.short_name) == ("먼저 고침", "내")


def test_saving_unchanged_leaves_no_history(client: Client) -> None:
    vehicle = VehicleFactory()
    form = client.get(f"/org/vehicles/{vehicle.pk}/edit/").context["form"]
    sent = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    count = Change.objects.count()
    assert client.post(f"/org/vehicles/{vehicle.pk}/edit/", sent).status_code == 302
    assert Change.objects.count() == count


def test_save_and_next_opens_the_next_of_the_list(client: Client) -> None:
    first, _other, second = VehicleFactory(name="가", note="함께"), VehicleFactory(name="나"), VehicleFactory(name="다", note="함께")
    address = f"/org/vehicles/{first.pk}/edit/?q=함께&sort=name"
    form = client.get(address).context["form"]
    sent = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    response = client.post(address, sent | {"body": "고침", "_next": "1"})
    assert response["Location"].startswith(f"/org/vehicles/{second.pk}/edit/?")


def test_row_in_use_is_not_deleted(client: Client) -> None:
    post = PostFactory()
    response = client.post(f"{URL}{post.department_id}/delete/")
    assert response.status_code == 409
    assert "보직 1건" in response.content.decode()


def test_history_shows_who_when_and_what(client: Client, admin: Staff) -> None:
    bureau = DepartmentFactory(name="행정국")
    department = DepartmentFactory(name="총무과")
    with acting_as(admin, "엑셀 부서.xlsx"):
        department.parent = bureau
        department.save()
    page = client.get(f"{URL}{department.pk}/").content.decode()
    assert "김관리 · 엑셀 부서.xlsx" in page
    assert '<span class="to">행정국</span>' in page


def test_history_queries_do_not_grow(client: Client, django_assert_max_num_queries) -> None:
    department = DepartmentFactory()
    for bureau in DepartmentFactory.create_batch(8):
        department.parent = bureau
        department.save()
    with django_assert_max_num_queries(14):
        assert client.get(f"{URL}{department.pk}/history/").status_code == 200


def test_state_at_a_moment(client: Client) -> None:
    department = DepartmentFactory(name="처음 이름")
    before = timezone.localtime()
    department.name = "나중 이름"
    department.save()
    page = client.get(f"{URL}{department.pk}/history/", {"at": before.isoformat()}).content.decode()
    assert "처음 이름" in page.partition("그때의 모습")[2]
    early = (before - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert "아직 등록하지 않았습니다" in client.get(f"{URL}{department.pk}/history/", {"at": early}).content.decode()
    assert "언제인지 읽지 못했습니다" in client.get(f"{URL}{department.pk}/history/", {"at": "어제"}).content.decode()


def test_changes_page_is_for_the_division(client: Client, signed_in: Callable[[Staff], Client]) -> None:
    VehicleFactory(name="찾을 차")
    url = reverse("core.change-list")
    assert signed_in(StaffFactory(role=Role.DEPARTMENT)).get(url).status_code == 403
    page = client.get(url, {"source": "찾을 차", "model": "core.vehicle"})
    assert page.context["page"].paginator.count == 1
    assert client.get(url, {"since": "20990101"}).context["page"].paginator.count == 0


def test_closing_ones_own_row_is_saved(signed_in: Callable[[Staff], Client], monkeypatch: pytest.MonkeyPatch) -> None:
    """고친 값으로 스스로 굳은 행은 저장된다. 그 뒤에는 고치지 못한다."""
    scope = SharedScope("budget")
    scope.closed_when = Q(note="마침")
    monkeypatch.setattr(Vehicle, "scope", scope)
    client = signed_in(StaffFactory(role=Role.TEAM, team="budget"))
    row = VehicleFactory(note="")
    url = reverse("core.vehicle-edit", args=[row.pk])
    sent = {"department": row.department_id, "category": row.category, "name": row.name, "quantity": 1, "_version": row.version}
    assert client.post(url, sent | {"note": "마침"}).status_code == 302
    row.refresh_from_db()
    assert row.note == "마침"
    assert client.post(url, sent | {"note": "다시", "_version": row.version}).status_code == 403


def test_a_row_is_not_moved_into_a_closed_place(signed_in: Callable[[Staff], Client], monkeypatch: pytest.MonkeyPatch) -> None:
    """가리키는 것이 굳은 자리로 옮기는 것은 스스로 마친 것이 아니다."""
    closed = DepartmentFactory(code="S999")
    scope = SharedScope("budget")
    scope.closed_when = Q(department__code="S999")
    monkeypatch.setattr(Vehicle, "scope", scope)
    client = signed_in(StaffFactory(role=Role.TEAM, team="budget"))
    row = VehicleFactory()
    sent = {"department": closed.pk, "category": row.category, "name": row.name, "quantity": 1, "_version": row.version}
    assert client.post(reverse("core.vehicle-edit", args=[row.pk]), sent).status_code == 403
    row.refresh_from_db()
    assert row.department_id != closed.pk
