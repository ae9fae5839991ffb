"""`python -m benchmarks`: 재고, docs/benchmarks.md 와 benchmarks/results/latest.json 을 쓴다."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks import machine, plan, report
from benchmarks.databases import Database, PostgreSQL, SQLite
from benchmarks.measure import ROOT

MODES = {"tiny": plan.TINY, "quick": plan.QUICK, "usual": plan.USUAL, "full": plan.FULL}
TITLES = {"quick": "make bench QUICK=1", "usual": "make bench", "full": "make bench FULL=1", "tiny": "시험"}


def main(arguments: list[str] | None = None) -> int:
    """재고 적는다."""
    parser = argparse.ArgumentParser(description="같은 자료로 상대와 번갈아 재어 배수를 적습니다.")
    parser.add_argument("--mode", choices=MODES, default="usual", help="크기와 되풀이")
    parser.add_argument("--only", default="", help="이 글자가 든 묶음만(예: P5). 쉼표로 여럿")
    parser.add_argument("--report", type=Path, default=ROOT / "docs" / "benchmarks.md")
    parser.add_argument("--json", type=Path, default=ROOT / "benchmarks" / "results" / "latest.json")
    parser.add_argument("--template", type=Path, help="이미 마이그레이션한 SQLite 파일(시험에서만)")
    options = parser.parse_args(arguments)
    load, start = machine.load(), time.perf_counter()
    # 멈추라고 해도 만든 데이터베이스와 파일을 지우고 끝낸다.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("멈추라는 신호를 받아 그만둡니다."))
    if load > machine.QUIET:
        print(f"1분 평균 부하가 {load:.2f}입니다. 재기는 하지만 판정하지 않습니다.")
    folder = Path(tempfile.mkdtemp(prefix="planning-bench-"))
    found: dict[str, Any] = {
        "at": f"{datetime.now():%Y-%m-%d %H:%M}", "load": load, "quiet": machine.QUIET,
        "mode": TITLES[options.mode] + (f" ONLY={options.only}" if options.only else ""),
        "machine": machine.facts(), "databases": {}, "rows": [], "queries": {}, "p50": {},
        "repeats": MODES[options.mode].repeats, "seconds": MODES[options.mode].seconds,
    }  # fmt: skip
    try:
        for database in databases(folder, options.template, found):
            measure(database, folder, options.mode, [word for word in options.only.split(",") if word], found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    found["rows"].sort(key=lambda row: int(row["id"][1:]))
    found["minutes"] = (time.perf_counter() - start) / 60
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    options.report.write_text(report.write(found), encoding="utf-8")
    print(f"{len(found['rows'])}줄을 {found['minutes']:.1f}분에 재어 {options.report} 에 적었습니다.")
    return 0


def databases(folder: Path, template: Path | None, found: dict[str, Any]) -> list[Database]:
    """SQLite 와, 주소를 주었으면 PostgreSQL."""
    chosen: list[Database] = [SQLite(folder, template)]
    found["databases"]["SQLite"] = found["machine"]["sqlite"]
    server = os.environ.get("BENCH_DATABASE_URL") or os.environ.get("DATABASE_URL", "")
    if server.startswith(("postgres://", "postgresql://")):
        chosen.append(PostgreSQL(server))
        found["databases"]["PostgreSQL"] = chosen[-1].version
    else:
        print("BENCH_DATABASE_URL(또는 DATABASE_URL)에 postgres:// 주소가 없어 PostgreSQL 은 건너뜁니다.")
        found["skipped"] = {"PostgreSQL": "주소(BENCH_DATABASE_URL)가 없어 SQLite 만 쟀다"}
    return chosen


def measure(database: Database, folder: Path, mode: str, only: list[str], found: dict[str, Any]) -> None:
    """한 데이터베이스에서 모든 묶음을 잰다. 한 묶음이 멈추면 까닭을 적고 다음으로 간다."""
    bench = plan.Bench(database, folder, MODES[mode])
    try:
        print(f"{database.name}: 본을 만듭니다.")
        bench.prepare()
        for title, section in plan.SECTIONS.items():
            if only and not any(word in title for word in only):
                found.setdefault("skipped", {})[title] = "이번에는 고르지 않았다(ONLY)"
                continue
            start = time.perf_counter()
            print(f"{database.name}: {title}", flush=True)
            try:
                for row in section(bench):
                    found["rows"].append({**row.plain(), "section": title})
                    print(f"  {row.id} {row.work} {row.size:,}: {row.ratio} {row.verdict}", flush=True)
            except RuntimeError as error:
                found.setdefault("skipped", {})[f"{title} ({database.name})"] = f"재다가 멈췄다: {error}"
                print(f"  멈춤: {error}", file=sys.stderr)
            print(f"  {time.perf_counter() - start:.0f}초", flush=True)
        if "queries" in bench.tables:
            found["queries"][database.name] = bench.tables["queries"]
            found["query_sizes"] = [bench.common[0], bench.large]
        found["p50"][database.name] = bench.tables.get("p50", {})
    finally:
        database.close()


if __name__ == "__main__":
    sys.exit(main())
