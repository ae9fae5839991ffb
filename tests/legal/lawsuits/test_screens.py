"""소송 화면의 약속."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from core.access import Role, Team
from core.history.models import Change
from core.org.models import Staff
from legal.lawsuits import services
from legal.lawsuits.models import Instance, Lawsuit, Party
from legal.lawsuits.views.records import HearingScreens, LawsuitScreens, PartyScreens
from tests.factories import StaffFactory
from tests.legal.lawsuits import factories
from tests.screens import ScreenTests

LEGAL = {"role": Role.TEAM, "team": Team.LEGAL}


class TestLawsuit(ScreenTests):
    screens, factory = LawsuitScreens, factories.LawsuitFactory
    owner, outsider = LEGAL, {"role": Role.TEAM, "team": Team.BUDGET}
    change = {"title": "과징금 부과처분 무효확인"}
    bulk = {"is_state_directed": "yes"}

    def new(self, sent: dict[str, Any]) -> dict[str, Any]:
        """등록은 사건, 첫 심급, 상대방을 한 번에 적는다."""
        department = factories.DepartmentFactory()
        return {
            "kind": "administrative", "title": "영업정지처분 취소", "position": "defendant", "department": department.pk, "received_on": "20260302",
            "level": "first", "court": "서울행정법원", "case_number": "2026구단 30155", "opponent_role": "원고", "opponent_names": "홍길동\n이몽룡\n",
        }  # fmt: skip

    def test_adding_leaves_history(self, client: Client) -> None:
        """송무 담당을 비우면 등록한 사람이다."""
        sent = self.new({})
        response = client.post(self.url("add"), sent)
        assert response.status_code == 302, response.context["form"].errors
        lawsuit = Lawsuit.objects.get()
        assert [one.case_number for one in lawsuit.instances.all()] == ["2026구단30155"]
        assert [one.masked_name for one in lawsuit.parties.all()] == ["홍○○", "이○○"]
        assert lawsuit.handler_id == int(client.session["_auth_user_id"])
        assert {change.source for change in Change.objects.filter(model__startswith="legal.")} == {f"화면 {self.url('add')}"}
        # 같은 사건번호를 또 적으면 어느 사건인지 알려 준다.
        again = client.post(self.url("add"), sent)
        assert again.status_code == 422
        assert "영업정지처분 취소" in again.content.decode()
        assert Lawsuit.objects.count() == 1


class TestHearing(ScreenTests):
    screens, factory = HearingScreens, factories.HearingFactory
    owner, outsider = LEGAL, {"role": Role.VIEWER}
    change = {"place": "B203호"}
    bulk = {"readiness": "ready"}


class TestParty(ScreenTests):
    """당사자는 맡은 사람만 고친다. 되살리면 가린 이름으로 돌아온다."""

    screens, factory = PartyScreens, factories.PartyFactory
    owner, outsider = LEGAL, LEGAL
    change = {"role": "선정당사자"}

    @pytest.fixture
    def client(self) -> Client:
        self.keeper: Staff = StaffFactory(**self.owner)
        client = Client()
        client.force_login(self.keeper)
        return client

    def make(self, count: int = 1) -> list[Any]:
        handler = getattr(self, "keeper", None)
        return [self.factory(lawsuit__handler=handler, name=f"홍길동{number}") for number in range(count)]

    def test_outsider_never_edits(self) -> None:
        """같은 팀이라도 맡지 않은 사건의 당사자는 고치지 못한다."""
        record = self.make()[0]
        client = self.sign_in(self.outsider)
        before = Change.objects.count()
        for page in (self.url("edit", record.pk), self.url("delete", record.pk)):
            assert client.get(page).status_code == client.post(page, {}).status_code == 403
        sent = {"lawsuit": record.lawsuit_id, "side": "opponent", "role": "원고", "name": "성춘향"}
        assert client.post(self.url("add"), sent).status_code == 403
        assert Change.objects.count() == before

    def test_name_comes_back_masked(self, client: Client) -> None:
        record = self.make()[0]
        client.post(self.url("delete", record.pk))
        client.post(self.url("undo", Change.objects.for_record(record).first().batch))
        assert Party.objects.get(pk=record.pk).name == "홍○○"


@pytest.mark.django_db
def test_child_rows_move_the_case(client: Client) -> None:
    """기일을 더하고 지우면 사건의 상태가 따라간다."""
    user = factories.clerk()
    factories.rules()
    lawsuit = factories.case(user, "홍길동")
    instance = Instance.objects.get(lawsuit=lawsuit)
    client.force_login(user)
    sent = {"instance": instance.pk, "kind": "pleading", "on": "2090-12-10", "readiness": "waiting"}
    response = client.post(HearingScreens.url("add"), sent)
    assert response.headers["Location"] == LawsuitScreens.url("detail", lawsuit.pk)
    lawsuit.refresh_from_db()
    assert lawsuit.status == Lawsuit.Status.PLEADING
    hearing = instance.hearings.get()
    from legal.lawsuits.clocks import deadlines_of

    assert {str(one.rule.code) for one in deadlines_of(lawsuit)} == {"suit.answer", "common.fixed_date"}
    client.post(HearingScreens.url("delete", hearing.pk))
    lawsuit.refresh_from_db()
    assert lawsuit.status == Lawsuit.Status.FILED
    assert {str(one.rule.code) for one in deadlines_of(lawsuit)} == {"suit.answer"}


@pytest.mark.django_db
def test_an_act_settles_the_case_once(signed_in: Callable[[Staff], Client]) -> None:
    """일은 스스로 상태와 기한을 맞추므로 화면이 또 맞추지 않는다."""
    lawsuit = factories.InstanceFactory().lawsuit
    address = reverse("legal.lawsuit-act", args=[lawsuit.pk, "stay"])
    with patch("legal.lawsuits.services.sync", wraps=services.sync) as sync:
        assert signed_in(StaffFactory(**LEGAL)).post(address, {"on": "2026-03-02"}).status_code == 302
    assert sync.call_count == 1
    lawsuit.refresh_from_db()
    assert lawsuit.is_stayed
