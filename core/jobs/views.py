"""내 작업: 시킨 작업의 목록과, 한 건의 진행. 화면을 떠나도 작업은 이어진다."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views import View
from django.views.generic import ListView

from core.access import Role
from core.jobs.models import Job
from core.jobs.queue import someone_works

PER_PAGE = 30


class JobListView(ListView):  # type: ignore[type-arg]
    """내가 시킨 작업, 새 것부터. 시스템관리자는 모두 본다."""

    template_name = "core/jobs/list.html"
    paginate_by = PER_PAGE

    def get_queryset(self) -> Any:
        return Job.objects.for_user(self.request.user).select_related("owner").defer("payload")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "sees_all": self.request.user.role == Role.ADMIN, "nobody": not someone_works()}


class JobView(View):
    """작업 한 건. htmx 가 2초마다 같은 주소를 ?poll 로 불러 상태만 바꾼다. 끝나면 결과 화면으로 간다."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = get_object_or_404(Job.objects.for_user(request.user).select_related("owner"), pk=pk)
        context = {"job": job, "nobody": not job.is_over and not someone_works()}
        if "poll" not in request.GET:
            return render(request, "core/jobs/detail.html", context)
        # 저절로 묻는 것은 사람이 쓰고 있는 것이 아니므로 로그인 시간을 늘리지 않는다.
        request.session.save = lambda must_create=False: None  # type: ignore[method-assign]
        answer = render(request, "core/jobs/state.html", context)
        if job.status == Job.Status.DONE and job.result_url:
            answer["HX-Redirect"] = job.result_url
        return answer
