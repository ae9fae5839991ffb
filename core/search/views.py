"""통합 찾기 화면. 적는 동안에는 제안(조각), Enter 를 누르면 모든 결과."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.views.generic import TemplateView

from core.search.index import Source, find

_LONGEST = 60


class SearchView(TemplateView):
    """찾을 묶음(sources)은 네 팀을 모두 아는 config 가 준다."""

    sources: Sequence[Source] = ()

    @property
    def is_suggestion(self) -> bool:
        htmx = self.request.htmx  # type: ignore[attr-defined]
        return bool(htmx) and not htmx.boosted

    def get_template_names(self) -> list[str]:
        return ["core/search_suggest.html" if self.is_suggestion else "core/search.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET.get("q", "").strip()[:_LONGEST]
        groups = find(self.sources, query, self.request.user, limit=5 if self.is_suggestion else 50)
        return super().get_context_data(query=query, groups=groups, **kwargs)
