"""재는 법: 일 하나를 새 프로세스에서 돌려 벽시계, CPU, 프로세스 나무의 가장 큰 메모리를 잰다."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")
LOOK_EVERY = 0.02


@dataclass
class Sample:
    """한 번 잰 것. 초와 MB. cpu 는 자식(엑셀을 읽는 프로세스)과 데이터베이스 서버까지 더한 것이다."""

    wall: float
    cpu: float = 0.0
    rss: float = 0.0
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Stats:
    """여러 번 잰 것의 가운데와 끝."""

    samples: list[Sample]

    @property
    def n(self) -> int:
        return len(self.samples)

    @property
    def wall(self) -> float:
        return median(sample.wall for sample in self.samples)

    @property
    def longest(self) -> float:
        return max(sample.wall for sample in self.samples)

    @property
    def cpu(self) -> float:
        return median(sample.cpu for sample in self.samples)

    @property
    def rss(self) -> float:
        return max(sample.rss for sample in self.samples)

    @property
    def extra(self) -> dict[str, Any]:
        return self.samples[-1].extra

    def at(self, share: float) -> float:
        """백분위의 벽시계. at(0.95) 는 p95."""
        walls = sorted(sample.wall for sample in self.samples)
        return walls[min(len(walls) - 1, math.ceil(share * len(walls)) - 1)]

    def plain(self) -> dict[str, Any]:
        """JSON 에 적을 것."""
        return {
            "n": self.n, "wall": self.wall, "wall_max": self.longest, "cpu": self.cpu, "rss_mb": self.rss,
            "walls": [round(sample.wall, 6) for sample in self.samples][:60], "extra": self.extra,
        }  # fmt: skip


def environment(url: str, folder: Path) -> dict[str, str]:
    """재는 프로세스의 환경. 운영처럼 DEBUG 를 끈다."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PRODUCTION", "DATABASE_URL", "DATA_DIR")}
    return {
        **kept, "DJANGO_SETTINGS_MODULE": "benchmarks.settings", "DATABASE_URL": url, "DATA_DIR": str(folder),
        "PYTHONWARNINGS": "ignore", "DEBUG": "0", "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", "LOG_LEVEL": "CRITICAL",
    }  # fmt: skip


def run(task: str, url: str, folder: Path, **params: Any) -> Any:
    """benchmarks.tasks 의 일 하나를 새 프로세스에서 돌리고, 그것이 돌려준 값에 메모리(rss, MB)를 더한다."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.tasks", task, json.dumps(params)],
        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, cwd=ROOT, env=environment(url, folder), text=True,
    )  # fmt: skip
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, tree_rss(process.pid))
        time.sleep(LOOK_EVERY)
    output = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise RuntimeError(f"{task} {params} 이(가) 종료 번호 {process.returncode}로 끝났습니다.")
    result = json.loads(output.splitlines()[-1])
    if isinstance(result, dict):
        result["rss"] = peak or result.get("rss", 0.0)
    return result


def timed(task: str, url: str, folder: Path, **params: Any) -> Sample:
    """일 하나를 재어 Sample 로."""
    result = run(task, url, folder, **params)
    return Sample(result.pop("wall"), result.pop("cpu", 0.0), result.pop("rss", 0.0), result)


def tree_rss(pid: int) -> float:
    """pid 와 그 자식들이 지금 쓰는 메모리(MB). /proc 이 없으면 0."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return 0.0
    return pages * PAGE_SIZE / 2**20 + sum(tree_rss(int(child)) for child in children)


def race(runners: Mapping[str, Callable[[], Sample]], repeats: int, seconds: float = math.inf) -> dict[str, Stats]:
    """A/B/A/B 로 번갈아 잰다. 다음 한 바퀴를 돌면 seconds 를 넘기게 될 때는 그만둔다(적어도 한 번은 잰다)."""
    found: dict[str, list[Sample]] = {name: [] for name in runners}
    start = time.perf_counter()
    for turn in range(1, repeats + 1):
        for name, runner in runners.items():
            found[name].append(runner())
        spent = time.perf_counter() - start
        if spent * (turn + 1) / turn > seconds:
            break
    return {name: Stats(samples) for name, samples in found.items()}


def exponent(small: tuple[int, float], large: tuple[int, float]) -> float:
    """행이 늘 때 시간이 느는 지수. 1이면 비례, 0이면 그대로."""
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])
