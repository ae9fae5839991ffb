"""자료 하나에 하는 일: 누가, 어느 상태에서, 엇갈린 요청, 두 번 보내기, 되돌리기."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from core.access import Role
from core.history.context import acting_as
from core.history.models import Change
from core.org.models import Staff, Vehicle
from core.org.views import VehicleScreens
from core.screens.acts import Act, ActForm, DayForm
from core.screens.models import FormToken
from core.screens.views.act import ActView
from tests.core.rounds.test_race import together
from tests.factories import DepartmentFactory, StaffFactory, VehicleFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.screens.act_urls")]
SignIn = Callable[[Staff], Client]


class SeatsForm(ActForm):
    seats = forms.IntegerField(label="몇 대", min_value=1)
    why = forms.CharField(label="까닭", required=False)

    def starting(self) -> dict[str, Any]:
        return {"seats": self.record.quantity}


def add_seats(record: Vehicle, data: dict[str, Any], user: Staff) -> list[str]:
    record.quantity = (record.quantity or 0) + data["seats"]
    record.save()
    if record.quantity > 50:
        raise ValidationError({"seats": "50대를 넘을 수 없습니다."})
    if data["why"] == "거절":
        raise ValidationError("그 까닭으로는 할 수 없습니다.")
    return [f"{data['seats']}대를 더했습니다.", "대장도 고쳐 주세요."]


def scrap(record: Vehicle, data: dict[str, Any], user: Staff) -> str:
    record.delete()
    return "폐차했습니다."


def tell(record: Vehicle, data: dict[str, Any], user: Staff) -> str:
    record.note = f"{data['on']:%Y-%m-%d} {user.name}"
    record.save()
    record.department.name = "새 이름"
    record.department.save()
    return "알렸습니다."


def may_tell(record: Vehicle, user: Staff) -> bool:
    return user.role in (Role.ADMIN, Role.HEAD)


def is_here(record: Vehicle) -> bool:
    if record.category == "폐차":
        raise ValidationError("폐차한 차량입니다.")
    return record.category != "없음"


ACTS = (
    Act("add", "더하기", add_seats, SeatsForm, "대수를 더합니다.", possible=is_here, main=True, undo=True),
    Act("scrap", lambda record: f"{record.name} 폐차", scrap),
    Act("tell", "알리기", tell, DayForm.titled("알린 날"), may=may_tell, undo=True),
    Act("quick", "바로 더하기", add_seats, SeatsForm, paged=False),
)


@pytest.fixture(autouse=True)
def acts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VehicleScreens, "acts", ACTS)


@pytest.fixture
def vehicle() -> Vehicle:
    return VehicleFactory(quantity=1, name="순찰차")


@pytest.fixture
def client(signed_in: SignIn) -> Client:
    return signed_in(StaffFactory(role=Role.ADMIN, name="김관리"))


def url(vehicle: Vehicle, act: str) -> str:
    return f"/org/vehicles/{vehicle.pk}/act/{act}/"


def said(response: Any) -> list[str]:
    return [str(one) for one in get_messages(response.wsgi_request)]


# --- 누가, 언제 ---------------------------------------------------------------------------------------


def test_buttons_are_what_this_person_may_do_now(vehicle: Vehicle, client: Client, signed_in: SignIn) -> None:
    page = client.get(f"/org/vehicles/{vehicle.pk}/")
    assert [(one.name, one.title, one.is_main) for one in page.context["acts"]] == [
        ("add", "더하기", True), ("scrap", "순찰차 폐차", False), ("tell", "알리기", False),
    ]  # fmt: skip
    assert url(vehicle, "add") in page.content.decode()
    head = signed_in(StaffFactory(role=Role.HEAD)).get(f"/org/vehicles/{vehicle.pk}/")
    assert [one.name for one in head.context["acts"]] == ["tell"]
    Vehicle.objects.filter(pk=vehicle.pk).update(category="폐차")
    assert "add" not in [one.name for one in client.get(f"/org/vehicles/{vehicle.pk}/").context["acts"]]


@pytest.mark.parametrize(("role", "act", "status"), [
    (Role.ADMIN, "add", 200), (Role.HEAD, "add", 403), (Role.HEAD, "tell", 200), (Role.VIEWER, "tell", 403), (Role.ADMIN, "fly", 404),
])  # fmt: skip
def test_who_may_open(role: str, act: str, status: int, vehicle: Vehicle, signed_in: SignIn) -> None:
    one = signed_in(StaffFactory(role=role))
    assert one.get(url(vehicle, act)).status_code == status
    sent = one.post(url(vehicle, act), {"seats": "2", "on": "2024-03-04"}).status_code
    assert sent == (302 if status == 200 else status)


def test_refused_now_says_why(vehicle: Vehicle, client: Client) -> None:
    Vehicle.objects.filter(pk=vehicle.pk).update(category="폐차")
    page = client.get(url(vehicle, "add"))
    assert page.status_code == 409
    assert "폐차한 차량입니다." in page.content.decode()
    sent = client.post(url(vehicle, "add"), {"seats": "2"})
    assert sent.status_code == 422
    assert "폐차한 차량입니다." in sent.content.decode() and 'value="2"' in sent.content.decode()
    Vehicle.objects.filter(pk=vehicle.pk).update(category="없음")
    assert "지금은 할 수 없는 처리입니다" in client.get(url(vehicle, "add")).content.decode()


def test_states_name_where_it_can_be_done(vehicle: Vehicle, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VehicleScreens, "state", "category")
    field = Vehicle._meta.get_field("category")
    monkeypatch.setattr(field, "choices", [("장비", "장비"), ("new", "새 차")])
    monkeypatch.setattr(VehicleScreens, "acts", (Act("run", "등록", scrap, states=("new",)),))
    page = client.get(url(vehicle, "run"))
    assert page.status_code == 409
    assert "지금은 「장비」 상태라 등록을 할 수 없습니다. 「새 차」 상태에서 합니다." in page.content.decode()
    Vehicle.objects.filter(pk=vehicle.pk).update(category="new")
    assert client.post(url(vehicle, "run")).status_code == 302


# --- 잠근 뒤 ------------------------------------------------------------------------------------------


def after_the_page(monkeypatch: pytest.MonkeyPatch, change: Callable[[], Any]) -> None:
    """첫 물음과 잠그기 사이에 다른 사람이 바꾼다."""
    lock = ActView.lock

    def late(self: ActView) -> None:
        change()
        lock(self)

    monkeypatch.setattr(ActView, "lock", late)


def test_permission_is_asked_again_after_the_lock(vehicle: Vehicle, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VehicleScreens, "acts", (Act("add", "더하기", add_seats, SeatsForm, may=lambda record, user: record.body != "남의 차"),))
    after_the_page(monkeypatch, lambda: Vehicle.objects.filter(pk=vehicle.pk).update(body="남의 차"))
    assert client.post(url(vehicle, "add"), {"seats": "2"}).status_code == 403
    vehicle.refresh_from_db()
    assert vehicle.quantity == 1


def test_state_is_asked_again_after_the_lock(vehicle: Vehicle, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    after_the_page(monkeypatch, lambda: Vehicle.objects.filter(pk=vehicle.pk).update(category="폐차"))
    sent = client.post(url(vehicle, "add"), {"seats": "2"})
    assert (sent.status_code, Vehicle.objects.get().quantity) == (422, 1)


def test_a_row_deleted_meanwhile_is_not_found(vehicle: Vehicle, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    after_the_page(monkeypatch, lambda: Vehicle.objects.filter(pk=vehicle.pk).delete())
    assert client.post(url(vehicle, "add"), {"seats": "2"}).status_code == 404


def test_a_moved_record_says_who_moved_it_to_what_and_keeps_what_was_typed(vehicle: Vehicle, client: Client) -> None:
    page = client.get(url(vehicle, "add")).content.decode()
    assert f'name="_version" value="{vehicle.version}"' in page
    with acting_as(StaffFactory(name="박빠름"), "화면"):
        moved = Vehicle.objects.get(pk=vehicle.pk)
        moved.quantity = 7
        moved.save()
    sent = {"seats": "2", "why": "새로 샀음", "_version": str(vehicle.version)}
    stale = client.post(url(vehicle, "add"), sent)
    text = stale.content.decode()
    assert stale.status_code == 422
    assert "방금 박빠름 님이 먼저 고쳤습니다(대수 「1」 → 「7」)" in text
    assert "새로 샀음" in text
    assert f'name="_version" value="{moved.version}"' in text
    assert Vehicle.objects.get().quantity == 7
    # 보고도 그대로 하려면 다시 누른다.
    assert client.post(url(vehicle, "add"), {**sent, "_version": str(moved.version)}).status_code == 302
    assert Vehicle.objects.get().quantity == 9


# --- 틀린 것 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sent", "field", "text"), [
    ({"seats": "0"}, "seats", ""), ({"seats": "60"}, "seats", "50대를 넘을 수 없습니다."), ({"seats": "2", "why": "거절"}, "__all__", "그 까닭"),
])  # fmt: skip
def test_what_is_wrong_is_shown_in_the_form_and_nothing_changes(
    sent: dict[str, str], field: str, text: str, vehicle: Vehicle, client: Client
) -> None:
    response = client.post(url(vehicle, "add"), {**sent, "_token": "a"})
    assert response.status_code == 422
    assert field in response.context["form"].errors and text in str(response.context["form"].errors)
    assert f'value="{sent["seats"]}"' in response.content.decode()
    assert Vehicle.objects.get().quantity == 1
    assert not Change.objects.filter(model="core.vehicle", action="changed").exists() and not FormToken.objects.exists()


def test_an_act_without_its_own_page_answers_on_the_detail_page(vehicle: Vehicle, client: Client) -> None:
    assert client.get(url(vehicle, "quick")).status_code == 405
    wrong = client.post(url(vehicle, "quick"), {"seats": "0"})
    assert (wrong.status_code, wrong.url) == (302, f"/org/vehicles/{vehicle.pk}/")
    assert said(wrong)[0].startswith("몇 대: ")
    assert client.post(url(vehicle, "quick"), {"seats": "2"}).status_code == 302
    assert Vehicle.objects.get().quantity == 3


# --- 한 뒤 --------------------------------------------------------------------------------------------


def test_one_batch_of_history_and_undo(vehicle: Vehicle, client: Client) -> None:
    done = client.post(url(vehicle, "add"), {"seats": "2"}, follow=True)
    change = Change.objects.filter(model="core.vehicle").latest("pk")
    assert (change.actor.name, change.source, change.values) == ("김관리", f"화면 {url(vehicle, 'add')}", {"quantity": [1, 3]})
    page = done.content.decode()
    assert "2대를 더했습니다." in page and "대장도 고쳐 주세요." in page
    undo = f"/org/vehicles/undo/{change.batch}/"
    assert f'action="{undo}"' in page
    client.post(undo)
    assert Vehicle.objects.get().quantity == 1


def test_undo_is_not_promised_when_another_record_changed_too(vehicle: Vehicle, client: Client) -> None:
    page = client.post(url(vehicle, "tell"), {"on": "2024-03-04"}, follow=True).content.decode()
    assert "알렸습니다." in page and "/undo/" not in page


def test_after_the_record_is_gone_the_list_opens(vehicle: Vehicle, client: Client) -> None:
    done = client.post(url(vehicle, "scrap"))
    assert (done.status_code, done.url) == (302, "/org/vehicles/")


# --- 두 번 보내기 -------------------------------------------------------------------------------------


def token_of(page: str) -> str:
    return page.partition('name="_token" value="')[2].partition('"')[0]


def test_the_second_of_two_equal_requests_finds_the_first_result(vehicle: Vehicle, client: Client) -> None:
    sent = {"seats": "2", "_token": token_of(client.get(url(vehicle, "add")).content.decode())}
    assert len(sent["_token"]) == 32
    first, second = (client.post(url(vehicle, "add"), sent) for _ in range(2))
    assert (first.status_code, first.url) == (second.status_code, second.url) == (302, f"/org/vehicles/{vehicle.pk}/")
    assert Vehicle.objects.get().quantity == 3
    # 첫 번째의 알림을 아직 보지 못했으면 그것만 보이고, 이미 보았으면 한 번만 했다고 알린다.
    assert said(second) == ["2대를 더했습니다.", "대장도 고쳐 주세요."]
    client.get(second.url)
    third = client.post(url(vehicle, "add"), sent)
    assert Vehicle.objects.get().quantity == 3
    assert said(third) == ["같은 것을 두 번 보내 한 번만 했습니다."]


def test_an_act_that_took_the_record_away_is_still_done_once(vehicle: Vehicle, client: Client) -> None:
    """첫 번째가 자료를 없앴어도 두 번째는 「없는 자료」가 아니라 첫 번째의 결과로 간다."""
    urls = [client.post(url(vehicle, "scrap"), {"_token": "same"}) for _ in range(2)]
    assert [(one.status_code, one.url) for one in urls] == [(302, "/org/vehicles/")] * 2


def test_going_back_and_changing_a_value_is_another_request(vehicle: Vehicle, client: Client) -> None:
    """뒤로 가서 값을 바꿔 보낸 것은 버리지 않는다."""
    for seats in ("2", "3"):
        client.post(url(vehicle, "add"), {"seats": seats, "_token": "same"})
    assert Vehicle.objects.get().quantity == 6


def test_another_person_is_another_request(vehicle: Vehicle, client: Client, signed_in: SignIn) -> None:
    for one in (client, signed_in(StaffFactory(role=Role.ADMIN))):
        one.post(url(vehicle, "add"), {"seats": "2", "_token": "same"})
    assert Vehicle.objects.get().quantity == 5


def test_adding_and_editing_twice(client: Client) -> None:
    department = DepartmentFactory()
    page = client.get("/org/vehicles/add/").content.decode()
    sent = {"department": department.pk, "category": "승용", "name": "새 차", "_token": token_of(page)}
    urls = {client.post("/org/vehicles/add/", sent).url for _ in range(2)}
    vehicle = Vehicle.objects.get()
    assert urls == {f"/org/vehicles/{vehicle.pk}/"}
    edit = f"/org/vehicles/{vehicle.pk}/edit/"
    sent = {**sent, "name": "헌 차", "_version": "0", "_token": token_of(client.get(edit).content.decode())}
    assert {client.post(edit, sent).status_code for _ in range(2)} == {302}
    assert Vehicle.objects.get().name == "헌 차"
    # 표가 없는 요청은 막지 않는다.
    del sent["_token"]
    for _ in range(2):
        client.post("/org/vehicles/add/", sent)
    assert Vehicle.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_pressed_together_it_is_done_once(client: Client) -> None:
    """네 번이 한꺼번에 와도 하나만 하고, 넷 모두 그 결과로 간다."""
    vehicle, department = VehicleFactory(quantity=1, name="순찰차"), DepartmentFactory()
    staff = Staff.objects.get(name="김관리")

    def press(address: str, sent: dict[str, Any]) -> Callable[[], Any]:
        one = Client()
        one.force_login(staff)
        return lambda: one.post(address, {**sent, "_token": "same"}).url

    found = together([press(url(vehicle, "add"), {"seats": "2"}) for _ in range(4)])
    assert found == [f"/org/vehicles/{vehicle.pk}/"] * 4
    assert Vehicle.objects.get(pk=vehicle.pk).quantity == 3
    new = {"department": department.pk, "category": "승용", "name": "새 차"}
    added = together([press("/org/vehicles/add/", new) for _ in range(4)])
    assert added == [f"/org/vehicles/{Vehicle.objects.get(name='새 차').pk}/"] * 4


def test_old_tokens_are_cleared(client: Client) -> None:
    FormToken.objects.create(key="old", made_at=timezone.now() - timedelta(days=2))
    FormToken.objects.create(key="new")
    assert FormToken.objects.discard_old(timezone.now() - timedelta(days=1)) == 1
    assert FormToken.objects.get().key == "new"
