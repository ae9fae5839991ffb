"""주소 × 역할 한 표. 모든 주소를 모든 역할로 열어 본다. 표에 없는 주소가 생기면 시험이 실패한다.

줄은 업무의 폴더에 있다(tests/<팀>/<업무>/access.py). 새 업무는 아래에 두 줄(들여오기와 TABLES)을 더한다. 낱말은 tests/access.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from tests.access import ANONYMOUS, PEOPLE, SIGNED_IN, Rows, Table, expect, one
from tests.budget.appropriations import access as appropriations
from tests.budget.research_projects import access as research_projects
from tests.core.committees import access as committees
from tests.core.deadlines import access as deadlines
from tests.core.documents import access as documents
from tests.core.figures import access as figures
from tests.core.handover import access as handover
from tests.core.jobs import access as jobs
from tests.core.notices import access as notices
from tests.core.org import access as org
from tests.core.privacy import access as privacy
from tests.core.projects import access as projects
from tests.core.reports import access as reports
from tests.core.rounds import access as rounds
from tests.core.screens import access as lists
from tests.evaluation.four_year_plans import access as four_year_plans
from tests.evaluation.performance import access as performance
from tests.legal.lawsuits import access as lawsuits
from tests.legal.legal_advisers import access as legal_advisers
from tests.legal.local_laws import access as local_laws
from tests.legal.ordinance_council import access as ordinance_council
from tests.planning.named_policies import access as named_policies
from tests.planning.periodic_reports import access as periodic_reports
from tests.planning.work_plans import access as work_plans
from tests.test_security import wrong_headers

pytestmark = [pytest.mark.django_db, pytest.mark.draws("열리는지와 머리말만 본다. 목록의 SQL 은 업무의 ScreenTests 가 본다")]

# 집(config)의 주소
HOUSE: Table = {
    "home": one(SIGNED_IN),
    "todo": one(SIGNED_IN),
    "search": one(SIGNED_IN),
    "help": one(SIGNED_IN),
    "health": one(expect(200, anonymous=200)),
}
TABLES: tuple[Table, ...] = (
    HOUSE,
    *(
        part.ACCESS
        for part in (
            committees, deadlines, documents, figures, handover, jobs, lists, notices, org, privacy, projects, reports, rounds,
            named_policies, periodic_reports, work_plans,
            appropriations, research_projects,
            four_year_plans, performance,
            lawsuits, legal_advisers, local_laws, ordinance_council,
        )
    ),
)  # fmt: skip
ACCESS: Table = {route: cases for table in TABLES for route, cases in table.items()}


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """모든 주소 이름. 관리자 화면(admin:)은 따로 본다."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                yield from routes(pattern.url_patterns, space)
        else:
            yield f"{prefix}{pattern.name or f'(이름 없음 {pattern.pattern})'}", pattern


@pytest.fixture(scope="module")
def visitors(once: None) -> tuple[Rows, dict[str, Client]]:
    """역할마다 로그인해 둔 브라우저. 사람과 로그인은 주소마다 다시 만들지 않는다(수백 개의 주소에서 시간의 절반이었다)."""
    rows = Rows()
    clients = {label: Client(raise_request_exception=False) for label in (ANONYMOUS, *PEOPLE)}
    for label, staff in rows.people.items():
        clients[label].force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return rows, clients


@pytest.fixture
def rows(visitors: tuple[Rows, dict[str, Client]], db: None) -> Rows:
    """사람과 부서만 있는 자료. 나머지는 시험이 부르는 것만 만든다."""
    found = Rows()
    found.departments, found.people = visitors[0].departments, visitors[0].people
    return found


# 보기만 해도 적는 것: 세션, 로그인 시도, 개인정보를 본 기록, 초안에서 바뀐 수치의 수
WRITTEN_BY_LOOKING = ("django_session", "axes_", "core_personalaccess", 'core_report"')


def no_writing(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """보는 동안 자료를 고치는 질의가 나가면 그 화면은 500 이 된다."""
    verb, _space, rest = sql.lstrip().partition(" ")
    if verb in ("INSERT", "UPDATE", "DELETE", "REPLACE") and not any(f'"{name}' in rest.split("(")[0] for name in WRITTEN_BY_LOOKING):
        raise AssertionError(f"보기만 해도 바뀐다: {sql[:200]}")
    return execute(sql, params, many, context)


# 화면을 끝까지 그려 보는 사람: 모두 고치는 사람, 부서의 사람, 보기만 하는 사람
DRAWN = ("시스템관리자", "부서 담당자", "열람자")


@pytest.fixture
def open_as(visitors: tuple[Rows, dict[str, Client]], monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Any]:
    """label 로 로그인해 url 을 연 답. 500 도 상태로 받는다.

    같은 화면을 열 사람이 그리면 그리는 데 시간이 다 간다. 나머지 사람은 열리는지만 보고 그리지 않는다.
    """
    draw = SimpleTemplateResponse.rendered_content.fget
    now = {"label": ""}
    monkeypatch.setattr(
        SimpleTemplateResponse, "rendered_content", property(lambda answer: draw(answer) if now["label"] in DRAWN else "")
    )

    def get(label: str, url: str) -> Any:
        now["label"] = label
        with connection.execute_wrapper(no_writing):
            return visitors[1][label].get(url)

    return get


def test_every_url_is_in_the_table() -> None:
    known = {name for name, _pattern in routes(get_resolver().url_patterns)}
    assert len(ACCESS) == sum(map(len, TABLES)), "두 업무가 같은 주소를 적었다"
    assert not known - set(ACCESS), "표에 없는 주소: " + ", ".join(sorted(known - set(ACCESS)))
    assert not set(ACCESS) - known, "주소가 없어진 줄: " + ", ".join(sorted(set(ACCESS) - known))


@pytest.mark.parametrize("route", sorted(ACCESS))
def test_every_role_at_every_url(route: str, rows: Rows, open_as: Callable[[str, str], Any]) -> None:
    """바라는 상태, 안전한 머리말, 보는 것만으로는 아무것도 바뀌지 않음."""
    wrong = []
    for case in ACCESS[route]:
        url = reverse(route, kwargs=case.kwargs(rows))
        for label, expected in case.expected.items():
            answer = open_as(label, url)
            if answer.status_code != expected:
                wrong.append(f"{label} {case.note}: {answer.status_code} (바라는 것 {expected}) {url}")
            wrong += [f"{label} {url}: 머리말 {one}" for one in wrong_headers(answer, signed=label != ANONYMOUS)]
            if label == ANONYMOUS and answer.status_code == expected == 302 and not answer.url.startswith(reverse(settings.LOGIN_URL)):
                wrong.append(f"비로그인은 로그인 화면으로 가야 한다: {answer.url}")
    assert not wrong, "\n".join(wrong)


def test_admin_is_for_administrators_only(open_as: Callable[[str, str], Any], db: None) -> None:
    """관리자 화면의 첫 화면과 모든 목록. 시스템관리자만 열고, 다른 사람은 로그인 화면이나 403 을 받는다."""
    site = resolve(reverse("admin:index")).func.admin_site
    urls = [reverse("admin:index")]
    urls += [reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in site._registry]
    wrong = []
    for url in urls:
        for label in (ANONYMOUS, *PEOPLE):
            status = open_as(label, url).status_code
            if (status == 200) != (label == "시스템관리자") or status not in (200, 302, 403):
                wrong.append(f"{label}: {status} {url}")
    assert len(urls) > 20
    assert not wrong, "\n".join(wrong)
