"""재는 데 쓰는 데이터베이스. 마이그레이션한 본(template) 하나를 베껴 잴 때마다 빈 것에서 시작한다."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

PREFIX = "planning_bench"


class Database(Protocol):
    """SQLite 나 PostgreSQL 하나."""

    name: str
    version: str

    def url(self, which: str) -> str:
        """which 라는 데이터베이스의 DATABASE_URL."""

    def copy(self, source: str, target: str) -> str:
        """source 를 target 으로 베끼고 그 주소를 준다."""

    def drop(self, which: str) -> None:
        """which 를 지운다."""

    def close(self) -> None:
        """만든 것을 모두 지운다."""


class SQLite:
    """임시 폴더의 파일."""

    name = "SQLite"
    version = ""

    def __init__(self, folder: Path, template: Path | None = None) -> None:
        """template 은 이미 마이그레이션한 파일이다. 시험이 기다리지 않게 준다."""
        self.folder = folder / "sqlite"
        self.folder.mkdir()
        if template:
            shutil.copyfile(template, self._path("template"))

    def _path(self, which: str) -> Path:
        return self.folder / f"{which}.sqlite3"

    def url(self, which: str) -> str:
        return f"sqlite:///{self._path(which)}"

    def copy(self, source: str, target: str) -> str:
        self.drop(target)
        shutil.copyfile(self._path(source), self._path(target))
        return self.url(target)

    def drop(self, which: str) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(f"{self._path(which)}{ending}").unlink(missing_ok=True)

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgreSQL:
    """주어진 서버 안의 planning_bench_* 데이터베이스. 주소에 적힌 데이터베이스는 건드리지 않는다."""

    name = "PostgreSQL"

    def __init__(self, server: str) -> None:
        self.parts = urlsplit(server)
        self.made: set[str] = set()
        self.admin = psycopg.connect(urlunsplit(self.parts._replace(scheme="postgresql", path="/postgres")), autocommit=True)
        self.version = str(self.admin.execute("SHOW server_version").fetchone()[0]).split()[0]  # type: ignore[index]

    def url(self, which: str) -> str:
        if which == "template" and which not in self.made:
            self._create(which, "template0")
        return urlunsplit(self.parts._replace(path=f"/{PREFIX}_{which}"))

    def _create(self, which: str, template: str) -> None:
        self.drop(which)
        names = (sql.Identifier(f"{PREFIX}_{which}"), sql.Identifier(template))
        self.admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(*names))
        self.made.add(which)

    def copy(self, source: str, target: str) -> str:
        self._create(target, f"{PREFIX}_{source}")
        return self.url(target)

    def drop(self, which: str) -> None:
        self.admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(f"{PREFIX}_{which}")))
        self.made.discard(which)

    def close(self) -> None:
        for which in list(self.made):
            self.drop(which)
        self.admin.close()
