"""모든 화면의 틀(위·왼쪽 메뉴)에 필요한 것."""

from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from budget.appropriations.models import FiscalYear
from budget.appropriations.models.execution import newest_year
from config.functions import FUNCTIONS, GIVEN, in_order
from core.access import Role
from core.notices.models import Notice
from core.rounds.models import Round, Submission

# 부서 담당자의 메뉴의 차례
_MENU_ORDER = ("budget.execution", "evaluation.performance-board", "legal.lawsuits", "legal.local-laws", ...)
DEPARTMENT_MENU = in_order((item for given in GIVEN for item in given.menu), _MENU_ORDER, lambda item: item[1])


def _item(title: str, href: str, path: str) -> dict[str, Any]:
    return {"title": title, "href": href, "current": path == href}


def pinned(user: Any) -> list[str]:
    """자주 쓰는 업무. 아직 고르지 않았으면 우리 팀의 만들어진 업무다."""
    own = [item.package for item in FUNCTIONS.get(user.team, []) if item.route]
    return user.pins or own


def waiting_submissions(user: Any) -> dict[str, Any]:
    """메뉴에 적을, 내 손을 기다리는 제출의 수. 부서는 적을 것, 팀은 살펴볼 것이다. 질의 한 번."""
    rows = Submission.objects.filter(round__status=Round.Status.OPEN)
    if user.role == Role.DEPARTMENT:
        rows = rows.filter(Submission.editable()).for_user(user)
    else:
        rows = rows.filter(status__in=Submission.WAITING_REVIEW).changeable_by(user)
    late = Q(round__due_at__lt=timezone.now(), extended_due_at=None) | Q(extended_due_at__lt=timezone.now())
    found = rows.aggregate(count=Count("pk"), late=Count("pk", filter=late))
    return {"count": found["count"], "hot": user.role == Role.DEPARTMENT and bool(found["late"])}


def frame(request: HttpRequest) -> dict[str, Any]:
    """메뉴, 자주 쓰는 업무, 회계연도. 로그인하지 않은 화면에는 없다. 질의는 네 번까지다."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    is_department = user.role == Role.DEPARTMENT
    teams, titles = [], {}
    for team, functions in FUNCTIONS.items():
        items = []
        for function in functions:
            href = reverse(function.route) if function.route else None
            prefix = "/" + function.package.replace(".", "/").replace("_", "-") + "/"
            items.append({"title": function.menu, "href": href, "current": request.path.startswith(prefix)})
            if href:
                titles[function.package] = (function.menu, href)
        own = user.team == team or any(item["current"] for item in items)
        teams.append({"label": team.label, "open": own, "functions": items})
    waiting = waiting_submissions(user)
    menu = [
        _item("홈", reverse("home"), request.path), _item("할 일", reverse("todo"), request.path),
        _item("일정·기한", reverse("core.calendar"), request.path),
    ]  # fmt: skip
    if is_department:
        menu += [
            {**_item("우리 부서 제출", reverse("core.submission-list"), request.path), **waiting},
            *(_item(title, reverse(route), request.path) for title, route in DEPARTMENT_MENU),
        ]
    else:
        menu.append({**_item("취합", reverse("core.round-list"), request.path), **waiting})
        menu.append(_item("보고서", reverse("core.report-list"), request.path))
    menu.append(_item("사업", reverse("core.project-list"), request.path))
    if not is_department:
        menu.append(_item("위원회", reverse("core.committee-list"), request.path))
    if is_department:
        menu.append(_item("도움말", reverse("help"), request.path))
    years = list(FiscalYear.objects.values_list("year", flat=True))
    return {
        "frame": {
            "menu": menu,
            "pins": [{"title": titles[pin][0], "href": titles[pin][1]} for pin in pinned(user) if pin in titles],
            "teams": [] if is_department else teams,
            # 주소로 다른 해를 보고 있으면 위의 연도도 그 해다.
            "fiscal_year": next((year for year in years if str(year) == request.GET.get("year")), None)
            or user.fiscal_year
            or newest_year() or (years[0] if years else None),
            "fiscal_years": years,
            "idle_seconds": settings.IDLE_MINUTES * 60,
            "is_department": is_department,
            "unread": Notice.objects.for_user(user).unread().count(),
        }
    }
