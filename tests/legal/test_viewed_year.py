"""법무의 첫 화면은 위에 적힌 해로 열린다: 고른 해, 고르지 않았으면 보고서가 있는 가장 늦은 해."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.access import Role, Team
from core.figures.models import ReportedValue
from core.history.settle import Settling
from legal.ordinance_council.load_report import load_committees
from tests.factories import StaffFactory


def shown(client: Client) -> dict[str, Any]:
    """화면마다 보이는 해."""
    laws = client.get(reverse("legal.local-laws")).context
    council = client.get(reverse("legal.ordinance-council")).context
    advisers = client.get(reverse("legal.legal-advisers")).context
    lawsuits = client.get(reverse("legal.lawsuits")).context
    assert laws["period"].end.year in laws["years"]
    assert council["board"].year in council["years"]
    return {
        "laws": laws["period"].start.year, "council": council["board"].year, "advisers": advisers["start"].year,
        "lawsuits": lawsuits["period"].start.year,
    }  # fmt: skip


@pytest.mark.django_db
def test_first_pages_open_in_the_viewed_year() -> None:
    load_committees(Settling())
    user, client = StaffFactory(role=Role.TEAM, team=Team.LEGAL), Client()
    client.force_login(user)
    assert set(shown(client).values()) == {timezone.localdate().year}
    for code in ("lawsuits.계.total", "ordinances.total", "ordinance_council.meetings"):
        ReportedValue.objects.create(
            document="2023년 주요업무보고", section="Ⅱ-5", code=code, label="계", value=1, printed="1", unit="건"
        )
    assert set(shown(client).values()) == {2023}
    user.fiscal_year = 2025
    user.save()
    assert set(shown(client).values()) == {2025}
    assert client.get(reverse("legal.legal-advisers") + "?start=2024-03-01").context["end"] == timezone.localdate()
