"""통합 찾기가 찾는 것들과 그 주소."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import path, reverse

from config.functions import FUNCTIONS, GIVEN, in_order
from core.access import DIVISION_ROLES
from core.search.index import Entry, Source
from core.search.views import SearchView


def _functions() -> Iterator[Entry]:
    """업무분장의 서른여섯 가지. 아직 없는 화면은 업무분장으로 간다."""
    chart = reverse("core.org-chart")
    for team, functions in FUNCTIONS.items():
        for function in functions:
            url = reverse(function.route) if function.route else chart
            yield Entry(function.title, url, str(team.label), words=function.menu)


# 결과를 보이는 차례
ORDER = ("업무", "사업", "단위사업", "세부사업", "이행과제", "위원회", "위원회 안건", ..., "부서", "직원")

SOURCES = in_order(
    [Source("업무", _functions, roles=DIVISION_ROLES), *(source for given in GIVEN for source in given.search)],
    ORDER, lambda source: source.title,
)  # fmt: skip

urlpatterns = [path("", SearchView.as_view(sources=SOURCES), name="search")]
