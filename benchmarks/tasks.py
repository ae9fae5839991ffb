"""새 프로세스에서 도는 일들. `python -m benchmarks.tasks 이름 '{"값": …}'` 이 끝 줄에 JSON 하나를 적는다.

준비(장고를 켜고 파일을 여는 곳까지)는 재지 않고, `clock()` 안만 잰다.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

YEAR, AS_OF = 2023, date(2023, 10, 31)
ADMIN = "90001"
PASSWORD = "bench-2023!"  # noqa: S105 - 재는 동안만 있는 계정이다
TASKS: dict[str, Callable[..., Any]] = {}


def task(function: Callable[..., Any]) -> Callable[..., Any]:
    """이름으로 부를 수 있는 일."""
    TASKS[function.__name__] = function
    return function


class Clock:
    """벽시계와 CPU. CPU 는 이 프로세스, 끝난 자식, 같은 기계의 PostgreSQL 일꾼을 더한 것이다."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    @staticmethod
    def spent() -> float:
        times = os.times()
        return times.user + times.system + times.children_user + times.children_system + _server_seconds()

    def result(self, **extra: Any) -> dict[str, Any]:
        usage = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return {"wall": self.wall, "cpu": self.cpu, "rss": sum(usage) / 1024, **extra}


@contextmanager
def clock() -> Iterator[Clock]:
    """이 안에서 쓴 시간을 잰다."""
    found = Clock()
    cpu, wall = Clock.spent(), time.perf_counter()
    yield found
    found.wall, found.cpu = time.perf_counter() - wall, Clock.spent() - cpu


def _server_seconds() -> float:
    """이 연결을 맡은 PostgreSQL 프로세스의 CPU. 다른 기계에 있으면 셀 수 없어 0."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    try:
        text = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    except OSError:
        return 0.0
    parts = text.rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


# ── 준비 ──────────────────────────────────────────────────────────────


@task
def migrate() -> None:
    """본 데이터베이스: 표, 서른일곱 부서, 시스템관리자 한 사람."""
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.ledger import department_names
    from core.access import Role
    from core.org.models import Department, Staff

    if connection.vendor == "sqlite":
        # 만드는 동안만 디스크를 기다리지 않는다. 재는 연결은 제품의 설정 그대로다.
        connection.cursor().execute("PRAGMA synchronous=OFF")
    call_command("migrate", verbosity=0)
    # 마이그레이션이 없는 peer 의 표는 나머지가 생긴 뒤에 만든다.
    call_command("migrate", run_syncdb=True, verbosity=0)
    names = enumerate(department_names(), 1)
    departments = Department.objects.bulk_create(
        [Department(code=f"B{number:03}", name=name, order=number) for number, name in names]
    )
    Staff.objects.create_user(
        ADMIN, PASSWORD, name="재는이", role=Role.ADMIN, department=departments[0], is_superuser=True,
        must_change_password=False, fiscal_year=YEAR,
    )  # fmt: skip


@task
def work_file(path: str, rows: int, errors: int = 0) -> None:
    """작업 파일을 쓴다."""
    from benchmarks.work import write_work

    write_work(Path(path), rows, errors)


@task
def fill(rows: int) -> dict[str, Any]:
    """화면을 잴 장부 rows 행을 채우고 통계를 새로 한다."""
    from django.db import connection

    from benchmarks.ledger import fill_ledger

    with clock() as found:
        fill_ledger(rows, year=YEAR, as_of=AS_OF)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return found.result()


def administrator() -> Any:
    """재는 사람."""
    from core.org.models import Staff

    return Staff.objects.get(employee_number=ADMIN)


# ── 들여오기 ──────────────────────────────────────────────────────────


def _written() -> int:
    """지금 있는 행: 장부, 자료, 이력."""
    from benchmarks.peer.models import BenchLine, StockLine
    from budget.appropriations.models import ExecutionRow
    from core.history.models import Change

    return sum(model._base_manager.count() for model in (BenchLine, StockLine, ExecutionRow, Change))


def _journal() -> int:
    """PostgreSQL 이 지금까지 적은 WAL(바이트). SQLite 는 0."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn() - '0/0'")
        return int(cursor.fetchone()[0])


@contextmanager
def writing() -> Iterator[dict[str, Any]]:
    """이 안에서 더해진 행과 WAL 을 센다."""
    found: dict[str, Any] = {}
    rows, journal = _written(), _journal()
    yield found
    found |= {"wal": _journal() - journal, "written": _written() - rows}


@task
def import_ledger(path: str) -> dict[str, Any]:
    """집행 자료: 올린 파일을 읽어 미리보기를 만들고 반영한다."""
    from budget.appropriations.services import bring_execution
    from core.history.context import acting_as

    with writing() as extra, acting_as(administrator(), "재기"), clock() as found:
        snapshot = bring_execution(Path(path), fiscal_year=YEAR, as_of=AS_OF)
        errors = snapshot.report["error_count"]
        if not errors:
            snapshot.apply()
    return found.result(rows=snapshot.row_count, errors=errors, listed=len(snapshot.report["errors"]), **extra)


@task
def import_record(path: str, apply: bool = True) -> dict[str, Any]:
    """이력이 남는 자료: 올리기, 미리보기, 반영. 화면이 하는 그대로라 파일을 세 번 연다."""
    from django.core.files import File

    from benchmarks.peer.resources import BenchLineResource
    from core.excel import importing

    user, excel = administrator(), BenchLineResource()
    with writing() as extra, Path(path).open("rb") as stream, clock() as found:
        batch, _sure = importing.start(File(stream, name="work.xlsx"), user, excel)
        preview = importing.refresh(batch, excel, user)
        if apply and preview.to_apply():
            importing.apply_batch(batch, excel, user)
    return found.result(rows=len(preview.rows), errors=preview.error_row_count, listed=len(preview.errors), **extra)


@task
def import_peer(path: str, resource: str, confirm: bool = True) -> dict[str, Any]:
    """django-import-export: 관리자 화면처럼 미리보기(dry_run)와 반영을 한 번씩 한다."""
    import tablib

    from benchmarks.peer import resources

    peer = getattr(resources, resource)
    with writing() as extra, clock() as found:
        for dry_run in (True, False) if confirm else (True,):
            data = tablib.Dataset().load(Path(path).read_bytes(), "xlsx")
            result = peer().import_data(data, dry_run=dry_run, raise_errors=False)
    return found.result(rows=result.total_rows, errors=len(result.error_rows), listed=len(result.error_rows), **extra)


@task
def import_limit(path: str, write: bool = True) -> dict[str, Any]:
    """물리의 끝: calamine 으로 읽기만 하고 COPY(SQLite 는 executemany)로 넣기만 한다. 검사도 이력도 없다."""
    from django.db import transaction
    from python_calamine import CalamineWorkbook

    from benchmarks.peer.models import StockLine
    from benchmarks.work import COLUMNS, PLACES
    from core.ledgers.copying import copy_rows
    from core.org.models import Department

    departments = dict(Department.objects.values_list("name", "pk"))
    place = PLACES["department"]
    with clock() as found:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        rows = iter(sheet.iter_rows())
        next(rows)
        whole = {place for name, place in PLACES.items() if name == "number" or name.endswith("_amount")}
        ready = [
            [int(cell) if at in whole else departments[str(cell)] if at == place else cell for at, cell in enumerate(row)]
            for row in rows
        ]
        if write:
            with transaction.atomic():
                copy_rows(StockLine, tuple(COLUMNS), ready)
    return found.result(rows=len(ready))


@task
def parse_limit(path: str) -> dict[str, Any]:
    """calamine 으로 읽기만 한다."""
    from python_calamine import CalamineWorkbook

    with clock() as found:
        count = sum(1 for _row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows())
    return found.result(rows=count - 1)


# ── 내보내기 ──────────────────────────────────────────────────────────

# 목록에서 내려받을 열셋. 작업 파일과 같이 글자 다섯, 수 여덟
LIST_COLUMNS = (
    "row_number", "department_name", "detail_program__unit_program", "detail_program", "stat_item", "account",
    "budget_amount", "current_amount", "committed_amount", "spent_amount", "balance_amount", "state_amount", "own_amount",
)  # fmt: skip


@task
def export_list() -> dict[str, Any]:
    """집행 행 목록의 「엑셀」: 조건 시트와 서식이 있는 열세 열."""
    from core.screens.models import ColumnChoice

    user = administrator()
    ColumnChoice.objects.update_or_create(
        owner=user, screen="budget.executionrow-list", defaults={"columns": list(LIST_COLUMNS)}
    )
    client = signed_in()
    with clock() as found:
        response = client.get("/budget/appropriations/rows/export/", {"year": YEAR, "department": "all"})
        size = sum(map(len, response.streaming_content))
    return found.result(size=size, status=response.status_code)


@task
def export_record() -> dict[str, Any]:
    """다시 올릴 서식으로 내려받기: 행 번호와 판까지 열다섯 열, 드롭다운, 작성 방법."""
    from benchmarks.peer.models import BenchLine
    from benchmarks.peer.resources import BenchLineResource

    with Path(os.devnull).open("wb") as out, clock() as found:
        BenchLineResource().export(BenchLine.objects.all(), administrator(), out)
    return found.result()


@task
def export_alone(rows: int) -> dict[str, Any]:
    """XlsxWriter(constant_memory)만: 데이터베이스 없이, 기억 속의 행을 같은 서식 둘로 적는다."""
    import xlsxwriter

    texts = [(f"{number:02}번째행정과", f"단위사업 {number}", f"지역 주민 생활환경 개선 세부사업 {number}", "201-01 사무관리비", "일반회계")
             for number in range(40)]  # fmt: skip
    amounts = tuple(range(123_456_000, 123_456_007))
    path = Path(os.environ["DATA_DIR"]) / "alone.xlsx"
    options = {"constant_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with clock() as found, xlsxwriter.Workbook(path, options) as book:
        page = book.add_worksheet()
        text_style = book.add_format({"font_name": "맑은 고딕", "font_size": 10})
        number_style = book.add_format({"font_name": "맑은 고딕", "font_size": 10, "num_format": "#,##0"})
        page.write_row(0, 0, LIST_COLUMNS)
        text, number = page.write_string, page.write_number
        for row in range(1, rows + 1):
            number(row, 0, row, number_style)
            for column, value in enumerate(texts[row % 40], 1):
                text(row, column, value, text_style)
            for column, amount in enumerate(amounts, 6):
                number(row, column, amount + row, number_style)
    return found.result(size=path.stat().st_size)


@task
def report_file(kind: str, form: str, size: int) -> dict[str, Any]:
    """보고서 한 권을 파일로. kind 는 과제 size 건의 책, size 행의 표, size 줄의 글. 글꼴과 꾸러미를 처음 부르는 시간까지 잰다."""
    import io

    from core.reports.document import (
        Cell,
        Chapter,
        Contents,
        Document,
        ItemHeading,
        Line,
        PageBreak,
        Purpose,
        Table,
        plain,
    )

    sentence = "구정 주요 사업에 대한 내·외부 평가를 체계적으로 추진 관리함으로써 구정 운영의 능률성·효과성·책임성을 강화"
    heads = tuple(Cell(plain(text), align="center", is_heading=True) for text in ("연번", "사업", "예산액", "집행액", "집행률(%)", "비고"))

    def table(key: str, rows: int) -> Table:
        body = (
            (Cell(plain(f"{row}"), align="center"), Cell(plain(f"세부사업 {row}번의 이름")),
             *(Cell(plain(f"{row * step:,}"), align="right", value=row * step) for step in (12_345, 6_789)),
             Cell(plain("△55.0"), align="right"), Cell(plain("-"), align="center"))
            for row in range(1, rows + 1)
        )  # fmt: skip
        return Table(key, (heads, *body), caption="사업별 예산", unit="(단위: 천원)")

    if kind == "table":
        blocks: list[Any] = [table("t", size)]
    elif kind == "lines":
        blocks = [Line(f"l{row}", "□○-·※"[row % 5], plain(f"{row} {sentence}")) for row in range(size)]  # type: ignore[arg-type]
    else:
        blocks = [Chapter("c", "Ⅰ", "이행과제"), Contents("t")]
        for item in range(size):
            blocks += [PageBreak(f"{item}p"), ItemHeading(f"{item}i", str(item + 1), "이행과제의 이름", "평가팀")]
            blocks.append(Purpose(f"{item}u", plain(sentence)))
            blocks += [Line(f"{item}l{row}", "□○-·"[row % 4], plain(sentence)) for row in range(16)]  # type: ignore[arg-type]
            blocks.append(table(f"{item}t", 4))
    document = Document("재는 보고서", tuple(blocks))
    out = io.BytesIO()
    with clock() as found:
        if form == "pdf":
            from core.reports.pdf import write_pdf

            write_pdf(document, out)
        else:
            from core.reports.hwpx import write_hwpx

            write_hwpx(document, out)
    return found.result(size=len(out.getvalue()))


@task
def export_peer(resource: str = "StockResource") -> dict[str, Any]:
    """django-import-export 의 내려받기(xlsx)."""
    from benchmarks.peer import resources

    with clock() as found:
        size = len(getattr(resources, resource)().export().xlsx)
    return found.result(size=size)


def signed_in() -> Any:
    """재는 사람으로 로그인한 브라우저."""
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(administrator(), "django.contrib.auth.backends.ModelBackend")
    return client


def main() -> None:
    """argv 의 일을 하고 결과를 한 줄로 적는다."""
    import django

    django.setup()
    import benchmarks.page_tasks  # noqa: F401 - 화면을 재는 일을 TASKS 에 더한다

    print(json.dumps(TASKS[sys.argv[1]](**json.loads(sys.argv[2])), default=str), flush=True)


if __name__ == "__main__":
    # -m 으로 부르면 이 모듈이 __main__ 이다. 한 벌만 있게 제 이름으로 다시 부른다.
    from benchmarks.tasks import main as start

    start()
