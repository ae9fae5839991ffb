"""설정과 보고서 값의 주소 × 역할."""

from __future__ import annotations

from datetime import date

from core.figures.models import RATE_MODE, ReportedValue, Setting
from tests.access import Rows, Table, common


def setting(rows: Rows) -> Setting:
    return Setting.objects.create(key=RATE_MODE.key, value="down", valid_from=date(2023, 1, 1))


def reported_value(rows: Rows) -> ReportedValue:
    return ReportedValue.objects.create(document="보고서", section="1", code="시험", label="시험", printed="1", value=1)


ACCESS: Table = {
    **common("core.setting", "form", setting),
    **common("core.reportedvalue", "", reported_value),
}
