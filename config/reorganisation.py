"""조직개편 화면: 무엇이 어디로 가는지 먼저 보이고, 눌러서 한 번에 처리한다. 시스템관리자만 연다."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from config.open_items import OPEN_ITEMS
from core.access import Role, RoleRequired, signed_in
from core.org.models import Department, DepartmentLineage
from core.org.reorganisation import Following, Kind, Reorganisation, following, reorganise
from core.screens.forms import KoreanDateField
from core.screens.texts import with_names
from core.screens.views.base import route_url

# 한 번에 새로 만드는 부서의 수
MOST_NEW = 4


class ReorganisationForm(forms.Form):
    """개편 하나: 종류, 날짜, 옛 부서, 새 부서의 이름과 코드."""

    kind = forms.ChoiceField(
        label="종류", choices=[(one.value, one.label) for one in (Kind.MERGED, Kind.SPLIT, Kind.RENAMED)]
    )
    on = KoreanDateField(label="개편일", help_text="새 부서가 서는 날. 옛 부서는 전날까지입니다.")
    predecessors = forms.ModelMultipleChoiceField(
        Department.objects.none(), label="옛 부서", help_text="여럿이면 Ctrl을 누르고 고릅니다.",
        widget=forms.SelectMultiple(attrs={"size": 12}),
    )
    into = forms.ModelChoiceField(
        Department.objects.none(), label="이어받을 부서", required=False, empty_label="새로 만듭니다",
        help_text="이미 있는 부서로 들어가거나, 분리한 뒤에도 옛 부서가 남으면 고릅니다.",
    )  # fmt: skip
    note = forms.CharField(label="근거", max_length=200, required=False, help_text="예: 행정기구 설치 조례 2023. 7. 1.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = Department.objects.valid_on(timezone.localdate())
        self.fields["predecessors"].queryset = self.fields["into"].queryset = standing  # type: ignore[attr-defined]
        for number in range(1, MOST_NEW + 1):
            self.fields[f"name{number}"] = forms.CharField(label=f"새 부서 {number}", max_length=60, required=False)
            self.fields[f"code{number}"] = forms.CharField(
                label=f"새 부서 {number}의 코드", max_length=20, required=False,
                help_text="비워 두면 임시 코드를 줍니다." if number == 1 else "",
            )  # fmt: skip

    def plan(self) -> Reorganisation:
        """적은 대로의 개편. 새 부서는 아직 저장하지 않은 것이다."""
        data = self.cleaned_data
        made = [
            Department(name=data[f"name{number}"].strip(), code=data[f"code{number}"].strip())
            for number in range(1, MOST_NEW + 1) if data[f"name{number}"].strip()
        ]  # fmt: skip
        return Reorganisation(
            data["kind"], data["on"], list(data["predecessors"]), [*([data["into"]] if data["into"] else []), *made], data["note"]
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            self.plan().check()
        return data


class ReorganiseView(RoleRequired, TemplateView):
    """조직개편. 「미리보기」로 따라갈 일을 보고, 분리면 갈 부서를 고른 뒤 「개편하기」를 누른다."""

    template_name = "reorganise.html"
    roles = frozenset({Role.ADMIN})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", ReorganisationForm())
        recent = with_names(DepartmentLineage.objects.all()).select_related("predecessor", "successor")[:10]
        return super().get_context_data(recent=recent, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ReorganisationForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        plan, choices = form.plan(), _choices(request)
        lines = following(plan, OPEN_ITEMS, choices)
        if "apply" not in request.POST:
            return self.render_to_response(self._preview(form, plan, lines))
        if request.POST.get("count") != str(len(lines)):
            return self.render_to_response(self._preview(form, plan, lines, moved=True), status=409)
        try:
            result = reorganise(plan, OPEN_ITEMS, choices, signed_in(request))
        except ValidationError as error:
            form.add_error(None, error)
            return self.render_to_response(self.get_context_data(form=form), status=422)
        parts = ", ".join(f"{label} {count:,}건" for label, count in result.moved.items() if count)
        messages.success(request, f"개편했습니다. {f'{parts}을 옮겼습니다.' if parts else '옮길 일은 없었습니다.'}")
        return HttpResponseRedirect(reverse("core.department-detail", args=[result.successors[0].pk]))

    def _preview(self, form: ReorganisationForm, plan: Reorganisation, lines: list[Following], moved: bool = False) -> dict[str, Any]:
        """미리보기: 닫을 부서, 만들 부서, 갈래마다 따라갈 일."""
        groups: dict[str, list[dict[str, Any]]] = {}
        for line in lines:
            groups.setdefault(line.label, []).append(
                {"row": line.row, "key": line.key, "to": line.to, "url": route_url(type(line.row), "detail", line.row.pk)}
            )
        return self.get_context_data(
            form=form, plan=plan, groups=list(groups.items()), count=len(lines), moved=moved,
            kind=Kind(plan.kind).label, successors=list(enumerate(one.name for one in plan.successors)),
        )  # fmt: skip


def _choices(request: HttpRequest) -> dict[str, int]:
    """{Following.key: 갈 부서의 차례}."""
    pairs: Iterable[tuple[str, Any]] = request.POST.items()
    return {name.removeprefix("to-"): int(value) for name, value in pairs if name.startswith("to-") and str(value).isdecimal()}
