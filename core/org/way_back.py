"""일을 마치고 돌아갈 주소. 우리 서버의 주소만 믿는다."""

from urllib.parse import urlsplit, urlunsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request: HttpRequest, default: str = "home") -> str:
    """폼이 적은 next, 없으면 누르던 화면(Referer). 둘 다 우리 주소가 아니면 default 화면."""
    for url in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        if not url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
            continue
        # 주소에서 호스트를 떼어 낸 뒤에도 밖으로 나가지 않는지(//evil) 다시 본다.
        parts = urlsplit(url)
        local = urlunsplit(("", "", parts.path, parts.query, ""))
        if local.startswith("/") and url_has_allowed_host_and_scheme(local, None):
            return local
    return reverse(default)
