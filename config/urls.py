"""주소. 팀의 업무는 /<팀>/<업무>/ 아래에 있다."""

from django.urls import include, path

from config.admin import site
from config.functions import GIVEN
from config.health import health
from config.organisation import OrgChartView, StaffingView
from config.reorganisation import ReorganiseView
from config.views import HomeView, TodoView
from planning.named_policies.urls import named_policy_urls

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("todo/", TodoView.as_view(), name="todo"),
    path("health/", health, name="health"),
    path("organisation/", OrgChartView.as_view(), name="core.org-chart"),
    path("organisation/staffing/", StaffingView.as_view(), name="core.staffing"),
    path("organisation/reorganise/", ReorganiseView.as_view(), name="core.reorganise"),
    path("", include("core.org.account_urls")),
    path("search/", include("config.search")),
    path("", include("core.documents.urls")),
    path("", include("config.rounds")),
    path("", include("config.reports")),
    path("notices/", include("core.notices.urls")),
    path("figures/", include("core.figures.urls")),
    path("", include("core.urls")),
    path("committees/", include("config.committees")),
    path("projects/", include("config.projects")),
    path("handovers/", include("config.handover")),
    path("planning/", include("planning.urls")),
    path("budget/", include("budget.urls")),
    path("evaluation/", include("evaluation.urls")),
    path("legal/", include("legal.urls")),
    path("planning/work-plans/", include("config.work_plans")),
    path("planning/named-policies/", include(named_policy_urls([one for given in GIVEN for one in given.matters]))),
    path("admin/", site.urls),
]
