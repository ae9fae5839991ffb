"""시험의 데이터베이스. 한 실행에 한 번만 만들고 일꾼마다 베껴 쓴다. SQLite 는 파일을, PostgreSQL 은 본(TEMPLATE)을 베낀다.

    empty      표만 있는 것. 시험은 모두 여기서 돈다.
    sample     그 위에 표본 한 벌을 실은 것. sample_database 를 부르는 파일만 여기서 돌고, 부르는 파일이 없으면 만들지 않는다.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import override_settings

SQLITE = settings.DATABASES[DEFAULT_DB_ALIAS]["ENGINE"] == "django.db.backends.sqlite3"
BASE = f"test_{settings.DATABASES[DEFAULT_DB_ALIAS]['NAME']}"


class Databases:
    """한 일꾼이 여는 데이터베이스. shared 는 이번 실행의 모든 일꾼이 함께 보는 폴더다."""

    def __init__(self, shared: Path, worker: str) -> None:
        self.shared, self.worker = shared, worker
        self.files = shared / "sample-files"

    def open(self) -> None:
        self.use("empty", self.create)

    @contextmanager
    def sample(self) -> Iterator[dict[str, int]]:
        """표본이 실린 데이터베이스와 그 파일로 바꾸어 열고, 끝나면 돌아온다. 표본을 실은 건수를 준다."""
        self.use("sample", self.load_sample)
        with override_settings(MEDIA_ROOT=self.files):
            yield json.loads(self.mark("sample").read_text())
        self.open()

    def close(self) -> None:
        """사본을 지운다. 마지막 일꾼이 본까지 지운다."""
        connection.close()
        with self.alone():
            for state in ("empty", "sample"):
                drop(self.name(state, self.worker))
                self.mark(state, self.worker).unlink(missing_ok=True)
                if self.mark(state).exists() and not list(self.shared.glob(f"{state}-*.made")):
                    drop(self.name(state))
                    self.mark(state).unlink()

    def use(self, state: str, fill: Callable[[str], Any]) -> None:
        """이 일꾼의 state 를 연다. 사본이 없으면 베끼고, 본도 없으면 fill 로 만든다. 다른 일꾼이 만드는 중이면 기다린다."""
        own = self.name(state, self.worker)
        if not self.mark(state, self.worker).exists():
            with self.alone():
                if not self.mark(state).exists():
                    made = fill(self.name(state))
                    self.mark(state).write_text(json.dumps(made))
                copy(self.name(state), own)
                self.mark(state, self.worker).touch()
        connect(own)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """일꾼들 가운데 하나만 들어온다."""
        with (self.shared / "databases.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def name(self, *words: str) -> str:
        return str(self.shared / f"{'-'.join(words)}.sqlite3") if SQLITE else "_".join((BASE, *words))

    def mark(self, *words: str) -> Path:
        """다 만들었다는 표시."""
        return self.shared / f"{'-'.join(words)}.made"

    @contextmanager
    def by_migrations(self) -> Iterator[None]:
        """마이그레이션을 처음부터 차례대로 한 데이터베이스로 바꾸어 열고, 끝나면 지우고 돌아온다."""
        name = self.name("migrations", self.worker)
        drop(name)
        if not SQLITE:
            with connection._nodb_cursor() as cursor:
                cursor.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        connect(name)
        call_command("migrate", verbosity=0)
        yield
        self.open()
        drop(name)

    def create(self, name: str) -> None:
        connection.settings_dict["TEST"]["NAME"] = name
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        # 모델에서 바로 만든 것(MIGRATE=False)도 마이그레이션을 모두 마친 모습이다.
        executor = MigrationExecutor(connection)
        for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes()):
            executor.recorder.record_applied(migration.app_label, migration.name)

    def load_sample(self, name: str) -> dict[str, int]:
        """갓 만든 것에 표본을 싣는다. 표본의 파일은 시험의 파일과 따로 둔다."""
        from config.sample import load_sample

        copy(self.name("empty"), name)
        connect(name)
        with override_settings(MEDIA_ROOT=self.files):
            return load_sample()


def connect(name: str) -> None:
    """이 프로세스의 연결을 name 으로 돌린다. 앞의 데이터베이스에서 기억한 것을 버린다."""
    connection.close()
    settings.DATABASES[DEFAULT_DB_ALIAS]["NAME"] = connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()


def copy(source: str, target: str) -> None:
    connection.close()
    if SQLITE:
        shutil.copyfile(source, target)
        return
    drop(target)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def drop(name: str) -> None:
    if SQLITE:
        Path(name).unlink(missing_ok=True)
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
