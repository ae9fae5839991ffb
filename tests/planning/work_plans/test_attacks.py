"""부서가 제 사업의 글에 수치의 코드를 적어 과의 수치를 읽지 못한다."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core.access import Role
from tests.factories import StaffFactory
from tests.planning.work_plans.factories import WorkItemFactory


@pytest.mark.django_db
def test_a_department_reads_no_figure_through_its_own_text() -> None:
    from config.figures import FIGURES

    code = f"{{{FIGURES[0].code}}}"
    item = WorkItemFactory(purpose=f"모두 {code} 을 읽는다")
    url = reverse("planning.workitem-detail", args=[item.pk])
    shown = {}
    for role, values in ((Role.DEPARTMENT, {"department": item.department}), (Role.HEAD, {})):
        client = Client()
        client.force_login(StaffFactory(role=role, **values))
        page = client.get(url)
        shown[role] = (code in page.content.decode(), bool(page.context["used"]))
    assert shown == {Role.DEPARTMENT: (True, False), Role.HEAD: (False, True)}
