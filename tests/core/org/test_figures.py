"""정·현원의 수치: 정원은 정원의 행에서 나오고, 누르면 그 행이 열린다."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from config.figures import figure
from core.access import Role
from core.org.figures import code_of, staffing_figures
from core.org.models import Quota, division
from tests.factories import DepartmentFactory, GradeFactory, QuotaFactory, StaffFactory

pytestmark = pytest.mark.django_db


def test_the_quota_of_the_division_is_the_sum_of_its_rows_on_the_day(client: Client) -> None:
    own, sixth, seventh = division() or DepartmentFactory(name="기획예산과"), GradeFactory(level=6), GradeFactory(level=7)
    QuotaFactory(department=own, grade=sixth, headcount=14, valid_from=date(2023, 1, 1))
    last = QuotaFactory(department=own, grade=seventh, headcount=11, valid_from=date(2023, 1, 1), valid_to=date(2026, 6, 30))
    QuotaFactory(department=own, grade=seventh, headcount=12, valid_from=date(2026, 7, 1))
    QuotaFactory(department=DepartmentFactory(), grade=sixth, headcount=9, valid_from=date(2023, 1, 1))
    total = figure("staffing.quota.total")
    found = total.at(date(2026, 6, 30))
    assert (found.value, found.origin) == (25, "computed")
    assert total.at(timezone.localdate()).value == 26
    client.force_login(StaffFactory(role=Role.HEAD))
    each = {one.code: one for one in staffing_figures()}
    for code, value, count in (("total", 25, 2), (code_of(seventh), 11, 1)):
        one = each[f"staffing.quota.{code}"].at(date(2026, 6, 30))
        rows = client.get(one.url).context["listing"].table.queryset
        assert (one.value, rows.count(), sum(row.headcount for row in rows)) == (value, count, value)
    # 행을 고치면 수와 지문이 함께 바뀐다.
    Quota.objects.filter(pk=last.pk).update(headcount=10)
    changed = total.at(date(2026, 6, 30))
    assert changed.value == 24 and changed.mark != found.mark
