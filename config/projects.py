"""사업 한 장: 예산과 집행률, 과제, 지표, 실적, 의견, 이력을 한 화면에 모은다. 구역은 config/project_sections.py 에 적는다."""

from __future__ import annotations

from typing import Any, cast

from config.project_sections import SECTIONS
from core.projects import views
from core.projects.models import Project
from core.screens.views.detail import DetailView


class ProjectDetailView(DetailView):
    """사업 한 장."""

    template_name = "project_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        project = cast(Project, self.record)
        return super().get_context_data(
            project_sections=[section(project, self.user) for section in SECTIONS], **kwargs
        )


class ProjectScreens(views.ProjectScreens):
    """사업의 화면. 상세만 사업 한 장으로 바꾼다."""

    detail_view = ProjectDetailView


urlpatterns = [
    *views.ProjectResultScreens.urls("results/"),
    *ProjectScreens.urls(),
]
