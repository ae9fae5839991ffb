"""회차와 틀의 입력 폼."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from core.excel.values import CellError, parse_date
from core.org.models import Staff
from core.rounds.collection import Collection
from core.rounds.models import Round, RoundTemplate
from core.rounds.period import Period
from core.screens.forms import RecordForm


class CollectionForm(RecordForm):
    """서식을 고르는 폼. 화면이 서식의 줄(collections)을 준다."""

    def __init__(self, *args: Any, collections: Mapping[str, Collection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.collections = collections
        user = self.user
        own = [one for one in collections.values() if user.role == "admin" or user.team == one.team]
        if "form" in self.fields:
            self.fields["form"] = forms.ChoiceField(
                label="서식", choices=[("", "고르세요"), *((one.code, one.title) for one in own)],
                initial=self.instance.form, disabled=not self.is_new,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if found := self.collections.get(data.get("form") or self.instance.form):
            self.instance.team, self.instance.cycle = found.team, data.get("cycle") or found.cycle
        return data


class DueField(forms.SplitDateTimeField):
    """마감: 날짜와 시각. 날짜는 20231130, 11. 30. 처럼 적어도 읽는다."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget = forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": "날짜"}, date_format="%Y-%m-%d",
            time_attrs={"type": "time", "aria-label": "시각"}, time_format="%H:%M",
        )

    def clean(self, value: Any) -> Any:
        if isinstance(value, list) and value and value[0]:
            try:
                found = parse_date(value[0], default_year=timezone.localdate().year)
            except CellError as error:
                raise forms.ValidationError(str(error)) from None
            value = [found.isoformat() if found else "", value[1] or "18:00"]
        return super().clean(value)


class RoundForm(CollectionForm):
    class Meta:
        model = Round
        fields = ("form", "year", "number", "title", "as_of", "due_at", "instructions", "ladder", "contact")
        field_classes = {"due_at": DueField}
        widgets = {"instructions": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = "비우면 기간과 서식의 이름으로 적습니다."
        self.fields["as_of"].required = False
        self.fields["as_of"].help_text = "비우면 기간의 마지막 날이나 계획에서 정한 기준일로 적습니다."
        if self.is_new:
            self.initial.setdefault("contact", self.user.pk)
        self.fields["contact"].queryset = Staff.objects.filter(role__in=("team", "admin", "head"), is_active=True)  # type: ignore[attr-defined]
        for name in ("year", "number") if self.instance.status != Round.Status.PREPARING else ():
            self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        found = self.collections.get(data.get("form") or self.instance.form)
        if found and data.get("year") and data.get("number"):
            period = Period(data["year"], data["number"], found.cycle)
            data["title"] = data.get("title") or f"{period} {found.title}"
            data["as_of"] = data.get("as_of") or self.default_as_of(found, period)
        return data

    def default_as_of(self, collection: Collection, period: Period) -> Any:
        """서식이 정한 기준일(보통 기간의 마지막 날). 그 해에 없는 기간(5분기)이면 차례 칸에 까닭을 적는다."""
        try:
            return period.first_day and collection.default_as_of(period)
        except ValueError:
            self.add_error("number", "그 해에 없는 차례입니다. 분기는 1~4, 반기는 1~2, 달은 1~12로 적어 주세요.")
            return None


class TemplateForm(CollectionForm):
    class Meta:
        model = RoundTemplate
        fields = (
            "form", "title", "cycle", "open_offset", "due_workdays", "due_hour", "instructions", "ladder", "is_automatic",
        )  # fmt: skip
