"""인수인계: 한 번에 모두 넘기고, 받는 사람이 무엇이 왔는지 본다."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.urls import reverse

from config.handover import HandoverScreens
from config.open_items import OPEN_ITEMS
from core.access import Role, Team
from core.handover.models import Handover, HandoverItem
from core.handover.services import fill_checklist, hand_over
from core.notices.models import Notice
from core.org.models import Staff
from core.projects.models import Project
from tests.core.org.test_reorganisation import submission
from tests.factories import DepartmentFactory, HandoverFactory, ProjectFactory, StaffFactory
from tests.screens import ScreenTests


class TestHandoverScreens(ScreenTests):
    screens, factory = HandoverScreens, HandoverFactory
    owner: ClassVar = {"role": Role.ADMIN}
    outsider: ClassVar = {"role": Role.VIEWER}
    change: ClassVar = {"note": "고침"}


@pytest.fixture
def giver() -> Staff:
    return StaffFactory(role=Role.TEAM, team=Team.EVALUATION)


@pytest.fixture
def work(giver: Staff) -> tuple[Any, ...]:
    """giver 가 맡은 사업 둘과 제출 하나. 끝난 사업과 남의 사업도 있다."""
    ProjectFactory(handler=StaffFactory(), title="남의 사업")
    ProjectFactory(handler=giver, title="끝난 사업", status=Project.Status.DONE)
    sent = submission(DepartmentFactory())
    sent.handler = giver
    sent.save()
    return ProjectFactory(handler=giver, title="도서관"), ProjectFactory(handler=giver, title="체육관"), sent


@pytest.mark.django_db
class TestHandingOver:
    """넘기는 일."""

    def begin(self, giver: Staff, client: Client) -> Handover:
        taker = StaffFactory(role=Role.TEAM, team=Team.EVALUATION)
        answer = client.post(
            reverse("core.handover-add"), {"giver": giver.pk, "taker": taker.pk, "reason": "7. 1.자 인사발령"}
        )
        assert answer.status_code == 302, answer.context["form"].errors
        return Handover.objects.get()

    def test_everything_one_holds_goes_in_one_act(
        self, giver: Staff, work: tuple[Any, ...], signed_in: Callable[[Staff], Client]
    ) -> None:
        library, gym, sent = work
        client = signed_in(giver)
        handover = self.begin(giver, client)
        url = reverse("core.handover-detail", args=[handover.pk])
        page = client.get(url).content.decode()
        assert "넘길 일 3건" in page
        assert "끝난 사업" not in page
        items = list(handover.items.all())
        note = next(item for item in items if item.text == "도서관")
        client.post(url, {"pk": [item.pk for item in items], f"note-{note.pk}": "설계 변경 협의 중"})
        for row in work:
            row.refresh_from_db()
        assert library.handler == gym.handler == sent.handler == handover.taker
        assert "넘긴 일 3건" in client.get(url).content.decode()
        change = library.history.first()
        assert change.source == f"인수인계: 7. 1.자 인사발령 ({giver.name} → {handover.taker.name})"
        assert change.actor == giver

        receiver = signed_in(handover.taker)
        home = receiver.get(reverse("home")).content.decode()
        assert f"{giver.name} 님이 넘긴 업무 3건 확인" in home
        notice = Notice.objects.get(recipient=handover.taker)
        assert (notice.reason, notice.url) == ("assigned", reverse("core.handover-received"))
        received = receiver.get(reverse("core.handover-received")).content.decode()
        assert "설계 변경 협의 중" in received
        assert reverse("core.project-detail", args=[library.pk]) in received
        receiver.post(reverse("core.handover-received"))
        assert "넘긴 업무 3건 확인" not in receiver.get(reverse("home")).content.decode()
        assert "확인할 것" not in receiver.get(reverse("core.handover-received")).content.decode()

    def test_a_part_now_and_the_rest_later(
        self, giver: Staff, work: tuple[Any, ...], signed_in: Callable[[Staff], Client]
    ) -> None:
        library, gym, _sent = work
        client = signed_in(giver)
        handover = self.begin(giver, client)
        url = reverse("core.handover-detail", args=[handover.pk])
        one = handover.items.get(text="도서관")
        assert "1건을" in client.post(url, {"pk": [one.pk]}, follow=True).content.decode()
        late = ProjectFactory(handler=giver, title="나중에 맡은 사업")
        assert "점검표에 없는 일이 1건" in client.get(url).content.decode()
        client.post(url, {"refresh": 1})
        page = client.get(url).content.decode()
        assert "넘길 일 3건" in page
        client.post(url, {"pk": [item.pk for item in handover.items.all()]})
        for row in (library, gym, late):
            row.refresh_from_db()
            assert row.handler == handover.taker
        assert library.history.count() == 2

    def test_doing_it_again_changes_nothing(self, giver: Staff, work: tuple[Any, ...]) -> None:
        handover = HandoverFactory(giver=giver)
        assert fill_checklist(handover, OPEN_ITEMS) == 3
        assert fill_checklist(handover, OPEN_ITEMS) == 0
        keys = [item.pk for item in handover.items.all()]
        assert hand_over(handover, keys, {}, OPEN_ITEMS, giver) == 3
        handed = list(handover.items.values_list("handed_at", flat=True))
        assert hand_over(handover, keys, {}, OPEN_ITEMS, giver) == 0
        assert list(handover.items.values_list("handed_at", flat=True)) == handed
        assert work[0].history.count() == 2

    def test_what_another_took_meanwhile_is_left_alone(self, giver: Staff, work: tuple[Any, ...]) -> None:
        handover, other = HandoverFactory(giver=giver), StaffFactory()
        fill_checklist(handover, OPEN_ITEMS)
        keys = [item.pk for item in handover.items.all()]
        Project.objects.filter(pk=work[0].pk).update(handler=other)
        assert hand_over(handover, keys, {}, OPEN_ITEMS, giver) == 2
        work[0].refresh_from_db()
        assert work[0].handler == other
        assert not HandoverItem.objects.filter(text="도서관").exists()

    def test_what_came_back_can_be_handed_again(self, giver: Staff, work: tuple[Any, ...]) -> None:
        handover = HandoverFactory(giver=giver)
        fill_checklist(handover, OPEN_ITEMS)
        hand_over(handover, [item.pk for item in handover.items.all()], {}, OPEN_ITEMS, giver)
        Project.objects.filter(pk=work[0].pk).update(handler=giver)
        fill_checklist(handover, OPEN_ITEMS)
        assert handover.items.filter(handed_at__isnull=True).get().text == "도서관"

    def test_only_the_giver_and_the_administrator_hand_over(
        self, giver: Staff, work: tuple[Any, ...], signed_in: Callable[[Staff], Client]
    ) -> None:
        handover = HandoverFactory(giver=giver)
        fill_checklist(handover, OPEN_ITEMS)
        url, sent = reverse("core.handover-detail", args=[handover.pk]), {"pk": [item.pk for item in handover.items.all()]}
        assert signed_in(handover.taker).get(url).status_code == 200
        assert signed_in(handover.taker).post(url, sent).status_code == 403
        assert signed_in(StaffFactory(role=Role.HEAD)).post(url, sent).status_code == 403
        assert signed_in(StaffFactory(role=Role.TEAM)).post(url, sent).status_code == 404
        assert not HandoverItem.objects.handed().exists()
        signed_in(StaffFactory(role=Role.ADMIN)).post(url, sent)
        assert HandoverItem.objects.handed().count() == 3

    def test_one_cannot_hand_over_what_another_holds(self, giver: Staff, signed_in: Callable[[Staff], Client]) -> None:
        other, taker = StaffFactory(), StaffFactory()
        answer = signed_in(giver).post(
            reverse("core.handover-add"), {"giver": other.pk, "taker": taker.pk, "reason": "까닭"}
        )
        assert answer.status_code == 422
        assert not Handover.objects.exists()

    def test_the_work_of_one_who_left_is_handed_over_by_the_administrator(
        self, giver: Staff, work: tuple[Any, ...], signed_in: Callable[[Staff], Client]
    ) -> None:
        giver.is_active = False
        giver.save()
        handover = self.begin(giver, signed_in(StaffFactory(role=Role.ADMIN)))
        assert handover.items.count() == 3

    def test_a_department_hands_over_within_itself(self, signed_in: Callable[[Staff], Client]) -> None:
        clerk = StaffFactory(role=Role.DEPARTMENT)
        mate, stranger = StaffFactory(role=Role.DEPARTMENT, department=clerk.department), StaffFactory(role=Role.DEPARTMENT)
        page = signed_in(clerk).get(reverse("core.handover-add")).content.decode()
        assert mate.name in page
        assert stranger.name not in page

    def test_what_was_handed_over_is_not_deleted(self, giver: Staff, work: tuple[Any, ...], signed_in: Callable[[Staff], Client]) -> None:
        handover = HandoverFactory(giver=giver)
        fill_checklist(handover, OPEN_ITEMS)
        hand_over(handover, [item.pk for item in handover.items.all()], {}, OPEN_ITEMS, giver)
        delete = reverse("core.handover-delete", args=[handover.pk])
        assert signed_in(giver).post(delete).status_code == 403
        assert delete not in signed_in(giver).get(reverse("core.handover-detail", args=[handover.pk])).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("who", [{"role": Role.TEAM, "team": Team.BUDGET}, {"role": Role.VIEWER}])
def test_words_left_behind_are_not_read_in_the_history_of_everything(client: Client, giver: Staff, who: dict[str, Any]) -> None:
    """인수인계는 두 사람과 과장만 본다. 전체 변경 이력과 홈의 「최근 바뀐 것」으로도 새지 않는다."""
    client.force_login(giver)
    taker = StaffFactory(role=Role.TEAM, team=Team.EVALUATION)
    words = "민원인이 자주 찾아옵니다"
    data = {"giver": giver.pk, "taker": taker.pk, "reason": "인사발령"}
    client.post(reverse("core.handover-add"), data)
    client.post(reverse("core.handover-edit", args=[Handover.objects.get().pk]), {**data, "note": words, "_version": "0"})
    assert words in client.get(reverse("core.change-list")).text, "내가 적은 것은 본다"
    client.force_login(StaffFactory(**who))
    for page in ("core.change-list", "home"):
        text = client.get(reverse(page)).text
        assert words not in text and f"{giver.name} → {taker.name}" not in text
    client.force_login(StaffFactory(role=Role.ADMIN))
    assert words in client.get(reverse("core.change-list")).text
