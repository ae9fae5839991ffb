"""표본 집행 자료를 가져오기(importer)로 싣고, 예산의 층·월별 계획·부진 사유·신속집행 목표를 붙인다. 걷는 일도 여기서 한다."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import transaction

from budget.appropriations.models import (
    BudgetLine,
    BudgetVersion,
    DetailProgram,
    EarlyExecutionTarget,
    ExecutionPointer,
    ExecutionReason,
    ExecutionSnapshot,
    FiscalYear,
    MonthlyPlan,
    PolicyProgram,
    ReportProgram,
    Sector,
    StatItem,
    UnitProgram,
)
from budget.appropriations.models import Field as FieldCode
from budget.appropriations.sample.ledger import PACES, YEAR, LedgerLine, ledger, sample_programs
from budget.appropriations.sample.workbook import write_execution_file
from budget.appropriations.services import bring_execution
from core.documents.models import StoredFile
from core.history.clearing import Clearing, KeptRow
from core.history.settle import Settling

REPORT_DAY = date(YEAR, 10, 31)
_K = BudgetVersion.Kind
LAYERS = {
    "original": (_K.ORIGINAL, 0),
    "supp_1": (_K.SUPPLEMENTARY, 1),
    "supp_2": (_K.SUPPLEMENTARY, 2),
    "change_of_use": (_K.CHANGE_OF_USE, 0),
}
REASONS = {
    "학술용역 심의 및 정책연구": (
        "정책연구 용역 2건이 과업 범위 조정으로 7월에 다시 공고되어 선급금만 지급함",
        "11월 중간보고, 12월 준공 검사를 거쳐 잔금 지급", date(YEAR, 12, 20),
    ),
    "규제개혁 및 의회협력": (
        "규제개혁 우수사례 포상과 의정 협력 행사가 4분기에 몰려 있음",
        "11월 포상 심사, 12월 행정사무감사 대응에 맞추어 집행", date(YEAR, 12, 15),
    ),
}
EARLY_ITEMS = (
    "201-01", "201-02", "201-03", "206-01", "207-01", "207-02", "301-11", "307-02", "307-04", "307-05", "401-01", "401-02",
    "401-03", "402-01", "402-02", "402-03", "405-01", "405-02",
)


class SampleRefused(Exception):
    """표본 파일을 가져오기가 받지 않았다."""


def month_ends(year: int = YEAR) -> list[date]:
    """한 해의 월말 열두 날."""
    return [date(year, month, monthrange(year, month)[1]) for month in range(1, 13)]


def load_execution(brought_by: Any) -> int:
    """표본 파일 열두 벌을 미리보기로 읽고 반영한 벌 수를 준다. 그 기준일에 자료가 있으면 손대지 않는다."""
    taken = set(ExecutionPointer.objects.filter(fiscal_year__year=YEAR).values_list("as_of", flat=True))
    missing = [as_of for as_of in month_ends() if as_of not in taken]
    with TemporaryDirectory() as folder:
        for as_of in missing:
            path = Path(folder) / f"세부사업별 집행현황_{as_of:%Y%m%d}(표본).xlsx"
            write_execution_file(path, as_of)
            snapshot = bring_execution(path, fiscal_year=YEAR, as_of=as_of, name=path.name, is_sample=True)
            if snapshot.report["errors"] or snapshot.report["missing"]:
                raise SampleRefused(f"{path.name}: {[*snapshot.report['missing'], *snapshot.report['errors'][:3]]}")
            # 이력의 사람으로 적으면 나중에 걷을 수 없으므로 가져온 사람만 적는다.
            snapshot.brought_by = brought_by
            snapshot.apply()
    link_report_programs()
    if missing:
        # 업무보고의 기준일을 첫 화면으로 둔다. 더 늦은 자료를 반영하면 따라간다.
        year = FiscalYear.objects.get(year=YEAR)
        year.report_as_of = REPORT_DAY
        year.save()
    return len(missing)


def link_report_programs() -> int:
    """기획예산과의 세부사업을 업무보고 사업과 잇고 건수를 준다. 이미 이은 것은 그대로 둔다."""
    reports = {row.section: row for row in ReportProgram.objects.filter(fiscal_year__year=YEAR)}
    linked = 0
    for unit in sample_programs()["division"]["units"]:
        for program in unit["programs"]:
            report = reports.get(f"Ⅱ-{program['section']}")
            rows = DetailProgram.objects.filter(
                fiscal_year__year=YEAR, unit_program__name=unit["name"], name=program["name"],
                department__name=settings.DIVISION_NAME, report_program=None,
            )
            for row in rows if report else ():
                row.report_program = report
                row.save()
                linked += 1
    return linked


def load_budget(settling: Settling) -> None:
    """기획예산과의 예산의 층, 월별 계획, 부진 사유, 신속집행 목표. 집행 자료를 먼저 실어야 한다."""
    lines = [line for line in ledger() if line.is_division]
    programs = {row.code: row for row in DetailProgram.objects.filter(fiscal_year__year=YEAR, is_sample=True)}
    year = FiscalYear.objects.get(year=YEAR)
    _load_layers(year, lines, programs, settling)
    # 과의 현황은 보고서처럼 균등 기준으로 보이도록, 월별 계획은 다른 부서의 사업에만 적는다.
    clerk = next(line for line in ledger() if line.department.startswith("건축과"))
    _load_plan([line for line in ledger() if line.code == clerk.code], programs, settling)
    for name, (reason, measure, expected_on) in REASONS.items():
        code = next(line.code for line in lines if line.program == name)
        if code in programs:
            settling.put(
                ExecutionReason,
                {"detail_program": programs[code], "as_of": REPORT_DAY},
                {"reason": reason, "measure": measure, "expected_on": expected_on},
            )
    target = settling.put(
        EarlyExecutionTarget,
        {"fiscal_year": year, "period": EarlyExecutionTarget.Period.FIRST_HALF},
        {"target_rate": Decimal("60.5"), "basis": "표본. 목표율은 2023년 상반기 전국 목표, 대상 통계목은 지어낸 것", "is_sample": True},
    )
    if target.is_sample and not target.stat_items.exists():
        target.stat_items.set(StatItem.objects.filter(fiscal_year=year, code__in=EARLY_ITEMS))


def _load_layers(year: FiscalYear, lines: list[LedgerLine], programs: dict[str, DetailProgram], settling: Settling) -> None:
    """층마다 예산서 줄. 더하면 그날 집행 자료의 예산현액과 같다."""
    stat_items = {row.code: row for row in StatItem.objects.filter(fiscal_year=year)}
    days = {name: day for line in lines for day, name, _amount in line.layers}
    for name, (kind, seq) in LAYERS.items():
        version = settling.put(
            BudgetVersion,
            {"fiscal_year": year, "kind": kind, "seq": seq, "is_sample": True},
            {"status": BudgetVersion.Status.ANNOUNCED, "effective_on": days[name], "basis": "표본"},
        )
        if version.lines.exists():
            continue
        BudgetLine.objects.bulk_create(
            BudgetLine(
                budget_version=version, detail_program=programs[line.code], stat_item=stat_items[line.stat_code],
                amount=line.layer(name), own_amount=line.layer(name),
            )
            for line in lines
            if line.layer(name) and line.code in programs
        )


def _load_plan(lines: list[LedgerLine], programs: dict[str, DetailProgram], settling: Settling) -> None:
    """한 세부사업의 월별 계획(원, 천원 단위). 열두 달을 더하면 예산액이다."""
    program = programs.get(lines[0].code)
    if program is None:
        return
    budget = sum(line.budget(REPORT_DAY) for line in lines)
    pace = PACES[lines[0].pace]
    # 10월까지 열에 여덟을 쓰고 나머지를 두 달에 나눈다.
    shares = [share * 0.8 for share in pace[1:]] + [0.9, 1]
    before = 0
    for month, share in enumerate(shares, start=1):
        until = int(budget * share) // 1_000 * 1_000 if month < 12 else budget
        settling.put(MonthlyPlan, {"detail_program": program, "month": month}, {"amount": until - before})
        before = until


def clear_budget(clearing: Clearing) -> None:
    """표본 집행 자료와 예산의 층, 표본만 쓰던 과목을 걷는다. 사람이 적은 계획·사유·줄은 남긴다."""
    _clear_snapshots(clearing)
    programs = DetailProgram.objects.filter(is_sample=True)
    clearing.clear_untouched(MonthlyPlan.objects.filter(detail_program__in=programs))
    clearing.clear_untouched(ExecutionReason.objects.filter(detail_program__in=programs))
    clearing.clear(EarlyExecutionTarget.objects.filter(is_sample=True))
    clearing.clear_untouched(BudgetLine.objects.filter(budget_version__is_sample=True))
    clearing.clear(BudgetVersion.objects.filter(is_sample=True))
    above = set(programs.values_list("unit_program", flat=True))
    clearing.clear(programs)
    # 세부사업이 하나도 남지 않은 과목만 걷는다.
    policies = set(UnitProgram.objects.filter(pk__in=above).values_list("policy_program", flat=True))
    clearing.clear_untouched(UnitProgram.objects.filter(pk__in=above, detailprogram=None))
    fields, sectors = _parents(policies)
    clearing.clear_untouched(PolicyProgram.objects.filter(pk__in=policies, unitprogram=None))
    clearing.clear_untouched(Sector.objects.filter(pk__in=sectors, policyprogram=None))
    clearing.clear_untouched(FieldCode.objects.filter(pk__in=fields, sector=None, policyprogram=None))


def _parents(policies: set[int]) -> tuple[set[int], set[int]]:
    """정책사업들의 (분야, 부문)."""
    pairs = list(PolicyProgram.objects.filter(pk__in=policies).values_list("field", "sector"))
    return {field for field, _sector in pairs if field}, {sector for _field, sector in pairs if sector}


def _clear_snapshots(clearing: Clearing) -> None:
    """반영한 표본을 되돌리고(앞선 자료가 있으면 그것이 다시 현재가 된다) 행과 파일까지 지운다."""
    samples = ExecutionSnapshot.objects.filter(is_sample=True)
    while current := samples.filter(status=ExecutionSnapshot.Status.CURRENT).first():
        current.take_back()
    for snapshot in samples.select_related("file"):
        stored = snapshot.file
        clearing.removed["집행 행"] += snapshot.drop_rows()
        clearing.clear([snapshot])
        _drop_file(stored, clearing)


def _drop_file(stored: StoredFile, clearing: Clearing) -> None:
    """다른 자료가 쓰지 않는 파일을 지운다. 디스크의 파일은 거래가 끝난 뒤에 지운다."""
    if ExecutionSnapshot.objects.filter(file=stored).exists():
        clearing.kept.append(KeptRow("올린 파일", str(stored), "다른 집행 자료가 쓰고 있습니다."))
        return
    storage, name = stored.file.storage, str(stored.file.name)
    stored.delete()
    clearing.removed["올린 파일"] += 1
    transaction.on_commit(lambda: storage.delete(name))
