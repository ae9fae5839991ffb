"""같은 폼을 두 번 보내도 한 번만 한다. 두 번 누르기, 느린 망에서 다시 보내기, 새로 고침이 자료를 둘 만들지 않게 한다."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.screens.models import FormToken

NAME = "_token"


def token_field() -> SafeString:
    """폼에 넣을 숨은 칸. 그릴 때마다 새 표다."""
    return format_html('<input type="hidden" name="{}" value="{}">', NAME, uuid.uuid4().hex)


class OnceMiddleware:
    """표가 든 폼은 어느 화면의 것이든 한 번만 한다. 같은 표로 다시 보낸 같은 요청은 첫 번째의 결과로 간다.

    표는 하는 일과 한 거래로 적는다. 함께 온 둘 가운데 하나는 앞의 거래가 끝나기를 기다리고, 앞의 것이 되었으면 하지 않는다.
    화면이 권한과 상태를 묻기 전에 보므로, 앞의 요청이 지웠거나 더는 볼 수 없게 된 자료도 그 결과로 간다.
    고칠 곳이 있어 다시 그린 폼(422)은 한 것이 아니므로 표도 남기지 않는다.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any) -> HttpResponse | None:
        if request.method != "POST" or not request.POST.get(NAME):
            return None
        key = _key(request)
        with transaction.atomic():
            try:
                with transaction.atomic():
                    token = FormToken.objects.create(key=key)
            except IntegrityError:
                # 첫 번째의 알림이 아직 보이지 않았으면 그것으로 넉넉하다.
                if not len(messages.get_messages(request)):
                    messages.info(request, "같은 것을 두 번 보내 한 번만 했습니다.")
                return HttpResponseRedirect(FormToken.objects.get(key=key).address)
            response = view(request, *args, **kwargs)
            if isinstance(response, HttpResponseRedirect):
                token.address = response.url
                token.save()
            else:
                token.delete()
        return response


def _key(request: HttpRequest) -> str:
    """사람, 주소, 표, 보낸 값의 지문. 뒤로 가서 값을 바꿔 보낸 것은 두 번 보낸 것이 아니다."""
    values: list[Any] = [(name, found) for name, found in sorted(request.POST.lists()) if name != "csrfmiddlewaretoken"]
    files = [(name, [(file.name, file.size) for file in found]) for name, found in sorted(request.FILES.lists())]
    seen = repr((request.user.pk, request.get_full_path(), values, files))
    return hashlib.sha256(seen.encode()).hexdigest()
