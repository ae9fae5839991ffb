"""잰 기계의 이름: 배수는 기계를 바꿔도 버티지만 초는 그렇지 않다."""

from __future__ import annotations

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path
from typing import Any

# 1분 평균 부하가 이보다 크면 재기는 하되 판정하지 않는다.
QUIET = 1.0
PACKAGES = ("django", "django-import-export", "XlsxWriter", "python-calamine", "psycopg", "gunicorn")


def load() -> float:
    """1분 평균 부하."""
    return os.getloadavg()[0]


def facts() -> dict[str, Any]:
    """CPU, 코어, 메모리, 운영체제, 파이썬과 꾸러미의 판."""
    return {
        "cpu": _line("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(int((_line("/proc/meminfo", "MemTotal") or "0 kB").split()[0]) / 2**20, 1),
        "os": (_line("/etc/os-release", "PRETTY_NAME", "=") or platform.platform()).strip('"'),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in PACKAGES},
    }


def _line(path: str, name: str, mark: str = ":") -> str:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(mark)[2].strip() for line in lines if line.partition(mark)[0].strip() == name), "")
