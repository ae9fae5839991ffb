"""현황판이 함께 쓰는 것: 고른 해, 고를 수 있는 해, 엑셀로 내려받기."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.generic import TemplateView

from core.access import signed_in
from core.excel.download import attachment
from core.excel.writer import SheetOut, write_xlsx
from core.formats import moment
from core.history.revisions import kept_page


class BoardPage(TemplateView):
    """현황판. 같은 사람이 같은 조건으로 다시 열면, 읽은 자료가 하나도 바뀌지 않은 동안 다시 셈하지 않는다."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = signed_in(request)
        who = (user.pk, user.role, user.team, user.position, user.department_id, user.fiscal_year)
        what = (type(self), *who, request.get_full_path(), timezone.localdate())
        return kept_page(what, lambda: self.content(**kwargs), self.drawn)

    def content(self, **kwargs: Any) -> dict[str, Any]:
        """기억할 것. 화면(view)과 요청은 뺀다."""
        found = self.get_context_data(**kwargs)
        del found["view"]
        return found

    def drawn(self, content: dict[str, Any]) -> HttpResponse:
        response: Any = self.render_to_response(content | {"view": self})
        drawn: HttpResponse = response.render()
        return drawn


def chosen_year(request: HttpRequest, newest: Callable[[], int | None]) -> int:
    """주소의 해(year). 없으면 보는 해, 그것도 고르지 않았으면 자료나 보고서가 있는 가장 늦은 해(newest), 그것도 없으면 올해."""
    asked = request.GET.get("year", "")
    if asked.isdecimal() and len(asked) == 4 and 1900 <= int(asked) < 2200:
        return int(asked)
    return signed_in(request).fiscal_year or newest() or timezone.localdate().year


def year_choices(held: Iterable[int], shown: int) -> list[int]:
    """고를 수 있는 해, 새 것부터: 자료가 있는 해와 지금 보이는 해."""
    return sorted({*held, shown}, reverse=True)


def download(request: HttpRequest, name: str, sheets: Sequence[SheetOut]) -> FileResponse:
    """현황판의 엑셀. 첫 시트의 조건 끝에 누가 언제 내려받았는지 적는다."""
    first, *rest = sheets
    stamp = [("내려받은 사람", signed_in(request).display_name), ("내려받은 때", moment(timezone.now()))]
    first = replace(first, conditions=[*first.conditions, *stamp])
    return attachment(lambda file: write_xlsx(file, [first, *rest]), name)
