"""잰 것을 docs/benchmarks.md 로 적는다."""

from __future__ import annotations

from typing import Any

from benchmarks.machine import PACKAGES
from benchmarks.plan import NOT_MEASURED
from benchmarks.rows import AHEAD, MET, SHORT

HEAD = """# 성능

> **In English.** Written by `make bench`; do not edit. Every line is a ratio of one run on one machine against a peer doing
> the same work on the same data, interleaved A/B/A/B. {summary_en}
> Seconds move by 2× with the machine; ratios hold. `must` is what we promise, `ahead` is where no peer we measured stands.

{verdicts}

"""

HOW = """
## 읽는 법

- **배수**는 벽시계의 중앙값으로 셈하고, 둘째 수는 CPU 초로 셈한 배수다. 판정은 둘 가운데 나쁜 쪽을 본다.
  기준이 ≤ 인 줄은 우리 ÷ 상대, ≥ 인 줄은 상대 ÷ 우리다.
- CPU 는 그 프로세스와 엑셀을 읽는 자식, 그 연결을 맡은 PostgreSQL 프로세스를 더한 것이다. 메모리는 프로세스와 자식을 함께 센
  가장 큰 값이다.
- 들여오기와 내려받기는 잴 때마다 새 프로세스, 새로 베낀 데이터베이스다. 화면은 한 프로세스 안에서 한 번 데운 뒤 번갈아 연다.
- n 이 {repeats} 보다 작은 줄은 한 견줌에 쓰는 시간({seconds:g}초)을 넘겨 그만 잰 것이다.
- 작업 파일은 13열 엑셀이고(`benchmarks/work.py`), 화면의 장부는 37부서 × 세부사업 3,000 이다(`benchmarks/ledger.py`). 늘 같은 내용이다.
- 기준(꼭 / 앞섬)은 100만 행까지 보고 정한 것이라, 작은 장부에서는 틀을 그리는 고정 값 때문에 모자란 줄이 있다.
"""


def write(run: dict[str, Any]) -> str:
    """표 전체를 마크다운으로."""
    rows: list[dict[str, Any]] = run["rows"]
    judged = [row for row in rows if row["verdict"]]
    counts = {word: sum(row["verdict"] == word for row in judged) for word in (AHEAD, MET, SHORT)}
    loud = run["load"] > run["quiet"]
    if loud:
        verdicts = f"시작할 때의 부하가 {run['load']:.2f}(1분 평균)로 {run['quiet']:g}보다 커서 **판정하지 않았다**. 수는 그대로 적는다."
        summary = f"Load was {run['load']:.2f} at the start, so nothing is judged in this run."
    else:
        verdicts = f"{len(judged)}줄 가운데 앞섬 {counts[AHEAD]}, 맞음 {counts[MET]}, **모자람 {counts[SHORT]}**."
        summary = f"{counts[AHEAD]} lines ahead of every peer, {counts[MET]} meet the bar, {counts[SHORT]} miss it (each says why)."
    text = HEAD.format(summary_en=summary, verdicts=verdicts) + _machine(run)
    for title in dict.fromkeys(row["section"] for row in rows):
        text += f"\n## {title}\n\n" + _table([row for row in rows if row["section"] == title], loud)
    text += _queries(run)
    text += "\n## 재지 않은 것\n\n| 번호 | 까닭 |\n|---|---|\n"
    missing = {**NOT_MEASURED, **run.get("skipped", {})}
    text += "".join(f"| {number} | {why} |\n" for number, why in missing.items())
    return text + HOW.format(repeats=run["repeats"], seconds=run["seconds"])


def _machine(run: dict[str, Any]) -> str:
    machine = run["machine"]
    databases = ", ".join(f"{name} {version}" for name, version in run["databases"].items())
    packages = ", ".join(f"{name} {machine[name]}" for name in PACKAGES)
    return (
        "| 잰 기계 | |\n|---|---|\n"
        f"| CPU | {machine['cpu']}, 코어 {machine['cores']} |\n| 메모리 | {machine['memory_gb']} GB |\n"
        f"| 운영체제 | {machine['os']}, 커널 {machine['kernel']} |\n| 파이썬 | {machine['python']} ({packages}) |\n"
        f"| 데이터베이스 | {databases} |\n| 부하(시작, 1분 평균) | {run['load']:.2f} |\n"
        f"| 잰 때 | {run['at']}, {run['minutes']:.1f}분, `{run['mode']}` |\n"
    )


def _table(rows: list[dict[str, Any]], loud: bool) -> str:
    text = (
        "| 번호 | 일과 크기 | 상대 | 우리 | 상대의 값 | 배수(벽시계 / CPU) | 기준(꼭 / 앞섬) | 판정 |\n"
        "|---|---|---|---|---|---|---|---|\n"
    )
    for row in rows:
        verdict = "–" if not row["verdict"] else "판정 안 함" if loud else row["verdict"]
        if row["why"] and (row["verdict"] in (SHORT, "") or row["id"] == "P10"):
            verdict += f": {row['why']}"
        bars = "–" if row["must"] == "–" else f"{row['must']} / {row['ahead']}"
        ratio = _ratio(row)
        text += (
            f"| {row['id']} | {row['work']}, {row['size']:,}행, {row['database']} | {row['peer']} "
            f"| {_measured(row['ours'])} | {_measured(row['theirs'])} | {ratio} | {bars} | {verdict} |\n"
        )
    return text


def _ratio(row: dict[str, Any]) -> str:
    if row["ratio"] is None:
        return "–"
    if row["ours"] is None:
        unit = row["must"].lstrip("≤≥ 0123456789.,-e")
        return f"{_number(row['ratio'])}{unit}"
    cpu = f" / {_number(row['ratio_cpu'])}" if row["ratio_cpu"] is not None else ""
    return f"**{_number(row['ratio'])}**{cpu}"


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e6:
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _measured(found: dict[str, Any] | None) -> str:
    if found is None:
        return "–"
    parts = [_seconds(found["wall"])]
    if found["cpu"] >= 0.05:
        parts.append(f"CPU {_seconds(found['cpu'])}")
    parts.append(f"최대 {_seconds(found['wall_max'])}")
    if found["rss_mb"]:
        parts.append(f"{found['rss_mb']:,.0f}MB")
    return ", ".join(parts) + f" (n={found['n']})"


def _seconds(value: float) -> str:
    return f"{value:.1f}초" if value >= 10 else f"{value:.2f}초" if value >= 1 else f"{value * 1000:.1f}ms"


def _queries(run: dict[str, Any]) -> str:
    text = ""
    for name, counts in run.get("queries", {}).items():
        small, large = run["query_sizes"]
        text += f"\n### 화면마다의 질의 수 ({name}, 시스템관리자)\n\n| 주소 | 장부 {small:,}행 | 장부 {large:,}행 |\n|---|---|---|\n"
        text += "".join(f"| `{address}` | {one} | {two} |\n" for address, (one, two) in sorted(counts.items()))
        break  # 두 데이터베이스의 질의 수는 같다.
    return text
