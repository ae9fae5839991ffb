from django.http import HttpRequest, HttpResponse
from django.views.generic import TemplateView


class HomeView(TemplateView):
    template_name = "home.html"


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")
