"""공휴일의 화면."""

from __future__ import annotations

from core.deadlines.excel import HolidayResource
from core.deadlines.models import Holiday
from core.screens.binder import Screens
from core.screens.filters import RecordFilter, SearchFilter
from core.screens.forms import RecordForm
from core.screens.tables import RecordTable

CRUMBS = ("공통",)


class HolidayTable(RecordTable):
    class Meta:
        model = Holiday
        fields = ("date", "name", "kind", "source")


class HolidayFilter(RecordFilter):
    q = SearchFilter(["name", "source"], "이름·근거", "예: 추석, 임시")

    class Meta:
        model = Holiday
        fields = ("kind",)


class HolidayForm(RecordForm):
    class Meta:
        model = Holiday
        fields = ("date", "name", "kind", "source")


class HolidayScreens(Screens):
    model, table, filterset, form, resource = Holiday, HolidayTable, HolidayFilter, HolidayForm, HolidayResource
    crumbs = CRUMBS
    segments = "kind"
    bulk_fields = ("kind", "source")
