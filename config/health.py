"""살아 있는지 묻는 곳. 감시 도구와 부하 분산기가 로그인 없이 부른다."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.jobs.queue import someone_works


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _migrations_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


CHECKS: dict[str, Callable[[], bool]] = {"database": _database_answers, "migrations": _migrations_applied}


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except DatabaseError:
        return False


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """데이터베이스가 답하고 마이그레이션이 끝났으면 ok, 아니면 503 과 어느 검사인지만 알린다.

    작업 프로세스가 도는지도 알리지만(worker), 돌지 않아도 화면은 쓸 수 있으므로 실패로 보지 않는다.
    """
    checks = {name: "ok" if _passes(check) else "failed" for name, check in CHECKS.items()}
    if "failed" in checks.values():
        return JsonResponse({"status": "failed", "checks": checks}, status=503)
    return JsonResponse({"status": "ok", "worker": "ok" if _passes(someone_works) else "missing"})
