"""목록의 모습을 적어 두는 일: 저장한 조건과 고른 열."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.views import View

from core.org.way_back import way_back
from core.screens.models import ColumnChoice, SavedFilter
from core.screens.texts import particle


def _screen(request: HttpRequest) -> str:
    """어느 목록인지. 있는 주소의 이름만 받는다."""
    name = request.POST.get("screen", "")
    try:
        reverse(name)
    except NoReverseMatch as error:
        raise Http404 from error
    return name


class SaveFilterView(View):
    """지금 조건에 이름을 붙여 둔다. 같은 이름이 있으면 바꾼다."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = " ".join(request.POST.get("name", "").split())[:40]
        screen, query = _screen(request), QueryDict(request.POST.get("query", "")).urlencode()
        if not name or len(query) > 1_000:
            messages.warning(request, "조건의 이름을 적어 주세요.")
            return redirect(way_back(request))
        SavedFilter.objects.update_or_create(
            owner=request.user, screen=screen, name=name,
            defaults={"query": query, "is_shared": "is_shared" in request.POST},
        )  # fmt: skip
        messages.success(request, f"{particle(f'‘{name}’', '을/를')} 저장했습니다. 「보기」에서 고를 수 있습니다.")
        return redirect(way_back(request))


class DropFilterView(View):
    """저장한 조건을 지운다. 내 것만 지운다."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, pk: int, **kwargs: Any) -> HttpResponse:
        saved = get_object_or_404(SavedFilter, pk=pk, owner=request.user)
        saved.delete()
        messages.success(request, f"{particle(f'‘{saved.name}’', '을/를')} 지웠습니다.")
        return redirect(way_back(request))


class ColumnsView(View):
    """보일 열과 차례를 적어 둔다. 「처음대로」면 지운다."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        screen = _screen(request)
        columns = [] if "reset" in request.POST else [name[:100] for name in request.POST.getlist("column")[:100]]
        ColumnChoice.objects.update_or_create(owner=request.user, screen=screen, defaults={"columns": columns})
        return redirect(way_back(request))
