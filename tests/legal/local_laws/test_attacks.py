"""화면에 없는 처리를 주소로 보내 단계를 건너뛰지 못한다."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core.access import Role, Team
from legal.local_laws.models import Bill
from legal.local_laws.models.pipeline import Stage
from tests.factories import StaffFactory
from tests.legal.local_laws import factories as make


@pytest.mark.django_db
def test_a_reconsidered_bill_is_not_confirmed_without_counting_votes() -> None:
    bill = make.BillFactory()
    step = bill.current_step()
    step.code = Stage.RECONSIDERATION
    step.save()
    Bill.objects.filter(pk=bill.pk).update(status=Stage.RECONSIDERATION)
    client = Client()
    client.force_login(StaffFactory(role=Role.TEAM, team=Team.LEGAL))
    url = reverse("legal.bill-act", args=[bill.pk, "finish"])
    answer = client.post(url, {"on": "2024-03-11", "result": "confirmed", "step": step.pk})
    assert (answer.status_code, Bill.objects.get().status) == (422, Stage.RECONSIDERATION)
    assert "할 수 없는 처리입니다" in str(answer.context["form"].errors)
