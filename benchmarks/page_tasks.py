"""화면을 재는 일들. 한 프로세스 안에서 상대와 번갈아 부르고, 부를 때마다의 벽시계(초)를 준다."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.tasks import ADMIN, AS_OF, PASSWORD, YEAR, Clock, administrator, signed_in, task

ROWS = "/budget/appropriations/rows/"
DASHBOARD = "/budget/appropriations/execution/"
HOME, HELP = "/", "/help/"
STOCK = "/stock-admin/budget/executionrow/"
PAGE = 50
FRAMING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
# 찾기에 적어 볼 말: 부서, 단위사업, 세부사업, 통계목, 없는 말
WORDS = ("건축과", "복지 공동체", "생활기반 운영", "사무관리비", "주민자원 조성 22", "없는사업이름")


def rounds(pages: Mapping[str, Callable[[], Any]], repeats: int, seconds: float) -> dict[str, Any]:
    """한 번씩 데운 뒤 A/B/A/B 로 repeats 바퀴. {이름: {"walls": […], "cpu": 가운데}}"""
    found: dict[str, dict[str, list[float]]] = {name: {"walls": [], "cpus": []} for name in pages}
    for page in pages.values():
        page()
    start = time.perf_counter()
    for turn in range(1, repeats + 1):
        for name, page in pages.items():
            cpu, wall = Clock.spent(), time.perf_counter()
            page()
            found[name]["walls"].append(time.perf_counter() - wall)
            found[name]["cpus"].append(Clock.spent() - cpu)
        if (time.perf_counter() - start) * (turn + 1) / turn > seconds:
            break
    return found


def opener(client: Any, address: str, **query: Any) -> Callable[[], bytes]:
    """화면 하나를 여는 일. 200 이 아니면 재는 뜻이 없으므로 멈춘다."""

    def open_page() -> bytes:
        response = client.get(address, query)
        if response.status_code != 200:
            raise RuntimeError(f"{address} {query} → {response.status_code} {response.headers.get('Location', '')}")
        return bytes(response.content)

    return open_page


def snapshot_key() -> int:
    """화면이 보는 집행 자료의 번호."""
    from budget.appropriations.models import ExecutionPointer

    return int(ExecutionPointer.objects.get(fiscal_year__year=YEAR, as_of=AS_OF).snapshot_id)


def querier(text: str, *values: Any) -> Callable[[], list[Any]]:
    """SQL 한 문장."""
    from django.db import connection

    def run() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return list(cursor.fetchall())

    return run


def counted(page: Callable[[], Any]) -> int:
    """화면 하나의 질의 수."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        page()
    # 거래를 열고 닫는 것은 자료를 묻는 일이 아니다.
    return sum(not query["sql"].startswith(FRAMING) for query in queries)


@task
def pages(rows: int, repeats: int, seconds: float) -> dict[str, Any]:
    """P6 목록, P7 찾기, P8 현황을 상대와 번갈아 잰다. 현황의 계가 행의 합과 같은지도 본다."""
    from budget.appropriations.dashboard import Execution
    from budget.appropriations.models import ExecutionRow, ExecutionSummary

    client, key = signed_in(), snapshot_key()
    last = -(-rows // PAGE)
    numbers = {"first": 1, "middle": rows // 2, "last": max(1, rows - PAGE)}
    # 제 연도와 구 전체를 주소에 적어, 고른 해나 부서에 기대지 않는다.
    fixed = {"year": YEAR, "department": "all", "per_page": PAGE}
    department = ExecutionRow.objects.filter(snapshot=key).order_by("-pk").values_list("department_id", flat=True)[0]
    columns = (
        "r.row_number, r.department_name, p.name, u.name, s.code, r.budget_amount, r.current_amount, r.committed_amount, "
        "r.spent_amount, r.balance_amount"
    )
    joined = (
        f"SELECT {columns} FROM budget_executionrow r JOIN budget_detailprogram p ON p.id = r.detail_program_id "  # noqa: S608
        "JOIN budget_unitprogram u ON u.id = p.unit_program_id LEFT JOIN budget_statitem s ON s.id = r.stat_item_id "
        "WHERE r.snapshot_id = %s AND r.row_number >= %s ORDER BY r.row_number LIMIT 51"
    )
    found: dict[str, Any] = {}
    for place, page in (("first", 1), ("middle", max(1, last // 2)), ("last", last)):
        found |= rounds({
            f"list-{place}": opener(client, ROWS, **fixed, page=page),
            f"admin-{place}": opener(client, STOCK, snapshot__id__exact=key, p=page),
            f"raw-{place}": querier(joined, key, numbers[place]),
        }, repeats, seconds)  # fmt: skip
    found |= rounds({
        "list-filter": opener(client, ROWS, **{**fixed, "department": department}, sort="-spent_amount"),
        "admin-filter": opener(client, STOCK, snapshot__id__exact=key, department__id__exact=department, o="-9"),
    }, repeats, seconds)  # fmt: skip
    for at, word in enumerate(WORDS):
        found |= rounds({
            f"search-{at}": opener(client, ROWS, **fixed, q=word),
            f"admin-search-{at}": opener(client, STOCK, snapshot__id__exact=key, q=word),
        }, repeats, seconds / 2)  # fmt: skip
    grouped = (
        "SELECT department_id, count(*), sum(budget_amount), sum(current_amount), sum(committed_amount), sum(spent_amount), "
        "sum(balance_amount) FROM budget_executionrow WHERE snapshot_id = %s GROUP BY department_id"
    )
    # 부서 × 재원 구성으로 합쳐 둔 백여 행. 화면이 읽을 수 있는 가장 적은 것이다.
    kept = (
        "SELECT department_id, funding, rows, budget_amount, current_amount, committed_amount, spent_amount, balance_amount "
        "FROM budget_executionsummary WHERE snapshot_id = %s AND cut = 'funding'"
    )
    found |= rounds({
        "dashboard": opener(client, DASHBOARD, year=YEAR, department="all", tab="departments"),
        "dashboard-own": opener(client, DASHBOARD, year=YEAR),
        "home": opener(client, HOME), "help": opener(client, HELP),
        "admin-again": opener(client, STOCK, snapshot__id__exact=key, p=1),
        "group-by": querier(grouped, key),
        "summary": querier(kept, key),
    }, repeats, seconds)  # fmt: skip
    exact = querier(grouped, key)()
    total = Execution(ExecutionSummary.objects.for_user(administrator()), YEAR, AS_OF).total
    found["difference"] = [
        total.rows - sum(row[1] for row in exact), total.budget - sum(int(row[2]) for row in exact),
        total.spent - sum(int(row[5]) for row in exact),
    ]  # fmt: skip
    return found


@task
def queries() -> dict[str, int]:
    """P13 주소에 번호가 없는 모든 화면(시스템관리자)의 질의 수."""
    client = signed_in()
    found = {}
    for address in addresses():
        response = client.get(address)
        if response.status_code == 200 and response.headers.get("Content-Type", "").startswith("text/html"):
            found[address] = counted(lambda address=address: client.get(address))
    return found


def addresses() -> list[str]:
    """번호 없이 여는 화면의 주소. 관리자 화면과 로그아웃, 엑셀은 뺀다."""
    from django.urls import get_resolver

    from config import urls

    found: list[str] = []

    def walk(patterns: Any, before: str) -> None:
        for pattern in patterns:
            text = before + str(pattern.pattern).removeprefix("^")
            if "<" in text or "(?P" in text or text.startswith(("admin/", "logout")):
                continue
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, text)
            elif not text.endswith(("export/", "import/", "print/", "keepalive/")):
                found.append(f"/{text.rstrip('$')}")

    walk(get_resolver(urls.__name__).url_patterns, "")
    return sorted(set(found))


@task
def beside_writer(repeats: int, seconds: float) -> dict[str, Any]:
    """P9 현황을 혼자 열 때와, 다른 프로세스가 예산서 줄을 쉬지 않고 고치는 동안 열 때."""
    client = signed_in()
    page = opener(client, DASHBOARD, year=YEAR, department="all", tab="departments")
    alone = rounds({"alone": page}, repeats, seconds)
    writer = subprocess.Popen([sys.executable, "-m", "benchmarks.tasks", "write_lines", "{}"], stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        beside = rounds({"beside": page}, repeats, seconds)
    finally:
        writer.terminate()
        output, _errors = writer.communicate()
    return alone | beside | {"writes": len(output.splitlines())}


@task
def write_lines() -> None:
    """끝내라고 할 때까지 예산서 줄을 하나씩 고친다. 고칠 때마다 한 줄을 적는다."""
    from budget.appropriations.models import BudgetLine, BudgetVersion, DetailProgram, FiscalYear, StatItem

    year = FiscalYear.objects.get(year=YEAR)
    version, _created = BudgetVersion.objects.get_or_create(
        fiscal_year=year, kind=BudgetVersion.Kind.ORIGINAL, defaults={"effective_on": AS_OF}
    )
    stat = StatItem.objects.filter(fiscal_year=year).first()
    programs = DetailProgram.objects.filter(fiscal_year=year)[:20]
    lines = [
        BudgetLine.objects.get_or_create(budget_version=version, detail_program=program, stat_item=stat, defaults={"amount": 1})[0]
        for program in programs
    ]
    while True:
        for line in lines:
            line.amount += 1
            line.save()
            print("고침", flush=True)


@task
def sign_in(repeats: int) -> dict[str, Any]:
    """P18 로그인(화면에 사번과 비밀번호를 보내기)과 비밀번호 해시만 견주기."""
    from django.contrib.auth.hashers import check_password
    from django.test import Client

    stored = administrator().password

    def log_in() -> None:
        client = Client(headers={"host": "localhost"})
        response = client.post("/login/", {"username": ADMIN, "password": PASSWORD})
        if response.status_code != 302:
            raise RuntimeError(f"로그인하지 못했습니다: {response.status_code}")

    return rounds({"login": log_in, "hash": lambda: check_password(PASSWORD, stored)}, repeats, 60)


@task
def session() -> str:
    """로그인한 세션의 열쇠. 밖에서 서버를 부를 때 쓴다."""
    client = signed_in()
    return str(client.session.session_key)
