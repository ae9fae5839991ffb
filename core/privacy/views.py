"""개인정보 열람 기록의 목록과 달마다의 점검, 「이름 보기」."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.apps import apps
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from core.access import HandlerScope, signed_in
from core.privacy.models import AccessCheck, PersonalAccess
from core.privacy.services import log_access, may_reveal, personal_rows, personal_values
from core.screens.binder import Screens
from core.screens.filters import ALL, DayFilter, RecordFilter
from core.screens.tables import ValueColumn
from core.screens.views.lists import ListView

# 많이 쓰는 까닭. 맞는 것이 없으면 적는다.
REASONS = (
    "서면·답변서 작성", "기일 출석 준비", "송달·통지", "당사자와 연락", "판결 내용 확인", "비용 회수", "자료 제출 요구 답변",
)  # fmt: skip


def _kinds() -> list[tuple[str, str]]:
    """개인정보를 맡긴 자료의 (모델, 이름)."""
    found = [model for model in apps.get_models() if isinstance(getattr(model, "scope", None), HandlerScope)]
    return sorted(((model._meta.label_lower, str(model._meta.verbose_name)) for model in found), key=lambda pair: pair[1])


class PersonalAccessFilter(RecordFilter):
    staff = django_filters.ModelChoiceFilter(queryset=get_user_model()._default_manager.all(), label="본 사람", empty_label=ALL)
    model = django_filters.ChoiceFilter(choices=_kinds, label="자료")
    since = DayFilter("at", "date__gte", label="부터")
    until = DayFilter("at", "date__lte", label="까지")
    q = django_filters.CharFilter(
        method="by_text", label="이름·까닭", widget=forms.TextInput(attrs={"type": "search", "placeholder": "예: 원고 김○○, 기일"})
    )
    object_id = django_filters.NumberFilter(label="번호", widget=forms.HiddenInput)

    class Meta:
        model = PersonalAccess
        fields = ("action",)

    def by_text(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(object_text__icontains=value) | queryset.filter(reason__icontains=value)


class PersonalAccessListView(ListView):
    """열람 기록. 과장과 시스템관리자에게는 지난달 점검이 아래에 붙는다."""

    template_name = "core/personal_access.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_check = PersonalAccess.scope.may_check(self.user)
        month = last_month(timezone.localdate())
        checks = list(AccessCheck.objects.select_related("staff")[:12]) if may_check else []
        return super().get_context_data(
            may_check=may_check, month=month, checks=checks, checked=any(one.month == month for one in checks),
            month_count=PersonalAccess.objects.in_month(month).count() if may_check else 0, **kwargs,
        )  # fmt: skip


class PersonalAccessScreens(Screens):
    model, filterset, form = PersonalAccess, PersonalAccessFilter, None
    columns = (
        "at", "staff", "action", ("model_name", ValueColumn("자료", accessor="model_title", order_by="model")),
        "object_text", "reason", "address",
    )  # fmt: skip
    title = "개인정보 열람 기록"
    crumbs = ("공통",)
    first_use = "아직 가리지 않은 이름을 본 일이 없습니다."
    list_view = PersonalAccessListView
    sections = (("열람", ("at", "staff", "action", ("자료", "model_title"), "object_text", "reason", "address")),)


def last_month(today: date) -> date:
    """지난달의 첫날."""
    return date(today.year - (today.month == 1), today.month - 1 or 12, 1)


class CheckView(View):
    """지난달의 열람 기록을 점검했다고 적는다. 과장과 시스템관리자만 한다."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if not PersonalAccess.scope.may_check(signed_in(request)):
            raise PermissionDenied("과장과 시스템관리자만 열람 기록을 점검합니다.")
        note = request.POST.get("note", "").strip()[:300]
        if not note:
            messages.error(request, "점검 의견이 비어 있습니다. 무엇을 보았고 이상이 있었는지 적어 주세요.")
        else:
            month = last_month(timezone.localdate())
            count = PersonalAccess.objects.in_month(month).count()
            AccessCheck.objects.create(month=month, count=count, note=note, staff=signed_in(request))
            messages.success(request, f"{month.year}년 {month.month}월 열람 기록 {count:,}건을 점검했다고 적었습니다.")
        return redirect("core.personalaccess-list")


class PersonalEdit:
    """개인정보가 든 자료의 고치기(EditView 앞에 물려받는다). 폼에 온 이름이 나오므로 여는 것마다 기록하고 저장소에 남기지 않는다."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.note_opening()
        return _unkept(super().get(request, *args, **kwargs))  # type: ignore[misc]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)  # type: ignore[misc]
        if response.status_code == 422:
            self.note_opening()
        return _unkept(response)

    def note_opening(self) -> None:
        """연 일을 남긴다. 맡은 사람이 아니면 여기까지 오지 않지만, 한 번 더 막는다."""
        view: Any = self
        log_access(view.request, [view.record], f"{view.screens.noun()} 고치기", PersonalAccess.Action.EDITED)


class PersonalDetail:
    """개인정보가 든 자료의 상세(DetailView 앞에 물려받는다). 맡은 사람에게는 「이름 보기」가, 나머지에게는 묻는 곳이 붙는다."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        view: Any = self
        record = view.record
        reveal = {
            "is_open": may_reveal(record, view.user), "form": ReasonForm(auto_id="reveal-%s"), "keeper": getattr(record, "handler", None),
            "content_type": ContentType.objects.get_for_model(record).pk,
        }  # fmt: skip
        return super().get_context_data(reveal=reveal, **kwargs)  # type: ignore[misc,no-any-return]


class ReasonForm(forms.Form):
    """왜 보는가. 고르거나 적는다."""

    why = forms.ChoiceField(
        label="까닭", required=False, choices=[("", "고르세요"), *((one, one) for one in REASONS), ("other", "직접 적음")]
    )
    text = forms.CharField(label="직접 적는 까닭", required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        text = (found.get("text") or "").strip()
        why = found.get("why") or ""
        found["reason"] = text if why in ("", "other") else " · ".join(filter(None, (why, text)))
        if not found["reason"]:
            raise forms.ValidationError("까닭이 비어 있습니다. 목록에서 고르거나 적어 주세요.")
        return found


class RevealView(View):
    """「이름 보기」: 까닭을 받고 기록을 남긴 뒤 가리지 않은 이름과 주소를 한 번 보인다. 주소로는 열리지 않는다(POST 만)."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, content_type: int, pk: int) -> HttpResponse:
        model: Any = get_object_or_404(ContentType, pk=content_type).model_class()
        if model is None or not isinstance(getattr(model, "scope", None), HandlerScope):
            raise Http404("개인정보를 맡긴 자료가 아닙니다.")
        record = get_object_or_404(model._default_manager.all().for_user(request.user), pk=pk)
        form = ReasonForm(request.POST)
        context: dict[str, Any] = {"record": record, "content_type": content_type, "form": form, "back": _detail(record)}
        if not form.is_valid():
            # 까닭이 없으면 맡은 사람에게도 아무것도 보이지 않는다.
            return _unkept(render(request, "core/reveal.html", context, status=422))
        rows = personal_rows(record)
        log_access(request, [record, *(row for row in rows if row != record)], form.cleaned_data["reason"])
        context["people"] = [(str(row), personal_values(row)) for row in rows]
        context["reason"] = form.cleaned_data["reason"]
        return _unkept(render(request, "core/reveal.html", context))


def _detail(record: Any) -> str:
    return reverse(f"{record._meta.app_label}.{record._meta.model_name}-detail", args=[record.pk])


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
