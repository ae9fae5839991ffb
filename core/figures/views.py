"""설정과 보고서에 인쇄된 값의 화면."""

from typing import Any

from core.figures.models import SETTING_KEYS, ReportedValue, Setting
from core.screens.binder import Screens
from core.screens.filters import RecordFilter, SearchFilter
from core.screens.forms import RecordForm
from core.screens.tables import RecordTable, ValueColumn


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
    model, table, filterset, form = ReportedValue, ReportedValueTable, ReportedValueFilter, None
    title = "보고서에 인쇄된 값"
    crumbs = ("공통",)
    sections = (("인쇄된 값", ("document", "section", "label", "printed", "value", "unit", "as_of", "as_of_text", "code")),)


class SettingTable(RecordTable):
    value = ValueColumn("값", accessor="get_value_display", order_by="value")

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].help_text = " / ".join(
            f"{item.title}: {'·'.join(label for _value, label in item.choices) or '숫자'}" for item in SETTING_KEYS
        )
        if not self.is_new:
            self.initial["value"] = self.instance.get_value_display()


class SettingScreens(Screens):
    model, table, filterset, form = Setting, SettingTable, SettingFilter, SettingForm
    title = "설정"
    crumbs = ("공통",)
    first_use = "바꾼 설정이 없어 처음 값으로 셈합니다. " + " · ".join(f"{item.title} {item.default_text}" for item in SETTING_KEYS)
