"""가장 작은 장고: 미들웨어도 데이터베이스도 없이 글자만 준다. 화면이 닿을 수 있는 끝이다."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def hello(request: HttpRequest) -> HttpResponse:
    """안녕하세요."""
    return HttpResponse("안녕하세요", content_type="text/plain; charset=utf-8")


urlpatterns = [path("", hello)]
if not settings.configured:
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="bench", MIDDLEWARE=[])  # noqa: S106
application = get_wsgi_application()
