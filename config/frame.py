"""모든 화면의 틀(위·왼쪽 메뉴)에 필요한 것."""

from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString

from budget.appropriations.models import FiscalYear
from budget.appropriations.models.execution import newest_year
from config.functions import FUNCTIONS, GIVEN, in_order
from core.access import Role
from core.functions import WorkFunction
from core.history.revisions import aside, kept
from core.notices.models import Notice
from core.rounds.models import Round, Submission

# 부서 담당자의 메뉴에서 업무가 주는 줄의 차례
_MENU_ORDER = ("budget.execution", "evaluation.performance-board", "legal.lawsuits", "legal.local-laws", ...)
HOME_MENU = (("홈", "home"), ("할 일", "todo"), ("일정·기한", "core.calendar"))
DEPARTMENT_MENU = (
    *HOME_MENU, ("우리 부서 제출", "core.submission-list"),
    *in_order((item for given in GIVEN for item in given.menu), _MENU_ORDER, lambda item: item[1]),
    ("사업", "core.project-list"), ("도움말", "help"),
)  # fmt: skip
DIVISION_MENU = (
    *HOME_MENU, ("취합", "core.round-list"), ("보고서", "core.report-list"), ("사업", "core.project-list"),
    ("위원회", "core.committee-list"),
)  # fmt: skip
# 내 손을 기다리는 제출의 수를 적는 줄
WAITING_AT = ("core.submission-list", "core.round-list")


def pinned(user: Any) -> list[str]:
    """자주 쓰는 업무. 아직 고르지 않았으면 우리 팀의 만들어진 업무다."""
    own = [item.package for item in FUNCTIONS.get(user.team, []) if item.route]
    return user.pins or own


def waiting_submissions(user: Any) -> dict[str, Any]:
    """메뉴에 적을, 내 손을 기다리는 제출의 수. 부서는 적을 것, 팀은 살펴볼 것이다.

    같은 부서나 팀이면 같은 수라 마감을 함께 기억한다. 마감이 지났는지는 볼 때마다 본다.
    """
    rows = Submission.objects.filter(round__status=Round.Status.OPEN)
    if user.role == Role.DEPARTMENT:
        rows = rows.filter(Submission.editable()).for_user(user)
    else:
        rows = rows.filter(status__in=Submission.WAITING_REVIEW).changeable_by(user)
    due = rows.order_by().annotate(due=Coalesce("extended_due_at", "round__due_at")).values_list("due", flat=True)
    whose = ("waiting", user.role, user.team, user.department_id)
    found = kept(whose, (Round, Submission), lambda: tuple(due))
    now = timezone.now()
    return {"count": len(found), "hot": user.role == Role.DEPARTMENT and any(at and at < now for at in found)}


def _prefix(function: WorkFunction) -> str:
    """업무의 화면이 모두 이 주소로 시작한다."""
    return "/" + function.package.replace(".", "/").replace("_", "-") + "/"


@cache
def _places() -> tuple[frozenset[str], tuple[str, ...]]:
    """메뉴에서 「지금 여기」로 적는 주소: 그 주소일 때만 적는 것과, 그것으로 시작하면 적는 것."""
    exact = frozenset(reverse(route) for _title, route in (*DEPARTMENT_MENU, *DIVISION_MENU))
    return exact, tuple(_prefix(function) for functions in FUNCTIONS.values() for function in functions)


@lru_cache(maxsize=500)
def _side(role: str, team: str, pins: tuple[str, ...], here: str, inside: str, count: int, hot: bool) -> SafeString:
    """왼쪽 메뉴. 역할·팀·자주 쓰는 업무·지금 화면·기다리는 수가 같으면 누구에게나 같으므로 한 번 그린 것을 쓴다."""
    is_department = role == Role.DEPARTMENT
    teams, titles = [], {}
    for one, functions in FUNCTIONS.items():
        items = []
        for function in functions:
            href = reverse(function.route) if function.route else None
            items.append({"title": function.menu, "href": href, "current": inside == _prefix(function)})
            if href:
                titles[function.package] = (function.menu, href)
        teams.append({"label": one.label, "open": team == one or any(item["current"] for item in items), "functions": items})
    menu = [
        {"title": title, "href": reverse(route), "current": here == reverse(route)}
        | ({"count": count, "hot": hot} if route in WAITING_AT else {})
        for title, route in (DEPARTMENT_MENU if is_department else DIVISION_MENU)
    ]  # fmt: skip
    return render_to_string(
        "components/nav.html",
        {
            "menu": menu,
            "pins": [{"title": titles[pin][0], "href": titles[pin][1]} for pin in pins if pin in titles],
            "teams": [] if is_department else teams,
            "is_department": is_department,
            "is_admin": role == Role.ADMIN,
        },
    )


def frame(request: HttpRequest) -> dict[str, Any]:
    """메뉴, 회계연도, 알림. 로그인하지 않은 화면에는 없고, 틀을 그리지 않는 조각에서는 읽지 않는다."""
    user = getattr(request, "user", None)
    return {"frame": SimpleLazyObject(lambda: _apart(request, user))} if user and user.is_authenticated else {}


def _apart(request: HttpRequest, user: Any) -> dict[str, Any]:
    with aside():
        return _frame(request, user)


def _frame(request: HttpRequest, user: Any) -> dict[str, Any]:
    """아무것도 바뀌지 않았으면 질의가 없다."""
    waiting = waiting_submissions(user)
    exact, prefixes = _places()
    here = request.path if request.path in exact else ""
    inside = next((prefix for prefix in prefixes if request.path.startswith(prefix)), "")
    years = kept("fiscal years", (FiscalYear,), lambda: tuple(FiscalYear.objects.values_list("year", flat=True)))
    return {
        "side": _side(user.role, user.team, tuple(pinned(user)), here, inside, waiting["count"], waiting["hot"]),
        # 주소로 다른 해를 보고 있으면 위의 연도도 그 해다.
        "fiscal_year": next((year for year in years if str(year) == request.GET.get("year")), None)
        or user.fiscal_year
        or newest_year() or (years[0] if years else None),
        "fiscal_years": years,
        "idle_seconds": settings.IDLE_MINUTES * 60,
        "is_department": user.role == Role.DEPARTMENT,
        "unread": kept(("unread", user.pk), (Notice,), Notice.objects.for_user(user).unread().count),
    }
