"""재는 틀: 아주 작은 크기로 처음부터 끝까지 돌고, 문서와 JSON 을 쓴다."""

import json
import math
import sqlite3

import pytest
from django.db import connection

from benchmarks import __main__ as bench
from benchmarks import machine, report
from benchmarks.measure import Sample, Stats, exponent, race
from benchmarks.rows import AHEAD, MET, SHORT, Bar, compared


@pytest.fixture
def template(django_db_setup, tmp_path):
    """시험의 데이터베이스를 베낀 것. 마이그레이션을 기다리지 않는다."""
    if connection.vendor != "sqlite":
        pytest.skip("재는 틀은 데이터베이스를 스스로 만든다. SQLite 시험에서 한 번 돌리면 된다.")
    path = tmp_path / "template.sqlite3"
    with sqlite3.connect(connection.settings_dict["NAME"]) as source, sqlite3.connect(path) as copy:
        source.backup(copy)
    return path


def test_a_tiny_run_writes_the_document_and_the_json(template, tmp_path, monkeypatch, capsys):
    for name in ("BENCH_DATABASE_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(machine, "load", lambda: 0.3)
    page, data = tmp_path / "benchmarks.md", tmp_path / "latest.json"
    assert bench.main(
        ["--mode", "tiny", "--only", "P6,P18", "--template", str(template), "--report", str(page), "--json", str(data)]
    ) == 0
    run = json.loads(data.read_text())
    assert {row["id"] for row in run["rows"]} == {"P6", "P7", "P8", "P18"}
    exact = next(row for row in run["rows"] if "차이" in row["work"])
    assert exact["ratio"] == 0 and exact["verdict"] == AHEAD
    text = page.read_text()
    assert "> **In English.**" in text and run["machine"]["cpu"] in text and "| P8 | 현황의 계와 행의 합의 차이" in text
    # 재지 않은 것을 숨기지 않는다.
    assert all(f"| {number} |" in text for number in ("P11", "P12", "P15", "P16", "PostgreSQL"))
    assert "PostgreSQL 은 건너뜁니다" in capsys.readouterr().out


def test_a_loud_machine_prints_the_ratio_but_does_not_judge():
    stats = Stats([Sample(1.0, 1.0)])
    row = compared("P1", "일", 10, "SQLite", "상대", stats, Stats([Sample(2.0, 2.0)]), Bar(2, 1))
    run = {
        "rows": [{**row.plain(), "section": "묶음"}], "load": 3.0, "quiet": 1.0, "machine": machine.facts(), "databases": {"SQLite": "3"},
        "at": "2023-10-31 10:00", "minutes": 1, "mode": "make bench", "repeats": 5, "seconds": 30,
    }
    loud = report.write(run)
    assert "**0.50** / 0.50" in loud and "판정 안 함" in loud and f"| {AHEAD} |" not in loud
    assert f"| {AHEAD} |" in report.write({**run, "load": 0.2})


def test_runs_alternate_and_stop_before_the_time_is_over():
    turns = []

    def runner(name, wall):
        def once():
            turns.append(name)
            return Sample(wall)
        return once

    found = race({"우리": runner("우리", 2.0), "상대": runner("상대", 3.0)}, 3)
    assert turns == ["우리", "상대"] * 3 and found["우리"].wall == 2.0 and found["상대"].n == 3
    assert race({"우리": runner("우리", 1.0)}, 5, seconds=0)["우리"].n == 1


def test_the_worse_of_wall_and_cpu_is_judged():
    peer = Stats([Sample(10.0, 10.0)])
    assert compared("P1", "", 1, "", "", Stats([Sample(1.0, 1.0)]), peer, Bar(8, 15, at_most=False), inverse=True).verdict == MET
    assert compared("P1", "", 1, "", "", Stats([Sample(1.0, 2.0)]), peer, Bar(8, 15, at_most=False), inverse=True).verdict == SHORT
    # 상대를 1/100 크기로 쟀으면 행당으로 견준다.
    assert compared("P1", "", 100, "", "", Stats([Sample(10.0)]), Stats([Sample(9.0)]), None, inverse=True, scale=100).ratio == 90
    assert math.isclose(exponent((10, 1.0), (1_000, 100.0)), 1.0)
