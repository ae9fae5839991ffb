"""서버로 띄워 재는 것: 동시 요청(P10), 처음 켜지는 시간과 일꾼의 메모리(P17)."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.measure import ROOT, environment, tree_rss

APPS = {"hello": "benchmarks.hello:application", "product": "config.wsgi:application"}


def free_port() -> int:
    """빈 포트."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(app: str, url: str, folder: Path, workers: int) -> Iterator[tuple[int, int, float]]:
    """gunicorn 동기 일꾼으로 app 을 띄운다. (포트, 프로세스 번호, 첫 답까지의 초)"""
    port = free_port()
    settings = environment(url, folder)
    if app == "hello":
        settings.pop("DJANGO_SETTINGS_MODULE")
    else:
        settings["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-w", str(workers), "-b", f"127.0.0.1:{port}", "--no-control-socket", APPS[app]],
        cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}/" + ("" if app == "hello" else "health/")
        while not _answers(address):
            if process.poll() is not None or time.perf_counter() - start > 60:
                raise RuntimeError(f"{app} 서버가 뜨지 않았습니다.")
            time.sleep(0.02)
        yield port, process.pid, time.perf_counter() - start
    finally:
        process.terminate()
        process.wait(20)


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=10) as response:  # noqa: S310 - 우리가 띄운 서버다
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


def throughput(url: str, folder: Path, cookie: str, path: str, together: int, seconds: float, turns: int) -> dict[str, Any]:
    """hello 와 목록을 같은 일꾼 둘로 함께 띄워 놓고 번갈아 부른다. 초당 답의 가운데 값."""
    found: dict[str, list[dict[str, float]]] = {"hello": [], "list": []}
    with served("hello", url, folder, 2) as (hello, *_a), served("product", url, folder, 2) as (product, *_b):
        for turn in range(turns + 1):
            for name, port, place, key in (("hello", hello, "/", ""), ("list", product, path, cookie)):
                answer = _call(port, place, key, together, seconds if turn else 1.0)
                if turn:
                    found[name].append(answer)
    return {name: sorted(answers, key=lambda one: one["rps"])[len(answers) // 2] for name, answers in found.items()}


def _call(port: int, path: str, cookie: str, together: int, seconds: float) -> dict[str, float]:
    params = {"port": port, "path": path, "cookie": cookie, "together": together, "seconds": seconds}
    output = subprocess.run(
        [sys.executable, "-m", "benchmarks.wire", json.dumps(params)], cwd=ROOT, capture_output=True, text=True, check=True
    )  # fmt: skip
    return dict(json.loads(output.stdout))


def cold_start(app: str, url: str, folder: Path, cookie: str, path: str) -> tuple[float, float]:
    """일꾼 하나로 켜서 첫 200 까지의 초와, 화면을 스무 번 연 뒤 일꾼의 메모리(MB)."""
    with served(app, url, folder, 1) as (port, pid, seconds):
        _call(port, "/" if app == "hello" else path, cookie, 1, 1.5)
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return seconds, max((tree_rss(int(child)) for child in children), default=0.0)
