"""내 계정: 로그인과 로그아웃, 비밀번호, 화면 설정."""

from __future__ import annotations

import re
import time
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView, UpdateView

from core.org.models import Staff
from core.org.session_limit import SIGNED_IN_AT
from core.org.way_back import way_back

MAX_PINS = 8
_PACKAGE = re.compile(r"[a-z_]{1,30}\.[a-z_]{1,60}")


class LoginForm(AuthenticationForm):
    """사번과 비밀번호. 틀렸을 때 그 사번이 있는지는 알려 주지 않는다."""

    error_messages = {
        "invalid_login": "사번이나 비밀번호가 맞지 않습니다. 한/영과 Caps Lock을 확인하고 다시 적어 주세요.",
        "inactive": "사번이나 비밀번호가 맞지 않습니다. 한/영과 Caps Lock을 확인하고 다시 적어 주세요.",
    }


class LoginView(auth_views.LoginView):
    """로그인. 몇 번 틀리면 잠그는 일은 django-axes 가 한다."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        self.request.session[SIGNED_IN_AT] = time.time()
        return response


class LogoutView(auth_views.LogoutView):
    """로그아웃. 브라우저가 간직한 화면도 지우게 한다."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'
        return response


class PasswordForm(PasswordChangeForm):
    """지금 비밀번호와 새 비밀번호."""

    error_messages = {
        "password_incorrect": "지금 비밀번호가 맞지 않습니다. 한/영과 Caps Lock을 확인하고 다시 적어 주세요.",
        "password_mismatch": "새 비밀번호 두 개가 서로 다릅니다. 같은 비밀번호를 두 번 적어 주세요.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "지금 비밀번호"
        self.fields["new_password2"].label = "새 비밀번호 확인"
        self.fields["new_password2"].help_text = ""


class PasswordChangeView(auth_views.PasswordChangeView):
    """비밀번호 바꾸기. 세션 번호를 새로 받고 다른 컴퓨터의 로그인은 끝난다."""

    form_class = PasswordForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            messages.info(request, "통합 로그인으로 들어온 사람의 비밀번호는 통합 로그인 쪽에서 바꿉니다.")
            return redirect("preferences")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        form.user.must_change_password = False
        response = super().form_valid(form)
        form.user.note_password("본인이 바꿈")
        return response


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Staff
        fields = ("density", "text_size", "contrast")


class PreferencesView(UpdateView):  # type: ignore[type-arg]
    """줄 간격, 글자 크기, 화면 대비. 나에게만 적용된다."""

    form_class = PreferencesForm
    template_name = "core/preferences.html"
    success_url = reverse_lazy("preferences")

    def get_object(self, queryset: Any = None) -> Staff:
        return cast(Staff, self.request.user)

    def form_valid(self, form: Any) -> HttpResponse:
        form.instance.save(update_fields=list(form.fields))
        messages.success(self.request, "화면 설정을 저장했습니다.")
        return redirect(str(self.success_url))


class HelpView(TemplateView):
    template_name = "core/help.html"


@require_POST
def choose_year(request: HttpRequest) -> HttpResponse:
    """모든 화면의 기준 회계연도를 바꾼다."""
    year = request.POST.get("fiscal_year", "")
    if not re.fullmatch(r"20\d\d", year, re.ASCII):
        raise BadRequest("회계연도는 네 자리 수입니다.")
    user = cast(Staff, request.user)
    user.fiscal_year = int(year)
    user.save(update_fields=["fiscal_year"])
    return redirect(way_back(request))


@require_POST
def toggle_pin(request: HttpRequest) -> HttpResponse:
    """자주 쓰는 업무에 두거나 뺀다. 여덟 개까지 둔다."""
    package = request.POST.get("package", "")
    if not _PACKAGE.fullmatch(package):
        raise BadRequest("업무 이름이 아닙니다.")
    user = cast(Staff, request.user)
    if package in user.pins:
        user.pins.remove(package)
    elif len(user.pins) < MAX_PINS:
        user.pins.append(package)
    else:
        messages.warning(request, f"자주 쓰는 업무는 {MAX_PINS}개까지 둡니다. 하나를 뺀 뒤 눌러 주세요.")
        return redirect(way_back(request))
    user.save(update_fields=["pins"])
    return redirect(way_back(request))


def keepalive(request: HttpRequest) -> HttpResponse:
    """「계속 쓰기」. 세션은 요청마다 늘어나므로 답만 준다."""
    return HttpResponse(status=204)
