"""설정과 보고서에 인쇄된 값의 화면."""

from typing import Any

from core.figures.models import SETTING_KEYS, ReportedValue, Setting
from core.screens.binder import Screens
from core.screens.forms import RecordForm
from core.screens.tables import ValueColumn


class ReportedValueScreens(Screens):
    model, form = ReportedValue, None
    columns = ("label", "section", "printed", "value", "unit", "as_of", "as_of_text", "code", "document")
    shown = ("label", "section", "printed", "value", "unit", "as_of", "document")
    filters = ("document", "section", "unit", "code")
    search, search_label = ("label", "code", "printed"), "이름·코드·글자"
    title = "보고서에 인쇄된 값"
    crumbs = ("공통",)
    sections = (("인쇄된 값", ("document", "section", "label", "printed", "value", "unit", "as_of", "as_of_text", "code")),)


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
    model, form = Setting, SettingForm
    columns = (
        "key", ("value", ValueColumn("값", accessor="get_value_display", order_by="value")), "valid_from", "basis",
    )  # fmt: skip
    filters = ("key",)
    title = "설정"
    crumbs = ("공통",)
    first_use = "바꾼 설정이 없어 처음 값으로 셈합니다. " + " · ".join(f"{item.title} {item.default_text}" for item in SETTING_KEYS)
