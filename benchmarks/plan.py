"""무엇을 무엇과 견줄지. P 번호마다 함수 하나이고, 표의 줄(Row)을 낸다."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import serving
from benchmarks.databases import Database
from benchmarks.measure import Sample, Stats, exponent, race, run, timed
from benchmarks.page_tasks import DASHBOARD, HOME, ROWS, WORDS
from benchmarks.rows import Bar, Row, compared, valued

LIMIT = {"SQLite": "calamine 읽기 + executemany", "PostgreSQL": "calamine 읽기 + COPY"}
STOCK = "django-import-export 기본값(openpyxl, 미리보기+반영)"
FLAGS = "django-import-export 깃발 모두(use_bulk, batch 1000, skip_diff, force_init_instance, 부서 기억)"
ADMIN = "장고 기본 관리자 목록(list_select_related, 찾기 4칸, 50행)"


@dataclass
class Sizes:
    """한 번에 재는 크기와 되풀이."""

    ladder: tuple[int, ...]
    repeats: int
    stock: int
    flags: int
    # 한 견줌에 쓰는 초. 다음 바퀴가 이를 넘기면 그만둔다.
    seconds: float
    page_repeats: int
    load_seconds: float = 4.0


QUICK = Sizes((2_000, 10_000), 3, 200, 2_000, 5, 5, 2.0)
USUAL = Sizes((10_000, 100_000), 5, 1_000, 10_000, 45, 15)
FULL = Sizes((10_000, 100_000, 1_000_000), 5, 1_000, 10_000, 45, 15)
TINY = Sizes((60,), 1, 30, 30, 1, 1, 0.2)


@dataclass
class Bench:
    """한 데이터베이스에서 재는 일. 앞에서 잰 것을 뒤에서 다시 쓴다(지수, 행당)."""

    database: Database
    folder: Path
    sizes: Sizes
    tell: Callable[[str], None] = print
    # 크기마다의 가운데 초: {"import": {10000: 0.9, …}}
    growth: dict[str, dict[int, float]] = field(default_factory=dict)
    filled: set[int] = field(default_factory=set)
    tables: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.database.name

    @property
    def common(self) -> list[int]:
        """되풀이해서 재는 크기. 100만 행은 한 번씩만 잰다."""
        return [size for size in self.sizes.ladder if size < 1_000_000]

    @property
    def large(self) -> int:
        return self.common[-1]

    def prepare(self) -> None:
        """본 데이터베이스. 이미 마이그레이션한 파일을 주었으면 견줄 표만 더한다."""
        run("migrate", self.database.url("template"), self.folder)

    def work(self, rows: int, errors: int = 0) -> str:
        """작업 파일. 한 번 쓰고 두 데이터베이스가 함께 쓴다."""
        path = self.folder / f"work-{rows}-{errors}.xlsx"
        if not path.exists():
            run("work_file", self.database.url("template"), self.folder, path=str(path), rows=rows, errors=errors)
        return str(path)

    def fresh(self, task: str, **params: Any) -> Sample:
        """빈 데이터베이스에서 일 하나."""
        url = self.database.copy("template", "run")
        return timed(task, url, self.folder, **params)

    def grow(self, what: str, size: int, seconds: float) -> None:
        self.growth.setdefault(what, {})[size] = seconds

    def page_url(self, size: int) -> str:
        """장부 size 행을 채운 데이터베이스."""
        which = f"pages_{size}"
        if size not in self.filled:
            self.tell(f"  장부 {size:,}행을 채웁니다.")
            run("fill", self.database.copy("template", which), self.folder, rows=size)
            self.filled.add(size)
        return self.database.url(which)

    def repeats(self, size: int) -> int:
        return self.sizes.repeats if size < 1_000_000 else 1

    def fit(self, what: str) -> list[tuple[int, int, float]]:
        """잰 크기 사이의 지수."""
        found = sorted(self.growth.get(what, {}).items())
        return [(small[0], large[0], exponent(small, large)) for small, large in pairwise(found)]


def imports(bench: Bench) -> Iterator[Row]:
    """P1·P2 들여오기와 P3 다시 올리기, P4 오류가 많은 파일."""
    first = "P1" if bench.name == "PostgreSQL" else "P2"
    ahead_ledger, ahead_record = (1.3, 1.6) if first == "P1" else (1.4, 1.4)
    limit_bar = partial(Bar, 2.0)
    for size in bench.sizes.ladder:
        path = bench.work(size)
        found = race({
            "ledger": partial(bench.fresh, "import_ledger", path=path), "limit": partial(bench.fresh, "import_limit", path=path),
        }, bench.repeats(size), bench.sizes.seconds)  # fmt: skip
        bench.grow("들여오기(집행 자료)", size, found["ledger"].wall)
        yield compared(
            first, "집행 자료 들여오기: 읽기, 검사, 미리보기, 반영", size, bench.name, LIMIT[bench.name], found["ledger"],
            found["limit"], limit_bar(ahead_ledger), why="한도에는 오류 표, 과목 찾기, 계 대조, 자식 프로세스가 없다",
        )  # fmt: skip
        ledger = found["ledger"]
        if size < 1_000_000:
            found = race({
                "record": partial(bench.fresh, "import_record", path=path),
                "limit": partial(bench.fresh, "import_limit", path=path),
            }, bench.repeats(size), bench.sizes.seconds)  # fmt: skip
            record = found["record"]
            bench.grow("들여오기(이력이 남는 자료)", size, record.wall)
            yield compared(
                first, "이력이 남는 자료 들여오기: 올리기, 미리보기, 반영과 행마다의 이력", size, bench.name, LIMIT[bench.name],
                record, found["limit"], limit_bar(ahead_record),
                why="화면의 세 걸음이 파일을 세 번 읽고, 행마다 모델의 규칙과 미리보기의 칸을 만든다",
            )  # fmt: skip
        if size == bench.sizes.flags or (size == bench.common[0] and bench.sizes.flags not in bench.sizes.ladder):
            yield from _flags(bench, first, ledger, record, size)
    yield from _stock(bench, first, ledger, record)
    yield from _again(bench)
    yield from _errors(bench)


def _flags(bench: Bench, first: str, ledger: Stats, record: Stats, size: int) -> Iterator[Row]:
    rows = bench.sizes.flags
    path = bench.work(rows)
    peer = race({"peer": partial(bench.fresh, "import_peer", path=path, resource="FlagsResource")}, bench.repeats(size),
                bench.sizes.seconds)["peer"]  # fmt: skip
    note = "" if rows == size else f", 상대는 {rows:,}행을 행당으로"
    for work, ours in (("집행 자료", ledger), ("이력이 남는 자료", record)):
        yield compared(
            first, f"{work} 들여오기", size, bench.name, FLAGS + note, ours, peer, Bar(8, 15, at_most=False),
            inverse=True, scale=size / rows, why="상대는 짝 찾기, 규칙, 이력, 미리보기의 차이를 하지 않는다",
        )  # fmt: skip


def _stock(bench: Bench, first: str, ledger: Stats, record: Stats) -> Iterator[Row]:
    """기본값은 큰 파일에서 끝나지 않으므로 작은 파일에서 재고, 행당으로 견준다."""
    rows = bench.sizes.stock
    peer = race({"peer": partial(bench.fresh, "import_peer", path=bench.work(rows), resource="StockResource")},
                min(3, bench.sizes.repeats), bench.sizes.seconds)["peer"]  # fmt: skip
    size = bench.large
    for work, task_, large in (("집행 자료", "import_ledger", ledger), ("이력이 남는 자료", "import_record", record)):
        small = race({"ours": partial(bench.fresh, task_, path=bench.work(rows))}, min(3, bench.sizes.repeats),
                     bench.sizes.seconds)["ours"]  # fmt: skip
        yield compared(first, f"{work} 들여오기", rows, bench.name, STOCK, small, peer, None, inverse=True,
                       why="같은 작은 파일. 우리는 프로세스를 새로 띄우는 값이 크다")  # fmt: skip
        if large.extra.get("rows") == size:
            yield compared(
                first, f"{work} 들여오기(행당)", size, bench.name, f"{STOCK}, 상대는 {rows:,}행을 행당으로", large, peer,
                Bar(50, 100, at_most=False), inverse=True, scale=size / rows, why="행마다 모델의 규칙과 이력을 적는다",
            )  # fmt: skip


def _again(bench: Bench) -> Iterator[Row]:
    """P3 같은 파일을 다시 올린다."""
    size = bench.large if bench.sizes.repeats > 3 else bench.common[0]
    path = bench.work(size)
    for work, task_ in (("이력이 남는 자료", "import_record"), ("집행 자료", "import_ledger")):
        url = bench.database.copy("template", "run")
        first = Stats([timed(task_, url, bench.folder, path=path)])
        again = race({"again": partial(timed, task_, url, bench.folder, path=path)}, bench.repeats(size), bench.sizes.seconds)["again"]
        ledger = task_ == "import_ledger"
        why = "집행 자료는 올릴 때마다 한 벌을 새로 두는 장부라 같은 파일도 다시 적는다" if ledger else ""
        yield compared("P3", f"{work}: 같은 파일 다시 올리기", size, bench.name, "처음 올리기(P1·P2)", again, first,
                       Bar(1.0, 0.6), why=why or "파일을 두 번 읽고 지금 자료 모두와 견준다")  # fmt: skip
        yield valued("P3", f"{work}: 다시 올릴 때 적은 행", size, bench.name, "–", again.extra["written"],
                     Bar(0, 0, unit="행"), why)  # fmt: skip
        if first.extra["wal"]:
            share = again.extra["wal"] / first.extra["wal"]
            yield valued("P3", f"{work}: 다시 올릴 때의 WAL", size, bench.name, "처음 올리기의 WAL", share, Bar(1.0, 0.01), why)


def _errors(bench: Bench) -> Iterator[Row]:
    """P4 오류 5,000칸(5%)이 흩어진 파일."""
    size = bench.large if bench.sizes.repeats > 3 else bench.common[0]
    wrong = size // 20
    url = bench.database.copy("template", "run")
    found = race({
        "errors": partial(timed, "import_ledger", url, bench.folder, path=bench.work(size, wrong)),
        "clean": partial(bench.fresh, "import_ledger", path=bench.work(size)),
    }, bench.repeats(size), bench.sizes.seconds)  # fmt: skip
    work = f"집행 자료: 오류 {wrong:,}칸이 흩어진 파일의 오류 목록까지"
    yield compared("P4", work, size, bench.name, "오류 없는 파일", found["errors"], found["clean"], Bar(1.3, 1.3))
    errors = found["errors"].extra
    yield valued("P4", f"{work}: 센 오류 ÷ 있는 오류", size, bench.name, "–", errors["errors"] / wrong, Bar(1, 1, at_most=False))
    yield valued("P4", f"{work}: 적어 보인 오류 ÷ 있는 오류", size, bench.name, "–", errors["listed"] / wrong,
                 Bar(1, 1, at_most=False), "앞의 1,000칸만 적고 나머지는 건수로 말한다")  # fmt: skip
    yield valued("P4", f"{work}: 올린 뒤 첫 화면까지", size, bench.name, "–", found["errors"].wall, Bar(10, 3, unit="초"),
                 "다 읽은 뒤에 첫 오류를 보인다")  # fmt: skip


def exports(bench: Bench) -> Iterator[Row]:
    """P5 내려받기."""
    memory: dict[int, float] = {}
    for size in bench.sizes.ladder:
        url = bench.page_url(size)
        found = race({
            "list": partial(timed, "export_list", url, bench.folder),
            "alone": partial(timed, "export_alone", url, bench.folder, rows=size),
        }, bench.repeats(size), bench.sizes.seconds)  # fmt: skip
        memory[size] = found["list"].rss
        bench.grow("내려받기(목록)", size, found["list"].wall)
        yield compared(
            "P5", "목록의 엑셀 내려받기(13열, 조건 시트)", size, bench.name, "XlsxWriter(constant_memory)만, 데이터베이스 없이 13열",
            found["list"], found["alone"], Bar(1.2, 0.6), why="행을 모델로 만들고 표의 열로 읽는 값이 더해진다",
        )  # fmt: skip
    rows = bench.common[0]
    url = bench.database.copy("template", "run")
    run("import_record", url, bench.folder, path=bench.work(rows))
    run("import_limit", url, bench.folder, path=bench.work(rows))
    found = race({
        "record": partial(timed, "export_record", url, bench.folder),
        "peer": partial(timed, "export_peer", url, bench.folder),
        "alone": partial(timed, "export_alone", url, bench.folder, rows=rows),
    }, bench.repeats(rows), bench.sizes.seconds)  # fmt: skip
    yield compared(
        "P5", "다시 올릴 서식으로 내려받기(15열, 드롭다운)", rows, bench.name, "django-import-export 내려받기(13열)", found["record"],
        found["peer"], Bar(3, None, at_most=False), inverse=True, why="서식, 드롭다운, 작성 방법을 함께 쓴다",
    )  # fmt: skip
    yield compared("P5", "다시 올릴 서식으로 내려받기(15열, 드롭다운)", rows, bench.name, "XlsxWriter(constant_memory)만, 13열",
                   found["record"], found["alone"], Bar(1.2, 0.6), why="열이 둘 더 많고 행을 모델로 읽는다")  # fmt: skip
    for small, large in pairwise(bench.sizes.ladder):
        yield valued("P5", f"내려받기의 메모리 {large:,}행 ÷ {small:,}행", large, bench.name, "–", memory[large] / memory[small],
                     Bar(1.1, 1.1), "행이 늘면 메모리도 는다")  # fmt: skip


def pages(bench: Bench) -> Iterator[Row]:
    """P6 목록, P7 찾기, P8 현황."""
    p50: dict[str, dict[int, float]] = {}
    for size in bench.sizes.ladder:
        url = bench.page_url(size)
        found = run("pages", url, bench.folder, rows=size, repeats=bench.sizes.page_repeats, seconds=bench.sizes.seconds)
        rss, difference = found.pop("rss"), found.pop("difference")
        stats = {name: _stats(item, rss) for name, item in found.items()}
        for name, item in stats.items():
            p50.setdefault(name, {})[size] = item.wall
        for place, label, ahead in (("first", "첫 쪽", 40), ("middle", "가운데 쪽", 100), ("last", "끝 쪽", 100)):
            ours, raw = stats[f"list-{place}"], stats[f"raw-{place}"]
            bench.grow(f"목록({label})", size, ours.wall)
            yield compared(
                "P6", f"집행 행 목록 {label}(50행, 합계 줄)", size, bench.name, ADMIN, ours, stats[f"admin-{place}"],
                Bar(10, ahead, at_most=False), inverse=True, by_cpu=False, why="틀과 합계 줄을 그리는 고정 값이 크다",
            )  # fmt: skip
            yield compared("P6", f"집행 행 목록 {label}", size, bench.name, "키셋 SQL 51행만(화면 없음)", ours, raw, None, by_cpu=False,
                           why="남은 자리를 보는 줄. 대부분 틀을 그리는 시간이다")  # fmt: skip
        yield compared(
            "P6", "집행 행 목록: 부서로 거르고 지출액 차례", size, bench.name, ADMIN, stats["list-filter"], stats["admin-filter"],
            Bar(10, 40, at_most=False), inverse=True, by_cpu=False, why="틀을 그리는 고정 값이 크다",
        )  # fmt: skip
        ours, theirs = (
            Stats([sample for at in range(len(WORDS)) for sample in stats[f"{name}-{at}"].samples])
            for name in ("search", "admin-search")
        )
        bench.grow("찾기", size, ours.at(0.95))
        yield compared("P7", "집행 행 찾기(여섯 말, p95)", size, bench.name, ADMIN, ours, theirs, Bar(10, 20, at_most=False),
                       inverse=True, by_cpu=False, at=0.95, why="틀을 그리는 고정 값이 크다")  # fmt: skip
        yield valued("P7", "집행 행 찾기의 p95", size, bench.name, "–", ours.at(0.95) * 1000, Bar(1000, 100, unit="ms"))
        bench.grow("현황(구 전체)", size, stats["dashboard"].wall)
        for key, work in (("dashboard", "현황 구 전체, 부서별"), ("dashboard-own", "현황 우리 과")):
            yield compared("P8", work, size, bench.name, "GROUP BY 부서 SQL 만(화면 없음)", stats[key], stats["group-by"],
                           Bar(0.3, 0.05), by_cpu=False, why="작은 장부에서는 화면을 그리는 고정 값이 GROUP BY 보다 크다")  # fmt: skip
        for key, work in (("home", "홈"), ("dashboard-own", "현황 우리 과"), ("help", "틀만 있는 화면(도움말)")):
            yield compared("P8", work, size, bench.name, ADMIN, stats[key], stats["admin-again"], Bar(1, 0.5), by_cpu=False,
                           why="관리자 화면의 목록 첫 쪽보다 무겁다")  # fmt: skip
        yield valued("P8", "현황의 계와 행의 합의 차이(행, 예산액, 지출액)", size, bench.name, "–",
                     float(max(map(abs, difference))), Bar(0, 0, unit="원"))  # fmt: skip
        yield compared("P8", "현황 구 전체, 부서별", size, bench.name, "합쳐 둔 행만 읽기(화면 없음)", stats["dashboard"],
                       stats["summary"], None, by_cpu=False, why="남은 자리를 보는 줄. 대부분 틀을 그리는 시간이다")  # fmt: skip
    bench.tables["p50"] = p50


def _stats(item: dict[str, list[float]], rss: float) -> Stats:
    return Stats([Sample(wall, cpu, rss) for wall, cpu in zip(item["walls"], item["cpus"], strict=True)])


def beside_writer(bench: Bench) -> Iterator[Row]:
    """P9 고치는 사람이 있을 때의 현황."""
    url = bench.page_url(bench.large)
    found = run("beside_writer", url, bench.folder, repeats=bench.sizes.page_repeats * 3, seconds=bench.sizes.seconds)
    alone, beside = (_stats(found[name], found["rss"]) for name in ("alone", "beside"))
    yield compared(
        "P9", f"현황을 여는 동안 예산서 줄을 쉬지 않고 고침(모두 {found['writes']:,}번)", bench.large, bench.name, "고치는 사람이 없을 때",
        beside, alone, Bar(1.5, 1.2), by_cpu=False, at=0.95, why="고치는 프로세스가 코어 하나를 다 쓴다",
    )  # fmt: skip


def requests_at_once(bench: Bench) -> Iterator[Row]:
    """P10 동시 요청."""
    url = bench.page_url(bench.large)
    cookie = run("session", url, bench.folder)
    path = f"{ROWS}?year=2023&department=all&per_page=50"
    for together in (8, 64):
        found = serving.throughput(url, bench.folder, cookie, path, together, bench.sizes.load_seconds, min(3, bench.sizes.repeats))
        hello, ours = found["hello"], found["list"]
        share = ours["rps"] / hello["rps"] * 100
        why = (f"목록 {ours['rps']:.0f}/초(p95 {ours['p95'] * 1000:.0f}ms, 실패 {ours['errors']}), hello {hello['rps']:.0f}/초. "
               "부하기가 같은 두 코어를 쓰므로 hello 는 낮게 나온다")  # fmt: skip
        yield valued("P10", f"목록의 초당 답 ÷ hello(gunicorn 동기 일꾼 2, 동시 {together})", bench.large, bench.name,
                     "미들웨어 없는 장고 hello", share, Bar(10, 20, at_most=False, unit="%"), why)  # fmt: skip


def query_counts(bench: Bench) -> Iterator[Row]:
    """P13 화면마다의 질의 수."""
    small, large = (run("queries", bench.page_url(size), bench.folder) for size in (bench.common[0], bench.large))
    small.pop("rss"), large.pop("rss")
    bench.tables["queries"] = {address: [small.get(address), count] for address, count in large.items()}
    moved = [address for address, count in large.items() if small.get(address) != count]
    worst = max(large, key=lambda address: large[address])
    sizes = f"{bench.common[0]:,}행과 {bench.large:,}행"
    yield valued("P13", f"장부 {sizes}에서 질의 수가 다른 화면", bench.large, bench.name, "–", len(moved), Bar(0, 0, unit="개"),
                 ", ".join(moved))  # fmt: skip
    yield valued("P13", "한 화면의 가장 많은 질의", bench.large, bench.name, "장고 관리자 7, NetBox 18(가운데)", large[worst],
                 Bar(12, 5, unit="번"), f"{worst} 가 가장 많다")  # fmt: skip
    yield valued("P13", "집행 행 목록의 질의", bench.large, bench.name, "장고 관리자 목록 7", large.get(ROWS, 0), Bar(8, 5, unit="번"),
                 "로그인·권한·고른 열·저장한 조건까지 센 것이다")  # fmt: skip
    yield valued("P13", "현황의 질의", bench.large, bench.name, "–", large.get(DASHBOARD, 0), Bar(8, 5, unit="번"),
                 "로그인·설정·기준일·검산까지 센 것이다")  # fmt: skip
    yield valued("P13", "홈의 질의", bench.large, bench.name, "–", large.get(HOME, 0), Bar(8, 6, unit="번"),
                 "로그인과 판, 할 일, 기한, 최근 바뀐 것이다")  # fmt: skip


def growth(bench: Bench) -> Iterator[Row]:
    """P14 행이 열 배가 될 때의 지수."""
    for what in bench.growth:
        is_job = what.startswith(("들여오기", "내려받기"))
        for small, large, power in bench.fit(what):
            yield valued("P14", f"{what}: {small:,} → {large:,}행의 지수", large, bench.name, "비례 1.0", power,
                         Bar(1.05, 1.0, unit="") if is_job else Bar(0.10, 0.03, unit=""), "행이 늘면 함께 는다")  # fmt: skip


def cold(bench: Bench) -> Iterator[Row]:
    """P17 처음 켜지는 시간과 일꾼의 메모리."""
    url = bench.page_url(bench.common[0])
    cookie = run("session", url, bench.folder)
    path = f"{ROWS}?year=2023&department=all"
    turns = [
        {app: serving.cold_start(app, url, bench.folder, cookie, path) for app in serving.APPS} for _turn in range(bench.sizes.repeats)
    ]
    seconds = median(turn["product"][0] for turn in turns)
    rss, hello = (median(turn[app][1] for turn in turns) for app in ("product", "hello"))
    yield valued("P17", "켜서 첫 200 까지(gunicorn 일꾼 1, /health/)", bench.common[0], bench.name, "–", seconds, Bar(5, 2, unit="초"))
    yield valued("P17", "일꾼의 메모리(화면을 연 뒤)", bench.common[0], bench.name, "–", rss, Bar(150, 150, unit="MB"))
    yield valued("P17", f"일꾼의 메모리 ÷ hello({hello:.0f}MB)", bench.common[0], bench.name, "미들웨어 없는 장고 hello", rss / hello,
                 Bar(5, 1.5), "표·엑셀·관리자 화면의 꾸러미가 함께 실린다")  # fmt: skip


def login(bench: Bench) -> Iterator[Row]:
    """P18 로그인."""
    found = run("sign_in", bench.page_url(bench.common[0]), bench.folder, repeats=bench.sizes.page_repeats)
    ours, hashing = (_stats(found[name], found["rss"]) for name in ("login", "hash"))
    yield compared("P18", "로그인 화면에 사번과 비밀번호 보내기", bench.common[0], bench.name, "Argon2 해시 견주기만", ours, hashing,
                   Bar(1.3, 1.1), by_cpu=False, why="잠금 세기와 접속 기록을 적는 질의가 더해진다")  # fmt: skip


def report_files(bench: Bench) -> Iterator[Row]:
    """P19 보고서를 파일로 내기. 데이터베이스를 쓰지 않으므로 SQLite 에서만 한 번 잰다."""
    if bench.name != "SQLite":
        return
    books = (("book", 100, "과제 100건의 책"), ("table", 2_000, "2,000행의 표"), ("lines", 10_000, "10,000줄의 글"))
    for kind, size, title in books:
        for form, bar in (("pdf", Bar(5, 3, unit="초")), ("hwpx", Bar(10, 5, unit="초"))):
            turns = [bench.fresh("report_file", kind=kind, form=form, size=size) for _turn in range(bench.sizes.repeats)]
            why = f"파일 {turns[0].extra['size'] / 1024:,.0f}KB, 메모리 {max(turn.rss for turn in turns):,.0f}MB"
            yield valued("P19", f"{title} → {form.upper()}", size, bench.name, "–", median(turn.wall for turn in turns), bar, why)


SECTIONS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "P1–P4 들여오기": imports, "P5 내려받기": exports, "P6–P8 화면": pages, "P13 질의 수": query_counts,
    "P9 읽기와 쓰기": beside_writer, "P10 동시 요청": requests_at_once,
    "P17 켜기": cold, "P18 로그인": login, "P19 보고서": report_files, "P14 지수": growth,
}  # fmt: skip
NOT_MEASURED = {
    "P11": "열린 부하(초당 60건, 10분): 10분이 걸려 여기서 재지 않는다",
    "P12": "가져오는 동안의 목록: 뒤에서 도는 일이 자리잡은 뒤에 잰다",
    "P15": "226 기관 × 10만 행: 한 기관이 한 설치라 재지 않는다",
    "P16": "브라우저의 LCP·INP·CLS: 다른 도구(Chromium)가 있어야 한다",
}
