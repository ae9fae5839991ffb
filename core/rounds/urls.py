"""취합의 주소. 서식의 줄(collections)은 config/rounds.py 가 준다."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern, path

from core.rounds.collection import Collection
from core.rounds.views import rounds, submissions


def round_urls(collections: Sequence[Collection]) -> list[URLPattern]:
    """회차, 틀, 제출의 주소."""
    found = {one.code: one for one in collections}

    class RoundScreens(rounds.RoundScreens):
        collections = found

    class TemplateScreens(rounds.TemplateScreens):
        collections = found

    return [
        *TemplateScreens.urls("rounds/templates/"),
        *rounds.LadderScreens.urls("rounds/ladders/"),
        *rounds.StepScreens.urls("rounds/steps/"),
        *rounds.RuleScreens.urls("rounds/confirmation/"),
        *RoundScreens.urls("rounds/"),
        path("rounds/templates/<int:pk>/open/", rounds.RoundFromTemplate.as_view(), name="core.roundtemplate-open"),
        path("rounds/<int:pk>/act/", rounds.RoundAct.as_view(collections=found), name="core.round-act"),
        path("rounds/<int:pk>/merged/", rounds.MergedView.as_view(collections=found), name="core.round-merged"),
        path("rounds/<int:pk>/merged.xlsx", rounds.MergedExport.as_view(collections=found), name="core.round-merged-excel"),
        path("submissions/", submissions.SubmissionList.as_view(), name="core.submission-list"),
        path("submissions/<int:pk>/", submissions.SubmissionView.as_view(collections=found), name="core.submission-fill"),
        path("submissions/<int:pk>/rows/<int:row>/", submissions.SaveRow.as_view(collections=found), name="core.submission-row"),
        path("submissions/<int:pk>/act/", submissions.SubmissionAct.as_view(collections=found), name="core.submission-act"),
        path("submissions/<int:pk>/form.xlsx", submissions.SubmissionForm.as_view(collections=found), name="core.submission-form"),
    ]
