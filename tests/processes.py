"""시험 데이터베이스를 함께 쓰는 자식 프로세스. 도중에 죽이는 시험(훈련)이 쓴다. transactional_db 에서만 부른다."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def database_url() -> str:
    """자식이 열 시험 데이터베이스의 주소."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    person = found["USER"] + (f":{found['PASSWORD']}" if found["PASSWORD"] else "")
    place = f"{found['HOST']}:{found['PORT']}" if found["PORT"] else found["HOST"]
    return f"postgres://{person}@{place}/{found['NAME']}"


def start(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    """파이썬으로 arguments 를 돌린다. 시험과 같은 자료와 파일을 쓴다."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")}
    environment = {**kept, "DATABASE_URL": database_url(), "DATA_DIR": str(settings.DATA_DIR()), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options,
    )  # fmt: skip


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """arguments 를 돌리는 동안. 나갈 때 아직 돌고 있으면 죽인다."""
    process = start(*arguments)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
