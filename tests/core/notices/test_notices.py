"""알림함."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.notices.models import Notice, notify
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


def test_same_key_is_told_once():
    staff = StaffFactory()
    assert notify([staff], Notice.Reason.DUE, "마감", key="a") == 1
    assert notify([staff, StaffFactory()], Notice.Reason.DUE, "마감", key="a") == 1
    assert Notice.objects.for_user(staff).count() == 1


def test_closed_account_gets_nothing():
    assert notify([StaffFactory(is_active=False)], Notice.Reason.DUE, "마감") == 0


def test_opening_marks_it_read_and_goes_there(client):
    staff = StaffFactory()
    client.force_login(staff)
    notify([staff], Notice.Reason.RETURNED, "보완해 주세요", url="/search/")
    page = client.get(reverse("notices"))
    assert "보완해 주세요" in page.text and page.context["unread"] == 1
    assert client.post(reverse("notices-open", args=[Notice.objects.get().pk])).url == "/search/"
    assert client.get(reverse("notices")).context["unread"] == 0


def test_others_notices_are_not_there(client):
    notify([StaffFactory()], Notice.Reason.DUE, "남의 일")
    client.force_login(StaffFactory())
    assert "남의 일" not in client.get(reverse("notices")).text
    assert client.post(reverse("notices-open", args=[Notice.objects.get().pk])).status_code == 404


def test_number_in_the_top_bar_and_read_all(client):
    staff = StaffFactory()
    client.force_login(staff)
    for number in range(3):
        notify([staff], Notice.Reason.DUE, f"알림 {number}")
    assert client.get(reverse("notices")).context["frame"]["unread"] == 3
    client.post(reverse("notices-read"))
    assert client.get(reverse("notices")).context["frame"]["unread"] == 0
