"""의결의 근거를 뒤에서 없애거나 바꾸지 못한다."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from core.access import Role
from core.committees import services
from core.committees.models import Meeting
from core.committees.services import Votes
from tests.core.committees.test_services import Outcome, opened
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


def test_a_meeting_with_a_decision_is_neither_deleted_nor_moved() -> None:
    meeting, item = opened()
    client = Client()
    client.force_login(StaffFactory(role=Role.TEAM, team=meeting.committee.team))
    page, delete = (reverse(f"core.meeting-{name}", args=[meeting.pk]) for name in ("detail", "delete"))
    assert delete in client.get(page).content.decode()
    services.decide(item, Outcome.ORIGINAL, Votes(5, 0, 0))
    assert client.post(delete).status_code == 403
    assert delete not in client.get(page).content.decode()
    found = Meeting.objects.get()
    found.place = "대회의실"
    found.clean()
    found.held_on = found.held_on.replace(day=found.held_on.day % 28 + 1)
    with pytest.raises(ValidationError, match="의결을 먼저 취소하세요"):
        found.clean()
