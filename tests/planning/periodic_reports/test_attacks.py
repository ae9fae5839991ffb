"""부서가 열린 회차의 항목으로 이미 마감한 주의 자료를 바꾸지 못한다."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.access import Role
from core.rounds.models import Submission
from planning.periodic_reports.models import ReportEntry
from tests.factories import DepartmentFactory, StaffFactory
from tests.planning.periodic_reports.factories import EntryKindFactory, ReportEntryFactory
from tests.planning.periodic_reports.test_rounds import opened

pytestmark = pytest.mark.django_db


def test_an_entry_of_an_open_week_is_not_moved_into_a_closed_one() -> None:
    EntryKindFactory()
    department = DepartmentFactory()
    closed, now = (opened(number).submissions.get() for number in (44, 45))
    Submission.objects.filter(pk=closed.pk).update(status=Submission.Status.CONFIRMED)
    client = Client()
    client.force_login(StaffFactory(role=Role.DEPARTMENT, department=department))
    row = ReportEntryFactory(department=department, submission=now)
    url = reverse("planning.reportentry-edit", args=[row.pk])
    form = client.get(url).context["form"]
    sent: dict[str, Any] = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    sent |= {hidden.html_initial_name: hidden.value() or "" for hidden in form}
    answer = client.post(url, sent | {"_version": row.version, "starts_on": "2023-10-31"})
    assert (answer.status_code, ReportEntry.objects.get().starts_on) == (422, date(2023, 11, 9))
    # 엑셀도 같은 길을 지난다: 저장하면 그 주의 회차로 돌아가 고칠 수 없는 자리가 된다.
    row.starts_on = date(2023, 10, 31)
    row.save()
    row.refresh_from_db()
    assert row.submission == closed
    staff = StaffFactory(role=Role.DEPARTMENT, department=department)
    assert not ReportEntry.scope.may_change(row, staff)


def test_dates_out_of_reach_do_not_break_the_download() -> None:
    client = Client()
    client.force_login(StaffFactory(role=Role.TEAM, team="planning"))
    for until in ("9999-12-31", "0001-01-01"):
        url = reverse("planning.periodic-reports-download", args=["periodic-monthly", "hwpx"])
        assert client.get(url, {"since": until, "until": until}).status_code == 200
