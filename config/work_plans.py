"""주요업무의 화면: 글에 든 {수치} 를 네 팀의 수치에서 찾는다. 네 팀을 모두 아는 이 자리에서만 엮을 수 있다."""

from __future__ import annotations

from config.figures import FIGURES
from planning.work_plans.urls import work_plan_urls
from planning.work_plans.views import board, details, records


class ItemDetailView(details.ItemDetailView):
    """주요업무 한 건."""

    figures = FIGURES


class BookView(board.BookView):
    """보고서 모양의 인쇄본."""

    figures = FIGURES


class WorkItemScreens(records.WorkItemScreens):
    """주요업무의 화면. 상세만 수치를 아는 것으로 바꾼다."""

    detail_view = ItemDetailView


urlpatterns = work_plan_urls(WorkItemScreens, BookView)
