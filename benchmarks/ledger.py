"""재는 데 쓰는 집행 장부: 서른일곱 부서, 세부사업 삼천, 통계목 스물여덟, 열두 달.

같은 행 수면 늘 같은 장부다. `fill_ledger` 는 데이터베이스에 바로 적고, `write_workbook` 은 가져올 엑셀을 쓴다.
두 길의 행과 금액은 같다.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from budget.appropriations.models import (
    Account,
    DetailProgram,
    ExecutionRow,
    ExecutionSnapshot,
    ExpenseItem,
    FiscalYear,
    PolicyProgram,
    StatItem,
    UnitProgram,
)
from budget.appropriations.services import FIELDS
from core.access import Team
from core.documents.models import StoredFile
from core.ledgers.copying import copy_rows
from core.ledgers.reading import BATCH
from core.org.models import Department

PROGRAMS = 3_000
PROGRAMS_PER_UNIT = 8
UNITS_PER_POLICY = 5
MONTHS = 12
ACCOUNTS = ("일반회계", "특별회계")
DEPARTMENTS = (
    "감사담당관", "홍보담당관", "스마트도시과", "총무과", "자치행정과", "민원여권과", "교육지원과", "문화체육과", "재무과",
    "세무1과", "세무2과", "부동산정보과", "일자리경제과", "사회적경제과", "청소행정과", "환경과", "공원녹지과", "복지정책과",
    "생활보장과", "어르신복지과", "장애인복지과", "여성가족과", "보육지원과", "아동청소년과", "도시계획과", "주택과", "건축과",
    "도시재생과", "교통행정과", "교통지도과", "도로과", "치수과", "안전건설과", "보건행정과", "건강증진과", "의약과",
)  # fmt: skip
FIRST = ("생활", "안전", "복지", "문화", "환경", "교통", "교육", "보건", "도시", "주민", "청년", "어르신", "경제", "디지털", "공원")
SECOND = ("기반", "공동체", "시설", "정보", "자원", "거리", "센터", "행정", "서비스", "프로그램")
THIRD = ("운영", "지원", "관리", "조성", "정비", "활성화", "육성", "개선")
# (통계목 코드, 이름), 편성목은 앞 세 자리
STAT_ITEMS = (
    ("101-01", "보수"), ("101-02", "기타직보수"), ("101-03", "무기계약근로자보수"), ("101-04", "기간제근로자등보수"),
    ("201-01", "사무관리비"), ("201-02", "공공운영비"), ("201-03", "행사운영비"), ("202-01", "국내여비"),
    ("203-01", "기관운영업무추진비"), ("203-03", "시책추진업무추진비"), ("204-01", "직책급업무수행경비"), ("206-01", "재료비"),
    ("207-01", "연구용역비"), ("207-02", "전산개발비"), ("301-01", "사회보장적수혜금"), ("301-09", "행사실비지원금"),
    ("301-11", "기타보상금"), ("303-01", "포상금"), ("304-01", "연금부담금"), ("305-01", "배상금등"), ("307-02", "민간경상사업보조"),
    ("307-04", "민간행사사업보조"), ("307-05", "민간위탁금"), ("308-10", "공기관등에대한경상적위탁사업비"), ("401-01", "시설비"),
    ("401-02", "감리비"), ("401-03", "시설부대비"), ("405-01", "자산및물품취득비"),
)  # fmt: skip
# 재원 구성과 예산액을 나누는 몫(백분율). 열에 일곱은 구비뿐이다.
FUNDINGS: tuple[dict[str, int], ...] = (
    *({"own": 100},) * 7, {"state": 50, "city": 25, "own": 25}, {"city": 50, "own": 50}, {"state": 80, "city": 20},
)  # fmt: skip
HEADING = (
    "회계", "정책사업", "단위사업", "세부사업", "세부사업코드", "통계목", "부서", "예산액", "국비", "시비", "구비", "예산현액",
    "원인행위액", "지출액", "집행잔액",
)  # fmt: skip


class Line(NamedTuple):
    """장부의 한 줄. 앞의 셋은 몇째 세부사업·통계목·재원인지, 금액은 원이다."""

    program: int
    stat: int
    funding: int
    budget: int
    committed: int
    spent: int


def department_names() -> list[str]:
    """서른일곱 부서. 이 프로그램을 쓰는 과가 맨 앞이다."""
    return [settings.DIVISION_NAME, *DEPARTMENTS]


def program_name(number: int) -> str:
    """세부사업의 이름: 생활기반 운영 1"""
    first, rest = number % len(FIRST), number // len(FIRST)
    second, third = rest % len(SECOND), (rest // len(SECOND)) % len(THIRD)
    return f"{FIRST[first]}{SECOND[second]} {THIRD[third]} {number + 1}"


def unit_name(unit: int) -> str:
    return f"{FIRST[unit % len(FIRST)]} {SECOND[unit // len(FIRST) % len(SECOND)]} {THIRD[unit % len(THIRD)]} {unit + 1}"


def department_of(program: int) -> int:
    """세부사업을 맡은 부서의 차례. 부서마다 단위사업이 여남은 개다."""
    return program // PROGRAMS_PER_UNIT % (len(DEPARTMENTS) + 1)


def lines(rows: int) -> Iterator[Line]:
    """장부의 줄, 세부사업 차례대로. 세부사업마다 통계목을 열두 달씩 적는다."""
    programs = min(PROGRAMS, max(1, rows))
    share, more = divmod(rows, programs)
    number = 0
    for program in range(programs):
        for at in range(share + (program < more)):
            number += 1
            # 곱해서 섞은 수. 씨앗이 없어도 늘 같다.
            mixed = number * 2_654_435_761 % 4_294_967_296
            budget = (1 + mixed % 90_000) * 1_000
            committed = budget * (40 + mixed % 61) // 100
            yield Line(
                program, (program * 7 + at // MONTHS) % len(STAT_ITEMS), program % len(FUNDINGS), budget, committed,
                committed * (60 + mixed // 100 % 41) // 100,
            )  # fmt: skip


@transaction.atomic
def fill_ledger(rows: int, *, year: int, as_of: date) -> ExecutionSnapshot:
    """rows 행의 장부를 데이터베이스에 적고 반영한다. 과목과 부서는 없는 것만 만든다."""
    fiscal_year, _created = FiscalYear.objects.get_or_create(year=year)
    accounts = [Account.objects.get_or_create(fiscal_year=fiscal_year, name=name)[0].pk for name in ACCOUNTS]
    departments = _departments()
    programs = _programs(fiscal_year, departments, min(PROGRAMS, rows))
    stats = _stat_items(fiscal_year)
    stored = StoredFile.objects.store(ContentFile(b"benchmark", name=f"장부 {rows}행.xlsx"), None)
    snapshot = ExecutionSnapshot(fiscal_year=fiscal_year, as_of=as_of, file=stored, row_count=rows)
    # 미리보기 화면이 여는 칸을 채워 둔다.
    empty: dict[str, Any] = {name: [] for name in ("errors", "skipped", "checks", "warnings", "missing", "new_programs", "created")}
    counts = dict.fromkeys(("error_count", "skipped_count", "check_count", "new_program_count"), 0)
    snapshot.report = {**empty, **counts, "rows": rows, "taken": rows, "totals": {}}
    snapshot.save()
    names = department_names()
    sources = [name.removesuffix("_amount") for name in FIELDS[-8:]]
    numbered = enumerate(lines(rows), start=2)
    while batch := list(islice(numbered, BATCH)):
        copy_rows(ExecutionRow, FIELDS, [
            (
                snapshot.pk, number, accounts[line.program % 20 == 0], programs[line.program], stats[line.stat],
                departments[department_of(line.program)], names[department_of(line.program)],
                "+".join(FUNDINGS[line.funding]), line.budget, line.budget, line.committed, line.spent,
                line.budget - line.spent,
                *(_share(line, source) for source in sources),
            )
            for number, line in batch
        ])  # fmt: skip
    snapshot.summarise()
    snapshot.apply()
    return snapshot


def _share(line: Line, source: str) -> int | None:
    """재원 하나의 몫(원). 나머지는 마지막 재원이 갖는다."""
    parts = FUNDINGS[line.funding]
    if source not in parts:
        return None
    if source != list(parts)[-1]:
        return line.budget * parts[source] // 100
    return line.budget - sum(line.budget * share // 100 for name, share in parts.items() if name != source)


def _departments() -> list[int]:
    keys = []
    for order, name in enumerate(department_names(), start=1):
        found = Department.objects.filter(name=name).first()
        keys.append((found or Department.objects.create(code=f"B{order:03}", name=name, order=order)).pk)
    return keys


def _programs(year: FiscalYear, departments: list[int], count: int) -> list[int]:
    teams = list(Team)
    units: list[UnitProgram] = []
    policy: PolicyProgram | None = None
    known = dict(DetailProgram.objects.filter(fiscal_year=year, code__startswith="B").values_list("code", "pk"))
    new = []
    for number in range(count):
        code = f"B{number + 1:05}"
        if code in known:
            continue
        unit = number // PROGRAMS_PER_UNIT
        while len(units) <= unit:
            at = len(units)
            if at % UNITS_PER_POLICY == 0 or policy is None:
                name = f"{FIRST[at // UNITS_PER_POLICY % len(FIRST)]} 정책 {at // UNITS_PER_POLICY + 1}"
                policy, _created = PolicyProgram.objects.get_or_create(fiscal_year=year, name=name)
            own = department_of(at * PROGRAMS_PER_UNIT) == 0
            units.append(
                UnitProgram.objects.get_or_create(
                    fiscal_year=year, policy_program=policy, name=unit_name(at),
                    defaults={"team": str(teams[at % len(teams)]) if own else ""},
                )[0]
            )  # fmt: skip
        new.append(
            DetailProgram(
                fiscal_year=year, unit_program=units[unit], code=code, name=program_name(number),
                department_id=departments[department_of(number)],
            )
        )
    DetailProgram.objects.bulk_create(new)
    known |= {program.code: program.pk for program in new}
    return [known[f"B{number + 1:05}"] for number in range(count)]


def _stat_items(year: FiscalYear) -> list[int]:
    keys = []
    for code, name in STAT_ITEMS:
        expense, _created = ExpenseItem.objects.get_or_create(fiscal_year=year, code=code[:3], defaults={"name": f"{code[:3]} 목"})
        item, _created = StatItem.objects.get_or_create(
            fiscal_year=year, code=code, defaults={"name": name, "expense_item": expense}
        )
        keys.append(item.pk)
    return keys


def write_workbook(path: Path, rows: int) -> None:
    """rows 행의 집행현황 엑셀(열다섯 칸, 원)을 쓴다. 첫 줄이 머리글이다."""
    names = department_names()
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("집행현황")
        sheet.write_row(0, 0, HEADING)
        for number, line in enumerate(lines(rows), start=1):
            unit = line.program // PROGRAMS_PER_UNIT
            code, name = STAT_ITEMS[line.stat]
            policy = unit // UNITS_PER_POLICY
            sheet.write_row(number, 0, (
                ACCOUNTS[line.program % 20 == 0], f"{FIRST[policy % len(FIRST)]} 정책 {policy + 1}", unit_name(unit),
                program_name(line.program), f"B{line.program + 1:05}", f"{code} {name}", names[department_of(line.program)], line.budget,
                *(_share(line, source) for source in ("state", "city", "own")), line.budget, line.committed, line.spent,
                line.budget - line.spent,
            ))  # fmt: skip
