"""집행 수치: 과의 예산액·집행액·잔액·집행률과 단위사업별 값, 추경 규모."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.urls import reverse

from budget.appropriations.dashboard import Execution, Line, all_summaries
from budget.appropriations.models import ExecutionPointer, LayerTotal
from core.figures.figure import Figure, FigureValue, digest, reported, rows_mark
from core.org.models import division
from core.remembering import remembered

# 보고서 Ⅰ-4 의 단위사업. 코드는 fixtures/report2023.json 의 것과 같다.
UNIT_PROGRAMS = {
    "policy_coordination": "구정 운영 정책 조정 및 지원",
    "sound_finance": "구민 중심의 건전하고 투명한 재정 운용",
    "performance_mgmt": "구정의 성과관리",
    "legal_admin": "신뢰받는 법무행정",
    "basic_expenses": "기본경비",
}

# 추경 표의 열과 행. 「계」는 회계를 더한 줄이다.
LAYERS = {
    "total": "총규모", "original": "본예산", "supp_sum": "추경 소계", "supp_1": "추경 1차", "supp_2": "추경 2차", "deemed": "간주처리",
}  # fmt: skip
TOTAL, ACCOUNTS = "계", ("일반회계", "특별회계")

_VALUES: dict[str, tuple[str, str, str, Callable[[Line], Decimal | int | None]]] = {
    "budget": ("예산액", "원", "e호조 행의 예산액을 더한 값", lambda line: line.budget),
    "executed": ("집행액", "원", "e호조 행의 지출액을 더한 값", lambda line: line.spent),
    "balance": ("잔액", "원", "집행률의 분모(예산액 또는 예산현액)에서 집행액을 뺀 값", lambda line: line.balance),
    "rate": ("집행률", "%", "집행액 ÷ 예산액(설정에 따라 예산현액) × 100, 설정한 끝수 처리", lambda line: line.rate),
}


@remembered
def _execution(as_of: date | None) -> Execution | None:
    """과의 집행 현황: 기준일을 주면 그해 그날까지의 가장 늦은 자료. 자료나 부서가 없으면 None."""
    own = division()
    pointer = ExecutionPointer.objects.until(as_of) if as_of else ExecutionPointer.objects.chosen()
    return Execution(all_summaries(), pointer.fiscal_year.year, pointer.as_of, own) if pointer and own else None


def _line(execution: Execution, unit: str) -> Line | None:
    if not unit:
        return execution.total
    return next((line for line in execution.units() if line.label == UNIT_PROGRAMS[unit]), None)


def _value(unit: str, name: str, as_of: date | None) -> FigureValue:
    execution = _execution(as_of)
    line = _line(execution, unit) if execution else None
    if execution is None or line is None or not line.rows:
        return reported(f"execution.{unit or 'total'}.{name}", as_of)
    snapshot = execution.pointer.snapshot if execution.pointer else None
    source = snapshot.file.name if snapshot else ""
    amounts = {"budget": (line.budget,), "executed": (line.spent,)}.get(name, (line.budget, line.spent, line.balance))
    mark = digest(snapshot and snapshot.pk, line.rows, *amounts)
    return FigureValue(_VALUES[name][3](line), execution.as_of, "computed", line.rows_url, source, mark=mark)


@remembered
def _newest_layer(as_of: date | None) -> LayerTotal | None:
    """그해 그날까지 가장 늦은 추경 표의 칸. 해와 기준일, 출처를 안다."""
    totals = LayerTotal.objects.select_related("budget_version__fiscal_year").order_by("-as_of")
    return (totals.filter(as_of__lte=as_of, budget_version__fiscal_year__year=as_of.year) if as_of else totals).first()


@remembered
def _layer_table(year: int) -> list[dict[str, Any]]:
    return list(LayerTotal.objects.table(year))


@remembered
def _layer_mark(year: int, account: str) -> str:
    own = LayerTotal.objects.filter(budget_version__fiscal_year__year=year)
    return rows_mark(own if account == TOTAL else own.filter(account__name=account))


def _layer(account: str, key: str, as_of: date | None) -> FigureValue:
    first = _newest_layer(as_of)
    if first is None:
        return FigureValue(None, as_of, "missing")
    year = first.budget_version.fiscal_year.year
    row = next((one for one in _layer_table(year) if one["account"] == account), {})
    mark = _layer_mark(year, account)
    # 그 층이 없는 회계(2차 추경이 없는 특별회계)는 0 이고, 표에는 「-」로 적는다.
    return FigureValue(row.get(key) or 0 if row else None, first.as_of, "reported", reverse("budget.layers"), first.source, mark=mark)


def _figures() -> list[Figure]:
    figures = []
    for unit, label in {"": "과 전체", **UNIT_PROGRAMS}.items():
        for name, (title, kind, definition, _read) in _VALUES.items():
            code = f"execution.{unit or 'total'}.{name}"
            figures.append(Figure(code, f"{label} {title}", kind, f"{label}: {definition}.", partial(_value, unit, name)))
    for key, title in LAYERS.items():
        definition = f"구 전체 예산: 회계별 {title} 금액을 더한 값."
        figures.append(Figure(f"supplementary.{key}", f"구 예산 {title}", "원", definition, partial(_layer, TOTAL, key)))
        figures += [
            Figure(
                f"supplementary.{account}.{key}", f"{account} {title}", "원", f"{account}의 {title} 금액.", partial(_layer, account, key)
            )
            for account in ACCOUNTS
        ]
    return figures


FIGURES = _figures()
