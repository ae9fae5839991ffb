"""발간과 엇갈려 온 요청이 굳은 보고서를 건드리지 못한다."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from core.access import Team
from core.org.models import Department
from core.reports import publishing
from core.reports.models import Report
from core.reports.publishing import Desk
from tests.core.reports.factories import ReportFactory
from tests.core.reports.test_publishing import library
from tests.factories import DepartmentFactory, StaffFactory


@pytest.mark.django_db
def test_requests_that_read_the_draft_cannot_touch_what_was_issued_meanwhile() -> None:
    DepartmentFactory.create_batch(2, kind="dong")
    own, user = library(), StaffFactory()
    report = ReportFactory(template="test", team=Team.LEGAL)
    stale = Report.objects.get(pk=report.pk)
    publishing.issue(report, user, own)
    frozen = [(one.code, one.text) for one in report.figures.all()]
    assert frozen
    Department.objects.filter(kind="dong").delete()
    with pytest.raises(ValidationError, match="이미 발간"):
        publishing.acknowledge(Desk(stale, own))
    assert [(one.code, one.text) for one in report.figures.all()] == frozen
    with pytest.raises(ValidationError, match="지우지 않습니다"):
        stale.delete()
    first, second = Report.objects.get(pk=report.pk), Report.objects.get(pk=report.pk)
    publishing.correct(first, "틀린 수", own)
    with pytest.raises(ValidationError, match="이미 정정호"):
        publishing.correct(second, "또", own)
