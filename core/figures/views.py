"""설정과 보고서에 인쇄된 값의 화면."""

from core.figures.models import ReportedValue, Setting
from core.screens.binder import Screens
from core.screens.filters import RecordFilter, SearchFilter
from core.screens.forms import RecordForm
from core.screens.tables import RecordTable


class ReportedValueTable(RecordTable):
    class Meta:
        model = ReportedValue
        fields = ("label", "section", "printed", "value", "unit", "as_of", "as_of_text", "code", "document")

    default_columns = ("label", "section", "printed", "value", "unit", "as_of", "document")


class ReportedValueFilter(RecordFilter):
    q = SearchFilter(["label", "code", "printed"], label="이름·코드·글자")

    class Meta:
        model = ReportedValue
        fields = ("document", "section", "unit", "code")


class ReportedValueScreens(Screens):
    model, table, filterset = ReportedValue, ReportedValueTable, ReportedValueFilter
    title = "보고서에 인쇄된 값"
    crumbs = ("공통",)
    sections = (("인쇄된 값", ("document", "section", "label", "printed", "value", "unit", "as_of", "as_of_text", "code")),)


class SettingTable(RecordTable):
    class Meta:
        model = Setting
        fields = ("key", "value", "valid_from", "basis")


class SettingFilter(RecordFilter):
    class Meta:
        model = Setting
        fields = ("key",)


class SettingForm(RecordForm):
    class Meta:
        model = Setting
        fields = ("key", "value", "valid_from", "basis")


class SettingScreens(Screens):
    model, table, filterset, form = Setting, SettingTable, SettingFilter, SettingForm
    title = "설정"
    crumbs = ("공통",)
